"""Training from a file that is read block by block against the same file in memory.

    python3 Benchmarks/streaming.py [EXAMPLES [ROUNDS]]        reg-train must be on the PATH

EXAMPLES rows of 20 inputs as HDF5 and as CSV; two epochs of batches of 1024. Both ways must give the same bits. The
columns, separated by tabs: the format, its bytes, the median wall and CPU seconds and the most memory (MB) of the training
in memory, the same with --memory-limit 50M, the ratio of the CPU seconds.
"""
import os
import statistics
import subprocess
import sys
import tempfile
import time

# In a process of its own: the memory that a process has at its start counts as what its children had at most.
DATA = """
import os, sys
import h5py
import numpy as np
folder, examples = sys.argv[1], int(sys.argv[2])
random = np.random.RandomState(0)
x = random.randn(examples, 20)
y = (x @ random.randn(20) + random.randn(examples) > 0).astype(float)
with h5py.File(os.path.join(folder, "data.h5"), "w") as file:
    file["X"], file["y"] = x, y[:, None]
np.savetxt(os.path.join(folder, "data.csv"), np.column_stack([x, y]), delimiter=",", fmt="%.6f")
"""

examples = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3


def run(command):
    """Wall and CPU seconds, and the peak of the resident memory in MB."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    assert status == 0, command
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


with tempfile.TemporaryDirectory() as folder:
    subprocess.run([sys.executable, "-c", DATA, folder, str(examples)], check=True)
    print("format\tbytes\twall in memory\tCPU\tMB\twall streamed\tCPU\tMB\tratio of CPU")
    for name in ["data.h5", "data.csv"]:
        path = os.path.join(folder, name)
        command = ["reg-train", path, "--hidden", "32", "--optimizer", "adam", "--learning-rate", "0.003",
                   "--batch-size", "1024", "--epochs", "2", "--record-every", "0", "--report-every", "0", "--quiet"]
        ways = {"memory": ["--memory-limit", "100G"], "streamed": ["--memory-limit", "50M"]}
        figures = {way: [] for way in ways}
        for _ in range(rounds):
            for way, options in ways.items():
                figures[way].append(run(command + options + ["-o", os.path.join(folder, way + ".h5")]))
        models = [open(os.path.join(folder, way + ".h5"), "rb").read() for way in ways]
        assert models[0] == models[1], "the models differ"
        a, b = ([statistics.median(column) for column in zip(*figures[way])] for way in ways)
        print(f"{name}\t{os.path.getsize(path)}\t{a[0]:.2f}\t{a[1]:.2f}\t{a[2]:.0f}\t{b[0]:.2f}\t{b[1]:.2f}\t{b[2]:.0f}\t"
              f"{b[1] / a[1]:.2f}", flush=True)
