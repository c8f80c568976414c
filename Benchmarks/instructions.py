"""The table of instruction counts, from the baseline that the tests hold (make instructions)."""

import os

BASELINE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.tsv")


def table():
    if not os.path.exists(BASELINE):
        return
    fields = [line.rstrip("\n").split("\t") for line in open(BASELINE)]
    about = ", ".join(f"{name} {value[0]}" for kind, name, *value in fields if kind == "holds for")
    yield "## Instructions"
    yield ""
    yield f"Counted by callgrind, held by the tests to 3 %; {about}."
    yield ""
    yield "| job | instructions |"
    yield "|---|---:|"
    for kind, name, *rest in fields:
        if kind == "job":
            yield f"| `{rest[1]}` | {int(rest[0]):,} |"
