"""Writes networks/torch_*.safetensors with PyTorch and safetensors: python3 make_torch.py

Beside each file stands what PyTorch computes with it, `<file>.expected.npz` with X and Y, and in `<file>.activations` what the
file itself does not say.
"""
import os

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn

folder = os.path.dirname(os.path.abspath(__file__))
torch.manual_seed(1)


def save(stem, model, activations, inputs, metadata={"format": "pt"}, compute=None):
    path = os.path.join(folder, f"torch_{stem}.safetensors")
    model = model.eval()
    tensors = {name: tensor.contiguous() for name, tensor in model.state_dict().items()}
    save_file(tensors, path, metadata=metadata)
    if activations is None:
        return
    dtype = next(model.parameters()).dtype
    X = torch.randn(7, inputs, dtype=dtype)
    with torch.no_grad():
        # What is computed in half the bits is not what the weights say.
        Y = model.float()(X.float()) if dtype == torch.bfloat16 else model(X)
    np.savez(path + ".expected.npz", X=X.double().numpy(), Y=Y.double().numpy())
    with open(path + ".activations", "w") as file:
        file.write(activations + "\n")


def trained(model, inputs):
    """The model after some batches, so that its normalisation has seen numbers."""
    model.train()
    for _ in range(5):
        model(torch.randn(16, inputs) * 2 + 1)
    for parameter in model.parameters():
        if parameter.ndim == 1:
            nn.init.uniform_(parameter, 0.5, 1.5)
    return model


class Custom(nn.Module):
    """Names that say nothing about the order, in a module of another name."""

    def __init__(self):
        super().__init__()
        self.net = nn.ModuleDict({"input": nn.Linear(4, 6), "hidden": nn.Linear(6, 5), "classifier": nn.Linear(5, 3)})

    def forward(self, x):
        x = torch.relu(self.net["input"](x))
        x = torch.tanh(self.net["hidden"](x))
        return torch.softmax(self.net["classifier"](x), -1)


class Numbered(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(3, 4), nn.Linear(4, 2, bias=False)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


if __name__ == "__main__":
    save("sequential", nn.Sequential(
        nn.Linear(2, 4), nn.ReLU(), nn.Dropout(0.1), nn.Linear(4, 3), nn.Tanh(), nn.Dropout(0.1), nn.Linear(3, 1),
        nn.Sigmoid()), "relu,tanh,sigmoid", 2)
    save("double", nn.Sequential(nn.Linear(3, 5), nn.ELU(0.5), nn.Linear(5, 4), nn.Softmax(-1)).double(),
         "elu(0.5),softmax", 3, metadata=None)
    save("custom", Custom(), "relu,tanh,softmax", 4)
    save("numbered", Numbered(), "relu,linear", 3)
    save("bfloat16", nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 2)).to(torch.bfloat16), "relu,linear", 3)
    save("normalized", trained(nn.Sequential(
        nn.Linear(3, 5), nn.BatchNorm1d(5), nn.ReLU(), nn.Linear(5, 4), nn.Tanh(), nn.BatchNorm1d(4), nn.Linear(4, 1),
        nn.Sigmoid()), 3).double(), "relu,tanh,sigmoid", 3)
    modules, names = [], []
    for name, module in [
        ("leaky_relu(0.2)", nn.LeakyReLU(0.2)), ("elu(0.7)", nn.ELU(0.7)), ("selu", nn.SELU()), ("gelu", nn.GELU()),
        ("gelu_tanh", nn.GELU(approximate="tanh")), ("tanh", nn.Tanh()), ("sigmoid", nn.Sigmoid()),
        ("hard_sigmoid", nn.Hardsigmoid()), ("softplus", nn.Softplus()), ("softsign", nn.Softsign()),
        ("swish", nn.SiLU()), ("relu", nn.ReLU()), ("softmax", nn.Softmax(-1)),
    ]:
        modules += [nn.Linear(3, 3), module]
        names.append(name)
    save("activations", nn.Sequential(*modules).double(), ",".join(names), 3)
    # What is refused by name.
    save("convolution", nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Flatten(), nn.Linear(8, 1)), None, 0)
    save("recurrent", nn.ModuleDict({"lstm": nn.LSTM(2, 3), "out": nn.Linear(3, 1)}), None, 0)
    save("embedding", nn.ModuleDict({"embed": nn.Embedding(5, 3), "out": nn.Linear(3, 1)}), None, 0)
    save("ambiguous", nn.ModuleDict({"fc1": nn.Linear(2, 3), "bn1": nn.BatchNorm1d(3), "fc2": nn.Linear(3, 1)}), None, 0)
