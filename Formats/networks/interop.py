"""Networks go to the frameworks and come back: python3 interop.py [--write]

By hand; reg-convert and reg-predict are taken from the PATH, and the frameworks from Pythons of their own, which the
environment names: TENSORFLOW_PYTHON, TORCH_PYTHON, PADDLE_PYTHON; ONNX Runtime, scikit-learn and SciPy from this one.
A framework that is not there is skipped and said. Prints a line for each way and ends with 1 where predictions differ by
more than 1e-6 (float32 files) or 1e-12 (float64 files) of the largest output; --write puts the table into
Formats/README.md.
"""
import csv
import json
import os
import subprocess
import sys
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = 1000
INPUTS = 3
ACTIVATIONS = [
    "linear", "relu", "leaky_relu(0.1)", "elu(1.0)", "elu(0.5)", "selu", "gelu", "gelu_tanh", "tanh", "sigmoid",
    "hard_sigmoid(0.16666666666666666,0.5)", "hard_sigmoid(0.2,0.5)", "softplus", "softsign", "swish",
]
LIMITS = {"float32": 1e-6, "float64": 1e-12, "float64, rounded constant": 1e-6}
# Activations whose constants a program rounds to float32 when it computes in float64 itself.
ROUNDED = {
    "tensorflow": ("gelu", "leaky_relu", "hard_sigmoid"), "paddle": ("selu", "leaky_relu"),
    "torch": ("leaky_relu", "hard_sigmoid"),  # in the ONNX files that it exports
}
TABLE = ("<!-- networks -->", "<!-- end of networks -->")


def networks():
    """Random networks: every hidden activation with 1 to 6 layers, every kind of output."""
    random = np.random.default_rng(20)
    for number, activation in enumerate(ACTIVATIONS):
        for layers in (1 + number % 6, 1 + (number + 3) % 6):
            last, outputs = [("sigmoid", 1), ("softmax", 4), ("linear", 2)][(number + layers) % 3]
            if layers == 1:
                last, outputs = (activation, 2) if activation != "sigmoid" else ("sigmoid", 1)
            sizes = [INPUTS] + [int(random.integers(2, 12)) for _ in range(layers - 1)] + [outputs]
            weights = [random.normal(size=(b, a)) / np.sqrt(a) for a, b in zip(sizes, sizes[1:])]
            biases = [random.normal(size=(size, 1)) / 2 for size in sizes[1:]]
            name = f"{activation.split('(')[0]}_{number}_{layers}"
            yield name, weights, biases, [activation] * (layers - 1) + [last]


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def predictions(model, rows, *options):
    """What reg-predict says of rows: the numbers of the outputs, (rows, outputs)."""
    code, text, errors = run("reg-predict", "-m", model, rows, "--only-predictions", "--quiet", *options)
    if code != 0:
        raise RuntimeError(errors.strip())
    lines = list(csv.reader(text.splitlines()))
    columns = [i for i, name in enumerate(lines[0]) if name not in ("label", "class")]
    return np.array([[float(line[i]) for i in columns] for line in lines[1:]])


def difference(found, expected):
    if found.shape != expected.shape:
        return np.inf
    return float(np.max(np.abs(found - expected)) / np.max(np.abs(expected)))


def kind_of(framework, task):
    """The type of a file, and whether the program computes in a narrower one."""
    if task["type"] == "float64" and (framework, task["form"]) != ("torch", "safetensors"):
        for activation in task.get("activations", []):
            if activation.startswith(ROUNDED.get(framework, ("?",))):
                return "float64, rounded constant"
    return task["type"]


def convert(source, target, form):
    code, _, errors = run("reg-convert", "--model", "--quiet", "--to", form, source, target)
    if code == 65 and ("cannot" in errors or "no place" in errors or "has no" in errors or "lacks" in errors):
        return errors.strip()
    if code != 0:
        raise RuntimeError(f"{form}: {errors.strip()}")
    return None


WAYS = [
    # framework, form, ending, types
    ("tensorflow", "keras", "keras", ["float32", "float64"]),
    ("tensorflow", "keras-h5", "h5", ["float32", "float64"]),
    ("tensorflow", "keras-weights", "weights.h5", ["float32", "float64"]),
    ("torch", "safetensors", "safetensors", ["float32", "float64"]),
    ("paddle", "safetensors-paddle", "safetensors", ["float32", "float64"]),
    ("onnxruntime", "onnx", "onnx", ["float32", "float64"]),
    ("scipy", "mat5", "mat", ["float32", "float64"]),
    ("scipy", "npz", "npz", ["float32", "float64"]),
]
PYTHONS = {"tensorflow": "TENSORFLOW_PYTHON", "torch": "TORCH_PYTHON", "paddle": "PADDLE_PYTHON"}


def python(framework):
    return os.environ.get(PYTHONS.get(framework, ""), sys.executable)


def work(framework, folder):
    """Has a framework load, train and save; gives its versions, or None where it is not installed."""
    script = os.path.join(HERE, "frameworks.py")
    done = subprocess.run(
        [python(framework), script, framework, folder], capture_output=True, text=True,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONDONTWRITEBYTECODE": "1", "CUDA_VISIBLE_DEVICES": ""})
    if done.returncode == 3:
        return None
    if done.returncode != 0:
        raise RuntimeError(f"{framework} ended with {done.returncode}: {done.stderr[-2000:]}")
    return done.stdout.strip().splitlines()[-1]


def main():
    lines, failures = [], []
    with tempfile.TemporaryDirectory() as folder:
        rows = os.path.join(folder, "rows.csv")
        # Numbers that float32 holds, so that all programs compute from the same ones.
        inputs = np.random.default_rng(4).normal(size=(ROWS, INPUTS)).astype(np.float32).astype(float)
        np.savetxt(rows, inputs, delimiter=",", header="a,b,c", comments="", fmt="%.17g")
        np.save(os.path.join(folder, "rows.npy"), inputs)
        ours = {}
        for name, weights, biases, activations in networks():
            arrays = {f"W{i + 1}": w for i, w in enumerate(weights)} | {f"b{i + 1}": b for i, b in enumerate(biases)}
            source = os.path.join(folder, name + ".npz")
            np.savez(source, **arrays)
            for kind in ("float64", "float32"):
                path = os.path.join(folder, f"{name}.{kind}.h5")
                options = ["--type", "float32", "--allow-loss"] if kind == "float32" else []
                code, _, errors = run(
                    "reg-convert", source, path, "--model", "--activations", ",".join(activations), *options)
                if code != 0:
                    raise RuntimeError(errors)
                ours[name, kind] = (path, activations)
        for framework in dict.fromkeys(way[0] for way in WAYS):
            lines += check(framework, folder, rows, ours, failures)
    for line in lines:
        print(line)
    for failure in failures:
        print("differs:", failure)
    if "--write" in sys.argv:
        write(lines)
    sys.exit(1 if failures else 0)


def check(framework, folder, rows, ours, failures):
    """All ways to and from one framework."""
    inner = os.path.join(folder, framework)
    os.makedirs(inner)
    tasks, refused = [], {}
    for _, form, ending, types in (way for way in WAYS if way[0] == framework):
        for (name, kind), (path, activations) in ours.items():
            if kind not in types:
                continue
            target = os.path.join(inner, f"{form}.{name}.{kind}.{ending}")
            reason = convert(path, target, form)
            if reason:
                refused.setdefault((form, kind), []).append(activations[0])
            else:
                tasks.append({"form": form, "type": kind, "file": target, "ours": path, "activations": activations})
    with open(os.path.join(inner, "tasks.json"), "w") as file:
        json.dump({"rows": os.path.join(folder, "rows.npy"), "tasks": tasks, "activations": ACTIVATIONS}, file)
    version = work(framework, inner)
    if version is None:
        return [f"| {framework} | | | not installed: skipped | |"]
    found = {}
    for task in tasks:
        expected = predictions(task["ours"], rows)
        result = np.load(task["file"] + ".npy")
        found.setdefault(("it loads", task["form"], kind_of(framework, task)), []).append(
            (difference(result.reshape(len(result), -1), expected), task["file"]))
    # What it trained and saved itself, with its own predictions beside it.
    with open(os.path.join(inner, "trained.json")) as file:
        for item in json.load(file):
            options = ["--activations", ",".join(item["activations"])] if item.get("told") else []
            expected = np.load(item["file"] + ".npy")
            result = predictions(item["file"], rows, *options)
            found.setdefault(("it saves", item["form"], kind_of(framework, item)), []).append(
                (difference(result, expected.reshape(len(expected), -1)), item["file"]))
    lines = []
    for (way, form, kind), differences in found.items():
        worst, file = max(differences)
        if not worst <= LIMITS[kind]:
            failures.append(f"{version}, {form}, {kind}: {worst:.1e} ({os.path.basename(file)})")
        names = sorted(set(refused.get((form, kind), []))) if way == "it loads" else []
        remark = f"; refused by name: {', '.join(names)}" if names else ""
        lines.append(f"| {version} | {form}, {kind} | {way} | {len(differences)}{remark} | {worst:.1e} |")
    return lines


def write(lines):
    path = os.path.join(os.path.dirname(HERE), "README.md")
    with open(path) as file:
        text = file.read()
    head, rest = text.split(TABLE[0])
    _, tail = rest.split(TABLE[1])
    table = "\n\n| program | form | way | networks | largest difference |\n|---|---|---|---|---|\n"
    with open(path, "w") as file:
        file.write(head + TABLE[0] + table + "\n".join(lines) + "\n\n" + TABLE[1] + tail)


if __name__ == "__main__":
    main()
