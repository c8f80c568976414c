"""Writes golden/*.npz with NumPy, SciPy and zip, and golden/*.expected: python3 make_golden.py

The expected lines come from the arrays that were written, those of other files from NumPy's reader.
"""
import io
import os
import subprocess
import sys
import tempfile
import zipfile

import numpy as np
import scipy.sparse

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, ".."))
import listing

golden = os.path.join(here, "golden")

arrays = {
    "X": np.linspace(-1, 1, 12).reshape(6, 2), "y": np.arange(6, dtype="u1") % 2,
    "fortran": np.asfortranarray(np.arange(12.0).reshape(3, 4)), "big": np.arange(5, dtype=">i4"),
    "scalar": np.array(0.1), "empty": np.zeros((0, 3), "f4"), "z": np.array([1 + 2j]),
    "zeros": np.zeros((40, 40)),
}


class Pipe(io.RawIOBase):
    """An output that cannot be sought in, as standard output is not."""

    def __init__(self, path):
        self.file = open(path, "wb")

    def writable(self):
        return True

    def write(self, data):
        return self.file.write(data)

    def close(self):
        self.file.close()
        super().close()


def expect(name, lines):
    listing.write(os.path.join(golden, name + ".expected"), lines)


def lines_of(arrays):
    return [listing.numbers(*item) for item in arrays.items()]


def path(name):
    return os.path.join(golden, name)


small = {name: array for name, array in arrays.items() if name != "zeros"}
np.savez(path("numpy_stored.npz"), **small)
expect("numpy_stored.npz", lines_of(small))
np.savez_compressed(path("numpy_deflated.npz"), **arrays)
expect("numpy_deflated.npz", lines_of(arrays))
np.savez(path("numpy_empty.npz"))
expect("numpy_empty.npz", [])
some = {"a/b": np.arange(3), "größe": np.eye(2), "x.npy": np.array([1.5]), "arr_0": np.array([True, False])}
np.savez(path("numpy_names.npz"), **some)
expect("numpy_names.npz", lines_of(some))

# Checksums and sizes stand behind the members.
two = {"a": np.arange(3.0), "b": np.arange(4, dtype="i2")}
with Pipe(path("numpy_streamed.npz")) as file:
    np.savez(file, **two)
expect("numpy_streamed.npz", lines_of(two))
with Pipe(path("numpy_streamed_deflated.npz")) as file:
    np.savez_compressed(file, **two)
expect("numpy_streamed_deflated.npz", lines_of(two))

# What Python writes from 2 GiB on.
limits = zipfile.ZIP64_LIMIT
zipfile.ZIP64_LIMIT = 10
np.savez(path("numpy_zip64.npz"), **two)
zipfile.ZIP64_LIMIT = limits
expect("numpy_zip64.npz", lines_of(two))

# What is no array of numbers, between arrays.
objects = np.array([1, "two"], dtype=object)
np.savez(path("numpy_others.npz"), a=two["a"], objects=objects, texts=np.array(["x", "yz"]), b=two["b"])
with zipfile.ZipFile(path("numpy_others.npz"), "a") as archive:
    archive.writestr(zipfile.ZipInfo("README"), "About these arrays.\n")
    archive.writestr(zipfile.ZipInfo("folder/"), "")
expect("numpy_others.npz", [
    listing.numbers("a", two["a"]), listing.other("objects", "pickled Python objects (|O)", (2,)),
    listing.other("texts", "texts (<U2)", (2,)), listing.numbers("b", two["b"]),
    listing.other("README", "file of 20 bytes", ()),
])

# The matrix as SciPy keeps it: the format's name is a text without dimensions.
scipy.sparse.save_npz(path("scipy_sparse.npz"), scipy.sparse.csr_matrix(np.eye(3)))
with np.load(path("scipy_sparse.npz")) as file:
    expect("scipy_sparse.npz", [
        listing.other(name, f"byte strings ({file[name].dtype.str})", file[name].shape)
        if file[name].dtype.kind == "S" else listing.numbers(name, file[name]) for name in file.files])

# Info-ZIP adds fields of its own (times, user), and a comment. -X would leave them out.
if not os.path.exists(path("infozip.npz")):
    with tempfile.TemporaryDirectory() as folder:
        for name, array in arrays.items():
            np.save(os.path.join(folder, name), array)
            os.utime(os.path.join(folder, name + ".npy"), (0, 0))
        subprocess.run(["zip", "-q", "-z", path("infozip.npz")] + [f"{name}.npy" for name in arrays],
                       cwd=folder, input=b"arrays of a test\n", check=True)
expect("infozip.npz", lines_of(arrays))

for name in ("hand.npz", "hand_deflated.npz"):
    with np.load(path(name)) as file:
        expect(name, lines_of({key: file[key] for key in file.files}))
