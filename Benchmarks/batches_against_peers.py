"""Minibatch training of reg-train against scikit-learn's MLP and PyTorch: the same work, interleaved in one run.

    python3 Benchmarks/batches_against_peers.py [ROUNDS]      reg-train must be on the PATH

One thread each. reg-train is a whole process, reading included; of the peers only the training counts, without imports
and reading. What each has learned is compared before the times are. TORCH_PYTHON names the Python with PyTorch; without
one its columns are left out. The columns, separated by tabs: the work, and for each peer the smallest and the median CPU
seconds of the peer and of reg-train, their ratios.
"""
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile

TORCH = os.environ.get("TORCH_PYTHON")
ENVIRONMENT = dict(os.environ, OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")
# Name: inputs, examples, hidden sizes, classes, batch, epochs, L2's lambda, float32.
WORK = {
    "64-64-10, softmax, adam, batches of 32, 30 epochs": (64, 1797, [64], 10, 32, 30, 0.0, False),
    "the same in float32": (64, 1797, [64], 10, 32, 30, 0.0, True),
    "64-512-256-1, L2, adam, batches of 1024, 5 epochs": (64, 20_000, [512, 256], 2, 1024, 5, 20.0, False),
    "the same, wide, in float32": (64, 20_000, [512, 256], 2, 1024, 5, 20.0, True),
}

DATA = """
import numpy as np, sys
inputs, examples, classes = map(int, sys.argv[2:5])
random = np.random.RandomState(0)
x = random.randn(examples, inputs)
y = np.argmax(x @ random.randn(inputs, classes) + np.tanh(x @ random.randn(inputs, classes) * 2), axis=1)
np.savez(sys.argv[1], X=x, y=y.astype(np.int64)[:, None])
"""

SKLEARN = """
import json, sys, time, warnings
import numpy as np
from sklearn.neural_network import MLPClassifier
warnings.filterwarnings("ignore")
path, hidden, batch, epochs, decay, single = sys.argv[1], json.loads(sys.argv[2]), *map(float, sys.argv[3:7])
data = np.load(path)
x, y = data["X"].astype(np.float32 if single else np.float64), data["y"][:, 0]
# alpha is divided by the batch's examples there, lambda by all examples here.
model = MLPClassifier(hidden, alpha=decay * batch / len(y), batch_size=int(batch), max_iter=int(epochs),
                      learning_rate_init=0.003, n_iter_no_change=10**6, random_state=1)
start = time.process_time()
model.fit(x, y)
print(json.dumps([time.process_time() - start, model.score(x, y)]))
"""

PYTORCH = """
import json, sys, time
import numpy as np, torch
import torch.nn.functional as F
torch.set_num_threads(1)
path, hidden, batch, epochs, decay, single = sys.argv[1], json.loads(sys.argv[2]), *map(float, sys.argv[3:7])
torch.set_default_dtype(torch.float32 if single else torch.float64)
torch.manual_seed(1)
data = np.load(path)
x, y = torch.tensor(data["X"], dtype=torch.get_default_dtype()), torch.tensor(data["y"][:, 0])
classes = int(y.max()) + 1
sizes = [x.shape[1]] + hidden + [1 if classes == 2 else classes]
layers = []
for a, b in zip(sizes, sizes[1:]):
    layers += [torch.nn.Linear(a, b), torch.nn.ReLU()]
model = torch.nn.Sequential(*layers[:-1])
groups = [{"params": [p for p in model.parameters() if p.ndim > 1], "weight_decay": decay / len(y)},
          {"params": [p for p in model.parameters() if p.ndim == 1]}]
start = time.process_time()
rule = torch.optim.Adam(groups, lr=0.003)
for epoch in range(int(epochs)):
    for part in torch.randperm(len(y)).split(int(batch)):
        z = model(x[part])
        if classes == 2:
            loss = F.binary_cross_entropy_with_logits(z[:, 0], y[part].to(z.dtype))
        else:
            loss = F.cross_entropy(z, y[part])
        rule.zero_grad()
        loss.backward()
        rule.step()
took = time.process_time() - start
with torch.no_grad():
    z = model(x)
    right = (z[:, 0] > 0).long() == y if classes == 2 else z.argmax(dim=1) == y
print(json.dumps([took, right.double().mean().item()]))
"""


def ours(command):
    """The CPU seconds of a whole process, and the accuracy on the training set."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    output = subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, json.loads(output)["train"]["accuracy"]


def peer(python, code, arguments):
    command = [python, "-c", code] + arguments
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True, env=ENVIRONMENT).stdout)


rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
peers = {"scikit-learn": (sys.executable, SKLEARN)} | ({"PyTorch": (TORCH, PYTORCH)} if TORCH else {})
print("work\tpeer\tpeer min\tmedian\treg-train min\tmedian\tratio of min\tof median")
with tempfile.TemporaryDirectory() as folder:
    for name, (inputs, examples, hidden, classes, batch, epochs, decay, single) in WORK.items():
        path = os.path.join(folder, "data.npz")
        subprocess.run([sys.executable, "-c", DATA, path, str(inputs), str(examples), str(classes)], check=True)
        command = ["reg-train", path, "--hidden", ",".join(map(str, hidden)), "--optimizer", "adam", "--learning-rate",
                   "0.003", "--init", "he", "--batch-size", str(batch), "--epochs", str(epochs), "--lambda", str(decay),
                   "--loss", "softmax" if classes > 2 else "cross-entropy", "--precision",
                   "float32" if single else "float64", "--threads", "1", "--record-every", "0", "--quiet", "--format",
                   "json"]
        arguments = [path, json.dumps(hidden), str(batch), str(epochs), str(decay), str(int(single))]
        times = {who: [] for who in ["reg-train", *peers]}
        for _ in range(rounds):
            took, accuracy = ours(command)
            times["reg-train"].append(took)
            for who, (python, code) in peers.items():
                took, other = peer(python, code, arguments)
                times[who].append(took)
                # Other initial weights and orders: the same is learned, not the same bits.
                assert abs(accuracy - other) < 0.03, (name, who, accuracy, other)
        for who in peers:
            (a, b), (c, d) = ((min(t), statistics.median(t)) for t in (times[who], times["reg-train"]))
            print(f"{name}\t{who}\t{a:.3f}\t{b:.3f}\t{c:.3f}\t{d:.3f}\t{a / c:.1f}\t{b / d:.1f}", flush=True)
