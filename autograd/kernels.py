"""Values of the operations on sequences, on floats."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from operator import mul


def total(xs: Sequence[float]) -> float:
    """The correctly rounded sum."""
    try:
        return math.fsum(xs)
    except OverflowError:  # on the way
        return 2.0**64 * total([x / 2.0**64 for x in xs])
    except ValueError:  # ∞ − ∞
        return sum(xs)


def mean(xs: Sequence[float]) -> float:
    """The sum over the count; also where the sum overflows and the mean does not."""
    y = total(xs) / len(xs)
    return y if math.isfinite(y) else total([x / len(xs) for x in xs])


def dot(operands: Sequence[float]) -> float:
    """bias + Σ w·x, of w1, w2, …, x1, x2, …, bias."""
    n = len(operands) // 2
    return sum(map(mul, operands[:n], operands[n:]), operands[-1])


def _exp_difference(a: float, b: float) -> float:
    """exp(a - b), with what a - b rounds off put back (Knuth's two-sum): else 700 costs 13 bits."""
    d = a - b
    if d < -750.0:
        return 0.0
    back = d - a
    rounded_off = (a - (d - back)) - (b + back)
    return math.exp(d) * (1.0 + rounded_off)


def logsumexp(xs: Sequence[float]) -> float:
    """ln Σ exp(x): relative to the largest x, so that nothing overflows."""
    rest = sorted(xs)
    top = rest.pop()
    if math.isinf(top):
        return top
    return top + math.log1p(total([math.exp(x - top) for x in rest]))


@lru_cache(maxsize=1)  # each output is a node of its own, and they ask one after the other
def softmax(xs: tuple[float, ...]) -> tuple[float, ...]:
    """exp(x) / Σ exp(x): relative to the largest x, so that nothing overflows."""
    top = max(xs)
    if math.isinf(top):
        return (math.nan,) * len(xs)
    exps = [_exp_difference(x, top) for x in xs]
    divisor = total(exps)
    return tuple([e / divisor for e in exps])
