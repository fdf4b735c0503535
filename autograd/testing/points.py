"""Numbers to try an operation at: its whole domain, with its ends, its kinks, and all scales; and Values."""

from __future__ import annotations

from hypothesis import strategies as st

from autograd.codegen import condition
from autograd.ops import TABLE, Nary, Operation, operation
from autograd.testing.domains import LANDMARKS, interval
from autograd.value import Value


def values(
    min_value: float = -10.0, max_value: float = 10.0, *, labels: st.SearchStrategy[str] | None = None
) -> st.SearchStrategy[Value]:
    """Leaves, of data between the two; labels are empty unless drawn from `labels`.

    >>> from hypothesis import find
    >>> find(values(), lambda v: v.data > 2).data
    3.0
    """
    return st.builds(Value, st.floats(min_value, max_value), st.just("") if labels is None else labels)


def points_in_domain(op: str | Operation) -> st.SearchStrategy[tuple[float, ...]]:
    """The operands of a call of a row, or of the row of that name: all for which it is defined, huge and tiny ones too.

    Those of an operation of any number of operands come as one tuple: of `dot` the weights, the inputs, the bias; of
    `softmax` first which output it is. Raises ValueError for an unknown name.

    >>> from hypothesis import find
    >>> find(points_in_domain("log"), lambda xs: xs[0] >= 2)
    (2.0,)
    """
    row = operation(op) if isinstance(op, str) else op
    if isinstance(row, Nary):
        return _many(row)
    own = [_operand(row, name) for name in row.operands]
    drawn = st.tuples(*own)
    if len(own) > 1:  # operands that are equal, or near, are where choices are made
        drawn |= own[0].map(lambda x: (x,) * len(own)) | _neighbours(len(own))
    return drawn.filter(lambda xs: condition(row, "domain")(*xs))


def _operand(op: Operation, name: str) -> st.SearchStrategy[float]:
    found = interval(op, name)
    low, high = found.low, found.high
    drawn = [
        st.floats(low, high, exclude_min=not found.has_low, exclude_max=not found.has_high),
        st.floats(max(low, min(-40.0, high)), min(high, max(40.0, low))),  # moderate ones, or the end next to these
        _near_landmarks(low, high),
    ]
    if f"{name} % 1" in op.domain:
        drawn.append(st.integers(-9, 9).map(float))
    return st.one_of(drawn)


def _near_landmarks(low: float, high: float) -> st.SearchStrategy[float]:
    """At the landmarks, at the ends, at all distances from these, and at all scales."""
    places = sorted({p for mark in LANDMARKS for p in (mark, -mark)} | {low, high})
    at = st.sampled_from(places)
    around = st.builds(lambda p, s, e: p + s * 10.0**e, at, st.sampled_from([-1, 1]), st.floats(-17.0, 0.0))
    scales = st.builds(lambda s, e: s * 10.0**e, st.sampled_from([-1, 1]), st.floats(-323.0, 308.0))
    return (at | around | scales).filter(lambda x: low <= x <= high)


def _neighbours(count: int) -> st.SearchStrategy[tuple[float, ...]]:
    """Numbers of one scale, whichever it is."""
    return st.builds(
        lambda exponent, xs: tuple(x * 10.0**exponent for x in xs),
        st.floats(-323.0, 307.0),
        st.lists(st.floats(-9.0, 9.0), min_size=count, max_size=count),
    )


def _many(op: Operation) -> st.SearchStrategy[tuple[float, ...]]:
    entries = st.one_of(
        st.floats(-9.0, 9.0), st.floats(-800.0, 800.0), st.sampled_from([-1000.0, 0.0, 300.0, 1000.0])
    ) | st.floats(allow_nan=False, allow_infinity=False)
    if op is TABLE["dot"]:
        return st.integers(0, 5).flatmap(lambda n: st.tuples(*[st.floats(-1e9, 1e9)] * (2 * n + 1)))
    lists = st.lists(entries, min_size=1, max_size=6)
    if op is TABLE["softmax"]:
        return lists.flatmap(lambda xs: st.tuples(st.integers(0, len(xs) - 1).map(float), *map(st.just, xs)))
    return lists.map(tuple)
