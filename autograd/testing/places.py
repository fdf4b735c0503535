"""Where to try a row of the table, found from the row alone and always the same: no numbers are drawn."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from autograd.codegen import condition, value_formula
from autograd.ops import TABLE, Nary, Operation
from autograd.symbol import Symbol

Point = tuple[float, ...]
MODERATE = (0.3, -0.6, 1.9, 2.5, -2.4)
LARGEST_MARK = 1e3
MOST = 24  # points of a kind


@dataclass(frozen=True)
class Places:
    """Calls of a row: `inside` its domain, at `marks` there (ends, and numbers that its formulas name), at `kinks`, and
    `outside`; `beside` are the floats next to an end that does not belong to the domain.
    """

    inside: tuple[Point, ...]
    marks: tuple[Point, ...] = ()
    kinks: tuple[Point, ...] = ()
    outside: tuple[Point, ...] = ()
    beside: tuple[Point, ...] = ()

    @property
    def defined(self) -> tuple[Point, ...]:
        """All those at which the value is finite."""
        return self.inside + self.marks + self.kinks


def places(op: Operation, examples: Sequence[Point] = ()) -> Places:
    """The places of a row; `examples` are `inside` too. Raises ValueError where they are not, or nothing is.

    >>> from autograd import arccosh
    >>> found = places(arccosh)
    >>> found.inside, found.kinks, found.outside[:3]
    (((1.9,), (2.5,)), ((1.0,),), ((0.3,), (-0.6,), (-2.4,)))
    """
    if isinstance(op, Nary):
        return Places(_of_many(op) + tuple(examples))
    defined, kinked = condition(op, "domain"), condition(op, "kinks")
    for point in examples:
        if len(point) != len(op.operands):
            raise ValueError(f"{op.name}: the example {point} is no call of it: give {', '.join(op.operands)}")
        if not defined(*point):
            raise ValueError(f"{op.name}: the example {point} is not in its domain, {op.domain}")
    away, marked = _away(op), list(_marked(op))
    inside = [xs for xs in away if defined(*xs) and not kinked(*xs)]
    inside = inside or [xs for xs in _between(op) if defined(*xs) and not kinked(*xs)]
    at_marks = [xs for xs in marked if defined(*xs)]
    outside = [xs for xs in away + marked if not defined(*xs)]
    if not inside + list(examples):
        raise ValueError(f"{op.name}: nothing tried is in its domain, {op.domain}: give examples=[(…,), …] of operands")
    return Places(
        tuple(dict.fromkeys(_few(inside) + list(examples))),
        tuple(_few([xs for xs in at_marks if not kinked(*xs)])),
        tuple(_few([xs for xs in at_marks if kinked(*xs)])),
        tuple(_few(outside)),
        tuple(_few([near for xs in outside for near in _neighbours(xs) if defined(*near)])),
    )


def _of_many(op: Nary) -> tuple[Point, ...]:
    """softmax's first operand says which output it is; a dot product has as many weights as inputs, and a bias."""
    if op is TABLE["softmax"]:
        return (1.0, 0.3, -0.6, 1.9), (0.0, 0.5, 0.5, 0.5), (2.0, -20.0, 20.0, 15.0)
    equal = () if op is TABLE["dot"] else ((1.0, 1.0),)
    return MODERATE, MODERATE[1:4], (2.5,), *equal


def _away(op: Operation) -> list[Point]:
    """Nothing special: moderate numbers in turn, and at moderate distances from those of the conditions."""
    shifts = [(MODERATE[k:] + MODERATE[:k])[: len(op.operands)] for k in range(len(MODERATE))]
    far = [mark for mark in _marks(op) if abs(mark) > 1.0]
    return shifts + [tuple(mark + x for x in xs) for mark in far for xs in shifts]


def _between(op: Operation) -> Iterator[Point]:
    """Half way between special numbers."""
    return product([(low + high) / 2.0 for low, high in pairwise(_marks(op))], repeat=len(op.operands))


def _marked(op: Operation) -> Iterator[Point]:
    """A special number for one operand at the least, and a moderate one for the others."""
    marks = _marks(op)
    choices = [*marks, *MODERATE[: 3 if len(op.operands) < 4 else 1]]
    for xs in product(choices, repeat=len(op.operands)):
        if not set(xs).isdisjoint(marks):
            yield xs


def _marks(op: Operation) -> list[float]:
    """0, ±1, and numbers that the conditions and the value's formula name."""
    found = {0.0, 1.0, -1.0} | _constants(value_formula(op))
    for text in filter(None, (op.domain, op.kinks)):
        for node in ast.walk(ast.parse(text, mode="eval")):
            if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
                found |= {float(node.value), -float(node.value)}
    return sorted(x + 0.0 for x in found if abs(x) <= LARGEST_MARK)


def _constants(formula: object) -> set[float]:
    if isinstance(formula, Symbol):
        return {x for part in formula.args for x in _constants(part)}
    return {float(formula)} if isinstance(formula, (int, float)) else set()


def _neighbours(xs: Point) -> list[Point]:
    """The floats next to it, an operand at a time."""
    ends = (-math.inf, math.inf)
    return [(*xs[:k], math.nextafter(x, end), *xs[k + 1 :]) for k, x in enumerate(xs) for end in ends]


def _few(points: Sequence[Point]) -> list[Point]:
    """Some of them, evenly chosen."""
    different = list(dict.fromkeys(points))
    return different[:: -(-len(different) // MOST) or 1]
