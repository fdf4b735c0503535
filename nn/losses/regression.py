"""Losses of targets that are numbers on a scale."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd import absolute, clip, square
from nn.plain import Number, read_number, shown
from nn.sums import mean_of, sum_over
from nn.targets import read_batch

# What the sum of squares of m samples with n outputs is divided by.
FORMS: dict[str, Callable[[int, int], int]] = {
    "1/(mn)": lambda m, n: m * n,
    "1/n": lambda m, n: m,
    "1/2": lambda m, n: 2,
    "1/(2m)": lambda m, n: 2 * m,
}


def mean_squared_error(predictions: Any, targets: Any, form: str = "1/(mn)") -> Any:
    """Σ (y − t)² over all samples and outputs, times a factor.

    `form` names the factor, for m samples of n outputs: "1/(mn)", the mean over all; "1/n", the sum over outputs
    and the mean over samples, which that formula calls n; "1/2"; "1/(2m)", half the mean over samples.

    Raises ValueError for another form.

    >>> y, t = [[1.0, 2.0], [3.0, 6.0]], [[1.0, 1.0], [3.0, 3.0]]
    >>> [mean_squared_error(y, t, form) for form in ("1/(mn)", "1/n", "1/2", "1/(2m)")]
    [2.5, 5.0, 5.0, 2.5]
    """
    if form not in FORMS:
        raise ValueError(f"mean_squared_error: there is no form {form!r}: choose one of {', '.join(map(repr, FORMS))}")
    batch = read_batch("mean_squared_error", predictions, targets)
    squares = [square(y - t) for _, y, t in batch.entries]
    return sum_over(squares, FORMS[form](len(batch.targets), batch.outputs))


def mean_absolute_error(predictions: Any, targets: Any) -> Any:
    """The mean of |y − t| over all samples and outputs.

    >>> mean_absolute_error([1.0, 5.0], [2.0, 2.0])
    2.0
    """
    batch = read_batch("mean_absolute_error", predictions, targets)
    return mean_of([absolute(y - t) for _, y, t in batch.entries])


def huber(predictions: Any, targets: Any, delta: float = 1.0) -> Any:
    """The mean of ½ d² where |d| ≤ δ, and of δ (|d| − ½ δ) beyond, for d = y − t: outliers pull with δ, not with d.

    Raises ValueError where `delta` is not positive. Huber, "Robust estimation of a location parameter", 1964.

    >>> huber(0.5, 0.0), huber(10.0, 0.0), huber(10.0, 0.0, delta=2.0)
    (0.125, 9.5, 18.0)
    """
    delta = read_number("huber", "delta", delta)
    if not delta > 0.0:
        raise ValueError(f"huber: delta is {shown(delta)}: give a positive number")
    batch = read_batch("huber", predictions, targets)
    return mean_of([_huber(y - t, delta) for _, y, t in batch.entries])


def _huber(d: Number, delta: float) -> Number:
    """Both branches at once: c is d within ±δ and ±δ beyond, and the formula is c (d − ½ c)."""
    c = clip(d, -delta, delta)
    return c * (d - 0.5 * c)
