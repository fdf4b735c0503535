"""A full training step of a network of relus, written by hand in NumPy."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from contest import Prepared
from nets import DECAY, RATE, Array, in_order, net, prepared

Layers = list[tuple[Array, Array]]


def step(task: str, update: str = "array by array") -> Prepared:
    """As one writes it; all parameters, and gradients, in one vector each is faster for small ones, and rarer."""
    this = net(task)
    P, layers = in_one_vector(this.sizes)
    G, gradients = in_one_vector(this.sizes)
    for (W, b), (W0, b0) in zip(layers, this.layers(), strict=True):
        W[:], b[:] = W0.T, b0
    moved = [(P, G)] if update == "at once" else list(zip(sum(layers, ()), sum(gradients, ()), strict=True))

    def run() -> float:
        rows = forward(layers, this.inputs)
        loss, d = (hinge if this.hinge else cross_entropy)(rows.pop(), this.labels)
        backward(layers, gradients, rows, d)
        for p, g in moved:
            if this.hinge:
                loss += DECAY * np.vdot(p, p)
                g += 2.0 * DECAY * p
            g *= RATE
            p -= g
        return float(loss)

    return prepared(run, lambda: in_order([(W.T, b) for W, b in layers]))


def in_one_vector(sizes: list[int]) -> tuple[Array, Layers]:
    """A vector, and its parts: weights (inputs, neurons) and biases of each layer."""
    counts = [n for inputs, neurons in pairwise(sizes) for n in (inputs * neurons, neurons)]
    vector = np.zeros(sum(counts))
    parts = np.split(vector, np.cumsum(counts)[:-1])
    return vector, [(W.reshape(-1, len(b)), b) for W, b in zip(parts[::2], parts[1::2], strict=True)]


def forward(layers: Layers, X: Array) -> list[Array]:
    """The inputs of each layer, and the output."""
    rows = [X]
    for W, b in layers:
        z = rows[-1] @ W
        z += b
        rows.append(z)
        if len(rows) <= len(layers):
            np.maximum(z, 0.0, out=z)
    return rows


def hinge(z: Array, y: Array) -> tuple[float, Array]:
    """The loss of scores z (samples, 1), and its gradient."""
    margin = 1.0 - y * z[:, 0]
    return np.maximum(margin, 0.0).mean(), (np.where(margin > 0.0, -y, 0.0) / len(y))[:, None]


def cross_entropy(z: Array, y: Array) -> tuple[float, Array]:
    """The loss of logits z (samples, classes), and its gradient."""
    samples = np.arange(len(y))
    z -= z.max(1, keepdims=True)
    d = np.exp(z)
    sums = d.sum(1, keepdims=True)
    loss = (np.log(sums).sum() - z[samples, y].sum()) / len(y)
    d /= sums
    d[samples, y] -= 1.0
    d /= len(y)
    return loss, d


def backward(layers: Layers, gradients: Layers, rows: list[Array], d: Array) -> None:
    """Gradients in the parameters, from d, that in the output."""
    for (W, _), (dW, db) in zip(reversed(layers), reversed(gradients), strict=True):
        h = rows.pop()
        np.matmul(h.T, d, out=dW)
        d.sum(0, out=db)
        if rows:
            d = d @ W.T
            d *= h > 0.0
