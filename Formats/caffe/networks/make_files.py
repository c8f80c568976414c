"""Writes networks/*.caffemodel.h5 with h5py, as Caffe's Net::ToHDF5 lays them out, and their .prototxt.

python3 make_files.py; Caffe itself is in no package index. Beside each file stands what NumPy computes with Caffe's
formulas, `<file>.expected.npz` with X and Y, and `<file>.activations` where there is no .prototxt.
"""
import os

import h5py
import numpy as np

folder = os.path.dirname(os.path.abspath(__file__))
random = np.random.default_rng(1)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def weights(*sizes):
    return [(random.standard_normal((units, inputs)).astype("f4"), random.standard_normal(units).astype("f4"))
            for inputs, units in zip(sizes, sizes[1:])]


def save(stem, layers, prototxt, compute, inputs, activations=None, others=(), diff=False):
    """Layers are (name, blobs); those without blobs are groups without arrays."""
    path = os.path.join(folder, stem + ".caffemodel.h5")
    with h5py.File(path, "w") as file:
        for group in ["data"] + ["diff"] * diff:
            for name, blobs in layers:
                for index, blob in enumerate(blobs):
                    file[f"{group}/{name}/{index}"] = blob
            for name in others:
                file.create_group(f"{group}/{name}")
    if prototxt is not None:
        with open(os.path.join(folder, stem + ".prototxt"), "w") as file:
            file.write(prototxt)
    if activations is not None:
        with open(path + ".activations", "w") as file:
            file.write(activations + "\n")
    X = random.standard_normal((7, inputs))
    np.savez(path + ".expected.npz", X=X, Y=compute(X))


if __name__ == "__main__":
    # Names whose alphabetical order is not that of the layers; dropout; a slope; layers in the place of their input.
    (W1, b1), (W2, b2), (W3, b3) = weights(2, 4, 3, 3)

    def deploy(X):
        a = X @ W1.T + b1
        a = np.where(a > 0, a, 0.1 * a)
        a = np.where((z := a @ W2.T + b2) > 0, z, 0.5 * (np.exp(z) - 1))
        return softmax(a @ W3.T + b3)

    save("deploy", [("zero", (W1, b1)), ("middle", (W2, b2)), ("a_last", (W3, b3))], """name: 'deploy'  # a comment
input: "data"
input_dim: 1
input_dim: 2
layer { name: "zero" type: "InnerProduct" bottom: "data" top: "zero"
  param { lr_mult: 1 } param { lr_mult: 2 }
  inner_product_param { num_output: 4 weight_filler { type: "xavier" } } }
layer { name: "relu" type: "ReLU" bottom: "zero" top: "zero" relu_param { negative_slope: 0.1 } }
layer { name: "drop" type: "Dropout" bottom: "zero" top: "zero" dropout_param { dropout_ratio: 0.25 } }
layer { name: "middle" type: "InnerProduct" bottom: "zero" top: "middle" inner_product_param: { num_output: 3 } }
layer { name: "elu" type: "ELU" bottom: "middle" top: "elu" elu_param { alpha: 0.5 } }
layer { name: "a_last" type: "InnerProduct" bottom: "elu" top: "a_last" inner_product_param { num_output: 3 } }
layer { name: "prob" type: "Softmax" bottom: "a_last" top: "prob" }
""", deploy, 2, others=("relu", "prob"))

    # The text of a training in the older form, weights with four dimensions, no biases in the first layer.
    (V1, _), (V2, c2) = weights(3, 4, 1)
    save("train", [("ip1", (V1.reshape(1, 1, 4, 3),)), ("ip2", (V2.reshape(1, 1, 1, 4), c2.reshape(1, 1, 1, 1)))], """
layers { name: "mnist" type: HDF5_DATA top: "data" top: "label" include: { phase: TRAIN } hdf5_data_param { source: "a" } }
layers { name: "mnist" type: HDF5_DATA top: "data" top: "label" include: { phase: TEST } hdf5_data_param { source: "b" } }
layers { name: "ip1" type: INNER_PRODUCT bottom: "data" top: "ip1" blobs_lr: 1
  inner_product_param { num_output: 4 bias_term: false } }
layers { name: "tanh" type: TANH bottom: "ip1" top: "ip1" }
layers { name: "ip2" type: INNER_PRODUCT bottom: "ip1" top: "ip2" inner_product_param { num_output: 1 } }
layers { name: "loss" type: SIGMOID_CROSS_ENTROPY_LOSS bottom: "ip2" bottom: "label" top: "loss" include: { phase: TRAIN } }
layers { name: "prob" type: SIGMOID bottom: "ip2" top: "prob" include: { phase: TEST } }
""", lambda X: sigmoid(np.tanh(X @ V1.T) @ V2.T + c2), 3, diff=True)

    # Batch normalisation with its sums, and a scaling behind it.
    (U1, d1), (U2, d2) = weights(2, 3, 1)
    mean, variance, count = random.random(3).astype("f4"), random.random(3).astype("f4") + 1, np.float32([2.5])
    gamma, beta = random.random(3).astype("f4") + 0.5, random.random(3).astype("f4")

    def normalized(X):
        m, v = (numbers.astype("f8") / count[0] for numbers in (mean, variance))
        z = (X @ U1.T + d1 - m) / np.sqrt(v + 1e-5) * gamma + beta
        return sigmoid(np.maximum(z, 0) @ U2.T + d2)

    save("normalized", [("ip1", (U1, d1)), ("bn", (mean, variance, count)), ("scale", (gamma, beta)), ("ip2", (U2, d2))], """
layer { name: "data" type: "Input" top: "data" input_param { shape: { dim: [1, 2] } } }
layer { name: "ip1" type: "InnerProduct" bottom: "data" top: "ip1" inner_product_param { num_output: 3 } }
layer { name: "bn" type: "BatchNorm" bottom: "ip1" top: "ip1" batch_norm_param { use_global_stats: true } }
layer { name: "scale" type: "Scale" bottom: "ip1" top: "ip1" scale_param { bias_term: true } }
layer { name: "relu" type: "ReLU" bottom: "ip1" top: "ip1" }
layer { name: "ip2" type: "InnerProduct" bottom: "ip1" top: "ip2" inner_product_param { num_output: 1 } }
layer { name: "prob" type: "Sigmoid" bottom: "ip2" top: "prob" }
""", normalized, 2)

    # Weights alone: the order is told by the shapes, the activations are given.
    save("weights_only", [("zero", (W1, b1)), ("middle", (W2, b2))], None,
         lambda X: sigmoid(np.maximum(X @ W1.T + b1, 0) @ W2.T + b2), 2, activations="relu,sigmoid")
