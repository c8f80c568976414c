"""Numbers in text: parsing against the C library's strtod, shortest formatting against Double.description."""

from . import harness
from .harness import Contestant, Wrong

NAMES = {"six": "6 decimals", "full": "17 digits", "sigmoid": "probabilities"}


def measure(session):
    program = session.tool("reg-benchmark")
    count = 100_000 if session.quick else 10_000_000
    checked = harness.run([program, "check-numbers", "--parsed", count, "--formatted", 10 * count])
    wrong = 0
    for line in checked.output.splitlines():
        if line.startswith("check\t"):
            _, kind, number, mismatches = line.split("\t")
            wrong += int(mismatches)
            session.add(
                f"mismatches in {int(number):,}: {kind}",
                "strtod" if "pars" in kind else "Double.description",
                0,
                "",
                at_least=False,
                value=int(mismatches),
                median=int(mismatches),
            )
    if wrong:
        raise Wrong(f"{wrong} numbers are parsed or formatted wrongly")
    for numbers in ["six", "full"]:
        run = Timed(session, [program, "parse", numbers])
        for way, text in [("parse alone", "parse a double"), ("parse table", "parse a double, as a column of a table")]:
            session.ratio(
                f"{text}, {NAMES[numbers]}",
                "strtod",
                7,
                run["parse strtod"],
                run[way],
                note=f"{1e9 * run[way].min:.1f} ns",
            )
    for numbers in ["sigmoid", "six"]:
        run = Timed(session, [program, "format", numbers])
        session.ratio(
            f"format a double shortest, {NAMES[numbers]}",
            "Double.description",
            2.5,
            run["format description"],
            run["format shortest"],
            note=f"{1e9 * run['format shortest'].min:.1f} ns",
        )
        session.ratio(
            f"format a double with 6 decimals, {NAMES[numbers]}",
            "Double.description",
            None,
            run["format description"],
            run["format 6 decimals"],
            note=f"{1e9 * run['format 6 decimals'].min:.1f} ns",
        )


class Timed(dict):
    """The figures that one program prints, which times its contestants in turn itself."""

    def __init__(self, session, command):
        runs = [harness.run(command) for _ in range(session.rounds)]
        names = {line.split("\t")[1] for line in runs[0].output.splitlines() if line.startswith("figure\t")}
        for name in names:
            self[name] = harness.Times()
            for run in runs:
                self[name].add(run, 1, name)
