"""Processes that are timed in turn.

One way of timing for all: contestants run one after the other, round by round, so that whatever else the machine does
hits all of them; of each the smallest and the median are kept. On one core the processor's time counts (user and
system, from wait4), on several the time that passes.

This process imports nothing large: what it has resident at most counts as the memory of its children too.
"""

import json
import os
import statistics
import subprocess
import time
from dataclasses import dataclass, field

# What Python's libraries ask for the number of their threads.
THREADS = [
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "POLARS_MAX_THREADS",
    "NUMBA_NUM_THREADS",
    "RAYON_NUM_THREADS",
]


class Wrong(Exception):
    """A contestant that failed, or that computes something else."""


@dataclass
class Run:
    """One process that ended well."""

    cpu: float
    wall: float
    memory: int
    output: str

    def figure(self, name):
        """The smallest and the median seconds that the process printed under a name."""
        found = [line.split("\t")[2:4] for line in self.output.splitlines() if line.startswith(f"figure\t{name}\t")]
        if not found:
            raise Wrong(f"no figure {name} in {self.output!r}")
        smallest, medians = zip(*((float(a), float(b)) for a, b in found))
        return min(smallest), statistics.median(medians)

    @property
    def result(self):
        """What the process computed, as it printed it."""
        for line in self.output.splitlines():
            if line.startswith("result\t"):
                return json.loads(line.split("\t", 1)[1])
        raise Wrong(f"no result in {self.output!r}")


@dataclass
class Contestant:
    """A command and what counts of it."""

    name: str
    command: list
    cores: int = 1
    # The name of a figure that the process prints; None is the whole process.
    figure: str | None = None
    # A command whose output is the standard input; its time does not count.
    feeder: list | None = None
    # A file that the standard output goes to.
    output: str | None = None
    environment: dict = field(default_factory=dict)


@dataclass
class Times:
    """Of one contestant: each round's smallest and median, the most memory and the last output."""

    seconds: list = field(default_factory=list)
    medians: list = field(default_factory=list)
    memory: int = 0
    last: Run | None = None
    runs: list = field(default_factory=list)

    def add(self, run, cores, figure):
        smallest, median = run.figure(figure) if figure else [run.cpu if cores == 1 else run.wall] * 2
        self.seconds.append(smallest)
        self.medians.append(median)
        self.memory = max(self.memory, run.memory)
        self.last = run
        self.runs.append(run)

    @property
    def min(self):
        return min(self.seconds)

    @property
    def median(self):
        return statistics.median(self.medians)

    def process(self):
        """The same runs, counted as whole processes on one core."""
        times = Times()
        for run in self.runs:
            times.add(run, 1, None)
        return times


def cores_at_hand():
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else list(range(os.cpu_count()))


ALL_CORES = cores_at_hand()


def run(command, cores=1, feeder=None, output=None, environment=None):
    """Runs a command to its end on the first of the cores."""
    environment = dict(os.environ, **{name: str(cores) for name in THREADS}, **(environment or {}))
    if cores == 1:
        environment["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, ALL_CORES[:cores])
    try:
        # A feeder has a core of its own, where there is one.
        feeding = feeder and subprocess.Popen(feeder, stdout=subprocess.PIPE)
        if feeding and hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(feeding.pid, ALL_CORES[-1:])
        with open(output or os.devnull, "wb") as kept:
            start = time.monotonic()
            child = subprocess.Popen(
                [str(word) for word in command],
                env=environment,
                stdin=feeding.stdout if feeding else subprocess.DEVNULL,
                stdout=kept if output else subprocess.PIPE,
                stderr=subprocess.PIPE,
            )
            if feeding:
                feeding.stdout.close()
            # Both are short but for errors; a pipe holds what fits before the process ends.
            text = child.stdout.read() if child.stdout else b""
            errors = child.stderr.read()
            _, status, usage = os.wait4(child.pid, 0)
            wall = time.monotonic() - start
            child.returncode = os.waitstatus_to_exitcode(status)
        if feeding:
            feeding.wait()
    finally:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, ALL_CORES)
    if child.returncode != 0:
        raise Wrong(f"{' '.join(map(str, command))}: ended with {child.returncode}: {errors.decode()[-2000:]}")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024, text.decode())


def compete(contestants, rounds, check=None):
    """Times contestants in turn; `check` gets the first round's runs by name and raises Wrong."""
    times = {contestant.name: Times() for contestant in contestants}
    for number in range(rounds):
        for one in contestants:
            done = run(one.command, one.cores, one.feeder, one.output, one.environment)
            times[one.name].add(done, one.cores, one.figure)
        if number == 0 and check:
            check({name: found.last for name, found in times.items()})
    return times


def spin_scaling(benchmark):
    """How much more work two cores do than one, in a loop that touches no memory; 1 where there is one core."""
    if len(ALL_CORES) < 2:
        return 1.0
    command = [benchmark, "spin", "--rounds", "5"]

    def seconds(cores):
        children = []
        for core in cores:
            os.sched_setaffinity(0, [core])
            children.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
        os.sched_setaffinity(0, ALL_CORES)
        return [Run(0, 0, 0, child.communicate()[0]).figure("spin")[1] for child in children]

    alone = min(seconds([ALL_CORES[0]])[0], seconds([ALL_CORES[1]])[0])
    return sum(alone / one for one in seconds(ALL_CORES[:2]))
