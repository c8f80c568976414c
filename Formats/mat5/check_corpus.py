"""Reads SciPy's own test files of MAT level 4 and 5 with the tools and compares with SciPy: python3 check_corpus.py

Prints a line: corpus, files, arrays, equal, listed (not numbers), refused (by name), failed. reg-inspect and
reg-convert are taken from the PATH. Arrays are compared in class, shape and bytes, the sparse ones as full ones.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile
import warnings

import numpy as np

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "..")]
import listing
import scipy_listing

import h5py
import scipy.io

# SciPy refuses this one for its name in UTF-8; here it is read.
READ_HERE_ALONE = {"bad_miutf8_array_name.mat"}


def ours(path):
    """The lines of ../listing.py for what the tools find, and the error, if there is one."""
    run = subprocess.run(["reg-inspect", "--format", "json", path], capture_output=True, text=True)
    if not run.stdout.strip():
        return [], run.stderr.strip()
    report = json.loads(run.stdout)
    lines = {entry["name"]: listing.other(entry["name"], entry["class"], entry["shape"]) for entry in report["other"]}
    error = report["damage"]
    if report["arrays"]:
        with tempfile.TemporaryDirectory() as folder:
            copy = os.path.join(folder, "copy.h5")
            run = subprocess.run(["reg-convert", path, copy], capture_output=True, text=True)
            if run.returncode != 0:
                return list(lines.values()), error or run.stderr.strip()
            with h5py.File(copy) as file:
                stored = {entry["name"]: entry["stored_as"] for entry in report["arrays"]}
                for name, dataset in file.items():
                    array = np.asarray(dataset[()])
                    narrow = stored[name] if stored[name] != array.dtype.name else None
                    lines[name] = listing.numbers(name, array, narrow)
    return list(lines.values()), error


def key(line):
    """What is compared: not how complex numbers are stored, which SciPy does not tell."""
    columns = line.split("\t")
    if columns[1].startswith("complex"):
        columns[2] = "-"
    return tuple(columns[:5])


def main():
    warnings.simplefilter("ignore")
    arrays = equal = listed = refused = failed = files = 0
    folder = os.path.join(os.path.dirname(scipy.io.__file__), "matlab", "tests", "data")
    for path in sorted(glob.glob(os.path.join(folder, "*.mat"))):
        with open(path, "rb") as file:
            if file.read(128)[124:128] == b"\x00\x02IM":
                # Level 7.3: another format.
                continue
        files += 1
        name = os.path.basename(path)
        found, error = ours(path)
        try:
            expected = scipy_listing.lines(path)
        except Exception as reason:
            good = (error is None) == (name in READ_HERE_ALONE)
            refused += good and error is not None
            failed += not good
            if not good:
                print(f"{name}: SciPy says {reason}, here: {error or 'read'}", file=sys.stderr)
            continue
        if error is not None:
            failed += 1
            print(f"{name}: {error}", file=sys.stderr)
        numbers = [line for line in expected if line.split("\t")[1] != "not-numbers"]
        others = [line for line in expected if line.split("\t")[1] == "not-numbers"]
        keys = {key(line) for line in found}
        arrays += len(numbers)
        equal += sum(key(line) in keys for line in numbers)
        listed += sum(key(line) in keys for line in others)
        for line in expected:
            if key(line) not in keys:
                failed += 1
                print(f"{name}: not found: {line}", file=sys.stderr)
    print("scipy.io.matlab (MAT level 4 and 5)", files, arrays, equal, listed, refused, failed)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
