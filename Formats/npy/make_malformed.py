"""Writes malformed/*.npy and the error that each must give beside it: python3 make_malformed.py"""
import os
import struct

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "malformed")

GOOD = "{'descr': '<f8', 'fortran_order': False, 'shape': (2,), }"
TWO = struct.pack("<2d", 1, 2)


def array(text=GOOD, data=TWO, version=(1, 0), count=None):
    """An array: its header, not aligned, and its bytes."""
    text = text.encode("latin-1") + b"\n"
    length = struct.pack("<H" if version[0] == 1 else "<I", len(text) if count is None else count)
    return b"\x93NUMPY" + bytes(version) + length + text + data


def save(name, message, *parts):
    with open(os.path.join(folder, name + ".npy"), "wb") as out:
        out.write(b"".join(parts))
    with open(os.path.join(folder, name + ".npy.expected"), "w", encoding="utf-8") as out:
        out.write(message + "\n")


def header(name, message, text):
    save(name, "byte 0: " + message, array(text))


# The framing.
save("version_4", "byte 0: the array is of version 4.0 of the NPY format; 1.0, 2.0 and 3.0 are read",
     array(version=(4, 0)))
save("version_1_1", "byte 0: the array is of version 1.1 of the NPY format; 1.0, 2.0 and 3.0 are read",
     array(version=(1, 1)))
save("header_cut",
     "byte 0: the file ends within the header of the array: 7 more bytes were expected", array(data=b"")[:-7])
save("header_beyond_file",
     "byte 0: the file ends within the header of the array: 926 more bytes were expected", array(count=1000))
save("header_2_mib", "byte 0: the header of the array has 2097152 bytes, 1048576 are the limit",
     array(version=(2, 0), count=1 << 21))
save("numbers_cut",
     "numbers_cut: the array takes 16 bytes, the file ends 5 bytes short of them", array(data=TWO[:11]))
save("numbers_missing", "numbers_missing: the array takes 16 bytes, the file ends 16 bytes short of them",
     array(data=b""))
save("bytes_after", "byte 84: 3 bytes follow the array, where the file should end", array(), b"abc")
save("second_cut",
     "byte 84: the file ends within the header of the array: 40 more bytes were expected",
     array(), array(data=b"")[:-40])
save("second_signature_cut", "byte 84: 5 bytes follow the array, where the file should end", array(), array()[:5])
save("boolean_2", "boolean_2: a truth value is 2, 0 or 1 was expected",
     array("{'descr': '|b1', 'fortran_order': False, 'shape': (2,), }", b"\1\2"))

# The dictionary.
header("no_dictionary",
     "the header has '['descr', '<f8']' at its character 1, where '{', which begins the dictionary, was expected",
     "['descr', '<f8']")
header("empty_header",
     "the header has its end at its character 2, where '{', which begins the dictionary, was expected",
       "")
header("not_closed",
     "the header has its end at its character 56, where a comma or '}' was expected", GOOD[:-3])
header("text_after",
     "the header has 'x\\n' at its character 59, where nothing after the dictionary was expected",
       GOOD + " x")
header("key_unknown", "the header has the key 'dtype'; there are descr, fortran_order and shape",
       GOOD.replace("descr", "dtype"))
header("key_twice", "the header has the key 'shape' twice", GOOD[:-1] + "'shape': (2,)}")
header("key_missing", "the header has no key 'fortran_order'", GOOD.replace("'fortran_order': False, ", ""))
header("key_without_quotes",
     "the header has 'shape: (2,), }\\n' at its character 42, where a key in quotes was expected",
     GOOD.replace("'shape'", "shape"))
header("quote_open",
     "the quote at character 42 of the header is never closed",
     GOOD.replace("': (2,), }", ""))
header("order_of_1",
     "the header has '1, 'shape': (2,)' at its character 35, where True or False for 'fortran_order' was expected",
     GOOD.replace("False", "1"))
header("descr_of_8",
     "the header has '8, 'fortran_orde' at its character 11, where a type in quotes or a list of fields was expected",
     GOOD.replace("'<f8'", "8"))
header("shape_without_comma",
     "the header has '), }\\n' at its character 53, where a comma, which makes a tuple of one length, was expected",
     GOOD.replace("(2,)", "(2)"))
header("shape_of_list",
     "the header has '[2], }\\n' at its character 51, where '(', which begins the shape, was expected",
     GOOD.replace("(2,)", "[2]"))
header("length_negative",
     "the header has '-2,), }\\n' at its character 52, where a length, a whole number from 0 on, was expected",
     GOOD.replace("(2,)", "(-2,)"))
header("length_of_a_half",
     "the header has '.5,), }\\n' at its character 53, where a comma, which makes a tuple of one length, "
     "was expected",
     GOOD.replace("(2,)", "(2.5,)"))
header("length_octal",
     "the header has '02,), }\\n' at its character 52, where a number without leading zeros was expected",
     GOOD.replace("(2,)", "(02,)"))
header("length_of_65_bits",
     "the header has a length that does not fit 63 bits", GOOD.replace("(2,)", f"({1 << 64},)"))
header("shape_overflow",
     "the shape 4294967296x4294967296 is too large to count", GOOD.replace("(2,)", f"({1 << 32}, {1 << 32})"))
header("shape_of_65",
     "the header has more than 64 dimensions", GOOD.replace("(2,)", "(" + "1, " * 65 + ")"))
header("fields_deep",
     "the fields of the header are more than 64 levels deep", GOOD.replace("'<f8'", "[" * 70 + "]" * 70))
header("fields_crossed",
     "the header has ']), 'fortran_ord' at its character 23, where the rest of the description was expected",
     GOOD.replace("'<f8'", "[('a', '<f8'])"))
header("function",
     "the header has 'open('x'), 'fort' at its character 11, where a type in quotes or a list of fields was expected",
     GOOD.replace("'<f8'", "open('x')"))
