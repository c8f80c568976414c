"""Training in PyTorch: batches_torch.py DATA.npz SETTINGS        SETTINGS: JSON, as batches.py makes it"""

import json
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F

data, settings = np.load(sys.argv[1]), json.loads(sys.argv[2])
torch.set_num_threads(settings["threads"])
torch.set_default_dtype(torch.float32 if settings["precision"] == "float32" else torch.float64)
torch.manual_seed(1)
x, y = torch.tensor(data["X"], dtype=torch.get_default_dtype()), torch.tensor(data["y"][:, 0]).long()
classes = int(y.max()) + 1
sizes = [x.shape[1]] + settings["hidden"] + [1 if classes == 2 else classes]
keep, decay = settings["keep"], settings["lambda"]
layers = []
# The same initial weights as reg-train: numpy.random.seed(3), randn(out, in) times a factor of the inputs.
np.random.seed(3)
for inputs, units in zip(sizes, sizes[1:]):
    layer = torch.nn.Linear(inputs, units)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(np.random.randn(units, inputs) * np.sqrt(settings["gain"] / inputs)))
        layer.bias.zero_()
    layers += [layer, torch.nn.ReLU()] + ([torch.nn.Dropout(1 - keep)] if keep < 1 else [])
model = torch.nn.Sequential(*layers[: 2 * len(sizes) - 3 + (len(sizes) - 2 if keep < 1 else 0)])
groups = [
    {"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": decay / len(y)},
    {"params": [p for p in model.parameters() if p.ndim == 1]},
]
rule = (torch.optim.Adam if settings["adam"] else torch.optim.SGD)(groups, lr=settings["rate"])
batch = settings["batch"] or len(y)
labels = y.to(x.dtype) if classes == 2 else y


def loss_of(part):
    z = model(x if part is None else x[part])
    target = labels if part is None else labels[part]
    return F.binary_cross_entropy_with_logits(z[:, 0], target) if classes == 2 else F.cross_entropy(z, target)


def penalty():
    return decay / (2 * len(y)) * sum(float((p.double() ** 2).sum()) for p in model.parameters() if p.ndim > 1)


clock = time.process_time if settings["threads"] == 1 else time.monotonic
costs, done = [], 0
start = clock()
while done < settings["iterations"]:
    for part in torch.randperm(len(y)).split(batch) if batch < len(y) else [None]:
        loss = loss_of(part)
        if settings["costs"]:
            costs.append(loss.item() + penalty())
        rule.zero_grad()
        loss.backward()
        rule.step()
        done += 1
        if done == settings["iterations"]:
            break
seconds = clock() - start
model.eval()
with torch.no_grad():
    z = model(x)
    right = (z[:, 0] > 0).long() == y if classes == 2 else z.argmax(dim=1) == y
print("result\t" + json.dumps({"costs": costs, "accuracy": right.double().mean().item()}))
print(f"figure\ttraining\t{seconds}\t{seconds}\t1")
