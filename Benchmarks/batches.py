"""Wide networks in batches against PyTorch, NumPy with OpenBLAS, and scikit-learn; only the training counts.

Before anything is timed the costs of a few full-batch steps are compared, from the same initial weights; in batches,
with other orders and masks, the accuracies.
"""

import json

from .harness import Contestant, Wrong

# The wide network of the goals, 100 steps of gradient descent.
WIDE = {
    "inputs": 64,
    "rows": 20_480,
    "classes": 2,
    "hidden": [512, 256],
    "batch": 1024,
    "iterations": 100,
    "rate": 0.1,
    "lambda": 20.0,
    "keep": 0.8,
    "adam": False,
    "gain": 2,
}
ADAM = {
    "64-64-10, softmax, adam, batches of 32, 30 epochs": {
        "inputs": 64,
        "rows": 1792,
        "classes": 10,
        "hidden": [64],
        "batch": 32,
        "iterations": 30 * 56,
        "rate": 0.003,
        "lambda": 0.0,
        "keep": 1,
        "adam": True,
        "gain": 2,
    },
    "64-512-256-1, L2, adam, batches of 1,024, 5 epochs": {
        "inputs": 64,
        "rows": 20_480,
        "classes": 2,
        "hidden": [512, 256],
        "batch": 1024,
        "iterations": 100,
        "rate": 0.003,
        "lambda": 20.0,
        "keep": 1,
        "adam": True,
        "gain": 2,
    },
}


def same_accuracy(runs):
    found = {name: run.result["accuracy"] for name, run in runs.items()}
    if max(found.values()) - min(found.values()) > 0.03:
        raise Wrong(f"the accuracies differ: {found}")


def same_first_costs(tolerance):
    def check(runs):
        costs = {name: run.result["costs"] for name, run in runs.items()}
        for other in costs.values():
            for a, b in zip(costs["ours"], other, strict=True):
                if abs(a - b) > tolerance * abs(a):
                    raise Wrong(f"the costs differ: {costs}")

    return check


def ours(session, data, settings):
    command = [
        session.tool("reg-benchmark"),
        "train",
        data,
        "--hidden",
        ",".join(map(str, settings["hidden"])),
        "--lambda",
        settings["lambda"],
        "--keep-prob",
        settings["keep"],
        "--masks",
        "fresh",
        "--precision",
        settings["precision"],
        "--initialization",
        "he" if settings["gain"] == 2 else "notebook",
        "--learning-rate",
        settings["rate"],
        "--iterations",
        settings["iterations"],
        "--batch-size",
        settings["batch"],
        "--report-every",
        1 if settings["costs"] else 0,
        "--threads",
        settings["threads"],
    ]
    return (
        command + (["--adam"] if settings["adam"] else []) + (["--softmax"] if settings.get("classes", 2) > 2 else [])
    )


def contestants(session, data, settings, peers):
    """Ours and the peers named, with the same settings."""
    return [Contestant("ours", ours(session, data, settings), settings["threads"], "training")] + [
        Contestant(name, session.peer(script, data, json.dumps(settings)), settings["threads"], "training")
        for name, script in peers.items()
    ]


def data_of(session, work):
    return session.made(
        f"classes-{work['inputs']}-{work['rows']}-{work['classes']}.npz",
        "classes",
        work["inputs"],
        work["rows"],
        work["classes"],
    )


def compare_first(session, data, work, peers, precision):
    """Three steps over all examples without dropout: the same costs from everyone."""
    settings = work | {"precision": precision, "threads": 1, "batch": 0, "keep": 1, "iterations": 3, "costs": True}
    session.compete(
        *contestants(session, data, settings, peers),
        rounds=1,
        check=same_first_costs(1e-9 if precision == "float64" else 1e-4),
    )


def measure(session):
    torch, numpy, sklearn = (
        {"PyTorch": "batches_torch"},
        {"NumPy": "batches_numpy"},
        {"scikit-learn": "batches_sklearn"},
    )
    data = data_of(session, WIDE)
    for precision in ["float32", "float64"]:
        name = f"64-512-256-1, batches of 1,024, L2 and dropout, {precision}"
        compare_first(session, data, WIDE, torch | numpy, precision)
        settings = WIDE | {
            "precision": precision,
            "threads": 1,
            "costs": False,
            "iterations": 40 if session.quick else 100,
        }
        times = session.compete(*contestants(session, data, settings, torch | numpy), check=same_accuracy)
        session.ratio(name + ", one thread", "PyTorch, one thread", 1.5, times["PyTorch"], times["ours"])
        product = min(run.figure("multiply-add")[0] for run in times["NumPy"].runs)
        session.ratio(
            name + ", one thread",
            "NumPy with OpenBLAS, one thread",
            None,
            times["NumPy"],
            times["ours"],
            note=f"OpenBLAS alone does {2e-9 / product:.0f} GFLOP/s in one product",
        )

        def on_two():
            both = session.compete(*contestants(session, data, settings | {"threads": 2}, torch), check=same_accuracy)
            return both["PyTorch"], both["ours"]

        session.on_two_cores(name + ", two threads", "PyTorch, two threads", 1.5, on_two)
    for name, work in ADAM.items():
        data = data_of(session, work)
        for precision in ["float64"] if session.quick else ["float64", "float32"]:
            compare_first(session, data, work, torch, precision)
            settings = work | {"precision": precision, "threads": 1, "costs": False}
            times = session.compete(*contestants(session, data, settings, torch | sklearn), check=same_accuracy)
            for peer in ["scikit-learn", "PyTorch"]:
                session.ratio(f"{name}, {precision}", peer, None, times[peer], times["ours"])
