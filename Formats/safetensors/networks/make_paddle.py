"""Writes networks/paddle_*.safetensors with PaddlePaddle and safetensors: python3 make_paddle.py

Beside each file stands what PaddlePaddle computes with it, `<file>.expected.npz` with X and Y, and in `<file>.activations` what
the file itself does not say.
"""
import os

import numpy as np
import paddle
from paddle import nn
from safetensors.paddle import save_file

folder = os.path.dirname(os.path.abspath(__file__))
paddle.seed(1)


def save(stem, model, activations, inputs, metadata=None):
    path = os.path.join(folder, f"paddle_{stem}.safetensors")
    model.eval()
    save_file(dict(model.state_dict()), path, metadata=metadata)
    X = paddle.randn([7, inputs]).astype(model.parameters()[0].dtype)
    Y = model(X)
    np.savez(path + ".expected.npz", X=X.numpy().astype("f8"), Y=Y.numpy().astype("f8"))
    with open(path + ".activations", "w") as file:
        file.write(activations + "\n")


class Named(nn.Layer):
    def __init__(self):
        super().__init__()
        self.fc1, self.fc2 = nn.Linear(3, 4), nn.Linear(4, 2)

    def forward(self, x):
        return nn.functional.softmax(self.fc2(nn.functional.relu(self.fc1(x))))


if __name__ == "__main__":
    save("sequential", nn.Sequential(
        nn.Linear(2, 4), nn.ReLU(), nn.Dropout(0.1), nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1), nn.Sigmoid()),
        "relu,tanh,sigmoid", 2)
    save("named", Named(), "relu,softmax", 3)
    save("square", nn.Sequential(nn.Linear(3, 3), nn.Softsign(), nn.Linear(3, 3)), "softsign,linear", 3,
         metadata={"format": "pd"})
    normalized = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1D(5), nn.Swish(), nn.Linear(5, 1), nn.Sigmoid())
    for _ in range(5):
        normalized(paddle.randn([16, 3]) * 2 + 1)
    save("normalized", normalized.to(dtype="float64"), "swish,sigmoid", 3)
    modules, names = [], []
    for name, module in [
        ("leaky_relu(0.2)", nn.LeakyReLU(0.2)), ("elu(0.7)", nn.ELU(0.7)), ("selu", nn.SELU()), ("gelu", nn.GELU()),
        ("gelu_tanh", nn.GELU(approximate=True)), ("tanh", nn.Tanh()), ("sigmoid", nn.Sigmoid()),
        ("hard_sigmoid", nn.Hardsigmoid()), ("softplus", nn.Softplus()), ("softsign", nn.Softsign()),
        ("swish", nn.Silu()), ("relu", nn.ReLU()), ("softmax", nn.Softmax(axis=-1)),
    ]:
        modules += [nn.Linear(3, 3), module]
        names.append(name)
    save("activations", nn.Sequential(*modules).to(dtype="float64"), ",".join(names), 3, metadata={"format": "pd"})
