"""Writes golden/ here and in ../keras-h5 and ../keras-weights with the Keras that is installed.

    python3 make_golden.py NAME

NAME, the beginning of the files' names, is one of those in WANTED: README.md says which Keras that is. Beside each file stands
`<file>.network.expected`: what was asked of Keras, and what its model predicts for some rows:

    layers 3-4-1                        inputs and units, with a layer that is made up for each activation without one
    activations relu sigmoid            in the words of reg-tools
    rates 0.2 0                         of the dropout after each layer
    l2 0.01 0                           of the kernels
    row 0.1 0.2 0.3 -> 0.5              inputs and predictions
    refused conv2d                      instead of all that: the first layer that makes it no chain of dense layers

and for .keras files `<file>.expected`, the list of their arrays (see ../listing.py).
"""
import io
import os
import sys
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
NAME = sys.argv[1]


def old_keras():
    """Keras up to 2.3 on Theano, on a Python and a NumPy that are newer than both."""
    import collections
    import collections.abc
    import inspect
    for name in collections.abc.__all__:
        if not hasattr(collections, name):
            setattr(collections, name, getattr(collections.abc, name))
    specification = collections.namedtuple("ArgSpec", "args varargs keywords defaults")
    inspect.getargspec = lambda f: specification(*inspect.getfullargspec(f)[:4])
    os.environ["KERAS_BACKEND"] = "theano"
    os.environ["THEANO_FLAGS"] = "blas.ldflags=,cxx=,optimizer=None,device=cpu"
    import numpy
    numpy.bool, numpy.int, numpy.float, numpy.object = bool, int, float, object
    import numpy.distutils.__config__
    numpy.distutils.__config__.blas_opt_info = {}
    import theano.ifelse
    import keras
    return keras


if NAME.startswith("theano_"):
    keras = old_keras()
elif NAME.startswith("tf_keras"):
    import tf_keras as keras
else:
    import keras
import numpy as np
L = keras.layers
VERSION = tuple(int(part) for part in keras.__version__.split(".")[:2])


def new(layer, *arguments, **options):
    """A layer, in the words of its time."""
    if VERSION[0] == 1:
        words = {"kernel_regularizer": "W_regularizer", "use_bias": "bias"}
        options = {words.get(key, key): value for key, value in options.items()}
    return getattr(L, layer)(*arguments, **options)


def l2(value):
    return keras.regularizers.l2(value)


def fill(model, seed):
    """Weights that are worth looking at; what is a variance is positive."""
    random = np.random.default_rng(seed) if hasattr(np.random, "default_rng") else np.random
    weights = []
    for weight in model.get_weights():
        value = random.standard_normal(weight.shape)
        weights.append(np.abs(value).astype(weight.dtype) + 0.1 if weight.ndim == 1 else value.astype(weight.dtype))
    model.set_weights(weights)
    return model


def sequential(*layers):
    return keras.models.Sequential(list(layers))


def plain():
    first = new("Dense", 4, activation="relu", kernel_regularizer=l2(0.01), **at_input(3))
    model = sequential(
        first, new("Dropout", 0.25), new("Dense", 3, activation="tanh", use_bias=False), new("Dropout", 0.5),
        new("Dense", 1, activation="sigmoid", kernel_regularizer=l2(0.02)))
    return built(model, 3), dict(
        layers="3-4-3-1", activations="relu tanh sigmoid", rates="0.25 0.5 0", l2="0.01 0 0.02")


def at_input(count):
    return {} if VERSION[0] == 3 else {"input_shape": (count,)}


def built(model, count):
    if VERSION[0] == 3:
        model.build((None, count))
    return model


def layers():
    """Everything between dense layers that can be folded into them."""
    leaky = {"negative_slope": 0.1} if VERSION[0] == 3 else {"alpha": 0.1}
    model = sequential(
        new("Dense", 5, **at_input(2)), new("BatchNormalization"), new("Activation", "hard_sigmoid"),
        new("Dense", 4, activation="linear"), new("LeakyReLU", **leaky), new("Dense", 4, activation="softplus"),
        new("Dense", 4), new("ELU", 0.5), new("Dense", 3, activation="softmax"))
    hard = "hard_sigmoid(0.16666666666666666,0.5)" if VERSION[0] == 3 else "hard_sigmoid(0.2,0.5)"
    return built(model, 2), dict(
        layers="2-5-4-4-4-3", activations=hard + " leaky_relu(0.1) softplus elu(0.5) softmax")


def functional():
    given = L.Input(shape=(3,), name="numbers")
    x = new("Dense", 4, activation="softsign", name="first")(given)
    x = new("Dropout", 0.1)(x)
    x = new("Dense", 4, activation="elu", name="second")(x)
    if VERSION > (2, 1):
        x = new("Flatten")(x)
    x = new("Dense", 2, name="last")(x)
    words = "softsign elu(1.0) linear"
    return keras.models.Model(inputs=given, outputs=x), dict(layers="3-4-4-2", activations=words, rates="0.1 0 0")


def newer():
    """Layers and activations of Keras from 2.4 on."""
    scaled = L.Normalization(mean=[0.5, -1.0], variance=[4.0, 0.25])
    model = sequential(
        scaled, new("Dense", 4, activation="gelu"), new("Dense", 4, activation="swish"),
        new("Dense", 4, activation="selu"), L.Rescaling(0.5, offset=0.1), new("ReLU"), new("Dense", 2),
        new("Softmax"))
    model.build((None, 2))
    return model, dict(layers="2-4-4-4-4-2", activations="gelu swish selu relu softmax")


def adapted():
    scaled = L.Normalization()
    scaled.adapt(np.array([[1.0, 10.0, -3.0], [2.0, 30.0, 5.0], [5.0, 20.0, 7.5]]))
    model = sequential(scaled, new("Dense", 2, activation="sigmoid"))
    model.build((None, 3))
    return model, dict(layers="3-2", activations="sigmoid")


def nested():
    inner = sequential(new("Dense", 4, activation="relu", **at_input(3)), new("Dense", 2, activation="tanh"))
    built(inner, 3)
    model = sequential(inner, new("Dense", 1, activation="sigmoid"))
    return built(model, 3), dict(layers="3-4-2-1", activations="relu tanh sigmoid")


def double():
    if VERSION[0] == 3:
        keras.config.set_dtype_policy("float64")
    (keras.config if VERSION[0] == 3 else keras.backend).set_floatx("float64")
    model = sequential(
        new("Dense", 4, activation="selu", **at_input(3)), new("Dense", 3, activation="softplus"), new("Dense", 2))
    return built(model, 3), dict(layers="3-4-3-2", activations="selu softplus linear")


def trained():
    """With what the optimizer keeps beside the weights."""
    model, facts = plain()
    model.compile("adam", "binary_crossentropy")
    rows = np.zeros((2, 3))
    model.fit(rows, rows[:, :1], verbose=0)
    return fill(model, 7), facts


def convolution():
    model = sequential(
        L.Conv2D(2, 3, name="edges", **({} if VERSION[0] == 3 else {"input_shape": (4, 4, 1)})), L.Flatten(),
        L.Dense(2))
    if VERSION[0] == 3:
        model.build((None, 4, 4, 1))
    return model, dict(refused="edges")


def branches():
    given = L.Input(shape=(3,))
    model = keras.models.Model(given, L.Add(name="sum")([L.Dense(2)(given), L.Dense(2)(given)]))
    return model, dict(refused="sum")


def expect(path, model, facts):
    lines = [f"{key} {value}" for key, value in facts.items()]
    if "refused" not in facts:
        inputs = int(facts["layers"].split("-")[0])
        rows = (np.arange(4 * inputs).reshape(4, inputs) * 7 % 11 - 5) / 4.0
        for row, predicted in zip(rows, np.asarray(model.predict(rows, verbose=0))):
            lines.append(f"row {' '.join(map(repr, row.tolist()))} -> {' '.join(map(repr, predicted.tolist()))}")
    with open(path + ".network.expected", "w") as file:
        file.writelines(line + "\n" for line in lines)


def folder(format):
    return os.path.join(HERE, "..", format, "golden")


def list_arrays(path):
    """The list of a .keras file, with h5py."""
    import h5py
    import listing
    with zipfile.ZipFile(path) as archive, h5py.File(io.BytesIO(archive.read("model.weights.h5")), "r") as file:
        lines = []
        waiting = [("", file)]
        for name, group in waiting:
            for key in sorted(group):
                path_of = f"{name}/{key}" if name else key
                if isinstance(group[key], h5py.Group):
                    waiting.append((path_of, group[key]))
                else:
                    lines.append(listing.numbers(path_of, group[key][()]))
        listing.write(path + ".expected", lines)


def write(kind, model, facts, formats):
    for format, ending in (("keras-h5", ".h5"), ("keras", ".keras"), ("keras-weights", ".weights.h5")):
        if format not in formats:
            continue
        path = os.path.join(folder(format), f"{NAME}_{kind}{ending}")
        if os.path.exists(path):
            os.remove(path)
        os.makedirs(folder(format), exist_ok=True)
        if format == "keras-weights":
            model.save_weights(path)
        elif format == "keras" and VERSION == (2, 12):
            model.save(path, save_format="keras_v3")  # Otherwise it would be HDF5 in spite of its name.
        else:
            model.save(path)
        if format == "keras":
            list_arrays(path)
        expect(path, model, facts)


# What each Keras writes: a kind of model, and the endings of its files.
WANTED = {
    "keras315": "plain.keras.h5.weights layers.keras.h5 functional.keras.h5 newer.keras.h5 adapted.keras nested.keras.h5 "
    "convolution.keras branches.h5",
    # The only backend that computes in float64.
    "keras315_tensorflow": "trained.keras double.keras.h5",
    "keras35": "plain.keras.weights nested.keras",
    "keras30": "plain.keras functional.keras",
    "keras215": "plain.keras.h5.weights trained.h5 layers.h5 functional.keras.h5 newer.keras adapted.keras nested.h5",
    "keras212": "plain.keras.weights newer.h5 nested.keras",
    "tf_keras": "trained.keras double.h5",
    "theano_keras23": "plain.weights layers.h5 nested.h5",
    "theano_keras21": "plain.h5 functional.h5",
    "theano_keras12": "plain.h5.weights layers.h5",
}
KINDS = {
    "plain": (plain, 1), "layers": (layers, 2), "functional": (functional, 3), "newer": (newer, 4),
    "adapted": (adapted, None), "nested": (nested, 6), "convolution": (convolution, None), "branches": (branches, None),
    "double": (double, 5), "trained": (trained, None),
}
FORMATS = {"keras": "keras", "h5": "keras-h5", "weights": "keras-weights"}

for wanted in WANTED[NAME].split():
    kind, *endings = wanted.split(".")
    make, seed = KINDS[kind]
    model, facts = make()
    if seed:
        fill(model, seed)
    write(kind, model, facts, [FORMATS[ending] for ending in endings])
print(keras.__version__)
