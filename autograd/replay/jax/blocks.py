"""A store of rows as JAX arrays one below the other. It grows by whole arrays, none of which is ever changed."""

from __future__ import annotations

from typing import Any

import numpy as np
from jax import lax

from autograd.replay.program import Ints

Array = Any  # of JAX, or what stands for one while JAX traces
ROWS = lax.GatherDimensionNumbers(offset_dims=(1,), collapsed_slice_dims=(0,), start_index_map=(0,))


class Blocks:
    """Rows of equal length. One array that is written to would be copied when it is differentiated; these are not."""

    def __init__(self, *arrays: Array) -> None:
        self.arrays: list[Array] = []
        self.starts = [0]
        for array in arrays:
            self.append(array)

    def append(self, array: Array) -> None:
        """More rows."""
        self.arrays.append(array)
        self.starts.append(self.starts[-1] + array.shape[0])

    def take(self, rows: Ints) -> Array:
        """These rows, of which there may be one or more, in this order."""
        which = np.searchsorted(self.starts, rows, side="right") - 1
        parts, size, places = [], 0, np.empty_like(rows)
        for k in np.unique(which):
            mine = which == k
            local = rows[mine] - self.starts[k]
            low, high = int(local.min()), int(local.max()) + 1
            parts.append(lax.slice_in_dim(self.arrays[k], low, high))
            places[mine] = local - low + size
            size += high - low
        return _picked(parts[0] if len(parts) == 1 else lax.concatenate(parts, 0), places)

    def table(self, places: Ints) -> Array:
        """The rows of a table of places: (lines, columns, length of a row)."""
        lines, columns = places.shape
        if min(places.shape) > 1 and places[1, 0] - places[0, 0] == 1 != places[0, 1] - places[0, 0]:  # by columns
            return lax.transpose(self.table(places.T), (1, 0, 2))
        return lax.reshape(self.take(places.ravel()), (lines, columns, self.arrays[0].shape[1]))


def _picked(array: Array, places: Ints) -> Array:
    """Rows of an array, by a slice where they lie evenly."""
    count, length = len(places), array.shape[1]
    if count > 1 and not np.ptp(places):
        return lax.broadcast_in_dim(array[int(places[0])], (count, length), (1,))
    breaks = np.flatnonzero(np.diff(places) != 1)
    width = int(breaks[0]) + 1 if len(breaks) else count
    step = int(places[width]) if len(breaks) else count
    if width <= step and np.array_equal(places, _lines(count // width, step, width)):
        return _columns(array, step, width)
    unique = len(np.unique(places)) == count
    index = places.astype(np.int32)[:, None]
    return lax.gather(array, index, ROWS, (1, length), mode="promise_in_bounds", unique_indices=unique)


def _lines(lines: int, step: int, width: int) -> Ints:
    """The places of the first `width` rows of each `step`."""
    return (np.arange(lines)[:, None] * step + np.arange(width)).ravel()


def _columns(array: Array, step: int, width: int) -> Array:
    """The first `width` rows of each `step`."""
    if step == width:
        return array
    rows, length = array.shape
    lines = -(-rows // step)
    padded = lax.pad(array, np.zeros((), array.dtype), [(0, lines * step - rows, 0), (0, 0, 0)])
    columns = lax.slice_in_dim(lax.reshape(padded, (lines, step, length)), 0, width, axis=1)
    return lax.reshape(columns, (lines * width, length))
