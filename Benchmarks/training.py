"""The notebook's 30,000 iterations of 2-20-3-1: against its loop in NumPy, numba, JAX, and the limit of the core."""

from .harness import Contestant, Wrong

MODELS = {"plain": (0.0, 1.0), "L2": (0.7, 1.0), "dropout": (0.0, 0.86)}
NUMPY_GOALS = {"plain": 45, "L2": 50, "dropout": 60}
# Of an iteration, for each example: 103 forward, 103 for the gradient of the weights, 63 for that of the hidden units.
MULTIPLY_ADDS = 30_000 * 269
EXAMPLES = 211


def same_costs(runs, tolerance=1e-9):
    """One rounding grows ten-thousandfold along the path without a penalty; the tolerance leaves room for that."""
    found = {name: costs_of(run) for name, run in runs.items()}
    (first, expected), *others = found.items()
    for name, costs in others:
        for a, b in zip(expected, costs, strict=True):
            if abs(a - b) > tolerance * abs(a):
                raise Wrong(f"{name} has the costs {costs}, {first} has {expected}")


def costs_of(run):
    """Those that a contestant prints as its result, or reg-train in its report."""
    reported = [
        float(line.split(": ")[1]) for line in run.output.splitlines() if line.startswith("Cost after iteration")
    ]
    return reported or run.result["costs"]


def measure(session):
    data = session.notebook_data
    table = session.made(
        "field.npz" if session.notebook_data.endswith("field.mat") else "notebook.npz", "columns", data
    )
    ours = [session.tool("reg-benchmark"), "train", data, "--rounds", 1 if session.quick else 3]
    for model, (lambd, keep) in MODELS.items():
        options = ["--lambda", lambd, "--keep-prob", keep]
        tool = [session.tool("reg-train"), data, "--notebook", "--threads", 1, "-o", session.out("m.h5"), *options]
        times = session.compete(
            Contestant("NumPy", session.peer("notebook_numpy", table, lambd, keep, "fixed", 30_000), figure="training"),
            Contestant("numba", session.peer("notebook_numba", table, lambd, keep, "plain"), figure="training"),
            Contestant("numba fused", session.peer("notebook_numba", table, lambd, keep, "fused"), figure="training"),
            Contestant("JAX", session.peer("notebook_jax", table, lambd, keep), figure="training"),
            Contestant("ours", ours + options, figure="training"),
            Contestant("reg-train", tool),
            check=same_costs,
        )
        limit = session.compete(
            Contestant("limit", [session.tool("reg-benchmark"), "multiply-add"], figure="multiply-add"),
            Contestant("ours", ours + options + ["--kernel", "avx2"], figure="training"),
            rounds=3,
        )
        name = f"30,000 iterations, {model}, training only"
        session.ratio(name, "NumPy, the notebook's loop", NUMPY_GOALS[model], times["NumPy"], times["ours"])
        session.ratio(name, "numba, plain loops, compiled loop only", 3, times["numba"], times["ours"])
        session.ratio(
            name,
            "numba, loops fused by hand for this shape, compiled loop only",
            3,
            times["numba fused"],
            times["ours"],
        )
        session.ratio(name, "JAX fori_loop, the compiled loop only", 5, times["JAX"], times["ours"])
        processes = {peer: times[peer].process() for peer in ("NumPy", "numba", "numba fused", "JAX")}
        best = min(processes, key=lambda peer: processes[peer].min)
        session.ratio(
            f"30,000 iterations, {model}, whole process",
            f"{best}, the best peer process",
            15,
            processes[best],
            times["reg-train"],
        )
        share(session, name + ", --kernel avx2", limit, times["ours"].min)
    fresh_masks(session, table, ours)
    baseline(session, table, ours)


def share(session, name, limit, fastest):
    """The share of the core's measured limit of fused multiply-adds: what the job has of them over what is possible."""
    work = MULTIPLY_ADDS * EXAMPLES
    best, ours = limit["limit"], limit["ours"]
    session.add(
        name,
        "the limit of the core's fused multiply-adds (AVX2), 1.70e9 of them",
        70,
        "%",
        value=100 * work * best.min / ours.min,
        median=100 * work * best.median / ours.median,
        peer_min=work * best.min,
        peer_median=work * best.median,
        our_min=ours.min,
        our_median=ours.median,
        note=f"{1e-9 / best.min:.1f}e9 a second" + wider(best.last, work, fastest),
    )


def wider(run, work, fastest):
    """What the fastest kernel has of the limit of vectors twice as wide, where the processor has them."""
    if "figure\tmultiply-add 512\t" not in run.output:
        return ""
    return f"; {100 * work * run.figure('multiply-add 512')[0] / fastest:.0f} % with the fastest kernel of what AVX-512 could do"


def fresh_masks(session, table, ours):
    def learned(runs):
        # Other masks: the same is learned, not the same bits.
        a, b = (run.result["accuracy"] for run in runs.values())
        if abs(a - b) > 0.03:
            raise Wrong(f"with fresh masks the accuracies are {a} and {b}")

    times = session.compete(
        Contestant("NumPy", session.peer("notebook_numpy", table, 0, 0.86, "fresh", 30_000), figure="training"),
        Contestant("ours", ours + ["--keep-prob", 0.86, "--masks", "fresh"], figure="training"),
        check=learned,
    )
    session.ratio(
        "30,000 iterations, dropout with fresh masks, training only",
        "NumPy with fresh masks",
        30,
        times["NumPy"],
        times["ours"],
    )


def baseline(session, table, ours):
    times = session.compete(
        Contestant("NumPy", session.peer("notebook_numpy", table, 0, 1, "fixed", 30_000), figure="training"),
        Contestant("ours", ours + ["--kernel", "baseline"], figure="training"),
        check=same_costs,
    )
    session.ratio(
        "30,000 iterations, plain, without AVX2 (--kernel baseline), training only",
        "NumPy, the notebook's loop",
        9,
        times["NumPy"],
        times["ours"],
        note="NumPy with AVX2",
    )
