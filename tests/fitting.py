"""A small model, seven samples to train it on, and how: what tests of `fit` share."""

from __future__ import annotations

from autograd import Value
from nn import MLP, SGD, Module, fit

X = [[0.5, -1.0], [1.5, 0.5], [-0.5, 0.25], [0.25, 1.0], [-1.0, -0.75], [1.0, -0.25], [0.0, 0.75]]
Y = [0.3, 1.1, -0.6, 0.2, -1.3, 0.7, 0.9]
HELD = ([[0.1, 0.2], [-0.3, 0.4], [0.6, -0.5]], [0.1, 0.9, -0.4])


class Line(Module):
    """w · x, for one feature."""

    def __init__(self):
        self.w = Value(0.5)

    def __call__(self, x):
        return self.w * x[0]


def mlp(**options):
    return MLP(2, [3, 1], activation="tanh", seed=1, **options)


def train(model=None, X=X, y=Y, **options):
    settings = {"loss": "mean_squared_error", "epochs": 3, "batch_size": 3, "seed": 0}
    return fit(mlp() if model is None else model, X, y, **{**settings, **options})


def fast_sgd(model):
    return SGD(model, lr=0.2)


def count(predictions, targets):
    """A metric."""
    return len(targets)
