"""Damaged Core ML files and the errors that they give: python make_malformed.py"""
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
    return varint(field << 3) + varint(n)


def block(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


feature = block(1, "x") + block(3, block(5, block(1, b"\x02") + number(2, 65568)))
description = block(2, block(1, feature))


def model(*layers):
    return number(1, 4) + description + block(500, b"".join(layers))


def product(weights, rows=1):
    return block(1, block(1, "ip") + block(2, "x") + block(3, "y") + block(
        140, number(1, 2) + number(2, rows) + block(20, weights)))


def write(name, content, error):
    path = os.path.join(folder, name + ".mlmodel")
    with open(path, "wb") as file:
        file.write(content)
    with open(path + ".expected", "w") as file:
        file.write(error + "\n")


os.makedirs(folder, exist_ok=True)
whole = model(product(block(1, b"\0" * 8)))
write("cut", whole[:-3], "")
write("layer_beyond", model(b"\x0a\x7f"), "")
write("group", model(b"\x0b"), "")
write("no_floats", model(product(block(1, b"\0" * 7))), "")
write("no_halves", model(product(block(2, b"\0" * 7))), "")
write("label_not_utf8", number(1, 4) + description + block(403, block(100, block(1, b"\xff"))), "")
write("kind_is_a_number", number(1, 4) + description + number(500, 1), "")
