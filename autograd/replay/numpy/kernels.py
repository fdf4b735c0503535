"""What NumPy lacks: exponentials of many numbers that stay finite and accurate, and functions of floats on arrays.

The numbers that belong together lie along the last axis but one; the last is that of the samples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def logsumexp(x: Array, out: Array, exps: Array, sums: Array) -> None:
    """ln Σ exp(x), and what softmax(x) is the quotient of.

    A sum is 1, of the largest x, and the rest. Where the result is almost 0, the logarithm of the sum has lost the
    digits of a small rest: there the rest is summed by itself.

    >>> y, exps, sums = np.empty((1, 1)), np.empty((2, 1)), np.empty((1, 1))
    >>> logsumexp(np.array([[0.0], [-50.0]]), y, exps, sums)
    >>> float(y[0, 0])
    1.9287498479639178e-22
    """
    top = np.maximum.reduce(x, axis=-2, keepdims=True)
    np.exp(np.subtract(x, top, out=exps), out=exps)
    np.add.reduce(exps, axis=-2, keepdims=True, out=sums)
    np.add(top, np.log(sums, out=out), out=out)
    if np.minimum.reduce(out, axis=None) < 1e-3:
        rest = np.add.reduce(exps * (exps < 1.0), axis=-2, keepdims=True)
        np.add(top, np.log1p(np.where(sums < 1.5, rest, sums - 1.0)), out=out)  # two that are largest make 2


def softmax(x: Array, out: Array | None = None) -> Array:
    """exp(x) / Σ exp(x).

    >>> softmax(np.array([[1000.0], [1000.0]])).tolist()
    [[0.5], [0.5]]
    """
    y: Array = np.subtract(x, x.max(axis=-2, keepdims=True), out=out)
    np.exp(y, out=y)
    y /= y.sum(axis=-2, keepdims=True)
    return y


def softmax_gradient(y: Array, dy: Array) -> Array:
    """dx = y_j Σ_k y_k (dy_j − dy_k), of y = softmax(x).

    As Σ y = 1, what all dy have in common may go; once it is gone, up to rounding, so may what rounding left of it.
    Then nothing cancels, also where one y is almost 1.
    """
    dx: Array = dy - (y * dy).sum(axis=-2, keepdims=True)
    dx -= (y * dx).sum(axis=-2, keepdims=True)
    dx *= y
    return dx


def elementwise(function: Callable[..., float]) -> Callable[..., Array]:
    """A function of floats as one of arrays. It is Python that loops: NumPy has no erf, and does not know a user's own.

    >>> elementwise(max)(np.array([1.0, 2.0]), 1.5).tolist()
    [1.5, 2.0]
    """

    def on_arrays(*operands: Any) -> Array:
        arrays = np.broadcast_arrays(*operands)
        found = map(function, *(x.ravel().tolist() for x in arrays))
        return np.fromiter(found, np.float64, arrays[0].size).reshape(arrays[0].shape)

    return on_arrays
