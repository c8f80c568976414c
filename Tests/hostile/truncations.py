"""Cuts every golden file after every byte and shows what is left to the built tools: truncations.py [FORMATS]

REG_LARGEST is the size of the largest file that is cut (8192). A beginning that reg-inspect takes without a word for
the whole file is an error where the format can tell: everywhere but in text, which is as long as it is, and in files
that are a sequence without a count or an end, cut between two of its members. The tools are on the PATH.
"""
import os
import sys
import tempfile

from mutants import seeds
from running import PACKAGE, at_once, run

LARGEST = int(os.environ.get("REG_LARGEST", "8192"))
# Beginnings that one process looks at.
BATCH = 250
LIMITS = ["-t 20", "-v %d" % (2 << 20), "-c 0"]
# Text ends where it ends.
TEXT = {"csv", "tsv", "svmlight", "arff", "octave-text"}
# Variables, or fields of a message, one after another: no byte says how many there are.
SEQUENCES = {"mat4", "mat5", "matlab-theta", "npy", "onnx", "coreml"}


def boundaries(name, path, data):
    """The lengths at which a beginning of a file is a whole one."""
    if name in ("mat5", "matlab-theta"):
        return mat5(data)
    if name == "mat4":
        return mat4(data)
    if name == "npy":
        return npy(data)
    return fields(data)


def mat5(data):
    order = "little" if data[126:128] == b"IM" else "big"
    # The first words are text like any other.
    found, at = set(range(len(b"MATLAB 5.0 MAT-file"))), 128
    while at <= len(data):
        found.add(at)
        if at + 8 > len(data):
            break
        at += 8 + int.from_bytes(data[at + 4:at + 8], order)
    return found


def mat4(data):
    found, at = set(), 0
    while at + 20 <= len(data):
        order = "little" if int.from_bytes(data[at:at + 4], "little") < 10_000 else "big"
        kind, rows, columns, imaginary, name = (
            int.from_bytes(data[at + 4 * k:at + 4 * k + 4], order) for k in range(5))
        at += 20 + name + rows * columns * (2 if imaginary else 1) * (8, 4, 4, 2, 2, 1)[kind // 10 % 10]
        found.add(at)
    return found


def npy(data):
    """Arrays may follow one another; how long a pickle is only pickle knows."""
    found = {at for at in range(len(data)) if data[at:at + 6] == b"\x93NUMPY"}
    if b"'|O'" in data:
        found |= set(range(data.index(b"\n") + 1, len(data)))
    return found


def fields(data):
    """Where the fields of a message of protocol buffers end."""
    found, at = set(), 0

    def varint(at):
        value = shift = 0
        while at < len(data):
            value |= (data[at] & 127) << shift
            at, shift = at + 1, shift + 7
            if data[at - 1] < 128:
                break
        return value, at

    while at < len(data):
        tag, at = varint(at)
        if tag & 7 == 0:
            _, at = varint(at)
        elif tag & 7 == 2:
            size, at = varint(at)
            at += size
        else:
            at += {1: 8, 5: 4}.get(tag & 7, len(data))
        found.add(at)
    return found


def look(job):
    """The lengths of one file's beginnings that are taken for the whole file, and what ended badly."""
    root, name, path, data, lengths = job
    folder = tempfile.mkdtemp(dir=root)
    ending = os.path.basename(path).partition(".")[2]
    files = {length: "cut%d.%s" % (length, ending) for length in lengths}
    for length, file in files.items():
        with open(os.path.join(folder, file), "wb") as output:
            output.write(data[:length])
    outcome = run(["reg-inspect", "--threads", "1", "--stats"] + list(files.values()), folder=folder, limits=LIMITS)
    for file in files.values():
        os.remove(os.path.join(folder, file))
    os.rmdir(folder)
    if outcome.code not in (0, 65) or outcome.overdue:
        return [], ["%s, cut after %d to %d bytes: %s" % (path, lengths[0], lengths[-1], outcome)]
    refused = {line.partition(":")[0] for line in outcome.lines}
    return [length for length in lengths if files[length] not in refused], []


def main():
    wanted, bad = sys.argv[1:], 0
    with tempfile.TemporaryDirectory() as root:
        for name, examples in sorted(seeds().items()):
            if wanted and name not in wanted:
                continue
            jobs = []
            for path, data in examples:
                if len(data) <= LARGEST:
                    every = list(range(len(data)))
                    jobs += [(root, name, path, data, every[at:at + BATCH]) for at in range(0, len(every), BATCH)]
            taken, unexpected = 0, []
            for job, (lengths, problems) in zip(jobs, at_once(look, jobs)):
                unexpected += problems
                taken += len(lengths)
                if name in TEXT or job[2].endswith((".csv", ".tsv", ".csv.gz", ".txt")):
                    continue
                allowed = boundaries(name, job[2], job[3]) if name in SEQUENCES else set()
                file = os.path.relpath(job[2], PACKAGE)
                unexpected += ["%s: %d of %d bytes are taken for the whole file" % (file, length, len(job[3]))
                               for length in lengths if length not in allowed]
            bad += len(unexpected)
            print("%s: %d beginnings of %d files, %d taken for a whole file, %d of them wrongly" % (
                name, sum(len(job[4]) for job in jobs), len({job[2] for job in jobs}), taken, len(unexpected)),
                flush=True)
            for problem in unexpected[:40]:
                print("    " + problem)
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
