"""Accuracy: what counts as right, and what is refused rather than counted."""

from __future__ import annotations

import re
from math import nan

import numpy as np
import pytest

from autograd import Value
from nn.metrics import accuracy


def test_accuracy_of_the_largest():
    scores = [[0.1, 0.7, 0.2], [5.0, -1.0, 2.0], [0.0, 0.0, 1.0], [1.0, 1.0, 0.0]]
    assert accuracy(scores, [1, 0, 1, 0]) == 0.75  # in the last, the first of the largest
    assert accuracy(scores, np.eye(3)[[1, 0, 1, 0]]) == 0.75
    assert accuracy(np.vectorize(Value)(np.array(scores)), [1, 0, 2, 0]) == 1.0
    assert accuracy(scores[0], 1) == 1.0 and accuracy(scores[0], 2) == 0.0
    assert accuracy(scores[:1], [[0.3, 0.4, 0.3]]) == 1.0


def test_accuracy_by_a_threshold():
    assert accuracy([0.6, 0.4, 0.5, 0.9], [1, 0, 1, 1], threshold=0.5) == 0.75  # 0.5 is not above 0.5
    assert accuracy([Value(2.0), Value(-2.0)], [True, True], threshold=0) == 0.5
    assert accuracy([2.0, -2.0, 1.0], [1, -1, -1], threshold=0) == pytest.approx(2 / 3)
    assert accuracy([[0.9, 0.1], [0.9, 0.1]], [[1, 0], [0, 0]], threshold=0.5) == 0.75
    assert accuracy(1.5, 1, threshold=1) == 1.0


NO_THRESHOLD = "for one output say threshold=0 for logits and scores, threshold=0.5 for probabilities"


@pytest.mark.parametrize(
    ("predictions", "targets", "threshold", "text"),
    [
        ([0.5, 0.5], [0, 1], None, f"there is no threshold: {NO_THRESHOLD}"),
        ([[0.5], [0.5]], [0, 1], None, f"sample 0 has 1 prediction, and one class leaves no choice: {NO_THRESHOLD}"),
        (0.5, 1, None, f"sample 0 has 1 prediction, and one class leaves no choice: {NO_THRESHOLD}"),
        ([0.5, 0.5], [0, 2], 0.5, "target 2 of sample 1: yes is 1, no is 0 or -1"),
        ([0.5, nan], [0, 1], 0.5, "prediction nan of sample 1: a prediction has to be a number"),
        ([[0.5, nan]], [0], None, "prediction nan of sample 0, output 1: a prediction has to be a number"),
        ([[0.5, 0.5]], [2], None, "class 2 of sample 0: there are 2 predictions, for classes 0 to 1"),
        ([], [], None, "there are no predictions: give at least one sample"),
        ([], [], 0.5, "there are no predictions: give at least one sample"),
    ],
)
def test_accuracy_refuses(predictions, targets, threshold, text):
    with pytest.raises(ValueError, match=r"^" + re.escape(f"accuracy: {text}") + "$"):
        accuracy(predictions, targets, threshold)
