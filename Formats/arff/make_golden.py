#!/usr/bin/env python3
"""Writes golden/ with liac-arff, and by hand as Weka writes; beside each what liac-arff reads; and malformed/.

Usage: make_golden.py   (Python 3, NumPy and liac-arff; the versions are in README.md)
"""
import os
import sys

import arff
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
import listing  # noqa: E402


def expect(path, sparse=False):
    """What liac-arff reads, as our reader lists it: nominal values as positions in the declared list."""
    with open(path, encoding="utf-8") as f:
        content = arff.load(f, encode_nominal=True, return_type=arff.LOD if sparse else arff.DENSE)
    kinds = [kind for _, kind in content["attributes"]]
    rows = content["data"]
    if sparse:
        rows = [[row.get(column, 0) for column in range(len(kinds))] for row in rows]
    columns = []
    for column, kind in enumerate(kinds):
        if isinstance(kind, list) or kind in ("NUMERIC", "REAL", "INTEGER"):
            columns.append([np.nan if row[column] is None else float(row[column]) for row in rows])
    lines = [listing.numbers("data", np.array(columns).T.reshape(len(rows), len(columns)))]
    for (name, kind) in content["attributes"]:
        if kind == "STRING":
            lines.append(listing.other(name, "string", (len(rows),)))
    listing.write(path + ".expected", lines)


def dump(name, content, sparse=False):
    path = os.path.join(HERE, "golden", name)
    with open(path, "w", encoding="utf-8") as f:
        f.write(arff.dumps(content))
    expect(path, sparse)


def text(name, content, sparse=False):
    path = os.path.join(HERE, "golden", name)
    with open(path, "w", encoding="utf-8", newline="") as f:
        f.write(content)
    expect(path, sparse)


def malformed(name, content, error):
    path = os.path.join(HERE, "malformed", name)
    with open(path, "w", newline="") as f:
        f.write(content)
    with open(path + ".expected", "w") as f:
        f.write(error + "\n")


for folder in ("golden", "malformed"):
    os.makedirs(os.path.join(HERE, folder), exist_ok=True)
WEATHER = [("outlook", ["sunny", "overcast", "rainy"]), ("temperature", "REAL"), ("humidity", "REAL"),
           ("windy", ["TRUE", "FALSE"]), ("play", ["yes", "no"])]
ROWS = [["sunny", 85.0, 85.25, "FALSE", "no"], ["overcast", None, 1e-7, "TRUE", "yes"], ["rainy", -71.5, 1 / 3, None, "no"]]
dump("liac_dense.arff", {"description": "The weather.", "relation": "weather", "attributes": WEATHER, "data": ROWS})
dump("liac_sparse.arff", {"description": "", "relation": "weather", "attributes": WEATHER, "data": [
    {1: 85.0, 3: "FALSE"}, {}, {0: "rainy", 2: -1.5, 4: "no"}]}, sparse=True)
dump("liac_quotes.arff", {"description": "", "relation": "quoted names", "attributes": [
    ("length, in cm", "NUMERIC"), ("a string", "STRING"), ("kind", ["it's", "a b", "50%"])],
    "data": [[1.5, "a, b", "it's"], [2.5, "c % d", "a b"], [None, "'e'", "50%"]]})
# As Weka writes: keywords in lower case, single quotes, blanks around commas, comments among the rows.
text("weka.arff", """% 1. Title: Iris
%
@relation 'iris flowers'

@attribute 'sepal length' numeric
@attribute petallength\treal
@attribute class {Iris-setosa,Iris-versicolor, 'Iris virginica'}

@data
5.1,1.4,Iris-setosa
% a comment
7.0 , 4.7 , Iris-versicolor

?,6,'Iris virginica'
""")
text("weka_crlf_upper.arff", "@RELATION r\r\n@ATTRIBUTE x INTEGER\r\n@ATTRIBUTE y {no,yes}\r\n@DATA\r\n1,yes\r\n2,no\r\n")

HEAD = "@relation r\n@attribute x real\n@attribute c {a,b}\n"
malformed("no_data.arff", HEAD, "the file ends before @data")
malformed("no_attributes.arff", "@relation r\n@data\n1\n", "line 2: there is no @attribute before @data")
malformed("unknown_type.arff", "@relation r\n@attribute x float\n@data\n", "line 2:14: 'float' is no type; there are "
          "numeric, real, integer, {names}, string, date, relational")
malformed("no_name.arff", "@relation r\n@attribute\n@data\n", "line 2:11: the attribute has no name")
malformed("twice.arff", "@relation r\n@attribute x real\n@attribute x real\n@data\n",
          "line 3:12: the attribute 'x' is declared twice")
malformed("names_without_end.arff", "@relation r\n@attribute c {a,b\n@data\n",
          "line 2:18: a comma or } should follow the name of a class")
malformed("no_keyword.arff", "@relation r\n@attribute x real\nx y\n@data\n",
          "line 3:1: @relation, @attribute or @data should begin here, found 'x'")
malformed("text.arff", HEAD + "@data\n1,a\ntwo,b\n", "line 6:1: 'two' is not a number")
malformed("hexadecimal.arff", HEAD + "@data\n0x10,a\n", "line 5:1: '0x10' is not a number")
malformed("unknown_class.arff", HEAD + "@data\n1,a\n2,A\n", "line 6:3: 'A' is not among the declared values of c")
malformed("short.arff", HEAD + "@data\n1,a\n2\n", "line 6:2: 1 value was found, 2 are expected")
malformed("long.arff", HEAD + "@data\n1,a,3\n", "line 5:4: the row goes on after its 2 values")
malformed("empty.arff", HEAD + "@data\n,a\n", "line 5:1: the value is empty; ? stands for a missing one")
malformed("quote.arff", HEAD + "@data\n1,'a\n", "line 5:3: the quote that opens here is never closed")
malformed("weight.arff", HEAD + "@data\n1,a,{x}\n", "line 5:6: the weight of the row is no number")
malformed("sparse_index.arff", HEAD + "@data\n{2 a}\n", "line 5:2: '2' is no index of an attribute, which are 0 to 1")
malformed("sparse_twice.arff", HEAD + "@data\n{0 1, 0 2}\n", "line 5:7: the value of attribute 0 is given twice")
malformed("sparse_open.arff", HEAD + "@data\n{0 1\n", "line 5:5: a comma or } should follow the value")
malformed("sparse_without_value.arff", HEAD + "@data\n{0}\n", "line 5:2: '0}' is no index of an attribute, which are 0 to 1")
