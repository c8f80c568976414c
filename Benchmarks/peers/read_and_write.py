"""Arrays of files in Python, in one process: read_and_write.py h5py|loadmat|savemat FILE ROUNDS"""

import json
import os
import statistics
import sys
import time

kind, path, rounds = sys.argv[1], sys.argv[2], int(sys.argv[3])
if kind == "h5py":
    import h5py

    def work():
        with h5py.File(path) as file:
            return file["data"][()]

else:
    import scipy.io

    def work():
        return scipy.io.loadmat(path)["data"]


array = work()
if kind == "savemat":
    output = sys.argv[4]

    def work():
        scipy.io.savemat(output, {"data": array}, do_compression=True)


print("result\t" + json.dumps({"sum": float(array.sum())}))
seconds = []
for _ in range(rounds):
    start = time.process_time()
    work()
    seconds.append(time.process_time() - start)
print(
    f"figure\t{'writing' if kind == 'savemat' else 'reading'}\t{min(seconds)}\t{statistics.median(seconds)}\t{rounds}"
)
