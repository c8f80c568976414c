"""The notebook's network on a million rows, all of them in every iteration: all cores against all cores."""

from .batches import contestants, same_first_costs
from .harness import ALL_CORES

SETTINGS = {
    "hidden": [20, 3],
    "batch": 0,
    "iterations": 10,
    "rate": 0.3,
    "lambda": 0.0,
    "keep": 1,
    "adam": False,
    "gain": 1,
    "precision": "float64",
    "costs": False,
}


def measure(session):
    rows = 200_000 if session.quick else 1_000_000
    data = session.made(f"field-{rows}.npz", "field", rows)
    peers = {"NumPy": "batches_numpy", "PyTorch": "batches_torch"}
    name = f"full batch on {rows:,} rows × 2, 2-20-3-1"
    session.compete(
        *contestants(session, data, SETTINGS | {"costs": True, "iterations": 3, "threads": 1}, peers),
        rounds=1,
        check=same_first_costs(1e-9),
    )

    one = session.compete(*contestants(session, data, SETTINGS | {"threads": 1}, peers))
    session.ratio(name + ", one core", "NumPy, one core", None, one["NumPy"], one["ours"])
    session.ratio(name + ", one core", "PyTorch, one core", None, one["PyTorch"], one["ours"])
    found = {}

    def on_all(peer):
        def measure_all():
            if not found:
                found.update(
                    session.compete(*contestants(session, data, SETTINGS | {"threads": len(ALL_CORES)}, peers))
                )
            return found[peer], found["ours"]

        return measure_all

    session.on_two_cores(name + ", all cores", "NumPy, all cores", 10, on_all("NumPy"))
    session.on_two_cores(name + ", all cores", "PyTorch, all cores", 3, on_all("PyTorch"))

    def against_itself():
        on_all("ours")()
        return one["ours"], found["ours"]

    session.on_two_cores(name + ", two cores", "itself on one", 1.8, against_itself)
