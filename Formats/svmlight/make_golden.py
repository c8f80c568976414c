#!/usr/bin/env python3
"""Writes golden/ with scikit-learn's dump_svmlight_file and copies of its own test file, and beside each what
load_svmlight_file reads; and malformed/, byte by byte.

Usage: make_golden.py   (Python 3, NumPy and scikit-learn; the versions are in README.md)
"""
import os
import sys

import numpy as np
import sklearn.datasets

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import listing  # noqa: E402

X = np.array([[1.0, 0.0, -2.5], [0.0, 0.0, 0.0], [0.1, 1e-7, 0.0], [3.0, -1 / 3, 1234567.890625]])
Y = np.array([1.0, -1.0, 0.5, 1.0])


def expect(path):
    """What load_svmlight_file reads, as our reader lists it."""
    x, y, qid = sklearn.datasets.load_svmlight_file(path, query_id=True)
    lines = [listing.numbers("X", x.toarray()), listing.numbers("y", y)]
    if len(qid):
        lines.append(listing.numbers("qid", qid.astype(np.int64)))
    listing.write(path + ".expected", lines)


def golden(name, **options):
    path = os.path.join(HERE, "golden", name)
    sklearn.datasets.dump_svmlight_file(X, Y, path, **options)
    expect(path)


def text(name, content):
    path = os.path.join(HERE, "golden", name)
    with open(path, "wb") as f:
        f.write(content)
    expect(path)


def malformed(name, content, error):
    path = os.path.join(HERE, "malformed", name)
    with open(path, "wb") as f:
        f.write(content)
    with open(path + ".expected", "w") as f:
        f.write(error + "\n")


for folder in ("golden", "malformed"):
    os.makedirs(os.path.join(HERE, folder), exist_ok=True)
golden("sklearn_one_based.svm", zero_based=False)
golden("sklearn_zero_based.svm", zero_based=True)
golden("sklearn_comment.svm", zero_based=False, comment="positions\nand kicks")
golden("sklearn_queries.svm", zero_based=False, query_id=np.array([1, 1, 2, 2]))
tests = os.path.join(os.path.dirname(sklearn.datasets.__file__), "tests", "data")
with open(os.path.join(tests, "svmlight_classification.txt"), "rb") as f:
    text("sklearn_classification.txt", f.read())
# As the data sets of LIBSVM are written: signs, a blank at the end of each line, no line end at the end.
text("libsvm_heart.svm", b"+1 1:0.708333 2:1 3:1 4:-0.320755 \n-1 1:0.583333 2:-1 4:-0.603774 \n+1 3:-0.333333 4:-0.433962 ")
text("crlf.svm", b"1 1:2 2:3\r\n\r\n0 2:1e3\r\n")

malformed("order.svm", b"1 1:2\n-1 5:2.5 2:-5.2\n", "line 2:10: '2:-5.2' comes after the index 5; indices must ascend")
malformed("twice.svm", b"1 1:2\n1 3:1 3:2\n", "line 2:7: '3:2' repeats the index")
# What is wrong stands behind the first 4096 bytes, from which the format is told.
start = b"1 1:2\n" * 1000
malformed("no_label.svm", b"1 1:2\n2:3\n", "line 2: the row has no label before its first pair")
malformed("bad_label.svm", start + b"yes 1:2\n", "line 1001:1: 'yes' is no label, a number")
malformed("no_pair.svm", start + b"1 1:2 3\n", "line 1001:7: '3' is no pair index:value")
malformed("bad_value.svm", start + b"1 1:0x10\n", "line 1001:3: '1:0x10' has no value that is a number")
malformed("bad_index.svm", start + b"1 a:1\n", "line 1001:3: 'a:1' has no index that is a whole number")
malformed("negative_index.svm", start + b"1 -1:1\n", "line 1001:3: '-1:1' has no index that is a whole number")
malformed("no_index.svm", start + b"1 :1\n", "line 1001:3: ':1' has no index")
malformed("bad_query.svm", start + b"1 qid:x 1:1\n", "line 1001:3: 'qid:x' is no qid, a whole number")
malformed(
    "query_missing.svm", b"1 qid:1 1:1\n1 1:1\n", "line 2: the row has no qid, those before it have one")
malformed(
    "index_huge.svm", b"1 1:2\n1 1000000000000:1\n",
    "line 2:3: the index 1000000000000 makes rows of more than 536870912 numbers, the limit")
malformed(
    "index_without_end.svm", b"1 " + b"9" * 50 + b":1\n",
    "line 1:3: the index 99999999999999999999 makes rows of more than 536870912 numbers, the limit")
malformed(
    "dense_huge.svm", b"1 500000000:1\n" * 3, "X: 12000000000 bytes are needed in memory, the limit is 4294967296")
