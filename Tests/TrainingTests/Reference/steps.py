#!/usr/bin/env python3
"""Step tables: trainings of 100 updates by PyTorch in float64, as what the trainer must do.

usage: steps.py > steps.json      (with PyTorch and NumPy; `make interop` makes the table anew)

Every case has its settings in reg-tools' words, its initial parameters, and the parameters after some of the updates with
the cost before them. Gradients come from PyTorch's autograd, updates from torch.optim, rates from
torch.optim.lr_scheduler. PyTorch has no generator of ours: the order of the examples and the dropout masks are made here
from what the documentation of `ExampleOrder` and `Dropout` says, with a Philox of our own.
"""
import json
import sys

import numpy as np
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
UPDATES = 100
KEPT = [1, 2, 5, 10, 50, 100]


# Philox4x32-10 (Salmon et al. 2011): four words of counter and two of key give four random words.
def philox(counter, key):
    c, k = list(counter), list(key)
    for _ in range(10):
        first, second = c[0] * 0xD2511F53, c[2] * 0xCD9E8D57
        c = [second >> 32 ^ c[1] ^ k[0], second & 0xFFFFFFFF, first >> 32 ^ c[3] ^ k[1], first & 0xFFFFFFFF]
        k = [(k[0] + 0x9E3779B9) & 0xFFFFFFFF, (k[1] + 0xBB67AE85) & 0xFFFFFFFF]
    return c


# The answers of Random123's kat_vectors.
assert philox([0] * 4, [0] * 2) == [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
assert philox([0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344], [0xA4093822, 0x299F31D0]) == [
    0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1]


def permutation(count, seed, stream, epoch):
    """Fisher and Yates from the end; swap `last` with a number from 0 to last."""
    order = list(range(count))
    for number, last in enumerate(range(count - 1, 0, -1)):
        words = philox([number // 2, stream, epoch & 0xFFFFFFFF, epoch >> 32], [seed, 1])
        low, high = words[:2] if number % 2 == 0 else words[2:]
        place = (high << 32 | low) * (last + 1) >> 64
        order[last], order[place] = order[place], order[last]
    return order


def example_order(examples, numbers, seed, epoch):
    """Blocks of 2^17 numbers, shuffled; windows of 64 blocks, the examples of each shuffled."""
    length = max(1, 2**17 // numbers)
    blocks = permutation(-(-examples // length), seed, 0, epoch)
    order = []
    for window in range(0, len(blocks), 64):
        rows = [row for block in blocks[window:window + 64]
                for row in range(block * length, min(examples, (block + 1) * length))]
        order += [rows[place] for place in permutation(len(rows), seed, window // 64 + 1, epoch)]
    return order


def fresh_mask(units, examples, keep, layer, iteration, seed):
    """(examples, units): 1 where the word of the unit is below keep * 2^32."""
    mask = np.zeros((examples, units))
    for example in range(examples):
        for unit in range(units):
            counter = [example & 0xFFFFFFFF, example >> 32, iteration & 0xFFFFFFFF, layer << 24 | unit // 4]
            mask[example, unit] = philox(counter, [seed, 0])[unit % 4] < keep * 2**32
    return torch.tensor(mask)


def activation(text):
    name, _, numbers = text.partition("(")
    number = float(numbers[:-1]) if numbers else None
    return {
        "relu": torch.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "gelu": F.gelu, "swish": F.silu,
        "leaky_relu": lambda z: F.leaky_relu(z, 0.01 if number is None else number),
        "elu": lambda z: F.elu(z, 1.0 if number is None else number),
    }[name]


def losses(case, z, y):
    """The loss of each example."""
    name, _, numbers = case["loss"].partition("(")
    if name == "cross-entropy":
        return F.binary_cross_entropy_with_logits(z[:, 0], y[:, 0], reduction="none")
    if name == "softmax":
        return F.cross_entropy(z, y[:, 0].long(), reduction="none")
    if name == "squared":
        return F.mse_loss(z, y, reduction="none").mean(dim=1)
    return F.huber_loss(z, y, reduction="none", delta=float(numbers[:-1])).mean(dim=1)


def optimizer(case, weights, biases):
    name, _, numbers = case["optimizer"].partition("(")
    numbers = [float(number) for number in numbers[:-1].split(",")] if numbers else []
    rate = case["learning_rate"]
    if name == "gradient-descent":
        return torch.optim.SGD(weights + biases, lr=rate)
    if name in ("momentum", "nesterov"):
        return torch.optim.SGD(weights + biases, lr=rate, momentum=numbers[0], nesterov=name == "nesterov")
    if name == "adam":
        return torch.optim.Adam(weights + biases, lr=rate, betas=numbers[:2], eps=numbers[2])
    # Weights decay, biases do not.
    groups = [{"params": weights, "weight_decay": numbers[3]}, {"params": biases, "weight_decay": 0}]
    return torch.optim.AdamW(groups, lr=rate, betas=numbers[:2], eps=numbers[2])


def scheduler(case, rule, updates):
    """The schedule after a linear warm-up from 1/W to 1, over the updates of the whole training."""
    name, _, numbers = case["schedule"].partition("(")
    warm_up = case["warm_up"]
    lr = torch.optim.lr_scheduler
    if name == "constant":
        after = lr.ConstantLR(rule, factor=1.0, total_iters=0)
    elif name == "cosine":
        after = lr.CosineAnnealingLR(rule, T_max=updates - warm_up)
    else:
        every, factor = numbers[:-1].split(",")
        after = lr.StepLR(rule, step_size=int(every), gamma=float(factor))
    if warm_up == 0:
        return after
    if warm_up == 1:
        raise ValueError("a warm-up of one update is none")
    first = lr.LinearLR(rule, start_factor=1 / warm_up, total_iters=warm_up - 1)
    return lr.SequentialLR(rule, [first, after], milestones=[warm_up])


def train(case, data):
    x, y = torch.tensor(data["features"]), torch.tensor(data["labels"])
    examples, inputs = x.shape
    # The other inputs of a case with more of them are 0 throughout: their weights stay as they are.
    all_inputs = case.get("inputs", inputs)
    label_numbers = y.shape[1] if y.dim() > 1 else 1
    example_weights = torch.tensor(data["weights"]) if case["weighted"] else torch.ones(examples)
    if case["standardize"]:
        x = (x - x.mean(dim=0)) / x.std(dim=0, correction=0)
    weights = [torch.tensor(w, requires_grad=True) for w in case["weights"]]
    biases = [torch.tensor(b, requires_grad=True) for b in case["biases"]]
    hidden = len(weights) - 1
    f = activation(case["activation"])
    rule = optimizer(case, weights, biases)
    schedule = scheduler(case, rule, UPDATES)
    batch_size = case["batch_size"] or examples
    per_epoch = -(-examples // batch_size)
    m = example_weights.sum()
    fixed = None
    if case["dropout_masks"] == "fixed":
        random = np.random.RandomState(case["dropout_seed"])
        fixed = [torch.tensor((random.rand(w.shape[0], examples) <= keep).astype(float).T)
                 for w, keep in zip(weights, case["keep_prob"])]
    steps = []
    order = list(range(examples))
    for iteration in range(UPDATES):
        epoch, number = divmod(iteration, per_epoch)
        if case["batch_size"] and number == 0:
            order = example_order(examples, all_inputs + label_numbers, case["shuffle_seed"], epoch)
        batch = order[number * batch_size:(number + 1) * batch_size]
        count = len(batch)
        a = x[batch]
        if case["input_keep_prob"] < 1:
            keep = case["input_keep_prob"]
            a = a * fresh_mask(inputs, count, keep, 255, iteration, case["dropout_seed"]) / keep
        for layer in range(hidden):
            a = f(a @ weights[layer].T + biases[layer])
            keep = case["keep_prob"][layer]
            if keep < 1:
                units = a.shape[1]
                mask = fixed[layer] if fixed else fresh_mask(units, count, keep, layer, iteration, case["dropout_seed"])
                a = a * mask / keep
        z = a @ weights[hidden].T + biases[hidden]
        w = example_weights[batch]
        cost = (w * losses(case, z, y[batch])).sum() / w.sum()
        cost = cost + case["lambda"] / (2 * m) * sum((w**2).sum() for w in weights)
        cost = cost + case["l1"] / m * sum(w.abs().sum() for w in weights)
        rule.zero_grad()
        cost.backward()
        rule.step()
        schedule.step()
        if case["max_norm"]:
            # torch.renorm divides by the norm and 1e-7: the bound itself here.
            with torch.no_grad():
                for w in weights:
                    norm = w.norm(dim=1, keepdim=True)
                    w *= torch.where(norm > case["max_norm"], case["max_norm"] / norm, torch.ones(()))
        if iteration + 1 in KEPT:
            parameters = [p for w, b in zip(weights, biases) for p in w.flatten().tolist() + b.tolist()]
            steps.append({"step": iteration + 1, "cost": cost.item(), "parameters": parameters})
    return steps


ADAM = "adam(0.9,0.999,1e-08)"
PLAIN = {
    "data": "binary", "hidden": [4], "activation": "tanh", "loss": "cross-entropy", "optimizer": "gradient-descent",
    "learning_rate": 0.3, "schedule": "constant", "warm_up": 0, "batch_size": None, "shuffle_seed": 1, "lambda": 0.0,
    "l1": 0.0, "max_norm": None, "keep_prob": None, "input_keep_prob": 1.0, "dropout_seed": 1, "dropout_masks": "fresh",
    "standardize": False, "weighted": False,
}


def cases():
    def case(name, **changes):
        assert all(key in PLAIN or key == "inputs" for key in changes), name
        return {"name": name} | PLAIN | changes

    # Every optimizer with every loss, all examples and batches in turn.
    kinds = [("binary", "cross-entropy", 0.3), ("classes", "softmax", 0.3), ("values", "squared", 0.1),
             ("values", "huber(0.7)", 0.2)]
    rules = [("gradient-descent", 1.0), ("momentum(0.9)", 0.2), ("nesterov(0.8)", 0.3), (ADAM, 0.1),
             ("adamw(0.8,0.99,1e-07,0.05)", 0.1)]
    for i, (rule, share) in enumerate(rules):
        for j, (data, loss, rate) in enumerate(kinds):
            yield case(f"{rule}, {loss}", data=data, loss=loss, optimizer=rule, learning_rate=rate * share,
                       batch_size=None if (i + j) % 2 else 32, shuffle_seed=10 + i)
    for text in ["relu", "sigmoid", "leaky_relu(0.1)", "elu(1.0)", "gelu", "swish"]:
        yield case(text, activation=text, hidden=[5, 4], optimizer="momentum(0.9)", learning_rate=0.05)
    # relu with the cross-entropy goes through one kernel, all else layer by layer: the penalties take both ways.
    for text in ["relu", "tanh"]:
        yield case(f"L2, {text}", activation=text, **{"lambda": 2.0})
        yield case(f"L1, {text}", activation=text, l1=0.5)
    yield case("elastic net", l1=0.3, optimizer=ADAM, learning_rate=0.02, **{"lambda": 1.0})
    yield case("L2 of batches", batch_size=25, **{"lambda": 2.0})
    yield case("max-norm", max_norm=0.9)
    yield case("max-norm of softmax, Adam", data="classes", loss="softmax", max_norm=0.7, optimizer=ADAM,
               learning_rate=0.05, batch_size=40)
    yield case("weights of examples", weighted=True, **{"lambda": 1.0})
    yield case("weights of examples, softmax, batches", data="classes", loss="softmax", weighted=True, batch_size=16,
               l1=0.2)
    yield case("weights of examples, huber, AdamW", data="values", loss="huber(0.5)", weighted=True,
               optimizer="adamw(0.9,0.999,1e-08,0.1)", learning_rate=0.03)
    yield case("step", schedule="step(30,0.5)", optimizer="momentum(0.9)", learning_rate=0.1)
    yield case("cosine", schedule="cosine", optimizer=ADAM, learning_rate=0.05)
    yield case("warm-up", warm_up=10, optimizer="nesterov(0.9)", learning_rate=0.1)
    yield case("warm-up and step, batches", warm_up=10, schedule="step(20,0.3)", batch_size=20)
    yield case("warm-up and cosine, AdamW", warm_up=7, schedule="cosine", optimizer="adamw(0.9,0.999,1e-08,0.1)",
               learning_rate=0.05)
    yield case("batches, the last one small", batch_size=27, shuffle_seed=4_000_000_000)
    yield case("standardised inputs", standardize=True, hidden=[5, 4], activation="relu")
    yield case("standardised inputs, softmax, batches", data="classes", loss="softmax", standardize=True, batch_size=32)
    yield case("dropout, relu", activation="relu", hidden=[6, 5], keep_prob=[0.8, 0.6], dropout_seed=7)
    yield case("dropout, swish, batches", activation="swish", hidden=[6, 5], keep_prob=[0.7, 0.9], batch_size=32)
    yield case("dropout on the inputs", input_keep_prob=0.75, activation="relu", dropout_seed=3_000_000_000)
    yield case("fixed masks, relu", activation="relu", hidden=[6, 5], keep_prob=[0.8, 0.6], dropout_masks="fixed")
    yield case("fixed masks, elu", activation="elu(0.5)", hidden=[6], keep_prob=[0.7], dropout_masks="fixed")
    yield case("everything at once", data="classes", loss="softmax", hidden=[6, 5], activation="gelu", weighted=True,
               optimizer="adamw(0.9,0.99,1e-08,0.02)", learning_rate=0.05, schedule="cosine", warm_up=5, batch_size=30,
               l1=0.1, max_norm=2.0, keep_prob=[0.9, 0.8], input_keep_prob=0.9, standardize=True, **{"lambda": 0.5})
    # Blocks of 2 examples, 60 of them: one window. Blocks of 1: windows of 64, 64 and 22.
    yield case("blocks", inputs=50_000, hidden=[], data="short", batch_size=9)
    yield case("windows", inputs=70_000, hidden=[], data="wide", batch_size=20)


def main():
    random = np.random.RandomState(5)
    sets = {}
    for name, examples, kind in [("binary", 96, 1), ("classes", 96, 3), ("values", 96, 2), ("short", 119, 1),
                                 ("wide", 150, 1)]:
        x = random.randn(examples, 3) * [1, 2, 0.5] + [0, 1, -0.3]
        if name == "classes":
            y = random.randint(0, 3, (examples, 1)).astype(float)
        elif name == "values":
            y = np.sin(x[:, :2]) + 0.5 * random.randn(examples, 2)
        else:
            y = (x[:, :1] * x[:, 1:2] + 0.3 * random.randn(examples, 1) > 0).astype(float)
        sets[name] = {"features": x.tolist(), "labels": y.tolist(), "weights": (2 * random.rand(examples)).tolist()}
    # An example that is not there, and all of one batch would be too many of them.
    sets["binary"]["weights"][3] = 0.0
    tables = []
    for case in cases():
        data = sets[case["data"]]
        units = {"classes": 3, "values": 2}.get(case["data"], 1)
        sizes = [3] + case["hidden"] + [units]
        case["keep_prob"] = case["keep_prob"] or [1.0] * len(case["hidden"])
        case["weights"] = [(random.randn(b, a) / np.sqrt(a)).tolist() for a, b in zip(sizes, sizes[1:])]
        case["biases"] = [(0.3 * random.randn(b)).tolist() for b in sizes[1:]]
        case["steps"] = train(case, data)
        tables.append(case)
        print(case["name"], case["steps"][0]["cost"], "->", case["steps"][-1]["cost"], file=sys.stderr)
    text = ",\n".join(json.dumps(case, separators=(",", ":")) for case in tables)
    version = torch.__version__.split("+")[0]
    print(f'{{"pytorch":"{version}","numpy":"{np.__version__}","data":{json.dumps(sets, separators=(",", ":"))},\n'
          f'"cases":[\n{text}\n]}}')


main()
