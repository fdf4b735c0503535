"""How often a model is right."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from nn.plain import Number, Row, data_of, is_flat, plain, read_number
from nn.targets import read_batch, read_labelled, require

THRESHOLDS = "say threshold=0 for logits and scores, threshold=0.5 for probabilities"
NO_THRESHOLD = f"for one output {THRESHOLDS}"


def accuracy(predictions: Any, targets: Any, threshold: float | None = None) -> float:
    """The share of right predictions. Not a loss: its gradient is 0 wherever it has one.

    Without a threshold, a sample has a row of scores, and the largest (the first of the largest) has to be that
    of its class: the target's index, or the largest of the target's row. With a threshold every output is a yes/no
    question, answered yes above it: 0 for logits and scores, 0.5 for probabilities; targets are 1, and 0 or −1.

    Raises ValueError for one output without a threshold, for other targets, and for predictions that are nan.

    >>> accuracy([[0.1, 0.9], [0.8, 0.2]], [1, 1]), accuracy([0.3, 0.9, 0.6], [0, 1, 0], threshold=0.5)
    (0.5, 0.6666666666666666)
    """
    hits = (
        _largest_hits(predictions, targets) if threshold is None else _threshold_hits(predictions, targets, threshold)
    )
    return sum(hits) / len(hits)


def _largest_hits(predictions: Any, targets: Any) -> list[bool]:
    p, t = plain("accuracy", "prediction", predictions), plain("accuracy", "target", targets)
    if is_flat(p) and isinstance(t, list):  # else one output for each of a few samples could pass as one sample
        raise ValueError(f"accuracy: there is no threshold: {NO_THRESHOLD}")
    rows, labels = read_labelled("accuracy", p, t, NO_THRESHOLD)
    _require_numbers(rows)
    return [_largest(dict(enumerate(row))) == _largest(label) for row, label in zip(rows, labels, strict=True)]


def _threshold_hits(predictions: Any, targets: Any, threshold: float) -> list[bool]:
    above = read_number("accuracy", "threshold", threshold)
    batch = read_batch("accuracy", predictions, targets)
    require("accuracy", "target", batch.targets, (-1.0, 0.0, 1.0).__contains__, "yes is 1, no is 0 or -1")
    _require_numbers(batch.predictions)
    return [(data_of(y) > above) == (data_of(t) > 0.0) for _, y, t in batch.entries]


def _require_numbers(rows: list[Row]) -> None:
    require("accuracy", "prediction", rows, lambda y: not math.isnan(y), "a prediction has to be a number")


def _largest(scores: Mapping[int, Number]) -> int:
    return max(scores, key=lambda k: data_of(scores[k]))
