"""Makes the data of the benchmarks, always the same: make_data.py OUTPUT KIND …

columns FILE.mat           X and Y of the notebook's data, (inputs, examples), as NPZ
positions ROWS DIGITS      CSV rows of two numbers in [-1, 1]: DIGITS 6, or 17 for all digits
field ROWS                 examples of two inputs on both sides of a line, X and y, as NPZ
classes INPUTS ROWS N      examples of N classes, X and y, as NPZ
examples ROWS h5|csv       examples of 20 inputs and two classes, X and y or a table
hdf5 ROWS LAYOUT           (ROWS, 2) as data: contiguous, gzip, shuffle+gzip
mat ROWS                   (ROWS, 2) as data, MAT v7
datasets COUNT             HDF5 with so many small datasets
gigabyte                   HDF5 with an array of 1 GB that takes no place on the disk
"""

import os
import sys

import numpy as np

output, kind, *arguments = sys.argv[1:]
random = np.random.default_rng(7)


def positions(rows, digits=6):
    x = random.uniform(-1, 1, size=(rows, 2))
    return np.round(x, 6) if digits == 6 else x


def columns(path):
    import scipy.io

    data = scipy.io.loadmat(path)
    save(X=np.ascontiguousarray(data["X"].T), Y=np.ascontiguousarray(data["y"].T).astype(float))


def save(**arrays):
    with open(output, "wb") as file:
        np.savez(file, **arrays)


def csv(rows, digits):
    import polars

    with open(output, "wb") as file:
        for first in range(0, int(rows), 1_000_000):
            part = positions(min(1_000_000, int(rows) - first), int(digits))
            polars.DataFrame(part, schema=["x1", "x2"], orient="row").write_csv(
                file, include_header=False, float_precision=6 if digits == "6" else None
            )


def field(rows):
    x = positions(int(rows))
    label = x[:, 1] + 0.14 * random.standard_normal(len(x)) > 1.15 * x[:, 0] - 0.05
    save(X=x, y=label.astype(float)[:, None])


def classes(inputs, rows, count):
    inputs, rows, count = int(inputs), int(rows), int(count)
    x = random.standard_normal((rows, inputs))
    y = np.argmax(
        x @ random.standard_normal((inputs, count)) + np.tanh(x @ random.standard_normal((inputs, count)) * 2), axis=1
    )
    save(X=x, y=y.astype(float)[:, None])


def examples(rows, ending):
    x = random.standard_normal((int(rows), 20))
    y = (x @ random.standard_normal(20) + random.standard_normal(len(x)) > 0).astype(float)
    if ending == "h5":
        import h5py

        with h5py.File(output, "w") as file:
            file["X"], file["y"] = x, y[:, None]
    else:
        import polars

        polars.DataFrame(np.column_stack([x, y]), orient="row").write_csv(
            output, include_header=False, float_precision=6
        )


def hdf5(rows, layout):
    import h5py

    options = {
        "contiguous": {},
        "gzip": {"compression": 4, "chunks": (16384, 2)},
        "shuffle+gzip": {"compression": 4, "shuffle": True, "chunks": (16384, 2)},
    }[layout]
    with h5py.File(output, "w") as file:
        file.create_dataset("data", data=positions(int(rows)), **options)


def mat(rows):
    import scipy.io

    with open(output, "wb") as file:
        scipy.io.savemat(file, {"data": positions(int(rows))}, do_compression=True)


def datasets(count):
    import h5py

    with h5py.File(output, "w") as file:
        for number in range(int(count)):
            file[f"d{number:06}"] = np.arange(4.0)


def gigabyte():
    import h5py

    with h5py.File(output, "w") as file:
        create = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        create.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
        create.set_fill_time(h5py.h5d.FILL_TIME_NEVER)
        space = h5py.h5s.create_simple((62_500_000, 2))
        h5py.h5d.create(file.id, b"data", h5py.h5t.NATIVE_DOUBLE, space, create)


{
    "columns": columns,
    "positions": csv,
    "field": field,
    "classes": classes,
    "examples": examples,
    "hdf5": hdf5,
    "mat": mat,
    "datasets": datasets,
    "gigabyte": gigabyte,
}[kind](*arguments)
