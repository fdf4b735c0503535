"""A recorded graph at random points: what its nodes are there, and the gradients of its result, step by step.

Kept are the points at which the forward pass has a value and no node is mostly rounding error.
"""

from __future__ import annotations

import ast
import math
import random
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.codegen import ARITHMETIC_ERRORS, compute, condition, ieee_partials, kept_with_row
from autograd.graph import adjoints
from autograd.ops import (
    Nary,
    Operation,
    add,
    dot,
    log_sigmoid,
    logsumexp,
    mean,
    neg,
    softplus,
    sub,
    total,
    where,
)
from autograd.value import Value

EPSILON = 2.0**-52
MOST_ERROR = 1e-13  # relative, of a node's value: an estimate from above
ATTEMPTS = 12  # a point that is kept
SUMS, SMOOTH = {add, sub, neg, total, mean, dot}, {softplus, log_sigmoid, logsumexp}

Group = tuple[Value, ...]  # leaves that are probabilities: they sum to 1
Numbers = dict[Value, float]
Edge = tuple[Value, float]  # an operand, and the local derivative in it


class Point(NamedTuple):
    """The nodes' values, ∂result/∂node, and the sum of the absolute products of the paths from each.

    `crossed` are the operations that are not on the side of their kinks on which they were recorded.
    """

    values: Numbers
    gradients: Numbers
    sizes: Numbers
    crossed: set[Value]


class Sampler:
    """Draws points at which the leaves of each of `groups` sum to 1; with `one_side`, no kink is crossed."""

    def __init__(self, order: Sequence[Value], groups: Sequence[Group] = (), one_side: bool = True) -> None:
        self.order, self.groups, self.one_side = order, groups, one_side
        recorded = {v: v.data for v in order}
        self.sides = {v: side for v in order if (side := _side(v, recorded))}

    def draw(self, count: int) -> list[Point]:
        """The same points on every call; fewer than `count` where most are out of the domain."""
        dice = random.Random(0)
        found: list[Point] = []
        for k in range(count * ATTEMPTS):
            if len(found) == count or len(found) < k // ATTEMPTS - count // 8:
                break
            with np.errstate(all="ignore"):
                point = self._point(self._leaves(dice, k % 3))
            found += [point] if point else []
        return found

    def _leaves(self, dice: random.Random, manner: int) -> Numbers:
        spread = 0.3 * dice.random() ** 2
        drawn = {v: _like(v.data, dice, manner, spread) for v in self.order if v.op is None}
        for group in self.groups:
            parts = [dice.expovariate(1.0) for _ in group]
            drawn |= {v: part / math.fsum(parts) for v, part in zip(group, parts, strict=True)}
        return drawn

    def _point(self, leaves: Numbers) -> Point | None:
        values, errors, root = dict(leaves), dict.fromkeys(leaves, 0.0), self.order[-1]
        edges: dict[Value, list[Edge]] = {}
        for v in self.order:
            if v.op is None:
                continue
            try:
                values[v], edges[v] = _computed(v.op, v.operands, values)
            except ARITHMETIC_ERRORS:
                return None
            errors[v] = EPSILON * abs(values[v]) + sum(abs(d) * errors[x] for x, d in edges[v])
            if not ((v is root and v.op in SUMS) or _is_clear(v, values[v], errors[v], edges[v])):
                return None
        crossed = {v for v, side in self.sides.items() if side != _side(v, values)}
        if crossed and self.one_side:
            return None
        gradients = adjoints(root, 1.0, values, lambda v, _: edges.get(v, ()))
        sizes = adjoints(root, 1.0, values, lambda v, _: [(x, abs(d)) for x, d in edges.get(v, ())])
        return Point(values, gradients, sizes, crossed)


def _computed(op: Any, operands: Sequence[Any], values: Numbers) -> tuple[float, list[Edge]]:
    """The result of an operation, and the local derivative in each operand that is a node."""
    data = [_number(x, values) for x in operands]
    y = compute(op, data)
    partials = op.all_partials(y, data) if isinstance(op, Nary) else ieee_partials(op)(*map(np.float64, (y, *data)))
    return y, [(x, float(d)) for x, d in zip(operands, partials, strict=True) if isinstance(x, Value)]


def _is_clear(v: Value, y: float, error: float, edges: Sequence[Edge]) -> bool:
    """Whether y is known well enough: far from 0, and from ±1 unless it is a sum, for 1 − y loses its digits there.

    So do the derivatives of operations in which a sigmoid or a softmax is hidden.
    """
    if not any(d for _, d in edges):
        return True
    if v.op in SMOOTH and not all(MOST_ERROR * min(abs(d), abs(1.0 - d)) >= EPSILON for _, d in edges):
        return False
    return error <= MOST_ERROR * (abs(y) if v.op in SUMS else min(abs(y), abs(1.0 - abs(y))))


def _like(x: float, dice: random.Random, manner: int, spread: float) -> float:
    """A number close to x; one that is in [0, 1], or of the same sign, if x is; or any."""
    normal = dice.gauss(0.0, 1.0)
    if manner == 0:
        return x + spread * normal * max(abs(x), 1.0)
    if manner == 1:
        return dice.uniform(0.02, 0.98) if 0.0 <= x <= 1.0 else x * math.exp(0.5 * normal)
    return 1.5 * normal


def _side(v: Value, values: Numbers) -> tuple[bool, ...]:
    """On which side of each of its kinks an operation is; nothing for one without."""
    if v.op is where:
        return (_number(v.operands[0], values) != 0.0,)
    if v.op is None or not v.op.kinks:
        return ()
    operands = {name: _number(x, values) for name, x in zip(v.op.operands, v.operands, strict=True)}
    pairs = [(operands.get(left, left), operands.get(right, right)) for left, right in _kinks(v.op)]
    if len(pairs) == 1 and not condition(v.op, "kinks")(**operands | {_kinks(v.op)[0][0]: pairs[0][1]}):
        return ()  # as of x ** 2, whatever x is
    return tuple(left > right for left, right in pairs)


def _number(x: Any, values: Numbers) -> float:
    return values[x] if isinstance(x, Value) else x


@kept_with_row
def _kinks(op: Operation) -> list[tuple[str, Any]]:
    """The operands, and what they are equal to where the row has a kink: a number, or another operand's name."""
    compared = [x for x in ast.walk(ast.parse(op.kinks)) if isinstance(x, ast.Compare) and isinstance(x.ops[0], ast.Eq)]
    pairs = [(x.left, x.comparators[0]) for x in compared]
    plain = (ast.Name, ast.Constant, ast.UnaryOp)
    return [(a.id, _read(b)) for a, b in pairs if isinstance(a, ast.Name) and isinstance(b, plain)]


def _read(node: ast.expr) -> Any:
    return node.id if isinstance(node, ast.Name) else ast.literal_eval(node)
