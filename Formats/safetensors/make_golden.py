"""Writes golden/*.safetensors with safetensors, from NumPy and from PyTorch, and *.expected: python3 make_golden.py

Needs safetensors, NumPy and PyTorch. The expected lines come from the arrays that were written.
"""
import json
import os
import struct
import sys

import numpy as np
import torch
from safetensors import safe_open
from safetensors.numpy import save_file
from safetensors.torch import save_file as save_torch

here = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(here, ".."))
import listing

golden = os.path.join(here, "golden")


def write_expected(path, line):
    """One line for each tensor, in the order of their places."""
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
    header.pop("__metadata__", None)
    # Arrays without elements may share their place with another.
    names = sorted(header, key=lambda name: (header[name]["data_offsets"], name))
    listing.write(path + ".expected", [line(name) for name in names])


def numpy_file(stem, arrays, metadata=None):
    path = os.path.join(golden, stem + ".safetensors")
    save_file(arrays, path, metadata=metadata)
    write_expected(path, lambda name: listing.numbers(name, arrays[name]))


def types():
    arrays = {"bool": np.array([[True, False, True], [False, False, True]])}
    for bits in (8, 16, 32, 64):
        for kind in ("int", "uint"):
            info = np.iinfo(f"{kind}{bits}")
            arrays[info.dtype.name] = np.array([[info.min, info.max, 1], [2, 3, 4]], dtype=info.dtype)
    for name in ("float16", "float32", "float64"):
        info = np.finfo(name)
        arrays[name] = np.array(
            [[info.min, info.max, info.tiny, info.smallest_subnormal], [-0.0, np.nan, np.inf, -np.inf]], dtype=name)
    arrays["complex64"] = np.array([[1 - 2j, 0.5j], [np.inf, -0.0]], dtype="c8")
    return arrays


def torch_file():
    """What NumPy has no type for: bfloat16, and numbers of 8 bits."""
    tensors = {
        # Every sign and exponent with some fractions: subnormal numbers, infinities and NaN are among them.
        "patterns": torch.arange(0, 65536, 37, dtype=torch.int32).to(torch.uint16).view(torch.bfloat16),
        "matrix": torch.arange(12).reshape(3, 4).to(torch.bfloat16) / 8,
        "scalar": torch.tensor(-1.5, dtype=torch.bfloat16),
        "none": torch.zeros((0, 3), dtype=torch.bfloat16),
        "float32": torch.arange(4.0),
        "e4m3": torch.ones(2, 3).to(torch.float8_e4m3fn),
        "e5m2": torch.ones(3).to(torch.float8_e5m2),
    }
    path = os.path.join(golden, "torch.safetensors")
    save_torch(tensors, path, metadata={"format": "pt"})

    def line(name):
        tensor = tensors[name]
        if "float8" in str(tensor.dtype):
            kind = {"e4m3": "F8_E4M3", "e5m2": "F8_E5M2"}[name]
            return listing.other(name, f"numbers of 8 bits ({kind})", tuple(tensor.shape))
        if tensor.dtype == torch.bfloat16:
            # By its bits: a conversion may make another NaN of one.
            bits = tensor.view(torch.uint16).numpy().astype(np.uint32) << 16
            return listing.numbers(name, bits.view(np.float32))
        return listing.numbers(name, tensor.numpy())

    write_expected(path, line)


def by_hand():
    """What the reference reads and no writer writes: blanks, names in any order, no filling, unknown members."""
    header = """ {
  "b": {"data_offsets": [8, 14], "shape": [3], "dtype": "I16", "remark": "more"},
  "__metadata__": null,
  "e": {"shape": [0], "dtype": "F32", "data_offsets": [8, 8]},
  "a/\\u00e4 \\"x\\"": {"dtype": "F64", "shape": [], "data_offsets": [0, 8]}
}
""".encode()
    path = os.path.join(golden, "hand.safetensors")
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(header)) + header + struct.pack("<d3h", 0.5, 1, -2, 3))
    arrays = {name: array for name, array in safe_open(path, framework="np").get_tensors().items()}
    assert [n for n in json.loads(header) if n != "__metadata__"] == ["b", "e", 'a/ä "x"'] and len(arrays) == 3
    listing.write(path + ".expected", [listing.numbers(name, arrays[name]) for name in ('a/ä "x"', "e", "b")])


if __name__ == "__main__":
    numpy_file("numpy_types", types())
    numpy_file("numpy_shapes", {
        "x".join(map(str, shape)) or "scalar": np.arange(1, 1 + int(np.prod(shape)), dtype="f4").reshape(shape)
        for shape in ((), (1,), (3,), (0,), (0, 3), (3, 0), (2, 3), (1, 3), (2, 3, 4), (2, 1, 3, 1))
    }, metadata={"author": "Zoë", "note": 'line\nand "quotes"'})
    numpy_file("numpy_empty", {})
    torch_file()
    by_hand()
