#!/usr/bin/env python3
"""Writes golden/ with pandas 3.1.1, PyTables 3.11.1, netCDF4 1.7.5, h5py 3.16.0 and Octave 7.3.0, each file's .expected
from the values that were given to them.

A file of PyTables or Octave has times in it, so that it differs from run to run where it need not.
"""
import os
import subprocess
import sys
import warnings

import h5py
import netCDF4
import numpy as np
import pandas as pd
import tables

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
import listing  # noqa: E402

warnings.simplefilter("ignore")
os.chdir(os.path.join(here, "golden"))
rows = np.arange(5)


def repack(name, *chunked):
    """Leaves out the space that a writer has allocated and not used; chunks that are almost empty are compressed."""
    subprocess.run(["h5repack"] + [f"--filter={path}:GZIP=9" for path in chunked] + [name, "packed"], check=True)
    os.replace("packed", name)


def expect(name, entries):
    """The lines of a file: (name, array) or (name, class, shape)."""
    listing.write(name + ".expected", [
        listing.numbers(entry[0], entry[1], *(entry[3:] or ())) if not isinstance(entry[1], str)
        else listing.other(*entry) for entry in entries])


# pandas, fixed format.
floats = pd.DataFrame({"x1": rows / 2, "x2": rows * 2.0, "y": rows % 2 * 1.0})
mixed = pd.DataFrame({"f": (rows / 4).astype("f4"), "n": rows * 3, "b": rows % 2 == 0, "a": rows / 2})
texts = pd.DataFrame({"a": rows / 2, "name": list("pqrst"), "n": rows, "when": pd.date_range("2020-01-01", periods=5)})
indexed = pd.DataFrame({3: rows, 1: rows * 2}, index=[10, 20, 30, 40, 50])
named = pd.DataFrame({"x": rows * 1.0}, index=list("vwxyz"))
empty = pd.DataFrame({"a": np.zeros(0), "b": np.zeros(0)})
bools = pd.DataFrame({"p": rows > 2, "q": rows < 2})
levels = pd.DataFrame(np.eye(2), columns=pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")]))
umlauts = pd.DataFrame({"größe": rows / 2, "日本": rows / 3})
with pd.HDFStore("pandas_fixed.h5", "w") as store:
    for name, value in dict(bools=bools, empty=empty, floats=floats, indexed=indexed, levels=levels, mixed=mixed,
                            named=named, texts=texts, umlauts=umlauts).items():
        store.put(name, value, format="fixed")
    store.put("series", pd.Series(rows * 1.5, name="y"), format="fixed")
    store.put("series_indexed", pd.Series(rows, index=rows * 2), format="fixed")
    store.put("sub/floats", floats, format="fixed")
every = [
    ("bools", bools.values), ("empty", empty.values), ("floats", floats.values), ("indexed", indexed.values),
    ("indexed/index", np.array([10, 20, 30, 40, 50])),
    ("levels", "pandas frame with several levels of names", ()), ("mixed", mixed.values.astype("f8")),
    ("named", named.values), ("named/index", "index of string", (5,)), ("series", rows * 1.5),
    ("series_indexed", rows), ("series_indexed/index", rows * 2),
    ("texts", texts[["a", "n"]].values), ("texts/name", "column of str", (5,)),
    ("texts/when", "column of datetime64[us]", (5,)), ("umlauts", umlauts.values), ("sub/floats", floats.values)]
repack("pandas_fixed.h5", "texts/block1_values")
expect("pandas_fixed.h5", every)

# pandas, table format; without the indices on disk, which take much space.
with pd.HDFStore("pandas_table.h5", "w", complevel=9) as store:
    for name, value in dict(floats=floats, indexed=indexed, mixed=mixed, texts=texts, umlauts=umlauts).items():
        store.put(name, value, format="table", index=False)
    store.put("columns", floats, format="table", data_columns=["x2"], index=False)
    store.put("series", pd.Series(rows * 1.5, name="y"), format="table", index=False)
    kinds = pd.DataFrame({"a": rows / 2, "kind": pd.Categorical(list("aabba"))})
    store.put("kinds", kinds, format="table", index=False)
repack("pandas_table.h5")
expect("pandas_table.h5", [
    ("columns", floats.values), ("floats", floats.values), ("indexed", indexed.values),
    ("indexed/index", np.array([10, 20, 30, 40, 50])), ("kinds", kinds[["a"]].values),
    ("kinds/kind", "column of category", (5,)), ("mixed", mixed.values.astype("f8")), ("series", rows * 1.5),
    ("texts", texts[["a", "n"]].values), ("texts/name", "column of text", (5,)),
    ("texts/when", "column of datetime64[us]", (5,)), ("umlauts", umlauts.values)])

# PyTables: arrays of three kinds, with attributes that have no value.
with tables.open_file("pytables.h5", "w", title="") as file:
    X = np.arange(12.0).reshape(4, 3)
    file.create_array("/", "X", X)
    file.create_carray("/", "Xc", obj=X, filters=tables.Filters(complevel=5, shuffle=True))
    rowwise = file.create_earray("/data", "rows", tables.Int16Atom(), (0, 3), createparents=True)
    rowwise.append(X.astype("i2"))
    file.create_array("/data", "big_endian", X.astype(">f4"))
    record = file.create_table("/", "T", {"a": tables.Int32Col(), "b": tables.Float64Col()})
    record.append([(1, 2.0)])
repack("pytables.h5", "T", "data/rows")
expect("pytables.h5", [
    ("T", "compound of a, b", (1,)), ("X", X), ("Xc", X), ("data/big_endian", X.astype("f4")),
    ("data/rows", X.astype("i2"))])

# netCDF-4: dimensions that are no variables, one that is, missing values.
with netCDF4.Dataset("netcdf4.nc", "w") as file:
    file.createDimension("obs", 4)
    file.createDimension("feature", 3)
    file.createVariable("X", "f8", ("obs", "feature"))[:] = X
    time = file.createVariable("obs", "i4", ("obs",))
    time[:] = [10, 20, 30, 40]
    t = file.createVariable("t", "f4", ("obs",), fill_value=-999.0)
    t[:] = np.ma.array([1.5, 0, 2.5, 0], mask=[0, 1, 0, 1])
    n = file.createVariable("n", "i2", ("obs",), fill_value=-1)
    n[:] = np.ma.array([1, 0, 3, 0], mask=[0, 1, 0, 1])
expect("netcdf4.nc", [
    ("X", X), ("n", np.array([1, -1, 3, -1], "i2")), ("obs", np.array([10, 20, 30, 40], "i4")),
    ("t", np.array([1.5, np.nan, 2.5, np.nan], "f4"))])

# The layout of Coursera's pictures, and of Keras' and others' names.
with h5py.File("coursera.h5", "w") as file:
    pictures = np.arange(2 * 4 * 4 * 3).reshape(2, 4, 4, 3).astype("u1")
    file["train_set_x"], file["train_set_y"] = pictures, np.array([0, 1])
    file["list_classes"] = np.array([b"non-cat", b"cat"])
expect("coursera.h5", [
    ("list_classes", "7-byte ASCII string", (2,)), ("train_set_x", pictures), ("train_set_y", np.array([0, 1]))])

# Octave.
program = """
X = [1.5 2; 3 4; 5 6]; whole = [1 2; 3 4]; r = 0:0.1:0.5; down = 5:-1:1; b = true; bm = [true false]; i = int32(5);
f = single(2.5); fm = single([1 2]); c = 1+2i; e = zeros(0,3); eb = logical([]);
s.a = 1; s.in.b = [1 2 3]; sa = struct('q', {1,2}); str = 'hi'; dq = "dq"; cl = {1,'a'};
sp = sparse([1 0; 0 2i; 3 0]); sb = sparse([true false]); d = reshape(1:24, 2, 3, 4); i64 = int64([intmin('int64') 2]);
fh = @(x) x + 1;
save('-hdf5', 'octave.h5', 'X', 'whole', 'r', 'down', 'b', 'bm', 'i', 'f', 'fm', 'c', 'e', 'eb', 's', 'sa', ...
  'str', 'dq', 'cl', 'sp', 'sb', 'd', 'i64', 'fh');
"""
subprocess.run(["octave-cli", "-q", "--eval", program], check=True)
f8 = np.float64
expect("octave.h5", [
    ("X", f8([[1.5, 2], [3, 4], [5, 6]])), ("b", np.array([[True]]), None, "float64"), ("bm", np.array([[True, False]])),
    ("c", np.array([[1 + 2j]])), ("cl", "cell", ()), ("d", np.arange(1.0, 25).reshape(2, 3, 4, order="F")),
    ("down", f8([[5, 4, 3, 2, 1]])), ("dq", "string", (1, 2)), ("e", np.zeros((0, 3))), ("eb", np.zeros((0, 0), bool)),
    ("f", np.float32([[2.5]])), ("fh", "function handle", ()),
    ("fm", np.float32([[1, 2]])), ("i", np.int32([[5]])), ("i64", np.array([[-2**63, 2]])),
    ("r", (np.arange(6) * 0.1)[None]), ("sa", "struct", ()), ("sb", np.array([[True, False]])),
    ("sp", np.array([[1, 0], [0, 2j], [3, 0]])), ("str", "sq_string", (1, 2)), ("whole", f8([[1, 2], [3, 4]])),
    ("s/a", f8([[1]])), ("s/in/b", f8([[1, 2, 3]]))])

# Files that say what is not so.
os.chdir(os.path.join(here, "malformed"))


def malformed(name, sentence):
    listing.write(name + ".expected", [sentence])


def lzf(name, old, new):
    """A file of one chunk of 240 bytes, with some bytes of it exchanged."""
    with h5py.File(name, "w") as file:
        file.create_dataset("x", data=np.arange(30.0) // 10, chunks=(30,), compression="lzf")
    with open(name, "rb") as file:
        content = file.read()
    assert content.count(old) == 1
    with open(name, "wb") as file:
        file.write(content.replace(old, new))


with h5py.File("lzf_chunk.h5", "w") as file:
    file.create_dataset("x", data=np.arange(30.0) // 10, chunks=(30,), compression="lzf")
    chunk = file["x"].id.read_direct_chunk((0,))[1]
lzf("lzf_chunk.h5", chunk, b"\xe0\xff\xff" + chunk[3:])
malformed("lzf_chunk.h5", "x: the HDF5 library says: filter returned failure during read (H5Z_pipeline)")
size = (240).to_bytes(4, "little")
lzf("lzf_size.h5", size + bytes(4), (232).to_bytes(4, "little") + bytes(4))
malformed("lzf_size.h5",
          "x: it is compressed with lzf in chunks of 232 bytes, but chunks of the shape [30] have 240")
with open("../golden/coursera.h5", "rb") as file, open("cut.h5", "wb") as cut:
    cut.write(file.read(2000))
malformed("cut.h5", "the HDF5 library says: truncated file: eof = 2000, sblock->base_addr = 0, stored_eof = 2174 "
          "(H5F__super_read)")
with h5py.File("octave_bool.h5", "w") as file:
    group = file.create_group("b")
    group.attrs["OCTAVE_NEW_FORMAT"] = np.uint8(1)
    group["type"], group["value"] = np.bytes_("bool matrix"), np.array([[0, 2]], "u1")
malformed("octave_bool.h5", "b: a truth value is 2.0, which is neither 0 nor 1")
with h5py.File("frame_short.h5", "w") as file:
    frame = file.create_group("df")
    frame.attrs.update(pandas_type=np.bytes_("frame"), nblocks=1, axis0_variety=np.bytes_("regular"),
                       axis1_variety=np.bytes_("regular"))
    frame["axis0"] = frame["block0_items"] = np.array([b"a", b"b"])
    frame["axis1"] = np.arange(3)
    frame["block0_values"] = np.zeros((3, 1))
malformed("frame_short.h5", "df: 2 columns are announced where the shape is 3x1")
with h5py.File("two_deflates.h5", "w") as file:
    # A stream of zeros is itself almost nothing but zeros.
    plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    plan.set_chunk((1 << 20,))
    plan.set_deflate(9)
    plan.set_deflate(9)
    h5py.h5d.create(file.id, b"x", h5py.h5t.IEEE_F64LE, h5py.h5s.create_simple((1 << 20,)), plan).write(
        h5py.h5s.ALL, h5py.h5s.ALL, np.zeros(1 << 20))
malformed("two_deflates.h5",
          "x: it is compressed with deflate more than once: a small file could stand for any number of bytes")
