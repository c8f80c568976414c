#!/usr/bin/env python3
"""Writes golden/ with numpy.savetxt, pandas and Python's csv module, and beside each file what it holds; and the gzip
files and the other kinds of text of malformed/.

Usage: make_golden.py   (Python 3, NumPy and pandas; the versions are in README.md)
"""
import csv
import gzip
import io
import os
import sys

import numpy as np
import pandas as pd

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import listing  # noqa: E402

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "golden")
X = np.array([[1.0, -2.5], [0.1, 1e-7], [3.0, 1234567.890625]])
GAPS = np.array([[1.0, np.nan, 3.5], [np.nan, 5.0, -6.25]])


def values(name, rows):
    with open(os.path.join(FOLDER, name + ".values"), "w") as f:
        for row in np.atleast_2d(rows):
            f.write(" ".join(repr(float(value)) for value in row) + "\n")


def text(name, content, rows):
    with open(os.path.join(FOLDER, name), "wb") as f:
        f.write(content if isinstance(content, bytes) else content.encode())
    values(name, rows)


def savetxt(name, rows, **options):
    buffer = io.StringIO()
    np.savetxt(buffer, rows, **options)
    text(name, buffer.getvalue(), rows)


def frame(name, rows, columns, encoding="utf-8", **options):
    content = pd.DataFrame(rows, columns=columns).to_csv(index=False, **options)
    text(name, content.encode(encoding), rows)


def written(name, records, rows, **options):
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, **options)
    for record in records:
        writer.writerow(record)
    text(name, buffer.getvalue(), rows)


os.makedirs(FOLDER, exist_ok=True)
savetxt("numpy_commas.csv", X, delimiter=",")
savetxt("numpy_blanks.csv", X)
savetxt("numpy_padded.csv", X, fmt="%16.7f")
savetxt("numpy_comment_header.csv", X, delimiter=",", header="x1,x2", footer="the end")
savetxt("numpy_one_column.csv", X[:, :1], fmt="%g")
savetxt("numpy_shortest.csv", np.array([[5e-324, 1.7976931348623157e308], [0.1, -1 / 3]]), fmt="%s", delimiter=",")
savetxt("numpy_infinities.csv", np.array([[np.inf, -np.inf], [np.nan, 0.0]]), delimiter=",")
frame("pandas_header.csv", X, ["x1", "x2"])
frame("pandas_bom.csv", X, ["x1", "x2"], encoding="utf-8-sig")
frame("pandas_crlf.csv", X, ["x1", "x2"], lineterminator="\r\n")
frame("pandas_decimal_comma.csv", X, ["größe", "y"], sep=";", decimal=",")
frame("pandas_decimal_comma_tabs.csv", X, ["a", "b"], sep="\t", decimal=",")
frame("pandas_tabs.tsv", X, ["x1", "x2"], sep="\t")
frame("pandas_missing_empty.csv", GAPS, ["a", "b", "c"])
frame("pandas_missing_na.csv", GAPS, ["a", "b", "c"], na_rep="NA")
frame("pandas_quoted_numbers.csv", X, ["x1", "x2"], quoting=csv.QUOTE_ALL)
written("csv_bars.csv", [["x1", "x2"], *X.tolist()], X, delimiter="|")
written("csv_lone_cr.csv", [["x1", "x2"], *X.tolist()], X, lineterminator="\r")
written("csv_blank_lines.csv", [[], ["x1", "x2"], [], *X.tolist(), []], X)
written("csv_quoted_names.csv", [["length, in cm", 'the "true"\nvalue'], *X.tolist()], X)
written("csv_no_header.csv", X.tolist(), X, lineterminator="\n")
written(
    "csv_missing_tokens.csv",
    [["a", "b"], [1, ""], [2, "NA"], [3, "N/A"], [4, "NaN"], [5, "null"], [6, "?"], [7, "-"], [8, 8]],
    np.array([[k, np.nan] for k in range(1, 8)] + [[8, 8]]),
)


def compressed(name, content, rows):
    with open(os.path.join(FOLDER, name), "wb") as f:
        f.write(content)
    listing.write(os.path.join(FOLDER, name + ".expected"), [listing.numbers("data", rows)])


def malformed(name, content, error):
    path = os.path.join(FOLDER, "..", "malformed", name)
    with open(path, "wb") as f:
        f.write(content)
    with open(path + ".expected", "w") as f:
        f.write(error + "\n")


TEXT = pd.DataFrame(X, columns=["x1", "x2"]).to_csv(index=False).encode()
HALVES = [gzip.compress(half, mtime=0) for half in (TEXT[:20], TEXT[20:])]
WHOLE = gzip.compress(TEXT, mtime=0)
pd.DataFrame(X, columns=["x1", "x2"]).to_csv(
    os.path.join(FOLDER, "pandas.csv.gz"), index=False, compression={"method": "gzip", "mtime": 1})
with open(os.path.join(FOLDER, "pandas.csv.gz"), "rb") as f:
    compressed("pandas.csv.gz", f.read(), X)
compressed("members.csv.gz", b"".join(HALVES), X)
compressed("zeros_behind.csv.gz", WHOLE + bytes(512), X)
malformed("cut.csv.gz", WHOLE[:-6],
          f"byte {len(WHOLE) - 6}: the file ends before its gzip stream does; it was cut off, so fetch it again")
malformed("garbage_behind.csv.gz", WHOLE + b"more",
          f"byte {len(WHOLE)}: something else follows the end of the gzip stream")
# The checksum and the size are the last eight bytes.
malformed("checksum.csv.gz", WHOLE[:-8] + bytes(4) + WHOLE[-4:],
          f"byte {len(WHOLE) - 4}: the gzip stream is damaged: incorrect data check")
malformed("size.csv.gz", WHOLE[:-4] + bytes(4),
          f"byte {len(WHOLE)}: the gzip stream is damaged: incorrect length check")
malformed("method.csv.gz", b"\x1f\x8b\x07" + WHOLE[3:], "byte 4: the gzip stream is damaged: unknown compression method")
malformed("twice.csv.gz", gzip.compress(WHOLE, mtime=0),
          "a gzip file inside a gzip file; decompress it once with gunzip")
malformed("utf16.csv", "x1,x2\n1,2\n".encode("utf-16"), "text in UTF-16; iconv -f UTF-16 -t UTF-8 makes it UTF-8")
malformed("page.csv", b"\n<!doctype html>\n<title>404</title>\n",
          "a web page, perhaps the error page of a failed download")
malformed("xml.csv", b'<?xml version="1.0"?>\n', "an XML file, which is not read; save the table as CSV")
malformed("json.csv", b'[{"x1": 1, "x2": 2}]\n', "JSON, which is not read; save the table as CSV")
