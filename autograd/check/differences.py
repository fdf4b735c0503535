"""One derivative by differences at many step sizes, and how far it can be trusted.

A small step drowns in rounding, a large one sees more than the slope, and which is which depends on f. So
every step gets an interval, as wide as rounding can move it. Intervals of small steps are wide but hold the
derivative; as steps grow they narrow, until one misses the others: there the function bends. The largest
step before that is the one to use (Lepski 1990). Richardson's extrapolation makes the steps larger still.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from autograd.check.estimate import EPSILON, SMALLEST, TINY, UNKNOWN, Estimate, is_tiny, trusted

RATIO = 8.0  # of one step to the next
WIDE = range(-1, 15)  # steps of 8, 1, 1/8, …, 2e-13 of the size of x
NARROW = range(4, 7)


class Differences:
    """f about x. `noise` is how far rounding moves f(x), beyond the last digit of the result.

    >>> import math
    >>> slope = Differences(math.log, 1e-300).central()
    >>> slope.agrees(1e300), slope.agrees(1.001e300)
    (True, False)
    >>> about = Differences(abs, 0.0)
    >>> about.left().value, about.right().value
    (-1.0, 1.0)
    """

    def __init__(self, f: Callable[[float], Any], x: float, noise: float = 0.0, powers: Sequence[int] = WIDE) -> None:
        self.x, self.noise, self.powers = x, noise, powers
        self._f, self._seen = f, dict[float, float]()

    def central(self) -> Estimate:
        """The derivative by (f(x + h) − f(x − h)) / 2h."""
        return self._estimate(1.0, -1.0, (2, 4))

    def right(self) -> Estimate:
        """The slope on the right; ±inf where f is vertical or jumps."""
        return self._estimate(1.0, 0.0, (1, 2))

    def left(self) -> Estimate:
        """The slope on the left."""
        return self._estimate(0.0, -1.0, (1, 2))

    @property
    def points(self) -> list[float]:
        """The points at which f was computed, and is finite."""
        return [t for t, y in self._seen.items() if not math.isnan(y)]

    def at(self, t: float) -> float:
        """f(t), or nan where it has no finite value."""
        if t not in self._seen:
            try:
                y = float(self._f(t)) if math.isfinite(t) else math.nan
            except (ValueError, ArithmeticError, TypeError):
                y = math.nan
            self._seen[t] = y if math.isfinite(y) else math.nan
        return self._seen[t]

    def _estimate(self, up: float, down: float, orders: Sequence[int]) -> Estimate:
        """The best estimate over both ladders of steps, with and without extrapolation."""
        tables = [self._ladder(scale, up, down) for scale in _scales(self.x)]
        found = [UNKNOWN]
        for order in (0, *orders):
            if order:
                tables = [_extrapolate(table, order) for table in tables]
            found.append(trusted([entry for table in tables for entry in table if entry]))
            if not order and not (up and down) and not is_tiny(self.x):
                relative = tables[-1:] if abs(self.x) > 1.0 else tables[:1]
                found.append(_infinite([entry for table in relative for entry in table if entry]))
        return min(found, key=lambda estimate: estimate.error)

    def _ladder(self, scale: float, up: float, down: float) -> list[tuple[float, float] | None]:
        """A quotient and its bound for each step, from the smallest; None where f has no value."""
        return [self._quotient(scale * RATIO**-power, up, down) for power in reversed(self.powers)]

    def _quotient(self, h: float, up: float, down: float) -> tuple[float, float] | None:
        high, low = self.x + up * h, self.x + down * h
        if not low < high or (up and high == self.x) or (down and low == self.x):
            return None
        top, bottom = self.at(high), self.at(low)
        quotient = (top - bottom) / (high - low)
        if not math.isfinite(top - bottom):
            return None
        rounding = 2.0 * (self.noise + EPSILON * abs(top) + EPSILON * abs(bottom)) + 4.0 * TINY
        return quotient, rounding / (high - low) + 2.0 * EPSILON * abs(quotient)


def _scales(x: float) -> list[float]:
    """The sizes that steps are fractions of, powers of two: that of x and 1, the smaller first."""
    if abs(x) < SMALLEST:
        return [1.0]
    size = math.ldexp(1.0, math.frexp(x)[1] - 1)
    return [size] if 2.0**-6 < size < 2.0**6 else sorted([size, 1.0])


def _extrapolate(table: list[tuple[float, float] | None], order: int) -> list[tuple[float, float] | None]:
    """Richardson's step: removes the error of this order in h from neighbours."""
    weight = 1.0 / (RATIO**order - 1.0)

    def remove(small: tuple[float, float] | None, large: tuple[float, float] | None) -> tuple[float, float] | None:
        if small is None or large is None or not math.isfinite(small[0] - large[0]):
            return None
        return small[0] + (small[0] - large[0]) * weight, small[1] + (small[1] + large[1]) * weight

    return [remove(small, large) for small, large in pairwise(table)]


def _infinite(entries: Sequence[tuple[float, float]]) -> Estimate:
    """±inf where the quotients keep growing as the step shrinks; like 1 / h is a jump."""
    smallest = [value for value, bound in entries[:4] if abs(value) > 10.0 * bound and math.isfinite(value)]
    if len(smallest) < 4 or len({math.copysign(1.0, value) for value in smallest}) > 1:
        return UNKNOWN
    growth = [small / large for small, large in pairwise(smallest)]
    if min(growth) < 1.3:
        return UNKNOWN
    return Estimate(math.copysign(math.inf, smallest[0]), 0.0, jumps=min(growth) > 0.9 * RATIO)
