"""A network that PaddlePaddle exports: python make_paddle.py FOLDER (paddlepaddle, paddle2onnx)."""
import sys

import paddle
from paddle import nn

paddle.seed(1)
network = nn.Sequential(
    nn.Linear(2, 4), nn.ReLU(), nn.Linear(4, 3), nn.GELU(), nn.Linear(3, 3), nn.Swish(), nn.Linear(3, 3), nn.Softmax())
network.eval()
paddle.onnx.export(
    network, f"{sys.argv[1]}/paddle_mlp", input_spec=[paddle.static.InputSpec([None, 2], "float32")], opset_version=13)
