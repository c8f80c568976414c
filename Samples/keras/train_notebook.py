"""The three models of the regularization notebook, trained with Keras: plain, with an L2 penalty, with dropout.

    python3 train_notebook.py [data.mat]

writes plain.keras, l2.keras, dropout.keras and the same as .h5. Needs keras with TensorFlow, JAX or PyTorch, and SciPy.
"""
import sys

import keras
import numpy as np
from scipy.io import loadmat

data = loadmat(sys.argv[1] if len(sys.argv) > 1 else "field.mat")
X, y = data["X"].astype("float32"), data["y"].astype("float32")
STEPS = 500


def initial_weights(sizes):
    """As in the notebook: numpy.random.seed(3), randn(out, in) / sqrt(in), biases of 0."""
    np.random.seed(3)
    weights = []
    for inputs, outputs in zip(sizes, sizes[1:]):
        weights += [(np.random.randn(outputs, inputs) / np.sqrt(inputs)).T, np.zeros(outputs)]
    return weights


def train(name, penalty=None, rate=0.0):
    keras.utils.set_random_seed(1)
    layers = [keras.Input((2,))]
    for units in (20, 3):
        layers.append(keras.layers.Dense(units, activation="relu", kernel_regularizer=penalty))
        if rate > 0:
            layers.append(keras.layers.Dropout(rate))
    layers.append(keras.layers.Dense(1, activation="sigmoid", kernel_regularizer=penalty))
    model = keras.Sequential(layers, name=name)
    model.set_weights(initial_weights([2, 20, 3, 1]))
    model.compile(
        keras.optimizers.SGD(0.3), "binary_crossentropy", metrics=["accuracy"], steps_per_execution=STEPS)
    # 30,000 updates, each with all examples; the same examples one after another make few, fast epochs of them.
    model.fit(
        np.tile(X, (STEPS, 1)), np.tile(y, (STEPS, 1)), batch_size=len(X), epochs=30000 // STEPS, shuffle=False,
        verbose=0)
    for title, inputs, labels in (("training", X, y), ("test", data["Xval"], data["yval"])):
        print(f"{name}, accuracy on the {title} set: {model.evaluate(inputs, labels, verbose=0)[1]:.4f}")
    model.save(f"{name}.keras")
    model.save(f"{name}.h5")


train("plain")
# The notebook's penalty is lambda/(2m) times the sum of all W squared, with lambda = 0.7; Keras' is l2 times that sum.
train("l2", penalty=keras.regularizers.L2(0.7 / (2 * len(X))))
# The notebook keeps a unit with the probability 0.86; Keras' rate is that of dropping it.
train("dropout", rate=1 - 0.86)
