"""The notebook's training as loops that numba compiles, masks drawn once: notebook_numba.py DATA.npz LAMBDA KEEP"""
import json
import sys
import time

import numba
import numpy as np


@numba.njit(fastmath=True)
def train(X, Y, W1, b1, W2, b2, W3, b3, D1, D2, keep, lambd, rate, iterations, every):
    n0, m = X.shape
    n1, n2 = W1.shape[0], W2.shape[0]
    A1, A2, dZ3 = np.empty((n1, m)), np.empty((n2, m)), np.empty(m)
    dZ1, dZ2 = np.empty(m), np.empty((n2, m))
    dW2 = np.empty((n2, n1))
    costs = np.empty((iterations + every - 1) // every)
    scale = 1 / keep
    for iteration in range(iterations):
        for i in range(n1):
            for e in range(m):
                z = b1[i]
                for j in range(n0):
                    z += W1[i, j] * X[j, e]
                A1[i, e] = max(z, 0.0) * D1[i, e]
        for i in range(n2):
            for e in range(m):
                A2[i, e] = b2[i]
            for j in range(n1):
                w = W2[i, j]
                for e in range(m):
                    A2[i, e] += w * A1[j, e]
            for e in range(m):
                A2[i, e] = max(A2[i, e], 0.0) * D2[i, e]
        for e in range(m):
            z = b3[0]
            for i in range(n2):
                z += W3[0, i] * A2[i, e]
            dZ3[e] = 1 / (1 + np.exp(-z)) - Y[0, e]
        if iteration % every == 0:
            cost, penalty = 0.0, 0.0
            for e in range(m):
                a = dZ3[e] + Y[0, e]
                cost -= np.log(a) if Y[0, e] > 0.5 else np.log(1 - a)
            for i in range(n1):
                for j in range(n0):
                    penalty += W1[i, j] ** 2
            for i in range(n2):
                penalty += W3[0, i] ** 2
                for j in range(n1):
                    penalty += W2[i, j] ** 2
            costs[iteration // every] = cost / m + lambd / (2 * m) * penalty
        # Backward with the weights from before the update, layer by layer.
        for i in range(n2):
            w = W3[0, i]
            for e in range(m):
                dZ2[i, e] = w * dZ3[e] * scale if A2[i, e] > 0 else 0.0
        s = 0.0
        for e in range(m):
            s += dZ3[e]
        b3[0] -= rate * s / m
        for i in range(n2):
            s = 0.0
            for e in range(m):
                s += dZ3[e] * A2[i, e]
            W3[0, i] -= rate * (s / m + lambd / m * W3[0, i])
        for j in range(n1):
            for i in range(n2):
                s = 0.0
                for e in range(m):
                    s += dZ2[i, e] * A1[j, e]
                dW2[i, j] = s / m
            for e in range(m):
                s = 0.0
                for i in range(n2):
                    s += W2[i, j] * dZ2[i, e]
                dZ1[e] = s * scale if A1[j, e] > 0 else 0.0
            s = 0.0
            for e in range(m):
                s += dZ1[e]
            b1[j] -= rate * s / m
            for k in range(n0):
                s = 0.0
                for e in range(m):
                    s += dZ1[e] * X[k, e]
                W1[j, k] -= rate * (s / m + lambd / m * W1[j, k])
        for i in range(n2):
            s = 0.0
            for e in range(m):
                s += dZ2[i, e]
            b2[i] -= rate * s / m
            for j in range(n1):
                W2[i, j] -= rate * (dW2[i, j] + lambd / m * W2[i, j])
    return costs


data = np.load(sys.argv[1])
X, Y = np.ascontiguousarray(data["X"]), np.ascontiguousarray(data["Y"])
lambd, keep = float(sys.argv[2]), float(sys.argv[3])


def run(iterations):
    np.random.seed(3)
    sizes = [X.shape[0], 20, 3, 1]
    parameters = []
    for inputs, units in zip(sizes, sizes[1:]):
        parameters += [np.random.randn(units, inputs) / np.sqrt(inputs), np.zeros(units)]
    np.random.seed(1)
    # The mask and 1 / keep in one factor.
    masks = [(np.random.rand(units, X.shape[1]) <= keep) / keep for units in sizes[1:3]]
    start = time.process_time()
    costs = train(X, Y, *parameters, *masks, keep, lambd, 0.3, iterations, 10_000)
    return costs, time.process_time() - start


run(1)
costs, seconds = run(30_000)
print("result\t" + json.dumps({"costs": list(costs)}))
print(f"figure\ttraining\t{seconds}\t{seconds}\t1")
