"""Prediction with polars, streaming: predict_polars.py MODEL.h5 INPUT.csv OUTPUT.csv [DIGITS]

The network's sums as polars expressions over the columns, which its streaming engine runs block by block.
"""

import sys

import h5py
import polars as pl

model, source, target = sys.argv[1:4]
digits = int(sys.argv[4]) if len(sys.argv) > 4 else None
with h5py.File(model) as file:
    layers = [(file[f"W{n}"][()], file[f"b{n}"][()][:, 0]) for n in (1, 2, 3)]


def affine(columns, weights, biases):
    found = []
    for row, bias in zip(weights.tolist(), biases.tolist()):
        z = pl.lit(bias)
        for w, column in zip(row, columns):
            z = z + column * w
        found.append(z)
    return found


frame = pl.scan_csv(source, has_header=False, new_columns=["x1", "x2"], schema={"x1": pl.Float64, "x2": pl.Float64})
names = ["x1", "x2"]
for number, (weights, biases) in enumerate(layers):
    units = affine([pl.col(name) for name in names], weights, biases)
    last = number == len(layers) - 1
    units = [1 / (1 + (-z).exp()) if last else pl.when(z > 0).then(z).otherwise(0.0) for z in units]
    names = ["probability"] if last else [f"a{number}_{k}" for k in range(len(units))]
    frame = frame.with_columns(**dict(zip(names, units)))
frame = frame.select("x1", "x2", "probability", (pl.col("probability") > 0.5).cast(pl.Int8).alias("label"))
frame.sink_csv(target, float_precision=digits, include_header=False, engine="streaming")
