"""A function of one number, its derivative, and where one of them jumps: what there is to draw of an activation."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from autograd import ignore_domain, value_and_grad
from nn.plain import Floats

POINTS = 401
JUMP = 1e-2  # what changes by less, NEAR or at the two SIDES, goes on smoothly
NEAR = 1e-12  # of the range: how closely a jump is looked for
SIDE = 1e-9  # of the range: how far from a jump its two sides are

Both = tuple[float, float]  # the function and its derivative


class Kink(NamedTuple):
    """A number where f or its derivative jumps from one finite value to another: f and derivative around and there."""

    x: float
    left: Both
    chosen: Both
    right: Both


class Curve(NamedTuple):
    """Numbers x in increasing order, y = f(x) and the derivative: nan where there is none, or where it jumps."""

    x: Floats
    y: Floats
    slope: Floats
    kinks: list[Kink]
    poles: list[float]  # the other jumps: at infinity, or at an end of the domain


def curve(f: Callable[..., Any], low: float, high: float) -> Curve:
    """What there is to draw of f between two numbers."""
    at = cache(_evaluator(f))
    grid = np.linspace(low, high, POINTS).tolist()
    side = SIDE * (high - low)
    jumps = _jumps(at, grid)
    sides = {x for jump in jumps for x in (jump - side, jump + side) if low < x < high and _settles(at, jump, x)}
    xs = sorted({*grid, *jumps, *sides})
    y, slope = (np.array(numbers) for numbers in zip(*map(at, xs), strict=True))
    for x in jumps:
        for numbers, left, right in zip((y, slope), at(x - side), at(x + side), strict=True):
            if abs(right - left) > JUMP:
                numbers[xs.index(x)] = math.nan
    y, slope = (np.where(np.isfinite(numbers), numbers, np.nan) for numbers in (y, slope))
    kinks = [Kink(x, at(x - side), at(x), at(x + side)) for x in jumps if {x - side, x + side} <= sides]
    return Curve(np.array(xs), y, slope, kinks, [x for x in jumps if x not in {kink.x for kink in kinks}])


def _evaluator(f: Callable[..., Any]) -> Callable[[float], Both]:
    """f and its derivative as a function of x, nan out of the domain of f."""

    def at(x: float) -> Both:
        with ignore_domain():
            y, slope = value_and_grad(f)(x)
        return y, math.nan if math.isnan(y) else slope  # (log x)' is 1/x, also where x < 0

    return at


def _change(a: Both, b: Both) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _turn(a: Both, b: Both) -> float:
    """The change of what has no infinity, so that both sides of a pole are far apart."""
    return abs(math.atan(a[0]) - math.atan(b[0])) + abs(math.atan(a[1]) - math.atan(b[1]))


def _jumps(at: Callable[[float], Both], grid: list[float]) -> list[float]:
    """Where f or its derivative changes by more than JUMP however near one looks, found by halving intervals."""
    span = grid[-1] - grid[0]
    digits = 10 - math.floor(math.log10(span))  # a kink at 0 is found at 1e-13
    found = []
    for left, right in pairwise(grid):
        a, b = at(left), at(right)
        while _change(a, b) > JUMP and right - left > NEAR * span:
            middle = (left + right) / 2
            m = at(middle)
            if _turn(a, m) > _turn(m, b):
                right, b = middle, m
            else:
                left, a = middle, m
        if _change(a, b) > JUMP:
            found.append(round(left, digits) + 0.0)
    return sorted(set(found))


def _settles(at: Callable[[float], Both], jump: float, x: float) -> bool:
    """Whether f and its derivative have a limit on this side of a jump: the root's derivative at 0 has none."""
    return _change(at(x), at(2 * x - jump)) < JUMP
