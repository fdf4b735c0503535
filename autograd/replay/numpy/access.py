"""How rows of a store are read and written in NumPy: as a slice where they lie evenly, else by an index."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from autograd.replay.program import Ints


class Access(NamedTuple):
    """Rows of an array: the expression that reads them, and the target to write into.

    A `view` is both. What is no view is read as a copy. `one`: all of the rows are the same one, which is there once.
    """

    read: str
    target: str
    view: bool = True
    one: bool = False


def access(array: str, size: int, places: Ints, index: Callable[[Ints], str], flat: bool = False) -> Access:
    """How to read the rows `places` of an array of `size` rows: the result has the shape of `places`, then of a row.

    An array of one number a row may be read `flat`: without the axis of that number. `index` names whole numbers.

    >>> access("V", 9, np.array([2, 4, 6]), str).read
    'V[2:7:2]'
    >>> access("S", 9, np.array([[0, 1], [3, 4]]), str, flat=True).read
    'S[0:6, 0].reshape(2, 3)[:, 0:2]'
    >>> access("V", 9, np.array([5, 1, 1]), lambda places: "i1")
    Access(read='V.take(i1, axis=0)', target='V[i1]', view=False, one=False)
    """
    end = ", 0]" if flat else "]"
    if places.ndim == 1:
        even = evenly(places)
        if even or not np.ptp(places):
            text = array + "[" + _slice(even or slice(int(places[0]), int(places[0]) + 1, 1)) + end
            return Access(text, text, one=not even)
    else:
        for table, back in ((places, ""), (places.T, ".T" if flat else ".swapaxes(0, 1)")):
            if block := _block(table, size, flat):
                return Access(array + block + back, array + block + back)
    name = index(places)
    read = f"{array}[:, 0].take({name})" if flat else f"{array}.take({name}, axis=0)"
    return Access(read, f"{array}[{name}{end}", view=False)


def evenly(places: Ints) -> slice | None:
    """Places that ascend by equal steps, as a slice."""
    if len(places) < 2:
        return slice(int(places[0]), int(places[0]) + 1, 1) if len(places) else slice(0, 0, 1)
    step = int(places[1] - places[0])
    if step < 1 or (np.diff(places) != step).any():
        return None
    return slice(int(places[0]), int(places[-1]) + 1, step)


def _slice(s: slice) -> str:
    return f"{s.start}:{s.stop}" + (f":{s.step}" if s.step > 1 else "")


def _block(places: Ints, size: int, flat: bool) -> str | None:
    """A table of places as columns of a block of rows that is cut into lines of equal length."""
    lines, width = places.shape
    columns = evenly(places[0])
    length = int(places[1, 0] - places[0, 0]) if lines > 1 else width
    first = int(places[0, 0])
    if columns is None or length < columns.stop - columns.start or (np.diff(places, axis=0) != length).any():
        return None
    begin = max(0, min(first, size - lines * length))  # the last line, too, is there to its end
    end = begin + lines * length
    inner = slice(first - begin, first - begin + columns.stop - columns.start, columns.step)
    if end > size or inner.stop > length:
        return None
    rows = f"[{begin}:{end}{', 0' if flat else ''}].reshape({lines}, {length}{'' if flat else ', -1'})"
    return rows if inner == slice(0, length, 1) else f"{rows}[:, {_slice(inner)}]"
