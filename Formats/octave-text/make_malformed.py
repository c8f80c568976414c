"""Writes malformed/*.txt and the error that each must give beside it: python3 make_malformed.py"""
import os

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "malformed")
# A variable without fault, on lines 1 to 6: what stands before the damage is kept.
GOOD = "# Created by Octave 7.3.0, Mon Nov 23 00:00:00 2026 UTC <user@machine>\n# name: a\n# type: scalar\n1\n\n\n"


def save(file, message, text):
    with open(os.path.join(folder, file + ".txt"), "w", encoding="utf-8") as out:
        out.write(GOOD + text)
    with open(os.path.join(folder, file + ".txt.expected"), "w", encoding="utf-8") as out:
        out.write(message + "\n")


def x(kind, *lines, end="\n"):
    return "\n".join(("# name: x", f"# type: {kind}") + lines) + end


save("no_type", "line 8: variable 'x': '# type: …' should be here, found '# rows: 1'", "# name: x\n# rows: 1\n")
save("no_name", "line 7: a variable should begin here with '# name: …', found '# type: scalar'", "# type: scalar\n1\n")
save("rows_negative", "line 9: variable 'x': '# rows: -1' is no length", x("matrix", "# rows: -1", "# columns: 1"))
save("rows_huge", "line 9: variable 'x': '# rows: 99999999999' is no length", x("matrix", "# rows: 99999999999"))
save("columns_missing", "line 10: variable 'x': '# columns: …' should be here, found ' 1 2'", x("matrix", "# rows: 1", " 1 2"))
save("dimensions_short", "line 10: variable 'x': 3 dimensions should be here, found ' 2 2'", x("matrix", "# ndims: 3", " 2 2", "1"))
save("numbers_short", "line 13: variable 'x': the file ends where a number should follow",
     x("matrix", "# rows: 2", "# columns: 2", " 1 2", " 3", end="\n"))
save("numbers_many", "line 11: variable 'x': there are more numbers than 1x2", x("matrix", "# rows: 1", "# columns: 2", " 1 2 3"))
save("numbers_cut", "line 11: variable 'x': the file ends where a number should follow",
     x("matrix", "# rows: 1", "# columns: 2", " 1 23", end=""))
save("huge", "line 11: variable 'x': 4000000000 numbers were expected, the file ends before",
     x("matrix", "# rows: 2000000000", "# columns: 2", " 1 2"))
save("number_of_text", "line 9: variable 'x': '1_000' is not a number", x("scalar", "1_000"))
save("complex_of_one_part", "line 9: variable 'x': '(1)' is not a complex number, (real,imaginary)", x("complex scalar", "(1)"))
save("int8_of_300", "line 9: variable 'x': '300' is not an integer of its type", x("int8 scalar", "300"))
save("bool_of_2", "line 9: variable 'x': '2' is not 0 or 1", x("bool", "2"))
save("sparse_outside", "line 12: variable 'x': '4' is not an index from 1 to 3",
     x("sparse matrix", "# nnz: 1", "# rows: 3", "# columns: 3", "4 1 5"))
save("text_beyond", "line 11: variable 'x': 100 characters were expected, the file ends before",
     x("string", "# elements: 1", "# length: 100", "hello"))
save("cell_beyond", "line 18: variable 'x': the file ends where '# name: …' should follow",
     x("cell", "# rows: 1", "# columns: 2", "# name: <cell-element>", "# type: scalar", "1", "", "", "", ""))
save("deep", "line 268: variable 'x': cells and structures are more than 64 deep",
     x("cell", *(["# rows: 1", "# columns: 1", "# name: <cell-element>", "# type: cell"] * 100)))
save("cut_in_line", "line 9: variable 'x': the file ends within this line", x("matrix", "# row", end=""))
