"""Arrays of Values: their numbers, the gradient in them, and how far rounding can have moved it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.graph import adjoints, topological_order
from autograd.modes import recording
from autograd.ops import total
from autograd.value import Value, data_of

Array = Any  # of floats, or of Values; of shape () for a scalar
Point = dict[str, Array]  # the inputs by name


def map_array(function: Callable[[Any], Any], x: Array) -> Array:
    """An array of objects, `function` of each entry."""
    made = np.empty(x.shape, dtype=object)
    made.ravel()[:] = [function(entry) for entry in x.ravel().tolist()]
    return made


def plain(x: Array) -> Any:
    """What a user's function takes: an array, or the scalar itself."""
    return x.item() if x.ndim == 0 else x.copy()


def numbers(x: Any, what: str) -> Array:
    """Numbers, Values, and lists and arrays of them, as an array of floats.

    Raises ValueError where rows differ in length, TypeError where an entry is not a number.
    """
    try:
        entries = np.asarray(x, dtype=object)
    except ValueError:
        raise ValueError(f"{what}: its rows differ in length") from None
    return map_array(lambda entry: data_of(entry, what), entries).astype(float)


def gradient_of(y: Any, xs: Array) -> Array:
    """∂y/∂x for each of an array of Values. Touches no `grad`."""
    found = adjoints(y, 1.0, xs.ravel().tolist(), Value.edges) if isinstance(y, Value) else {}
    return map_array(lambda x: found.get(x, 0.0), xs).astype(float)


def gradient_rounding(y: Any, xs: Array) -> Array:
    """A bound on the rounding error of each ∂y/∂x."""
    if not isinstance(y, Value):
        return np.zeros(xs.shape)
    with recording():
        found = adjoints(y, 1.0, xs.ravel().tolist(), Value.differentiable_edges)
    return rounding(map_array(lambda x: found.get(x, 0.0), xs))


def rounding(results: Array) -> Array:
    """A bound on the rounding error of each, to first order (running error analysis: Higham 2002, 3.3)."""
    nodes = [v for v in results.ravel().tolist() if isinstance(v, Value)]
    errors: dict[Value, float] = {}
    with recording():
        order = topological_order(total(nodes)) if nodes else []
    for node in order:
        if node.op is not None:
            inherited = sum(abs(local) * errors.get(parent, 0.0) for parent, local in node.edges())
            errors[node] = 2.0**-50 * abs(node.data) + inherited
    return map_array(lambda v: errors.get(v, 0.0), results).astype(float)
