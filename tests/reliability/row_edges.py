"""A row at its kinks, and out of its domain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import oracles
from oracles import mp
from strategies import apply, put, values

from autograd import DomainError
from autograd.codegen import condition
from autograd.ops import Operation
from reliability.compare import Pair
from reliability.row_values import Numbers, recorded

DIGITS, STEP = 100, 40  # of the one-sided slopes


def between_slopes(op: Operation, xs: Numbers) -> Iterator[Pair]:
    """The derivative at a kink beside the nearest number between the slopes on its sides, where these are finite."""
    for k, found in recorded(op, xs):
        sides = [slope(op, xs, k, side) for side in (1, -1)]
        if all(side is not None for side in sides):
            nearest = min(max(mp.mpf(found), min(sides)), max(sides))
            yield Pair(found, nearest, abs(nearest) / mp.mpf(10) ** 14)


def slope(op: Operation, xs: Numbers, k: int, side: int) -> Any:
    """Of operand k, on one side; None where it is infinite, or out of the domain."""
    with mp.workdps(DIGITS):
        y, found = oracles.value(op.name, xs), []
        for digits in (STEP, STEP + 3):
            h = side * (abs(mp.mpf(xs[k])) or mp.mpf(10) ** -340) / mp.mpf(10) ** digits
            moved = put(xs, k, mp.mpf(xs[k]) + h)
            if not condition(op, "domain")(*moved):
                return None
            found.append((oracles.value(op.name, moved) - y) / h)
        steep = abs(found[1] - found[0]) > abs(found[1]) / 10**9
        return None if steep else found[1]


def refusals(op: Operation, xs: Numbers) -> Iterator[Pair]:
    """Of Values and of floats: both raise, name the row and the domain, and carry the operands."""
    text = f" is undefined: the domain of {op.name} is {op.domain}"
    for operands in (values(op, xs), xs):
        try:
            apply(op, operands)
        except DomainError as error:
            yield Pair(text in str(error) and error.op == op.name and error.operands == xs, True)
        else:
            yield Pair(False, True)
