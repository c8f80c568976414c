"""Writes reg-parameters.5, the manual page of the parameter file, from README.md; with --check tells whether it is as
old as README.md instead."""

import re
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent

# Sections that programmers of readers need, by their titles on the page.
TITLES = {
    "Arrays": "ARRAYS",
    "Attributes of the root": "ATTRIBUTES OF THE ROOT",
    "Activations": "ACTIVATIONS",
    "Attributes of the group `training`": "ATTRIBUTES OF THE GROUP TRAINING",
    "Checkpoints": "CHECKPOINTS",
    "Change": "CHANGE",
    "Other containers": "OTHER CONTAINERS",
    "Messages": "DIAGNOSTICS",
}

# The page has the date of the version.
VERSION = (FOLDER / "../../Sources/NetworkFiles/RegTools.swift").read_text()
DATE = re.search(r'let date = "(.*)"', VERSION)[1]

HEAD = f""".TH REG-PARAMETERS 5 {DATE} "reg-tools" "reg-tools"
.nh
.ad l
.SH NAME
reg\\-parameters \\- the file format of trained networks
.SH DESCRIPTION
"""

TAIL = r""".SH EXAMPLES
.EX
# what is in it
reg\-inspect model.h5
h5dump \-A model.h5
.EE
.PP
.EX
# the weights of the first layer in Python
h5py.File("model.h5")["W1"][:]
.EE
.PP
.EX
# in MATLAB and Octave
W1 = h5read(\(aqmodel.h5\(aq, \(aq/W1\(aq)\(aq
.EE
.SH SEE ALSO
\fBreg\fR(1),
\fBreg\-convert\fR(1),
\fBreg\-inspect\fR(1),
\fBreg\-predict\fR(1),
\fBreg\-train\fR(1)
"""

SPECIAL = {"\\": "\\(rs", "-": "\\-", "'": "\\(aq", "^": "\\(ha", "~": "\\(ti"}


def roff(text):
    """Markdown in the language of man(7): code in bold letters, links as their words."""
    text = re.sub(r" \(\[[^\]]*\]\([^)]*\)\)", "", text)
    text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)
    result, is_code = "", False
    for character in text:
        if character == "`":
            result += "\\fR" if is_code else "\\fB"
            is_code = not is_code
        elif ord(character) > 126:
            result += f"\\[u{ord(character):04X}]"
        else:
            result += SPECIAL.get(character, character)
    return result


def filled(text):
    lines = []
    for word in roff(text).split():
        if lines and len(lines[-1]) + 1 + len(word) <= 80:
            lines[-1] += " " + word
        else:
            lines.append(("\\&" if word[0] in ".'" else "") + word)
    return "".join(line + "\n" for line in lines)


def cells(line):
    """A row of a table; `\\|` is a bar within a cell."""
    return [cell.strip().replace("\0", "|") for cell in line.replace("\\|", "\0").strip("|").split("|")]


def table(block):
    header, rows = cells(block[0]), [cells(line) for line in block[2:]]
    result = ""
    if header[0].startswith("attribute of"):
        result += ".PP\n" + filled(f"The {header[0].replace('attribute', 'attributes', 1)}:")
    for row in rows:
        if header[0] == "when":
            term, text = row[1], row[0]
        elif header[:3] == ["path", "shape", "type"]:
            term, text = row[0], f"{row[1]}, {row[2]}: {row[3]}"
        elif header[1] == "type":
            term, text = row[0], f"{row[1]}: {row[2]}"
        else:
            term, text = row[0], "; ".join(filter(None, row[1:])) or "as usual"
        result += ".TP\n" + roff(term) + "\n" + filled(text)
    return result


def page(source):
    result = HEAD
    for section in re.split(r"^##? ", source, flags=re.M)[1:]:
        title, _, body = section.partition("\n")
        if title in TITLES:
            result += f".SH {TITLES[title]}\n"
        elif not title.startswith("Parameter files"):
            continue
        for index, block in enumerate(re.split(r"\n\n+", body.strip())):
            lines = block.splitlines()
            if lines[0].startswith("|"):
                result += table(lines)
            else:
                result += (".PP\n" if index else "") + filled(block)
    return result + TAIL


made = page((FOLDER / "README.md").read_text())
target = FOLDER / "reg-parameters.5"
if "--check" in sys.argv[1:]:
    sys.exit(0 if target.read_text() == made else f"{target}: README.md has changed; make_manual.py makes the page anew")
target.write_text(made)
