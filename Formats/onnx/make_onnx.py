"""Files that the onnx package writes: every type and encoding of a tensor, and graphs of one kind each.

python make_onnx.py FOLDER EXTERNAL-FOLDER (onnx, numpy)
"""
import os
import sys

import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import helper, numpy_helper

folder, external = sys.argv[1:3]


def save(name, nodes, tensors=(), inputs=("x",), outputs=("y",), sparse=(), opset=13, shapes={}, properties=None):
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info(i, T.FLOAT, shapes.get(i, ["N", 3])) for i in inputs],
        [helper.make_tensor_value_info(o, T.FLOAT, None) for o in outputs], list(tensors),
        sparse_initializer=list(sparse))
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)
    if properties:
        helper.set_model_props(model, properties)
    with open(f"{folder}/{name}.onnx", "wb") as file:
        file.write(model.SerializeToString())
    return model


# Every type, as bytes and as numbers.
types = [T.FLOAT, T.DOUBLE, T.FLOAT16, T.BFLOAT16, T.INT8, T.INT16, T.INT32, T.INT64, T.UINT8, T.UINT16, T.UINT32,
         T.UINT64, T.BOOL, T.COMPLEX64, T.COMPLEX128]
tensors = []
for kind in types:
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    name = T.DataType.Name(kind).lower()
    low = 0 if name.startswith(("u", "bool")) else -2
    values = np.array([[1, 0, 1], [0, 1, 1]] if name == "bool" else [[low, 1, 2], [3, 100, 0]]).astype(dtype)
    if name.startswith("complex"):
        values = values + dtype.type(0.5j)
    plain = [bool(v) for v in values.ravel()] if name == "bool" else values.ravel().tolist()
    tensors.append(helper.make_tensor(f"{name}_numbers", kind, [2, 3], plain))
    tensors.append(helper.make_tensor(f"{name}_bytes", kind, [2, 3], values.tobytes(), raw=True))
tensors.append(helper.make_tensor("scalar", T.FLOAT, [], [0.5]))
tensors.append(helper.make_tensor("empty", T.FLOAT, [0, 3], []))
tensors.append(helper.make_tensor("text", T.STRING, [2], [b"a", b"b"]))
tensors.append(helper.make_tensor("int4", T.INT4, [2], [1, -2]))
save("types", [helper.make_node("Identity", ["x"], ["y"])], tensors, properties={"author": "nobody", "rows": "6"})

# Constants of every kind of attribute, and a sparse tensor in both forms of its indices.
values = helper.make_tensor("sparse", T.FLOAT, [2], [3.0, 4.0])
linear = helper.make_sparse_tensor(values, helper.make_tensor("i", T.INT64, [2], [1, 5]), [2, 3])
values2 = helper.make_tensor("sparse_pairs", T.DOUBLE, [2], [3.0, 4.0])
pairs = helper.make_sparse_tensor(values2, helper.make_tensor("i", T.INT64, [2, 2], [0, 1, 1, 2]), [2, 3])
save("constants", [
    helper.make_node("Constant", [], ["c_tensor"], value=numpy_helper.from_array(np.arange(3.0))),
    helper.make_node("Constant", [], ["c_float"], value_float=0.5),
    helper.make_node("Constant", [], ["c_floats"], value_floats=[0.5, 1.5]),
    helper.make_node("Constant", [], ["c_int"], value_int=-7),
    helper.make_node("Constant", [], ["c_ints"], value_ints=[1, 2, 3]),
    helper.make_node("Identity", ["x"], ["y"]),
], sparse=[linear, pairs])

# A Gemm in every form; a graph whose tensors are listed among its inputs too.
rng = np.random.RandomState(0)


def tensor(name, *shape):
    return numpy_helper.from_array(rng.randn(*shape).astype(np.float32), name)


save("gemm", [
    helper.make_node("Gemm", ["x", "a", "ab"], ["h1"], alpha=0.5, beta=2.0),
    helper.make_node("Relu", ["h1"], ["h2"]),
    helper.make_node("Gemm", ["h2", "b"], ["h3"], transB=1),
    helper.make_node("Tanh", ["h3"], ["h4"]),
    helper.make_node("Gemm", ["h4", "c", "cb"], ["y"]),
], [tensor("a", 3, 4), tensor("ab", 1, 4), tensor("b", 5, 4), tensor("c", 5, 2), tensor("cb", 1)])
save("old_inputs", [
    helper.make_node("Identity", ["w"], ["shared"]),
    helper.make_node("Transpose", ["shared"], ["turned"], perm=[1, 0]),
    helper.make_node("MatMul", ["x", "turned"], ["h1"]),
    helper.make_node("Add", ["b", "h1"], ["h2"]),
    helper.make_node("Dropout", ["h2"], ["h3"]),
    helper.make_node("Softmax", ["h3"], ["y"]),
], [tensor("w", 4, 3), tensor("b", 4)], inputs=("x", "w", "b"), opset=12, shapes={"w": [4, 3], "b": [4]})
save("normalized", [
    helper.make_node("Sub", ["x", "mean"], ["h1"]),
    helper.make_node("Div", ["h1", "deviation"], ["h2"]),
    helper.make_node("MatMul", ["h2", "w"], ["h3"]),
    helper.make_node("Add", ["h3", "b"], ["h4"]),
    helper.make_node("LeakyRelu", ["h4"], ["h5"], alpha=0.25),
    helper.make_node("BatchNormalization", ["h5", "s", "t", "m", "v"], ["h6"], epsilon=0.001),
    helper.make_node("Gemm", ["h6", "w2"], ["h7"]),
    helper.make_node("Reshape", ["h7", "shape"], ["y"]),
], [tensor("mean", 3), numpy_helper.from_array(np.float32([2, 4, 0.5]), "deviation"), tensor("w", 3, 4), tensor("b", 4),
    tensor("s", 4), tensor("t", 4), tensor("m", 4), numpy_helper.from_array(np.float32([1, 2, 3, 4]), "v"),
    tensor("w2", 4, 1), numpy_helper.from_array(np.int64([-1]), "shape")])

# What is no chain of dense layers: listed, and refused as a network.
save("branch", [
    helper.make_node("Gemm", ["x", "w"], ["h1"], name="first"),
    helper.make_node("Gemm", ["h1", "w"], ["h2"], name="second"),
    helper.make_node("Add", ["h1", "h2"], ["y"], name="sum"),
], [tensor("w", 3, 3)])
save("two_inputs", [helper.make_node("Add", ["x", "z"], ["y"])], inputs=("x", "z"))
save("two_outputs", [
    helper.make_node("Gemm", ["x", "w"], ["h1"]), helper.make_node("Gemm", ["h1", "w"], ["y"]),
    helper.make_node("Gemm", ["h1", "w"], ["z"])], [tensor("w", 3, 3)], outputs=("y", "z"))
save("log_softmax", [
    helper.make_node("Gemm", ["x", "w"], ["h1"]), helper.make_node("LogSoftmax", ["h1"], ["y"], name="log")],
     [tensor("w", 3, 3)])
save("hard_swish", [
    helper.make_node("Gemm", ["x", "w"], ["h1"]), helper.make_node("HardSwish", ["h1"], ["y"])],
     [tensor("w", 3, 3)], opset=14)

# Numbers in a file beside the model.
model = save("external", [helper.make_node("Gemm", ["x", "w", "b"], ["y"], transB=1)], [tensor("w", 2, 3), tensor("b", 2)])
onnx.save(model, f"{external}/external.onnx", save_as_external_data=True, location="external.bin", size_threshold=0)
os.remove(f"{folder}/external.onnx")
