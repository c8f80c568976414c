"""Compares what reg-inspect (on the PATH) reads of NumPy's and SciPy's own .npy and .npz test files with NumPy:
python3 check_corpus.py [FOLDER …]

Prints a line for each corpus: its name, files, arrays, equal ones, listed ones that are not numbers, files refused by
name, failures.
"""
import glob
import json
import os
import subprocess
import sys
import warnings

import numpy as np

# Headers of Python 2.
warnings.simplefilter("ignore")


def files(folder):
    return sorted(path for ending in ("npy", "npz")
                  for path in glob.glob(os.path.join(folder, "**", "*." + ending), recursive=True))


def inspect(*arguments):
    run = subprocess.run(["reg-inspect", "--quiet", "--format", "json", *arguments], capture_output=True, text=True)
    return run.returncode, run.stdout, run.stderr


def peer(path):
    """What NumPy finds: arrays by name, with None for those that it unpickles only when it is told to."""
    loaded = np.load(path, allow_pickle=False) if path.endswith(".npz") else None
    found = {}
    for name in loaded.files if loaded else [os.path.basename(path)[:-4]]:
        try:
            found[name] = loaded[name] if loaded else np.load(path, allow_pickle=False)
        except ValueError:
            found[name] = None
    return found


def same(path, name, array):
    code, text, _ = inspect("--values", name, path)
    if code != 0:
        return False
    values = json.loads(text)
    values = values["values"] if isinstance(values, dict) else values
    # NaN and infinities are null in JSON.
    expected = np.where(np.isfinite(array), array, np.nan) if array.dtype.kind == "f" else array
    given = np.array(values, dtype=object).reshape(array.shape)
    if array.dtype.kind == "c":
        given = np.vectorize(lambda text: complex(text.replace("i", "j")), otypes=[complex])(given)
    given = np.where(given == None, np.nan, given).astype(array.dtype)  # noqa: E711
    return np.array_equal(given, expected, equal_nan=array.dtype.kind in "fc")


def check(corpus, paths):
    counts = dict(files=len(paths), arrays=0, equal=0, listed=0, refused=0, failed=0)
    for path in paths:
        code, text, errors = inspect(path)
        try:
            expected = peer(path)
        except Exception:
            expected = None
        if code != 0:
            counts["refused" if expected is None else "failed"] += 1
            if expected is not None:
                print(path, errors.strip(), file=sys.stderr)
            continue
        report = json.loads(text)
        counts["listed"] += len(report["other"])
        for entry in report["arrays"]:
            counts["arrays"] += 1
            array = (expected or {}).get(entry["name"])
            if array is not None and entry["type"] == array.dtype.name and same(path, entry["name"], array):
                counts["equal"] += 1
            else:
                counts["failed"] += 1
                print(path, entry["name"], "differs", file=sys.stderr)
    print(corpus, *counts.values(), sep="\t")
    return counts["failed"]


def main():
    corpora = [(folder, files(folder)) for folder in sys.argv[1:]]
    if not corpora:
        corpora = [("NumPy " + np.__version__, files(os.path.join(os.path.dirname(np.__file__), "lib", "tests", "data")))]
        try:
            import scipy
            corpora.append(("SciPy " + scipy.__version__, files(os.path.dirname(scipy.__file__))))
        except ImportError:
            pass
    sys.exit(1 if sum([check(*corpus) for corpus in corpora]) else 0)


if __name__ == "__main__":
    main()
