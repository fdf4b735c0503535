"""Where an operation breaks off and its row does not say so: its value, or a derivative, jumps beside a float."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from autograd.codegen import compile_source, condition, kept_with_row
from autograd.ops import TABLE, Nary, Operation
from autograd.testing.breaks import Numbers, beyond, breaks
from autograd.testing.domains import slopes
from autograd.testing.places import FAR, MODERATE, Point, marks_of

BETWEEN = (1e-6, 0.03, 0.1, 0.3, 0.6, 1.0, 2.0, 5.0, 20.0, 200.0, 1e4, 1e5)


class Break(NamedTuple):
    """Two calls next to each other: the operand `slot` moves by one float, or by two."""

    left: Point
    right: Point
    slot: int

    @property
    def calls(self) -> tuple[Point, Point, Point]:
        """Both, and what is between them, if anything is."""
        middle = 0.5 * (self.left[self.slot] + self.right[self.slot])
        return self.left, moved(self.left, self.slot, middle), self.right

    @property
    def place(self) -> Point:
        """The call to name, for it is written shortest."""
        return min(self.calls, key=lambda point: len(repr(point[self.slot])))


def undeclared_breaks(op: Operation, points: Sequence[Point]) -> list[Break]:
    """Those that are met where one operand moves from one of the points, over all magnitudes.

    >>> from autograd import relu, where
    >>> from autograd.ops import Operation
    >>> undeclared_breaks(relu, [(0.5,)])
    []
    >>> ramp = Operation("ramp", lambda y, a: where(a > 3.0, 1.0, 0.0), value=lambda a: relu(a - 3.0), kinks="a == 2")
    >>> undeclared_breaks(ramp, [(0.5,)])
    [Break(left=(3.0,), right=(3.0000000000000004,), slot=0)]
    """
    lines = dict.fromkeys((moved(point, slot, 0.0), slot) for point in points for slot in moving(op, point))
    found = [
        Break(moved(point, slot, left), moved(point, slot, right), slot)
        for point, slot in lines
        for left, right in breaks(along(op, point, slot), _grid(op))
    ]
    return [one for one in found if not _is_declared(op, one)]


def moving(op: Operation, point: Point) -> range:
    """The operands that move: a condition has no derivative, and operations of many operands have no breaks."""
    return range(0) if isinstance(op, Nary) else range(int(op is TABLE["where"]), len(point))


def moved(point: Point, slot: int, x: float) -> Point:
    """The point with x for one operand."""
    return (*point[:slot], x, *point[slot + 1 :])


def along(op: Operation, point: Point, slot: int) -> Callable[[float], Numbers]:
    """The value and the derivatives, as a function of one operand; nothing where there are none."""

    def numbers(x: float) -> Numbers:
        found = slopes(op, moved(point, slot, x))
        return (found[0], *found[1]) if found else ()

    return numbers


def _grid(op: Operation) -> list[float]:
    """Numbers of all magnitudes, and those that its formulas name."""
    sizes = {*BETWEEN, *FAR}
    return sorted({*marks_of(op), *MODERATE, *sizes, *(-x for x in sizes)})


def _is_declared(op: Operation, one: Break) -> bool:
    """Whether `kinks` holds there, one of its equalities comes to hold close by, or the domain ends."""
    if any(condition(op, "kinks")(*point) or not condition(op, "domain")(*point) for point in one.calls):
        return True
    left, right = beyond(one.left[one.slot], -1.0), beyond(one.right[one.slot], 1.0)
    low, high = moved(one.left, one.slot, left), moved(one.left, one.slot, right)
    return any(difference(*low) * difference(*high) <= 0.0 for difference in _equalities(op))


@kept_with_row
def _equalities(op: Operation) -> list[Callable[..., float]]:
    """The left less the right side of each equality in `kinks`."""
    compared = [node for node in ast.walk(ast.parse(op.kinks or "0", mode="eval")) if isinstance(node, ast.Compare)]
    return [difference for node in compared for difference in _differences(op, node)]


def _differences(op: Operation, node: ast.Compare) -> Iterator[Callable[..., float]]:
    for (left, right), sign in zip(pairwise((node.left, *node.comparators)), node.ops, strict=True):
        if isinstance(sign, ast.Eq):
            lines = [f"def {op.name}_({', '.join(op.operands)}):"]
            lines += [f"    return ({ast.unparse(left)}) - ({ast.unparse(right)})"]
            yield compile_source(op.name, "kinks", lines, {})
