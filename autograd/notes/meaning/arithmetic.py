"""Arithmetic of notes: numbers, vectors and matrices of Values, where equal operations are one node.

So a formula that spells out `wx + b` is computed through the z that was defined so, and ∂L/∂z has a meaning.
Vectors are columns, unless a shape says otherwise; a vector of one axis goes as a row where only that fits.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np

from autograd import ops
from autograd.notes.meaning.arrays import (
    Array,
    MisfitError,
    as_array,
    entries_of,
    filled,
    shape_of,
    together,
    written,
)
from autograd.value import Value

COMMUTATIVE = {"add", "mul", "maximum", "minimum"}


class Arithmetic:
    """Operations that make each node once."""

    def __init__(self) -> None:
        self._made: dict[Any, Any] = {}

    def call(self, op: Any, *operands: Any) -> Any:
        """One scalar operation."""
        if not any(isinstance(x, Value) for x in operands):
            return op(*operands)
        keys = [_key(x) for x in operands]
        if op.name in COMMUTATIVE:
            keys.sort(key=str)
        return self._once((op.name, *keys), operands, lambda: op(*operands))

    def sum(self, entries: Sequence[Any]) -> Any:
        """The sum of numbers, one node for all."""
        if len(entries) == 1:
            return entries[0]
        if not any(isinstance(x, Value) for x in entries):
            return float(sum(entries))
        return self._once(("total", *map(_key, entries)), entries, lambda: ops.total(list(entries)))

    def _once(self, key: Hashable, operands: Sequence[Any], make: Callable[[], Any]) -> Any:
        if key not in self._made:
            self._made[key] = (make(), operands)  # the operands too: their ids must not be given to others
        return self._made[key][0]

    # ---- entry by entry

    def map(self, function: Callable[[Any], Any], x: Array) -> Array:
        """A function of each entry."""
        return filled([function(entry) for entry in entries_of(x)], shape_of(x))

    def each(self, op: Any, x: Array) -> Array:
        """An operation of each entry."""
        return self.map(lambda entry: self.call(op, entry), x)

    def pairwise(self, op: Any, x: Array, y: Array, what: str) -> Array:
        """An operation entry by entry; what has one row or column goes with every one."""
        if not isinstance(x, np.ndarray) and not isinstance(y, np.ndarray):
            return self.call(op, x, y)
        x, y = together(as_array(x), as_array(y), what)
        return filled([self.call(op, a, b) for a, b in zip(entries_of(x), entries_of(y), strict=True)], x.shape)

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

    # ---- several entries at once

    def add_up(self, terms: list[Array]) -> Array:
        """The sum of arrays of one shape."""
        shape = shape_of(terms[0])
        if any(shape_of(term) != shape for term in terms):
            raise MisfitError("the terms of a sum differ in shape")
        return filled([self.sum(entries) for entries in zip(*map(entries_of, terms), strict=True)], shape)

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
        made = filled([self._dot(row, column) for row in left for column in right.T], (len(left), right.shape[1]))
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


def _key(x: Any) -> Any:
    """What tells an operand from others: a number is its value, a node itself."""
    return id(x) if isinstance(x, Value) else float(x)
