"""Losses: how far predictions are from targets, as one Value.

Each is `loss(predictions, targets)`. A batch is a list, or an array, with one prediction a sample: a Value for a
model of one output, a list of Values for several. Targets are as many numbers. One prediction with its target is
a sample too. From plain numbers comes a float.

A target that is a Value is differentiated in, like a prediction; a class index has to be a plain number.

Wrong shapes, empty batches and targets that a loss can't take are a ValueError, what is no number a TypeError;
both name the sample, counted from 0.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from nn.losses.cross_entropies import (
    binary_cross_entropy,
    binary_cross_entropy_from_logits,
    cross_entropy,
    cross_entropy_from_logits,
)
from nn.losses.margins import hinge
from nn.losses.regression import huber, mean_absolute_error, mean_squared_error

__all__ = [
    "LOSSES",
    "binary_cross_entropy",
    "binary_cross_entropy_from_logits",
    "cross_entropy",
    "cross_entropy_from_logits",
    "hinge",
    "huber",
    "mean_absolute_error",
    "mean_squared_error",
]

# By name, as in fit(loss="huber").
LOSSES: dict[str, Callable[..., Any]] = {
    loss.__name__: loss
    for loss in (
        mean_squared_error,
        mean_absolute_error,
        huber,
        hinge,
        binary_cross_entropy,
        binary_cross_entropy_from_logits,
        cross_entropy,
        cross_entropy_from_logits,
    )
}
