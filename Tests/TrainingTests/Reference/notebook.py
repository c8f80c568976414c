"""The notebook's training loop in NumPy, on a small dataset of its own.

    python3 notebook.py            prints the values that NotebookTests.swift has as literals
"""
import numpy as np


def dataset(seed=7, examples=37):
    np.random.seed(seed)
    X = np.random.randn(2, examples)
    Y = (X[0:1] ** 2 + X[1:2] ** 2 < 1.2).astype(float)
    return X, Y


def initialize(sizes, seed=3):
    np.random.seed(seed)
    return [(np.random.randn(o, i) / np.sqrt(i), np.zeros((o, 1))) for i, o in zip(sizes, sizes[1:])]


def forward(X, parameters, keep):
    """keep < 1: np.random.seed(1) inside the pass, so the masks are the same at every iteration."""
    if keep < 1:
        np.random.seed(1)
    A, cache = X, []
    for number, (W, b) in enumerate(parameters):
        Z = np.dot(W, A) + b
        D = None
        if number == len(parameters) - 1:
            A = 1 / (1 + np.exp(-Z))
        else:
            A = np.maximum(0, Z)
            if keep < 1:
                D = np.random.rand(*A.shape) <= keep
                A = A * D / keep
        cache.append((A, D))
    return A, cache


def train(X, Y, hidden=(20, 3), iterations=301, rate=0.3, lambd=0.0, keep=1.0, report=100):
    parameters = initialize([X.shape[0], *hidden, 1])
    m = X.shape[1]
    costs = []
    for iteration in range(iterations):
        A, cache = forward(X, parameters, keep)
        if iteration % report == 0:
            cost = -np.nansum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / m
            costs.append(cost + lambd / (2 * m) * sum(np.sum(W ** 2) for W, _ in parameters))
        dZ, gradients = A - Y, []
        for number in reversed(range(len(parameters))):
            previous = X if number == 0 else cache[number - 1][0]
            W = parameters[number][0]
            gradients.append((np.dot(dZ, previous.T) / m + lambd / m * W, np.sum(dZ, axis=1, keepdims=True) / m))
            if number > 0:
                dA, D = np.dot(W.T, dZ), cache[number - 1][1]
                if D is not None:
                    dA = dA * D / keep
                dZ = dA * (previous > 0)
        parameters = [(W - rate * dW, b - rate * db) for (W, b), (dW, db) in zip(parameters, reversed(gradients))]
    A, _ = forward(X, parameters, 1.0)
    return costs, float(np.mean((A > 0.5) == Y))


if __name__ == "__main__":
    X, Y = dataset()
    for name, hidden, lambd, keep in [
        ("plain", (20, 3), 0.0, 1.0), ("L2", (20, 3), 0.7, 1.0), ("dropout", (20, 3), 0.0, 0.86),
        ("both", (20, 3), 0.7, 0.86), ("one hidden layer", (5,), 0.0, 1.0), ("three hidden layers", (7, 6, 5), 0.3, 0.9),
        ("logistic regression", (), 0.1, 1.0),
    ]:
        costs, accuracy = train(X, Y, hidden, lambd=lambd, keep=keep)
        print(name, [float(c) for c in costs], accuracy)
