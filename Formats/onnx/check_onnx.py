"""Networks that were written here, as onnx and onnxruntime see them: python3 check_onnx.py FOLDER

Every NAME.onnx in the folder is checked, run on the rows x of NAME.npz and compared with its outputs y. One line for
each: the name, the largest difference, and the largest of |y|, separated by tabs; or the name and what is wrong.
"""
import glob
import os
import sys

import numpy as np
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(4)
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.onnx"))):
    name = os.path.basename(path)[:-5]
    try:
        onnx.checker.check_model(path, full_check=True)
        session = onnxruntime.InferenceSession(path, options)
        arrays = np.load(path[:-5] + ".npz")
        kind = np.float64 if session.get_inputs()[0].type == "tensor(double)" else np.float32
        y = session.run(None, {session.get_inputs()[0].name: arrays["x"].astype(kind)})[0].astype(np.float64)
        print(name, float(np.abs(y - arrays["y"]).max()), float(np.abs(arrays["y"]).max()), sep="\t")
    except Exception as error:
        print(name, "failed", str(error).replace("\n", " ")[:300], sep="\t")
