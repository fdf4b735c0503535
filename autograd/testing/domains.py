"""Where an operation of the table is defined, read from its own row; and its derivatives there."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from autograd.codegen import condition
from autograd.errors import DomainError
from autograd.ops import TABLE, Nary, Operation
from autograd.replay.diagnosis import applied
from autograd.value import Value

# Where functions are 0, blow up, turn or overflow.
LANDMARKS = [0.0, 1.0, math.pi / 2, math.pi, 0.751791524693564, 1.2784645427610738, 37.0, 40.0, 710.0, 745.0]
LARGEST = math.nextafter(math.inf, 0.0)
Slopes = tuple[float, list[float]]


@dataclass(frozen=True)
class Interval:
    """Numbers from `low` to `high`; whether each end belongs to it."""

    low: float = -LARGEST
    high: float = LARGEST
    has_low: bool = True
    has_high: bool = True

    def __contains__(self, x: float) -> bool:
        above = x > self.low or (self.has_low and x == self.low)
        return above and (x < self.high or (self.has_high and x == self.high))


def interval(op: Operation, name: str) -> Interval:
    """What the row's domain says of one operand alone.

    >>> from autograd import arccos, log
    >>> interval(arccos, "a")
    Interval(low=-1.0, high=1.0, has_low=True, has_high=True)
    >>> 0.0 in interval(log, "a")
    False
    """
    found = Interval()
    for left, sign, right in _comparisons(ast.parse(op.domain or "True", mode="eval").body):
        closed = not isinstance(sign, (ast.Lt, ast.Gt))
        low, high = (left, right) if isinstance(sign, (ast.Lt, ast.LtE)) else (right, left)
        if isinstance(high, ast.Name) and high.id == name and (end := _number(low)) is not None:
            found = replace(found, low=end, has_low=closed)
        elif isinstance(low, ast.Name) and low.id == name and (end := _number(high)) is not None:
            found = replace(found, high=end, has_high=closed)
    return found


def _number(written: ast.expr) -> float | None:
    """None of what is no number, as another operand."""
    try:
        return float(ast.literal_eval(written))
    except ValueError:
        return None


def _comparisons(condition: ast.expr) -> Iterator[tuple[ast.expr, ast.cmpop, ast.expr]]:
    """The inequalities that hold throughout: those joined by `and`, chained ones apart."""
    if isinstance(condition, ast.BoolOp) and isinstance(condition.op, ast.And):
        for part in condition.values:
            yield from _comparisons(part)
    elif isinstance(condition, ast.Compare):
        sides = [condition.left, *condition.comparators]
        for left, sign, right in zip(sides, condition.ops, sides[1:], strict=False):
            if isinstance(sign, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
                yield left, sign, right


def slopes(op: Operation, numbers: Sequence[float]) -> Slopes | None:
    """The value, and the derivative in each operand; None outside of the domain, or where one is not finite.

    >>> from autograd import log
    >>> slopes(log, [1.0]), slopes(log, [0.0])
    ((0.0, [1.0]), None)
    """
    if not isinstance(op, Nary) and not condition(op, "domain")(*numbers):
        return None
    values = [Value(x) for x in numbers]
    first = [numbers[0]] if op is TABLE["softmax"] else []
    try:
        y = applied(op, [*first, *values[len(first) :]])
    except DomainError:
        return None
    found = y.data, [0.0] * len(first) + [d for _, d in y.edges()]
    return found if all(map(math.isfinite, (found[0], *found[1]))) else None
