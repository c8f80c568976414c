"""Conversions with polars, h5py and NumPy: convert_polars.py INPUT OUTPUT, by the endings csv, h5 and npy"""

import sys

import polars as pl

source, target = sys.argv[1:3]
if source.endswith(".csv"):
    table = pl.read_csv(source, has_header=False).to_numpy()
    if target.endswith(".npy"):
        import numpy as np

        np.save(target, table)
    else:
        import h5py

        with h5py.File(target, "w") as file:
            file["data"] = table
else:
    import h5py

    with h5py.File(source) as file:
        pl.DataFrame(file["data"][()], orient="row").write_csv(target, include_header=False)
