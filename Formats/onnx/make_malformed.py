"""Damaged ONNX files and the errors that they give: python make_malformed.py"""
import os

here = os.path.dirname(os.path.abspath(__file__))
folder = os.path.join(here, "malformed")


def varint(n):
    out = b""
    while n >= 0x80:
        out += bytes([n & 0x7F | 0x80])
        n >>= 7
    return out + bytes([n])


def number(field, n):
    return varint(field << 3) + varint(n & (1 << 64) - 1)


def block(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def node(op, inputs, outputs, *attributes):
    parts = [block(1, i) for i in inputs] + [block(2, o) for o in outputs] + [block(4, op)]
    return block(1, b"".join(parts + list(attributes)))


def model(*graph):
    return number(1, 8) + block(2, "test") + block(7, b"".join(graph)) + block(8, number(2, 13))


def tensor(name, dims, kind, *content):
    return block(5, b"".join(number(1, d) for d in dims) + number(2, kind) + b"".join(content) + block(8, name))


def external(*pairs):
    return b"".join(block(13, block(1, k) + block(2, v)) for k, v in pairs) + number(14, 1)


def write(name, content, error):
    path = os.path.join(folder, name + ".onnx")
    with open(path, "wb") as file:
        file.write(content)
    with open(path + ".expected", "w") as file:
        file.write(error + "\n")


os.makedirs(folder, exist_ok=True)
identity = node("Identity", ["x"], ["y"])
floats = b"\0" * 8
whole = model(identity, tensor("w", [2], 1, block(9, floats)))
write("cut", whole[:-1], "byte 48: field 8 is said to have 2 bytes, the file has 1 more")
write("cut_graph", whole[:40], "byte 9: field 7 is said to have 37 bytes, the file has 30 more")
write("tensor_beyond_graph", model(identity, b"\x2a\x7f"),
      "byte 29: field 5 is said to have 127 bytes, what it is part of has 0 more")
write("group", model(identity, b"\x0b"), "byte 28: field 1 is a group, which is not read")
write("wire_type", model(identity, b"\x0f"), "byte 28: there is no wire type 7, which ends the tag 15")
write("field_0", model(identity, b"\x00\x01"), "byte 28: there is no field of number 0")
write("varint_of_11_bytes", model(identity, b"\x08" + b"\xff" * 10 + b"\x01"),
      "byte 29: the number that begins here has more than 64 bits")
write("varint_beyond_graph", model(identity, b"\x08\xff"),
      "byte 29: the number that begins here goes beyond the end of what it is part of")
write("name_not_utf8", model(identity, block(2, b"\xff\xfe")), "byte 30: a text that is not UTF-8")
write("node_is_a_number", model(number(1, 1)), "byte 10: field 1 is a whole number, a message or a text was expected")
write("no_graph", number(1, 8) + block(2, "test") + block(8, number(2, 13)), "the ONNX model has no graph")
write("raw_short", model(identity, tensor("w", [3], 1, block(9, floats))),
      "w: 3 of float takes 12 bytes, the tensor has 8")
write("raw_long", model(identity, tensor("w", [1], 1, block(9, floats))),
      "w: 1 of float takes 4 bytes, the tensor has 8")
write("numbers_missing", model(identity, tensor("w", [3], 1, block(4, floats))),
      "w: 3 has 3 numbers, 2 are there")
write("numbers_too_many", model(identity, tensor("w", [1], 1, block(4, floats))),
      "w: 1 has 1 numbers, 8 bytes more are there")
write("shape_huge", model(identity, tensor("w", [1 << 40, 1 << 30], 1, block(9, floats))),
      "w: the shape 1099511627776x1073741824 is too large to count")
write("shape_large", model(identity, tensor("w", [1 << 29], 1, block(4, floats))),
      "w: the shape 536870912 has 536870912 elements, fewer are there")
write("shape_negative", model(identity, tensor("w", [-2], 1, block(9, floats))),
      "w: the shape -2 has a negative length")
write("memory", model(identity, tensor("w", [1 << 40], 1, block(9, floats))),
      "w: 4398046511104 bytes are needed in memory, the limit is 4294967296")
write("int8_outside", model(identity, tensor("w", [1], 3, number(5, 300))), "w: the number 300 is no int8")
write("boolean_2", model(identity, tensor("w", [1], 9, block(9, b"\x02"))),
      "w: a truth value is 2, 0 or 1 was expected")
write("segment", model(identity, tensor("w", [1], 1, block(3, b""), block(9, floats[:4]))),
      "byte 34: a tensor in segments, which is not read")
write("external_outside", model(identity, tensor("w", [2], 1, external(("location", "../w.bin")))),
      "w: the numbers are said to be in the file '../w.bin', which is not in the folder of the model")
write("external_absolute", model(identity, tensor("w", [2], 1, external(("location", "/etc/passwd")))),
      "w: the numbers are said to be in the file '/etc/passwd', which is not in the folder of the model")
write("external_missing", model(identity, tensor("w", [2], 1, external(("location", "none.bin")))),
      "w: the numbers are in the file none.bin beside the model: no such file or directory")
write("external_offset", model(identity, tensor("w", [2], 1, external(("location", "cut.onnx"), ("offset", "-4")))),
      "w: the numbers are in another file, and their offset is '-4'; a number of bytes, 0 or more, was expected")
write("external_beyond", model(identity, tensor("w", [2], 1, external(("location", "cut.onnx"), ("offset", "50")))),
      "w: 8 bytes are expected from byte 50 of cut.onnx, which has 50")
write("external_length", model(identity, tensor("w", [2], 1, external(("location", "cut.onnx"), ("length", "4")))),
      "w: the tensor takes 8 bytes, 4 are said to be in cut.onnx")


def sparse(dims, values, indices, index_dims):
    inner = (block(1, b"".join(number(1, d) for d in [len(values)]) + number(2, 1)
                   + block(9, b"\0\0\0\0" * len(values)) + block(8, "w"))
             + block(2, b"".join(number(1, d) for d in index_dims) + number(2, 7)
                     + block(7, b"".join(varint(i & (1 << 64) - 1) for i in indices)))
             + b"".join(number(3, d) for d in dims))
    return block(15, inner)


write("sparse_index", model(identity, sparse([2, 2], [1], [4], [1])), "w: there is no index 4 of 4 elements")
write("sparse_negative", model(identity, sparse([2, 2], [1], [-1], [1])), "w: there is no index -1 of 4 elements")
write("sparse_pair", model(identity, sparse([2, 2], [1], [0, 2], [1, 2])), "w: there is no index 2")
write("sparse_counts", model(identity, sparse([2, 2], [1], [0, 2], [2])),
      "w: 1 values and indices of the shape 2 do not go together")
write("sparse_without_indices", model(identity, block(15, block(1, number(1, 1)))),
      "byte 30: a sparse tensor without values and indices")
