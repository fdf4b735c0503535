"""Numerical gradients: what a derivative is by definition, for functions of numbers, lists, dicts and arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.check.calling import call
from autograd.tree import leaves, like
from autograd.value import Value, data_of


def numerical_gradient(f: Callable[..., Any], xs: Any, h: float = 1e-4) -> Any:
    """The central differences (f(x + h) − f(x − h)) / 2h in each number of `xs`, shaped like `xs`.

    `xs` is a number, a list or tuple, a dict, an array, or a nest of them; f gets it as `call` says, and
    returns a number or a Value. Its error is of order h² + 10⁻¹⁶|f| / h; `check_gradient` chooses h itself.

    Raises TypeError where f returns anything else, ValueError where h is not positive.

    >>> round(numerical_gradient(lambda x: x**2, 3.0), 6)
    6.0
    >>> [round(d, 6) for d in numerical_gradient(lambda x, y: x * y, [2.0, 3.0])]
    [3.0, 2.0]
    """
    if not h > 0.0:
        raise ValueError(f"numerical_gradient: h = {h} is no step; give a positive number, such as 1e-4")
    evaluate, numbers = on_numbers(f, xs), [data_of(x, "numerical_gradient") for x in leaves(xs)]

    def difference(k: int) -> float:
        up, down = (evaluate([*numbers[:k], numbers[k] + step, *numbers[k + 1 :]]) for step in (h, -h))
        return (up - down) / (2.0 * h)

    return like(xs, [difference(k) for k in range(len(numbers))])


def on_numbers(f: Callable[..., Any], xs: Any) -> Callable[[list[float]], float]:
    """f as a function of the flat list of numbers in `xs`: of floats where it takes them, else of Values."""
    numbers = [data_of(x) for x in leaves(xs)]

    def of_floats(new: list[float]) -> float:
        return result(call(f, like(xs, new)))

    def of_values(new: list[float]) -> float:
        return result(call(f, like(xs, [Value(x) for x in new])))

    try:
        of_floats(numbers)
    except (AttributeError, TypeError):  # v.data, v.exp(): written for Values
        return of_values
    return of_floats


def result(y: Any) -> float:
    """The number that f returned."""
    if isinstance(y, np.ndarray) and y.ndim == 0:
        y = y.item()
    return data_of(y, "the result of f")
