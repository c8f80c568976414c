"""Models that were written here, as coremltools sees them: python3 check_coreml.py FOLDER

Every NAME.mlmodel in the folder is loaded; its layers are computed with NumPy (compute.py) on the rows x of NAME.npz and
compared with its outputs y. One line for each: the name, the largest difference, and the largest of |y|, separated by
tabs; or the name and what is wrong.
"""
import glob
import logging
import os
import sys

logging.disable(logging.CRITICAL)
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import coremltools
import numpy as np
from compute import compute

for path in sorted(glob.glob(os.path.join(sys.argv[1], "*.mlmodel"))):
    name = os.path.basename(path)[:-8]
    try:
        spec = coremltools.utils.load_spec(path)
        coremltools.models.MLModel(spec, skip_model_load=True)
        arrays = np.load(path[:-8] + ".npz")
        y = compute(spec, arrays["x"])
        print(name, float(np.abs(y - arrays["y"]).max()), float(np.abs(arrays["y"]).max()), sep="\t")
    except Exception as error:
        print(name, "failed", str(error).replace("\n", " ")[:300], sep="\t")
