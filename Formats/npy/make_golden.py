"""Writes golden/numpy_*.npy with NumPy, and golden/*.expected for every file there: python3 make_golden.py

The expected lines come from the arrays that were written, those of other files from NumPy's reader.
"""
import os
import sys

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, ".."))
import listing

golden = os.path.join(here, "golden")


def types():
    """A small array of every element type, with the ends of its range."""
    random = np.random.default_rng(0)
    arrays = [np.array([[True, False, True], [False, False, True]])]
    for bits in (8, 16, 32, 64):
        for kind in ("int", "uint"):
            info = np.iinfo(f"{kind}{bits}")
            arrays.append(np.array([[info.min, info.max, 1], [2, 3, 4]], dtype=info.dtype))
    for name in ("float16", "float32", "float64"):
        info = np.finfo(name)
        arrays.append(np.array(
            [[info.min, info.max, info.tiny, info.smallest_subnormal], [-0.0, np.nan, np.inf, -np.inf]], dtype=name))
    for name in ("complex64", "complex128"):
        arrays.append((random.standard_normal((2, 2)) + 1j * random.standard_normal((2, 2))).astype(name))
    return arrays


def shapes():
    """Scalars, vectors, boxes, and arrays without elements."""
    return [np.arange(1, 1 + int(np.prod(shape)), dtype="f8").reshape(shape)
            for shape in ((), (1,), (3,), (0,), (0, 3), (3, 0), (2, 3), (1, 3), (2, 3, 4), (2, 1, 3, 1))]


def others():
    """What is no array of numbers that is read, with its class."""
    return [
        (np.array(["one", "zwölf"]), "texts (<U5)"), (np.array([b"one", b"three"]), "byte strings (|S5)"),
        (np.array(["2011-11-13"], "M8[D]"), "dates (<M8[D])"), (np.array([5], "m8[s]"), "time spans (<m8[s])"),
        (np.zeros((2, 2), "V2"), "raw bytes (|V2)"), (np.zeros(2, "longdouble"), "long doubles (<f16)"),
        (np.zeros(1, "clongdouble"), "complex long doubles (<c32)"),
    ]


def names(stem, arrays):
    """Arrays that follow one another in a file have the file's name and, from the second one on, a number."""
    return [(stem if index == 0 else f"{stem}_{index + 1}", array) for index, array in enumerate(arrays)]


def save(stem, arrays, lines=None, version=None):
    path = os.path.join(golden, stem + ".npy")
    with open(path, "wb") as file:
        for array in arrays:
            np.lib.format.write_array(file, array, version=version, allow_pickle=True)
    if lines is None:
        lines = [listing.numbers(name, array) for name, array in names(stem, arrays)]
    listing.write(path + ".expected", lines)


save("numpy_types", types())
save("numpy_big_endian", [array.astype(array.dtype.newbyteorder(">")) for array in types() if array.itemsize > 1])
save("numpy_fortran", [np.asfortranarray(array) for array in shapes() + types()[-2:]])
save("numpy_shapes", shapes())
save("numpy_version_2", [np.arange(6.0).reshape(2, 3)], version=(2, 0))
save("numpy_version_3", [np.arange(6.0).reshape(2, 3)], version=(3, 0))
save("numpy_others", [array for array, _ in others()],
     [listing.other(name, text, array.shape)
      for (name, array), (_, text) in zip(names("numpy_others", [array for array, _ in others()]), others())])
records = np.array([(1, 2.5, [1, 2])], dtype=[("a", "i4"), ("größe", "f8"), ("pair", "f4", (2,))])
save("numpy_records", [records], [listing.other("numpy_records", "records of a, größe, pair", (1,))])
save("numpy_objects", [np.array([1, "two", None], dtype=object)],
     [listing.other("numpy_objects", "pickled Python objects (|O)", (3,))])
for name in sorted(os.listdir(golden)):
    if name.endswith(".npy") and not name.startswith("numpy_"):
        path = os.path.join(golden, name)
        listing.write(path + ".expected", [listing.numbers(name[:-4], np.load(path))])
