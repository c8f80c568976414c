#!/usr/bin/env python3
"""Compares reg-inspect with SciPy on the ARFF files of SciPy's own tests, column by column.

Usage: check_corpus.py REG-INSPECT [FILE …]   (needs SciPy)
Prints: files, columns that are equal, columns and files that are listed only, files refused by both, failures.
"""
import glob
import json
import os
import subprocess
import sys

import numpy as np
import scipy.io.arff

tool, paths = sys.argv[1], sys.argv[2:]
tests = os.path.join(os.path.dirname(scipy.io.__file__), "arff", "tests", "data")
paths = paths or sorted(glob.glob(os.path.join(tests, "*.arff")))
equal = listed = refused = failed = 0


def number(attribute, value):
    """A value of SciPy's as the number that stands for it."""
    if attribute.type_name != "nominal":
        return float(value)
    text = value.decode()
    if text == "?":
        return float("nan")
    try:
        # Classes whose names are all numbers are these numbers.
        return float(text) if all(map(is_number, attribute.values)) else float(attribute.values.index(text))
    except ValueError:
        return None


def is_number(text):
    try:
        float(text)
        return True
    except ValueError:
        return False


for path in paths:
    report = subprocess.run([tool, "--format", "json", path], capture_output=True, text=True)
    try:
        data, meta = scipy.io.arff.loadarff(path)
    except Exception as error:
        if report.returncode:
            refused += 1
        else:
            listed += len(json.loads(report.stdout)["other"])
            data = subprocess.run([tool, path, "--values", "data"], capture_output=True, text=True)
            print(f"SciPy refuses {os.path.basename(path)}: {str(error)[:60]}; here: {(data.stderr or 'read').strip()[-60:]}")
        continue
    if report.returncode:
        failed += 1
        print("refused:", report.stderr)
        continue
    report = json.loads(report.stdout)
    listed += len(report["other"])
    names = report["columns"]
    run = subprocess.run([tool, path, "--values", "data"], capture_output=True, text=True)
    rows = [[float(v) for v in line.split(",")] for line in run.stdout.splitlines()]
    if names and run.returncode:
        failed += 1
        print("refused:", run.stderr)
        continue
    for column, name in enumerate(names):
        attribute = meta._attributes[name]
        wanted = [number(attribute, value) for value in np.atleast_1d(data)[name]] if len(data) else []
        if np.array_equal(np.array([row[column] for row in rows], float), np.array(wanted, float), equal_nan=True):
            equal += 1
        else:
            failed += 1
            print("differs:", path, name, wanted[:5], [row[column] for row in rows][:5])
print(f"corpus files {len(paths)} arrays equal {equal} listed {listed} refused {refused} failed {failed}")
sys.exit(failed > 0)
