#!/usr/bin/env python3
"""Writes the files of the HDF5 tests with h5py (3.16, HDF5 2.0.0): make_files.py [FOLDER]

filters.h5 is not among them: see ../README.md.
"""

import ctypes
import ctypes.util
import os
import sys

import h5py
import numpy as np
from h5py import h5d, h5p, h5s, h5t

os.chdir(sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__)))


def low_level(parent, name, type_id, data, shape):
    """A dataset of a type that NumPy has no name for, from the bytes of its elements; large ones compressed."""
    properties = h5p.create(h5p.DATASET_CREATE)
    if len(data) > 10_000:
        properties.set_chunk(shape)
        properties.set_shuffle()
        properties.set_deflate(9)
    dataset = h5d.create(parent.id, name.encode(), type_id, h5s.create_simple(shape), dcpl=properties)
    dataset.write(h5s.ALL, h5s.ALL, np.frombuffer(data, dtype=np.uint8), mtype=type_id)


# Every numeric type in both byte orders, with its extreme values.
with h5py.File("numbers.h5", "w") as file:
    for kind in "iu":
        for size in (1, 2, 4, 8):
            info = np.iinfo(f"{kind}{size}")
            values = np.array([[info.min, info.max, 0], [1, 100, info.max - 1]], dtype=info.dtype)
            for order, name in (("<", "little"), (">", "big")):
                file[f"{name}/{kind}{size}"] = values.astype(f"{order}{kind}{size}")
    for size in (2, 4, 8):
        info = np.finfo(f"f{size}")
        values = np.array([[0, -0.0, 1.5], [info.max, info.smallest_subnormal, -np.inf]], dtype=info.dtype)
        for order, name in (("<", "little"), (">", "big")):
            file[f"{name}/f{size}"] = values.astype(f"{order}f{size}")
    for size in (8, 16):
        values = np.array([[1 + 2j, complex(0, -3.5), 0], [1e30, -1 - 1j, 0.25]], dtype=f"c{size}")
        for order, name in (("<", "little"), (">", "big")):
            file[f"{name}/c{size}"] = values.astype(f"{order}c{size}")
            matlab = np.dtype([("real", f"{order}f{size // 2}"), ("imag", f"{order}f{size // 2}")])
            file[f"{name}/matlab_c{size}"] = np.stack([values.real, values.imag], -1).astype(
                f"{order}f{size // 2}").view(matlab)[..., 0]
    file["boolean"] = np.array([[True, False, True], [False, False, True]])
    file["not_a_boolean"] = np.array([0, 7], dtype=h5py.enum_dtype({"FALSE": 0, "TRUE": 1}, basetype="i1"))
    colours = h5py.enum_dtype({"red": -1, "green": 2, "blue": 300}, basetype=">i2")
    file.create_dataset("enumeration", data=np.array([2, -1, 300], dtype=">i2"), dtype=colours)
    # All patterns of the two short floats: conversions of them must be exact.
    patterns = np.arange(65536, dtype="<u2").tobytes()
    low_level(file, "all_half", h5t.IEEE_F16LE, patterns, (65536,))
    bfloat16 = h5t.IEEE_F32LE.copy()
    bfloat16.set_fields(15, 7, 8, 0, 7)
    bfloat16.set_size(2)
    bfloat16.set_ebias(127)
    low_level(file, "all_bfloat16", bfloat16, patterns, (65536,))
    three = h5t.STD_I32LE.copy()
    three.set_precision(24)
    three.set_size(3)
    low_level(file, "three_bytes", three, bytes([1, 0, 0, 0xFF, 0xFF, 0xFF]), (2,))
    low_level(file, "bits", h5t.STD_B8LE, bytes([0, 1, 255]), (3,))
    file["long_double"] = np.array([1.5], dtype="g")

# Shapes that are none, and types that are not numbers.
with h5py.File("shapes.h5", "w") as file:
    file["scalar"] = 3.5
    file["null"] = h5py.Empty("<f8")
    file["zero_rows"] = np.zeros((0, 3))
    file["zero_columns"] = np.zeros((3, 0), dtype="i4")
    file["rank4"] = np.arange(2 * 3 * 4 * 5, dtype="i4").reshape(2, 3, 4, 5)
    file["never_written"] = np.zeros((0,))
    file.create_dataset("unwritten", (4, 3), "f8", fillvalue=7)
    file.create_dataset("huge", (1 << 40,), "f8", chunks=(1024,))
    file["compound"] = np.array([(1, 2.5)], dtype=[("a", "<i4"), ("b", ">f8")])
    file["opaque"] = np.array([b"ab", b"cd"], dtype="V2")
    file["reference"] = np.array([file["scalar"].ref], dtype=h5py.ref_dtype)
    file.create_dataset("sequences", (1,), h5py.vlen_dtype("<i4"))[0] = [1, 2, 3]
    file.create_dataset("arrays", (2,), np.dtype(("<f8", (3, 2))))
    file["named_type"] = np.dtype("<i8")
    attributes = file["scalar"].attrs
    attributes["null"] = h5py.Empty("<f4")
    attributes["matrix"] = np.array([[1, 2, 3], [4, 5, 6]], dtype=">i2")
    attributes["one"] = np.array([1.5])
    attributes["flag"] = True
    attributes["complex"] = 1 + 2j
    attributes["none"] = np.zeros((0,))

# Text in every form, as attributes and as datasets.
with h5py.File("text.h5", "w") as file:
    file["o"] = 0
    attributes = file["o"].attrs
    attributes["variable_utf8"] = "grün"
    attributes["variable_ascii"] = np.array(b"plain", dtype=h5py.string_dtype("ascii"))
    attributes["variable_array"] = ["a", "", "dé"]
    attributes["variable_empty"] = ""
    attributes["null"] = h5py.Empty(h5py.string_dtype())

    def fixed(name, size, padding, charset, values, shape=None):
        text = h5t.C_S1.copy()
        text.set_size(size)
        text.set_strpad(padding)
        text.set_cset(charset)
        space = h5s.create(h5s.SCALAR) if shape is None else h5s.create_simple(shape)
        data = np.frombuffer(values, dtype=f"S{size}" if size else "u1")
        attribute = h5py.h5a.create(file["o"].id, name.encode(), text, space)
        attribute.write(data if shape else data.reshape(()), mtype=text)
        dataset = h5d.create(file.id, name.encode(), text, space)
        dataset.write(h5s.ALL, h5s.ALL, data if shape else data.reshape(()), mtype=text)

    ascii, utf8 = h5t.CSET_ASCII, h5t.CSET_UTF8
    fixed("matlab", 6, h5t.STR_NULLTERM, ascii, b"double")
    fixed("terminated", 8, h5t.STR_NULLTERM, ascii, b"text\0abc")
    fixed("null_padded", 8, h5t.STR_NULLPAD, ascii, b"te\0xt\0\0\0")
    fixed("null_padded_full", 4, h5t.STR_NULLPAD, utf8, "dé".encode() + b"x")
    fixed("space_padded", 8, h5t.STR_SPACEPAD, ascii, b"te xt   ")
    fixed("array", 3, h5t.STR_NULLPAD, ascii, b"ab\0c\0\0def\0\0\0", (2, 2))
    fixed("latin1", 4, h5t.STR_NULLTERM, ascii, b"gr\xfcn")
    file["variable"] = np.array(["one", "", "drei", "läng" * 100], dtype=h5py.string_dtype())
    one = h5t.C_S1.copy()
    one.set_size(1)
    names = np.empty(2, dtype=object)
    names[0], names[1] = np.array(list("data"), dtype="S1"), np.array(list("ir"), dtype="S1")
    file["o"].attrs.create("MATLAB_fields", names, dtype=h5py.vlen_dtype("S1"))

# Links of every kind, a circle, and a file beside that they lead to.
with h5py.File("other.h5", "w") as file:
    file["x"] = np.arange(3.0)
with h5py.File("links.h5", "w", track_order=True) as file:
    file["z"] = np.arange(4.0)
    file["group/a"] = 1
    file["hard"] = file["z"]
    file["soft"] = h5py.SoftLink("/z")
    file["relative"] = h5py.SoftLink("group/a")
    file["dangling"] = h5py.SoftLink("/nope")
    file["circle"] = h5py.SoftLink("/circle")
    file["external"] = h5py.ExternalLink("other.h5", "/x")
    file["through"] = h5py.SoftLink("/external")
    file["group/up"] = file["/"]
    file["größe"] = 5
    file.id.links.create_soft(b"latin\xfc", b"/z")
    with open("raw.bin", "wb") as raw:
        raw.write(np.arange(6.0).tobytes())
    file.create_dataset("stored_elsewhere", (6,), "f8", external=[("raw.bin", 0, 48)])
    layout = h5py.VirtualLayout((3,), "f8")
    layout[:] = h5py.VirtualSource("other.h5", "x", (3,))
    file.create_virtual_dataset("virtual", layout)

# What the newest library writes when it is told to: 1.10 cannot open the chunked dataset.
with h5py.File("latest.h5", "w", libver="latest") as file:
    file["X"] = np.arange(12.0).reshape(4, 3)
    file.create_dataset("chunked", data=np.arange(12.0).reshape(4, 3), chunks=(2, 3), compression="gzip")
    file.create_dataset("grows", data=np.arange(12.0).reshape(4, 3), maxshape=(None, 3), chunks=(2, 3))
    file["z"] = 3

# Chunks through the filters that are decoded: runs, repetitions, noise that LZF gives up on, and chunks over the edge.
with h5py.File("chunks.h5", "w") as file:
    i = np.arange(3000)
    values = ((i // 7 % 12) / 8).reshape(1000, 3)
    lzf = dict(chunks=(300, 3), compression="lzf")
    file.create_dataset("lzf", data=values, **lzf)
    file.create_dataset("lzf_shuffle_fletcher32", data=values, shuffle=True, fletcher32=True, **lzf)
    file.create_dataset("lzf_zeros", data=np.zeros((1000, 3)), **lzf)
    file.create_dataset("lzf_noise", data=(i * 2654435761 % 2**32 >> 7).astype("u1"), chunks=(1100,), compression="lzf")
    file.create_dataset("lzf_int16", data=(i % 1000 - 500).astype(">i2"), chunks=(1024,), compression="lzf")
    file.create_dataset("lzf_text", data=np.array([b"yes", b"no", b"maybe"] * 100), chunks=(150,), compression="lzf")
    file.create_dataset("scaleoffset", data=(i % 1000 - 500).astype("i4"), chunks=(1024,), scaleoffset=0)
    file.create_dataset("scaleoffset_float", data=((i // 7 % 12) / 8).astype("f4"), chunks=(1024,), scaleoffset=3)
    file.create_dataset("szip", data=(i // 5).astype("u2"), chunks=(1024,), compression="szip")

# Records of numbers and of other things.
with h5py.File("records.h5", "w") as file:
    record = np.dtype([("index", "<i8"), ("block", ">f4", (2, 3)), ("flag", "?"), ("name", "S4"), ("z", "<c16")])
    records = np.zeros(5, record)
    records["index"] = np.arange(5) * 10
    records["block"] = np.arange(30).reshape(5, 2, 3) / 4
    records["flag"] = [1, 0, 0, 1, 1]
    records["name"] = b"abcd"
    records["z"] = np.arange(5) - 1j
    file["records"] = records
    file.create_dataset("chunked", data=records, chunks=(2,), compression="lzf")
    file["range"] = np.array((1.0, 9.0, 0.5), dtype=[("base", "f8"), ("limit", "f8"), ("increment", "f8")])

# Integers of 11 bits through nbit, by the library itself: h5py's refuses to create such a type.
hdf5 = ctypes.CDLL(ctypes.util.find_library("hdf5_serial") or ctypes.util.find_library("hdf5"))
for function in ("H5Fcreate", "H5Screate_simple", "H5Pcreate", "H5Tcopy", "H5Dcreate2"):
    getattr(hdf5, function).restype = ctypes.c_int64
hdf5.H5open()
shared = {name: ctypes.c_int64.in_dll(hdf5, name + "_g") for name in (
    "H5T_STD_I32LE", "H5T_NATIVE_INT32", "H5P_CLS_DATASET_CREATE_ID")}
nbit = ctypes.c_int64(hdf5.H5Fcreate(b"nbit.h5", 2, ctypes.c_int64(0), ctypes.c_int64(0)))
narrow = ctypes.c_int64(hdf5.H5Tcopy(shared["H5T_STD_I32LE"]))
hdf5.H5Tset_precision(narrow, ctypes.c_size_t(11))
space = ctypes.c_int64(hdf5.H5Screate_simple(1, (ctypes.c_uint64 * 1)(3000), None))
properties = ctypes.c_int64(hdf5.H5Pcreate(shared["H5P_CLS_DATASET_CREATE_ID"]))
hdf5.H5Pset_chunk(properties, 1, (ctypes.c_uint64 * 1)(1024))
hdf5.H5Pset_nbit(properties)
hdf5.H5Pset_obj_track_times(properties, False)
nothing = ctypes.c_int64(0)
dataset = ctypes.c_int64(hdf5.H5Dcreate2(nbit, b"nbit", narrow, space, nothing, properties, nothing))
values = (np.arange(3000) % 1000 - 500).astype("i4")
hdf5.H5Dwrite(dataset, shared["H5T_NATIVE_INT32"], nothing, nothing, nothing, values.ctypes.data_as(ctypes.c_void_p))
hdf5.H5Dclose(dataset)
hdf5.H5Fclose(nbit)
