"""Writes golden/scipy_*.mat with SciPy, and golden/*.expected for every file there: python3 make_golden.py

The expected lines of SciPy's files come from the arrays that were written, those of the others from SciPy's reader.
"""
import os
import subprocess
import sys

import numpy as np
import scipy.io
import scipy.sparse

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "..")]
import listing
import scipy_listing

golden = os.path.join(here, "golden")


def arrays():
    """Every element type in several shapes."""
    random = np.random.default_rng(0)
    result = {}
    for bits in (8, 16, 32, 64):
        for kind in ("int", "uint"):
            name = f"{kind}{bits}"
            info = np.iinfo(name)
            result[f"{name}_ends"] = np.array([[info.min, info.max, 1]], dtype=name)
            result[f"{name}_box"] = random.integers(info.min, info.max, (2, 3, 4), dtype=name)
    for name in ("float32", "float64"):
        info = np.finfo(name)
        result[f"{name}_ends"] = np.array(
            [[info.min, info.max, info.tiny, info.smallest_subnormal, -0.0, np.nan, np.inf, -np.inf]], dtype=name)
        result[f"{name}_matrix"] = random.standard_normal((5, 3)).astype(name)
        result[f"{name}_box"] = random.standard_normal((2, 1, 3, 2)).astype(name)
        result[f"{name}_empty"] = np.zeros((0, 3), dtype=name)
        result[f"{name}_one"] = np.array([[0.1]], dtype=name)
    result["logical_matrix"] = random.integers(0, 2, (3, 5)).astype(bool)
    result["logical_one"] = np.array([[True]])
    result["complex64_matrix"] = (random.standard_normal((2, 3)) + 1j * random.standard_normal((2, 3))).astype("complex64")
    result["complex128_box"] = random.standard_normal((2, 2, 2)) + 1j * random.standard_normal((2, 2, 2))
    result["a" * 31] = np.array([[1.0]])
    return result


def mixture():
    """Arrays between what is no array of numbers, with the lines expected."""
    cell = np.empty((1, 2), dtype=object)
    cell[0, 0], cell[0, 1] = np.eye(2), "text"
    values = {
        "before": np.array([[1.5, 2.5]]), "text": np.array(["hello"]), "cells": cell,
        "parts": {"a": 1.0, "b": "two"}, "thin": scipy.sparse.csc_matrix(np.eye(3)),
        "thin_complex": scipy.sparse.csc_matrix(np.eye(2) * 1j), "after": np.array([[3.0], [4.0]]),
    }
    lines = [
        listing.numbers("before", values["before"]), listing.other("text", "char", (1, 5)),
        listing.other("cells", "cell", (1, 2)), listing.other("parts", "struct", (1, 1)),
        listing.numbers("thin", np.eye(3)), listing.numbers("thin_complex", np.eye(2) * 1j),
        listing.numbers("after", values["after"]),
    ]
    return values, lines


def sparse():
    """Sparse matrices of every kind, with the full ones expected."""
    random = np.random.default_rng(1)
    full = {
        "real": random.standard_normal((5, 4)) * (random.random((5, 4)) < 0.4),
        "imaginary": (random.standard_normal((3, 6)) + 1j * random.standard_normal((3, 6))) * (random.random((3, 6)) < 0.5),
        "logical": random.random((4, 7)) < 0.3,
        "row": np.array([[0, 0, 1.5, 0, -2]]),
        "column": np.array([[0], [3.0], [0]]),
        "zeros": np.zeros((3, 2)),
        "special": np.array([[np.nan, 0], [np.inf, -np.inf]]),
    }
    thin = {name: scipy.sparse.csc_matrix(array) for name, array in full.items()}
    return thin, [listing.numbers(name, array.toarray()) for name, array in thin.items()]


def save(name, values, lines, compressed):
    path = os.path.join(golden, name)
    scipy.io.savemat(path, values, do_compression=compressed)
    # The date in the header would make every run differ.
    with open(path, "r+b") as file:
        file.write(b"MATLAB 5.0 MAT-file Platform: posix, Created by: scipy".ljust(116))
    listing.write(path + ".expected", lines)


for version, compressed in (("v6", False), ("v7", True)):
    written = arrays()
    save(f"scipy_types_{version}.mat", written, [listing.numbers(*item) for item in written.items()], compressed)
    save(f"scipy_mixture_{version}.mat", *mixture(), compressed)
    save(f"scipy_sparse_{version}.mat", *sparse(), compressed)
# Octave gives sparse logicals the class of full ones, so that neither SciPy nor Octave itself reads them.
thin = {"spb": np.array([[1, 0], [0, 1]], dtype=bool), "bz": np.array([[1, 0, 1], [0, 0, 1]], dtype=bool)}
for version in ("v6", "v7"):
    path = os.path.join(golden, f"octave_sparse_logical_{version}.mat")
    program = f"spb = sparse([true false; false true]); bz = sparse(logical([1 0 1; 0 0 1])); save -{version} {path} spb bz"
    subprocess.run(["octave-cli", "-q", "--eval", program], check=True)
    listing.write(path + ".expected", [listing.numbers(*item) for item in thin.items()])
for name in sorted(os.listdir(golden)):
    if name.endswith(".mat") and not name.startswith(("scipy_", "octave_sparse_logical")):
        listing.write(os.path.join(golden, name + ".expected"), scipy_listing.lines(os.path.join(golden, name)))
