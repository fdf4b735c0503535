"""Conditions, and what depends on them: 1[k = j], cases."""

from __future__ import annotations

import operator
from collections.abc import Callable

from autograd.notes.formulas.syntax import Cases, Group, Node, Relation
from autograd.notes.meaning.arrays import Array, entries_of, filled, scalar, shape_of
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.world import NotCheckableError
from autograd.value import data_of

COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    ">": operator.gt,
    "≤": operator.le,
    "≥": operator.ge,
    "=": operator.eq,
    "≠": operator.ne,
}


def holds(evaluator: Evaluates, condition: Node, env: Env) -> bool:
    """Whether a condition holds here. Raises NotCheckableError for what is no comparison."""
    if isinstance(condition, Group) and len(condition.parts) == 1:
        return holds(evaluator, condition.parts[0], env)
    if not isinstance(condition, Relation) or None in condition.sides:
        raise NotCheckableError("a condition that is no comparison")
    numbers = [data_of(scalar(evaluator.evaluate(side, env)), "a condition") for side in condition.sides if side]
    if not set(condition.signs) <= COMPARISONS.keys():
        raise NotCheckableError(f"a condition with {' '.join(condition.signs)}")
    return all(COMPARISONS[sign](a, b) for a, sign, b in zip(numbers, condition.signs, numbers[1:], strict=False))


def indicated(evaluator: Evaluates, condition: Relation, env: Env) -> Array:
    """1[k = j], 1[Wx > 0]: 1 where it holds, for each entry."""
    left, right = condition.sides[0], condition.sides[-1]
    if len(condition.sides) != 2 or left is None or right is None or condition.signs[0] not in COMPARISONS:
        return float(holds(evaluator, condition, env))
    compare = COMPARISONS[condition.signs[0]]
    apart = evaluator.world.arithmetic.sub(evaluator.evaluate(left, env), evaluator.evaluate(right, env))
    return filled([float(compare(data_of(x, "a condition"), 0.0)) for x in entries_of(apart)], shape_of(apart))


def cases(evaluator: Evaluates, node: Cases, env: Env) -> Array:
    """The value of the first case that holds. Raises NotCheckableError where none does."""
    for value, condition in zip(node.values, node.conditions, strict=True):
        if condition is None or holds(evaluator, condition, env):
            return evaluator.evaluate(value, env)
    raise NotCheckableError("none of the cases holds")
