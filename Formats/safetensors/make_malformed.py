"""Writes malformed/*.safetensors and the error that each must give beside it: python3 make_malformed.py

Where safetensors is installed, it must refuse all of them but those that it is said to take.
"""
import json
import os
import struct

folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "malformed")


def member(shape, first, end, dtype="F32"):
    return {"dtype": dtype, "shape": shape, "data_offsets": [first, end]}


def file(header, data=b"", length=None):
    if not isinstance(header, bytes):
        header = json.dumps(header).encode()
    return struct.pack("<Q", len(header) if length is None else length) + header + data


a = member([1], 0, 4)
four = b"\0\0\x80?"
TYPES = (
    "BOOL, F4, F6_E2M3, F6_E3M2, U8, I8, F8_E5M2, F8_E4M3, F8_E8M0, F8_E4M3FNUZ, F8_E5M2FNUZ, I16, U16, F16, BF16, I32, "
    "U32, F32, C64, F64, I64, U64")

cases = {
    "length_too_large": (
        file({"a": a}, four, length=100_000_001),
        "byte 0: the header is said to take 100000001 bytes, 100000000 are the most"),
    "length_beyond_file": (
        file({"a": a}, four, length=1000),
        "byte 73: the header takes 1000 bytes, the file ends 935 bytes short of them"),
    "not_utf8": (file(b'{"\xff": {}}'), "byte 8: the header is not UTF-8"),
    "not_an_object": (file({"a": 5}), "a: the header says no 'dtype' for it"),
    "metadata_number": (
        file({"__metadata__": {"layers": 3}, "a": a}, four),
        "__metadata__: the value of 'layers' is not a text; only texts may stand here"),
    "metadata_text": (
        file({"__metadata__": "pt", "a": a}, four), "__metadata__: this is not a JSON object of texts"),
    "equal_names": (
        file(b'{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{"dtype":"F32","shape":[1],'
             b'"data_offsets":[0,4]}}', four),
        "byte 8: the header that begins here: the name 'a' stands twice in one JSON object, at byte 55"),
    "deep": (file(b'{"a":' + b"[" * 200 + b"]" * 200 + b"}"),
             "byte 8: the header that begins here: JSON of more than 100 levels, at byte 104"),
    "type_unknown": (file({"a": member([1], 0, 4, "F33")}, four),
                     f"a: the type 'F33' is unknown; there are {TYPES}"),
    "type_missing": (file({"a": {"shape": [1], "data_offsets": [0, 4]}}, four), "a: the header says no 'dtype' for it"),
    "shape_missing": (file({"a": {"dtype": "F32", "data_offsets": [0, 4]}}, four),
                      "a: the header says no 'shape' for it"),
    "shape_negative": (file({"a": member([-1], 0, 4)}, four),
                       "a: the shape has a length that is not a whole number from 0 on"),
    "shape_half": (file({"a": member([0.5], 0, 4)}, four),
                   "a: the shape has a length that is not a whole number from 0 on"),
    "shape_overflow": (file({"a": member([1 << 62, 8], 0, 4)}, four),
                       f"a: the shape {1 << 62}x8 is too large to count"),
    "shape_bits_overflow": (file({"a": member([1 << 61], 0, 4)}, four),
                            f"a: the shape {1 << 61} is too large to count"),
    "shape_above_place": (file({"a": member([2], 0, 4)}, four), "a: 2 of F32 takes 8 bytes, its place has 4"),
    "shape_below_place": (file({"a": member([], 0, 8)}, four * 2), "a: scalar of F32 takes 4 bytes, its place has 8"),
    "half_bytes": (file({"a": member([3], 0, 1, "F4")}, b"\0"), "a: 3 of F4 does not end at the border of a byte"),
    "offsets_missing": (file({"a": {"dtype": "F32", "shape": [1]}}, four),
                        "a: the header says no 'data_offsets' for it, two whole numbers from 0 on"),
    "offsets_three": (file({"a": {"dtype": "F32", "shape": [1], "data_offsets": [0, 2, 4]}}, four),
                      "a: the header says no 'data_offsets' for it, two whole numbers from 0 on"),
    "offsets_turned": (file({"a": member([1], 4, 0)}, four),
                       "a: its place in the data ends at byte 0, before it begins at 4"),
    "hole_at_the_beginning": (
        file({"a": member([1], 4, 8)}, four * 2),
        "a: its place in the data begins at byte 4, 0 was expected: 4 bytes before it belong to no array"),
    "hole": (
        file({"a": a, "b": member([1], 8, 12)}, four * 3),
        "b: its place in the data begins at byte 8, 4 was expected: 4 bytes before it belong to no array"),
    "overlap": (
        file({"a": member([2], 0, 8), "b": member([1], 4, 8)}, four * 2),
        "b: its place in the data begins at byte 4, 8 was expected: it overlaps the array before it"),
    "same_place": (
        file({"a": a, "b": a}, four),
        "b: its place in the data begins at byte 0, 4 was expected: it overlaps the array before it"),
    "empty_inside": (
        file({"a": member([0], 2, 2), "b": a}, four),
        "a: its place in the data begins at byte 2, 4 was expected: it overlaps the array before it"),
    "data_short": (
        file({"a": a, "b": member([2], 4, 12)}, four * 2),
        "b: the array takes 8 bytes, the file ends 4 bytes short of them"),
    "no_data": (file({"a": a}), "a: the array takes 4 bytes, the file ends 4 bytes short of them"),
    "data_long": (
        file({"a": a}, four + b"\0"), "byte 73: 1 bytes follow the last array, where the file should end"),
    "bool_of_2": (file({"a": member([2], 0, 2, "BOOL")}, b"\1\2"), "a: a truth value is 2, 0 or 1 was expected"),
}
TAKEN = {"equal_names", "bool_of_2"}

if __name__ == "__main__":
    for name, (content, message) in cases.items():
        path = os.path.join(folder, name + ".safetensors")
        with open(path, "wb") as output:
            output.write(content)
        with open(path + ".expected", "w", encoding="utf-8") as output:
            output.write(message + "\n")
        try:
            from safetensors import deserialize
        except ImportError:
            continue
        try:
            deserialize(content)
            taken = True
        except Exception:
            taken = False
        assert taken == (name in TAKEN), name
