"""RESULTS.md and the picture of the ratios, from the figures that were kept."""

import os

from . import picture
from .instructions import table as instruction_table

TITLES = {
    "training": "Training the notebook's network",
    "batches": "Wide networks, in batches",
    "fullbatch": "A million rows in every iteration",
    "prediction": "Prediction over tables",
    "numbers": "Numbers in text",
    "files": "Binary files",
    "conversion": "Conversions",
    "inspection": "Inspection",
    "startup": "Start-up",
    "streaming": "Examples that are read while they are used",
    "growth": "Growth",
}


def duration(seconds):
    if seconds is None:
        return ""
    for limit, factor, unit in [(1e-6, 1e9, "ns"), (1e-3, 1e6, "µs"), (1, 1e3, "ms")]:
        if seconds < limit:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds:.3g} s"


def number(value):
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def quantity(value, unit):
    if value is None:
        return ""
    if unit in ("x", "x its time"):
        return number(value) + "×"
    return f"{value:,.0f}" if unit == "" else f"{number(value)} {unit}"


def goal(row):
    if row.goal is None:
        return ""
    text = f"{row.goal:g}" + {"x": "×", "x its time": "×", "": ""}.get(row.unit, " " + row.unit)
    return text if row.goal == 0 else ("≥ " if row.at_least else "≤ ") + text


def met(row):
    words = {"": "not measured", "yes": "yes", "no": "**no**", "one": "**not both**"}
    return "" if row.goal is None else words[row.met]


def line(row):
    cells = [
        row.work,
        row.peer,
        goal(row),
        quantity(row.value, row.unit),
        quantity(row.median, row.unit),
        duration(row.peer_min),
        duration(row.peer_median),
        duration(row.our_min),
        duration(row.our_median),
        met(row),
        row.note + (" (quick)" if row.quick else ""),
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def growth_table(growth):
    yield f"**{growth.work}**" + (" (quick)" if growth.quick else "") + (": " + growth.note if growth.note else "")
    yield ""
    unit = f"one {growth.unit} more" if growth.has_start else f"per {growth.unit}"
    yield f"| size | smallest time | {unit} | memory | |"
    yield "|---:|---:|---:|---:|---|"
    defects = growth.defects()
    for (name, _, seconds, memory), step in zip(growth.points, growth.steps()):
        yield (
            f"| {name} | {duration(seconds)} | {duration(step)} | {memory / 1e6:.0f} MB | "
            f"{'**not linear**' if name in defects else ''} |"
        )
    yield ""


def lines(results):
    about = results.about
    rows = list(results.rows.values())
    wanted = [row for row in rows if row.goal is not None]
    yield "# Results"
    yield ""
    yield "Written by `make bench`; [README.md](README.md) says how to read it."
    yield ""
    yield (
        f"{about['date']}. {about['processor']}, {about['cores']} cores, {about['memory']}, load {about['load']} at the "
        f"beginning; {about['system']}, {about['libc']}, {about['swift']}, HDF5 {about['hdf5']}, {about['h5ls']}."
    )
    yield (
        "Peers: "
        + ", ".join(f"{name} {version}" for name, version in about["versions"].items())
        + f". Data of the training: {about['data']}. Commit {about['commit']}, "
        + f"{about.get('tools', 'the default build')}."
    )
    if any(row.quick for row in rows):
        yield ""
        yield "Rows marked (quick) come from `make bench-quick`: fewer rows of data, two rounds."
    yield ""
    yield "![The ratios, by row, with the goals](ratios.svg)"
    yield ""
    yes, unknown = (sum(row.met == answer for row in wanted) for answer in ("yes", ""))
    yield f"Goals: {yes} met, {len(wanted) - yes - unknown} missed, {unknown} not measured."
    yield ""
    heads = ["work", "peer", "goal", "of min", "of median", "peer min", "median", "ours min", "median", "met", ""]
    for area, title in TITLES.items():
        found = [row for row in rows if row.area == area]
        if not found:
            continue
        yield f"## {title}"
        yield ""
        yield "| " + " | ".join(heads) + " |"
        yield "|---|---|" + "---:|" * 7 + "---|---|"
        yield from map(line, found)
        yield ""
    if results.growth:
        yield "## Cost against size"
        yield ""
        yield (
            "One core. Of whole processes the cost of one unit more than at the size before, of training the cost of one "
            "unit; not linear is what costs over half as much again as at a smaller size."
        )
        yield ""
        for growth in results.growth.values():
            yield from growth_table(growth)
    yield from instruction_table()


def write(results, path):
    os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
    with open(path, "w") as file:
        file.write("\n".join(lines(results)).rstrip() + "\n")
    with open(os.path.join(os.path.dirname(os.path.abspath(path)), "ratios.svg"), "w") as file:
        file.write(picture.ratios([row for row in results.rows.values() if row.unit == "x" and row.value and row.goal]))
