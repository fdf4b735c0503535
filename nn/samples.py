"""Samples in, predictions out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import no_grad
from nn.module import Module

Rows = list[list[float]]

NO_VALUE = "fill it in, or leave the sample out"
WIDE = {"f": np.float64, "i": np.int64, "u": np.int64}  # small ones would wrap, and round, in a loss of one's own


class Samples(NamedTuple):
    """Inputs as lists of floats, which are what operations take fastest, as many targets, and the samples' numbers."""

    X: Rows
    y: NDArray[Any]
    numbers: NDArray[np.intp]

    def of(self, chosen: NDArray[np.intp]) -> Samples:
        """Those in the given places, in that order, which may be written into. They keep their numbers."""
        return Samples([self.X[i].copy() for i in chosen.tolist()], self.y[chosen], self.numbers[chosen])

    @property
    def digest(self) -> str:
        """The beginning of a hash: other samples have another."""
        return sha256(repr((self.X, self.y.tolist())).encode()).hexdigest()[:16]


def outputs_of(model: Module, rows: Rows) -> list[Any]:
    """The model's output for each sample, without a graph; `training` is False meanwhile, in modules below too."""
    with evaluating(model), no_grad():
        return [model(row.copy()) for row in rows]


@contextmanager
def evaluating(model: Module) -> Iterator[None]:
    """Inside, `training` is False, in modules below too; then it is what it was."""
    before = [(module, module.training) for _, module in model.named_modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in before:
            module.training = training


def samples_of(X: ArrayLike, y: ArrayLike, of: str = "") -> Samples:
    """Inputs and targets, as many of each. `of` says whose they are, in errors.

    Raises TypeError or ValueError where they are not in rows, where X is not finite numbers, where a target is nan or
    infinite, and where one is masked: it names the sample.
    """
    rows, targets = rows_of(f"{of}X", X), _targets_of(f"{of}y", y)
    if len(rows) != len(targets):
        few, which = min((len(rows), "input"), (len(targets), "target"))
        raise ValueError(
            f"{of}X has {len(rows)} samples, but there are {len(targets)} targets: sample {few} has no {which}"
        )
    return Samples(rows, targets, np.arange(len(rows)))


def rows_of(name: str, X: ArrayLike) -> Rows:
    """Samples as lists of floats. (samples,) is one feature a sample.

    Raises TypeError where they are not numbers, ValueError where there are none, where they are not in rows, or where
    one is not finite: it names the sample.
    """
    _refuse_masked(name, X)
    try:
        array = _floats(X)
    except (TypeError, ValueError, OverflowError):
        raise _first_wrong(name, X) from None
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or 0 in array.shape:
        raise ValueError(f"{name} has shape {np.shape(X)}; give (samples, features), at least one of each")
    _refuse_non_finite(name, array, "feature")
    return array.tolist()  # type: ignore[no-any-return]  # NumPy's type of it is Any


def _targets_of(name: str, y: ArrayLike) -> NDArray[Any]:
    """Targets as an array of their own, with 8 bytes a number. What they may be, the loss knows."""
    _refuse_masked(name, y)
    try:
        array = np.asarray(y)
    except ValueError:
        raise _first_wrong(name, y) from None
    if array.ndim == 0:
        raise ValueError(f"{name} is {y!r:.60}; give a target for each sample, in a list or an array")
    if _has_times(array):
        raise TypeError(f"{name} has times, of type {array.dtype}; give numbers, in a unit of your choice")
    if array.dtype.kind == "f":
        _refuse_non_finite(name, array, "output")
    return array.astype(WIDE.get(array.dtype.kind, array.dtype))


def _refuse_masked(name: str, rows: Any) -> None:
    """NumPy would read what is under the mask."""
    whole = isinstance(rows, np.ma.MaskedArray) and rows.ndim > 0
    for i, row in enumerate(rows if whole or isinstance(rows, (list, tuple)) else ()):
        if np.ma.is_masked(row):
            raise ValueError(f"{name}: sample {i} is masked; {NO_VALUE}")


def _refuse_non_finite(name: str, array: NDArray[Any], column: str) -> None:
    if (bad := np.argwhere(~np.isfinite(array))).size:
        where = f" in {column} {bad[0][1]}" if array.ndim > 1 else ""
        raise ValueError(f"{name}: sample {bad[0][0]} has {array[tuple(bad[0])]}{where}; {NO_VALUE}")


def _has_times(array: NDArray[Any]) -> bool:
    """NumPy would count their days or seconds."""
    times = (np.datetime64, np.timedelta64)
    return array.dtype.kind in "mM" or (array.dtype == object and any(isinstance(x, times) for x in array.flat))


def _floats(x: ArrayLike) -> NDArray[np.float64]:
    array = np.asarray(x)
    if array.dtype.kind not in "biufO" or _has_times(array):  # NumPy would read text and drop imaginary parts
        raise TypeError
    return array.astype(np.float64)


def _first_wrong(name: str, rows: Any) -> Exception:
    """What to raise for rows that make no array: it names the first that is no numbers, or of another length."""
    if not isinstance(rows, (list, tuple, np.ndarray)):
        return TypeError(f"{name} is a {type(rows).__name__}, not an array of numbers, (samples, features)")
    sizes: list[int] = []
    for i, row in enumerate(rows):
        try:
            sizes.append(_floats(row).size)
        except (TypeError, ValueError, OverflowError):
            shown = row.tolist() if isinstance(row, np.ndarray) else row
            return TypeError(f"{name}: sample {i} is {shown!r:.60}, not a row of numbers")
        if sizes[i] != sizes[0]:
            counts = f"sample {i} has {sizes[i]} numbers, but sample 0 has {sizes[0]}"
            return ValueError(f"{name}: {counts}: give rows of one length")
    return TypeError(f"{name} is not an array of numbers, (samples, features)")
