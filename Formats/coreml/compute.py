"""What a Core ML network computes, with NumPy in float64: the layers of a network of dense layers."""
import math

import numpy as np


def array(weights):
    if weights.float16Value:
        return np.frombuffer(weights.float16Value, np.float16).astype(np.float64)
    return np.array(weights.floatValue, np.float32).astype(np.float64)


def erf(x):
    return np.vectorize(math.erf)(x)


def activation(parameters, x):
    kind = parameters.WhichOneof("NonlinearityType")
    p = getattr(parameters, kind)
    if kind == "linear":
        return p.alpha * x + p.beta
    if kind == "ReLU":
        return np.maximum(x, 0)
    if kind == "leakyReLU":
        return np.where(x > 0, x, p.alpha * x)
    if kind == "tanh":
        return np.tanh(x)
    if kind == "scaledTanh":
        return p.alpha * np.tanh(p.beta * x)
    if kind == "sigmoid":
        return 1 / (1 + np.exp(-x))
    if kind == "sigmoidHard":
        return np.clip(p.alpha * x + p.beta, 0, 1)
    if kind == "ELU":
        return np.where(x > 0, x, p.alpha * np.expm1(np.minimum(x, 0)))
    if kind == "softsign":
        return x / (1 + np.abs(x))
    if kind == "softplus":
        return np.logaddexp(0, x)
    raise ValueError(kind)


def compute(spec, x):
    """The outputs of rows of inputs."""
    network = getattr(spec, spec.WhichOneof("Type"))
    values = {spec.description.input[0].name: x}
    for layer in network.layers:
        kind = layer.WhichOneof("layer")
        p = getattr(layer, kind)
        a = [values[name] for name in layer.input]
        if kind == "innerProduct":
            y = a[0] @ array(p.weights).reshape(p.outputChannels, p.inputChannels).T
            if p.hasBias:
                y = y + array(p.bias)
        elif kind == "batchedMatmul":
            # The weights are stored by columns.
            y = a[0] @ array(p.weights).reshape(p.weightMatrixSecondDimension, p.weightMatrixFirstDimension).T
            if p.hasBias:
                y = y + array(p.bias)
        elif kind == "activation":
            y = activation(p, a[0])
        elif kind == "gelu" and p.mode == 0:
            y = a[0] / 2 * (1 + erf(a[0] / math.sqrt(2)))
        elif kind == "gelu" and p.mode == 1:
            y = a[0] / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (a[0] + 0.044715 * a[0] ** 3)))
        elif kind in ("softmax", "softmaxND"):
            e = np.exp(a[0] - a[0].max(axis=1, keepdims=True))
            y = e / e.sum(axis=1, keepdims=True)
        elif kind == "batchnorm":
            y = (a[0] - array(p.mean)) / np.sqrt(array(p.variance) + p.epsilon) * array(p.gamma) + array(p.beta)
        elif kind == "scale":
            y = a[0] * array(p.scale) + (array(p.bias) if p.hasBias else 0)
        elif kind == "bias":
            y = a[0] + array(p.bias)
        elif kind in ("loadConstant", "loadConstantND"):
            y = array(p.data)
        elif kind == "subtractBroadcastable":
            y = a[0] - a[1]
        elif kind == "divideBroadcastable":
            y = a[0] / a[1]
        elif kind == "multiplyBroadcastable":
            y = a[0] * a[1]
        else:
            raise ValueError(kind)
        values[layer.output[0]] = y
    return y
