"""Entries, rows and columns of arrays, by indices as notes count them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from autograd.notes.formulas.syntax import Name, Node
from autograd.notes.formulas.wording import readable
from autograd.notes.meaning.arrays import Array, entries_of, shape_of
from autograd.notes.meaning.evaluating import Env
from autograd.notes.meaning.world import NotCheckableError


class RangeError(NotCheckableError):
    """An index beyond its axis."""


def place(value: int, axis: range, name: Node) -> int:
    """Where an index stands on its axis. Raises RangeError beyond it."""
    if value not in axis:
        raise RangeError(f"index {value} of {readable(name)}: it runs from {axis.start} to {axis.stop - 1}")
    return axis.index(value)


def entry(value: Array, values: Sequence[int], axes: list[range] | None, name: Node) -> Array:
    """An entry of an array, by indices that begin with 1 if `axes` do not say otherwise.

    Raises RangeError, NotCheckableError where there are more or fewer axes than indices.
    """
    if not values:
        return value
    shape = shape_of(value)
    values = digits(values, len(shape))
    axes = axes or [range(1, size + 1) for size in shape]
    if len(values) == 1 and len(shape) == 2 and 1 in shape:
        long = int(shape[0] == 1)
        return value.ravel()[place(values[0], axes[long], name)]
    if len(values) != len(shape):
        dims = f"{len(shape)} axes" if len(shape) != 1 else "one axis"
        raise NotCheckableError(f"{readable(name)} has {dims if shape else 'no axis'}, and {len(values)} indices here")
    return value[tuple(place(v, axis, name) for v, axis in zip(values, axes, strict=True))]


def digits(values: Sequence[int], count: int) -> Sequence[int]:
    """The indices meant where `count` are needed.

    >>> digits([12], 2), digits([12], 1)
    ([1, 2], [12])
    """
    if len(values) == 1 < count and len(str(values[0])) == count:
        return [int(digit) for digit in str(values[0])]
    return values


def slice_along(value: Array, index: Node, env: Env) -> Array | None:
    """The row or the column of a matrix that an index counts; None where its range does not tell."""
    span = env.get(f"#{index.text}") if isinstance(index, Name) else None
    shape = shape_of(value)
    if not isinstance(index, Name) or len(shape) != 2 or 1 in shape or span is None or span[0] != 1:
        return None
    along = [axis for axis in (0, 1) if shape[axis] == len(span)]
    return value.take(env[index.text] - 1, along[0]) if len(along) == 1 else None


def merged(made: Array) -> Array:
    """An array of arrays of one shape as one array. Raises NotCheckableError where their shapes differ."""
    inner = entries_of(made)
    if len({shape_of(x) for x in inner}) > 1:
        raise NotCheckableError("its entries differ in shape: write one of them")
    if not inner or not isinstance(inner[0], np.ndarray):
        return made
    return np.stack(inner).reshape(made.shape + inner[0].shape)
