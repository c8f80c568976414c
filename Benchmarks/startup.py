"""One row predicted: what a process costs before it works."""

import os

from .harness import Contestant, Wrong
from .prediction import model


def measure(session):
    network, row = model(session), session.out("one.csv")
    with open(row, "w") as file:
        file.write("0.25,-0.5\n")
    arguments = ["-m", network, row, "--quiet", "--threads", 1]

    def check(runs):
        found = {
            name: [float(field) for field in run.output.split()[-1].split(",")]
            for name, run in runs.items()
            if name != "polars"
        }
        first, *others = found.values()
        if any(abs(a - b) > 1e-14 for other in others for a, b in zip(first, other, strict=True)):
            raise Wrong(f"one row gives {found}")

    contestants = [
        Contestant("NumPy", session.peer("predict_one", network, row)),
        Contestant("polars", session.peer("predict_polars", network, row, session.out("polars.csv"))),
        Contestant("dynamic", [session.tool("reg-predict"), *arguments]),
    ]
    static = session.static and os.path.join(session.static, "reg-predict")
    if static:
        contestants.append(Contestant("static", [static, *arguments, "--isolation", "none"]))
        contestants.append(Contestant("isolated", [static, *arguments]))
    times = session.compete(*contestants, rounds=3 * session.rounds, check=check)
    if static:
        add(session, "static build", times["static"], times, 10)
        add(session, "static build, the model read in a process of its own", times["isolated"], times, None)
    else:
        session.missing("one row predicted, static build", "", 10, "there is no static build here", "ms", False)
    add(session, "dynamic build", times["dynamic"], times, None)


def add(session, name, ours, times, goal):
    session.add(
        f"one row predicted, {name}",
        "",
        goal,
        "ms",
        at_least=False,
        value=1e3 * ours.min,
        median=1e3 * ours.median,
        our_min=ours.min,
        our_median=ours.median,
    )
    # The start-up of Python alone is most of what the peers take.
    for peer, text in [("NumPy", "NumPy and h5py"), ("polars", "polars and h5py")]:
        session.ratio(f"one row predicted, {name}", text, None, times[peer], ours)
