"""Training in batches in NumPy, whose products are OpenBLAS's: batches_numpy.py DATA.npz SETTINGS, as batches_torch.py

Gradient descent, one sigmoid unit. Prints the speed of a single product of the wide layers too.
"""

import json
import sys
import time

import numpy as np

data, settings = np.load(sys.argv[1]), json.loads(sys.argv[2])
real = np.dtype(settings["precision"])
X, Y = np.ascontiguousarray(data["X"].T).astype(real), data["y"].T.astype(real)
m, keep, decay, rate = X.shape[1], settings["keep"], settings["lambda"] / X.shape[1], settings["rate"]
sizes = [X.shape[0]] + settings["hidden"] + [1]
np.random.seed(3)
W = [(np.random.randn(n, k) * np.sqrt(settings["gain"] / k)).astype(real) for k, n in zip(sizes, sizes[1:])]
b = [np.zeros((n, 1), real) for n in sizes[1:]]
draw = np.random.Generator(np.random.SFC64(1))
batch = settings["batch"] or m
costs, done = [], 0
clock = time.process_time if settings["threads"] == 1 else time.monotonic


def step(x, y):
    A, masks = [x], []
    for layer, (w, c) in enumerate(zip(W, b)):
        z = w @ A[-1]
        z += c
        if layer < len(W) - 1:
            np.maximum(z, 0, out=z)
            if keep < 1:
                masks.append(draw.random(z.shape, dtype=np.float32) < keep)
                z *= masks[-1]
                z *= real.type(1 / keep)
        A.append(z)
    z = A[-1]
    if settings["costs"]:
        penalty = decay / 2 * sum(float((w.astype(float) ** 2).sum()) for w in W)
        costs.append(float(np.mean(np.logaddexp(0, z) - y * z)) + penalty)
    dz = (1 / (1 + np.exp(-z)) - y) / real.type(x.shape[1])
    for layer in reversed(range(len(W))):
        dw, db = dz @ A[layer].T, dz.sum(axis=1, keepdims=True)
        if layer:
            dz = W[layer].T @ dz
            dz *= A[layer] > 0
            if keep < 1:
                dz *= real.type(1 / keep)
        dw += real.type(decay) * W[layer]
        W[layer] -= real.type(rate) * dw
        b[layer] -= real.type(rate) * db


start = clock()
while done < settings["iterations"]:
    order = draw.permutation(m) if batch < m else None
    for first in range(0, m, batch):
        part = order[first : first + batch] if order is not None else slice(None)
        step(X[:, part], Y[:, part])
        done += 1
        if done == settings["iterations"]:
            break
seconds = clock() - start
A = X
for layer, (w, c) in enumerate(zip(W, b)):
    A = w @ A + c
    A = np.maximum(A, 0) if layer < len(W) - 1 else A
print("result\t" + json.dumps({"costs": costs, "accuracy": float(np.mean((A > 0) == Y))}))
print(f"figure\ttraining\t{seconds}\t{seconds}\t1")
if len(W) > 2:
    best, x = 1e9, np.ones((W[0].shape[0], min(batch, m)), real)
    for _ in range(5):
        start = clock()
        W[1] @ x
        best = min(best, clock() - start)
    one = best / (W[1].size * x.shape[1])
    print(f"figure\tmultiply-add\t{one}\t{one}\t5")
