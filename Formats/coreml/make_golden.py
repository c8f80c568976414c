"""Models that coremltools builds, what they hold, and what the networks compute: python make_golden.py (coremltools)

A model is computed on Apple's systems only; networks/*.csv are computed here with NumPy, layer by layer as
NeuralNetwork.proto describes them.
"""
import math
import os
import sys

import coremltools as ct
import numpy as np
from coremltools.models import datatypes
from coremltools.models.neural_network import NeuralNetworkBuilder, quantization_utils
from coremltools.models.tree_ensemble import TreeEnsembleRegressor
from coremltools.models.utils import save_spec

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.dirname(here))
import listing
from compute import compute

rng = np.random.RandomState(0)


def random(*shape):
    return rng.randn(*shape).astype(np.float32)


def builder(width, outputs, names=("x", "y"), **options):
    return NeuralNetworkBuilder(
        [(names[0], datatypes.Array(*np.atleast_1d(width).tolist()))],
        [(names[1], datatypes.Array(outputs))],
        disable_rank5_shape_mapping=True, **options)


def dense(b, name, columns, rows, source, target, bias=True):
    b.add_inner_product(name, random(rows, columns), random(rows) if bias else None, columns, rows, bias, source, target)


def activations():
    b = builder(3, 3)
    value = "x"
    functions = [
        ("RELU", None), ("LEAKYRELU", [0.25]), ("TANH", None), ("SCALED_TANH", [2.0, 0.5]), ("SIGMOID", None),
        ("SIGMOID_HARD", [0.2, 0.5]), ("ELU", 0.5), ("SOFTSIGN", None), ("SOFTPLUS", None), ("LINEAR", [2.0, 1.0])]
    for index, (function, numbers) in enumerate(functions):
        dense(b, f"dense_{index}", 3, 3, value, f"z{index}")
        b.add_activation(f"act_{index}", function, f"z{index}", f"a{index}", params=numbers)
        value = f"a{index}"
    dense(b, "dense_gelu", 3, 3, value, "zg")
    b.add_gelu("gelu", "zg", "ag", mode="EXACT")
    dense(b, "dense_gelu_tanh", 3, 3, "ag", "zt")
    b.add_gelu("gelu_tanh", "zt", "y", mode="TANH_APPROXIMATION")
    return b.spec


def swish():
    b = builder(2, 1)
    dense(b, "dense", 2, 4, "x", "z", bias=False)
    b.add_activation("sigmoid", "SIGMOID", "z", "s")
    b.add_multiply_broadcastable("product", ["z", "s"], "a")
    dense(b, "out", 4, 1, "a", "y")
    return b.spec


def classifier():
    b = builder(2, 3, mode="classifier")
    dense(b, "hidden", 2, 4, "x", "z")
    b.add_activation("relu", "RELU", "z", "a")
    dense(b, "scores", 4, 3, "a", "s")
    b.add_softmax_nd("softmax", "s", "y", axis=-1)
    b.set_class_labels(["red", "green", "blue"], predicted_feature_name="colour", prediction_blob="y")
    return b.spec


def normalized():
    # The shapes of the first versions: a row is the channels of a picture.
    b = NeuralNetworkBuilder([("x", datatypes.Array(3))], [("y", datatypes.Array(1))])
    b.add_bias("centre", random(3), "x", "c", shape_bias=[3])
    b.add_scale("deviation", np.float32([2, 0.5, 4]), None, False, "c", "n", shape_scale=[3])
    dense(b, "hidden", 3, 4, "n", "z")
    b.add_batchnorm("norm", 4, random(4), random(4), random(4), np.float32([1, 2, 3, 4]), "z", "zn", epsilon=0.001)
    b.add_activation("relu", "RELU", "zn", "a")
    dense(b, "out", 4, 1, "a", "o")
    b.add_activation("sigmoid", "SIGMOID", "o", "y")
    b.spec.description.metadata.author = "nobody"
    b.spec.description.metadata.userDefined["rows"] = "6"
    return b.spec


def constants():
    b = builder(3, 2)
    b.add_load_constant_nd("mean", "mean", random(3), [3])
    b.add_subtract_broadcastable("centred", ["x", "mean"], "c")
    b.add_load_constant_nd("deviation", "deviation", np.float32([2, 0.5, 4]), [3])
    b.add_divide_broadcastable("scaled", ["c", "deviation"], "n")
    b.add_batched_mat_mul("product", ["n"], "z", weight_matrix_rows=3, weight_matrix_columns=2, W=random(3, 2),
                          bias=random(2))
    b.add_activation("tanh", "TANH", "z", "y")
    return b.spec


def mlp():
    b = builder(2, 1)
    dense(b, "hidden", 2, 4, "x", "z")
    b.add_activation("relu", "RELU", "z", "a")
    dense(b, "out", 4, 1, "a", "o")
    b.add_activation("sigmoid", "SIGMOID", "o", "y")
    return b.spec


def convolution():
    b = builder((1, 4, 4), 2)
    b.add_convolution("conv", 1, 2, 3, 3, 1, 1, "valid", 1, random(3, 3, 1, 2), random(2), True, input_name="x",
                      output_name="z")
    b.add_flatten_to_2d("flat", "z", "f")
    dense(b, "out", 8, 2, "f", "y")
    return b.spec


def trees():
    tree = TreeEnsembleRegressor([("x", datatypes.Array(2))], "y")
    tree.add_branch_node(0, 0, 0, 0.5, "BranchOnValueGreaterThan", 1, 2)
    tree.add_leaf_node(0, 1, 1.0)
    tree.add_leaf_node(0, 2, 2.0)
    tree.set_default_prediction_value([0.0])
    return tree.spec


def halves():
    return quantization_utils.quantize_weights(ct.models.MLModel(mlp(), skip_model_load=True), 16).get_spec()


def quantised():
    return quantization_utils.quantize_weights(ct.models.MLModel(mlp(), skip_model_load=True), 8).get_spec()


def array(name, weights, shape):
    if weights.floatValue:
        return listing.numbers(name, np.array(weights.floatValue, np.float32).reshape(shape))
    if weights.float16Value:
        return listing.numbers(name, np.frombuffer(weights.float16Value, np.float16).reshape(shape))
    return listing.other(name, f"array quantised to {weights.quantization.numberOfBits} bits", [])


def lines(spec):
    kind = spec.WhichOneof("Type")
    if not kind.startswith("neuralNetwork"):
        yield listing.other(kind, "Core ML model", [])
        return
    for layer in getattr(spec, kind).layers:
        parameters = getattr(layer, layer.WhichOneof("layer"))
        for field, value in parameters.ListFields():
            if field.message_type is None or field.message_type.name != "WeightParams":
                continue
            shape = -1
            if layer.WhichOneof("layer") == "innerProduct" and field.name == "weights":
                shape = (parameters.outputChannels, parameters.inputChannels)
            if layer.WhichOneof("layer") == "convolution" and field.name == "weights":
                shape = (parameters.outputChannels, parameters.kernelChannels, *parameters.kernelSize)
            yield array(f"{layer.name}/{field.name}", value, shape)


def outputs(name, spec):
    width = spec.description.input[0].type.multiArrayType.shape[0]
    x = np.random.RandomState(1).randn(20, width).astype(np.float32).astype(np.float64)
    y = compute(spec, x)
    columns = [f"x{i + 1}" for i in range(width)] + [f"y{i + 1}" for i in range(y.shape[1])]
    with open(os.path.join(here, "networks", name + ".csv"), "w") as file:
        file.write(",".join(columns) + "\n")
        for row in np.hstack([x, y]):
            file.write(",".join(repr(float(v)) for v in row) + "\n")


for folder in ("golden", "networks"):
    os.makedirs(os.path.join(here, folder), exist_ok=True)
for make in (mlp, activations, swish, classifier, normalized, constants, halves, convolution, quantised, trees):
    spec = make()
    path = os.path.join(here, "golden", make.__name__ + ".mlmodel")
    save_spec(spec, path)
    listing.write(path + ".expected", lines(spec))
    if make not in (convolution, quantised, trees):
        outputs(make.__name__, spec)
