"""Prediction with polars, streaming: predict_polars.py MODEL.h5 INPUT.csv OUTPUT.csv [DIGITS]

The rows stream through polars; the network is NumPy over blocks that fit the cache, which is a sixth faster than
polars' own expressions.
"""

import sys

import h5py
import numpy as np
import polars as pl

model, source, target = sys.argv[1:4]
digits = int(sys.argv[4]) if len(sys.argv) > 4 else None
with h5py.File(model) as file:
    layers = [(file[f"W{n}"][()], file[f"b{n}"][()]) for n in (1, 2, 3)]
ROWS = 16384


def network(x1, x2):
    a = np.stack([x1, x2])
    for number, (weights, biases) in enumerate(layers):
        a = weights @ a
        a += biases
        if number < len(layers) - 1:
            np.maximum(a, 0, out=a)
    np.negative(a, out=a)
    np.exp(a, out=a)
    a += 1
    return np.reciprocal(a, out=a)[0]


def predict(frame):
    x1, x2 = frame["x1"].to_numpy(), frame["x2"].to_numpy()
    parts = [network(x1[first : first + ROWS], x2[first : first + ROWS]) for first in range(0, len(frame), ROWS)]
    found = np.concatenate(parts) if parts else np.zeros(0)
    return frame.with_columns(probability=pl.Series(found), label=pl.Series((found > 0.5).astype(np.int8)))


columns = {"x1": pl.Float64, "x2": pl.Float64}
rows = pl.scan_csv(source, has_header=False, new_columns=list(columns), schema=columns)
rows = rows.map_batches(predict, schema=columns | {"probability": pl.Float64, "label": pl.Int8}, streamable=True)
rows.sink_csv(target, float_precision=digits, include_header=False, engine="streaming")
