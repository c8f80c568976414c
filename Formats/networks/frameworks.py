"""What a framework makes of networks: python3 frameworks.py FRAMEWORK FOLDER

Reads FOLDER/tasks.json; writes the predictions of each file beside it (.npy), trains networks of its own, saves them with
their predictions and lists them in FOLDER/trained.json. Prints the framework's version; ends with 3 where it is not
installed.
"""
import json
import os
import re
import sys

import numpy as np


def number_list(activation):
    return [float(text) for text in re.findall(r"[-\d.e]+", activation.split("(", 1)[1])] if "(" in activation else []


def labels(rows):
    """Something to learn: which third of the plane a row is in."""
    return (np.arctan2(rows[:, 1], rows[:, 0]) // (2 * np.pi / 3) % 3).astype(int)


# TensorFlow, with the Keras that comes with it.

def tensorflow(folder, plan, rows):
    import tensorflow as tf
    import keras

    def layer_for(activation):
        name, numbers = activation.split("(")[0], number_list(activation)
        return {
            "linear": lambda: "linear", "leaky_relu": lambda: keras.layers.LeakyReLU(numbers[0]),
            "elu": lambda: "elu" if numbers[0] == 1 else keras.layers.ELU(numbers[0]), "swish": lambda: "silu",
            "hard_sigmoid": lambda: "hard_sigmoid", "gelu_tanh": lambda: keras.activations.gelu,
        }.get(name, lambda: name)()

    for task in plan["tasks"]:
        use(keras, task["type"])
        if task["form"] == "keras-weights":
            model = rebuilt(keras, task, layer_for)
            model.load_weights(task["file"])
        else:
            model = keras.saving.load_model(task["file"], compile=False)
        np.save(task["file"] + ".npy", np.asarray(model(rows.astype(task["type"]))))
    trained = []
    for kind in ("float32", "float64"):
        x = rows.astype(kind)
        for number, activation in enumerate(
                ["relu", "tanh", "elu", "selu", "gelu", "softplus", "softsign", "silu", "hard_sigmoid", "leaky_relu"]):
            use(keras, kind)
            keras.utils.set_random_seed(number)
            layers = [keras.layers.Input((rows.shape[1],))]
            if number % 3 == 0:
                norm = keras.layers.Normalization()
                norm.adapt(x * 3 + 1)
                layers.append(norm)
            for _ in range(1 + number % 4):
                layers.append(keras.layers.Dense(6, activation=activation, kernel_regularizer=keras.regularizers.L2(1e-3)))
                layers.append(keras.layers.Dropout(0.2) if number % 2 else keras.layers.BatchNormalization())
            kindred = [("softmax", 3, "sparse_categorical_crossentropy"), ("sigmoid", 1, "binary_crossentropy"),
                       ("linear", 2, "mse")][number % 3]
            layers.append(keras.layers.Dense(kindred[1], activation=kindred[0]))
            model = keras.Sequential(layers)
            model.compile("adam", kindred[2])
            y = labels(rows)
            target = y if kindred[1] == 3 else (y == 1).astype(kind)[:, None] if kindred[1] == 1 else rows[:, :2]
            model.fit(x, target, epochs=3, verbose=0)
            for ending, form in (("keras", "keras"), ("h5", "keras-h5")):
                path = os.path.join(folder, f"trained.{form}.{kind}.{number}.{ending}")
                model.save(path)
                # In float64, from the float32 parameters as they are saved.
                np.save(path + ".npy", np.asarray(as_float64(keras, model)(rows)))
                trained.append({"file": path, "form": form, "type": kind, "activations": [activation]})
    return f"TensorFlow {tf.__version__}, Keras {keras.__version__}", trained


def use(keras, kind):
    """Has Keras make layers, and take inputs, of a type."""
    keras.backend.set_floatx(kind)
    keras.config.set_dtype_policy(kind)


def as_float64(keras, model):
    """The same model in float64, with the same parameters."""
    use(keras, "float64")
    config = json.loads(json.dumps(model.get_config()).replace('"float32"', '"float64"'))
    copy = keras.Sequential.from_config(config)
    copy.set_weights([weight.astype("float64") for weight in model.get_weights()])
    for layer in copy.layers:
        if isinstance(layer, keras.layers.Normalization):
            layer.finalize_state()
    return copy


def rebuilt(keras, task, layer_for):
    """The model of a file that has weights alone."""
    import h5py

    with h5py.File(task["file"]) as file:
        shapes = []
        for number in range(len(task["activations"])):
            name = "dense" if number == 0 else f"dense_{number}"
            shapes.append(file[f"layers/{name}/vars/0"].shape)
    layers = [keras.layers.Input((shapes[0][0],))]
    for shape, activation in zip(shapes, task["activations"]):
        found = layer_for(activation)
        name, numbers = activation.split("(")[0], number_list(activation)
        if name == "gelu_tanh":
            found = lambda x: keras.activations.gelu(x, approximate=True)
        if name == "hard_sigmoid" and abs(numbers[0] - 1 / 6) > 1e-9:
            found = lambda x: keras.ops.clip(0.2 * x + 0.5, 0, 1)
        if isinstance(found, keras.layers.Layer):
            layers += [keras.layers.Dense(shape[1]), found]
        else:
            layers.append(keras.layers.Dense(shape[1], activation=found))
    return keras.Sequential(layers)


# PyTorch.

def torch_module(torch, activation):
    name, numbers = activation.split("(")[0], number_list(activation)
    nn = torch.nn
    if name == "hard_sigmoid" and abs(numbers[0] - 1 / 6) > 1e-9:
        class HardSigmoid(nn.Module):
            def forward(self, x):
                return torch.clamp(numbers[0] * x + numbers[1], 0, 1)
        return HardSigmoid()
    return {
        "linear": nn.Identity, "relu": nn.ReLU, "leaky_relu": lambda: nn.LeakyReLU(numbers[0]),
        "elu": lambda: nn.ELU(numbers[0]), "selu": nn.SELU, "gelu": nn.GELU, "gelu_tanh": lambda: nn.GELU("tanh"),
        "tanh": nn.Tanh, "sigmoid": nn.Sigmoid, "hard_sigmoid": nn.Hardsigmoid, "softplus": nn.Softplus,
        "softsign": nn.Softsign, "swish": nn.SiLU, "softmax": lambda: nn.Softmax(dim=1),
    }[name]()


def torch(folder, plan, rows):
    import torch
    from safetensors.torch import load_file, save_file

    nn = torch.nn
    x = torch.from_numpy(rows)
    for task in plan["tasks"]:
        state = load_file(task["file"])
        keys = sorted((k for k in state if k.endswith(".weight")), key=lambda k: int(k.split(".")[0]))
        modules = {}
        for key, activation in zip(keys, task["activations"]):
            index = int(key.split(".")[0])
            out, inputs = state[key].shape
            modules[index] = nn.Linear(inputs, out, dtype=state[key].dtype)
            if activation != "linear":
                modules[index + 1] = torch_module(torch, activation)
        model = nn.Sequential(*(modules.get(i, nn.Identity()) for i in range(max(modules) + 1)))
        model.load_state_dict(state, strict=True)
        np.save(task["file"] + ".npy", model.double()(x).detach().numpy())
    trained = []
    for kind in (torch.float32, torch.float64):
        name = str(kind).split(".")[1]
        for number, activation in enumerate(plan["activations"]):
            if activation.startswith("hard_sigmoid(0.2"):
                continue
            torch.manual_seed(number)
            depth = 1 + number % 4
            modules, activations = [], []
            for layer in range(depth):
                modules += [nn.Linear(rows.shape[1] if layer == 0 else 7, 7, dtype=kind)]
                if activation != "linear":
                    modules += [torch_module(torch, activation)]
                if number % 2 and layer:
                    modules += [nn.Dropout(0.1)]
                activations.append(activation)
            modules += [nn.Linear(7, 3, dtype=kind), nn.Softmax(dim=1)]
            activations.append("softmax")
            model = nn.Sequential(*modules)
            optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
            y = torch.from_numpy(labels(rows))
            for _ in range(20):
                optimizer.zero_grad()
                torch.nn.functional.nll_loss(torch.log(model(x.to(kind)) + 1e-9), y).backward()
                optimizer.step()
            model.eval()
            path = os.path.join(folder, f"trained.{name}.{number}.safetensors")
            save_file(model.state_dict(), path)
            items = [{"file": path, "form": "safetensors", "type": name, "activations": activations, "told": True}]
            onnx_path = os.path.join(folder, f"trained.{name}.{number}.onnx")
            if export_onnx(torch, model, x.to(kind)[:2], onnx_path):
                items.append({"file": onnx_path, "form": "onnx", "type": name, "activations": activations})
            expected = model.double()(x).detach().numpy()
            for item in items:
                np.save(item["file"] + ".npy", expected)
            trained += items
    return f"PyTorch {torch.__version__.split('+')[0]}", trained


def export_onnx(torch, model, example, path):
    """Whether PyTorch exports a model to ONNX here."""
    try:
        torch.onnx.export(
            model, (example,), path, input_names=["x"], output_names=["y"], dynamic_axes={"x": {0: "n"}}, dynamo=False)
    except Exception as error:  # An exporter that is not installed, or has no such function: said, not hidden.
        print("no ONNX:", str(error).splitlines()[0][:200], file=sys.stderr)
        return False
    return True


# PaddlePaddle.

def paddle(folder, plan, rows):
    import paddle
    from safetensors.numpy import load_file, save_file

    nn = paddle.nn

    def layer_for(activation):
        name, numbers = activation.split("(")[0], number_list(activation)
        if name == "hard_sigmoid":
            class HardSigmoid(nn.Layer):
                def forward(self, x):
                    return paddle.clip(numbers[0] * x + numbers[1], 0, 1)
            return HardSigmoid()
        return {
            "relu": nn.ReLU, "leaky_relu": lambda: nn.LeakyReLU(numbers[0]), "elu": lambda: nn.ELU(numbers[0]),
            "selu": nn.SELU, "gelu": nn.GELU, "gelu_tanh": lambda: nn.GELU(True), "tanh": nn.Tanh,
            "sigmoid": nn.Sigmoid, "softplus": nn.Softplus, "softsign": nn.Softsign, "swish": nn.Silu,
            "softmax": lambda: nn.Softmax(axis=1), "linear": nn.Identity,
        }[name]()

    def predicted(state, activations):
        paddle.set_default_dtype("float64")
        keys = sorted((k for k in state if k.endswith(".weight")), key=lambda k: int(k.split(".")[0]))
        layers = {}
        for key, activation in zip(keys, activations):
            index = int(key.split(".")[0])
            layers[index] = nn.Linear(*state[key].shape)
            if activation != "linear":
                layers[index + 1] = layer_for(activation)
        model = nn.Sequential(*(layers.get(i, nn.Identity()) for i in range(max(layers) + 1)))
        missing, unexpected = model.set_state_dict(
            {key: paddle.to_tensor(value.astype("float64")) for key, value in state.items()})
        assert not missing and not unexpected, (missing, unexpected)
        return model(paddle.to_tensor(rows)).numpy()

    for task in plan["tasks"]:
        np.save(task["file"] + ".npy", predicted(load_file(task["file"]), task["activations"]))
    trained = []
    for kind in ("float32", "float64"):
        for number, activation in enumerate(["relu", "tanh", "elu(1.0)", "gelu", "swish", "leaky_relu(0.01)"]):
            paddle.set_default_dtype(kind)
            paddle.seed(number)
            layers, activations = [nn.Linear(rows.shape[1], 8), layer_for(activation)], [activation]
            if number % 2:
                layers += [nn.Dropout(0.1), nn.Linear(8, 8), layer_for(activation)]
                activations.append(activation)
            layers += [nn.Linear(8, 3), nn.Softmax(axis=1)]
            activations.append("softmax")
            model = nn.Sequential(*layers)
            optimizer = paddle.optimizer.Adam(parameters=model.parameters(), learning_rate=0.01)
            x, y = paddle.to_tensor(rows.astype(kind)), paddle.to_tensor(labels(rows))
            for _ in range(20):
                loss = nn.functional.nll_loss(paddle.log(model(x) + 1e-9), y)
                loss.backward()
                optimizer.step()
                optimizer.clear_grad()
            state = {key: value.numpy() for key, value in model.state_dict().items()}
            path = os.path.join(folder, f"trained.{kind}.{number}.safetensors")
            save_file(state, path, metadata={"format": "pd"})
            np.save(path + ".npy", predicted(state, activations))
            trained.append(
                {"file": path, "form": "safetensors-paddle", "type": kind, "activations": activations, "told": True})
    return f"PaddlePaddle {paddle.__version__}", trained


# ONNX Runtime, with what scikit-learn exports to it.

def onnxruntime(folder, plan, rows):
    import onnx
    import onnxruntime

    for task in plan["tasks"]:
        onnx.checker.check_model(task["file"], full_check=True)
        session = onnxruntime.InferenceSession(task["file"], providers=["CPUExecutionProvider"])
        outputs = session.run(None, {session.get_inputs()[0].name: rows.astype(task["type"])})
        np.save(task["file"] + ".npy", next(o for o in outputs if o.dtype == np.dtype(task["type"])))
    trained = []
    try:
        import skl2onnx
        from sklearn.neural_network import MLPClassifier, MLPRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import StandardScaler
    except ImportError:
        return f"ONNX Runtime {onnxruntime.__version__}", trained
    y = labels(rows)
    for number, activation in enumerate(["relu", "tanh", "logistic", "identity"]):
        for model, target in (
            (MLPClassifier(hidden_layer_sizes=(6, 4), activation=activation, max_iter=30, random_state=number), y),
            (MLPClassifier(hidden_layer_sizes=(5,), activation=activation, max_iter=30, random_state=number), (y == 1).astype(int)),
            (make_pipeline(
                StandardScaler(), MLPRegressor(hidden_layer_sizes=(6,), activation=activation, max_iter=30, random_state=number)),
             rows[:, :2] * 3),
        ):
            import warnings
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                model.fit(rows, target)
            kind = skl2onnx.common.data_types.DoubleTensorType
            path = os.path.join(folder, f"sklearn.{number}.{len(trained)}.onnx")
            graph = skl2onnx.to_onnx(model, initial_types=[("X", kind([None, rows.shape[1]]))])
            with open(path, "wb") as file:
                file.write(graph.SerializeToString())
            if hasattr(model, "predict_proba"):
                expected = model.predict_proba(rows)
                expected = expected[:, 1:] if expected.shape[1] == 2 else expected
            else:
                expected = model.predict(rows)
            np.save(path + ".npy", expected)
            trained.append({"file": path, "form": "onnx", "type": "float64"})
    import sklearn

    return (f"ONNX Runtime {onnxruntime.__version__}, scikit-learn {sklearn.__version__}, "
            f"skl2onnx {skl2onnx.__version__}"), trained


# NumPy and SciPy, which have arrays and compute for themselves.

def scipy(folder, plan, rows):
    import scipy
    import scipy.io
    import scipy.special

    def apply(activation, z):
        name, n = activation.split("(")[0], number_list(activation)
        return {
            "linear": lambda: z, "relu": lambda: np.maximum(z, 0), "leaky_relu": lambda: np.where(z < 0, n[0] * z, z),
            "elu": lambda: np.where(z < 0, n[0] * np.expm1(z), z),
            "selu": lambda: 1.0507009873554804934193349852946 * np.where(
                z < 0, 1.6732632423543772848170429916717 * np.expm1(z), z),
            "gelu": lambda: z * scipy.special.ndtr(z),
            "gelu_tanh": lambda: z / 2 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3))),
            "tanh": lambda: np.tanh(z), "sigmoid": lambda: scipy.special.expit(z),
            "hard_sigmoid": lambda: np.clip(n[0] * z + n[1], 0, 1), "softplus": lambda: np.logaddexp(0, z),
            "softsign": lambda: z / (1 + np.abs(z)), "swish": lambda: z * scipy.special.expit(z),
            "softmax": lambda: scipy.special.softmax(z, axis=0),
        }[name]()

    for task in plan["tasks"]:
        file = scipy.io.loadmat(task["file"]) if task["file"].endswith(".mat") else np.load(task["file"])
        described = json.loads(bytes(np.asarray(file["metadata"])))
        assert described["activations"] == task["activations"]
        a = rows.T
        for number, activation in enumerate(described["activations"]):
            weights, biases = file[f"W{number + 1}"], file[f"b{number + 1}"]
            assert weights.dtype == task["type"]
            a = apply(activation, weights.astype(float) @ a + biases)
        np.save(task["file"] + ".npy", a.T)
    trained = []
    try:
        from sklearn.neural_network import MLPClassifier
        import sklearn
    except ImportError:
        return f"SciPy {scipy.__version__}", trained
    model = MLPClassifier(hidden_layer_sizes=(6, 4), activation="tanh", max_iter=30, random_state=1)
    import warnings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(rows, labels(rows))
    path = os.path.join(folder, "sklearn.npz")
    arrays = {f"W{i + 1}": w.T for i, w in enumerate(model.coefs_)}
    np.savez(path, **arrays, **{f"b{i + 1}": b[:, None] for i, b in enumerate(model.intercepts_)})
    np.save(path + ".npy", model.predict_proba(rows))
    trained.append(
        {"file": path, "form": "npz", "type": "float64", "activations": ["tanh", "tanh", "softmax"], "told": True})
    return f"SciPy {scipy.__version__}, scikit-learn {sklearn.__version__}", trained


def main():
    framework, folder = sys.argv[1:]
    with open(os.path.join(folder, "tasks.json")) as file:
        plan = json.load(file)
    rows = np.load(plan["rows"])
    try:
        version, trained = globals()[framework](folder, plan, rows)
    except ModuleNotFoundError as error:
        print(error, file=sys.stderr)
        sys.exit(3)
    with open(os.path.join(folder, "trained.json"), "w") as file:
        json.dump(trained, file)
    print(version)


if __name__ == "__main__":
    main()
