"""Operands for a row of the table, drawn from the row's own `domain`: all of it, with its ends and its kinks."""

from __future__ import annotations

import ast
import math
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from hypothesis import strategies as st

from autograd import Value
from autograd.codegen import condition
from autograd.ops import TABLE, Nary, Operation

BUILT_IN = [op for op in TABLE.values() if not op.users_own]
FIXED_ARITY = [op for op in BUILT_IN if not isinstance(op, Nary)]
every_row = pytest.mark.parametrize("op", BUILT_IN, ids=lambda op: op.name)
every_row_of_fixed_arity = pytest.mark.parametrize("op", FIXED_ARITY, ids=lambda op: op.name)

# Where functions are 0, blow up, turn or overflow: operands are drawn there, and at all distances from there.
LANDMARKS = [0.0, 1.0, math.pi / 2, math.pi, 0.751791524693564, 1.2784645427610738, 37.0, 40.0, 710.0, 745.0]
LARGEST = math.nextafter(math.inf, 0.0)
MODERATE = (0.3, -0.6, 1.9, 2.5, -2.4)


def operands(op: Operation) -> st.SearchStrategy[tuple[float, ...]]:
    """All operands of a call, as numbers; those of an n-ary row as one flat tuple."""
    if isinstance(op, Nary):
        return _many(op)
    own = [_operand(op, name) for name in op.operands]
    drawn = st.tuples(*own)
    if len(own) > 1:  # operands that are equal, or near, are where choices are made
        drawn |= own[0].map(lambda x: (x,) * len(own)) | _neighbours(len(own))
    return drawn.filter(lambda xs: condition(op, "domain")(*xs))


def points(op: Operation) -> list[tuple[float, ...]]:
    """A few calls at which nothing is huge, in the domain and away from the kinks: every row has some."""
    if isinstance(op, Nary):
        return [(1.0, *MODERATE[:3]) if op.name == "softmax" else MODERATE]
    rotations = [(MODERATE[k:] + MODERATE[:k])[: len(op.operands)] for k in range(len(MODERATE))]
    return [xs for xs in rotations if condition(op, "domain")(*xs) and not condition(op, "kinks")(*xs)]


def apply(op: Operation, operands: Sequence[Any]) -> Any:
    """`op` of operands that `operands` drew."""
    if op.name == "softmax":
        return op(int(operands[0]), operands[1:])
    if op.name == "dot":
        n = len(operands) // 2
        return op(operands[:n], operands[n:-1], operands[-1])
    return op(operands) if isinstance(op, Nary) else op(*operands)


def values(op: Operation, operands: Sequence[float]) -> list[Any]:
    """The operands as Values; softmax's first is an index, not a number."""
    return [x if op.name == "softmax" and k == 0 else Value(x) for k, x in enumerate(operands)]


def put(xs: Sequence[Any], k: int, x: Any) -> list[Any]:
    """xs with its k-th entry replaced."""
    return [*xs[:k], x, *xs[k + 1 :]]


def bounds(domain: str, name: str) -> dict[str, Any]:
    """What `domain` says of one operand alone, as the arguments of `st.floats`."""
    limits: dict[str, Any] = {"min_value": -LARGEST, "max_value": LARGEST}
    for left, sign, right in _comparisons(ast.parse(domain or "True", mode="eval").body):
        strict = isinstance(sign, (ast.Lt, ast.Gt))
        low, high = (left, right) if isinstance(sign, (ast.Lt, ast.LtE)) else (right, left)
        if isinstance(high, ast.Name) and high.id == name:
            limits |= {"min_value": float(ast.literal_eval(low)), "exclude_min": strict}
        elif isinstance(low, ast.Name) and low.id == name:
            limits |= {"max_value": float(ast.literal_eval(high)), "exclude_max": strict}
    return limits


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


def _operand(op: Operation, name: str) -> st.SearchStrategy[float]:
    limits = bounds(op.domain, name)
    low, high = limits["min_value"], limits["max_value"]
    drawn = [
        st.floats(**limits, allow_nan=False, allow_infinity=False),
        st.floats(max(low, -40.0), min(high, 40.0)),
        _near_landmarks(low, high),
    ]
    if f"{name} % 1" in op.domain:
        drawn.append(st.integers(-9, 9).map(float))
    return st.one_of(drawn)


def _near_landmarks(low: float, high: float) -> st.SearchStrategy[float]:
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


def _many(op: Nary) -> st.SearchStrategy[tuple[float, ...]]:
    entries = st.one_of(
        st.floats(-9.0, 9.0), st.floats(-800.0, 800.0), st.sampled_from([-1000.0, 0.0, 300.0, 1000.0])
    ) | st.floats(allow_nan=False, allow_infinity=False)
    if op.name == "dot":
        return st.integers(0, 5).flatmap(lambda n: st.tuples(*[st.floats(-1e9, 1e9)] * (2 * n + 1)))
    lists = st.lists(entries, min_size=1, max_size=6)
    if op.name == "softmax":
        return lists.flatmap(lambda xs: st.tuples(st.integers(0, len(xs) - 1).map(float), *map(st.just, xs)))
    return lists.map(tuple)
