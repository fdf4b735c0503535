"""What counts as a number, and what to write where something does not."""

from __future__ import annotations

from numbers import Real
from typing import Any

import numpy as np

REMEDIES = {
    "str": "write float(x), if it spells one",
    "NoneType": "is a `return` missing?",
    "complex": "make its real and its imaginary part a Value each",
    "Value": "it is a Value already; v.detach() makes a leaf of it",
    "ndarray": "np.vectorize(Value)(array) makes an array of Values",
    "list": "[Value(x) for x in xs] makes a list of Values",
}


def number(x: Any, what: str) -> float:
    """`x` as a float, for the operation or argument `what`.

    Raises TypeError where it is not a real number, ValueError where it is too large for a float.

    >>> number(2, "exp")
    2.0
    """
    if not isinstance(x, (Real, np.bool_)):
        remedy = REMEDIES.get(type(x).__name__, "write float(x), if it stands for one")
        raise TypeError(f"{what}: {type(x).__name__} {_short(x)} is not a real number; {remedy}")
    try:
        return float(x)
    except OverflowError:
        raise ValueError(f"{what}: {type(x).__name__} {_short(x)} is too large for a float") from None


def _short(x: Any) -> str:
    shown = f"of {x.bit_length()} bits" if isinstance(x, int) else repr(x)
    return shown if len(shown) <= 40 else shown[:37] + "…"
