"""Training in batches with adam in scikit-learn's MLPClassifier.

batches_sklearn.py DATA.npz SETTINGS        SETTINGS: as batches_torch.py's
"""

import json
import sys
import time
import warnings

import numpy as np
from sklearn.neural_network import MLPClassifier

warnings.filterwarnings("ignore")
data, settings = np.load(sys.argv[1]), json.loads(sys.argv[2])
x, y = data["X"].astype(settings["precision"]), data["y"][:, 0]
steps = -(-len(y) // settings["batch"])
# alpha is divided by the batch's examples there, lambda by all examples here.
model = MLPClassifier(
    settings["hidden"],
    alpha=settings["lambda"] * settings["batch"] / len(y),
    batch_size=settings["batch"],
    max_iter=settings["iterations"] // steps,
    learning_rate_init=settings["rate"],
    n_iter_no_change=10**6,
    random_state=1,
)
start = time.process_time()
model.fit(x, y)
seconds = time.process_time() - start
print("result\t" + json.dumps({"accuracy": model.score(x, y)}))
print(f"figure\ttraining\t{seconds}\t{seconds}\t1")
