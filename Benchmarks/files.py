"""Binary files inside one process: HDF5 against h5py, MAT v7 against scipy."""

import os

from . import harness
from .harness import Contestant


def measure(session):
    rows = 2_000_000 if session.quick else 10_000_000
    repeated = 3
    program = session.tool("reg-benchmark")
    for layout, goal in [("contiguous", 1.0), ("gzip", 1.4), ("shuffle+gzip", 1.6)]:
        path = session.made(f"array-{rows}-{layout}.h5", "hdf5", rows, layout)
        peer = session.peer("read_and_write", "h5py", path, repeated)
        total = harness.run(peer).result["sum"]
        ours = [program, "read", path, "data", f"--sum={total!r}", "--rounds", repeated]
        times = session.compete(Contestant("h5py", peer, figure="reading"), Contestant("ours", ours, figure="reading"))
        name = f"HDF5 read, {rows:,} × 2, {'unfiltered' if layout == 'contiguous' else layout}"
        session.ratio(
            name, "h5py", goal, times["h5py"], times["ours"], note=f"{16e-6 * rows / times['ours'].min:.0f} MB/s"
        )
        if layout != "contiguous":
            session.on_two_cores(
                name + ", two cores",
                "itself on one",
                1.8,
                lambda: (
                    times["ours"],
                    session.compete(Contestant("ours", ours + ["--wall"], cores=2, figure="reading"))["ours"],
                ),
            )
    mat(session, program, repeated)


def mat(session, program, repeated):
    rows = 500_000 if session.quick else 2_000_000
    path = session.made(f"array-{rows}.mat", "mat", rows)
    peer = session.peer("read_and_write", "loadmat", path, repeated)
    total = harness.run(peer).result["sum"]
    ours = [program, "read", path, "data", f"--sum={total!r}", "--rounds", repeated]
    times = session.compete(Contestant("scipy", peer, figure="reading"), Contestant("ours", ours, figure="reading"))
    session.ratio(
        f"MAT v7 read, {rows:,} × 2",
        "scipy",
        1.6,
        times["scipy"],
        times["ours"],
        note=f"{16e-6 * rows / times['ours'].min:.0f} MB/s",
    )
    theirs_out, ours_out = session.out("theirs.mat"), session.out("ours.mat")
    times = session.compete(
        Contestant("scipy", session.peer("read_and_write", "savemat", path, 1, theirs_out), figure="writing"),
        Contestant("ours", [program, "write", path, "data", ours_out, "--rounds", 1], figure="writing"),
    )
    sizes = os.path.getsize(theirs_out), os.path.getsize(ours_out)
    note = f"{sizes[1] / sizes[0]:.3f} of its size"
    work = f"MAT v7 write, {rows:,} × 2, equal ratio"
    if sizes[1] <= 1.01 * sizes[0]:
        session.ratio(work, "scipy", 1.8, times["scipy"], times["ours"], note=note)
    else:
        # Less compression is another work.
        session.missing(work, "scipy", 1.8, f"the file has {note}")
