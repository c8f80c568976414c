"""Writes malformed/ here and in ../keras-h5 and ../keras-weights: files that no Keras wrote.

    python3 make_malformed.py

The errors beside them, `<file>.expected` of files that cannot be listed and `<file>.network.expected` of files whose
arrays can be read and whose networks cannot, were written by hand.
"""
import io
import json
import os
import zipfile

import h5py
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))


def place(format, name):
    folder = os.path.join(HERE, "..", format, "malformed")
    os.makedirs(folder, exist_ok=True)
    return os.path.join(folder, name)


def image(arrays, attributes=()):
    """The bytes of an HDF5 file of arrays under paths; None is a group."""
    memory = io.BytesIO()
    with h5py.File(memory, "w", track_order=None) as file:
        for path, array in arrays.items():
            file.require_group(path) if array is None else file.create_dataset(path, data=array, track_times=False)
        for path, name, value in attributes:
            file[path].attrs[name] = value
    return memory.getvalue()


def dense(units, activation="relu", name="dense", **options):
    return layer("Dense", name, units=units, activation=activation, use_bias=True, **options)


def layer(class_name, name, **options):
    return {"class_name": class_name, "config": {"name": name, **options}}


def model(layers, class_name="Sequential", shape=(2,), **options):
    config = {"name": "model", "layers": layers, "build_input_shape": [None, *shape], **options}
    return {"module": "keras", "class_name": class_name, "config": config, "registered_name": None}


def variables(*sizes):
    """Weights of dense layers."""
    arrays = {"vars": None}
    for index, (inputs, outputs) in enumerate(sizes):
        group = "layers/dense" + (f"_{index}" if index else "") + "/vars/"
        arrays[group + "0"] = np.full((inputs, outputs), 0.5, "f4")
        arrays[group + "1"] = np.zeros(outputs, "f4")
    return arrays


def archive(name, config, weights=None, members=("metadata.json", "config.json", "model.weights.h5")):
    contents = {
        "metadata.json": b'{"keras_version": "3.15.1"}',
        "config.json": config if isinstance(config, bytes) else json.dumps(config).encode(),
        "model.weights.h5": image(variables((2, 3), (3, 1))) if weights is None else weights}
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as file:
        for member in members:
            file.writestr(zipfile.ZipInfo(member), contents[member])
    with open(place("keras", name), "wb") as file:
        file.write(memory.getvalue())
    return memory.getvalue()


def node(*names):
    return [{"args": [{"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}], "kwargs": {}}
            for name in names]


def graph(layers, output="b"):
    for entry, inputs in layers:
        entry.update(name=entry["config"]["name"], inbound_nodes=inputs)
    return model([entry for entry, _ in layers], "Functional", input_layers=["in", 0, 0],
                 output_layers=output if isinstance(output, list) else [output, 0, 0])


chain = [dense(3), dense(1, "sigmoid", "dense_1")]
good = model(chain)
given = layer("InputLayer", "in", batch_shape=[None, 2])

# Archives that cannot be listed.
whole = archive("whole.keras", good)
os.remove(place("keras", "whole.keras"))
for name, content in (("cut.keras", whole[:3000]), ("checksum.keras", whole.replace(b"\x00\x00\x00\x3f", b"\x00\x00\x80\x3f"))):
    with open(place("keras", name), "wb") as file:
        file.write(content)
archive("no_weights.keras", good, members=("metadata.json", "config.json"))
archive("twice.keras", good, members=("metadata.json", "config.json", "config.json", "model.weights.h5"))
archive("no_hdf5.keras", good, b"PK weights")
archive("cut_weights.keras", good, image(variables((2, 3), (3, 1)))[:2000])

# Architectures that cannot be read.
archive("no_json.keras", b'{"class_name": "Sequential", ')
archive("name_twice.keras", b'{"class_name": "Sequential", "class_name": "Functional", "config": {}}')
archive("no_class.keras", {"config": {}})
archive("no_layers.keras", {"class_name": "Sequential", "config": {"name": "model"}})
archive("layer_without_class.keras", model([{"config": {}}]))
archive("program.keras", model(chain, "MyModel"))
archive("no_dense.keras", model([layer("Dropout", "dropout", rate=0.5)]))
archive("unknown_activation.keras", model([dense(3, "relu6"), chain[1]]))
archive("unknown_function.keras", model([dense(3, {"class_name": "function", "config": "my_own"}), chain[1]]))
archive("relu_with_maximum.keras", model([dense(3, "linear"), layer("ReLU", "re_lu", max_value=6.0), chain[1]]))
archive("slope_of_text.keras", model([dense(3, "linear"), layer("LeakyReLU", "leaky", alpha="0.1"), chain[1]]))
archive("picture.keras", model(chain, shape=(28, 28)))
archive("axis.keras", model([dense(3), layer("Softmax", "softmax", axis=0), chain[1]]))
archive("circle.keras", graph([(given, []), (dense(3, name="a"), node("b")), (dense(1, name="b"), node("a"))]))
archive("two_outputs.keras", graph(
    [(given, []), (dense(3, name="a"), node("in")), (dense(1, name="b"), node("a"))], [["a", 0, 0], ["b", 0, 0]]))
archive("used_twice.keras", graph(
    [(given, []), (dense(2, name="a"), node("in", "a")), (dense(1, name="b"), node("a"))]))
archive("missing_layer.keras", graph([(given, []), (dense(1, name="b"), node("a"))]))
archive("same_names.keras", graph([(given, []), (dense(1, name="b"), node("in")), (dense(1, name="b"), node("in"))]))

# What a user's program defines, under the names of Keras' own.
def own(entry, module=None, registered=None):
    return {**entry, "module": module, "registered_name": registered or entry["class_name"]}


archive("own_function.keras", model(
    [dense(3, own({"class_name": "function", "config": "swish"}, "builtins")), chain[1]]))
archive("own_activation.keras", model([dense(3, own(layer("ReLU", "re_lu"), "program.layers")), chain[1]]))
archive("own_dropout.keras", model([chain[0], own(layer("Dropout", "dropout", rate=0.5)), chain[1]]))
archive("own_dense.keras", model([own(chain[0], registered="Custom>Dense"), chain[1]]))
archive("own_module.keras", model([own(chain[0], "kerasic.layers"), chain[1]]))
archive("own_model.keras", own(model(chain), registered="Custom>Functional") | {"class_name": "Functional"})

# Weights in other forms.
int8 = {"module": "keras.dtype_policies", "class_name": "QuantizedDTypePolicy",
        "config": {"mode": "int8", "source_name": "float32"}, "registered_name": None}
archive("quantized.keras", model([dense(3, dtype=int8), chain[1]]))
archive("quantized_named.keras", model([dense(3, dtype="int8_from_float32"), chain[1]]))
memory = io.BytesIO(image({k: v for k, v in variables((2, 3), (3, 1)).items() if k != "layers/dense/vars/0"}))
with h5py.File(memory, "a") as file:
    kept = file["layers/dense/vars"].create_dataset("0", data=np.zeros((2, 3), "V2"), track_times=False)
    kept.attrs["dtype"] = "bfloat16"
archive("bfloat16.keras", good, memory.getvalue())

# Weights that do not fit.
archive("units.keras", model([dense(4), chain[1]]))
archive("not_a_chain.keras", good, image(variables((2, 3), (4, 1))))
archive("no_weights_of_layer.keras", good, image(variables((2, 3))))
archive("no_bias.keras", good, image({k: v for k, v in variables((2, 3), (3, 1)).items() if k != "layers/dense_1/vars/1"}))
archive("rank.keras", good, image(variables((2, 3)) | {
    "layers/dense_1/vars/0": np.zeros((3, 1, 1), "f4"), "layers/dense_1/vars/1": np.zeros(1, "f4")}))
archive("nan.keras", good, image(variables((2, 3)) | {
    "layers/dense_1/vars/0": np.full((3, 1), np.nan, "f4"), "layers/dense_1/vars/1": np.zeros(1, "f4")}))
archive("no_mean.keras", model([layer("Normalization", "normalization", axis=[-1])] + chain))


def h5(name, config, weights, layer_names, format="keras-h5", root="model_weights"):
    """A file by layers: weights are lists of names and arrays."""
    with h5py.File(place(format, name), "w") as file:
        if config is not None:
            file.attrs["model_config"] = config if isinstance(config, str) else json.dumps(config)
        group = file.require_group(root) if root else file
        if layer_names is not None:
            group.attrs["layer_names"] = layer_names
        for name, arrays in weights.items():
            inner = group.create_group(name)
            inner.attrs["weight_names"] = [path for path, _ in arrays]
            for path, array in arrays:
                if array is not None:
                    inner.create_dataset(path, data=array, track_times=False)


kernel, bias = np.full((2, 1), 0.5, "f4"), np.zeros(1, "f4")
one = {"class_name": "Sequential", "config": [dense(1, "sigmoid")]}
h5("no_list.h5", one, {"dense": [("kernel:0", kernel), ("bias:0", bias)]}, None)
h5("not_in_the_list.h5", one, {"dense": [("kernel:0", kernel), ("bias:0", bias)]}, ["dense_1"])
h5("missing_array.h5", one, {"dense": [("kernel:0", kernel), ("bias:0", None)]}, ["dense"])
h5("no_json.h5", "{'class_name': 'Sequential'}", {}, [])
h5("architecture_alone.h5", one, {}, None, root="")

h5("quantized.h5", one, {"dense": [("bias", bias), ("kernel", kernel.astype("i1")), ("kernel_scale", bias)]}, ["dense"])
h5("lora.h5", one, {"dense": [
    ("bias", bias), ("lora_kernel_a", kernel), ("lora_kernel_b", kernel[:1]), ("kernel", kernel)]}, ["dense"])
h5("bfloat16.h5", one, {"dense": [("kernel", np.zeros((2, 1), "V2")), ("bias", np.zeros(1, "V2"))]}, ["dense"])

h5("embedding.weights.h5", None, {"embedding": [("embeddings", np.zeros((9, 4, 2), "f4"))]}, ["embedding"],
   "keras-weights", "")
h5("activations.weights.h5", None, {"dense": [("kernel", kernel), ("bias", bias)]}, ["dense"], "keras-weights", "")
with open(place("keras-weights", "nested.weights.h5"), "wb") as file:
    file.write(image(variables((2, 3)) | {"layers/sequential/layers/dense/vars/0": kernel}))
with open(place("keras-weights", "batch_normalization.weights.h5"), "wb") as file:
    file.write(image(variables((2, 3)) | {f"layers/batch_normalization/vars/{i}": np.ones(3, "f4") for i in range(4)}))


def counted(name, arrays):
    with open(place("keras-weights", name + ".weights.h5"), "wb") as file:
        file.write(image(variables((2, 3), (3, 1)) | arrays))


counted("counted_embedding", {"layers/embedding/vars/0": kernel})
counted("counted_einsum_dense", {"layers/einsum_dense/vars/0": kernel, "layers/einsum_dense/vars/1": bias})
for group in ("rescaling", "normalization", "add", "global_average_pooling1d"):
    counted("counted_" + group, {f"layers/{group}/vars": None})
counted("counted_wrapper", {"layers/dense/layer/vars/0": kernel})
counted("outside", {"hid/vars/0": kernel, "hid/vars/1": bias})
counted("outside_root", {"vars/0": kernel})
counted("counted_quantized", {"layers/dense_2/vars/0": kernel.astype("i1"), "layers/dense_2/vars/1": bias})
for name, arrays in (("embedding", [("embedding/embeddings:0", kernel)]), ("add_1", []), ("lambda", []),
                     ("tf.math.multiply", []), ("einsum_dense", [("einsum_dense/kernel:0", kernel)]),
                     ("mine", [("mine/gate:0", kernel), ("mine/bias:0", bias)])):
    h5(f"named_{name}.weights.h5", None, {"dense": [("dense/kernel:0", kernel), ("dense/bias:0", bias)], name: arrays},
       ["dense", name], "keras-weights", "")
