"""A side of a claim as an array: its value for every value of its free indices."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np

from autograd.notes.formulas.syntax import Name, Node, Relation
from autograd.notes.meaning.arrays import MisfitError, as_array, entries_of, filled, shape_of, written
from autograd.notes.meaning.claim import free_indices
from autograd.notes.meaning.conditions import holds
from autograd.notes.meaning.evaluate import Evaluator
from autograd.notes.meaning.implied import implied_in
from autograd.notes.meaning.world import NotCheckableError
from autograd.value import data_of

Numbers = Any  # an array of floats
Spans = Mapping[str, range]  # the values of each free index


def counted(node: Node, evaluator: Evaluator, each: bool) -> list[str]:
    """The indices of a side that have no other meaning here; with those that it leaves unsaid, if `each`."""
    knowledge = evaluator.world.knowledge
    unsaid = sorted(implied_in(knowledge, node)) if each else []
    found = dict.fromkeys([*free_indices(node), *unsaid])
    return [i for i in found if i not in evaluator.world.sizes and Name(i) not in knowledge.names]


def values(node: Node, evaluator: Evaluator, spans: Spans, where: Sequence[Relation] = ()) -> list[Any]:
    """A side for every value of its free indices at which the conditions hold, the last index running fastest."""
    places = (dict(zip(spans, place, strict=True)) for place in product(*spans.values()))
    kept = [env for env in places if all(holds(evaluator, condition, env) for condition in where)]
    if not kept:
        raise NotCheckableError("its condition holds for no index")
    return [as_array(evaluator.evaluate(node, env)) for env in kept]


def stacked(heads: list[Any], bodies: list[Any], outer: Spans, inner: Spans) -> tuple[Any, Any]:
    """Both sides as arrays, an axis in front for each free index; in one row where entries differ in shape.

    Raises MisfitError where the sides cannot be compared entry by entry.
    """
    if len({head.shape for head in heads}) > 1 and not inner:
        for head, body in zip(heads, bodies, strict=True):
            if long_axes(body.shape) != long_axes(head.shape):
                raise MisfitError(f"{written(body.shape)} instead of {written(head.shape)}")
        return np.concatenate([h.ravel() for h in heads]), np.concatenate([b.ravel() for b in bodies])
    if len({body.shape for body in bodies}) > 1:
        raise MisfitError("it has another shape for each index")
    return _joined(heads, outer.values()), _joined(bodies, [*outer.values(), *inner.values()])


def _joined(entries: list[Any], spans: Iterable[range]) -> Any:
    """One array of a side's values, an axis in front for each span."""
    shape = (*map(len, spans), *entries[0].shape)
    return as_array(filled([x for each in entries for x in entries_of(each)], shape))


def long_axes(shape: tuple[int, ...]) -> tuple[int, ...]:
    """A shape without its axes of one entry.

    >>> long_axes((1, 3)), long_axes((3,))
    ((3,), (3,))
    """
    return tuple(size for size in shape if size != 1)


def numbers(value: Any) -> Numbers:
    """The floats of a side."""
    return np.array([float(data_of(x, "a side")) for x in entries_of(value)]).reshape(shape_of(value))


def fitted(claimed: Numbers, shape: tuple[int, ...]) -> Numbers:
    """Numbers in the shape that they are compared in: a vector of one axis has no orientation.

    >>> fitted(np.zeros(3), (1, 3)).shape, fitted(np.zeros((3, 1)), (1, 3)).shape
    ((1, 3), (3, 1))
    """
    if claimed.shape == shape or claimed.size != math.prod(shape):
        return claimed
    oriented = len(claimed.shape) == len(shape) == 2 and claimed.size > 1
    return claimed.reshape(shape) if long_axes(claimed.shape) == long_axes(shape) and not oriented else claimed
