"""Writes golden/scipy_*.mat with SciPy, golden/octave.mat with Octave, and golden/*.expected: python3 make_golden.py

The expected lines come from SciPy's reader (../mat5/scipy_listing.py).
"""
import os
import subprocess
import sys

import numpy as np
import scipy.io
import scipy.sparse

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, ".."), os.path.join(here, "..", "mat5")]
import listing
import scipy_listing

golden = os.path.join(here, "golden")


def types():
    """What SciPy can write: every type of numbers, texts, sparse matrices; empty, scalar, row, column, matrix."""
    random = np.random.default_rng(4)
    return {
        "float64": random.standard_normal((3, 4)),
        "float32": random.standard_normal((2, 3)).astype("float32"),
        "int32": np.array([[-2**31, 2**31 - 1, 7]], dtype="int32"),
        "int16": np.array([[-2**15], [2**15 - 1]], dtype="int16"),
        "uint16": np.array([[0, 2**16 - 1]], dtype="uint16"),
        "uint8": np.arange(6, dtype="uint8").reshape(2, 3),
        "special": np.array([[np.nan, np.inf, -np.inf, -0.0, 5e-324]]),
        "scalar": np.array([[0.1]]),
        "row": np.array([[1.5, 2.5]]),
        "column": np.array([[1.5], [2.5]]),
        "empty": np.zeros((0, 0)),
        "empty_rows": np.zeros((0, 3)),
        "complex_matrix": random.standard_normal((2, 3)) + 1j * random.standard_normal((2, 3)),
        "text": np.array(["hello"]),
        "texts": np.array(["ab", "cd", "ef"]),
        "thin": scipy.sparse.csc_matrix(np.array([[0, 1.5, 0], [0, 0, -2]])),
        "thin_complex": scipy.sparse.csc_matrix(np.array([[0, 1.5j, 0], [2, 0, 0]])),
        "n" * 63: np.array([[1.0]]),
    }


OCTAVE = """
x = [1 2; 3 4.5]; s = pi; neg = -Inf; c = [1+2i 3-4i; 0 5i]; str = 'hello'; texts = ['ab'; 'cd']; r = 1:5; e03 = zeros(0, 3);
thin = sparse([1 3], [2 1], [5 -1.5]); thin_complex = sparse([0 2i; 1 0]); f = single([0.5 1.5]);
save -v4 %s x s neg c str texts r e03 thin thin_complex
"""

scipy.io.savemat(os.path.join(golden, "scipy_types.mat"), types(), format="4")
subprocess.run(["octave-cli", "-q", "--eval", OCTAVE % os.path.join(golden, "octave.mat")], check=True)
for name in sorted(os.listdir(golden)):
    if name.endswith(".mat"):
        listing.write(os.path.join(golden, name + ".expected"), scipy_listing.lines(os.path.join(golden, name)))
