"""Compares what reg-inspect (on the PATH) reads of the models that the onnx package ships for its tests with onnx:
python3 check_corpus.py [FOLDER …]

Prints a line for each corpus: its name, files, arrays, equal ones, listed ones that are not numbers, files refused by
name, failures.
"""
import glob
import json
import os
import subprocess
import sys

import numpy as np
import onnx
from onnx import numpy_helper


def inspect(*arguments):
    run = subprocess.run(["reg-inspect", "--quiet", "--format", "json", *arguments], capture_output=True, text=True)
    return run.returncode, run.stdout, run.stderr


def peer(path):
    """What onnx finds: arrays by name."""
    graph = onnx.load(path).graph
    found = {}
    for tensor in graph.initializer:
        found[tensor.name] = numpy_helper.to_array(tensor)
    for node in graph.node:
        if node.op_type == "Constant":
            value = onnx.helper.get_attribute_value(node.attribute[0])
            if isinstance(value, onnx.TensorProto):
                found[node.output[0]] = numpy_helper.to_array(value)
            elif not isinstance(value, onnx.SparseTensorProto):
                found[node.output[0]] = np.array(value, np.float32 if "float" in node.attribute[0].name else np.int64)
    return found


def same(path, name, array):
    code, text, _ = inspect("--values", name, path)
    if code != 0:
        return False
    values = json.loads(text)
    values = values["values"] if isinstance(values, dict) else values
    expected = np.where(np.isfinite(array), array, np.nan) if array.dtype.kind == "f" else array
    given = np.array(values, dtype=object).reshape(array.shape)
    given = np.where(given == None, np.nan, given).astype(array.dtype)  # noqa: E711
    return np.array_equal(given, expected, equal_nan=array.dtype.kind == "f")


def check(corpus, paths):
    counts = dict(files=len(paths), arrays=0, equal=0, listed=0, refused=0, failed=0)
    for path in paths:
        code, text, errors = inspect(path)
        if code != 0:
            counts["failed"] += 1
            print(path, errors.strip(), file=sys.stderr)
            continue
        expected = peer(path)
        report = json.loads(text)
        counts["listed"] += len(report["other"])
        for entry in report["arrays"]:
            counts["arrays"] += 1
            array = expected.get(entry["name"])
            if array is not None and entry["type"] == array.dtype.name and same(path, entry["name"], array):
                counts["equal"] += 1
            else:
                counts["failed"] += 1
                print(path, entry["name"], "differs", file=sys.stderr)
        missing = set(expected) - {entry["name"] for entry in report["arrays"] + report["other"]}
        counts["failed"] += len(missing)
        for name in missing:
            print(path, name, "is missing", file=sys.stderr)
    print(corpus, *counts.values(), sep="\t")
    return counts["failed"]


def files(folder):
    return sorted(glob.glob(os.path.join(folder, "**", "*.onnx"), recursive=True))


def main():
    corpora = [(folder, files(folder)) for folder in sys.argv[1:]]
    if not corpora:
        corpora = [("onnx " + onnx.__version__, files(os.path.dirname(onnx.__file__)))]
        try:
            import onnxruntime
            corpora.append(("onnxruntime " + onnxruntime.__version__, files(os.path.dirname(onnxruntime.__file__))))
        except ImportError:
            pass
    sys.exit(1 if sum([check(*corpus) for corpus in corpora]) else 0)


if __name__ == "__main__":
    main()
