"""The notebook's training as one compiled fori_loop of JAX with the gradient by hand, masks drawn once.

notebook_jax.py DATA.npz LAMBDA KEEP
"""

import json
import sys
import time

import jax
import jax.numpy as jnp
import numpy as np

jax.config.update("jax_enable_x64", True)
data = np.load(sys.argv[1])
X, Y = jnp.asarray(data["X"]), jnp.asarray(data["Y"])
lambd, keep = float(sys.argv[2]), float(sys.argv[3])
m = X.shape[1]
sizes = [X.shape[0], 20, 3, 1]
np.random.seed(3)
initial = []
for inputs, units in zip(sizes, sizes[1:]):
    initial += [jnp.asarray(np.random.randn(units, inputs) / np.sqrt(inputs)), jnp.zeros((units, 1))]
np.random.seed(1)
D1, D2 = (jnp.asarray((np.random.rand(units, m) <= keep) / keep) for units in sizes[1:3])


def forward(p):
    W1, b1, W2, b2, W3, b3 = p
    A1 = jnp.maximum(W1 @ X + b1, 0)
    A1 = A1 * D1 if keep < 1 else A1
    A2 = jnp.maximum(W2 @ A1 + b2, 0)
    A2 = A2 * D2 if keep < 1 else A2
    return A1, A2, jax.nn.sigmoid(W3 @ A2 + b3)


def step(_, p):
    W1, b1, W2, b2, W3, b3 = p
    A1, A2, A3 = forward(p)
    dZ3 = (A3 - Y) / m
    dZ2 = jnp.where(A2 > 0, W3.T @ dZ3, 0) / keep
    dZ1 = jnp.where(A1 > 0, W2.T @ dZ2, 0) / keep
    one = lambda W, b, dZ, A: (W - 0.3 * (dZ @ A.T + lambd / m * W), b - 0.3 * dZ.sum(axis=1, keepdims=True))
    return (*one(W1, b1, dZ1, X), *one(W2, b2, dZ2, A1), *one(W3, b3, dZ3, A2))


def cost(p):
    A3 = forward(p)[2]
    penalty = lambd / (2 * m) * sum(jnp.sum(p[i] ** 2) for i in (0, 2, 4))
    return -jnp.mean(Y * jnp.log(A3) + (1 - Y) * jnp.log(1 - A3)) + penalty


@jax.jit
def train(p):
    costs = []
    for _ in range(3):
        costs.append(cost(p))
        p = jax.lax.fori_loop(0, 10_000, step, p)
    return costs, p


compiled = train.lower(tuple(initial)).compile()
start = time.process_time()
costs, parameters = compiled(tuple(initial))
parameters[0].block_until_ready()
seconds = time.process_time() - start
print("result\t" + json.dumps({"costs": [float(cost) for cost in costs]}))
print(f"figure\ttraining\t{seconds}\t{seconds}\t1")
