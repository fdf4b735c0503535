"""Indices and primes on what may be no name: (Wx)_i, ‖w‖_2, y′, X′X."""

from __future__ import annotations

from autograd.notes.formulas.syntax import Group, Indexed, Name, Number, Primed, Tagged, Transposed
from autograd.notes.markdown.declared import Input
from autograd.notes.meaning.arrays import Array
from autograd.notes.meaning.entries import entry, slice_along
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.indices import number_of
from autograd.notes.meaning.primes import prime
from autograd.notes.meaning.references import resolve

EUCLIDEAN = ((Number("2"),), (Name("F"),))  # the norms ‖w‖_2 and ‖W‖_F


def indexed(evaluator: Evaluates, node: Indexed, env: Env) -> Array:
    """The entry of a name, or of another formula's value."""
    base = node.base
    if isinstance(base, (Name, Tagged)) or node in evaluator.world.knowledge.names:
        return resolve(evaluator, node, env)
    if isinstance(base, Primed) and not isinstance(base.base, Group):
        return _primed_inside(evaluator, node, base, env)
    value = evaluator.evaluate(base, env)
    if isinstance(base, Group) and base.bracket == "‖" and node.indices in EUCLIDEAN:
        return value
    row = slice_along(value, node.indices[0], env) if len(node.indices) == 1 else None
    return entry(value, [number_of(evaluator, i, env) for i in node.indices], None, base) if row is None else row


def _primed_inside(evaluator: Evaluates, node: Indexed, base: Primed, env: Env) -> Array:
    """y′_i is (y_i)′, unless y′ is a name."""
    if base in evaluator.world.knowledge.names:
        return evaluator.evaluate(base, env)
    return primed(evaluator, Primed(Indexed(base.base, node.indices, span=node.span), base.count, span=node.span), env)


def primed(evaluator: Evaluates, node: Primed, env: Env) -> Array:
    """A name with a prime, a derivative, or of an array its transpose: X′X."""
    names = evaluator.world.knowledge.names
    if node in names:
        return resolve(evaluator, node, env)
    known = names.get(node.base)
    if isinstance(known, Input) and known.axes:
        return evaluator.evaluate(Transposed(node.base), env)
    return prime(evaluator, node, env)
