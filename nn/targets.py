"""Predictions and targets in the shapes that people have them in, read into rows and checked."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from autograd import Value, equal, is_recording, total
from nn.plain import Number, Row, data_of, is_flat, place, plain, shown

SUM_TOLERANCE = 1e-3  # room for float16, for figures typed to four digits, and for numerical differences about them

NO_VALUE = "fill in the value, or leave the sample out"
PROBABILITY = "a probability is between 0 and 1"
ONE_SAMPLE = "a flat list of predictions is one sample"


class Batch(NamedTuple):
    """A row of predictions and a row of targets for each sample, equally long. `user` is who reads it, for errors."""

    user: str
    predictions: list[Row]
    targets: list[Row]

    @property
    def entries(self) -> Iterator[tuple[int, Number, Number]]:
        """Sample, prediction and target of every output of every sample."""
        for i, (row, wanted) in enumerate(zip(self.predictions, self.targets, strict=True)):
            for prediction, target in zip(row, wanted, strict=True):
                yield i, prediction, target

    @property
    def outputs(self) -> int:
        """The number of outputs of a sample."""
        return len(self.predictions[0])

    @property
    def size(self) -> int:
        """The number of predictions."""
        return len(self.predictions) * self.outputs


class Labelled(NamedTuple):
    """A row of predictions for each sample, one a class, and its label: weights of classes, those of 0 left out."""

    predictions: list[Row]
    labels: list[dict[int, Number]]


def read_batch(user: str, predictions: Any, targets: Any) -> Batch:
    """A target for each prediction. One number is a sample; a flat list has one output a sample."""
    p, t = _rows(user, "prediction", predictions), _rows(user, "target", targets)
    if len(p) != len(t):
        raise ValueError(_lengths_differ(user, len(p), len(t)))
    if len(p[0]) != len(t[0]):
        message = f"{user}: sample 0 has {_count(len(p[0]), 'prediction')} but {_count(len(t[0]), 'target')}"
        hint = "; class indices are for cross_entropy" if len(t[0]) == 1 else ""
        raise ValueError(f"{message}: give one target for each prediction{hint}")
    require(user, "target", t, is_finite, NO_VALUE)
    return Batch(user, p, t)


def read_labelled(user: str, predictions: Any, targets: Any, one_output: str) -> Labelled:
    """A class index, or a row with the probability of each class, for each sample.

    A flat list of predictions is one sample, and its target one index or one row. `one_output` is the remedy
    where there is no more than one prediction a sample.
    """
    p, t = plain(user, "prediction", predictions), plain(user, "target", targets)
    if is_flat(p):
        p, t = [p], [t]
    rows = _rows(user, "prediction", p)
    if len(rows[0]) < 2:
        raise ValueError(f"{user}: sample 0 has 1 prediction, and one class leaves no choice: {one_output}")
    count = len(t) if isinstance(t, list) else 1
    if len(rows) != count:
        raise ValueError(_lengths_differ(user, len(rows), count))
    return Labelled(rows, [_label(user, i, x, len(rows[0])) for i, x in enumerate(t if isinstance(t, list) else [t])])


def require(
    user: str, what: str, rows: Sequence[Row], holds: Callable[[float], bool], remedy: str, first: int = 0
) -> None:
    """Raises ValueError for the first number of which `holds` does not. `first` is the number of the first sample.

    Where a loss is recorded, it becomes a condition; targets that it was given were seen before.
    """
    recording = is_recording()
    for i, row in enumerate(rows, first):
        for j, x in enumerate(row):
            if recording and what == "target" and _was_given(x):
                continue
            if not holds(x if recording else data_of(x)):  # type: ignore[arg-type]  # compared like a number
                raise ValueError(f"{user}: {what} {shown(data_of(x))} of {place((i, j)[: len(row)])}: {remedy}")


def require_sum(user: str, what: str, probabilities: Row, remedy: str) -> None:
    """Raises ValueError where probabilities do not sum to 1."""
    found = total(probabilities) if is_recording() else math.fsum(map(data_of, probabilities))
    if not abs(found - 1.0) <= SUM_TOLERANCE:
        raise ValueError(f"{user}: {what} sum to {found:.6g}, not 1: {remedy}")


def is_finite(x: float) -> bool:
    """Whether it is a number, and not infinite; a condition, where a loss is recorded."""
    return abs(x) < math.inf


def is_probability(x: float) -> bool:
    """Whether it is between 0 and 1."""
    return 0.0 <= x <= 1.0


def _was_given(x: Number) -> bool:
    """Whether a Value stands for the targets of all samples, in a recording, and is not computed from them."""
    return isinstance(x, Value) and x.op is None


def _rows(user: str, what: str, x: Any) -> list[Row]:
    """A list for each sample, all equally long."""
    x = plain(user, what, x)
    if isinstance(x, list) and not x:
        raise ValueError(f"{user}: there are no {what}s: give at least one sample")
    if not isinstance(x, list):
        return [[x]]
    if is_flat(x):
        return [[y] for y in x]
    rows = [y if isinstance(y, list) else [y] for y in x]
    for i, row in enumerate(rows):
        if len(row) != len(rows[0]):
            counts = f"{_count(len(row), what)}, but sample 0 has {len(rows[0])}"
            raise ValueError(f"{user}: sample {i} has {counts}: give every sample as many")
        if not is_flat(row):
            raise ValueError(f"{user}: the {what}s of sample {i} are {row!r:.40}: give a flat list of numbers a sample")
    return rows


class OneHot(dict[int, Number]):
    """The weights of classes for an index that is not known yet: one of them is 1, the others are 0."""


def _label(user: str, i: int, target: Any, classes: int) -> dict[int, Number]:
    if isinstance(target, Value) and is_recording():
        return OneHot({k: equal(target, float(k)) for k in range(classes)})
    if not isinstance(target, list):
        return {_class_index(user, i, target, classes): 1.0}
    if len(target) != classes or any(isinstance(x, list) for x in target):
        hint = "a class index is a plain number, as in targets.ravel()" if len(target) == 1 else "give one for each"
        raise ValueError(f"{user}: sample {i} has {_count(len(target), 'target')} for {classes} predictions: {hint}")
    require(user, "target", [target], is_finite, NO_VALUE, i)
    row = "a row of targets is one-hot or a distribution"
    require(user, "target", [target], is_probability, f"{PROBABILITY}, and {row}; {ONE_SAMPLE}", i)
    if not (is_recording() and all(map(_was_given, target))):
        require_sum(user, f"the targets of sample {i}", target, f"{row}; {ONE_SAMPLE}")
    return {j: x for j, x in enumerate(target) if isinstance(x, Value) or x != 0.0}


def _class_index(user: str, i: int, target: Number, classes: int) -> int:
    if isinstance(target, Value):
        raise TypeError(f"{user}: the target of sample {i} is a Value: a class index is a plain number: write t.data")
    if not math.isfinite(target):
        raise ValueError(f"{user}: target {shown(target)} of sample {i}: {NO_VALUE}")
    if not target.is_integer():
        raise ValueError(f"{user}: class {shown(target)} of sample {i}: a class index is a whole number")
    if not 0 <= target < classes:
        known = f"there are {classes} predictions, for classes 0 to {classes - 1}"
        raise ValueError(f"{user}: class {shown(target)} of sample {i}: {known}")
    return int(target)


def _lengths_differ(user: str, samples: int, targets: int) -> str:
    first = f"sample {targets} has no target" if targets < samples else f"target {samples} has no sample"
    counts = f"{_count(samples, 'sample')} of predictions but {_count(targets, 'target')}"
    return f"{user}: {counts}: {first}; give one target, or one row of targets, for each"


def _count(n: int, what: str) -> str:
    return f"{n} {what}" + "s" * (n != 1)
