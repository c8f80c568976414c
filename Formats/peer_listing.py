"""What the program that owns a format finds in a file: python3 peer_listing.py PROGRAM FILE

Prints one line for each array, in the form of listing.py; ends with 3 where the program is not installed.
"""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
try:
    import numpy as np

    from listing import numbers
except ImportError:
    sys.exit(3)


def scipy(path):
    import scipy.io

    for name, array in scipy.io.loadmat(path, chars_as_strings=False).items():
        if not name.startswith("__"):
            yield name, array


def octave(path):
    """What Octave has in its memory, by way of a file that it saves."""
    import shutil
    import subprocess
    import tempfile

    if shutil.which("octave-cli") is None:
        raise ImportError("Octave is not installed")
    with tempfile.TemporaryDirectory() as folder:
        program = "found = load(getenv('FOUND')); save('-v7', getenv('SAVED'), '-struct', 'found');"
        saved = os.path.join(folder, "saved.mat")
        subprocess.run(
            ["octave-cli", "-q", "--no-init-file", "--eval", program], check=True,
            env=os.environ | {"FOUND": path, "SAVED": saved})
        return list(scipy(saved))


def h5py(path):
    import h5py

    found = []

    def visit(name, item):
        if isinstance(item, h5py.Dataset):
            found.append((name, item[()]))

    with h5py.File(path, "r") as file:
        file.visititems(visit)
    return found


def numpy(path):
    loaded = np.load(path, allow_pickle=False)
    if isinstance(loaded, np.ndarray):
        return [("", loaded)]
    return [(name, loaded[name]) for name in loaded.files]


def safetensors(path):
    from safetensors.numpy import load_file

    return list(load_file(path).items())


def hdf5storage(path):
    import hdf5storage

    names = {name.split("/")[0]: None for name, _ in h5py(path)}
    options = hdf5storage.Options(matlab_compatible=True)
    return [(name, hdf5storage.read(path=name, filename=path, options=options)) for name in names]


def mat73(path):
    import mat73

    return list(mat73.loadmat(path, only_include=None).items())


def pandas(path):
    import pandas

    separator = "\t" if path.endswith(".tsv") else ","
    frame = pandas.read_csv(path, sep=separator, float_precision="round_trip")
    return [("data", frame.to_numpy(dtype=np.float64))]


def sklearn(path):
    from sklearn.datasets import load_svmlight_file

    features, labels = load_svmlight_file(path)
    return [("X", features.toarray()), ("y", labels)]


if __name__ == "__main__":
    program, path = sys.argv[1:]
    try:
        arrays = list(globals()[program](path))
    except ImportError:
        sys.exit(3)
    for name, array in arrays:
        print(numbers(name, np.asarray(array)))
