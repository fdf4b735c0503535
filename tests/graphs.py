"""Small graphs that several tests look at."""

from __future__ import annotations

from autograd import Value


def shared() -> Value:
    """h = w · x is used twice by one operation, w by two."""
    w, x = Value(3.0, label="w"), Value(2.0, label="x")
    h = w * x
    h.label = "h"
    L = h * h + w
    L.label = "L"
    return L
