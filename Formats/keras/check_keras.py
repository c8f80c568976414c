"""Files go to Keras and come back: called by the tests with a folder of files.

    KERAS_BACKEND=numpy python3 check_keras.py FOLDER

For each N.rows.npy in the folder, whose columns are inputs, the models N.keras and N.h5 and the weights N.weights.h5 are
loaded; their predictions go to N.keras.npy and so on, computed in float64 whatever the type of the weights, and to
N.keras.own.npy computed in their own. Then Keras makes models of its own, k*.keras, k*.h5, k*.weights.h5, with
k*.rows.npy, k*.npy and the activations in k*.txt.
"""
import glob
import json
import os
import sys

os.environ.setdefault("KERAS_BACKEND", "numpy")
import keras  # noqa: E402
import numpy as np  # noqa: E402

L = keras.layers
folder = sys.argv[1]
# What a model is given is cast to this; layers have types of their own.
keras.config.set_floatx("float64")
if keras.config.backend() != "tensorflow":
    # Other backends than TensorFlow take float32 for float64 as JAX does by default, NumPy's too, for no need of its own.
    from keras.src.backend.common import dtypes
    dtypes.BIT64_TO_BIT32_DTYPE["float64"] = "float64"


def in_double(model):
    """The same model, computing in float64."""
    config = json.loads(json.dumps(model.get_config()).replace('"float32"', '"float64"'))
    double = type(model).from_config(config)
    double.set_weights([np.asarray(weight, "f8") if weight.dtype == np.float32 else weight for weight in
                        model.get_weights()])
    for layer in double.layers:
        if isinstance(layer, L.Normalization):
            layer.finalize_state()  # As loading does.
    return double


def predictions(model, rows):
    return np.asarray(model(rows, training=False), "f8")


for path in sorted(glob.glob(os.path.join(folder, "*.rows.npy"))):
    start = path[: -len(".rows.npy")]
    rows = np.load(path)
    for ending in (".keras", ".h5"):
        model = keras.models.load_model(start + ending, compile=False)
        np.save(start + ending + ".own.npy", predictions(model, rows.astype(model.layers[-1].compute_dtype)))
        np.save(start + ending + ".npy", predictions(in_double(model), rows))
    # The scaling of the inputs belongs to the architecture, so the weights go into the model of either form.
    for ending in (".keras", ".h5"):
        model = keras.models.load_model(start + ending, compile=False)
        model.set_weights([np.zeros_like(weight) for weight in model.get_weights()])
        model.load_weights(start + ".weights.h5")
    np.save(start + ".weights.h5.npy", predictions(in_double(model), rows))

random = np.random.default_rng(7)
words = ["linear", "relu", "elu", "selu", "gelu", "tanh", "sigmoid", "hard_sigmoid", "softplus", "softsign", "silu",
         "softmax", "leaky_relu"]
ours = {"elu": "elu(1)", "silu": "swish", "leaky_relu": "leaky_relu(0.2)"}
for number in range(2 * len(words)):
    kind = "float32" if number % 2 else "float64"
    inputs = int(random.integers(1, 6))
    layers, names = [L.Input((inputs,), dtype=kind)], []
    for index in range(number % 6 + 1):
        word = words[(number // 2 + index) % len(words)]
        names.append(ours.get(word, word))
        layers.append(L.Dense(int(random.integers(1, 9)), activation=word, dtype=kind, use_bias=index % 3 != 2))
        if index % 2:
            layers.append(L.Dropout(0.25, dtype=kind))
    model = keras.Sequential(layers)
    model.set_weights([random.standard_normal(weight.shape).astype(kind) for weight in model.get_weights()])
    rows = random.standard_normal((1000, inputs))
    start = os.path.join(folder, f"k{number}")
    for ending in (".keras", ".h5"):
        model.save(start + ending)
    model.save_weights(start + ".weights.h5")
    np.save(start + ".rows.npy", rows)
    np.save(start + ".npy", predictions(in_double(model), rows))
    with open(start + ".txt", "w") as file:
        file.write(" ".join(names))


def graph():
    """A chain as a graph, with a model in it."""
    given = L.Input((3,))
    inner = keras.Sequential([L.Input((4,)), L.Dense(5, "tanh"), L.BatchNormalization(), L.Dense(2)])
    return keras.Model(given, L.Activation("silu")(inner(L.Dropout(0.5)(L.Dense(4, "relu")(given)))))


def fitted(**options):
    layer = L.Normalization(**options)
    layer.adapt(random.standard_normal((50, 4)) * 3 + 1)
    return layer


keras.config.set_dtype_policy("float64")
special = [
    [L.Input((3,)), L.Dense(4, "relu"), L.BatchNormalization(scale=False), L.Dense(2)],
    [L.Input((3,)), L.Dense(4), L.BatchNormalization(center=False, epsilon=0.1), L.Activation("tanh"), L.Dense(2)],
    [L.Input((3,)), L.BatchNormalization(), L.Dense(4, L.LeakyReLU(negative_slope=0.15)), L.Dense(1, "sigmoid")],
    [L.Input((4,)), fitted(), L.Dense(3, "elu"), L.Dense(2, "softmax")],
    [L.Input((4,)), L.Dense(4, "gelu"), fitted(invert=True), L.Dense(2)],
    [L.Input((4,)), L.Rescaling(1 / 255, offset=-0.5), fitted(axis=None), L.Dense(3, keras.activations.softplus)],
    [L.Input((2, 3)), L.Rescaling(0.5), L.Flatten(), L.Dense(3, "relu"), L.Dense(2)],
    [L.Input((3,)), L.Dense(4), L.Rescaling([1.0, 2.0, -3.0, 0.5], offset=[0.0, 1.0, 2.0, 3.0]), L.ReLU(), L.Dense(2)],
    [L.Input((3,)), L.Dense(4, "relu"), L.ReLU(negative_slope=0.5), L.LeakyReLU(), L.ELU(2.0), L.Softmax()],
    [L.Input((3,)), L.GaussianNoise(0.1), L.Dense(4), L.Identity(), L.GaussianDropout(0.2), L.AlphaDropout(0.1), L.ActivityRegularization(0.1), L.Dense(2),
     L.Reshape((2,))],
    [L.Input((3,)), L.Dense(2), L.Rescaling(2.0, offset=1.0)],
    graph,
]
for number, layers in enumerate(special):
    model = layers() if callable(layers) else keras.Sequential(layers)
    weights = []
    for weight in model.get_weights():
        fixed = weight.ndim == 0 or any(isinstance(layer, L.Normalization) for layer in model.layers)
        weights.append(weight if fixed and weight.ndim < 2 else np.abs(random.standard_normal(weight.shape)) + 0.1)
    model.set_weights(weights)
    for layer in model.layers:
        if isinstance(layer, L.Normalization):
            layer.finalize_state()
    rows = random.standard_normal((1000, *model.input_shape[1:]))
    start = os.path.join(folder, f"s{number}")
    for ending in (".keras", ".h5"):
        model.save(start + ending)
    np.save(start + ".rows.npy", rows.reshape(1000, -1))
    np.save(start + ".npy", predictions(model, rows))
print("done")
