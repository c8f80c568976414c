"""What PyTorch or PaddlePaddle computes with a file that reg-convert wrote: python3 predict.py torch|paddle FILE X Y

The network is the text `architecture` of the file; X is an .npy file, Y is written as one. Ends with 3 where the
framework is not installed.
"""
import sys

framework, path, inputs, outputs = sys.argv[1:]
try:
    import numpy as np

    if framework == "torch":
        import torch
        from safetensors.torch import load_file
        from torch import nn
    else:
        import paddle
        from paddle import nn
        from safetensors.paddle import load_file
    from safetensors import safe_open
except ImportError:
    sys.exit(3)

with safe_open(path, framework="np") as file:
    texts = file.metadata()
model = eval(texts["architecture"])  # A file of our own, a moment old.
model.eval()
tensors = load_file(path)
mean, scale = tensors.pop("input_mean", None), tensors.pop("input_scale", None)
X = np.load(inputs)
if framework == "torch":
    assert texts["format"] == "pt"
    model.load_state_dict(tensors, strict=True)
    X = torch.from_numpy(X)
    X = X if mean is None else (X - mean) / scale
    with torch.no_grad():
        Y = model(X.to(next(model.parameters()).dtype))
else:
    assert texts["format"] == "pd"
    missing, unexpected = model.set_state_dict(tensors)
    assert not missing and not unexpected, (missing, unexpected)
    X = paddle.to_tensor(X)
    X = X if mean is None else (X - mean) / scale
    Y = model(X.astype(model.parameters()[0].dtype))
np.save(outputs, Y.numpy().astype("f8"))
