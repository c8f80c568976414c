"""Whether two tables of predictions say the same: compare_predictions.py A.csv B.csv DIGITS       0: shortest digits"""

import sys

import numpy as np
import polars as pl

digits = int(sys.argv[3])
a, b = (pl.scan_csv(path, has_header=False).select(pl.nth(0, 1, 2, 3)).collect().to_numpy() for path in sys.argv[1:3])
assert a.shape == b.shape, (a.shape, b.shape)
# A peer with fixed digits writes the inputs so too.
assert np.abs(a[:, :2] - b[:, :2]).max() <= (0.51 * 10.0**-digits if digits else 0), "the inputs differ"
# Of sums of a hundred in size the last digits depend on their order.
tolerance = 1.01 * 10.0**-digits if digits else 1e-13
assert np.abs(a[:, 2] - b[:, 2]).max() <= tolerance, np.abs(a[:, 2] - b[:, 2]).max()
assert np.all((a[:, 3] == b[:, 3]) | (np.abs(a[:, 2] - 0.5) < 1e-9)), "the labels differ"
