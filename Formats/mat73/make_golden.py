#!/usr/bin/env python3
"""Writes golden/ with hdf5storage 0.2.2 and, for what it does not write, h5py 3.16.0; and malformed/ from them.

matlab_*.mat are files of MATLAB itself, copied from PyTables 3.11.1 (tables/tests, BSD licence); scipy_matlab.mat is
testhdf5_7.4_GLNX86.mat of SciPy 1.17.1 (scipy/io/matlab/tests/data, BSD licence).
"""
import os
import shutil
import sys

import h5py
import hdf5storage
import numpy as np
import scipy.io
import tables

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
import listing  # noqa: E402

os.chdir(os.path.join(here, "golden"))


def expect(name, entries):
    listing.write(name + ".expected", [
        listing.numbers(*entry) if not isinstance(entry[1], str) else listing.other(*entry) for entry in entries])


# Files of MATLAB itself.
own = os.path.join(os.path.dirname(tables.__file__), "tests")
for name in ("matlab_file", "test_ref_array2"):
    shutil.copy(os.path.join(own, name + ".mat"), f"matlab_{name.removeprefix('matlab_')}.mat")
shutil.copy(os.path.join(
    os.path.dirname(scipy.io.__file__), "matlab/tests/data/testhdf5_7.4_GLNX86.mat"), "scipy_matlab.mat")
expect("matlab_file.mat", [("a", h5py.File("matlab_file.mat")["a"][()].T)])
expect("matlab_test_ref_array2.mat", [("var", "cell", (1, 3))])
expect("scipy_matlab.mat", [("testdouble", h5py.File("scipy_matlab.mat")["testdouble"][()].T)])

# Every class, by hdf5storage; the variables are in the order of their names.
values = dict(
    a_double=np.arange(6.0).reshape(3, 2) / 4, b_single=np.float32([[1.5, -2]]), c_logical=np.array([[True], [False]]),
    d_complex=np.array([[1 + 2j, 3 - 4j]]), d_complex_single=np.array([[1 + 2j]], "c8"),
    e_empty=np.zeros((0, 3)), f_nd=np.arange(24.0).reshape(2, 3, 4), g_scalar=np.array([[7.0]]))
for kind in "iu":
    for size in (1, 2, 4, 8):
        info = np.iinfo(f"{kind}{size}")
        values[f"h_{info.dtype.name}"] = np.array([[info.min, 1, info.max]], info.dtype)
if os.path.exists("classes.mat"):
    os.remove("classes.mat")
text = dict(i_char="hällo", j_cell=np.array([[1.5, "a"]], dtype=object), k_struct={"a": np.array([[1.0]])})
hdf5storage.savemat("classes.mat", {**values, **text}, format="7.3", store_python_metadata=False, oned_as="row")
ordered = sorted({**values, **text})
classes = dict(i_char=("char", (1, 5)), j_cell=("cell", (1, 2)), k_struct=("struct", (1, 1)))
expect("classes.mat", [(n, values[n]) if n in values else (n, *classes[n]) for n in ordered])


def make(name, fill):
    """A file as MATLAB lays it out."""
    with h5py.File(name, "w", userblock_size=512, libver=("earliest", "v108")) as file:
        fill(file)
    text = b"MATLAB 7.3 MAT-file, Platform: GLNXA64, Created on: Thu Jan  1 00:00:00 2026 HDF5 schema 1.00 ."
    with open(name, "r+b") as file:
        file.write(text.ljust(116) + bytes(8) + b"\0\2IM")


def variable(file, name, data, class_name, **attributes):
    file[name] = data
    mark(file[name], class_name, **attributes)


def mark(target, class_name, **attributes):
    type_id = h5py.h5t.C_S1.copy()
    type_id.set_size(len(class_name))
    attribute = h5py.h5a.create(target.id, b"MATLAB_class", type_id, h5py.h5s.create(h5py.h5s.SCALAR))
    attribute.write(np.array(class_name.encode(), f"S{len(class_name)}"), mtype=type_id)
    for key, value in attributes.items():
        target.attrs.create(key, value)


def sparse(file, name, matrix, class_name="double", **changed):
    rows, columns = matrix.shape
    group = file.create_group(name)
    mark(group, class_name, MATLAB_sparse=np.uint64(rows))
    ir = np.concatenate([np.flatnonzero(matrix[:, j]) for j in range(columns)]).astype("u8")
    jc = np.concatenate([[0], np.cumsum(np.count_nonzero(matrix, axis=0))]).astype("u8")
    data = np.concatenate([matrix[matrix[:, j] != 0, j] for j in range(columns)])
    if np.iscomplexobj(data):
        data = np.rec.fromarrays([data.real, data.imag], names="real,imag")
    if len(ir):
        group["data"] = changed.get("data", data.astype("u1") if data.dtype == bool else data)
        group["ir"] = changed.get("ir", ir)
    group["jc"] = changed.get("jc", jc)


# What MATLAB writes and hdf5storage does not.
S = np.array([[0, 2.5, 0], [0, 0, 0], [1, 0, -3], [0, 4, 0]])


def fill(file):
    sparse(file, "sparse_double", S)
    sparse(file, "sparse_logical", S != 0, "logical", )
    sparse(file, "sparse_complex", S * (1 + 2j))
    sparse(file, "sparse_zero", np.zeros((3, 2)))
    file["sparse_logical"].attrs["MATLAB_int_decode"] = np.int32(1)
    variable(file, "text", np.uint32([[0xDD000000, 2, 1, 1, 1, 1]]).T, "string", MATLAB_object_decode=np.int32(3))
    variable(file, "times", np.uint32([[0xDD000000, 2, 1, 1, 2, 1]]).T, "datetime", MATLAB_object_decode=np.int32(3))
    variable(file, "handle", np.uint32([[1, 2]]).T, "function_handle", MATLAB_object_decode=np.int32(1))
    variable(file, "nothing", np.uint64([0, 0]), "char", MATLAB_empty=np.uint8(1))
    variable(file, "no_logical", np.uint64([0, 2]), "logical", MATLAB_empty=np.uint8(1), MATLAB_int_decode=np.int32(1))
    variable(file, "narrow", np.int16([[1, 2]]), "double")
    compressed = file.create_dataset("compressed", data=np.arange(600.0).reshape(3, 200), chunks=(3, 64), compression=3)
    mark(compressed, "double")
    file.create_group("#refs#")["a"] = np.uint64([0, 0])
    array = file.create_group("structs")
    mark(array, "struct")
    array.create_dataset("q", data=np.array([[file["narrow"].ref], [file["narrow"].ref]]), dtype=h5py.ref_dtype)


make("others.mat", fill)
expect("others.mat", [
    ("compressed", np.arange(600.0).reshape(3, 200).T), ("handle", "function handle", ()),
    ("narrow", np.array([[1.0], [2.0]]), "int16"), ("no_logical", np.zeros((0, 2), bool)), ("nothing", "char", (0, 0)),
    ("sparse_complex", S * (1 + 2j)), ("sparse_double", S), ("sparse_logical", S != 0),
    ("sparse_zero", np.zeros((3, 2))), ("structs", "struct", (1, 2)), ("text", "object string", ()),
    ("times", "object datetime", ())])

os.chdir(os.path.join(here, "malformed"))


def malformed(name, sentence, fill):
    make(name, fill)
    listing.write(name + ".expected", [sentence])


malformed("sparse_columns.mat", "S: a sparse matrix: the beginnings of its 3 columns do not ascend from 0",
          lambda f: sparse(f, "S", S, jc=np.uint64([0, 3, 1, 4])))
malformed("sparse_rows.mat", "S: a sparse matrix: an element stands in a row that the matrix does not have",
          lambda f: sparse(f, "S", S, ir=np.uint64([2, 0, 4, 2])))
malformed("sparse_short.mat", "S: a sparse matrix: 4 elements are announced, 2 are there",
          lambda f: sparse(f, "S", S, data=np.array([1.0, 2.0])))
malformed("logical.mat", "b: a truth value is 2.0, which is neither 0 nor 1",
          lambda f: variable(f, "b", np.uint8([[0, 2]]), "logical", MATLAB_int_decode=np.int32(1)))
malformed("no_hdf5.mat", "byte 512: the header is that of MATLAB 7.3, but no HDF5 data begin here", lambda f: None)
with open("no_hdf5.mat", "r+b") as file:
    file.truncate(1024)
    file.seek(512)
    file.write(bytes(512))
