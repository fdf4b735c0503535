"""Σ, Π, max and min over indices."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from itertools import product

from autograd.notes.formulas.syntax import Big, Name, Relation
from autograd.notes.meaning import functions
from autograd.notes.meaning.arrays import Array, scalar
from autograd.notes.meaning.conditions import holds
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.indices import limits
from autograd.notes.meaning.world import NotCheckableError

LONGEST = 2_000  # numbers of one index


def big(evaluator: Evaluates, node: Big, env: Env) -> Array:
    """The sum, product, or largest or smallest of the terms. Raises NotCheckableError for lim and its kin."""
    if node.kind in ("argmax", "argmin", "lim"):
        raise NotCheckableError(f"{node.kind} is not computed")
    arithmetic = evaluator.world.arithmetic
    values = [evaluator.evaluate(node.body, inner) for inner in _runs(evaluator, node, env)]
    if not values:
        return 0.0 if node.kind == "sum" else 1.0
    if node.kind == "sum":
        return arithmetic.add_up(values)
    if node.kind in functions.FOLDS:
        return functions.fold(arithmetic, node.kind, [scalar(v) for v in values])
    return reduce(arithmetic.product, values)


def _runs(evaluator: Evaluates, node: Big, env: Env) -> Iterator[Env]:
    """The environments of the terms: the numbers of the indices, and under #i how far i runs."""
    names = [i.text for i in node.indices if isinstance(i, Name)]
    spans = _spans(evaluator, node, names, env)
    ranges = {f"#{name}": span for name, span in zip(names, spans, strict=True)}
    for numbers in product(*spans):
        inner = {**env, **ranges, **dict(zip(names, numbers, strict=True))}
        if not isinstance(node.lower, Relation) or holds(evaluator, node.lower, inner):
            yield inner


def _spans(evaluator: Evaluates, node: Big, names: list[str], env: Env) -> list[range]:
    if not names:
        raise NotCheckableError("a sum over nothing that is named")
    if node.upper is not None:
        spans = [limits(evaluator, node, node.upper, env)] * len(names)
    else:
        spans = [evaluator.span(name, [node.body], env) for name in names]
    longest = max(map(len, spans))
    if longest > LONGEST:
        raise NotCheckableError(f"a sum of {longest} terms: more than {LONGEST} are not computed")
    return spans
