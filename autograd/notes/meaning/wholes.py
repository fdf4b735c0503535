"""All of what a name means at one point, and the components of it: an input's, a definition's, a slice's."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

from autograd.notes.formulas.syntax import Node
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import AnyFunction, Input, Slices
from autograd.notes.meaning.arrays import Array, entries_of, filled, shape_of
from autograd.notes.meaning.entries import digits, entry, merged, place
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.implied import implied
from autograd.notes.meaning.knowledge import Definition, Meaning
from autograd.notes.meaning.names import only_index
from autograd.notes.meaning.world import NotCheckableError


def whole(evaluator: Evaluates, name: Node, meaning: Meaning, env: Env) -> Array:
    """All of what a name means; the part of it for an index that is bound, where it has one for each."""
    if isinstance(meaning, Input):
        value = _drawn(evaluator, name, meaning)
        here = env.get(meaning.per) if meaning.per else None
        return value if here is None else value[place(here, evaluator.world.spans(meaning)[0], name)]
    if isinstance(meaning, AnyFunction):
        return _any_function(evaluator, meaning)
    if isinstance(meaning, Slices):
        number = env.get(only_index(meaning.name))
        return evaluator.evaluate(meaning.of, env) if number is None else _slice(evaluator, meaning, number, env)
    return _defined(evaluator, name, meaning, env)


def component(evaluator: Evaluates, name: Node, meaning: Meaning, tags: list[int], below: list[int], env: Env) -> Array:
    """The component of what a name means that has these indices, above and below.

    Raises RangeError, NotCheckableError where there is none.
    """
    values = [*tags, *below]
    if isinstance(meaning, Slices):
        if len(below) == 2 and not tags:
            return entry(evaluator.evaluate(meaning.of, env), below, None, name)
        return entry(_slice(evaluator, meaning, values[0], env), values[1:], None, name)
    if isinstance(meaning, Input):
        value, spans = _drawn(evaluator, name, meaning), evaluator.world.spans(meaning)
        if meaning.per and len(values) == 1 < len(spans):
            return value[place(values[0], spans[0], name)]
        return entry(value, values, spans, name)
    if isinstance(meaning, Definition) and meaning.indices:
        return _of_family(evaluator, name, meaning, values, env)
    return _of_implied(evaluator, name, meaning, values, env)


def _of_family(evaluator: Evaluates, name: Node, meaning: Definition, values: list[int], env: Env) -> Array:
    """By the indices of the definition, and then by those of its body's value."""
    count = len(meaning.indices)
    indices = digits(values, count)
    if len(indices) < count:
        raise NotCheckableError(f"{readable(name)} has {count} indices, here {len(indices)}")
    return entry(member(evaluator, name, meaning, indices[:count], env), indices[count:], None, name)


def _of_implied(evaluator: Evaluates, name: Node, meaning: Meaning, values: list[int], env: Env) -> Array:
    """The first index may be the one that the name implies."""
    letters = sorted(implied(evaluator.world.knowledge, name))
    if len(letters) == 1:
        inner = whole(evaluator, name, meaning, {**env, letters[0]: values[0]})
        if len(values) == 1 + len(shape_of(inner)):
            return entry(inner, values[1:], None, name)
    return entry(whole(evaluator, name, meaning, env), values, None, name)


def _drawn(evaluator: Evaluates, name: Node, meaning: Input) -> Array:
    return evaluator.once(("input", name), lambda: evaluator.world.draw(meaning))


def _any_function(evaluator: Evaluates, meaning: AnyFunction) -> Any:
    if not meaning.of:
        raise NotCheckableError(f"{readable(meaning.name)} is a function: write what it is applied to")

    def make() -> Any:
        names = evaluator.world.knowledge.names
        arrays = [whole(evaluator, n, names[n], {}) if n in names else evaluator.evaluate(n, {}) for n in meaning.of]
        return evaluator.world.smooth(meaning, [x for array in arrays for x in entries_of(array)])

    return evaluator.once(("any", meaning.name), make)


def _slice(evaluator: Evaluates, meaning: Slices, number: int, env: Env) -> Array:
    matrix = evaluator.evaluate(meaning.of, env)
    rows = matrix if meaning.along == "rows" else matrix.T
    return rows[place(number, range(1, len(rows) + 1), meaning.name)]


def _defined(evaluator: Evaluates, name: Node, meaning: Definition, env: Env) -> Array:
    """A definition without indices, or the array of all members of one with indices."""
    if meaning.indices:
        spans = [evaluator.span(index, [meaning.body], {}) for index in meaning.indices]
        members = [member(evaluator, name, meaning, values, env) for values in product(*spans)]
        return merged(filled(members, tuple(map(len, spans))))
    letters = implied(evaluator.world.knowledge, name)
    if free := sorted(letters - env.keys()):
        span = evaluator.span(free[0], [], {})
        return merged(filled([_defined(evaluator, name, meaning, {**env, free[0]: i}) for i in span], (len(span),)))
    return _evaluated(evaluator, "whole", name, meaning, {index: env[index] for index in sorted(letters)})


def member(evaluator: Evaluates, name: Node, meaning: Definition, values: Iterable[int], env: Env) -> Array:
    """What a definition with indices is for one value of each."""
    letters = implied(evaluator.world.knowledge, name) & env.keys()
    bound = {index: env[index] for index in sorted(letters)}
    return _evaluated(evaluator, "entry", name, meaning, {**bound, **dict(zip(meaning.indices, values, strict=True))})


def _evaluated(evaluator: Evaluates, kind: str, name: Node, meaning: Definition, bound: Env) -> Array:
    return evaluator.once((kind, name, *bound.items()), lambda: evaluator.nested(meaning.body, bound, name))
