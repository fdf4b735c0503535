"""How arguments hang together: lists, tuples and dicts of numbers and arrays, taken apart, and results put together.

An array has an axis of samples first, or the very shape that one sample has: then all samples share it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd.number import number
from autograd.replay.program import Floats
from autograd.value import Value

Shape = tuple[int, ...]
STATIC = (str, bytes, bool, type(None))

# A branch is a tuple: what it is, then its branches. A dict's are pairs. Two trees may be compared.
Tree = Any
LEAF = "leaf"


class Static(NamedTuple):
    """What is no number, and so is recorded as it is: a text, None, True, a function."""

    given: Any


class Leaf(NamedTuple):
    """A number, or an array of numbers, of the shape that it has for one sample; `path` is where it stands: x[0]."""

    path: str
    shape: Shape

    @property
    def size(self) -> int:
        """How many numbers it has."""
        return math.prod(self.shape)


class Layout(NamedTuple):
    """The tree of several arguments, or of a result, and its leaves in order."""

    tree: Tree
    leaves: list[Leaf]


def layout_of(x: Any, path: str, axes: Any = None) -> tuple[Layout, list[Any]]:
    """The layout of x, and what its leaves are. Where `axes` is 0, or has a 0 in that place, arrays have samples first.

    >>> layout_of({"w": 1.0, "x": np.zeros((5, 3))}, "p", axes=0)[0].leaves
    [Leaf(path="p['w']", shape=()), Leaf(path="p['x']", shape=(3,))]
    """
    leaves: list[Leaf] = []
    given: list[Any] = []

    def visit(x: Any, path: str, axes: Any) -> Tree:
        if isinstance(x, dict):
            return ("dict", *((key, visit(y, f"{path}[{key!r}]", _axes_of(axes, key))) for key, y in x.items()))
        if isinstance(x, (list, tuple)):
            kind = "list" if isinstance(x, list) else type(x) if hasattr(x, "_fields") else "tuple"
            return (kind, *(visit(y, f"{path}[{k}]", _axes_of(axes, k)) for k, y in enumerate(x)))
        if is_static(x):
            return Static(x)
        shape = shape_of(x)
        leaves.append(Leaf(path, shape[1:] if axes is not None else shape))
        given.append(x)
        return LEAF

    return Layout(visit(x, path, axes), leaves), given


def is_static(x: Any) -> bool:
    """Whether it is no number and no array of numbers."""
    return isinstance(x, STATIC) or (callable(x) and not isinstance(x, Value))


def shape_of(x: Any) -> Shape:
    """() of a number or Value."""
    return () if type(x) is float or isinstance(x, Value) else np.shape(x)


def _axes_of(axes: Any, key: Any) -> Any:
    """What `axes` says of a branch: it may be a tree itself."""
    return axes[key] if isinstance(axes, (dict, list, tuple)) else axes


def leaves_like(tree: Tree, x: Any) -> list[Any] | None:
    """The leaves of x, if it is such a tree; else None."""
    found: list[Any] = []

    def visit(tree: Tree, x: Any) -> bool:
        if tree == LEAF:
            found.append(x)
            return not isinstance(x, (dict, list, tuple)) and not is_static(x)
        if isinstance(tree, Static):
            return type(x) is type(tree.given) and bool(x == tree.given)
        kind, *branches = tree
        if kind == "dict":
            return (
                isinstance(x, dict)
                and list(x) == [key for key, _ in branches]
                and all(visit(branch, x[key]) for key, branch in branches)
            )
        right = list if kind == "list" else tuple if kind == "tuple" else kind
        return type(x) is right and len(x) == len(branches) and all(map(visit, branches, x))

    return found if visit(tree, x) else None


def rebuilt(tree: Tree, new: Iterator[Any]) -> Any:
    """The tree with its leaves, in order, those of `new`."""
    if tree == LEAF:
        return next(new)
    if isinstance(tree, Static):
        return tree.given
    kind, *branches = tree
    if kind == "dict":
        return {key: rebuilt(branch, new) for key, branch in branches}
    made = [rebuilt(branch, new) for branch in branches]
    return made if kind == "list" else tuple(made) if kind == "tuple" else kind(*made)


def flat(leaves: Sequence[Any]) -> list[Any]:
    """The entries of leaves, arrays taken apart."""
    return [y for x in leaves for y in (x.ravel().tolist() if isinstance(x, np.ndarray) else [x])]


def leaf_count(tree: Tree) -> int:
    """How many leaves it has."""
    if tree == LEAF:
        return 1
    if isinstance(tree, Static):
        return 0
    kind, *branches = tree
    return sum(leaf_count(branch[1] if kind == "dict" else branch) for branch in branches)


class Arguments(NamedTuple):
    """Numbers for a program: those that samples share, those of each, (inputs, samples), and which leaves these are."""

    shared: Floats
    batch: Floats
    batched: tuple[bool, ...]


def arguments(leaves: Sequence[Leaf], given: Sequence[Any]) -> Arguments | None:
    """What is given for the leaves, as numbers; None where an array has not the shape of its leaf.

    Raises TypeError where something is no number, ValueError where arrays differ in the number of samples, or it is 0.
    """
    shared: list[Any] = []
    batch: list[Floats] = []
    batched: list[bool] = []
    first = ""
    for leaf, x in zip(leaves, given, strict=True):
        array = numbers(x, leaf.path)
        if array.shape == leaf.shape:
            shared.append(array)
        elif array.shape[1:] == leaf.shape:
            if batch and len(array) != batch[0].shape[1]:
                raise ValueError(_samples_differ(first, batch[0].shape[1], leaf, len(array)))
            first = first or leaf.path
            batch.append(array.reshape(len(array), leaf.size).T)
        else:
            return None
        batched.append(array.shape != leaf.shape)
    if batch and batch[0].shape[1] == 0:
        raise ValueError(f"replay: {first} has no samples: give at least one")
    return Arguments(_joined(shared), _stacked(batch), tuple(batched))


def numbers(x: Any, path: str) -> Floats:
    """A number, a Value, or an array of them, as floats. Raises TypeError where it is something else."""
    if type(x) is float:
        return np.float64(x)  # type: ignore[return-value]  # has a shape, (), too
    if isinstance(x, Value):
        return np.float64(x._data)  # type: ignore[return-value]
    if not isinstance(x, np.ndarray) and np.ndim(x) == 0:
        return np.float64(number(x, path))  # type: ignore[return-value]
    array = np.asarray(x)
    if array.dtype == object:
        flat = [y._data if isinstance(y, Value) else number(y, path) for y in array.flat]
        return np.array(flat, dtype=np.float64).reshape(array.shape)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"replay: {path} is an array of {array.dtype}: give numbers")
    return array.astype(np.float64, copy=False)


def _samples_differ(first: str, samples: int, leaf: Leaf, others: int) -> str:
    shown = f"{first} has {samples}, {leaf.path} has {others}"
    return (
        f"replay: arguments disagree on the number of samples: {shown}. The first axis of an array is that of the "
        "samples; where an argument is shared by all of them, say so: in_axes=None for it, as in in_axes=(None, 0)"
    )


def _joined(parts: list[Any]) -> Floats:
    if len(parts) == 1:
        return np.ascontiguousarray(parts[0]).ravel()
    if all(part.ndim == 0 for part in parts):
        return np.array(parts, dtype=np.float64)
    return np.concatenate([part.ravel() for part in parts])


def _stacked(parts: list[Floats]) -> Floats:
    """(inputs, samples), and one sample where all is shared."""
    if len(parts) == 1:
        return parts[0]
    return np.concatenate(parts) if parts else np.empty((0, 1))
