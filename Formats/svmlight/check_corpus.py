#!/usr/bin/env python3
"""Compares reg-inspect with scikit-learn on the svmlight files of scikit-learn's own tests.

Usage: check_corpus.py [FILE …]   (needs scikit-learn, and reg-inspect on the PATH)
Prints the name of the corpus, then the numbers of files, arrays, equal ones, listed ones, refused files and failures.
"""
import glob
import json
import os
import subprocess
import sys

import numpy as np
import sklearn.datasets

tool, paths = "reg-inspect", sys.argv[1:]
tests = os.path.join(os.path.dirname(sklearn.datasets.__file__), "tests", "data")
paths = paths or sorted(glob.glob(os.path.join(tests, "svmlight_*.txt")))
equal = listed = refused = failed = 0


def values(path, name):
    run = subprocess.run([tool, path, "--from", "svmlight", "--values", name], capture_output=True, text=True)
    if run.returncode:
        raise ValueError(run.stderr)
    return np.array([[float(v) for v in line.split(",")] for line in run.stdout.splitlines()])


for path in paths:
    run = subprocess.run([tool, "--from", "svmlight", "--format", "json", path], capture_output=True, text=True)
    try:
        x, y = sklearn.datasets.load_svmlight_file(path)
    except ValueError:
        # Several labels, an order or a label that is wrong: scikit-learn refuses too.
        if run.returncode:
            refused += 1
        else:
            listed += len(json.loads(run.stdout)["other"])
            failed += not json.loads(run.stdout)["other"]
        continue
    for name, wanted in (("X", x.toarray()), ("y", y.reshape(-1, 1))):
        if np.array_equal(values(path, name), wanted, equal_nan=True):
            equal += 1
        else:
            failed += 1
            print("differs:", path, name, file=sys.stderr)
print("scikit-learn, svmlight", len(paths), equal + failed, equal, listed, refused, failed)
sys.exit(failed > 0)
