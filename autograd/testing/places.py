"""Where to try a row of the table, found from the row alone and always the same: no numbers are drawn."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, product

from autograd.codegen import condition, partial_formulas, value_formula
from autograd.modes import ignore_domain
from autograd.ops import TABLE, Nary, Operation
from autograd.replay.diagnosis import applied
from autograd.symbol import Symbol
from autograd.value import Value

Point = tuple[float, ...]
MODERATE = (0.3, -0.6, 1.9, 2.5, -2.4)
FAR = (0.01, 0.9, 3.0, 10.0, 50.0, 100.0, 800.0, 1e3, 1e6)  # exp(800) is larger than any float
LEAST_MARK, LARGEST_MARK = 1e-12, 1e3
MOST = 24  # points of a kind


@dataclass(frozen=True)
class Places:
    """Calls of a row: `inside` its domain, at `marks` there (ends, and numbers that its formulas name), at `kinks`, and
    `outside`; `beside` are the floats next to an end that does not belong to the domain; `far` are of all magnitudes,
    inside, but a value may overflow there, and a derivative may be lost in rounding.
    """

    inside: tuple[Point, ...]
    marks: tuple[Point, ...] = ()
    kinks: tuple[Point, ...] = ()
    outside: tuple[Point, ...] = ()
    beside: tuple[Point, ...] = ()
    far: tuple[Point, ...] = ()

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
        for point in examples:
            _require_call(op, point)
        return Places(_of_many(op) + tuple(examples))
    defined, kinked = condition(op, "domain"), condition(op, "kinks")
    for point in examples:
        _require_inside(op, point)
    away, marked = _away(op), list(_marked(op))
    inside = [xs for xs in away if defined(*xs) and not kinked(*xs) and not _overflows(op, xs)]
    inside = inside or [xs for xs in _between(op) if defined(*xs) and not kinked(*xs)]
    at_marks = [xs for xs in marked if defined(*xs) and not _overflows(op, xs)]
    outside = [xs for xs in away + marked if not defined(*xs)]
    if not inside + list(examples):
        raise ValueError(f"{op.name}: nothing tried is in its domain, {op.domain}: give examples=[(…,), …] of operands")
    return Places(
        tuple(dict.fromkeys(_few(inside) + list(examples))),
        tuple(_few([xs for xs in at_marks if not kinked(*xs)])),
        tuple(_few([xs for xs in at_marks if kinked(*xs)])),
        tuple(_few(outside)),
        tuple(_few([near for xs in outside for near in _neighbours(xs) if defined(*near)])),
        tuple(xs for xs in _far(op) if defined(*xs) and not kinked(*xs)),
    )


def _require_call(op: Nary, example: Point) -> None:
    try:
        applied(op, example)
    except (ValueError, IndexError) as error:
        why = error if isinstance(error, ValueError) else "its first number says which of the others it is of"
        raise ValueError(f"{op.name}: the example {example} is no call of it: {why}") from None


def _require_inside(op: Operation, example: Point) -> None:
    if (count := len(op.operands)) != len(example):
        given = f"{count} number{'s' * (count > 1)}, for {', '.join(op.operands)}"
        raise ValueError(f"{op.name}: the example {example} is no call of it: give a tuple of {given}")
    if not all(map(math.isfinite, example)):
        raise ValueError(f"{op.name}: the example {example} is not of finite numbers")
    if not condition(op, "domain")(*example):
        raise ValueError(f"{op.name}: the example {example} is not in its domain, {op.domain}")


def _of_many(op: Nary) -> tuple[Point, ...]:
    """softmax's first operand says which output it is; a dot product has as many weights as inputs, and a bias."""
    if op is TABLE["softmax"]:
        return (1.0, 0.3, -0.6, 1.9), (0.0, 0.5, 0.5, 0.5), (2.0, -20.0, 20.0, 15.0)
    equal = () if op is TABLE["dot"] else ((1.0, 1.0),)
    return MODERATE, MODERATE[1:4], (2.5,), *equal


def _away(op: Operation) -> list[Point]:
    """Nothing special: moderate numbers in turn, and at moderate distances from those of the conditions."""
    shifts = [(MODERATE[k:] + MODERATE[:k])[: len(op.operands)] for k in range(len(MODERATE))]
    far = [mark for mark in marks_of(op) if abs(mark) > 1.0]
    return shifts + [tuple(mark + x for x in xs) for mark in far for xs in shifts]


def _far(op: Operation) -> Iterator[Point]:
    """One operand of each magnitude, the others moderate; and all of them."""
    count = len(op.operands)
    for x in (sign * size for size in FAR for sign in (1.0, -1.0)):
        ones = [(*MODERATE[:k], x, *MODERATE[k : count - 1]) for k in range(count)]
        yield from dict.fromkeys([*ones, tuple(x * part for part in (1.0, 0.75, 1.5, 0.5, 1.25)[:count])])


def _overflows(op: Operation, point: Point) -> bool:
    """Whether its value is too large for a float, there and all about: at a pole it is at one place only."""
    around = [tuple(x + side * max(abs(x), 1.0) for x in point) for side in (0.0, -1e-3, 1e-3)]
    with ignore_domain():
        at_point, *beside = [op(*map(Value, xs)).data for xs in around]
    return math.isinf(at_point) and not any(map(math.isfinite, beside))


def _between(op: Operation) -> Iterator[Point]:
    """Half way between special numbers."""
    return product([(low + high) / 2.0 for low, high in pairwise(marks_of(op))], repeat=len(op.operands))


def _marked(op: Operation) -> Iterator[Point]:
    """A special number for one operand at the least, and a moderate one for the others."""
    marks = marks_of(op)
    choices = [*marks, *MODERATE[: 3 if len(op.operands) < 4 else 1]]
    for xs in product(choices, repeat=len(op.operands)):
        if not set(xs).isdisjoint(marks):
            yield xs


def marks_of(op: Operation) -> list[float]:
    """0, ±1, and numbers that the conditions, the value's formula and those of the derivatives name."""
    formulas = (value_formula(op), *partial_formulas(op))
    found = {0.0, 1.0, -1.0}.union(*map(_constants, formulas))
    for text in filter(None, (op.domain, op.kinks)):
        for node in ast.walk(ast.parse(text, mode="eval")):
            if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
                found |= {float(node.value), -float(node.value)}
    return sorted(x + 0.0 for x in found if x == 0.0 or LEAST_MARK <= abs(x) <= LARGEST_MARK)


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
