"""Graphs of any number of operations whose results and gradients a loop over floats knows, bit by bit."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from autograd import Value, dot, total

FACTOR = 0.999999


class Sized(NamedTuple):
    """A graph, some of its leaves, and what its number and the gradients in these must be."""

    result: Value
    leaves: list[Value]
    data: float
    gradients: list[float]


def chain(operations: int) -> Sized:
    """Each operation takes the one before: y ← FACTOR · y, y ← y + x, …; x is used by every other one."""
    x = Value(0.5, label="x")
    y, data = x, x.data
    for _ in range(operations // 2):
        y, data = y * FACTOR + x, data * FACTOR + 0.5
    upstream, gradient = 1.0, 0.0
    for _ in range(operations // 2):
        gradient += upstream
        upstream *= FACTOR
    return Sized(y, [x], data, [gradient + upstream])


def fan(operations: int) -> Sized:
    """One node is used by all: Σ x · k for small k, which floats add up exactly."""
    x = Value(0.5, label="x")
    weights = [float(k % 7) for k in range(operations - 1)]
    return Sized(total([x * k for k in weights]), [x], 0.5 * sum(weights), [sum(weights)])


def repeated(operands: int) -> Sized:
    """One operation takes the same operand again and again."""
    x = Value(0.5, label="x")
    return Sized(total([x] * operands), [x], 0.5 * operands, [float(operands)])


def wide(operands: int) -> Sized:
    """One operation takes so many operands, all different: Σ w · x + b."""
    numbers = [float(k % 5) for k in range(operands // 2)]
    ws, xs, b = [Value(3.0) for _ in numbers], [Value(x) for x in numbers], Value(1.0, label="b")
    gradients = [*numbers, *(3.0 for _ in numbers), 1.0]
    return Sized(dot(ws, xs, b), [*ws, *xs, b], 3.0 * sum(numbers) + 1.0, gradients)


SHAPES: dict[str, Callable[[int], Sized]] = {"chain": chain, "fan": fan, "repeated": repeated, "wide": wide}
