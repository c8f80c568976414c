"""Rows of the results: what was measured against what, and what was wanted.

Kept as JSON, so that a part can be measured anew.
"""

import json
import os
import time
from dataclasses import asdict, dataclass


@dataclass
class Row:
    """One line of a table. Without times it says in `note` why it was not measured."""

    area: str
    work: str
    peer: str
    # The figure that is wanted, and its unit: x (peer over ours), M rows/s, %, MB, ms; "" where nothing is wanted.
    goal: float | None = None
    unit: str = "x"
    # Whether the figure should be at least the goal, or at most.
    at_least: bool = True
    # The figure of the smallest times and of the medians.
    value: float | None = None
    median: float | None = None
    peer_min: float | None = None
    peer_median: float | None = None
    our_min: float | None = None
    our_median: float | None = None
    note: str = ""
    measured: str = ""
    quick: bool = False

    @property
    def met(self):
        """Whether the smallest times and the medians both meet the goal: yes, one (not enough), no; else ""."""
        if self.value is None or self.goal is None:
            return ""
        good = [found >= self.goal if self.at_least else found <= self.goal for found in (self.value, self.median)]
        return "yes" if all(good) else "one" if any(good) else "no"

    @property
    def key(self):
        return self.area, self.work, self.peer, self.unit


@dataclass
class Growth:
    """The cost of one kind of work at several sizes."""

    area: str
    work: str
    # What is counted: rows, multiply-adds, datasets.
    unit: str
    # For each size: its name, how many units, the smallest seconds, bytes resident at most.
    points: list
    # Whether the seconds are those of whole processes, whose start costs the same at every size.
    has_start: bool
    note: str = ""
    measured: str = ""
    quick: bool = False

    @property
    def key(self):
        return self.area, self.work

    def steps(self):
        """For each size the seconds of one unit.

        Of whole processes those of one unit more than at the size before, None where the start still outweighs them.
        """
        if not self.has_start:
            return [seconds / units for _, units, seconds, _ in self.points]
        found = [None]
        for (_, n0, t0, _), (_, n1, t1, _) in zip(self.points, self.points[1:]):
            found.append((t1 - t0) / (n1 - n0) if t1 > 1.5 * t0 else None)
        return found

    def defects(self):
        """The sizes where a unit more costs over half as much again as at some smaller size."""
        cheapest, found = None, []
        for (name, *_), step in zip(self.points, self.steps()):
            if step is None:
                continue
            if cheapest is not None and step > 1.5 * cheapest:
                found.append(name)
            cheapest = step if cheapest is None else min(cheapest, step)
        return found


class Results:
    """All rows, of this run and of earlier ones that were not measured again."""

    def __init__(self, path):
        self.path, self.rows, self.growth, self.about, self.checks = path, {}, {}, {}, []
        if os.path.exists(path):
            with open(path) as file:
                kept = json.load(file)
            self.about, self.checks = kept["about"], kept["checks"]
            for one in kept["rows"]:
                row = Row(**one)
                self.rows[row.key] = row
            for one in kept["growth"]:
                growth = Growth(**one)
                self.growth[growth.key] = growth

    def forget(self, areas):
        """Leaves out the rows of areas that are measured again."""
        self.rows = {key: row for key, row in self.rows.items() if row.area not in areas}
        self.growth = {key: row for key, row in self.growth.items() if row.area not in areas}

    def save(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        with open(self.path + ".new", "w") as file:
            json.dump(
                {
                    "about": self.about,
                    "checks": self.checks,
                    "rows": [asdict(row) for row in self.rows.values()],
                    "growth": [asdict(one) for one in self.growth.values()],
                },
                file,
                indent=1,
            )
        os.replace(self.path + ".new", self.path)

    def add(self, one):
        one.measured = time.strftime("%Y-%m-%d %H:%M")
        (self.growth if isinstance(one, Growth) else self.rows)[one.key] = one
        self.save()
