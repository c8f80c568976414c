"""What the onnx package finds in the files of golden/ (golden/*.expected), and what onnxruntime computes with those that
are chains of dense layers (networks/*.csv): python listing_onnx.py (onnx, onnxruntime, numpy)
"""
import glob
import os
import sys

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
import listing

NO_NUMBERS = {8: "string tensor", 22: "int4 tensor"}
REFUSED = ["types", "constants", "branch", "two_inputs", "two_outputs", "log_softmax", "hard_swish", "torch_convolution"]


def line(name, tensor):
    if tensor.data_type in NO_NUMBERS:
        return listing.other(name, NO_NUMBERS[tensor.data_type], list(tensor.dims))
    array = numpy_helper.to_array(tensor)
    return listing.numbers(name, array.astype(np.float32) if tensor.data_type == 16 else array)


def sparse(tensor):
    dense = np.zeros(tensor.dims, numpy_helper.to_array(tensor.values).dtype)
    indices = numpy_helper.to_array(tensor.indices)
    places = tuple(indices.T) if indices.ndim == 2 else np.unravel_index(indices, dense.shape)
    dense[places] = numpy_helper.to_array(tensor.values)
    return dense


def lines(model):
    graph = model.graph
    for tensor in graph.initializer:
        yield line(tensor.name, tensor)
    for tensor in graph.sparse_initializer:
        yield listing.numbers(tensor.values.name, sparse(tensor))
    for node in graph.node:
        if node.op_type == "Constant":
            value = onnx.helper.get_attribute_value(node.attribute[0])
            if isinstance(value, onnx.TensorProto):
                yield line(node.output[0], value)
            else:
                dtype = np.float32 if "float" in node.attribute[0].name else np.int64
                yield listing.numbers(node.output[0], np.array(value, dtype))


def outputs(path, model):
    """A table of inputs and what onnxruntime computes from them."""
    session = onnxruntime.InferenceSession(path)
    width = session.get_inputs()[0].shape[1]
    double = session.get_inputs()[0].type == "tensor(double)"
    x = np.random.RandomState(1).randn(20, width)
    x = x if double else x.astype(np.float32)
    results = session.run(None, {session.get_inputs()[0].name: x})
    # Of a classifier's outputs the class is one, and the probabilities may be a dictionary for each row.
    y = next(r for r in results if isinstance(r, list) or r.dtype in (np.float32, np.float64))
    if isinstance(y, list):
        y = np.array([list(row.values()) for row in y])
        if y.shape[1] == 2:
            y = y[:, 1]
    y = np.asarray(y).reshape(20, -1)
    columns = [f"x{i + 1}" for i in range(width)] + [f"y{i + 1}" for i in range(y.shape[1])]
    with open(os.path.join(here, "networks", os.path.basename(path)[:-5] + ".csv"), "w") as file:
        file.write(",".join(columns) + "\n")
        for row in np.hstack([x.astype(np.float64), y.astype(np.float64)]):
            file.write(",".join(repr(float(v)) for v in row) + "\n")


os.makedirs(os.path.join(here, "networks"), exist_ok=True)
for path in sorted(glob.glob(os.path.join(here, "golden", "*.onnx"))):
    model = onnx.load(path)
    listing.write(path + ".expected", lines(model))
    if os.path.basename(path)[:-5] not in REFUSED:
        outputs(path, model)
