"""Networks that PyTorch exports, by both of its exporters: python make_torch.py FOLDER (torch, onnx, onnxscript)."""
import sys
import warnings

import onnx
import torch
from torch import nn

warnings.filterwarnings("ignore")
folder = sys.argv[1]
torch.manual_seed(1)
mlp = nn.Sequential(
    nn.Linear(2, 4), nn.ReLU(), nn.Dropout(0.2), nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 1), nn.Sigmoid())
activations = [nn.ReLU(), nn.GELU(), nn.GELU(approximate="tanh"), nn.SiLU(), nn.ELU(0.5), nn.SELU(), nn.LeakyReLU(0.2),
               nn.Softplus(), nn.Softsign(), nn.Hardsigmoid(), nn.Tanh(), nn.Softmax(dim=-1)]
acts = nn.Sequential(*[part for activation in activations for part in (nn.Linear(3, 3), activation)])
norm = nn.Sequential(nn.Flatten(), nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 1, bias=False))
conv = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 2))
with torch.no_grad():
    for parameter in (norm[2].running_mean, norm[2].running_var, norm[2].weight, norm[2].bias):
        parameter.uniform_(0.5, 2)


def script(name, model, example):
    torch.onnx.export(
        model.eval(), (example,), f"{folder}/{name}.onnx", input_names=["input"], output_names=["output"],
        dynamic_axes={"input": {0: "batch"}, "output": {0: "batch"}}, dynamo=False)


def dynamo(name, model, example, external=False):
    path = f"{folder}/{name}.onnx"
    torch.onnx.export(
        model.eval(), (example,), path, dynamo=True, external_data=external,
        dynamic_shapes=({0: torch.export.Dim("batch")},))
    # Each node has the lines of the program that it comes from, with the folders of the machine.
    model = onnx.load(path, load_external_data=False)
    for part in (*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info):
        del part.metadata_props[:]
    onnx.save(model, path)


script("torch_mlp", mlp, torch.zeros(1, 2))
script("torch_activations", acts, torch.zeros(1, 3))
script("torch_normalized", norm, torch.zeros(1, 3))
script("torch_convolution", conv, torch.zeros(1, 1, 4, 4))
dynamo("torch_dynamo", norm, torch.zeros(1, 3))
dynamo("torch_dynamo_softplus", nn.Sequential(nn.Linear(3, 2), nn.Softplus()), torch.zeros(1, 3))
script("torch_float64", mlp.double(), torch.zeros(1, 2).double())
