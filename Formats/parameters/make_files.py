"""Writes golden/*.h5 and malformed/*.h5 with h5py, as other programs would write parameters: python3 make_files.py"""
import os

import h5py
import numpy as np

os.chdir(os.path.dirname(os.path.abspath(__file__)))
SIZES = [2, 4, 3, 1]


def parameters(biases=lambda b: b):
    """W1, b1 … of a network 2 → 4 → 3 → 1: the numbers 0, 1/64, 2/64 … in the order of the file's arrays."""
    result, next = {}, 0
    for layer, (inputs, units) in enumerate(zip(SIZES, SIZES[1:]), 1):
        weights = (np.arange(next, next + units * inputs) / 64).reshape(units, inputs)
        next += weights.size
        result[f"W{layer}"] = weights
        result[f"b{layer}"] = biases((np.arange(next, next + units) / 64).reshape(units, 1))
        next += units
    return result


def write(path, arrays, attributes=None, training=None):
    with h5py.File(path, "w", track_order=False) as file:
        for name, array in arrays.items():
            file[name] = array
        for name, value in (attributes or {}).items():
            file.attrs[name] = value
        for name, value in (training or {}).items():
            file.require_group("training").attrs[name] = value


def malformed(name, message, arrays=None, **attributes):
    write(f"malformed/{name}.h5", arrays or parameters(), {"format": "reg-parameters", "format_version": 1} | attributes)
    with open(f"malformed/{name}.h5.expected", "w", encoding="utf-8") as file:
        file.write(message + "\n")


full = {
    "format": "reg-parameters", "format_version": 1, "layers": np.array(SIZES),
    "activations": ["relu", "relu", "sigmoid"], "features": ["x1", "x2"], "created_by": "h5py",
}
settings = {"learning_rate": 0.3, "lambda": 0.7, "iterations": 30000, "keep_prob": np.array([0.8, 0.9]), "seed": 3}
write("golden/h5py.h5", parameters(), full, settings)
# Without a word about what it is, as a user saves arrays; the forms of biases and types that there are.
write("golden/bare.h5", parameters())
write("golden/vectors.h5", parameters(lambda b: b.ravel()))
write("golden/rows.h5", parameters(lambda b: b.T))
write("golden/float32.h5", {name: array.astype(">f4") for name, array in parameters().items()})
fixed = {name: np.bytes_(value) if isinstance(value, str) else value for name, value in full.items()}
fixed |= {"activations": np.array([b"relu", b"relu", b"sigmoid"]), "features": np.array([b"x1", b"x2"])}
write("golden/fixed_text.h5", parameters(), fixed, settings)

malformed("newer", "format_version: the file has version 2, this program reads up to 1; a newer one is needed",
          format_version=2)
malformed("requires", "requires: the file needs a program that understands 'convolutions'; this one does not",
          requires=["convolutions"])
malformed("activation", "activations: layer 2 has the activation 'mish'; there are linear, relu, leaky_relu, elu, selu, gelu, "
          "gelu_tanh, tanh, sigmoid, hard_sigmoid, softplus, softsign, swish, softmax",
          activations=["relu", "mish", "sigmoid"])
malformed("no_biases", "b2: there is no such array beside W2",
          {name: array for name, array in parameters().items() if name != "b2"})
malformed("no_chain", "W2: layer 2 takes 5 inputs but layer 1 has 4 units", parameters() | {"W2": np.zeros((3, 5))})
malformed("bias_shape", "W3: the biases of layer 3 are 2 x 1, expected 1 x 1", parameters() | {"b3": np.zeros((2, 1))})
malformed("nan", "W1: W1 holds nan in row 2, column 1",
          parameters() | {"W1": np.array([[0, 1], [np.nan, 1], [0, 1], [0, 1]])})
malformed("three_dimensions", "W1: the shape is 4x2x1, two dimensions are needed", parameters() | {"W1": np.zeros((4, 2, 1))})
malformed("complex", "W1: the elements are complex (complex128), real numbers are needed",
          parameters() | {"W1": np.zeros((4, 2), "c16")})
malformed("text", "no trained parameters: there is no array W1; the file has W1, W2, W3, b1, b2, b3",
          parameters() | {"W1": "text"})
malformed("dataset", "no trained parameters: there is no array W1; the file has X, y",
          {"X": np.zeros((3, 2)), "y": np.zeros(3)})
