"""What a name with its scripts refers to: w, W^{(1)}, x_{ij}, y^{(i)}, θ_0."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.notes.formulas.syntax import Indexed, Name, Node, Tagged
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import AnyFunction, Axis, Input, Slices
from autograd.notes.meaning.arithmetic import Array, shape_of
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.functions import CONSTANTS
from autograd.notes.meaning.knowledge import (
    ANY,
    Definition,
    Meaning,
    is_family,
    numbered,
    other_case,
    slice_index,
    stem,
)
from autograd.notes.meaning.world import NotCheckableError

KRONECKER = {Name("δ"), Name("I")}  # with two indices, and no other meaning: 1 where they are equal, else 0


class UnknownError(NotCheckableError):
    """A name that nothing was said of."""

    def __init__(self, name: Node) -> None:
        self.name = name
        words = readable(name)
        stem = words.split("_")[0]
        super().__init__(f"{words} has no meaning yet: define it, or declare it, as in `{stem}: number` or `{stem}: n`")


def resolve(evaluator: Evaluates, node: Node, env: Env) -> Array:
    """The value of a name with its scripts. Raises UnknownError, NotCheckableError."""
    if isinstance(node, Name) and node.text in env:
        return env[node.text]
    knowledge = evaluator.world.knowledge
    if isinstance(node, Indexed) and isinstance(node.base, Name) and shape_of(env.get(node.base.text)):
        array = env[node.base.text]  # a function's parameter
        axes = _axes_of_parameter(evaluator, node.base, shape_of(array))
        return entry(array, [evaluator.index(i, env) for i in node.indices], axes, node)
    numbers = numbered(node, env)
    for exact in (numbers, node):
        meaning = knowledge.names.get(exact)
        if isinstance(meaning, Definition) and meaning.indices and exact == node and not is_family(exact):
            _, below = scripts(node, exact)  # δ_j beside δ_k: a family that goes by its letters
            return _entry(evaluator, exact, meaning, [evaluator.index(i, env) for i in below], env)
        if meaning is not None and not is_family(exact):
            return whole(evaluator, exact, meaning, env)
    if (size := evaluator.world.sizes.get(readable(node))) is not None:
        return float(size)
    known = knowledge.find(numbers)
    if known is None:
        if isinstance(node, Name) and node.text in CONSTANTS:
            return CONSTANTS[node.text]
        if isinstance(node, Indexed) and node.base in KRONECKER and len(node.indices) == 2:
            return float(evaluator.index(node.indices[0], env) == evaluator.index(node.indices[1], env))
        raise UnknownError(node)
    name, meaning = known
    tags, below = scripts(node, name)
    if not (tags or below):
        return whole(evaluator, name, meaning, env)
    if isinstance(meaning, Input) and meaning.axes is None and not meaning.per:
        raise UnknownError(node)  # of which only the values are known
    per = meaning.per if isinstance(meaning, Input) else ""
    if per in env and not tags and Name(per) not in below:
        tags = (Name(per),)  # the value of the sample in question
    values = [evaluator.index(index, env) for index in tags], [evaluator.index(index, env) for index in below]
    if (
        len(tags) + len(below) == 1
        and (slice := _of_matrix(evaluator, name, meaning, (*tags, *below)[0], env)) is not None
    ):
        return slice
    return _component(evaluator, name, meaning, *values, env)


def _of_matrix(evaluator: Evaluates, name: Node, meaning: Meaning, index: Node, env: Env) -> Array | None:
    """A row or a column of a matrix, as long as it is plain which: a^{(i)}, where i runs as far as there are columns."""
    if isinstance(meaning, (Slices, AnyFunction)) or (isinstance(meaning, Definition) and meaning.indices):
        return None
    if isinstance(meaning, Input) and meaning.per:
        return None
    return slice_along(whole(evaluator, name, meaning, env), index, env)


def slice_along(value: Array, index: Node, env: Env) -> Array | None:
    """The row or the column of a matrix that an index counts; None where its range does not tell."""
    shape, span = shape_of(value), env.get(f"#{getattr(index, 'text', '')}")
    if len(shape) != 2 or 1 in shape or span is None or span[0] != 1:
        return None
    along = [axis for axis in (0, 1) if shape[axis] == len(span)]
    number = env[index.text] - 1  # type: ignore[attr-defined]
    return None if len(along) != 1 else value[number] if along == [0] else value[:, number]


def _axes_of_parameter(evaluator: Evaluates, name: Node, shape: tuple[int, ...]) -> list[range] | None:
    """A parameter's indices begin as those of the input of its name do."""
    meaning = evaluator.world.knowledge.names.get(name)
    axes = axes_of(evaluator, evaluator.world.axes(meaning)) if isinstance(meaning, Input) else []
    return axes if tuple(map(len, axes)) == shape else None


def scripts(node: Node, known: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The indices, above and below, of a name that was found as `known`: a superscript of a known name is none."""
    below = node.indices if isinstance(node, Indexed) else ()
    tagged, inner = stem(node), stem(known)
    is_own = isinstance(inner, Tagged) and inner.tag != ANY and not _is_tagged_twice(tagged, inner)
    return (tagged.tag,) if isinstance(tagged, Tagged) and not is_own else (), below


def _is_tagged_twice(name: Node, known: Node) -> bool:
    """a^{[2](i)}: a known a^{[2]}, of a sample."""
    return isinstance(name, Tagged) and isinstance(name.base, Tagged) and known in (name.base, other_case(name.base))


def whole(evaluator: Evaluates, name: Node, meaning: Meaning, env: Env) -> Array:
    """All of what a name means; the part of it for an index that is bound, where it has one for each."""
    world = evaluator.world
    if isinstance(meaning, Input):
        value = evaluator.once(("input", name), lambda: world.draw(meaning))
        return (
            value[world.indices(world.knowledge.ranges[meaning.per]).index(env[meaning.per])]
            if (meaning.per and meaning.per in env)
            else value
        )
    if isinstance(meaning, AnyFunction):
        return _any_function(evaluator, meaning, env)
    if isinstance(meaning, Slices):
        index = slice_index(meaning)
        if index in env:
            return _slice(evaluator, meaning, env[index], env)
        return evaluator.evaluate(meaning.of, env)
    return _defined(evaluator, name, meaning, env)


def _any_function(evaluator: Evaluates, meaning: AnyFunction, env: Env) -> Any:
    if not meaning.of:
        raise NotCheckableError(f"{readable(meaning.name)} is a function: write what it is applied to")

    def make() -> Any:
        names = evaluator.world.knowledge.names
        arrays = [
            whole(evaluator, name, names[name], {}) if name in names else evaluator.evaluate(name, {})
            for name in meaning.of
        ]
        entries = [x for array in arrays for x in (array.ravel().tolist() if shape_of(array) else [array])]
        return evaluator.world.smooth(meaning, entries)

    return evaluator.once(("any", meaning.name), make)


def _slice(evaluator: Evaluates, meaning: Slices, number: int, env: Env) -> Array:
    matrix = evaluator.evaluate(meaning.of, env)
    rows = matrix if meaning.along == "rows" else matrix.T
    return rows[_place(number, range(1, len(rows) + 1), meaning.name)]


def _defined(evaluator: Evaluates, name: Node, meaning: Definition, env: Env) -> Array:
    """A definition without indices, or the array of all components of one with indices."""
    if meaning.indices:
        spans = [evaluator.span(index, [meaning.body], {}) for index in meaning.indices]
        made = np.empty(tuple(map(len, spans)), dtype=object)
        for place in np.ndindex(*made.shape):
            made[place] = _entry(evaluator, name, meaning, [s[k] for s, k in zip(spans, place, strict=True)], env)
        return _merged(made)
    free = sorted(evaluator.world.knowledge.per(name) - env.keys())
    if free:
        values = [_defined(evaluator, name, meaning, {**env, free[0]: i}) for i in evaluator.span(free[0], [], {})]
        return _merged(_boxed(values))
    bound = {index: env[index] for index in sorted(evaluator.world.knowledge.per(name))}
    return evaluator.once(("whole", name, *bound.items()), lambda: evaluator.nested(meaning.body, bound, name))


def _entry(evaluator: Evaluates, name: Node, meaning: Definition, values: list[int], env: Env) -> Array:
    """One component of a definition with indices."""
    per = evaluator.world.knowledge.per(name) & env.keys()
    bound = {**{index: env[index] for index in sorted(per)}, **dict(zip(meaning.indices, values, strict=True))}
    return evaluator.once(("entry", name, *bound.items()), lambda: evaluator.nested(meaning.body, bound, name))


def _component(
    evaluator: Evaluates, name: Node, meaning: Meaning, tags: list[int], below: list[int], env: Env
) -> Array:
    world, values = evaluator.world, [*tags, *below]
    if isinstance(meaning, Slices):
        if len(below) == 2 and not tags:
            return entry(evaluator.evaluate(meaning.of, env), below, None, name)
        return entry(_slice(evaluator, meaning, values[0], env), values[1:], None, name)
    if isinstance(meaning, Definition) and meaning.indices:
        values = _digits(values, len(meaning.indices))
        if len(values) < len(meaning.indices):
            raise NotCheckableError(f"{readable(name)} has {len(meaning.indices)} indices, here {len(values)}")
        count = len(meaning.indices)
        return entry(_entry(evaluator, name, meaning, values[:count], env), values[count:], None, name)
    if isinstance(meaning, Input):
        axes = world.axes(meaning)
        value = evaluator.once(("input", name), lambda: world.draw(meaning))
        spans = axes_of(evaluator, axes)
        if meaning.per and len(values) == 1 < len(axes):
            return value[_place(values[0], spans[0], name)]
        return entry(value, values, spans, name)
    per = sorted(world.knowledge.per(name))
    if len(per) == 1 and values:
        inner = whole(evaluator, name, meaning, {**env, per[0]: values[0]})
        if len(values) == 1 + len(shape_of(inner)):
            return entry(inner, values[1:], None, name)
    return entry(whole(evaluator, name, meaning, env), values, None, name)


def axes_of(evaluator: Evaluates, axes: tuple[Axis, ...]) -> list[range]:
    """The indices along each axis."""
    return [evaluator.world.indices(axis) for axis in axes]


def entry(value: Array, values: list[int], axes: list[range] | None, name: Node) -> Array:
    """An entry of an array, by indices that begin with 1 if `axes` do not say otherwise."""
    if not values:
        return value
    shape = shape_of(value)
    values = _digits(values, len(shape))
    axes = axes or [range(1, size + 1) for size in shape]
    if len(values) == 1 and len(shape) == 2 and 1 in shape:
        long = int(shape[0] == 1)
        return value.ravel()[_place(values[0], axes[long], name)]
    if len(values) != len(shape):
        dims = f"{len(shape)} axes" if len(shape) != 1 else "one axis"
        raise NotCheckableError(f"{readable(name)} has {dims if shape else 'no axis'}, and {len(values)} indices here")
    return value[tuple(_place(v, axis, name) for v, axis in zip(values, axes, strict=True))]


def _digits(values: list[int], count: int) -> list[int]:
    """w_{12} of a matrix has the indices 1 and 2."""
    if len(values) == 1 < count and len(str(values[0])) == count:
        return [int(digit) for digit in str(values[0])]
    return values


class RangeError(NotCheckableError):
    """An index beyond its axis."""


def _place(value: int, axis: range, name: Node) -> int:
    if value not in axis:
        raise RangeError(f"index {value} of {readable(name)}: it runs from {axis[0]} to {axis[-1]}")
    return axis.index(value)


def _boxed(values: list[Array]) -> Array:
    made = np.empty(len(values), dtype=object)
    made[:] = values if not any(isinstance(v, np.ndarray) for v in values) else [None] * len(values)
    for k, value in enumerate(values):
        made[k] = value
    return made


def _merged(made: Array) -> Array:
    """An array of arrays of one shape as one array."""
    first = made.ravel()[0]
    if len({shape_of(x) for x in made.ravel().tolist()}) > 1:
        raise NotCheckableError("its entries differ in shape: write one of them")
    if not isinstance(first, np.ndarray):
        return made
    return np.stack(made.ravel().tolist()).reshape(*made.shape, *first.shape)
