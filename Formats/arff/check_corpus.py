#!/usr/bin/env python3
"""Compares reg-inspect with SciPy on the ARFF files of SciPy's own tests, and with the copy of liac-arff in scikit-learn
on OpenML's files of its tests, which are compressed with gzip; column by column.

Usage: check_corpus.py   (needs SciPy, scikit-learn, and reg-inspect on the PATH)
Prints for each corpus its name, then the numbers of files, columns, equal ones, listed ones, refused files and failures.
"""
import glob
import gzip
import json
import os
import subprocess
import sys

import numpy as np

NAN = float("nan")


def is_number(text):
    try:
        float(text)
        return True
    except (TypeError, ValueError):
        return False


def number(value, names):
    """A value as the number that stands for it: a class as its position, unless all names are numbers."""
    if value is None or (names and value == "?" and "?" not in names):
        return NAN
    if names and not all(map(is_number, names)):
        return float(names.index(value))
    return float(value)


def scipy_columns(path):
    """The columns that SciPy reads, by name; it refuses strings and dates."""
    import scipy.io.arff

    data, meta = scipy.io.arff.loadarff(path)
    for name in meta.names():
        attribute = meta._attributes[name]
        values = np.atleast_1d(data)[name] if len(data) else []
        if attribute.type_name == "nominal":
            yield name, [number(value.decode(), attribute.values) for value in values]
        elif attribute.type_name == "numeric":
            yield name, [float(value) for value in values]


def liac_columns(path):
    """The columns that liac-arff reads, by name."""
    from sklearn.externals import _arff

    with gzip.open(path, "rt", encoding="utf-8") as file:
        content = _arff.load(file)
    for column, (name, kind) in enumerate(content["attributes"]):
        names = kind if isinstance(kind, list) else None
        if names or kind in ("NUMERIC", "REAL", "INTEGER"):
            yield name, [number(row[column], names) for row in content["data"]]


def run(*arguments):
    return subprocess.run(["reg-inspect", *arguments], capture_output=True, text=True)


def check(title, paths, columns):
    equal = listed = refused = failed = 0
    for path in paths:
        report = run("--format", "json", path)
        if report.returncode == 0:
            listed += len(json.loads(report.stdout)["other"])
        try:
            wanted = dict(columns(path))
        except Exception as error:
            # What SciPy refuses is refused here too, or listed.
            print(os.path.basename(path), "is refused:", str(error)[:80], file=sys.stderr)
            refused += report.returncode != 0
            continue
        if report.returncode:
            failed += 1
            print("refused:", report.stderr, file=sys.stderr)
            continue
        names = json.loads(report.stdout)["columns"]
        values = run(path, "--values", "data") if names else None
        if values and values.returncode:
            failed += 1
            print("refused:", values.stderr, file=sys.stderr)
            continue
        rows = [[float(v) for v in line.split(",")] for line in values.stdout.splitlines()] if values else []
        for column, name in enumerate(names):
            found = [row[column] for row in rows]
            if np.array_equal(np.array(found), np.array(wanted[name], float), equal_nan=True):
                equal += 1
            else:
                failed += 1
                print("differs:", path, name, wanted[name][:5], found[:5], file=sys.stderr)
        if set(wanted) != set(names):
            failed += 1
            print("other columns:", path, set(wanted) ^ set(names), file=sys.stderr)
    print(title, len(paths), equal + failed, equal, listed, refused, failed)
    return failed


failures = 0
try:
    import scipy.io

    folder = os.path.join(os.path.dirname(scipy.io.__file__), "arff", "tests", "data")
    failures += check("SciPy, ARFF", sorted(glob.glob(os.path.join(folder, "*.arff"))), scipy_columns)
except ImportError:
    print("SciPy is not installed", file=sys.stderr)
try:
    import sklearn.datasets

    folder = os.path.join(os.path.dirname(sklearn.datasets.__file__), "tests", "data", "openml")
    failures += check(
        "OpenML, ARFF with gzip", sorted(glob.glob(os.path.join(folder, "*", "*.arff.gz"))), liac_columns)
except ImportError:
    print("scikit-learn is not installed", file=sys.stderr)
sys.exit(failures > 0)
