"""How arguments hang together: lists, tuples and dicts of numbers and arrays, taken apart, and results put together.

An array has an axis of samples first, or the very shape that one sample has: then all samples share it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.functional import DEPTH
from autograd.number import number
from autograd.replay.program import Floats
from autograd.value import Value

Shape = tuple[int, ...]
STATIC = (str, bytes, bool, type(None))

# A branch is a tuple: what it is, then its branches. A dict's are pairs. Two trees may be compared.
Tree = Any
LEAF = "leaf"
FLOAT = np.dtype(np.float64)


ARRAYS, LEAVES = {np.ndarray, float}, {"tuple", LEAF}


class Static(NamedTuple):
    """What is no number, and so is recorded as it is: a text, None, True, a function."""

    given: Any


class Leaf(NamedTuple):
    """A number, or an array of numbers, of the shape that it has for one sample; `path` is where it stands: x[0].

    `samples` says whether arrays have an axis of samples before that: always, never, or (None) as they come.
    """

    path: str
    shape: Shape
    samples: bool | None = None

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
    [Leaf(path="p['w']", shape=(), samples=True), Leaf(path="p['x']", shape=(3,), samples=True)]
    """
    leaves: list[Leaf] = []
    given: list[Any] = []
    return Layout(_tree_of(x, path, axes, leaves, given), leaves), given


def _tree_of(x: Any, path: str, axes: Any, leaves: list[Leaf], given: list[Any]) -> Tree:
    """The tree of x; appends its leaves, and what they are. (Not a closure, which would keep Values in a cycle.)"""
    if isinstance(x, dict):
        named = ((key, y, f"{path}[{key!r}]", _axes_of(axes, key, path)) for key, y in x.items())
        return ("dict", *((key, _tree_of(y, name, axis, leaves, given)) for key, y, name, axis in named))
    if isinstance(x, (list, tuple)):
        numbered = ((y, f"{path}[{k}]", _axes_of(axes, k, path)) for k, y in enumerate(x))
        return (_kind(x), *(_tree_of(y, name, axis, leaves, given) for y, name, axis in numbered))
    if is_static(x):
        return Static(x)
    if axes is not None and axes != 0:
        raise ValueError(f"compile: in_axes says {axes!r:.40} of {path}: write 0, for samples first, or None")
    shape = shape_of(x)
    leaves.append(Leaf(path, shape) if axes is None else Leaf(path, shape[1:], samples=True))
    given.append(x)
    return LEAF


def _kind(x: Any) -> Any:
    """What a branch is: a named tuple is of its own kind."""
    return "list" if isinstance(x, list) else type(x) if hasattr(x, "_fields") else "tuple"


def is_static(x: Any) -> bool:
    """Whether it is no number and no array of numbers."""
    return isinstance(x, STATIC) or (callable(x) and not isinstance(x, Value))


def shape_of(x: Any) -> Shape:
    """() of a number or Value."""
    return () if type(x) is float or isinstance(x, Value) else np.shape(x)


def _axes_of(axes: Any, key: Any, path: str) -> Any:
    """What `axes` says of a branch: it may be a tree itself."""
    try:
        return axes[key] if isinstance(axes, (dict, list, tuple)) else axes
    except (LookupError, TypeError):
        raise ValueError(f"compile: in_axes has no entry for {path}[{key!r}]") from None


def leaves_like(tree: Tree, x: Any) -> list[Any] | None:
    """The leaves of x, if it is such a tree; else None."""
    if type(x) is tuple and len(x) == len(tree) - 1 and ARRAYS.issuperset(map(type, x)) and LEAVES.issuperset(tree):
        return list(x)  # the arguments of a call are numbers and arrays more often than not

    found: list[Any] = []
    return found if _is_like(tree, x, found) else None


def _is_like(tree: Tree, x: Any, found: list[Any]) -> bool:
    """Whether x is such a tree; appends its leaves. (Not a closure, which would keep arrays in a cycle.)"""
    if tree == LEAF:
        found.append(x)
        return not isinstance(x, (dict, list, tuple)) and not is_static(x)
    if isinstance(tree, Static):
        return type(x) is type(tree.given) and bool(x == tree.given)
    kind, *branches = tree
    if kind == "dict":
        return (
            isinstance(x, dict)
            and x.keys() == {key for key, _ in branches}
            and all(_is_like(branch, x[key], found) for key, branch in branches)
        )
    like = isinstance(x, (list, tuple)) and _kind(x) == kind and len(x) == len(branches)
    return like and all(_is_like(branch, y, found) for branch, y in zip(branches, x, strict=True))


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


def per_number(leaves: Sequence[Leaf], flags: Sequence[bool]) -> NDArray[np.bool_]:
    """A flag for each number, of flags for the leaves."""
    return np.repeat(np.array(flags, dtype=bool), [leaf.size for leaf in leaves])


def arrays_of(leaves: Sequence[Leaf], numbers: Sequence[Any], module: Any = np) -> list[Any]:
    """Numbers, one for all samples or one each, as arrays in the shapes of the leaves; `module` may be jax.numpy."""
    rest = iter(numbers)
    return [_array([next(rest) for _ in range(leaf.size)], leaf.shape, module) for leaf in leaves]


def _array(numbers: list[Any], shape: Shape, module: Any) -> Any:
    if not shape:
        return numbers[0]
    together = module.stack(module.broadcast_arrays(*numbers), axis=-1)
    return together.reshape(*together.shape[:-1], *shape)


class Arguments(NamedTuple):
    """Numbers for a program: those that samples share, those of each, (inputs, samples), and which leaves these are."""

    shared: Floats
    batch: Floats
    batched: tuple[bool, ...]


def arguments(leaves: Sequence[Leaf], given: Sequence[Any]) -> Arguments | None:
    """What is given for the leaves, as numbers; None where an array has not the shape, or the axis, of its leaf.

    Raises TypeError where something is no number, ValueError where arrays differ in the number of samples, or it is 0.
    """
    shared: list[Any] = []
    batch: list[Floats] = []
    batched: list[bool] = []
    first = ""
    for leaf, x in zip(leaves, given, strict=True):
        array = x if type(x) is np.ndarray and x.dtype == FLOAT else numbers(x, leaf.path)
        if array.shape == leaf.shape and not (leaf.samples and leaf.shape):
            shared.append(array)
        elif array.shape[1:] == leaf.shape and leaf.samples is not False:
            if batch and len(array) != batch[0].shape[1]:
                raise ValueError(_samples_differ(first, batch[0].shape[1], leaf, len(array)))
            first = first or leaf.path
            batch.append(array.reshape(len(array), -1 if len(array) else leaf.size).T)
        else:
            return None
        batched.append(array.shape != leaf.shape)
    if batch and batch[0].shape[1] == 0:
        raise ValueError(f"replay: {first} has no samples: give at least one")
    return Arguments(joined(shared), _stacked(batch), tuple(batched))


def numbers(x: Any, path: str) -> Floats:
    """A number, a Value, or an array of them, as floats. Raises TypeError where it is something else."""
    if type(x) is float:
        return np.float64(x)  # type: ignore[return-value]  # has a shape, (), too
    if isinstance(x, Value):
        return np.float64(_number_of(x, path))  # type: ignore[return-value]  # has a shape
    if not isinstance(x, np.ndarray) and np.ndim(x) == 0:
        return np.float64(number(x, path))  # type: ignore[return-value]  # has a shape
    array = np.asarray(x)
    if array.dtype == object:
        flat = [_number_of(y, path) if isinstance(y, Value) else number(y, path) for y in array.flat]
        return np.array(flat, dtype=np.float64).reshape(array.shape)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"replay: {path} is an array of {array.dtype}: give numbers")
    return array.astype(np.float64, copy=False)


def _number_of(x: Value, path: str) -> float:
    if DEPTH.get():
        raise TypeError(
            f"replay: {path} is a Value of a derivative, which a tape would cut off: take the derivative of the "
            "function that was recorded, or value_and_grad, jvp or hvp of the tape"
        )
    return x._data


def _samples_differ(first: str, samples: int, leaf: Leaf, others: int) -> str:
    shown = f"{first} has {samples}, {leaf.path} has {others}"
    return (
        f"replay: arguments disagree on the number of samples: {shown}. The first axis of an array is that of the "
        "samples; where an argument is shared by all of them, say so: in_axes=None for it, as in in_axes=(None, 0)"
    )


def joined(parts: list[Any]) -> Floats:
    """Numbers and arrays one after the other, as one vector."""
    if len(parts) == 1:
        return np.ascontiguousarray(parts[0]).ravel()
    if all(part.ndim == 0 for part in parts):
        return np.array(parts, dtype=np.float64)
    return np.concatenate([part.ravel() for part in parts])


def reader(given: Sequence[Any]) -> Callable[[], Floats]:
    """A function that joins the numbers of arguments as they are when it is called."""
    if len(given) == 1 and isinstance(x := given[0], np.ndarray) and x.dtype == FLOAT and x.flags.c_contiguous:
        vector = x.reshape(-1)  # it sees how the array moves
        return lambda: vector
    return lambda: joined([numbers(x, "an argument") for x in given])


def _stacked(parts: list[Floats]) -> Floats:
    """(inputs, samples), and one sample where all is shared. It is copied sample by sample, as arrays lie in memory."""
    if len(parts) < 2:
        return parts[0] if parts else np.empty((0, 1))
    if all(len(part) == 1 for part in parts):
        return np.concatenate(parts)
    return np.concatenate([part.T for part in parts], axis=1).T
