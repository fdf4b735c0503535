"""Lists, tuples, dicts and arrays of numbers: taken apart into a flat list, and put together again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np


def leaves(tree: Any) -> list[Any]:
    """The numbers and Values of a tree, in order.

    >>> leaves({"w": [1.0, 2.0], "b": 3.0})
    [1.0, 2.0, 3.0]
    """
    if isinstance(tree, dict):
        return [leaf for branch in tree.values() for leaf in leaves(branch)]
    if isinstance(tree, (list, tuple)):
        return [leaf for branch in tree for leaf in leaves(branch)]
    if isinstance(tree, np.ndarray) and tree.ndim:
        return list(tree.ravel().tolist())
    return [tree.item() if isinstance(tree, np.ndarray) else tree]


def like(tree: Any, new: list[Any]) -> Any:
    """`tree` with its leaves replaced by those of `new`, which may be trees themselves.

    >>> like({"w": [1.0, 2.0], "b": 3.0}, [4.0, 5.0, 6.0])
    {'w': [4.0, 5.0], 'b': 6.0}
    """
    return _rebuild(tree, iter(new))


def map_leaves(function: Callable[[Any], Any], tree: Any) -> Any:
    """`tree` with `function` of each leaf."""
    return like(tree, [function(leaf) for leaf in leaves(tree)])


def _rebuild(tree: Any, new: Iterator[Any]) -> Any:
    if isinstance(tree, dict):
        return {key: _rebuild(branch, new) for key, branch in tree.items()}
    if isinstance(tree, tuple) and hasattr(tree, "_fields"):
        return type(tree)(*(_rebuild(branch, new) for branch in tree))
    if isinstance(tree, (list, tuple)):
        return type(tree)(_rebuild(branch, new) for branch in tree)
    if isinstance(tree, np.ndarray) and tree.ndim:
        return _array(tree.shape, [next(new) for _ in range(tree.size)])
    return next(new)


def _array(shape: tuple[int, ...], entries: list[Any]) -> Any:
    """An array of numbers or of arrays, as floats where they all are floats; else of objects."""
    if entries and all(isinstance(x, np.ndarray) and x.shape == entries[0].shape for x in entries):
        return np.stack(entries).reshape(shape + entries[0].shape)
    array = np.empty(len(entries), dtype=object)
    array[:] = entries
    kind = float if all(type(x) is float for x in entries) else object
    return array.astype(kind).reshape(shape)
