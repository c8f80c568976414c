"""reg-inspect against h5ls: a small file, a file of a gigabyte, ten thousand datasets; whole processes."""

import os

from .harness import Contestant, Wrong


def measure(session):
    small = session.made("datasets-2.h5", "datasets", 2)
    large = session.made("gigabyte.h5", "gigabyte")
    many = session.made("datasets-10000.h5", "datasets", 10_000)
    program = os.path.join(session.static, "reg-inspect") if session.static else session.tool("reg-inspect")
    build = "static build" if session.static else "dynamic build"
    # The tools read HDF5 in a process of its own; here is what the work itself takes, and below what that process costs.
    here = [program, "--isolation", "none"]
    rounds = session.rounds * 4

    def check(runs):
        names = [line.split()[0] for line in runs["h5ls"].output.splitlines()]
        missing = [name for name in names if name.lstrip("/") and name.lstrip("/") not in runs["ours"].output]
        if missing:
            raise Wrong(f"reg-inspect does not name {missing[:3]}")

    def pair(path, **more):
        return session.compete(
            Contestant("h5ls", ["h5ls", "-r", path]), Contestant("ours", [*here, path]), check=check, **more
        )

    times = session.compete(
        Contestant("h5ls", ["h5ls", "-r", small]),
        Contestant("ours", [*here, small]),
        Contestant("large", [*here, large]),
        Contestant("isolated", [program, small]),
        rounds=rounds,
        check=check,
    )
    session.ratio("reg-inspect, small file", "h5ls", 1.5, times["h5ls"], times["ours"], note=build)
    session.add(
        "reg-inspect, file of 1 GB",
        "reg-inspect, small file",
        1.1,
        "x its time",
        at_least=False,
        value=times["large"].min / times["ours"].min,
        median=times["large"].median / times["ours"].median,
        peer_min=times["ours"].min,
        peer_median=times["ours"].median,
        our_min=times["large"].min,
        our_median=times["large"].median,
        note=build,
    )
    isolated = times
    times = pair(many, rounds=rounds)
    session.ratio("reg-inspect, 10,000 datasets", "h5ls", 1.5, times["h5ls"], times["ours"], note=build)
    session.ratio("reg-inspect, small file, isolated reading", "h5ls", None, isolated["h5ls"], isolated["isolated"], note=build)
