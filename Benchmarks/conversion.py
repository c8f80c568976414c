"""reg-convert between text and binary files, whole processes, against polars with h5py and NumPy."""

import os

from . import harness
from .harness import Contestant


def measure(session):
    rows = 4_000_000 if session.quick else 10_000_000
    table = session.made(f"positions-{rows}-17.csv", "positions", rows, 17)
    array = session.made(f"array-{rows}-contiguous.h5", "hdf5", rows, "contiguous")
    for source, ending, goal, text in [
        (table, "h5", 2.5, "CSV → HDF5"),
        (table, "npy", 2.5, "CSV → NPY"),
        (array, "csv", 1.4, "HDF5 → CSV"),
    ]:
        ours_out, theirs_out = session.out("ours." + ending), session.out("theirs." + ending)

        def check(_):
            harness.run(session.peer("compare_arrays", ours_out, theirs_out), cores=2)

        times = session.compete(
            Contestant("polars", session.peer("convert_polars", source, theirs_out)),
            Contestant("ours", [session.tool("reg-convert"), source, ours_out, "--quiet", "--threads", 1]),
            check=check,
        )
        name = f"{text}, {rows:,} rows × 2"
        session.ratio(
            name,
            "polars and " + ("NumPy" if ending == "npy" else "h5py"),
            goal,
            times["polars"],
            times["ours"],
            note=f"{times['ours'].memory / 1e6:.0f} MB, there {times['polars'].memory / 1e6:.0f} MB",
        )
        session.on_two_cores(
            name + ", two cores",
            "polars on two",
            None,
            lambda: (lambda both: (both["polars"], both["ours"]))(
                session.compete(
                    Contestant("polars", session.peer("convert_polars", source, theirs_out), cores=2),
                    Contestant(
                        "ours", [session.tool("reg-convert"), source, ours_out, "--quiet", "--threads", 2], cores=2
                    ),
                )
            ),
        )
        os.remove(ours_out), os.remove(theirs_out)
