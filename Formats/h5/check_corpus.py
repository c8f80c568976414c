#!/usr/bin/env python3
"""Reads the HDF5 files that PyTables and h5py ship for their own tests, with the tools on the PATH, and compares with
h5py: for each corpus its files, arrays, equal ones, those listed but no numbers, refused by name, and failures.
"""
import glob
import json
import os
import subprocess
import sys
import tempfile

import h5py
import numpy as np

REFUSED = ("which this build lacks", "lie in other files", "in another file")


def run(*arguments):
    return subprocess.run(arguments, capture_output=True, text=True)


def numbers(file, name):
    """What h5py says is in a dataset; complex numbers by any names of their parts."""
    data = np.asarray(file[name][()])
    if data.dtype.names:
        data = data[data.dtype.names[0]] + 1j * data[data.dtype.names[1]]
    return data


def check(path, folder, counts, complaints):
    counts["files"] += 1
    listing = run("reg-inspect", "--format", "json", path)
    try:
        report = json.loads(listing.stdout)
    except ValueError:
        counts["failed"] += 1
        complaints.append(f"{path}: {listing.stderr.strip()}")
        return
    counts["listed"] += len(report["other"])
    try:
        file = h5py.File(path, "r", locking=False)
    except OSError as error:
        complaints.append(f"{path}: h5py: {error}")
        file = None
    for entry in report["arrays"]:
        counts["arrays"] += 1
        name = entry["name"]
        copy = os.path.join(folder, "copy.h5")
        values = run("reg-convert", "--quiet", "--arrays", name, path, copy)
        if values.returncode:
            refused = any(words in values.stderr for words in REFUSED)
            counts["refused" if refused else "failed"] += 1
            complaints.append(values.stderr.strip())
            continue
        expected = None
        if file is not None and name in file and isinstance(file[name], h5py.Dataset):
            try:
                expected = numbers(file, name)
            except (OSError, TypeError, ValueError) as error:
                complaints.append(f"{path}: {name}: h5py: {error}")
        if path.endswith(".mat") and expected is not None:
            expected = expected.T
        if expected is None:
            # Nothing to compare with: it was read, and that must do.
            continue
        with h5py.File(copy) as converted:
            found = numbers(converted, name)
        good = found.shape == expected.shape and np.array_equal(found, expected, equal_nan=found.dtype.kind in "fc")
        counts["equal" if good else "failed"] += 1
        if not good:
            complaints.append(f"{path}: {name}: not what h5py reads ({entry['type']} {entry['shape']})")
    if file is not None:
        # Nothing is left out: what h5py sees is listed, under its own name or one that it is linked by.
        listed = {entry["name"] for entry in report["arrays"] + report["other"]}
        missing = []
        file.visititems(lambda name, item: missing.append(name) if isinstance(item, h5py.Dataset) else None)
        same = [file[name] for name in listed if name in file]
        missing = [name for name in missing if name not in listed and file[name] not in same]
        if missing and not path.endswith((".mat", ".nc")):
            counts["failed"] += len(missing)
            complaints.append(f"{path}: not listed: {', '.join(missing)}")


def main():
    corpora = {"h5py": os.path.join(os.path.dirname(h5py.__file__), "tests", "data_files", "*.h5")}
    try:
        import tables
        tests = os.path.join(os.path.dirname(tables.__file__), "tests")
        corpora.update({"PyTables": os.path.join(tests, "*.h5"), "PyTables-MATLAB": os.path.join(tests, "*.mat")})
    except ImportError:
        print("PyTables is not installed: its files are not read", file=sys.stderr)
    failed = 0
    for corpus, pattern in corpora.items():
        counts = dict.fromkeys(("files", "arrays", "equal", "listed", "refused", "failed"), 0)
        complaints = []
        with tempfile.TemporaryDirectory() as folder:
            for path in sorted(glob.glob(pattern)):
                check(path, folder, counts, complaints)
        print(corpus, *counts.values())
        for complaint in complaints:
            print(complaint, file=sys.stderr)
        failed += counts["failed"]
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
