"""A full training step of a network of relus, ours and peers': the loss, its gradient, and w -= 0.1 · gradient.

A contender's parameters stand in the order of `training.weights`: neuron by neuron, its weights, then its bias.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice, pairwise
from typing import Any, NamedTuple

import numpy as np
from contest import Prepared, timed
from training import weights

RATE, DECAY = 0.1, 1e-4

Array = Any


class Net(NamedTuple):
    """One output: hinge loss of labels ±1, and L2. Several: softmax cross entropy of classes."""

    sizes: list[int]
    inputs: Array
    labels: Array

    @property
    def hinge(self) -> bool:
        return self.sizes[-1] == 1

    def layers(self) -> list[tuple[Array, Array]]:
        """Weights (neurons, inputs) and biases (neurons,) to begin with."""
        numbers, found = np.array(weights(self.sizes)), []
        for inputs, neurons in pairwise(self.sizes):
            layer, numbers = np.split(numbers, [neurons * (inputs + 1)])
            found.append((layer.reshape(neurons, -1)[:, :-1].copy(), layer.reshape(neurons, -1)[:, -1].copy()))
        return found


def net(task: str) -> Net:
    """The network and data of a task: "moons", "digits", or sizes, as in "784-256-10", for 128 random samples."""
    if task == "moons":
        from sklearn.datasets import make_moons

        X, y = make_moons(n_samples=100, noise=0.1, random_state=0)
        return Net([2, 16, 16, 1], X, 2.0 * y - 1.0)
    if task == "digits":
        from nn import data

        X, y = (part[:128] for part in data.digits()[:2])
        return Net([64, 32, 10], np.array(X), np.array(y))
    sizes, draws = list(map(int, task.split("-"))), np.random.default_rng(1)
    return Net(sizes, draws.uniform(size=(128, sizes[0])), draws.integers(sizes[-1], size=128))


def prepared(step: Callable[[], float], parameters: Callable[[], Array]) -> Prepared:
    """The first gradient and losses are checked, further steps are timed."""
    before = parameters().copy()
    losses = [step()]
    gradient = (before - parameters()) / RATE
    losses += [step(), step()]
    return Prepared({"gradients": gradient.tolist(), "losses": losses}, timed(step))


def in_order(layers: list[tuple[Array, Array]]) -> Array:
    """All parameters, neuron by neuron, of weights (neurons, inputs) and biases."""
    return np.concatenate([np.column_stack([np.asarray(W), np.asarray(b)]).ravel() for W, b in layers])


# ---- contenders


def replayed(task: str, engine: str) -> Prepared:
    """Recorded on one sample, replayed on all; the parameters in one vector."""
    this = net(task)
    compiled, P, y = recorded(this, engine)
    value_and_grad = compiled.prepare(P, this.inputs, y, gradient=1.0 / len(y))

    def step() -> float:
        losses, gradient = value_and_grad()
        gradient *= RATE
        np.subtract(P, gradient, out=P)
        return float(losses.sum()) / len(y)

    return prepared(step, lambda: P)


def recorded(this: Net, engine: str) -> tuple[Any, Array, Array]:
    """The loss of a sample, compiled; the parameters to begin with; the targets, classes as vectors of 0 and 1."""
    from autograd import compile, dot, logsumexp, relu

    def loss(P: Array, x: Array, y: Array) -> Any:
        parameters, h = iter(P.tolist()), x.tolist()
        for inputs, neurons in pairwise(this.sizes):
            rows = [list(islice(parameters, inputs + 1)) for _ in range(neurons)]
            z = [dot(row[:-1], h, row[-1]) for row in rows]
            h = list(map(relu, z))
        return relu(1.0 - y * z[0]) + DECAY * dot(P, P) if this.hinge else logsumexp(z) - dot(y, z)

    targets = this.labels if this.hinge else np.eye(this.sizes[-1])[this.labels]
    return compile(loss, in_axes=(None, 0, 0), engine=engine), np.array(weights(this.sizes)), targets


def pytorch(task: str) -> Prepared:
    """PyTorch, eager."""
    import torch

    torch.set_num_threads(1)
    this = net(task)
    X, y = torch.tensor(this.inputs), torch.tensor(this.labels)
    parameters = [torch.tensor(part, requires_grad=True) for layer in this.layers() for part in layer]
    linear, cross_entropy = torch.nn.functional.linear, torch.nn.functional.cross_entropy

    def step() -> float:
        h = X
        for W, b in zip(parameters[:-2:2], parameters[1:-2:2], strict=True):
            h = torch.relu(linear(h, W, b))
        z = linear(h, *parameters[-2:])
        if this.hinge:
            loss = torch.relu(1.0 - y * z[:, 0]).mean() + DECAY * sum(p.square().sum() for p in parameters)
        else:
            loss = cross_entropy(z, y)
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            torch._foreach_add_(parameters, gradients, alpha=-RATE)
        return float(loss.item())

    arrays = [p.detach().numpy() for p in parameters]
    return prepared(step, lambda: in_order(list(zip(arrays[::2], arrays[1::2], strict=True))))


def jax_jit(task: str) -> Prepared:
    """jax, the whole step compiled."""
    import jax
    from jax import numpy as jnp

    this = net(task)
    X, y = jnp.asarray(this.inputs), jnp.asarray(this.labels)
    layers = [(jnp.asarray(W.T), jnp.asarray(b)) for W, b in this.layers()]

    def loss(layers: Any) -> Any:
        h = X
        for W, b in layers[:-1]:
            h = jax.nn.relu(h @ W + b)
        z = h @ layers[-1][0] + layers[-1][1]
        if this.hinge:
            return jax.nn.relu(1.0 - y * z[:, 0]).mean() + DECAY * sum((p * p).sum() for W, b in layers for p in (W, b))
        return -jnp.take_along_axis(jax.nn.log_softmax(z), y[:, None], 1).mean()

    @jax.jit
    def stepped(layers: Any) -> Any:
        found, gradient = jax.value_and_grad(loss)(layers)
        return found, jax.tree.map(lambda p, g: p - RATE * g, layers, gradient)

    def step() -> float:
        nonlocal layers
        found, layers = stepped(layers)
        return float(found)

    return prepared(step, lambda: in_order([(W.T, b) for W, b in layers]))
