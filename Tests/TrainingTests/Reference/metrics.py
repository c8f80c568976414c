"""What scikit-learn says of small sets of predictions: metrics.json, which EvaluationReferenceTests.swift compares with.

    python3 metrics.py > metrics.json          scikit-learn 1.9.1, NumPy 2.4.6

Every number is that of a function of sklearn.metrics, named where it is called. The expected calibration error, which
scikit-learn lacks, is summed here over the bins of its calibration_curve. The bootstrap is the plain one: resamples are
index arrays, each measured by scikit-learn, the interval is numpy.percentile of what they give.
"""
import json
import warnings

import numpy as np
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

warnings.filterwarnings("ignore")
BINS = 10


def ece(confidence, hit, weight):
    borders = np.linspace(0, 1, BINS + 1)
    place = np.searchsorted(borders[1:-1], confidence)  # as calibration_curve does
    total = 0
    for k in range(BINS):
        w = weight[place == k]
        if w.sum() > 0:
            total += abs(np.sum(w * confidence[place == k]) - np.sum(w * hit[place == k]))
    return total / weight.sum()


def number(value):
    return None if value is None or not np.isfinite(value) else float(value)


def binary(y, p, w, threshold=0.5):
    prediction = (p > threshold).astype(int)
    one = dict(sample_weight=w, zero_division=np.nan)
    tp = int(np.sum((y == 1) & (prediction == 1)))
    return {
        "accuracy": m.accuracy_score(y, prediction, sample_weight=w),
        "log_loss": log_loss(np.where(y == 1, np.log(p), np.log1p(-p)), w),
        "auc": m.roc_auc_score(y, p, sample_weight=w) if len(set(y[w > 0])) == 2 else None,
        "precision": m.precision_score(y, prediction, **one),
        "recall": m.recall_score(y, prediction, **one),
        "f1": m.f1_score(y, prediction, **one),
        "brier": m.brier_score_loss(y, p, sample_weight=w, pos_label=1),
        "calibration_error": ece(p, y, w),
    }, tp


def log_loss(logs, w):
    # sklearn.metrics.log_loss clips probabilities of 0 and 1; where there are none the two are compared.
    return -np.sum(w * logs) / np.sum(w)


def classes(y, p, w):
    k = p.shape[1]
    prediction = p.argmax(axis=1)
    macro = dict(sample_weight=w, average="macro", zero_division=0)
    labels = list(range(k))
    if len(set(y[w > 0])) == k > 2:
        auc = m.roc_auc_score(y, p, multi_class="ovr", average="macro", sample_weight=w, labels=labels)
    else:  # the classes that there are, which scikit-learn refuses, as it does two columns
        each = [m.roc_auc_score(y == c, p[:, c], sample_weight=w) for c in labels if 0 < (y == c).sum() < len(y)]
        auc = np.mean(each) if each else None
    return {
        "accuracy": m.accuracy_score(y, prediction, sample_weight=w),
        "log_loss": log_loss(np.log(p[np.arange(len(y)), y]), w),
        "auc": auc,
        "precision": m.precision_score(y, prediction, **macro),
        "recall": m.recall_score(y, prediction, **macro),
        "f1": m.f1_score(y, prediction, **macro),
        "brier": m.brier_score_loss(y, p, sample_weight=w, labels=labels),
        "calibration_error": ece(p.max(axis=1), prediction == y, w),
    }


def values(y, a, w):
    return {
        "r2": m.r2_score(y, a, sample_weight=w) if np.all(np.ptp(y, axis=0) > 0) else None,
        "rmse": m.root_mean_squared_error(y, a, sample_weight=w),
        "mean_squared_error": m.mean_squared_error(y, a, sample_weight=w),
        "mean_absolute_error": m.mean_absolute_error(y, a, sample_weight=w),
    }


def philox(seed, counters):
    """Philox4x32-10 of counters (n, 4) with the key (seed, 0x626f6f74)."""
    x = [counters[:, i].astype(np.uint64) for i in range(4)]
    key = [np.uint64(seed), np.uint64(0x626F6F74)]
    mask, shift = np.uint64(0xFFFFFFFF), np.uint64(32)
    for _ in range(10):
        first, second = x[0] * np.uint64(0xD2511F53), x[2] * np.uint64(0xCD9E8D57)
        x = [(second >> shift) ^ x[1] ^ key[0], second & mask, (first >> shift) ^ x[3] ^ key[1], first & mask]
        key = [(key[0] + np.uint64(0x9E3779B9)) & mask, (key[1] + np.uint64(0xBB67AE85)) & mask]
    return x


def resample(seed, number, count):
    pairs = np.arange((count + 1) // 2)
    counters = np.zeros((len(pairs), 4), np.uint64)
    counters[:, 0], counters[:, 2] = pairs, number
    x = philox(seed, counters)
    draws = [[int(h[i]) << 32 | int(l[i]) for l, h in ((x[0], x[1]), (x[2], x[3]))] for i in range(len(pairs))]
    return np.array([u * count >> 64 for pair in draws for u in pair][:count])


def bootstrap(measure, y, p, w, resamples, seed):
    found = []
    for number in range(resamples):
        rows = resample(seed, number, len(y))
        result = measure(y[rows], p[rows], w[rows])
        found.append(result[0] if isinstance(result, tuple) else result)
    intervals = {}
    for name in found[0]:
        defined = [f[name] for f in found if f[name] is not None and np.isfinite(f[name])]
        if 2 * len(defined) >= resamples:
            intervals[name] = [float(v) for v in np.percentile(defined, [2.5, 97.5])]
    return intervals


cases = []
random = np.random.default_rng(5)


def add(name, kind, y, p, w=None, resamples=0, seed=1):
    y, p = np.asarray(y), np.asarray(p, float)
    weights = np.ones(len(y)) if w is None else np.asarray(w, float)
    measure = {"binary": binary, "classes": classes, "values": values}[kind]
    result = measure(y, p, weights)
    case = {"name": name, "kind": kind, "labels": y.tolist(), "outputs": p.tolist()}
    if w is not None:
        case["weights"] = weights.tolist()
    if kind == "binary":
        result, case["true_positives"] = result
        if np.all((p > 0) & (p < 1)) and len(set(y)) == 2:
            assert abs(m.log_loss(y, p, sample_weight=weights) - result["log_loss"]) < 1e-13
        if w is None:
            frequency, probability = calibration_curve(y, p, n_bins=BINS)
            case["curve"] = [frequency.tolist(), probability.tolist()]
    elif kind == "classes" and p[np.arange(len(y)), y].min() > 1e-15:
        labels = list(range(p.shape[1]))
        assert abs(m.log_loss(y, p, sample_weight=weights, labels=labels) - result["log_loss"]) < 1e-13
    case["metrics"] = {key: number(value) for key, value in result.items()}
    if resamples:
        case["resamples"], case["seed"] = resamples, seed
        case["intervals"] = bootstrap(measure, y, p, weights, resamples, seed)
    cases.append(case)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


n = 120
truth = random.normal(size=n)
y = (truth + random.normal(size=n) > 0).astype(int)
add("plain", "binary", y, sigmoid(1.5 * truth), resamples=200)
add("ties", "binary", y, np.round(sigmoid(truth), 1))
add("weights", "binary", y, np.round(sigmoid(truth), 2), random.uniform(0.1, 3, n), resamples=150, seed=9)
add("rare class", "binary", (truth > 1.9).astype(int), sigmoid(truth - 2 + random.normal(size=n)))
add("perfect separation", "binary", y, np.where(y == 1, 0.9, 0.2) + truth / 100)
add("the wrong way round", "binary", y, np.where(y == 1, 0.2, 0.9))
add("all the same", "binary", y, np.full(n, 0.75))
add("probabilities 0 and 1", "binary", [1, 1, 0, 0, 1, 0], [1, 1, 0, 0, 0.5, 0.25])
add("one class", "binary", np.zeros(7, int), np.linspace(0.1, 0.9, 7))
add("the other class", "binary", np.ones(7, int), np.linspace(0.1, 0.9, 7))
add("nothing predicted as 1", "binary", [0, 1, 0, 1], [0.1, 0.4, 0.3, 0.2])
add("one example", "binary", [1], [0.7])

for name, k in (("three classes", 3), ("two softmax units", 2), ("ten classes", 10)):
    labels = random.integers(0, k, n)
    scores = random.normal(size=(n, k))
    scores[np.arange(n), labels] += 1.2
    add(name, "classes", labels, softmax(scores), resamples=100 if k == 3 else 0)
    add(name + ", weights", "classes", labels, softmax(scores), random.uniform(0.2, 2, n))
labels = random.choice([0, 2, 3], n)
scores = random.normal(size=(n, 4))
scores[np.arange(n), labels] += 1
add("a class without examples", "classes", labels, softmax(scores))
scores[:, 1] -= 50
add("a class that is never predicted either", "classes", labels, softmax(scores))
rare = np.where(np.arange(n) < 2, 1, labels)
add("a rare class that is never predicted", "classes", rare, softmax(scores))

y = 3 * truth[:, None] + random.normal(size=(n, 1)) + 1000
add("one value", "values", y, 3 * truth[:, None] + 1000.2, resamples=120, seed=3)
both = np.hstack([y, np.abs(y - 1000)])
add("two values", "values", both, both + random.normal(size=both.shape) * [1, 5])
add("two values, weights", "values", both, both + random.normal(size=both.shape), random.uniform(0.1, 9, n))
add("equal labels", "values", np.full((5, 1), 2.5), np.arange(5.0)[:, None])

print(json.dumps({"scikit-learn": __import__("sklearn").__version__, "cases": cases}))
