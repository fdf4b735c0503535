"""The rows, and a few calls of each at which nothing is special; `autograd.testing` draws all others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from autograd import Value
from autograd.codegen import condition
from autograd.ops import TABLE, Nary, Operation

BUILT_IN = [op for op in TABLE.values() if not op.users_own]
FIXED_ARITY = [op for op in BUILT_IN if not isinstance(op, Nary)]
every_row = pytest.mark.parametrize("op", BUILT_IN, ids=lambda op: op.name)
every_row_of_fixed_arity = pytest.mark.parametrize("op", FIXED_ARITY, ids=lambda op: op.name)

MODERATE = (0.3, -0.6, 1.9, 2.5, -2.4)


def points(op: Operation) -> list[tuple[float, ...]]:
    """A few calls at which nothing is huge, in the domain and away from the kinks: every row has some."""
    if isinstance(op, Nary):
        return [(1.0, *MODERATE[:3]) if op.name == "softmax" else MODERATE]
    rotations = [(MODERATE[k:] + MODERATE[:k])[: len(op.operands)] for k in range(len(MODERATE))]
    return [xs for xs in rotations if condition(op, "domain")(*xs) and not condition(op, "kinks")(*xs)]


def apply(op: Operation, operands: Sequence[Any]) -> Any:
    """`op` of operands that `points_in_domain` drew."""
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
