"""reg-train against the notebook's loop in NumPy: the same data, settings and costs, interleaved in one run.

    python3 Benchmarks/train_against_numpy.py [ROUNDS]        reg-train must be on the PATH

Both are whole processes with 30,000 iterations on Samples/field; their costs are compared before they are timed. The
columns, separated by tabs: the model, the smallest and the median CPU seconds of NumPy and of reg-train, their ratios.
"""
import json
import os
import resource
import statistics
import subprocess
import sys

here = os.path.dirname(os.path.abspath(__file__))
package = os.path.dirname(here)
DATA = os.path.join(package, "Samples/field/train.csv")
MODELS = {"plain": (0.0, 1.0), "L2": (0.7, 1.0), "dropout": (0.0, 0.86)}

NUMPY = """
import json, sys
sys.path.insert(0, sys.argv[1])
import numpy as np
import notebook
table = np.loadtxt(sys.argv[2], delimiter=",", skiprows=1).T
costs, accuracy = notebook.train(
    table[:2], table[2:], iterations=30000, lambd=float(sys.argv[3]), keep=float(sys.argv[4]), report=10000)
print(json.dumps([float(cost) for cost in costs]))
"""


def seconds(command):
    """The CPU seconds of a process, and what it printed."""
    environment = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, json.loads(output)


def contestants(lambd, keep):
    reference = os.path.join(package, "Tests/TrainingTests/Reference")
    numpy = [sys.executable, "-c", NUMPY, reference, DATA, str(lambd), str(keep)]
    ours = ["reg-train", DATA, "--notebook", "--format", "json", "--record-every", "10000", "--quiet",
            "--lambda", str(lambd), "--keep-prob", str(keep)]
    return numpy, ours


rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
print("model\tNumPy min\tmedian\treg-train min\tmedian\tratio of min\tof median")
for name, (lambd, keep) in MODELS.items():
    numpy, ours = contestants(lambd, keep)
    times = ([], [])
    for _ in range(rounds):
        time, expected = seconds(numpy)
        times[0].append(time)
        time, report = seconds(ours)
        times[1].append(time)
        for cost, record in zip(expected, report["costs"]):
            # One rounding grows ten-thousandfold along the unregularized path.
            assert abs(cost - record["cost"]) <= 1e-9 * cost, (name, cost, record)
    (a, b), (c, d) = ((min(t), statistics.median(t)) for t in times)
    print(f"{name}\t{a:.3f}\t{b:.3f}\t{c:.3f}\t{d:.3f}\t{a / c:.1f}\t{b / d:.1f}", flush=True)
