"""What NumPy lacks: exponentials of many numbers that stay finite and accurate, and functions of floats on arrays.

The numbers that belong together lie along the last axis but one; the last is that of the samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["dot_of", "logsumexp", "logsumexp_of", "mean_of", "softmax", "softmax_gradient", "softmax_of", "total_of"]

Array = NDArray[np.float64]


def logsumexp(x: Array, out: Array, softmax: Array) -> None:
    """ln Σ exp(x) and, for its gradient, softmax(x).

    The largest x is taken out of the sum, exactly: where the others are small, their sum keeps its digits.
    """
    top = x.max(axis=-2, keepdims=True)
    np.subtract(x, top, out=softmax)
    np.exp(softmax, out=softmax)
    sums = softmax.sum(axis=-2, keepdims=True)
    rest = (softmax * (softmax < 1.0)).sum(axis=-2, keepdims=True)
    rest = np.where(sums < 1.5, rest, sums - 1.0)  # two that are largest make 2
    np.add(top, np.log1p(rest), out=out)
    np.divide(softmax, sums, out=softmax)


def softmax(x: Array, out: Array | None = None) -> Array:
    """exp(x) / Σ exp(x).

    >>> softmax(np.array([[1000.0], [1000.0]])).tolist()
    [[0.5], [0.5]]
    """
    y = np.subtract(x, x.max(axis=-2, keepdims=True), out=out)
    np.exp(y, out=y)
    return np.divide(y, y.sum(axis=-2, keepdims=True), out=y)


def softmax_gradient(y: Array, dy: Array) -> Array:
    """dx = y_j Σ_k y_k (dy_j − dy_k), of y = softmax(x).

    As Σ y = 1, what all dy have in common may go; once it is gone, up to rounding, so may what rounding left of it.
    Then nothing cancels, also where one y is almost 1.
    """
    dx = dy - (y * dy).sum(axis=-2, keepdims=True)
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


# ---- rows of many operands, where the formula of a user's row has them: of a list of arrays


def total_of(operands: Sequence[Any]) -> Any:
    """Their sum."""
    return sum(operands)


def mean_of(operands: Sequence[Any]) -> Any:
    """Their mean."""
    return sum(operands) / len(operands)


def dot_of(operands: Sequence[Any]) -> Any:
    """w·x + b, of w1, w2, …, x1, x2, …, b."""
    n = len(operands) // 2
    return sum((w * x for w, x in zip(operands[:n], operands[n:-1], strict=True)), start=operands[-1])


def logsumexp_of(operands: Sequence[Any]) -> Any:
    """ln Σ exp(x)."""
    x = _stacked(operands)
    y = np.empty_like(x[..., :1, :])
    logsumexp(x, y, np.empty_like(x))
    return y[..., 0, :]


def softmax_of(operands: Sequence[Any]) -> Any:
    """The output of softmax that the first of them, a whole number, says."""
    return softmax(_stacked(operands[1:]))[..., int(operands[0]), :]


def _stacked(operands: Sequence[Any]) -> Array:
    return np.stack(np.broadcast_arrays(*operands), axis=-2)
