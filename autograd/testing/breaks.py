"""Where a function breaks off between two neighbouring floats: it jumps; where derivatives do, there is a kink."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise

LEAST = 1e-6  # of its size: by so much a number jumps at the least
SMOOTH = 1e-4  # of its size: what bends by less, and half of it by much less, is smooth
KEPT = 8  # of the parts of an interval, those that bend most
NEAREST = 1e-100  # to 0: nearer, squares and cubes underflow
FLOOR = 1e-290  # nearer to 0, results have few digits
FAR = 2.0**20  # as far again as the next float: there all is as it is beside a break
Numbers = Sequence[float]
Function = Callable[[float], Numbers]


def breaks(f: Function, xs: Sequence[float]) -> list[tuple[float, float]]:
    """Floats between which a number of f(x) jumps, neighbours or next but one: at `xs`, which rise, and by halving.

    What is smooth bends less in each half of an interval, and a jump bends one of them as much. f has no numbers, (),
    where it is undefined. Of jumps that undo each other between two of `xs` none is seen.

    >>> breaks(lambda x: (abs(x), 1.0 if x > 0.1 else 0.0), [-1.0, 1.0])
    [(0.1, 0.10000000000000002)]
    >>> breaks(lambda x: (math.tanh(1e6 * x), math.tan(x)), [-2.0, 2.0])
    []
    """
    at = cache(lambda x: tuple(f(x)))
    spans = [span for x in xs for span in pairwise((before(x), x, after(x)))]
    spans += [span for low, high in pairwise(xs) for span in _narrowed(at, after(low), before(high))]
    found = [span for span in dict.fromkeys(spans) if _jumps(at, *span)]
    about = [wide for left, right in spans for wide in ((before(left), right), (left, after(right)))]
    apart = [(low, high) for low, high in about if not any(low <= left < right <= high for left, right in found)]
    return found + [span for span in dict.fromkeys(apart) if _jumps(at, *span)]


def before(x: float) -> float:
    """The float next to x, on the left; that next to 0 is not a subnormal one."""
    return -after(-x)


def after(x: float) -> float:
    """The float next to x, on the right."""
    return NEAREST if x == 0.0 else math.nextafter(x, math.inf)


def changes(a: float, b: float) -> bool:
    """Whether a number that is a, and then b, changes by more than rounding."""
    return abs(b - a) > LEAST * (abs(a) + abs(b)) + FLOOR


def _narrowed(at: Function, low: float, high: float) -> list[tuple[float, float]]:
    """Neighbours within an interval that bend most."""
    bends, found = {(low, high): _bends(at, low, high)}, []
    while bends:
        halves = {}
        for (left, right), bend in bends.items():
            middle = _middle(at, left, right)
            for half in ((left, middle), (middle, right)) if left < middle < right else ():
                halves[half] = _bends(at, *half)
                if halves[half] < max(LEAST, min(SMOOTH, 0.3 * bend)):  # a quarter is left of what is smooth
                    del halves[half]
            found += [] if left < middle < right else [(left, right)]
        bends = dict(sorted(halves.items(), key=lambda item: -item[1])[:KEPT])
    return found


def _middle(at: Function, left: float, right: float) -> float:
    """That of an interval, or next to it where it has no numbers itself."""
    middle = left + 0.5 * (right - left)
    return middle if at(middle) else min(after(middle), right)


def _bends(at: Function, left: float, right: float) -> float:
    """How far the numbers in the middle are from the line between the ends, of their size."""
    numbers = at(left), at(_middle(at, left, right)), at(right)
    if not all(numbers):
        return 0.0
    return max(
        abs(a - 2.0 * m + b) / (abs(a) + 2.0 * abs(m) + abs(b) + FLOOR) for a, m, b in zip(*numbers, strict=True)
    )


def _jumps(at: Function, left: float, right: float) -> bool:
    """Whether a number changes there, and does not on both sides: it is not just steep."""
    numbers = at(beyond(left, -1.0)), at(left), at(right), at(beyond(right, 1.0))
    if not all(numbers):
        return False
    return any(
        changes(a, b) and abs(a - far_a) + abs(b - far_b) < 0.1 * abs(a - b)
        for far_a, a, b, far_b in zip(*numbers, strict=True)
    )


def beyond(x: float, direction: float) -> float:
    """Some floats further on: near, and not next to it."""
    return x + direction * FAR * max(math.ulp(x), NEAREST)
