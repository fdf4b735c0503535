"""The derivatives of a row against differences of it, in its domain and at its kinks."""

from __future__ import annotations

import math

from autograd.check import EdgeCheck, check_graph
from autograd.check.differences import Differences
from autograd.check.estimate import EPSILON, differ
from autograd.check.report import AGREES, KINK, NOISE, NOT_SMOOTH, slope
from autograd.check.slices import Slice, noise
from autograd.codegen import condition, value_partial
from autograd.graph import adjoints
from autograd.modes import ignore_domain, recording
from autograd.ops import Nary
from autograd.testing.places import Point
from autograd.testing.row import Finding, Findings, Row
from autograd.testing.row_jumps import jump
from autograd.testing.undeclared import Break
from autograd.value import Value

UNDECLARED = "there is a kink that `kinks` does not declare"
ROUNDINGS = 16.0  # of its own formula, by which a derivative may be off


def derivatives(row: Row) -> Findings:
    """Each is a number, and that of differences; no kink but those declared. Far away, where differences can tell."""
    for point, y, _ in row.graphs(row.places.inside + row.places.marks):
        for edge in check_graph(y):
            yield Finding(point, _problem(row, point, edge))
    meeting = [one for one in row.breaks if not jump(row, one)]
    for one in meeting:
        yield Finding(one.place, _kink(row, one))
    beside = dict.fromkeys(point for one in meeting for point in (one.left, one.right))
    for point, y, _ in row.graphs([*beside, *row.places.far]):
        for edge in check_graph(y) if math.isfinite(y.data) else ():
            unsure = edge.verdict == NOISE or (edge.verdict == NOT_SMOOTH and math.isfinite(edge.recorded))
            yield Finding(point, "" if unsure else _problem(row, point, edge))


def kinks(row: Row) -> Findings:
    """At a kink the derivative is between the slopes on both sides, or f jumps."""
    for point, y, _ in row.graphs(row.places.kinks):
        for edge in check_graph(y):
            yield Finding(point, "" if edge.verdict in (KINK, NOT_SMOOTH) else _wrong(edge))


def _kink(row: Row, one: Break) -> str:
    """What is wrong where differences see another slope on each side."""
    beside = [Slice(row.graph(point)[0], one.slot) for point in (one.left, one.right)]
    left, right = (Differences(f, f.x, f.noise()[0]) for f in beside)
    before, after = left.left(), right.right()
    slopes = f"the slope is {slope(before)} on the left, {slope(after)} on the right"
    return f"{UNDECLARED}: {slopes}" if differ(before, after) else ""


def _problem(row: Row, point: Point, edge: EdgeCheck) -> str:
    if edge.verdict not in (KINK, NOT_SMOOTH):
        return _wrong(edge)
    if _is_alone(row, point, edge.slot):
        return ""
    if edge.verdict == NOT_SMOOTH and not math.isfinite(edge.recorded):
        return f"there is a value, but no derivative: {_slopes(edge)}"
    return f"{UNDECLARED}: {_slopes(edge)}"


def _wrong(edge: EdgeCheck) -> str:
    return "" if edge.verdict == AGREES or _is_rounding(edge) else f"{edge.verdict}: {_slopes(edge)}"


def _slopes(edge: EdgeCheck) -> str:
    """The derivative as recorded and by differences, without the call."""
    return str(edge).partition("): ")[2] or str(edge)


def _is_alone(row: Row, point: Point, slot: int) -> bool:
    """Whether the row is defined on neither side, as a power of a negative number is in its exponent."""
    if isinstance(row.op, Nary):
        return False
    ends = [(*point[:slot], math.nextafter(point[slot], end), *point[slot + 1 :]) for end in (-math.inf, math.inf)]
    return not any(condition(row.op, "domain")(*near) for near in ends)


def _is_rounding(edge: EdgeCheck) -> bool:
    """Whether it is off by no more than its formula rounds, as 1 - y**2 of tanh is where y is nearly 1."""
    off = min(abs(edge.recorded - side.value) for side in (edge.estimate, edge.left, edge.right))
    return off <= ROUNDINGS * _rounding(Slice(edge.node, edge.slot))


def _rounding(one: Slice) -> float:
    """How far roundings move the row's formula of the derivative: its own, and those of y."""
    if isinstance(one.op, Nary):
        return 0.0
    y, operands = Value(one.node.data), [Value(x) for x in one.data]
    with ignore_domain(), recording():
        derivative = value_partial(one.op, one.slot)(y, *operands)
    if not isinstance(derivative, Value):
        return 0.0
    through_y: float = adjoints(derivative, 1.0, [y], Value.edges).get(y, 0.0)
    own = EPSILON * abs(derivative.data) + noise(derivative, [y, *operands])
    return own + abs(through_y) * (EPSILON * abs(y.data) + one.noise()[0])
