#!/usr/bin/env python3
"""Does L-BFGS earn its place? SciPy's on the notebook's cost against the optimizers of reg-train, at equal gradients.

usage: lbfgs_on_notebook.py DATA [SEEDS]     (with NumPy and SciPy; DATA: X, y, Xval, yval, such as data.mat)

For each budget of gradients the median over the seeds of the initial weights: cost, accuracy on training and test set.
"""
import sys

import numpy as np
import scipy.io
import scipy.optimize

SIZES = [2, 20, 3, 1]
BUDGETS = [100, 300, 1000, 3000, 10000]
data = scipy.io.loadmat(sys.argv[1])
x, y, xt, yt = data["X"].T, data["y"].T.astype(float), data["Xval"].T, data["yval"].T.astype(float)
m = x.shape[1]
SHAPES = list(zip(SIZES, SIZES[1:]))
WEIGHTS = np.concatenate([np.repeat([1.0, 0.0], [a * b, b]) for a, b in SHAPES])


def initial(seed):
    np.random.seed(seed)
    return np.concatenate([np.append(np.random.randn(b, a) / np.sqrt(a), np.zeros(b)) for a, b in SHAPES])


def layers(p):
    offset, result = 0, []
    for a, b in SHAPES:
        result.append((p[offset:offset + a * b].reshape(b, a), p[offset + a * b:offset + (a + 1) * b, None]))
        offset += (a + 1) * b
    return result


def forward(p, x):
    a = [x]
    for index, (w, b) in enumerate(layers(p)):
        z = w @ a[-1] + b
        a.append(np.maximum(z, 0) if index < 2 else z)
    return a


def cost(p, lambd):
    a = forward(p, x)
    z = a[-1]
    loss = np.mean(np.logaddexp(0, z) - y * z) + lambd / (2 * m) * np.sum(WEIGHTS * p * p)
    dz, parts = (1 / (1 + np.exp(-np.clip(z, -700, 700))) - y) / m, []
    for index, (w, _) in reversed(list(enumerate(layers(p)))):
        parts = [(dz @ a[index].T).ravel(), dz.sum(axis=1)] + parts
        dz = (w.T @ dz) * (a[index] > 0)
    return loss, np.concatenate(parts) + lambd / m * WEIGHTS * p


def accuracy(p, x, y):
    return np.mean((forward(p, x)[-1] > 0) == y)


def descend(step, seed, lambd):
    p, state, out = initial(seed), {}, {}
    for number in range(1, BUDGETS[-1] + 1):
        p = step(p, cost(p, lambd)[1], state, number)
        if number in BUDGETS:
            out[number] = p
    return out


def gradient_descent(p, g, state, number):
    return p - 0.3 * g


def momentum(p, g, state, number):
    state["v"] = 0.9 * state.get("v", 0) + g
    return p - 0.1 * state["v"]


def adam(p, g, state, number):
    state["m"] = 0.9 * state.get("m", 0) + 0.1 * g
    state["v"] = 0.999 * state.get("v", 0) + 0.001 * g * g
    return p - 0.01 * (state["m"] / (1 - 0.9**number)) / (np.sqrt(state["v"] / (1 - 0.999**number)) + 1e-8)


def lbfgs(seed, lambd):
    """The best of the points that were evaluated within each budget."""
    best, out, done = [np.inf, None], {}, [0]

    def counted(p):
        value, gradient = cost(p, lambd)
        done[0] += 1
        if value < best[0]:
            best[:] = value, p.copy()
        if done[0] in BUDGETS:
            out[done[0]] = best[1]
        return value, gradient

    scipy.optimize.minimize(counted, initial(seed), jac=True, method="L-BFGS-B", options={
        "maxiter": 10**6, "maxfun": BUDGETS[-1], "ftol": 1e-12, "gtol": 1e-8, "maxcor": 10})
    stops.append(done[0])
    return {budget: out.get(budget, best[1]) for budget in BUDGETS}


seeds = range(1, int(sys.argv[2]) + 1 if len(sys.argv) > 2 else 11)
print("lambda\toptimizer\tgradients\tcost\tcost min\tcost max\ttrain\ttest\ttest min\ttest max")
for lambd in (0.0, 0.7):
    for name, rule in [("gradient descent 0.3", gradient_descent), ("momentum(0.9) 0.1", momentum), ("adam 0.01", adam),
                       ("L-BFGS", None)]:
        stops = []
        runs = [descend(rule, seed, lambd) if rule else lbfgs(seed, lambd) for seed in seeds]
        for budget in BUDGETS:
            costs = [cost(run[budget], lambd)[0] for run in runs]
            train = np.median([accuracy(run[budget], x, y) for run in runs])
            test = [accuracy(run[budget], xt, yt) for run in runs]
            print(f"{lambd}\t{name}\t{budget}\t{np.median(costs):.4f}\t{min(costs):.4f}\t{max(costs):.4f}\t{train:.3f}\t"
                  f"{np.median(test):.3f}\t{min(test):.3f}\t{max(test):.3f}", flush=True)
        if stops:
            print(f"L-BFGS stopped after {sorted(stops)} gradients")
