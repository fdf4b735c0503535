"""The loss of labels −1 and +1 that asks for a margin between them."""

from __future__ import annotations

import math
from typing import Any

from autograd import Value, relu
from nn.plain import Number, read_number, shown
from nn.sums import mean_of
from nn.targets import read_batch, require


def hinge(scores: Any, targets: Any, margin: float = 1.0) -> Any:
    """The mean of max(0, margin − t·score), for labels t of −1 and +1 and one score a sample.

    Raises ValueError for other labels, several scores a sample, or a negative margin. With margin 0 it is the
    perceptron's criterion.

    >>> hinge([0.5, 3.0, -1.0], [1, 1, 1])
    0.8333333333333334
    """
    margin = read_number("hinge", "margin", margin)
    if not 0.0 <= margin < math.inf:
        raise ValueError(f"hinge: margin is {shown(margin)}: give a number that is 0 or more")
    batch = read_batch("hinge", scores, targets)
    if batch.outputs > 1:
        raise ValueError(f"hinge: sample 0 has {batch.outputs} scores: give one score a sample")
    labels = "labels are -1 and +1; 2 * t - 1 makes them from 0 and 1"
    require("hinge", "target", batch.targets, _is_sign, labels)
    return mean_of([relu(_shortfall(score, t, margin)) for _, score, t in batch.entries])


def _is_sign(t: float) -> bool:
    return 1.0 <= abs(t) <= 1.0  # which may be recorded


def _shortfall(score: Number, t: Number, margin: float) -> Number:
    """margin − t·score, without a product where t is a plain number."""
    if isinstance(t, Value):
        return margin - t * score
    return margin - score if t > 0.0 else margin + score
