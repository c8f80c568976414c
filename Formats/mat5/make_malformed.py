"""Writes malformed/*.mat and the error that each must give beside it: python3 make_malformed.py"""
import os
import struct
import zlib

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "malformed")

INT8, UINT8, INT32, UINT32, SINGLE, DOUBLE, MATRIX, COMPRESSED, UTF8 = 1, 2, 5, 6, 7, 9, 14, 15, 16
D, INT8_CLASS, INT32_CLASS, SINGLE_CLASS = 6, 8, 12, 7
COMPLEX, LOGICAL = 0x0800, 0x0200


def header():
    return b"MATLAB 5.0 MAT-file, made by hand".ljust(124) + struct.pack("<HH", 0x0100, 0x4D49)


def element(number, data, count=None):
    return struct.pack("<II", number, len(data) if count is None else count) + data + bytes(-len(data) % 8)


def flags(number, bits=0):
    return element(UINT32, struct.pack("<II", number | bits, 0))


def dims(*lengths, number=INT32):
    return element(number, struct.pack(f"<{len(lengths)}i", *lengths))


def name(text, number=INT8):
    return element(number, text.encode())


def doubles(*values):
    return element(DOUBLE, struct.pack(f"<{len(values)}d", *values))


def matrix(*parts, count=None):
    return element(MATRIX, b"".join(parts), count)


def good(text="a"):
    """A variable without fault: what stands before the damage is kept."""
    return matrix(flags(D), dims(1, 2), name(text), doubles(1, 2))


def packed(data, count=None):
    stream = zlib.compress(data)
    return struct.pack("<II", COMPRESSED, len(stream) if count is None else count) + stream


def save(file, message, *parts):
    with open(os.path.join(folder, file + ".mat"), "wb") as out:
        out.write(header() + b"".join(parts))
    with open(os.path.join(folder, file + ".mat.expected"), "w", encoding="utf-8") as out:
        out.write(message + "\n")


def x(*parts, kind=flags(D), shape=dims(1, 2)):
    """A variable x with other parts than those of two doubles."""
    return matrix(kind, shape, name("x"), *parts)


# The framing of the file: good() takes bytes 128 to 208.
whole = good()
assert len(whole) == 80
save("cut_in_variable",
     "byte 208: variable 'x' takes 72 bytes, the file ends 4 bytes short of them", whole, x(doubles(1, 2))[:-4])
save("cut_in_tag",
     "byte 208: the file ends 3 bytes short of the next tag",
     whole, x(doubles(1, 2))[:5])
save("cut_in_compressed",
     "byte 208: variable 'x' takes 48 bytes, the file ends 9 bytes short of them",
     whole, packed(x(doubles(0.1, 0.2)))[:-9])
save("padding_after_compressed",
     "byte 180: a variable (type 14 or 15) should begin here, found type 983040",
     packed(whole), bytes(2), packed(x(doubles(1, 2))))
save("element_type_77",
     "byte 208: a variable (type 14 or 15) should begin here, found type 77",
     whole, element(77, bytes(16)), x(doubles(1, 2)))
save("text_after_variables",
     "byte 208: a variable (type 14 or 15) should begin here, found type 1936287860",
     whole, b"this is no element")

# The header of a variable.
save("flags_missing",
     "byte 240: the dimensions should be numbers of four bytes of type 5, found 1 bytes of type 1",
     whole, matrix(dims(1, 2), name("x"), doubles(1, 2)))
save("flags_of_doubles",
     "byte 224: a variable begins with 8 bytes of array flags of type 6, found 8 of type 9",
     whole, matrix(element(DOUBLE, bytes(8)), dims(1, 2), name("x"), doubles(1, 2)))
save("dimensions_of_doubles",
     "byte 240: the dimensions should be numbers of four bytes of type 5, found 16 bytes of type 9",
     whole, x(doubles(1, 2), shape=doubles(1, 2)))
save("dimensions_missing",
     "byte 240: the dimensions should be numbers of four bytes of type 5, found 0 bytes of type 5",
     whole, x(doubles(1, 2), shape=dims()))
save("dimension_negative",
     "byte 248: dimension 2 is negative: -2",
     whole, x(doubles(1, 2), shape=dims(1, -2)))
save("dimensions_65",
     "byte 240: 65 dimensions are more than 64",
     whole, x(doubles(1, 2), shape=dims(*[1] * 65)))
save("dimensions_overflow",
     "byte 256: the shape 65536x65536x65536x65536 is too large to count",
     whole, x(doubles(1, 2), shape=dims(65536, 65536, 65536, 65536)))
save("name_of_doubles",
     "byte 256: the name should be of type 1, found type 9",
     whole, matrix(flags(D), dims(1, 2), doubles(1), doubles(1, 2)))
save("name_too_long",
     "byte 256: the name has 5000 bytes, more than 4096",
     whole, matrix(flags(D), dims(1, 2), name("x" * 5000), doubles(1, 2)))
save("name_beyond_variable",
     "byte 256: 1000 bytes are needed here, the variable has only 8 left",
     whole, matrix(flags(D), dims(1, 2), element(INT8, b"x" * 8, 1000)))
save("small_element_of_7",
     "byte 252: a small element cannot have 7 bytes",
     whole, matrix(flags(D), dims(1, 2), struct.pack("<I", 7 << 16 | INT8) + b"xyz\0", doubles(1, 2)))

# The numbers.
save("numbers_missing",
     "byte 264: variable 'x': the array has no numbers",
     whole, x())
save("numbers_short",
     "byte 272: variable 'x': 2 numbers stored as float64 take 16 bytes, found 8",
     whole, x(doubles(1)))
save("numbers_long",
     "byte 272: variable 'x': 2 numbers stored as float64 take 16 bytes, found 24",
     whole, x(doubles(1, 2, 3)))
save("numbers_beyond_variable",
     "byte 272: variable 'x': the numbers take 16 bytes, the variable has only 8 left",
     whole, x(element(DOUBLE, struct.pack("<d", 1), 16)))
save("numbers_of_text",
     "byte 272: variable 'x': the numbers are stored as type 16, which is none of numbers",
     whole, x(element(UTF8, b"12")))
save("numbers_of_type_8",
     "byte 272: variable 'x': the numbers are stored as type 8, which is none of numbers",
     whole, x(element(8, bytes(16))))
save("numbers_then_more",
     "byte 288: variable 'x': the variable has 16 bytes more than its array needs",
     whole, x(doubles(1, 2), doubles(3)))
save("dimensions_huge",
     "byte 272: variable 'x': 4294967296 numbers stored as float64 take 34359738368 bytes, found 32",
     whole, x(doubles(1, 2, 3, 4), shape=dims(65536, 65536)))
save("imaginary_part_missing",
     "byte 288: variable 'x': the imaginary part is missing",
     whole, x(doubles(1, 2), kind=flags(D, COMPLEX)))
save("imaginary_part_short",
     "byte 296: variable 'x': 2 numbers stored as float64 take 16 bytes, found 8",
     whole, x(doubles(1, 2), doubles(1), kind=flags(D, COMPLEX)))
save("int8_of_300",
     "byte 288: variable 'x': number 2 is 300.0, which is no int8",
     whole, x(doubles(1, 300), kind=flags(INT8_CLASS)))
save("int32_of_a_half",
     "byte 288: variable 'x': number 2 is 2.5, which is no int32",
     whole, x(doubles(1, 2.5), kind=flags(INT32_CLASS)))
save("int32_of_nan",
     "byte 288: variable 'x': number 2 is nan, which is no int32",
     whole, x(doubles(1, float("nan")), kind=flags(INT32_CLASS)))
save("single_of_a_double",
     "byte 288: variable 'x': number 2 is 0.1, which is no float32",
     whole, x(doubles(1, 0.1), kind=flags(SINGLE_CLASS)))
save("double_of_an_int64",
     "byte 288: variable 'x': number 2 is 9007199254740993, which is no float64",
     whole, x(element(12, struct.pack("<qq", 1, 2**53 + 1))))
save("logical_of_2",
     "byte 274: variable 'x': number 2 is 2, which is no bool",
     whole, x(element(UINT8, bytes([1, 2])), kind=flags(9, LOGICAL)))

# Sparse matrices, 3x2 with two elements: (1, 1) and (3, 2).
SPARSE = 5


def sparse(rows=(0, 2), columns=(0, 1, 2), *parts, kind=flags(SPARSE)):
    values = b"".join(parts) or doubles(1, 2)
    return x(dims(*rows), dims(*columns), values, kind=kind, shape=dims(3, 2))


save("sparse_row_outside",
     "byte 328: variable 'x': element 2 of the sparse matrix stands in row 4, there are 3", whole, sparse((0, 3)))
save("sparse_row_negative",
     "byte 328: variable 'x': element 1 of the sparse matrix stands in row 0, there are 3", whole, sparse((-1, 2)))
save("sparse_columns_short",
     "byte 296: variable 'x': 2 columns have 3 borders, found 2", whole, sparse((0, 2), (0, 2)))
save("sparse_columns_from_1",
     "byte 304: variable 'x': the first column begins at element 1, not at 0", whole, sparse((0, 2), (1, 1, 2)))
save("sparse_columns_backwards",
     "byte 304: variable 'x': column 2 of the sparse matrix ends at element 1, before its beginning at 2",
     whole, sparse((0, 2), (0, 2, 1)))
save("sparse_elements_many",
     "byte 304: variable 'x': 2147483647 elements are announced, there are row indices for 2",
     whole, sparse((0, 2), (0, 1, 2**31 - 1)))
save("sparse_values_short",
     "byte 312: variable 'x': 2 numbers stored as float64 take 16 bytes, found 8", whole, sparse((0, 2), (0, 1, 2), doubles(1)))
save("sparse_values_missing",
     "byte 304: variable 'x': the real parts are missing", whole,
     x(dims(0, 2), dims(0, 1, 2), kind=flags(SPARSE), shape=dims(3, 2)))
save("sparse_imaginary_missing",
     "byte 328: variable 'x': the imaginary parts are missing", whole, sparse(kind=flags(SPARSE, COMPLEX)))
save("sparse_rows_of_doubles",
     "byte 272: variable 'x': the row indices should be numbers of four bytes of type 5, found 16 bytes of type 9",
     whole, x(doubles(0, 2), dims(0, 1, 2), doubles(1, 2), kind=flags(SPARSE), shape=dims(3, 2)))
save("sparse_without_rows",
     "byte 264: variable 'x': the sparse matrix has no row indices", whole, x(kind=flags(SPARSE), shape=dims(3, 2)))

# The zlib streams.
save("checksum",
     "byte 216: variable 'x': the zlib stream is damaged: incorrect data check",
     whole, packed(x(doubles(1, 2)))[:-4] + bytes(4), good("z"))
cut = zlib.compress(x(doubles(0.1, 0.2)))[:-12]
save("stream_short",
     "byte 216: variable 'x': the compressed bytes end before the zlib stream does",
     whole, struct.pack("<II", COMPRESSED, len(cut)) + cut, good("z"))
save("stream_of_text",
     "byte 216: the zlib stream is damaged: incorrect header check",
     whole, element(COMPRESSED, b"this is no zlib stream at all!!!"))
save("stream_ends_early",
     "byte 216: variable 'x': the zlib stream ends 8 bytes before its content",
     whole, packed(x(doubles(1, 2))[:-8]), good("z"))
save("stream_goes_on",
     "byte 216: variable 'x': the zlib stream goes on after its content should end",
     whole, packed(x(doubles(1, 2)) + bytes(8)), good("z"))
save("stream_of_two",
     "byte 216: variable 'x': the zlib stream goes on after its content should end",
     whole, packed(x(doubles(1, 2)) + good("y")))
save("stream_in_stream",
     "byte 216: the compressed element holds an element of type 15 where a matrix (14) should be",
     whole, packed(packed(x(doubles(1, 2)))))
save("stream_bomb",
     "byte 216: variable 'x': 1073741816 bytes are announced, more than 46 compressed bytes can hold",
     whole, packed(matrix(flags(D), dims(1 << 14, 1 << 13), name("x"), element(DOUBLE, bytes(64), 1 << 30),
                          count=(1 << 30) + 48)))
save("inner_count_short",
     "byte 216: variable 'x': the numbers take 16 bytes, the variable has only 8 left",
     whole, packed(struct.pack("<II", MATRIX, 64) + x(doubles(1, 2))[8:]), good("z"))
save("inner_count_long",
     "byte 216: variable 'x': the variable has 8 bytes more than its array needs",
     whole, packed(struct.pack("<II", MATRIX, 80) + x(doubles(1, 2))[8:]), good("z"))
