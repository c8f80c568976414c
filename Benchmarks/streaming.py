"""Training from a file that is read block by block against the same file in memory: the same bits, at what cost."""

import os
import subprocess

from .harness import Contestant, Wrong


def measure(session):
    rows = 100_000 if session.quick else 1_000_000
    for ending in ["h5", "csv"]:
        path = session.made(f"examples-{rows}.{ending}", "examples", rows, ending)
        command = [
            session.tool("reg-train"),
            path,
            "--hidden",
            32,
            "--optimizer",
            "adam",
            "--learning-rate",
            0.003,
            "--batch-size",
            1024,
            "--epochs",
            2,
            "--record-every",
            0,
            "--report-every",
            0,
            "--quiet",
            "--threads",
            1,
        ]
        ways = {"memory": "100G", "streamed": "5M" if session.quick else "50M"}
        models = {way: session.out(way + ".h5") for way in ways}

        def check(_):
            if open(models["memory"], "rb").read() != open(models["streamed"], "rb").read():
                raise Wrong("the models differ")

        times = session.compete(
            *(Contestant(way, command + ["--memory-limit", limit, "-o", models[way]]) for way, limit in ways.items()),
            rounds=min(3, session.rounds),
            check=check,
        )
        memory, streamed = times["memory"], times["streamed"]
        session.ratio(
            f"training on {rows:,} × 20 from {ending.upper()}, streamed",
            "itself in memory",
            None,
            memory,
            streamed,
            note=f"{streamed.memory / 1e6:.0f} MB instead of {memory.memory / 1e6:.0f} MB",
        )
