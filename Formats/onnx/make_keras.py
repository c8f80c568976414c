"""Networks that Keras and tf2onnx export: python make_keras.py FOLDER (tensorflow, tf2onnx, onnx)."""
import os
import subprocess
import sys
import tempfile

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import onnx

folder = sys.argv[1]
keras.utils.set_random_seed(1)
mlp = keras.Sequential([
    keras.Input((2,)), keras.layers.Dense(4, "relu", bias_initializer="normal"), keras.layers.Dropout(0.2),
    keras.layers.Dense(3, "tanh"), keras.layers.BatchNormalization(), keras.layers.Dense(1, "sigmoid")])
# Its gelu becomes an operation that ONNX has not (Erfc).
activations = ["elu", "selu", "softplus", "softsign", "swish", "hard_sigmoid", "leaky_relu", "softmax"]
acts = keras.Sequential(
    [keras.Input((3,))] + [keras.layers.Dense(3, a, bias_initializer="normal") for a in activations])
for name, model in (("mlp", mlp), ("activations", acts)):
    model(np.zeros((1,) + model.input_shape[1:], np.float32))
    model.export(f"{folder}/keras_{name}.onnx", format="onnx", verbose=False)
with tempfile.TemporaryDirectory() as temporary:
    mlp.export(temporary)
    subprocess.run(
        [sys.executable, "-m", "tf2onnx.convert", "--saved-model", temporary, "--output", f"{folder}/tf2onnx_mlp.onnx",
         "--opset", "9"], check=True)
# It writes the name of the temporary folder into the file.
model = onnx.load(f"{folder}/tf2onnx_mlp.onnx")
model.graph.doc_string = ""
onnx.save(model, f"{folder}/tf2onnx_mlp.onnx")
