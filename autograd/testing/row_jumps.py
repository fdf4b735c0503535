"""The value of a row has no jumps but those that it declares."""

from __future__ import annotations

from autograd.check.slices import Slice
from autograd.testing.breaks import after, before, beyond, changes
from autograd.testing.places import Point
from autograd.testing.row import Finding, Findings, Row
from autograd.testing.undeclared import Break, along, moving

ROUNDINGS = 4.0  # of the formula on both sides, by which the value may differ
REMEDY = "declare it in `kinks`, or let what is on both sides meet there"


def jumps(row: Row) -> Findings:
    """It is the same on both sides of every break, and between both sides of every mark."""
    for one in row.breaks:
        yield Finding(one.place, jump(row, one))
    for point in row.places.marks:
        for slot in moving(row.op, point):
            yield Finding(point, _alone(row, point, slot))


def jump(row: Row, one: Break) -> str:
    """What is wrong where the value is not the same on both sides, up to rounding."""
    left, right = (row.graph(point)[0] for point in (one.left, one.right))
    rounding = sum(Slice(y, one.slot).noise()[0] for y in (left, right))
    if not changes(left.data, right.data) or abs(left.data - right.data) <= ROUNDINGS * rounding:
        return ""
    return f"the value jumps, from {left.data:.10g} on the left to {right.data:.10g} on the right: {REMEDY}"


def _alone(row: Row, point: Point, slot: int) -> str:
    """What is wrong where the value is another one than on both sides, which are the same."""
    f, x = along(row.op, point, slot), point[slot]
    near = [f(t) for t in (before(x), beyond(x, -1.0), beyond(x, 1.0), after(x))]
    if not f(x) or not all(near):
        return ""
    y, sides = f(x)[0], [numbers[0] for numbers in near]
    apart = min(abs(y - side) for side in sides)
    rounding = Slice(row.graph(point)[0], slot).noise()[0]
    if max(sides) - min(sides) > 0.1 * apart or not changes(y, sides[0]) or apart <= ROUNDINGS * rounding:
        return ""
    return f"the value is {y:.10g} there, and {sides[0]:.10g} on both sides: {REMEDY}"
