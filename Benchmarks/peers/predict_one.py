"""One row through the network in NumPy: predict_one.py MODEL.h5 ROW.csv"""

import sys

import h5py
import numpy as np

with h5py.File(sys.argv[1]) as file:
    layers = [(file[f"W{n}"][()], file[f"b{n}"][()]) for n in (1, 2, 3)]
x = a = np.loadtxt(sys.argv[2], delimiter=",", ndmin=2).T
for number, (w, b) in enumerate(layers):
    z = w @ a + b
    a = np.maximum(z, 0) if number < 2 else 1 / (1 + np.exp(-z))
print(f"{x[0, 0]!r},{x[1, 0]!r},{float(a[0, 0])!r},{int(a[0, 0] > 0.5)}".replace("np.float64(", "").replace(")", ""))
