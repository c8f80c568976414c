"""Networks that skl2onnx exports: python make_sklearn.py FOLDER (scikit-learn, skl2onnx)."""
import sys
import warnings

import numpy as np
from skl2onnx import to_onnx
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

warnings.filterwarnings("ignore")
rng = np.random.RandomState(0)
X = rng.randn(60, 3)
binary = (X[:, 0] > 0).astype(int)
three = binary + (X[:, 1] > 0)
names = np.array(["red", "green", "blue"])[three]
size = dict(hidden_layer_sizes=(4, 3), max_iter=50, random_state=0)
for name, model, y, dtype, zipmap in [
    ("binary", MLPClassifier(**size), binary, np.float32, True),
    ("classes", MLPClassifier(activation="tanh", **size), names, np.float32, True),
    ("classes_float64", MLPClassifier(activation="logistic", **size), three, np.float64, False),
    ("regressor", MLPRegressor(**size), X[:, 0], np.float64, True),
    ("scaled", make_pipeline(StandardScaler(), MLPRegressor(**size)), X[:, 0], np.float32, True),
    ("logistic", LogisticRegression(), binary, np.float32, True),
    ("linear", LinearRegression(), X[:, 0], np.float32, True),
]:
    model.fit(X, y)
    options = None if zipmap else {id(model): {"zipmap": False}}
    onx = to_onnx(model, X[:1].astype(dtype), options=options, target_opset=13)
    with open(f"{sys.argv[1]}/sklearn_{name}.onnx", "wb") as file:
        file.write(onx.SerializeToString())
