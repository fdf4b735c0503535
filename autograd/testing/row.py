"""A row of the table at one point: called, and compared."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, NamedTuple

from autograd.codegen import is_composed
from autograd.errors import DomainError, describe
from autograd.ops import TABLE, Nary, Operation
from autograd.replay.diagnosis import applied
from autograd.testing.places import Places, Point, places
from autograd.testing.undeclared import Break, undeclared_breaks
from autograd.value import Value


class Finding(NamedTuple):
    """One comparison at one point: `problem` is what is wrong there, "" if nothing is."""

    point: Point
    problem: str


Findings = Iterator[Finding]
LINES = 2  # points from which operands move to find breaks


class Row:
    """An operation, and where it is tried."""

    def __init__(self, op: Operation, examples: Sequence[Sequence[float]] = ()) -> None:
        self.op = op
        self.places: Places = places(op, _calls(examples))
        self.first = 1 if op is TABLE["softmax"] else 0  # its first operand is an index, and no number to move

    @property
    def is_formula(self) -> bool:
        """Whether its value is written in operations, and so is known wherever these are."""
        return not self.op.users_own or is_composed(self.op)

    @cached_property
    def breaks(self) -> list[Break]:
        """Where the value or a derivative jumps, but for declared kinks."""
        return undeclared_breaks(self.op, self.places.inside[:LINES])

    def values(self, point: Point) -> list[Value]:
        """A Value for each operand that can move, labelled with its name."""
        names = self.op.operands if not isinstance(self.op, Nary) else [f"x{k}" for k in range(len(point))]
        return [Value(x, name) for x, name in zip(point[self.first :], names[self.first :], strict=True)]

    def function(self, point: Point) -> Callable[..., Any]:
        """The operation as a function of the operands that can move."""
        return lambda *xs: applied(self.op, [*point[: self.first], *xs])

    def graph(self, point: Point) -> tuple[Value, list[Value]]:
        """A node of it, and its operands."""
        xs = self.values(point)
        return self.function(point)(*xs), xs

    def graphs(self, points: Sequence[Point]) -> Iterator[tuple[Point, Value, list[Value]]]:
        """A graph at each point. Where there is no value, that is told as such, and not once more by every check."""
        for point in points:
            with suppress(DomainError):
                yield point, *self.graph(point)

    def told(self, point: Point) -> str:
        """The call as people write it: f(a = 1, b = 2)."""
        return describe(self.op, [Value(x, name) for x, name in zip(point, self._names(point), strict=True)])

    def _names(self, point: Point) -> Sequence[str]:
        return [""] * len(point) if isinstance(self.op, Nary) or len(point) == 1 else self.op.operands


def _calls(examples: Sequence[Sequence[float]]) -> list[Point]:
    """As tuples of floats. Raises TypeError where they are not tuples of numbers."""
    try:
        return [tuple(float(x) for x in point) for point in examples]
    except (TypeError, ValueError):
        raise TypeError(
            f"assert_op: examples={examples!r}: give a list of calls, each a tuple of numbers, as in [(1.0,)]"
        ) from None


def differ(what: str, found: float, expected: float, tolerance: float, size: float = 0.0) -> str:
    """What is wrong where two numbers are further apart than `tolerance` of the larger one, or of `size`; else ""."""
    if found == expected or (math.isnan(found) and math.isnan(expected)):
        return ""
    if abs(found - expected) <= tolerance * max(abs(found), abs(expected), size) < math.inf:
        return ""
    return f"{what} {found:.17g} and {expected:.17g}"
