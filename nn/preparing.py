"""What is done to data before training: hold some back, standardize, write labels as rows."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.initializers import Seed, generator
from nn.plain import Floats

Array = NDArray[Any]

ROUNDING = 8 * np.finfo(np.float64).eps  # how far, relative to the mean, rounding moves equal numbers apart


def train_test_split(
    X: ArrayLike, y: ArrayLike, test: float = 0.3, stratify: bool = False, seed: Seed = None
) -> tuple[Array, Array, Array, Array]:
    """X_train, X_test, y_train, y_test, in random order: the share `test` of the samples is held back for the test.

    With `stratify`, that share of every class of the labels y is. Both parts have a sample at least, of every class
    with `stratify`. Raises ValueError where X and y differ in length, where there are too few samples for that, where
    `test` is not between 0 and 1, and, with `stratify`, where a label is nan.

    >>> X_train, X_test, y_train, y_test = train_test_split(np.eye(10), np.arange(10), seed=0)
    >>> len(X_train), len(X_test), sorted([*y_train, *y_test]) == list(range(10))
    (7, 3, True)
    """
    X, y = np.asarray(X), np.asarray(y)
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
        raise ValueError(f"train_test_split: X is of shape {X.shape}, y of {y.shape}: give one row of X for each of y")
    require_share("train_test_split", test)
    rng = generator(seed)
    halves = [_halves(group, test, rng) for group in _groups(y, stratify)]
    train, held = (rng.permutation(np.concatenate(parts)) for parts in zip(*halves, strict=True))
    return X[train], X[held], y[train], y[held]


def standardize(train: ArrayLike, *others: ArrayLike) -> tuple[Floats, ...]:
    """The arrays, in the order given, with each column less its mean and divided by its standard deviation in `train`.

    A column that is constant in `train` says nothing and is 0 in all of them. `[X] = standardize(X)` takes one array.
    Raises ValueError where `train` is empty, where the columns differ in number, where a number is not finite, or
    masked, and where one is too far from those of `train` for its result to be finite.

    >>> X_train, X_test = standardize([[1.0, 5.0], [3.0, 5.0]], [[4.0, 6.0]])
    >>> X_train.tolist(), X_test.tolist()
    ([[-1.0, 0.0], [1.0, 0.0]], [[2.0, 0.0]])
    """
    arrays = [np.ma.asarray(array, dtype=np.float64).filled(np.nan) for array in (train, *others)]
    for k, array in enumerate(arrays):
        _require_table(k, array, arrays[0])
    _, exponent = np.frexp(np.abs(arrays[0]).max(axis=0))
    with np.errstate(over="ignore"):  # refused below
        scaled = [np.ldexp(array, -exponent) for array in arrays]  # exact, and no sum or square overflows or vanishes
        center, deviation = scaled[0].mean(axis=0), scaled[0].std(axis=0)
        varies = np.abs(scaled[0] - center).max(axis=0) > ROUNDING * np.abs(center)
        deviation = np.where(varies, deviation, 1.0)
        results = [np.where(varies, (array - center) / deviation, 0.0) for array in scaled]
    for k, (array, result) in enumerate(zip(arrays, results, strict=True)):
        _require_finite(k, array, result, "too far from the column in train for a float: bring both to the same unit")
    return tuple(results)


def one_hot(labels: ArrayLike, classes: int | None = None) -> Floats:
    """A row for each label, 1 in the label's column and 0 elsewhere; as many columns as classes: max(labels) + 1.

    Raises TypeError where the labels are no numbers, ValueError where one is not a whole number from 0 to classes − 1.

    >>> one_hot([0, 2, 1]).tolist()
    [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]]
    """
    y = np.asarray(labels)
    if y.dtype.kind not in "biuf" and y.size:
        raise TypeError(f"one_hot: labels of type {y.dtype}: number them, with np.unique(labels, return_inverse=True)")
    if y.ndim != 1 or (classes is None and not y.size):
        raise ValueError(f"one_hot: labels of shape {y.shape}: give a flat list, and `classes` where it is empty")
    below = math.inf if classes is None else classes
    for i, label in enumerate(y.tolist()):
        if label // 1 != label or not 0 <= label < below:  # nan and inf, too
            known = "0, 1, 2, …" if classes is None else f"0 to {classes - 1}"
            raise ValueError(f"one_hot: label {label} of sample {i}: labels are whole numbers: {known}")
    columns = int(y.max()) + 1 if classes is None else classes
    rows = np.zeros((len(y), columns))
    rows[np.arange(len(y)), y.astype(np.int64)] = 1.0
    return rows


def require_share(user: str, test: float) -> None:
    """Raises ValueError where `test`, the share held back, is not between 0 and 1."""
    if not 0 < test < 1:
        raise ValueError(f"{user}: test = {test}: give a share between 0 and 1; 0.3 holds 30 % back")


def _groups(y: Array, stratify: bool) -> list[NDArray[np.intp]]:
    """The samples that are split together: all, or those of one class."""
    if not stratify:
        if len(y) < 2:
            raise ValueError(f"train_test_split: {len(y)} samples: give 2 or more, one to train on and one to test")
        return [np.arange(len(y))]
    if y.ndim != 1:
        raise ValueError(f"train_test_split: stratify needs one label for each sample, y is of shape {y.shape}")
    if (missing := np.flatnonzero(y != y)).size:
        remedy = "name its class, or leave it out"
        raise ValueError(f"train_test_split: the label of sample {missing[0]} is {y[missing[0]]}: {remedy}")
    names, counts = np.unique(y, return_counts=True)
    for name, count in zip(names.tolist(), counts, strict=True):
        if count < 2:
            raise ValueError(f"train_test_split: class {name!r} has 1 sample: stratify needs 2 or more of every class")
    return [np.flatnonzero(y == name) for name in names]


def _halves(group: NDArray[np.intp], test: float, rng: np.random.Generator) -> tuple[Array, Array]:
    held = min(max(round(test * len(group)), 1), len(group) - 1)
    shuffled = rng.permutation(group)
    return shuffled[held:], shuffled[:held]


def _require_table(k: int, array: Floats, train: Floats) -> None:
    which = f"array {k}" if k else "train"
    if array.ndim == 0 or not len(train) or array.shape[1:] != train.shape[1:]:
        shapes = f"{which} is of shape {array.shape}" + (f", train of {train.shape}" if k else "")
        raise ValueError(f"standardize: {shapes}: give arrays of samples, all with the same columns")
    _require_finite(k, array, array, "fill in a number, or leave the sample out")


def _require_finite(k: int, array: Floats, result: Floats, remedy: str) -> None:
    bad = np.argwhere(~np.isfinite(result))
    if len(bad):
        at = ", ".join(f"{name} {i}" for name, i in zip(("sample", "column"), bad[0].tolist(), strict=False))
        number = array[tuple(bad[0])]
        raise ValueError(f"standardize: {at} of {f'array {k}' if k else 'train'} is {number}: {remedy}")
