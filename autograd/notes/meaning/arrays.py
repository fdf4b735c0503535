"""Arrays of notes, of numbers and Values: their shapes, and which shapes go together entry by entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = Any  # a number, a Value, or an object array of them
Shape = tuple[int, ...]


class MisfitError(ValueError):
    """Arrays that do not go together."""


def shape_of(x: Array) -> Shape:
    """The shape; () for a number."""
    return x.shape if isinstance(x, np.ndarray) else ()


def written(shape: Shape) -> str:
    """A shape as notes have it.

    >>> written((3, 2)), written((4,))
    ('3×2', 'a vector of 4')
    """
    return f"a vector of {shape[0]}" if len(shape) == 1 else "×".join(map(str, shape)) or "a number"


def as_array(x: Array) -> Array:
    """An object array, with no axis for a number."""
    if isinstance(x, np.ndarray):
        return x
    made = np.empty((), dtype=object)
    made[()] = x
    return made


def entries_of(x: Array) -> list[Any]:
    """All entries, row by row; a number is its only one."""
    return x.ravel().tolist() if isinstance(x, np.ndarray) else [x]


def filled(entries: Sequence[Any], shape: Shape) -> Array:
    """The array of a shape that has these entries; the entry itself for the shape of a number."""
    return np.fromiter(entries, dtype=object, count=len(entries)).reshape(shape) if shape else entries[0]


def scalar(x: Array) -> Any:
    """The one number of an array that has one. Raises MisfitError where it has several."""
    if not isinstance(x, np.ndarray):
        return x
    if x.size != 1:
        raise MisfitError(f"{written(x.shape)} where one number is needed")
    return x.item()


def together(x: Array, y: Array, what: str) -> tuple[Array, Array]:
    """Both in one shape: a number, a bias, a single row or column is repeated; a column and a row are not.

    Raises MisfitError, which has `what` between the shapes.
    """
    if x.shape == y.shape:
        return x, y
    shape = _common(x.shape, y.shape)
    if shape is None:
        raise MisfitError(f"{written(x.shape)} {what} {written(y.shape)}")
    return np.broadcast_to(_oriented(x, shape), shape), np.broadcast_to(_oriented(y, shape), shape)


def _common(a: Shape, b: Shape) -> Shape | None:
    """The shape of x + y; None where there is none."""
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    if not shorter or shorter == (1,) or shorter == (1, 1):
        return longer
    if longer in ((1,), (1, 1)):
        return shorter
    if len(longer) == 2 and len(shorter) == 1:
        return longer if shorter[0] in longer else None
    if len(longer) == len(shorter) == 2:
        if longer[0] == shorter[0] and 1 in (longer[1], shorter[1]):
            return (longer[0], max(longer[1], shorter[1]))
        if longer[1] == shorter[1] and 1 in (longer[0], shorter[0]):
            return (max(longer[0], shorter[0]), longer[1])
    return None


def _oriented(x: Array, shape: Shape) -> Array:
    """A vector beside a matrix: its entries go along the columns if they can, as a bias of outputs does."""
    if x.size == 1:
        return x.reshape((1,) * len(shape))
    if x.ndim == 1 and len(shape) == 2 and x.shape[0] != shape[1]:
        return x[:, None]
    return x
