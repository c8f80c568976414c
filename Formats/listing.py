"""The lines of golden/*.expected: what another program says is in a file.

One line for each entry in the file's order, columns separated by tabs:

    name  type  stored as (- where the same)  shape  SHA-256 of the numbers  the first of them
    name  not-numbers  class  shape

The digest (its first 16 digits) is over the bytes of the numbers row by row (C order), little-endian, a logical as one
byte, a complex number as real part, imaginary part. The first numbers, four at most, are there for people.
"""
import hashlib

import numpy as np


def shape_text(shape):
    return "x".join(str(n) for n in shape) or "scalar"


def numbers(name, array, stored=None):
    """The line of an array of numbers."""
    array = np.asarray(array)
    little = np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"))).reshape(array.shape)
    digest = hashlib.sha256(little.tobytes(order="C")).hexdigest()[:16]
    first = []
    for value in little.ravel(order="C")[:4].tolist():
        first += [value.real, value.imag] if isinstance(value, complex) else [value]
    shown = " ".join(str(int(v)) if isinstance(v, bool) else repr(v) for v in first) or "-"
    return "\t".join([name, array.dtype.name, stored or "-", shape_text(array.shape), digest, shown])


def other(name, class_name, shape):
    """The line of what is no array of numbers."""
    return "\t".join([name, "not-numbers", class_name, shape_text(shape)])


def write(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
