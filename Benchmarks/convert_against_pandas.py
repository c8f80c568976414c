"""reg-convert against pandas and h5py: the same table to HDF5 and back, interleaved in one run.

    python3 Benchmarks/convert_against_pandas.py [ROUNDS]        reg-convert must be on the PATH

Both are whole processes over a million rows of six doubles. What they write is compared before it is timed: the same
bytes in the HDF5 file, the same numbers in the table. pandas reads with float_precision="round_trip", its only way to
the exact doubles. The columns, separated by tabs: the direction, the smallest and the median CPU seconds of pandas and of
reg-convert, their ratios.
"""
import os
import resource
import statistics
import subprocess
import sys
import tempfile

import h5py
import numpy as np

READ = """
import sys, pandas, h5py
table = pandas.read_csv(sys.argv[1], float_precision="round_trip")
with h5py.File(sys.argv[2], "w") as file: file["data"] = table.to_numpy()
"""
WRITE = """
import sys, pandas, h5py
with h5py.File(sys.argv[1]) as file: pandas.DataFrame(file["data"][()], columns=list("abcdef")).to_csv(sys.argv[2], index=False)
"""


def run(command):
    """The CPU seconds of a process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
with tempfile.TemporaryDirectory() as folder:
    path = lambda name: os.path.join(folder, name)
    rows = np.random.default_rng(0).normal(size=(1_000_000, 6))
    with open(path("t.csv"), "w") as file:
        file.write("a,b,c,d,e,f\n")
        for first in range(0, len(rows), 100_000):
            file.writelines(",".join(map(repr, row)) + "\n" for row in rows[first:first + 100_000].tolist())
    ways = {
        "CSV to HDF5": ([sys.executable, "-c", READ, path("t.csv"), path("theirs.h5")],
                        ["reg-convert", path("t.csv"), path("ours.h5"), "--quiet"]),
        "HDF5 to CSV": ([sys.executable, "-c", WRITE, path("ours.h5"), path("theirs.csv")],
                        ["reg-convert", path("ours.h5"), path("ours.csv"), "--quiet"]),
    }
    print("direction\tpandas min\tmedian\treg-convert min\tmedian\tratio of min\tof median")
    for way, commands in ways.items():
        found = [[run(command) for command in commands] for _ in range(rounds)]
        if way == "CSV to HDF5":
            with h5py.File(path("ours.h5")) as ours, h5py.File(path("theirs.h5")) as theirs:
                assert ours["data"][()].tobytes() == theirs["data"][()].tobytes() == rows.tobytes()
        else:
            for name in ("ours.csv", "theirs.csv"):
                assert np.loadtxt(path(name), delimiter=",", skiprows=1).tobytes() == rows.tobytes(), name
        theirs, ours = [[one[who] for one in found] for who in (0, 1)]
        (their_min, their_median), (our_min, our_median) = [(min(t), statistics.median(t)) for t in (theirs, ours)]
        print(f"{way}\t{their_min:.2f}\t{their_median:.2f}\t{our_min:.2f}\t{our_median:.2f}"
              f"\t{their_min / our_min:.1f}\t{their_median / our_median:.1f}")
