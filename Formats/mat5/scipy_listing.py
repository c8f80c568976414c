"""What SciPy says is in MAT files of level 4 and 5, as the lines of ../listing.py: python3 scipy_listing.py FILE...

Before the lines of each file stands "# FILE", or "# FILE<tab>error" where SciPy refuses it.
SciPy gives the type in which numbers are stored; they are turned to their MATLAB class here. (mat_dtype=True would do
that too, but drops imaginary parts.) Sparse matrices are turned to full ones.
"""
import os
import sys
import warnings

import numpy as np
import scipy.io
import scipy.sparse

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import listing

CLASSES = {"double": "float64", "single": "float32", "logical": "bool"} | {
    f"{u}int{n}": f"{u}int{n}" for u in ("", "u") for n in (8, 16, 32, 64)}

# SciPy's name for the variable without a name that belongs to function handles.
WORKSPACE = "__function_workspace__"


def line(name, shape, class_name, value):
    if class_name == "function":
        return listing.other(name, "function handle", shape)
    if class_name == "object":
        return listing.other(name, f"object {value.classname}", shape)
    if class_name == "opaque":
        return listing.other(name, f"object {value[0]['s2'].decode()}", ())
    if class_name == "sparse" or scipy.sparse.issparse(value):
        dense = value.toarray()
        kind = {"c": "complex128", "b": "bool"}.get(dense.dtype.kind, "float64")
        return listing.numbers(name, dense.astype(kind))
    if class_name not in CLASSES:
        return listing.other(name, class_name, shape)
    own = np.dtype(CLASSES[class_name])
    if value.dtype.kind == "c":
        if own.kind != "f":
            return listing.other(name, f"complex {own.name}", shape)
        return listing.numbers(name, value.astype("complex128" if own == np.float64 else "complex64"))
    stored = np.dtype("uint8") if value.dtype == bool else value.dtype.newbyteorder("=")
    kept = np.dtype("uint8") if own == bool else own
    return listing.numbers(name, value.astype(own), None if stored == kept else stored.name)


def lines(path):
    """The lines of one file."""
    found = scipy.io.whosmat(path, chars_as_strings=False)
    values = scipy.io.loadmat(path, chars_as_strings=False)
    return [line(name, shape, class_name, values[name]) for name, shape, class_name in found if name != WORKSPACE]


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    for path in sys.argv[1:]:
        try:
            result = lines(path)
        except Exception as error:
            print(f"# {path}\t{type(error).__name__}: {error}".replace("\n", " "))
            continue
        print(f"# {path}")
        for text in result:
            print(text)
