"""What is known of one derivative: its value, how far off that may be, and what can be told from it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

EPSILON = 2.0**-52  # of a float: 1 and the next one are so far apart
TINY = 5e-324  # the smallest float above 0
FLOOR = 1e-305  # below it numbers lose digits, and then vanish
SMALLEST = 2.0**-1000  # of the points, but 0, that have smaller steps beside them


class Estimate(NamedTuple):
    """A derivative, how far off it may be, and whether f jumps there (its value is then ±inf)."""

    value: float
    error: float
    jumps: bool = False

    @property
    def known(self) -> bool:
        """Whether it has three digits at the least, or says that the slope is infinite."""
        size = abs(self.value)
        return math.isinf(size) or self.error <= 1e-4 * size or self.error + size <= FLOOR

    def decides(self, derivative: float) -> bool:
        """Whether it can tell `derivative` from one that is 0.1 % off."""
        return self.known or (math.isfinite(derivative) and self.error <= 1e-4 * abs(derivative))

    def agrees(self, derivative: float) -> bool:
        """Whether `derivative` is this one, within what is known of it."""
        if math.isinf(self.value) or math.isinf(derivative):
            return self.value == derivative
        room = 3.0 * self.error + 1e-6 * max(abs(self.value), abs(derivative)) + FLOOR
        return abs(self.value - derivative) <= room


UNKNOWN = Estimate(math.nan, math.inf)


def differ(left: Estimate, right: Estimate) -> bool:
    """Whether the slopes on the two sides are known and are not the same."""
    if not (_known_enough(left) and _known_enough(right)):
        return False
    if math.isinf(left.value) or math.isinf(right.value):
        return True
    room = 1e-3 * max(abs(left.value), abs(right.value)) + 3.0 * (left.error + right.error)
    return abs(left.value - right.value) > room


def _known_enough(slope: Estimate) -> bool:
    """Whether a slope is known for its size, or is 0 where the other one is not."""
    return slope.known or slope.error <= 1e-6


def trusted(entries: Sequence[tuple[float, float]]) -> Estimate:
    """The narrowest of the quotients (each with its bound, from the smallest step) that agree with all before."""
    low, high, best = -math.inf, math.inf, 0
    if len(entries) < 2:
        return UNKNOWN
    if math.isinf(entries[0][0]):  # the quotient itself is larger than any float
        return Estimate(entries[0][0], 0.0) if entries[0][0] == entries[1][0] else UNKNOWN
    for k, (value, bound) in enumerate(entries):
        low, high = max(low, value - bound), min(high, value + bound)
        if low > high:
            break
        if bound <= entries[best][1]:
            best = k
    value, bound = entries[best]
    moved = abs(value - entries[best - 1 if best else 1][0])
    if best == 0 and (len(entries) == 2 or moved > 0.5 * abs(entries[1][0] - entries[2][0])):
        return UNKNOWN  # smaller steps do not bring it nearer to anything
    return Estimate(value, bound + moved)


def is_tiny(x: float) -> bool:
    """Whether no floats are left for steps that are small beside x: what is measured may not be the slope at x."""
    return 0.0 < abs(x) < SMALLEST
