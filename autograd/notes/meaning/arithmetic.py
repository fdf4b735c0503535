"""Arithmetic of notes: numbers, vectors and matrices of Values, where equal operations are one node.

So a formula that spells out `wx + b` is computed through the z that was defined so, and ∂L/∂z has a meaning.
Vectors are columns, unless a shape says otherwise; a vector of one axis goes as a row where only that fits.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ops
from autograd.value import Value

Array = Any  # a number, a Value, or an object array of them
Shape = tuple[int, ...]
COMMUTATIVE = {"add", "mul", "maximum", "minimum"}


class MisfitError(ValueError):
    """Arrays that do not go together."""


def shape_of(x: Array) -> Shape:
    """The shape; () for a number."""
    return x.shape if isinstance(x, np.ndarray) else ()


def as_array(x: Array) -> Array:
    """An object array, with no axis for a number."""
    if isinstance(x, np.ndarray):
        return x
    made = np.empty((), dtype=object)
    made[()] = x
    return made


def scalar(x: Array) -> Any:
    """The one number of an array that has one. Raises MisfitError where it has several."""
    if not isinstance(x, np.ndarray):
        return x
    if x.size != 1:
        raise MisfitError(f"{written(x.shape)} where one number is needed")
    return x.item()


def written(shape: Shape) -> str:
    """A shape as notes have it: 3×2."""
    return "×".join(map(str, shape)) if len(shape) != 1 else f"a vector of {shape[0]}" if shape else "a number"


class Arithmetic:
    """Operations that make each node once."""

    def __init__(self) -> None:
        self._made: dict[Any, Any] = {}

    def call(self, op: Any, *operands: Any) -> Any:
        """One scalar operation."""
        if not any(isinstance(x, Value) for x in operands):
            return op(*operands)
        names = [id(x) if isinstance(x, Value) else float(x) for x in operands]
        if op.name in COMMUTATIVE:
            names.sort(key=str)
        key = (op.name, *names)
        if key not in self._made:
            self._made[key] = (op(*operands), operands)  # the operands too: their ids must not be given to others
        return self._made[key][0]

    def each(self, op: Any, x: Array) -> Array:
        """An operation of each entry."""
        return self._map(lambda entry: self.call(op, entry), x)

    def _map(self, function: Callable[[Any], Any], x: Array) -> Array:
        if not isinstance(x, np.ndarray):
            return function(x)
        made = np.empty(x.shape, dtype=object)
        made.ravel()[:] = [function(entry) for entry in x.ravel().tolist()]
        return made

    def pairwise(self, op: Any, x: Array, y: Array, what: str) -> Array:
        """An operation entry by entry; what has one row or column goes with every one."""
        if not isinstance(x, np.ndarray) and not isinstance(y, np.ndarray):
            return self.call(op, x, y)
        x, y = _together(as_array(x), as_array(y), what)
        made = np.empty(x.shape, dtype=object)
        made.ravel()[:] = [self.call(op, a, b) for a, b in zip(x.ravel().tolist(), y.ravel().tolist(), strict=True)]
        return made

    def add(self, x: Array, y: Array) -> Array:
        """x + y."""
        return self.pairwise(ops.add, x, y, "+")

    def sub(self, x: Array, y: Array) -> Array:
        """x − y."""
        return self.pairwise(ops.sub, x, y, "−")

    def neg(self, x: Array) -> Array:
        """−x."""
        return self.each(ops.neg, x)

    def times(self, x: Array, y: Array) -> Array:
        """Entry by entry."""
        return self.pairwise(ops.mul, x, y, "⊙")

    def divide(self, x: Array, y: Array) -> Array:
        """x / y; y is a number, or x and y have one shape."""
        if isinstance(y, np.ndarray) and y.size == 1:
            y = y.item()
        return self.pairwise(ops.div, x, y, "/")

    def power(self, x: Array, y: Array) -> Array:
        """Each entry of x to the power y."""
        return self.pairwise(ops.power, x, y, "^")

    def sum(self, entries: list[Any]) -> Any:
        """The sum of numbers, one node for all."""
        nodes = [x for x in entries if isinstance(x, Value)]
        if len(entries) == 1:
            return entries[0]
        if not nodes:
            return float(sum(entries))
        key = ("total", *(id(x) if isinstance(x, Value) else float(x) for x in entries))
        if key not in self._made:
            self._made[key] = (ops.total(entries), entries)
        return self._made[key][0]

    def add_up(self, terms: list[Array]) -> Array:
        """The sum of arrays of one shape."""
        shape = shape_of(terms[0])
        if any(shape_of(term) != shape for term in terms):
            raise MisfitError("the terms of a sum differ in shape")
        if not shape and not isinstance(terms[0], np.ndarray):
            return self.sum(terms)
        made = np.empty(shape, dtype=object)
        made.ravel()[:] = [
            self.sum(list(entries)) for entries in zip(*(t.ravel().tolist() for t in terms), strict=True)
        ]
        return made

    def product(self, x: Array, y: Array) -> Array:
        """The product: of a number and an array, of matrices, of two vectors their dot product."""
        if not isinstance(x, np.ndarray) or not isinstance(y, np.ndarray):
            return self.times(x, y)
        if x.ndim == y.ndim == 1:
            if x.shape != y.shape:
                raise MisfitError(f"{written(x.shape)} · {written(y.shape)}")
            return self._dot(x, y)
        if x.ndim > 2 or y.ndim > 2:
            raise MisfitError(f"{written(x.shape)} · {written(y.shape)}")
        left = x if x.ndim == 2 else x[:, None] if y.shape[0] == 1 != len(x) else x[None, :]
        right = y if y.ndim == 2 else y[:, None]
        if left.shape[1] != right.shape[0]:
            return self._as_scalar(x, y)
        made = np.empty((left.shape[0], right.shape[1]), dtype=object)
        for i, j in np.ndindex(made.shape):
            made[i, j] = self._dot(left[i], right[:, j])
        if made.size == 1 and 1 in (x.ndim, y.ndim):
            return made.item()  # wᵀx
        if y.ndim == 1:
            return made[:, 0]
        return made[0] if x.ndim == 1 and left.shape[0] == 1 else made

    def _as_scalar(self, x: Array, y: Array) -> Array:
        """A product that does not fit, of which one factor is 1×1."""
        if x.size == 1:
            return self.times(x.item(), y)
        if y.size == 1:
            return self.times(x, y.item())
        raise MisfitError(f"{written(x.shape)} · {written(y.shape)}")

    def _dot(self, xs: Array, ys: Array) -> Any:
        return self.sum([self.call(ops.mul, a, b) for a, b in zip(xs.tolist(), ys.tolist(), strict=True)])


def _together(x: Array, y: Array, what: str) -> tuple[Array, Array]:
    """Both in one shape: a number, a bias, a single row or column is repeated; a column and a row are not."""
    if x.shape == y.shape:
        return x, y
    shape = _common(x.shape, y.shape)
    if shape is None:
        raise MisfitError(f"{written(x.shape)} {what} {written(y.shape)}")
    return np.broadcast_to(_oriented(x, shape), shape), np.broadcast_to(_oriented(y, shape), shape)


def _common(a: Shape, b: Shape) -> Shape | None:
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
