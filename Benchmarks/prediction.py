"""reg-predict over CSV: ten million rows of two numbers through 2-20-3-1, against polars' streaming engine."""

import os

from . import harness
from .harness import Contestant, Wrong


def model(session):
    """A network that reg-train trained."""
    path = os.path.join(session.data, "model.h5")
    if not os.path.exists(path):
        data = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "Samples/field/field.mat")
        harness.run([session.tool("reg-train"), data, "--notebook", "--quiet", "-o", path])
    return path


def measure(session):
    rows = 4_000_000 if session.quick else 10_000_000
    network = model(session)
    ours_out, theirs_out = session.out("ours.csv"), session.out("theirs.csv")
    largest = 0
    for digits, goal, peer_text in [(6, 4.5, "polars streaming, 6 digits"), (17, 2.3, "polars streaming, shortest")]:
        source = session.made(f"positions-{rows}-{digits}.csv", "positions", rows, digits)
        options = ["--digits", 6] if digits == 6 else []
        ours = [session.tool("reg-predict"), "-m", network, source, "-o", ours_out, "--quiet", *options]
        polars = session.peer("predict_polars", network, source, theirs_out, *options[1:])

        def check(_):
            harness.run(
                session.peer("compare_predictions", ours_out, theirs_out, digits if digits == 6 else 0), cores=2
            )

        times = session.compete(Contestant("polars", polars), Contestant("ours", ours + ["--threads", 1]), check=check)
        what = "6 decimals, --digits 6" if digits == 6 else "17 digits, shortest out"
        name = f"CSV → CSV, {rows:,} rows of {what}"
        peer, mine = times["polars"], times["ours"]
        session.ratio(
            name,
            peer_text,
            goal,
            peer,
            mine,
            note=f"{rows / peer.min / 1e6:.1f} M rows/s and {peer.memory / 1e6:.0f} MB there",
        )
        session.add(
            name,
            "",
            12 if digits == 6 else None,
            "M rows/s",
            value=rows / mine.min / 1e6,
            median=rows / mine.median / 1e6,
            our_min=mine.min,
            our_median=mine.median,
        )
        largest = max(largest, mine.memory)

        def on_two():
            both = session.compete(Contestant("ours", ours + ["--threads", 2], cores=2))["ours"]
            harness.run(["cmp", ours_out, one_out])
            nonlocal largest
            largest = max(largest, both.memory)
            return mine, both

        one_out = session.out("one.csv")
        os.replace(ours_out, one_out)
        session.on_two_cores(name + ", two cores", "itself on one", 1.8, on_two)
        for path in (ours_out, theirs_out, one_out):
            if os.path.exists(path):
                os.remove(path)
    session.add(
        f"memory of reg-predict, {rows:,} rows",
        "",
        32,
        "MB",
        at_least=False,
        value=largest / 1e6,
        median=largest / 1e6,
        note="one thread and two; growth below shows other sizes",
    )
