"""Writes malformed/*.mat and the error that each must give beside it: python3 make_malformed.py

octave_integers.mat was written by GNU Octave 7.3.0: save -v4 with variables of integer classes.
"""
import os
import struct

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "malformed")


def variable(name, rows, columns, data, mopt=0, imaginary=0, length=None, order="<"):
    text = name.encode() + b"\0"
    header = struct.pack(f"{order}5i", mopt, rows, columns, imaginary, len(text) if length is None else length)
    return header + text + data


def doubles(*values, order="<"):
    return struct.pack(f"{order}{len(values)}d", *values)


def save(file, message, *parts):
    if parts:
        with open(os.path.join(folder, file + ".mat"), "wb") as out:
            out.write(b"".join(parts))
    with open(os.path.join(folder, file + ".mat.expected"), "w", encoding="utf-8") as out:
        out.write(message + "\n")


# A variable without fault, of 38 bytes: what stands before the damage is kept.
good = variable("a", 1, 2, doubles(1, 2))
assert len(good) == 38

save("octave_integers",
     "byte 154: variable 'u8' has no numbers: Octave's save -v4 leaves out those of integers and logicals, and what "
     "follows cannot be told from them; in Octave, save -v7 keeps them")
save("cut_in_header", "byte 38: the file ends 9 bytes short of the next variable's header", good, good[:11])
save("cut_in_name", "byte 38: the file ends 2 bytes short of a variable's name", good, variable("abc", 1, 1, b"")[:-2])
save("cut_in_numbers", "byte 38: variable 'x', 1x2, takes 16 bytes, the file ends 3 bytes short of them",
     good, variable("x", 1, 2, doubles(1, 2))[:-3])
save("huge", "byte 38: variable 'x', 134217728x3, takes 3221225472 bytes, the file ends 3221225456 bytes short of them",
     good, variable("x", 134217728, 3, doubles(1, 2)))
save("overflow", "byte 38: variable 'x', 2147483647x2147483647, takes too many bytes, the file ends after 16",
     good, variable("x", 2**31 - 1, 2**31 - 1, doubles(1, 2), imaginary=1))
save("negative_rows",
     "byte 38: no variable begins here: its type would be 0, its shape -1x2, its sign of complex numbers 0, "
     "the length of its name 2",
     good, variable("x", -1, 2, doubles(1, 2)))
save("type_70",
     "byte 38: no variable begins here: its type would be 70, its shape 1x2, its sign of complex numbers 0, "
     "the length of its name 2",
     good, variable("x", 1, 2, doubles(1, 2), mopt=70))
save("name_of_none", "byte 58: the variable has no name", good, variable("", 1, 1, doubles(1)))
save("name_too_long",
     "byte 38: no variable begins here: its type would be 0, its shape 1x1, its sign of complex numbers 0, "
     "the length of its name 301",
     good, variable("x" * 300, 1, 1, doubles(1)))
save("vax", "byte 0: variable 'x' has the numbers of a VAX (D float), which are not read; load the file in MATLAB and "
     "save it again", variable("x", 1, 1, doubles(1), mopt=2000))
save("cray", "byte 0: variable 'x' has the numbers of a Cray, which are not read; load the file in MATLAB and "
     "save it again", variable("x", 1, 1, doubles(1, order=">"), mopt=4000, order=">"))
save("text_after_variables",
     "byte 38: no variable begins here: its type would be 1936287860, its shape 544434464x1981837166, its sign of complex numbers 1634300513, "
     "the length of its name 543517794",
     good, b"this is no variable at all")
save("sparse_of_two_columns",
     "byte 60: variable 'x': a sparse matrix is a table of three or four columns and a row at least, found 2x2",
     good, variable("x", 2, 2, doubles(1, 2, 3, 4), mopt=2))
save("sparse_without_shape",
     "byte 60: variable 'x': the last row of a sparse matrix should hold its shape, found nan",
     good, variable("x", 1, 3, doubles(float("nan"), 3, 0), mopt=2))
save("sparse_outside",
     "byte 60: variable 'x': element 1 of the sparse matrix stands in row 4, column 1, outside 3x3",
     good, variable("x", 2, 3, doubles(4, 3, 1, 3, 1, 0), mopt=2))
save("sparse_of_a_half",
     "byte 60: variable 'x': element 1 of the sparse matrix stands in row 1.5, column 1, outside 3x3",
     good, variable("x", 2, 3, doubles(1.5, 3, 1, 3, 1, 0), mopt=2))
