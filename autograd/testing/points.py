"""Numbers to try an operation at: its whole domain, with its ends, its kinks, and all scales; and Values.

They are drawn in functions of Hypothesis' `composite`, for it prints what `builds` and `map` make as calls of these.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from hypothesis import strategies as st

from autograd.codegen import condition
from autograd.ops import TABLE, Nary, Operation
from autograd.testing.asked import asked_operation
from autograd.testing.domains import LANDMARKS, interval, slopes
from autograd.value import Value
from nn.ranges import FINITE, Range, in_range

Numbers = st.SearchStrategy[float]
SIMPLE = (1.0, -1.0, 2.0, -2.0, 0.5, -0.5, 0.0)  # what others shrink to
ABOVE_1 = Range(lambda x: 1.0 < x < math.inf, "above 1 and finite")


def values(
    min_value: float = -10.0, max_value: float = 10.0, *, labels: st.SearchStrategy[str] | None = None
) -> st.SearchStrategy[Value]:
    """Leaves, of data between the two; labels are empty unless drawn from `labels`.

    Raises TypeError where a number is none, or `labels` no strategy; ValueError where no number is between the two.

    >>> from hypothesis import find
    >>> find(values(), lambda v: v.data > 2).data
    3.0
    """
    low, high = in_range("values", "min_value", min_value, FINITE), in_range("values", "max_value", max_value, FINITE)
    if low > high:
        raise ValueError(f"values: min_value = {low:g} is above max_value = {high:g}: give the smaller one first")
    if labels is None:
        return st.builds(Value, st.floats(low, high))
    if not isinstance(labels, st.SearchStrategy):
        raise TypeError(f"values: labels = {labels!r:.60} is no strategy: write st.just('x'), or st.sampled_from([…])")
    return st.builds(Value, st.floats(low, high), labels)


def points_in_domain(op: str | Operation, *, within: float | None = None) -> st.SearchStrategy[tuple[float, ...]]:
    """The operands of a call of a row, or of the row of that name: all for which it is defined, huge and tiny ones too.

    With `within`, such as 100, only those at which differences can tell a derivative: each is of a size from 1/within
    to within, none is at a kink or nearer than 1/within to an end of the domain, and nothing overflows.

    Those of an operation of any number of operands come as one tuple: of `dot` the weights, the inputs, the bias; of
    `softmax` first which output it is. They shrink to simple numbers. Raises ValueError for an unknown name, or where
    the domain has nothing of these sizes; TypeError for what is neither a name nor a row, or no number.

    >>> from autograd import log
    >>> from autograd.testing import assert_gradients
    >>> from hypothesis import find, given
    >>> find(points_in_domain("log"), lambda xs: xs[0] >= 2)
    (2.0,)
    >>> @given(points_in_domain("log", within=100))
    ... def test(p):
    ...     assert_gradients(log, *p)
    >>> test()
    """
    row = asked_operation("points_in_domain", op)
    limit = math.inf if within is None else in_range("points_in_domain", "within", within, ABOVE_1)
    if isinstance(row, Nary):
        return _lists(row, _entries(row, limit))
    points = _tuples([_operand(row, name, limit) for name in row.operands], _exponents(limit))
    return points.filter(lambda xs: condition(row, "domain")(*xs) if within is None else _can_be_told(row, xs, limit))


def _operand(op: Operation, name: str, limit: float) -> Numbers:
    """Simple numbers, moderate ones (or the end next to these), special ones, and all of the domain."""
    found, room = interval(op, name), 1.0 / limit
    low, high = max(found.low + room, -limit), min(found.high - room, limit)
    if low > high or max(abs(low), abs(high)) < room:
        sizes = f"no {name} of a size from {room:g} to {limit:g} that is {room:g} from its ends"
        raise ValueError(f"points_in_domain: the domain of {op.name}, {op.domain}, has {sizes}: give a larger within")
    whole = [float(k) for k in range(-9, 10)] if f"{name} % 1" in op.domain else []
    simple = [x for x in (*SIMPLE, *whole) if low <= x <= high and abs(x) >= room]
    return st.one_of(
        *[st.sampled_from(simple)] * bool(simple),
        st.floats(max(low, min(-40.0, high)), min(high, max(40.0, low))),
        _special(low, high, _exponents(limit)).filter(lambda x: low <= x <= high),
        st.floats(low, high, exclude_min=not (room or found.has_low), exclude_max=not (room or found.has_high)),
    )


def _exponents(limit: float) -> Numbers:
    """Of 10: all scales."""
    most = math.log10(limit)
    return st.floats(-min(323.0, most), min(308.0, most))


@st.composite
def _special(draw: Any, low: float, high: float, exponents: Numbers) -> float:
    """At the landmarks, at the ends, at all distances from these, or at any scale."""
    places = {p for mark in LANDMARKS for p in (mark, -mark) if low <= p <= high} | {low, high}
    kind, sign = draw(st.integers(0, 2)), draw(st.sampled_from([1.0, -1.0]))
    if kind == 2:
        return float(sign * 10.0 ** draw(exponents))
    place = draw(st.sampled_from(sorted(places, key=lambda p: (abs(p), p < 0.0))))
    return float(place + sign * 10.0 ** draw(st.floats(-17.0, 0.0)) if kind else place)


@st.composite
def _tuples(draw: Any, operands: Sequence[Numbers], exponents: Numbers) -> tuple[float, ...]:
    """Operands each for itself; or where choices are made: equal ones, and such of one scale, whichever it is."""
    xs = tuple(draw(operand) for operand in operands)
    together = draw(st.integers(0, 2)) if len(xs) > 1 else 0  # drawn last, so that shrinking can leave xs as they are
    if together == 1:
        return xs[-1:] * len(xs)
    if together == 2:
        scale = 10.0 ** draw(exponents)
        return tuple(math.frexp(x)[0] * scale for x in xs)
    return xs


def _can_be_told(op: Operation, xs: tuple[float, ...], limit: float) -> bool:
    """Whether differences tell the derivatives: what `within` promises."""
    room = 1.0 / limit
    beside = [(*xs[:k], x + shift, *xs[k + 1 :]) for k, x in enumerate(xs) for shift in (-room, room)]
    return (
        all(room <= abs(x) <= limit for x in xs)
        and all(condition(op, "domain")(*near) for near in beside)
        and not condition(op, "kinks")(*xs)
        and slopes(op, xs) is not None
    )


def _entries(op: Nary, limit: float) -> Numbers:
    """Numbers of a list: of a dot product, such that nothing overflows."""
    if limit < math.inf:
        return st.floats(1.0 / limit, limit) | st.floats(-limit, -1.0 / limit)
    if op is TABLE["dot"]:
        return st.floats(-1e9, 1e9)
    moderate = st.floats(-9.0, 9.0) | st.floats(-800.0, 800.0) | st.sampled_from([-1000.0, 0.0, 300.0, 1000.0])
    return moderate | st.floats(allow_nan=False, allow_infinity=False)


@st.composite
def _lists(draw: Any, op: Nary, entries: Numbers) -> tuple[float, ...]:
    if op is TABLE["dot"]:
        return tuple(draw(entries) for _ in range(2 * draw(st.integers(0, 5)) + 1))
    xs = draw(st.lists(entries, min_size=1, max_size=6))
    first = [float(draw(st.integers(0, len(xs) - 1)))] if op is TABLE["softmax"] else []
    return (*first, *xs)
