"""Times reg-tools against its peers and writes RESULTS.md: python3 -m Benchmarks [--quick] [--only AREA,AREA]

`make bench` and `make bench-quick` start it with its own Python. The figures are kept as JSON in .build/benchmarks, so
that one area can be measured again without the others.
"""

import argparse
import importlib
import os
import signal
import subprocess
import sys
import time

from . import report
from .harness import Wrong
from .machine import about
from .session import HERE, PACKAGE, Session

AREAS = [
    "training",
    "batches",
    "fullbatch",
    "prediction",
    "numbers",
    "files",
    "conversion",
    "inspection",
    "startup",
    "streaming",
    "growth",
]


def main():
    parser = argparse.ArgumentParser(prog="python3 -m Benchmarks", description=__doc__.split("\n")[0])
    parser.add_argument("--only", metavar="AREA,AREA", help="of " + ", ".join(AREAS))
    parser.add_argument("--quick", action="store_true", help="fewer rows, two rounds, under five minutes")
    parser.add_argument("--large", action="store_true", help="growth up to 10^8 rows")
    parser.add_argument("--rounds", type=int, help="how often each contestant is timed")
    parser.add_argument(
        "--data",
        help="the notebook's data (X, y, Xval, yval); default: Samples/field/field.mat",
        default=os.environ.get("REG_NOTEBOOK_DATA"),
    )
    parser.add_argument("--bin", help="where the programs are; default: .build/release")
    parser.add_argument("--tools", help="where reg-train and the others are, when not there: a static build")
    parser.add_argument("--static", help="where the static build's are, for start-up; default: .build-static/bin")
    parser.add_argument("--report", action="store_true", help="write RESULTS.md from the figures at hand, time nothing")
    parser.add_argument("--output", help="default: Benchmarks/RESULTS.md, of a quick run .build/quick/RESULTS.md")
    options = parser.parse_args()
    areas = options.only.split(",") if options.only else AREAS
    for area in areas:
        if area not in AREAS:
            parser.error(f"there is no area {area}, only {', '.join(AREAS)}")
    # A quick run is for daily work; what is committed comes from a full one.
    options.output = options.output or os.path.join(
        *(PACKAGE, ".build/quick") if options.quick else (HERE,), "RESULTS.md"
    )
    # Outputs that lie in memory are removed also when the run is ended from outside.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    session = Session(options)
    failed = []
    try:
        if not options.report:
            session.results.about = about(session)
            for area in areas:
                session.area = area
                session.results.forget([area])
                start = time.monotonic()
                try:
                    importlib.import_module("." + area, __package__).measure(session)
                # One area that cannot be measured does not keep the others from it.
                except (Wrong, OSError, subprocess.SubprocessError) as error:
                    failed.append(area)
                    session.say(f"failed: {error}")
                session.results.about.setdefault("seconds", {})[area] = round(time.monotonic() - start)
                session.results.save()
        report.write(session.results, options.output)
    finally:
        session.close()
    sys.exit(1 if failed else 0)


main()
