"""What the nodes of a graph are called: by their labels, by the user's variables, or v1, v2, …"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd.graph import topological_order
from autograd.labels import SUPERSCRIPTS, readable
from autograd.value import Value


def names_of(root: Value, names: Mapping[str, Any] | None = None) -> dict[Value, str]:
    """A name for every node below `root`, no two the same, the same on every run.

    A label comes first, one in LaTeX as plain text; then a variable of `names` (such as `locals()`; `w[0]` for
    lists), then u1, u2, … for inputs and v1, v2, … for results, in topological order. A label that is taken gets
    a prime: x, x′, x′′.

    >>> x = Value(2.0, label="x")
    >>> w = [Value(3.0)]
    >>> y = w[0] * x + 1
    >>> list(names_of(y, {"w": w, "y": y}).values())
    ['w[0]', 'x', 'v1', 'y']
    """
    given = variable_names(names or {})
    found: dict[Value, str] = {}
    taken: dict[str, int] = {}
    order = topological_order(root)
    for node in order:
        if name := readable(node.label) or given.get(node, ""):
            found[node] = free(name, taken)
    counts = {"u": 0, "v": 0}
    for node in order:
        letter = "v" if node.op else "u"
        while node not in found:
            counts[letter] += 1
            name = f"{letter}{counts[letter]}"
            if name not in taken:
                taken[name] = 0
                found[node] = name
    return {node: found[node] for node in order}


def variable_names(names: Mapping[str, Any]) -> dict[Value, str]:
    """The Values among variables, then those in their lists, tuples, dicts and arrays; the first name of each."""
    if not isinstance(names, Mapping):
        raise TypeError(f"names={names!r:.40} is {type(names).__name__}: give a dict of variables, such as locals()")
    named = {name: held for name, held in names.items() if not name.startswith("_")}
    found = {held: name for name, held in reversed(named.items()) if isinstance(held, Value)}
    for name, held in named.items():
        for path, value in _values_in(name, held, depth=3):
            found.setdefault(value, path)
    return found


def _values_in(path: str, held: Any, depth: int) -> Iterator[tuple[str, Value]]:
    if isinstance(held, Value):
        yield path, held
    elif depth and isinstance(held, dict):
        for key, item in held.items():
            yield from _values_in(f"{path}[{key!r}]", item, depth - 1)
    elif depth and (isinstance(held, (list, tuple)) or (isinstance(held, np.ndarray) and held.dtype == object)):
        for k, item in enumerate(held):
            yield from _values_in(f"{path}[{k}]", item, depth - 1)


def free(name: str, taken: dict[str, int]) -> str:
    """The name, with primes where it is taken: x, x′, x′′, x′′′, x⁽⁴⁾. `taken` has each name, and how often it came."""
    found = name
    while found in taken:
        taken[name] += 1
        count = taken[name]
        found = name + ("′" * count if count < 4 else f"({count})".translate(SUPERSCRIPTS))
    taken[found] = 0
    return found
