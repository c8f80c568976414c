"""PyTorch's DistributedDataParallel with gloo on the ranks that mpirun starts: full-batch gradient descent in double.

ranks_torch.py DATA HIDDEN ITERATIONS RATE: each rank has its part of the rows in memory. Rank 0 prints `result`, the
cost before the last update, and `figure`, the seconds of an iteration: the smallest of several runs.
"""

import json
import os
import sys
import time

import h5py
import numpy as np
import torch

path, hidden, iterations, rate = sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
rank, ranks = int(os.environ.get("OMPI_COMM_WORLD_RANK", 0)), int(os.environ.get("OMPI_COMM_WORLD_SIZE", 1))
torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)
torch.distributed.init_process_group(
    "gloo", init_method=f"tcp://127.0.0.1:{os.environ.get('REG_PORT', '29511')}", rank=rank, world_size=ranks
)
with h5py.File(path) as file:
    count = file["X"].shape[0]
    rows = slice(rank * count // ranks, (rank + 1) * count // ranks)
    x, y = torch.from_numpy(file["X"][rows]), torch.from_numpy(file["y"][rows])

# The initial weights of reg-train: numpy.random.seed(3), randn(out, in) / sqrt(in), layer by layer.
random = np.random.RandomState(3)
sizes = [x.shape[1], *map(int, hidden.split(",")), 1]
layers = []
for inputs, outputs in zip(sizes, sizes[1:]):
    layer = torch.nn.Linear(inputs, outputs)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(random.randn(outputs, inputs) / np.sqrt(inputs)))
        layer.bias.zero_()
    layers += [layer, torch.nn.ReLU()]
model = torch.nn.parallel.DistributedDataParallel(torch.nn.Sequential(*layers[:-1]))
optimizer = torch.optim.SGD(model.parameters(), lr=rate)
loss_function = torch.nn.BCEWithLogitsLoss()

best, cost = float("inf"), 0.0
parts = 5
for part in range(parts):
    torch.distributed.barrier()
    begin = time.perf_counter()
    for _ in range(iterations // parts):
        optimizer.zero_grad(set_to_none=True)
        loss = loss_function(model(x), y)
        loss.backward()
        optimizer.step()
    best = min(best, (time.perf_counter() - begin) / (iterations // parts))
total = loss.detach() * len(x) / count
torch.distributed.all_reduce(total)
if rank == 0:
    print("result", json.dumps({"cost": float(total)}), sep="\t")
    print("figure", "iteration", best, best, parts, sep="\t")
torch.distributed.destroy_process_group()
