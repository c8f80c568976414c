"""Writes networks/sklearn_*.npz, the weights of scikit-learn's networks as users save them: python3 make_sklearn.py

Beside each file stands what scikit-learn computes, `<file>.expected.npz` with X and Y, and `<file>.activations`.
"""
import os
import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier, MLPRegressor

folder = os.path.dirname(os.path.abspath(__file__))
warnings.simplefilter("ignore")


def save(stem, model, X, Y, activations):
    path = os.path.join(folder, f"sklearn_{stem}.npz")
    arrays = {}
    for number, (weights, biases) in enumerate(zip(model.coefs_, model.intercepts_), 1):
        arrays[f"W{number}"], arrays[f"b{number}"] = weights.T, biases
    np.savez(path, **arrays)
    np.savez(path + ".expected.npz", X=X, Y=Y)
    with open(path + ".activations", "w") as file:
        file.write(activations + "\n")


if __name__ == "__main__":
    random = np.random.default_rng(1)
    X = random.standard_normal((60, 3))
    y = (X @ [1, -2, 0.5] + 0.3 * random.standard_normal(60) > 0).astype(int)
    binary = MLPClassifier((4, 3), activation="tanh", max_iter=50, random_state=1).fit(X, y)
    save("binary", binary, X[:7], binary.predict_proba(X[:7])[:, 1:], "tanh,tanh,sigmoid")
    default = MLPClassifier((5,), max_iter=50, random_state=1).fit(X, y)
    save("default", default, X[:7], default.predict_proba(X[:7])[:, 1:], "")
    classes = MLPClassifier((4,), activation="logistic", max_iter=50, random_state=1).fit(X, y + (X[:, 2] > 0.5))
    save("classes", classes, X[:7], classes.predict_proba(X[:7]), "sigmoid,softmax")
    values = MLPRegressor(hidden_layer_sizes=(4,), max_iter=50, random_state=1).fit(X, X[:, :2] ** 2)
    save("values", values, X[:7], values.predict(X[:7]), "relu,linear")
