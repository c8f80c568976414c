"""Trainings on several ranks: time of an iteration against examples and ranks, the part of it that is communication, a
model of the costs, and PyTorch's DistributedDataParallel on the same ranks.

By hand, on a machine that is at rest, behind `make mpi`: python3 -m Benchmarks.ranks --large > Benchmarks/RANKS.md
It needs mpirun, and of Python numpy and h5py, and torch for the peer (.build/bench/bin/python3 has them).
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time

import h5py
import numpy as np

from . import machine

PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
TORCH = os.path.join(PACKAGE, "Benchmarks", "peers", "ranks_torch.py")
MPIRUN = ["mpirun", "-q", "--allow-run-as-root", "--oversubscribe", "--bind-to", "none"]
NETWORKS = {"20,3": 127, "40,36": 1633}


def make(path, count):
    """Two inputs, classes inside and outside a ring, in chunks of which each rank decodes its own."""
    random = np.random.default_rng(5)
    with h5py.File(path, "w") as file:
        x = file.create_dataset("X", (count, 2), "f8")
        y = file.create_dataset("y", (count, 1), "f8")
        for first in range(0, count, 1 << 20):
            some = random.uniform(-1, 1, (min(1 << 20, count - first), 2))
            radius = (some**2).sum(axis=1, keepdims=True)
            x[first : first + len(some)] = some
            y[first : first + len(some)] = (radius > 0.2) & (radius < 0.7)


def launch(ranks, command, environment={}):
    start = time.perf_counter()
    outcome = subprocess.run(
        [*MPIRUN, "-n", str(ranks), *command], capture_output=True, text=True, env={**os.environ, **environment}
    )
    if outcome.returncode != 0:
        sys.exit(f"{' '.join(command)}: {outcome.stderr}")
    return time.perf_counter() - start, outcome.stdout


def iteration(tool, path, hidden, ranks, count, rounds):
    """Seconds of an iteration, and the parameters' bytes: what a long training takes more than a short one."""
    few = 2
    # Over a second of training, as reading a file takes a part of a second, not always the same; and of a large file, which
    # is read for seconds, as many iterations as make that small.
    many = few + max(32, min(4000, int(4e10 / NETWORKS[hidden] / count)))
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "m.h5")

        def run(iterations):
            options = ["--hidden", hidden, "--iterations", str(iterations), "--threads", "1", "--record-every", "0"]
            options += ["--report-every", "0", "--quiet", "-o", model, "--memory-limit", "100G"]
            return launch(ranks, [tool, path, *options])[0]

        short, long = [], []
        for _ in range(rounds):
            short.append(run(few))
            long.append(run(many))
        with open(model, "rb") as file:
            return (min(long) - min(short)) / (many - few), file.read()


def fit(rows):
    """c0 + c1 n P / R + c2 log2(R) P, of the relative errors the least squares; none of them below 0."""
    terms = np.array([[1, n * p / r, np.log2(r) * p] for n, p, r, _ in rows])
    times = np.array([t for *_, t in rows])
    chosen = [0, 1, 2]
    while True:
        found, *_ = np.linalg.lstsq(terms[:, chosen] / times[:, None], np.ones(len(times)), rcond=None)
        if (found >= 0).all():
            costs = np.zeros(3)
            costs[chosen] = found
            return costs, np.abs(terms @ costs / times - 1)
        chosen.pop(int(np.argmin(found)))


def main():
    parser = argparse.ArgumentParser(prog="python3 -m Benchmarks.ranks", description=__doc__.split("\n")[0])
    parser.add_argument("--tool", default=os.path.join(PACKAGE, ".build-mpi", "release", "reg-train"))
    parser.add_argument("--examples", help="10000,1000000: others than the usual numbers")
    parser.add_argument("--torch", default=sys.executable, help="a Python that has torch; none for no peer")
    parser.add_argument("--quick", action="store_true", help="10^4 to 10^6 examples, two rounds")
    parser.add_argument("--large", action="store_true", help="10^8 examples of the smaller network too: 2.4 GB")
    parser.add_argument("--ranks", default="1,2")
    parser.add_argument("--mpirun", default="", help="more arguments of mpirun: '--hostfile hosts'")
    parser.add_argument("--latency", type=float, default=50e-6, help="seconds of a message between machines")
    options = parser.parse_args()
    sizes = [10**4, 10**5, 10**6] if options.quick else [10**5, 10**6, 10**7] + ([10**8] if options.large else [])
    rounds = 2 if options.quick else 3
    MPIRUN.extend(options.mpirun.split())
    ranks = [int(number) for number in options.ranks.split(",")]
    if options.examples:
        sizes = [int(number) for number in options.examples.split(",")]
    rows = []
    print(HEAD.format(**about()))
    with tempfile.TemporaryDirectory(dir=os.path.join(PACKAGE, ".build")) as folder:
        for hidden, parameters in NETWORKS.items():
            # Of 10^8 examples the larger network would take a quarter of an hour.
            for count in [count for count in sizes if count * parameters <= 2e10]:
                path = os.path.join(folder, "data.h5")
                make(path, count)
                bytes_of_one = None
                for number in ranks:
                    seconds, model = iteration(options.tool, path, hidden, number, count, rounds)
                    bytes_of_one = bytes_of_one or model
                    if model != bytes_of_one:
                        sys.exit(f"{hidden}, {count} examples: {number} ranks give other bytes")
                    share = peer = ""
                    if number > 1:
                        # One rank that has as many examples as each of these, and nobody to talk to.
                        part = os.path.join(folder, "part.h5")
                        make(part, count // number)
                        alone, _ = iteration(options.tool, part, hidden, 1, count // number, rounds)
                        share = f"{max(0, 1 - alone / seconds):.1%}"
                    if options.torch != "none" and count <= 10**6:
                        peer = peer_of(options.tool, options.torch, path, hidden, number, count, seconds)
                    rows.append((count, parameters, number, seconds))
                    network = f"2-{hidden.replace(',', '-')}-1"
                    cells = [network, f"{count:,}", str(number), duration(seconds), share, *(peer or ["", ""])]
                    print("| " + " | ".join(cells) + " |", flush=True)
    report(rows, options.latency)


def peer_of(tool, python, path, hidden, number, count, seconds):
    """DDP's seconds, where its cost is ours after as many iterations."""
    iterations = max(10, min(200, int(3e8 / count / 100))) // 5 * 5
    _, output = launch(number, [python, TORCH, path, hidden, str(iterations), "0.3"], {"REG_PORT": "29517"})
    fields = {line.split("\t")[0]: line.split("\t")[1:] for line in output.splitlines()}
    ours = subprocess.run(
        [tool, path, "-q", "--format", "json", "--hidden", hidden]
        + ["--iterations", str(iterations), "--record-every", "1"],
        capture_output=True,
        text=True,
        check=True,
    )
    cost = json.loads(ours.stdout)["costs"][-1]["cost"]
    theirs = json.loads(fields["result"][0])["cost"]
    if abs(cost - theirs) > 1e-9 * cost:
        sys.exit(f"the costs differ: {cost}, DDP {theirs}")
    best = float(fields["figure"][1])
    return [duration(best), f"{best / seconds:.1f}×"]


def report(rows, latency):
    costs, errors = fit(rows)
    print(COSTS.format(*costs, errors.max(), np.median(errors), latency * 1e6))

    def seconds(n, p, r):
        return costs @ [1, n * p / r, np.log2(r) * p] + (latency * np.log2(r) if r > 1 else 0)

    for parameters in NETWORKS.values():
        for number in [2, 8, 64]:

            def least(speed):
                """The examples from which on it is so many times as fast as one rank."""
                for n in np.logspace(2, 10, 801):
                    if seconds(n, parameters, 1) > speed * seconds(n, parameters, number):
                        return f"{n:.1g}"
                return "never"

            one, many = seconds(1e9, parameters, 1), seconds(1e9, parameters, number)
            cells = [str(parameters), str(number), least(1), least(number / 2), least(0.9 * number)]
            cells += [duration(one), duration(many)]
            print("| " + " | ".join(cells) + " |")


def duration(seconds):
    """Three digits, in a unit that they fit."""
    for unit, name in [(1, "s"), (1e-3, "ms"), (1e-6, "µs")]:
        if seconds >= unit:
            break
    return f"{seconds / unit:.3g} {name}"


def about():
    """What the page says of the machine."""
    found = {
        "date": time.strftime("%-d %B %Y"),
        "processor": machine.processor(),
        "cores": len(os.sched_getaffinity(0)),
        "system": machine.system(),
        "mpi": machine.first_line("mpirun", "--version"),
        "commit": machine.first_line("git", "rev-parse", "--short", "HEAD"),
    }
    try:
        return {**found, "torch": machine.metadata.version("torch")}
    except machine.metadata.PackageNotFoundError:
        return {**found, "torch": "not there"}


HEAD = """# Training on several ranks

Written by `python3 -m Benchmarks.ranks --large`: full batch, two inputs, float64, one thread in each rank, on one machine.

{date}. {processor}, {cores} cores; {system}, {mpi}, PyTorch {torch}. Commit {commit}.

The parameters are the same bytes for each number of ranks, which is checked. An iteration's time is what a long training
takes more than a short one, over the iterations that it has more, the least of three. *Together* is the part of the time
that a rank would not need if it had its examples and no others: communication, and what two ranks of one machine take from
each other of memory and clock. PyTorch's DistributedDataParallel (gloo) trains the same network on the same examples and
ranks, to the same costs.

| network | examples | ranks | an iteration | together | PyTorch DDP | DDP over ours |
|---|---:|---:|---:|---:|---:|---:|"""

COSTS = """
## Where a further machine pays

With n examples, P parameters and R ranks an iteration takes

    {0:.3g} s + {1:.3g} s × n P / R + {2:.3g} s × log₂(R) P

which is within {3:.0%} of the measured times, and within {4:.0%} of half of them. For ranks on machines of their own
{5:.0f} µs are added for each of log₂(R) messages, which is an assumption, as is that nothing else is slower there:
none of this was measured on more than one machine.

| parameters | ranks | faster than one from n = | half of perfect from | 0.9 of perfect from | 10⁹ examples: one | all |
|---:|---:|---:|---:|---:|---:|---:|"""


if __name__ == "__main__":
    main()
