"""Reads the files that other programs ship for their own tests, and counts what is found: python3 corpora.py [--write]

Every Formats/*/check_corpus.py reads its corpora with the tools (reg-inspect and reg-convert on the PATH) and compares
with the program that owns the format. With --write the table goes into README.md, between the marks.
"""
import glob
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
MARKS = ("<!-- corpora -->\n", "<!-- end of corpora -->\n")
HEAD = "| corpus | files | arrays | equal | listed, not numbers | refused by name | failed |\n|---|---|---|---|---|---|---|\n"


def rows():
    """The lines of every script: the name of the corpus and six counts."""
    for script in sorted(glob.glob(os.path.join(HERE, "*", "check_corpus.py"))):
        run = subprocess.run([sys.executable, script], capture_output=True, text=True)
        sys.stderr.write(run.stderr)
        for line in run.stdout.splitlines():
            fields = line.split()
            if len(fields) >= 7 and all(field.isdigit() for field in fields[-6:]):
                yield " ".join(fields[:-6]), [int(field) for field in fields[-6:]]
        if run.returncode not in (0, 1):
            yield os.path.relpath(script, HERE) + " ended with " + str(run.returncode), [0, 0, 0, 0, 0, 1]


def main():
    found = list(rows())
    table = HEAD + "".join("| " + " | ".join([name] + [str(n) for n in counts]) + " |\n" for name, counts in found)
    print(table, end="")
    if "--write" in sys.argv[1:]:
        path = os.path.join(HERE, "README.md")
        with open(path, encoding="utf-8") as file:
            before, rest = file.read().split(MARKS[0])
            after = rest.split(MARKS[1])[1]
        with open(path, "w", encoding="utf-8") as file:
            file.write(before + MARKS[0] + table + MARKS[1] + after)
    failed = sum(counts[-1] for _, counts in found)
    sys.exit(1 if failed or not found else 0)


if __name__ == "__main__":
    main()
