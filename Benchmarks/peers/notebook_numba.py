"""The notebook's training as loops that numba compiles, masks drawn once.

notebook_numba.py DATA.npz LAMBDA KEEP plain|fused
"""

import json
import sys
import time

import numba
import numpy as np


@numba.njit(fastmath=True)
def train_plain(X, Y, W1, b1, W2, b2, W3, b3, D1, D2, keep, lambd, rate, iterations, every):
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


@numba.njit(fastmath=True, error_model="numpy")
def train_fused(X, Y, W1, b1, W2, b2, W3, b3, D1, D2, keep, lambd, rate, iterations, every):
    """For this shape alone, 2-20-3-1: as few passes over the examples as a hand finds."""
    m = X.shape[1]
    n1, n2 = 20, 3
    A1, A2 = np.empty((n1, m)), np.empty((n2, m))
    x0, x1 = X[0], X[1]
    z, y, dz, dz2 = np.empty(m), Y[0], np.empty(m), np.empty((n2, m))
    g2 = np.empty((n2, n1))
    costs = np.empty((iterations + every - 1) // every)
    scale = 1 / keep
    for iteration in range(iterations):
        for i in range(n1):
            a, b, w0, w1, d = A1[i], b1[i], W1[i, 0], W1[i, 1], D1[i]
            for e in range(m):
                v = b + w0 * x0[e] + w1 * x1[e]
                a[e] = v if v > 0 else 0.0
            if keep < 1:
                for e in range(m):
                    a[e] *= d[e]
        for i in range(n2):
            a, d = A2[i], D2[i]
            for e in range(m):
                a[e] = b2[i]
            for j in range(0, n1, 4):
                w0, w1, w2, w3 = W2[i, j], W2[i, j + 1], W2[i, j + 2], W2[i, j + 3]
                a0, a1, a2, a3 = A1[j], A1[j + 1], A1[j + 2], A1[j + 3]
                for e in range(m):
                    a[e] += w0 * a0[e] + w1 * a1[e] + w2 * a2[e] + w3 * a3[e]
            for e in range(m):
                a[e] = a[e] if a[e] > 0 else 0.0
            if keep < 1:
                for e in range(m):
                    a[e] *= d[e]
        for e in range(m):
            z[e] = b3[0]
        for i in range(n2):
            w, a = W3[0, i], A2[i]
            for e in range(m):
                z[e] += w * a[e]
        for e in range(m):
            dz[e] = 1 / (1 + np.exp(-z[e])) - y[e]
        if iteration % every == 0:
            cost = 0.0
            for e in range(m):
                p = dz[e] + y[e]
                cost -= np.log(p) if y[e] > 0.5 else np.log(1 - p)
            penalty = np.sum(W1 * W1) + np.sum(W2 * W2) + np.sum(W3 * W3)
            costs[iteration // every] = cost / m + lambd / (2 * m) * penalty
        # Backward with the weights from before the update, layer by layer.
        s = 0.0
        for e in range(m):
            s += dz[e]
        b3[0] -= rate * s / m
        for i in range(n2):
            w, a, d, t, u = W3[0, i] * scale, A2[i], dz2[i], 0.0, 0.0
            for e in range(m):
                d[e] = w * dz[e] if a[e] > 0 else 0.0
                t += dz[e] * a[e]
                u += d[e]
            W3[0, i] -= rate * (t / m + lambd / m * W3[0, i])
            b2[i] -= rate * u / m
        d0, d1, d2 = dz2[0], dz2[1], dz2[2]
        for j in range(n1):
            a, w0, w1, w2 = A1[j], W2[0, j] * scale, W2[1, j] * scale, W2[2, j] * scale
            t0 = t1 = t2 = s0 = s1 = s2 = 0.0
            for e in range(m):
                t0 += d0[e] * a[e]
                t1 += d1[e] * a[e]
                t2 += d2[e] * a[e]
                d = w0 * d0[e] + w1 * d1[e] + w2 * d2[e]
                d = d if a[e] > 0 else 0.0
                s0 += d * x0[e]
                s1 += d * x1[e]
                s2 += d
            g2[0, j], g2[1, j], g2[2, j] = t0, t1, t2
            W1[j, 0] -= rate * (s0 / m + lambd / m * W1[j, 0])
            W1[j, 1] -= rate * (s1 / m + lambd / m * W1[j, 1])
            b1[j] -= rate * s2 / m
        for i in range(n2):
            for j in range(n1):
                W2[i, j] -= rate * (g2[i, j] / m + lambd / m * W2[i, j])
    return costs


data = np.load(sys.argv[1])
X, Y = np.ascontiguousarray(data["X"]), np.ascontiguousarray(data["Y"])
lambd, keep = float(sys.argv[2]), float(sys.argv[3])
train = {"plain": train_plain, "fused": train_fused}[sys.argv[4]]


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
