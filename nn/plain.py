"""Numbers as people have them, in lists, tuples and arrays, as lists of floats and Values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import Value

Number = Value | float
Row = list[Number]
Floats = NDArray[np.float64]

PLAIN = {float, Value}
PLACES = ("sample", "output", "entry")


def plain(user: str, what: str, x: Any, at: tuple[int, ...] = (), places: Sequence[str] = PLACES) -> Any:
    """Lists of lists, down to Values and floats."""
    if isinstance(x, Value) or type(x) is float:
        return x
    if isinstance(x, (list, tuple)) and PLAIN.issuperset(map(type, x)):  # most are
        return list(x)
    where = f"{what} of {place(at, places)}" if at else what
    if isinstance(x, Real) and not isinstance(x, np.timedelta64):
        return _float(x, f"{user}: the {where}")
    if hasattr(x, "__array__"):  # NumPy's and others'
        array = np.asanyarray(x)
        if array.dtype.kind in "mM":  # they would turn into whole numbers, of any unit
            raise TypeError(f"{user}: the {where} is {array.dtype}: give numbers, as in times / np.timedelta64(1, 's')")
        return plain(user, what, array.tolist(), at, places)
    if isinstance(x, Iterable) and not isinstance(x, (str, bytes, Mapping, Set)):
        return [plain(user, what, y, (*at, i), places) for i, y in enumerate(x)]
    remedy = "number the classes 0, 1, …" if isinstance(x, str) else "give numbers, in lists or arrays"
    raise TypeError(f"{user}: the {where} is {x!r:.40}, not a number: {remedy}")


def read_number(user: str, name: str, x: Any) -> float:
    """A plain number for an option."""
    y = plain(user, name, x)
    if not isinstance(y, float):
        raise TypeError(f"{user}: {name} is a {type(x).__name__}: give a plain number")
    return y


def is_flat(x: Any) -> bool:
    """Whether it is a list, with something in it, and no list of lists."""
    return isinstance(x, list) and bool(x) and list not in map(type, x)


def data_of(x: Number) -> float:
    """The number of a Value, or the number itself."""
    return x.data if isinstance(x, Value) else x


def shown(x: float) -> str:
    """All digits that tell it from other numbers, and no `.0`."""
    return repr(x).removesuffix(".0")


def _float(x: Real, what: str) -> float:
    try:
        return float(x)
    except OverflowError:
        raise ValueError(f"{what} is too large for a float") from None


def place(at: Sequence[int], places: Sequence[str] = PLACES) -> str:
    """Where a number stands, for errors: "sample 2, output 0"."""
    return ", ".join(f"{name} {k}" for name, k in zip(places, at, strict=False))
