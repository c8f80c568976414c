"""Cost against size: rows, layers, datasets in a file. Growth must be linear; where it is not, that is a defect."""

import os

from .harness import Contestant
from .prediction import model
from .results import Growth


def measure(session):
    predicted_rows(session)
    converted_rows(session)
    trained_rows(session)
    layers(session)
    datasets(session)


def points(session, work, unit, sizes, contestant, has_start, rounds=None, note=""):
    """Times a contestant at each size; `contestant(size)` gives it and its units."""
    found = []
    for size in sizes:
        one, units = contestant(size)
        # What takes long varies little.
        several = rounds or min(3, session.rounds)
        times = session.compete(one, rounds=1 if has_start and units >= 1e7 else several)[one.name]
        found.append([f"{size:,}", units, times.min, times.memory])
        session.say(f"{work}: {size:,}: {times.min:.4f} s, {times.memory / 1e6:.0f} MB")
    growth = Growth(session.area, work, unit, found, has_start, note, quick=session.quick)
    session.results.add(growth)
    for size in growth.defects():
        session.say(f"{work}: NOT LINEAR at {size}")


def tables(session, rows):
    """The command that writes a CSV file of at most a million rows as often as is wanted."""
    part = min(rows, 1_000_000)
    path = session.made(f"positions-{part}-6.csv", "positions", part, 6)
    loop = 'i=0; while [ $i -lt "$2" ]; do cat "$1"; i=$((i+1)); done'
    return ["sh", "-c", loop, "sh", path, str(rows // part)]


def row_counts(session):
    return [10**n for n in range(3, 7 if session.quick else 9)]


def predicted_rows(session):
    network = model(session)

    def contestant(rows):
        command = [session.tool("reg-predict"), "-m", network, "-", "--digits", 6, "--quiet", "--threads", 1]
        return Contestant("ours", command, feeder=tables(session, rows), output=os.devnull), rows

    points(session, "reg-predict, CSV through a pipe", "row", row_counts(session), contestant, True)


def converted_rows(session):
    def contestant(rows):
        command = [session.tool("reg-convert"), "-", session.out("grown.npy"), "--quiet", "--threads", 1]
        return Contestant("ours", command, feeder=tables(session, rows)), rows

    points(
        session,
        "reg-convert, CSV through a pipe to NPY",
        "row",
        row_counts(session)[: None if session.large else 5],
        contestant,
        True,
    )


def trained_rows(session):
    def contestant(rows):
        data = session.made(f"field-{rows}.npz", "field", rows)
        # Enough of them that laying out the rows, which is done once, does not weigh.
        iterations = max(20, 20_000_000 // rows)
        command = [session.tool("reg-benchmark"), "train", data, "--iterations", iterations, "--report-every", 0]
        return Contestant("ours", command, figure="training"), rows * iterations

    points(
        session,
        "training 2-20-3-1, full batch",
        "row and iteration",
        [10**n for n in range(3, 7 if session.quick else 8)],
        contestant,
        False,
    )


def layers(session):
    data = session.made("classes-64-1024-2.npz", "classes", 64, 1024, 2)
    for precision in ["float64"] if session.quick else ["float64", "float32"]:

        def contestant(width):
            # Forward, the weights' gradient, and the hidden units' gradient, which the inputs do not need.
            one = 1024 * (2 * (64 * width + width * width + width) + width * width + width)
            iterations = min(2000, max(4, int(2e9 / one)))
            command = [
                session.tool("reg-benchmark"),
                "train",
                data,
                "--hidden",
                f"{width},{width}",
                "--iterations",
                iterations,
                "--learning-rate",
                0.01,
                "--initialization",
                "he",
                "--precision",
                precision,
                "--report-every",
                0,
            ]
            return Contestant("ours", command, figure="training"), one * iterations

        points(
            session,
            f"training 64-n-n-1, batches of 1,024, {precision}",
            "multiply-add",
            [2**n for n in range(1, 10 if session.quick else 12)],
            contestant,
            False,
            rounds=2,
        )


def datasets(session):
    counts = [10**n for n in range(0, 5 if session.quick else 6)]

    def inspected(count):
        return (
            Contestant(
                "ours",
                [session.tool("reg-inspect"), session.made(f"datasets-{count}.h5", "datasets", count)],
                output=os.devnull,
            ),
            count,
        )

    def converted(count):
        command = [
            session.tool("reg-convert"),
            session.made(f"datasets-{count}.h5", "datasets", count),
            session.out("grown.h5"),
            "--quiet",
            "--threads",
            1,
        ]
        return Contestant("ours", command), count

    points(session, "reg-inspect, datasets in an HDF5 file", "dataset", counts, inspected, True)
    points(session, "reg-convert, datasets from HDF5 to HDF5", "dataset", counts, converted, True)
