"""Second derivatives of a row: its Hessian beside differences of the oracle's first derivatives."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import oracles
from oracles import mp
from strategies import apply, put

from autograd import Value, grad, hessian, ignore_domain
from autograd.graph import tangents
from autograd.ops import Operation, power
from autograd.testing.domains import LARGEST
from reliability.compare import Pair
from reliability.row_values import Numbers, at_kink, recorded

DIGITS = 400  # what is 1 + 1e-300 has its 1e-300
# Where quotients of quotients lose no digits on the way, though the end of it is a float.
RANGES = {"arctan": (0.0, 1e75), "arctan2": (1e-200, 0.5 * LARGEST)}
TOLERANCE = mp.mpf(10) ** -13


def second_derivatives(op: Operation, xs: Numbers) -> Iterator[Pair]:
    """Every ∂²y/∂x∂z but those on whose paths something overflows; errors are relative to the sum of their sizes."""
    slopes = recorded(op, xs)
    if not slopes or not all(math.isfinite(slope) for _, slope in slopes) or not is_smooth(op, xs):
        return
    first = slopes[0][0]
    f = lambda given: apply(op, [*xs[:first], *given])
    with ignore_domain(), np.errstate(all="ignore"):
        found = hessian(f)(list(xs[first:]))
        for j, _ in slopes:
            sizes, exact = path_sizes(f, xs[first:], j - first), differences(op.name, xs, j)
            for row, size, right in zip(found, sizes, exact[first:], strict=True):
                if math.isfinite(size) and not mp.isnan(right):
                    yield Pair(row[j - first], right, TOLERANCE * max(abs(right), size) + oracles.SMALLEST_NORMAL)


def is_smooth(op: Operation, xs: Numbers) -> bool:
    """Whether first derivatives have no kink there, nor a jump, as those of 0^b; and 2x and y have all digits."""
    least, most = RANGES.get(op.name, (0.0, 0.5 * LARGEST))
    within = all(x == 0.0 or least < abs(x) < most for x in xs)
    jumps = at_kink(op, xs) or (op is power and xs[0] == 0.0)
    return within and not jumps and not 0 < abs(oracles.value(op.name, xs)) < oracles.SMALLEST_NORMAL


def path_sizes(f: Any, xs: Numbers, j: int) -> list[float]:
    """For each entry of the gradient, the sum of the sizes of all paths to it from x_j."""
    inputs = list(map(Value, xs))
    slopes = grad(f)(inputs)
    moved = tangents(slopes, {inputs[j]: 1.0}, lambda v, wanted: [(x, abs(d)) for x, d in v.edges(wanted)])
    return [moved.get(slope, 0.0) for slope in slopes]


def differences(name: str, xs: Numbers, j: int) -> list[Any]:
    """∂/∂x_j of all first derivatives: central, with a step that is tiny beside all operands, and digits for it."""
    scales = [1.0, *(abs(x) for x in xs if x)]
    decades = int(math.log10(max(scales)) - math.log10(min(scales)))
    with mp.workdps(DIGITS + 2 * decades):
        h = mp.mpf(10) ** (-30 - decades)
        ends = [oracles.derivatives(name, put(xs, j, mp.mpf(xs[j]) + step)) for step in (h, -h)]
        return [(right - left) / (2 * h) for right, left in zip(*ends, strict=True)]
