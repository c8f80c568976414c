"""Files go to programs without Python and come back: python3 interop.py

By hand; reg-convert is taken from the PATH, Octave, matdump (matio) and h5dump where they are installed. Prints a line
for each way and ends with 1 where something differs.
"""
import glob
import os
import shutil
import subprocess
import sys
import tempfile

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))

ARRAYS = {
    "d": np.array([[1.5, -0.0, np.inf], [2.25, 1e-300, -7]]), "f": np.array([[0.1, 3]], np.float32),
    "i8": np.array([[-128], [127]], np.int8), "u16": np.array([[65535, 1]], np.uint16),
    "i64": np.array([[2**53 + 1, -1]], np.int64), "b": np.array([[True, False]]),
    "nd": np.arange(24.0).reshape(2, 3, 4), "c": np.array([[1 + 2j, -0.5j]]), "e": np.zeros((0, 3)),
}
MATIO_CLASSES = {
    "d": "DOUBLE", "f": "SINGLE", "i8": "INT8", "u16": "UINT16", "i64": "INT64", "b": "UINT8", "nd": "DOUBLE",
    "c": "DOUBLE", "e": "DOUBLE",
}
HDF5_NAMES = {"d": "H5T_IEEE_F64LE", "f": "H5T_IEEE_F32LE", "i8": "H5T_STD_I8LE", "u16": "H5T_STD_U16LE"}


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    return done.stdout, "" if done.returncode == 0 else f"ended with {done.returncode}: {done.stderr.strip()[:200]}"


def matdump(path, names):
    """What matio does not find as it was written."""
    text, problem = run("matdump", "-f", "whos", path)
    if problem:
        return problem
    found = {fields[0]: (fields[1], fields[-1]) for fields in map(str.split, text.splitlines()) if len(fields) >= 4}
    for name in names:
        expected = ("x".join(str(n) for n in ARRAYS[name].shape), f"mx{MATIO_CLASSES[name]}_CLASS")
        if found.get(name) != expected:
            return f"{name} is {found.get(name)}, not {expected}"
    return ""


def h5dump(path, folder):
    """What h5dump does not find as it was written."""
    text, problem = run("h5dump", "-H", path)
    if problem:
        return problem
    for name, type_name in HDF5_NAMES.items():
        if type_name not in text.split(f'DATASET "{name}"')[1][:120]:
            return f"{name} is not {type_name}"
        raw = os.path.join(folder, "raw")
        _, problem = run("h5dump", "-d", "/" + name, "-b", "LE", "-o", raw, path)
        with open(raw, "rb") as file:
            if problem or file.read() != ARRAYS[name].tobytes():
                return f"{name} differs {problem}"
    return ""


def check(way, problem):
    print(f"{way}: {problem or 'equal'}")
    return bool(problem)


def main():
    failed = False
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "source.npz")
        np.savez(source, **ARRAYS)
        for to, names in (("mat4", ["d", "c"]), ("mat5", list(ARRAYS)), ("mat73", list(ARRAYS))):
            written = os.path.join(folder, to + ".mat")
            _, problem = run("reg-convert", source, written, "--to", to, "--arrays", ",".join(names))
            if shutil.which("matdump"):
                failed |= check(f"reg-convert > {to} > matdump", problem or matdump(written, names))
        for options in ([], ["--compress", "6"]):
            written = os.path.join(folder, "ours.h5")
            _, problem = run("reg-convert", source, written, *options)
            if shutil.which("h5dump"):
                way = " ".join(["reg-convert > h5"] + options + ["> h5dump"])
                failed |= check(way, problem or h5dump(written, folder))
    if shutil.which("octave-cli"):
        for script in sorted(glob.glob(os.path.join(HERE, "*", "check_octave.py"))):
            failed |= subprocess.run([sys.executable, script]).returncode != 0
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
