"""What all parts of a run share: where programs and data are, how often is timed, and how rows are made of times."""

import os
import shutil
import subprocess
import sys
import tempfile

from . import harness
from .results import Results, Row

HERE = os.path.dirname(os.path.abspath(__file__))
PACKAGE = os.path.dirname(HERE)


class Session:
    def __init__(self, options):
        self.quick = options.quick
        self.large = options.large
        self.rounds = options.rounds or (2 if options.quick else 5)
        self.bin = os.path.abspath(options.bin or os.path.join(PACKAGE, ".build/release"))
        self.tools = os.path.abspath(options.tools) if options.tools else self.bin
        static = os.path.abspath(options.static or os.path.join(PACKAGE, ".build-static/bin"))
        self.static = static if os.path.exists(os.path.join(static, "reg-predict")) else None
        self.notebook_data = os.path.abspath(options.data or os.path.join(PACKAGE, "Samples/field/field.mat"))
        self.work = os.path.join(PACKAGE, ".build/benchmarks")
        self.python = sys.executable
        # A quick run stands beside the last full one.
        self.results = Results(os.path.join(self.work, "quick.json" if self.quick else "results.json"))
        self.data = os.path.join(self.work, "data")
        os.makedirs(self.data, exist_ok=True)
        # Outputs go to memory where there is such a place, so that no disk is timed.
        shm = "/dev/shm" if os.path.isdir("/dev/shm") and shutil.disk_usage("/dev/shm").free > 3 << 30 else self.work
        self.scratch = tempfile.mkdtemp(prefix="reg-benchmarks-", dir=shm)
        self.area = ""
        self._scaling = None

    def close(self):
        shutil.rmtree(self.scratch, ignore_errors=True)

    # MARK: Places

    def tool(self, name):
        return os.path.join(self.bin if name == "reg-benchmark" else self.tools, name)

    def peer(self, script, *arguments):
        """The command of a script in the folder of peers."""
        return [self.python, os.path.join(HERE, "peers", script + ".py"), *map(str, arguments)]

    def out(self, name):
        """A place for an output."""
        return os.path.join(self.scratch, name)

    def made(self, name, *arguments):
        """A file of data, made once: `name` is the file's, and the arguments those of make_data.py."""
        path = os.path.join(self.data, name)
        if not os.path.exists(path):
            self.say(f"makes {name}")
            temporary = os.path.join(self.data, "new-" + name)
            subprocess.run(
                [self.python, os.path.join(HERE, "peers/make_data.py"), temporary, *map(str, arguments)], check=True
            )
            os.replace(temporary, path)
        return path

    def say(self, text):
        print(f"{self.area}: {text}", file=sys.stderr, flush=True)

    # MARK: Rows

    def compete(self, *contestants, rounds=None, check=None):
        return harness.compete(contestants, rounds or self.rounds, check)

    def add(self, work, peer, goal=None, unit="x", at_least=True, value=None, median=None, note="", **times):
        row = Row(self.area, work, peer, goal, unit, at_least, value, median, note=note, quick=self.quick, **times)
        self.results.add(row)
        text = "not measured" if value is None else f"{value:.3g} {unit}"
        self.say(f"{work} | {peer} | {text} | goal {goal} | {note}")

    def ratio(self, work, peer, goal, theirs, ours, note="", at_least=True):
        """The peer's seconds over ours."""
        self.add(
            work,
            peer,
            goal,
            "x",
            at_least,
            theirs.min / ours.min,
            theirs.median / ours.median,
            note,
            peer_min=theirs.min,
            peer_median=theirs.median,
            our_min=ours.min,
            our_median=ours.median,
        )

    def missing(self, work, peer, goal, why, unit="x", at_least=True):
        self.add(work, peer, goal, unit, at_least, note="not measured: " + why)

    # MARK: Two cores

    def scaling(self):
        """How a loop without memory scales over two cores just now."""
        return harness.spin_scaling(self.tool("reg-benchmark"))

    def on_two_cores(self, work, peer, goal, measure, unit="x"):
        """Adds a row by `measure(note)` when a spin loop scales before and after it, else one that says it does not."""
        before = self.scaling()
        if before < 1.9:
            return self.missing(work, peer, goal, f"a spin loop scales {before:.2f} over two cores", unit)
        times = measure()
        after = self.scaling()
        if after < 1.9:
            return self.missing(work, peer, goal, f"a spin loop scales {after:.2f} over two cores", unit)
        self.ratio(work, peer, goal, *times, note=f"a spin loop scales {min(before, after):.2f}")
