"""How a function takes its inputs, one by one or as one list, dict or array, and what they are called."""

from __future__ import annotations

from collections.abc import Callable
from inspect import Parameter, Signature, signature
from typing import Any

import numpy as np

# What Python says of a number that a function of a list indexes, unpacks, iterates over or measures.
NOT_A_LIST = ("not subscriptable", "not iterable", "non-iterable", "has no len()")


def call(f: Callable[..., Any], xs: Any) -> Any:
    """f of `xs`, as f takes it.

    A number is one argument. A dict is too, but for an f that takes two or more arguments of just these names.
    A list or a tuple is unpacked where f takes that many positional
    arguments, else it is one argument; of a list with one entry f gets the entry, and the list where it
    turns out to index it. An array is one argument where f takes one, else a vector is unpacked.

    >>> call(lambda x, y: x - y, [5.0, 3.0]), call(lambda p: p[0] - p[1], [5.0, 3.0]), call(lambda p: p[0], [5.0])
    (2.0, 2.0, 5.0)
    """
    if isinstance(xs, dict) and len(xs) > 1 and set(xs) == set(_required(f)):
        return f(**xs)
    if not unpacks(f, xs):
        return f(xs)
    if len(xs) != 1:
        return f(*xs)
    try:
        return f(*xs)
    except TypeError as error:
        if not any(words in str(error) for words in NOT_A_LIST):
            raise
    return f(xs)


def unpacks(f: Callable[..., Any], xs: Any) -> bool:
    """Whether the entries of `xs` are arguments of f, and not `xs` itself."""
    if isinstance(xs, np.ndarray):
        return xs.ndim == 1 and not _takes(f, 1) and _takes(f, len(xs))
    return isinstance(xs, (list, tuple)) and _takes(f, len(xs))


def leaf_names(f: Callable[..., Any], xs: Any) -> list[str]:
    """A name for each number of `xs`: its label, the parameter of f that it is, or x[0], w['b'] within that.

    >>> leaf_names(lambda w, b: 0, [[1.0, 2.0], 3.0]), leaf_names(lambda p: 0, {"w": [1.0], "b": 0.0})
    (['w[0]', 'w[1]', 'b'], ['w[0]', 'b'])
    """
    names = _parameters(f)
    if unpacks(f, xs) and len(xs) > 1:
        given = zip([*names, *(f"x{k}" for k in range(len(names), len(xs)))], xs, strict=False)
        return [name for start, x in given for name in _paths(start, x)]
    if isinstance(xs, dict):
        return [name for key, x in xs.items() for name in _paths(str(key), x)]
    return _paths(names[0] if names else "x", xs)


def _paths(start: str, tree: Any) -> list[str]:
    if isinstance(tree, dict):
        return [name for key, x in tree.items() for name in _paths(f"{start}[{key!r}]", x)]
    if isinstance(tree, (list, tuple)):
        return [name for k, x in enumerate(tree) for name in _paths(f"{start}[{k}]", x)]
    if isinstance(tree, np.ndarray) and tree.ndim:
        return [f"{start}[{', '.join(map(str, place))}]" for place in np.ndindex(tree.shape)]
    return [getattr(tree, "label", "") or start]


def _parameters(f: Callable[..., Any]) -> list[str]:
    kinds = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)
    found = _signature(f)
    return [p.name for p in found.parameters.values() if p.kind in kinds] if found else []


def _required(f: Callable[..., Any]) -> list[str]:
    found = _signature(f)
    return [p.name for p in found.parameters.values() if p.default is p.empty] if found else []


def _takes(f: Callable[..., Any], count: int) -> bool:
    found = _signature(f)
    try:
        return found is None or bool(found.bind(*range(count)) or True)
    except TypeError:
        return False


def _signature(f: Callable[..., Any]) -> Signature | None:
    try:
        return signature(f)
    except ValueError:  # a built-in that does not tell
        return None
