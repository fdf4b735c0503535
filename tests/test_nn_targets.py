"""What can't be a prediction or a target is refused, with the sample and the remedy."""

from __future__ import annotations

import re
from math import inf, nan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn.losses import LOSSES
from nn.plain import plain
from nn.targets import read_batch, read_labelled

P3 = [[0.5, 0.25, 0.25]] * 3
BCE, CE = "binary_cross_entropy", "cross_entropy"
LENGTHS = "give one target, or one row of targets, for each"
NO_VALUE = "fill in the value, or leave the sample out"
ROW = "a row of targets is one-hot or a distribution; a flat list of predictions is one sample"
NUMBERS = "not a number: give numbers, in lists or arrays"

REFUSED = [
    # shapes
    ("huber", [], [], ValueError, "there are no predictions: give at least one sample"),
    ("huber", [1.0], [], ValueError, "there are no targets: give at least one sample"),
    (CE, [], [], ValueError, "there are no predictions: give at least one sample"),
    (CE, np.zeros((0, 3)), [], ValueError, "there are no predictions: give at least one sample"),
    (
        "huber",
        [1.0, 2.0],
        [1.0],
        ValueError,
        f"2 samples of predictions but 1 target: sample 1 has no target; {LENGTHS}",
    ),
    ("huber", 1.0, [1, 2], ValueError, f"1 sample of predictions but 2 targets: target 1 has no sample; {LENGTHS}"),
    (CE, P3, [0, 1], ValueError, f"3 samples of predictions but 2 targets: sample 2 has no target; {LENGTHS}"),
    (CE, P3, 1, ValueError, f"3 samples of predictions but 1 target: sample 1 has no target; {LENGTHS}"),
    (
        "huber",
        [[1.0, 2.0], [1.0]],
        [1, 2],
        ValueError,
        "sample 1 has 1 prediction, but sample 0 has 2: give every sample as many",
    ),
    (
        "huber",
        [1.0, 2.0],
        [[1], [1, 2]],
        ValueError,
        "sample 1 has 2 targets, but sample 0 has 1: give every sample as many",
    ),
    ("huber", [[]], [[]], ValueError, "the predictions of sample 0 are []: give a flat list of numbers a sample"),
    (
        "huber",
        [[[1.0]]],
        [[1.0]],
        ValueError,
        "the predictions of sample 0 are [[1.0]]: give a flat list of numbers a sample",
    ),
    (
        "huber",
        [[1.0, 2.0]] * 2,
        [1, 2],
        ValueError,
        "sample 0 has 2 predictions but 1 target: give one target for each prediction; "
        "class indices are for cross_entropy",
    ),
    (
        "huber",
        [1.0, 2.0],
        [[1, 2], [3, 4]],
        ValueError,
        "sample 0 has 1 prediction but 2 targets: give one target for each prediction",
    ),
    (CE, P3, [[0, 1]] * 3, ValueError, "sample 0 has 2 targets for 3 predictions: give one for each"),
    (
        CE,
        P3,
        [[0], [1], [2]],
        ValueError,
        "sample 0 has 1 target for 3 predictions: a class index is a plain number, as in targets.ravel()",
    ),
    (
        CE,
        [[0.5], [0.5]],
        [0, 1],
        ValueError,
        "sample 0 has 1 prediction, and one class leaves no choice: for one output there is "
        "binary_cross_entropy, and binary_cross_entropy_from_logits",
    ),
    ("hinge", [[1.0, 2.0]], [[1, -1]], ValueError, "sample 0 has 2 scores: give one score a sample"),
    # numbers
    ("huber", [1.0, 2.0], [1.0, nan], ValueError, f"target nan of sample 1: {NO_VALUE}"),
    ("huber", [[1.0, 2.0]], [[1.0, inf]], ValueError, f"target inf of sample 0, output 1: {NO_VALUE}"),
    (CE, P3, [0, nan, 1], ValueError, f"target nan of sample 1: {NO_VALUE}"),
    (CE, P3, [[1, 0, 0], [1, 0, nan], [1, 0, 0]], ValueError, f"target nan of sample 1, output 2: {NO_VALUE}"),
    ("huber", [1.0], [10**400], ValueError, "the target of sample 0 is too large for a float"),
    ("huber", [1.0, 2.0], [1.0, None], TypeError, f"the target of sample 1 is None, {NUMBERS}"),
    ("huber", [1.0, 1j], [1.0, 2.0], TypeError, f"the prediction of sample 1 is 1j, {NUMBERS}"),
    ("huber", {"y": 1.0}, [1.0], TypeError, "the prediction is {'y': 1.0}, " + NUMBERS),
    (
        CE,
        P3,
        ["cat", "dog", "cat"],
        TypeError,
        "the target of sample 0 is 'cat', not a number: number the classes 0, 1, …",
    ),
    (
        CE,
        [[0.5, "x"]],
        [0],
        TypeError,
        "the prediction of sample 0, output 1 is 'x', not a number: number the classes 0, 1, …",
    ),
    (
        CE,
        P3,
        [0, Value(1.0), 2],
        TypeError,
        "the target of sample 1 is a Value: a class index is a plain number: write t.data",
    ),
    # labels
    (
        "hinge",
        [1.0, 2.0, 3.0],
        [1, -1, 0],
        ValueError,
        "target 0 of sample 2: labels are -1 and +1; 2 * t - 1 makes them from 0 and 1",
    ),
    (
        BCE,
        [0.5, 0.5],
        [1, -1],
        ValueError,
        "target -1 of sample 1: a probability is between 0 and 1; (t + 1) / 2 makes 0 and 1 from -1 and +1",
    ),
    (BCE, [[0.5, 0.5]], [[1, 1.5]], ValueError, "target 1.5 of sample 0, output 1: a probability is between 0 and 1"),
    (CE, P3, [0, 3, 1], ValueError, "class 3 of sample 1: there are 3 predictions, for classes 0 to 2"),
    (CE, P3, [0, 1, -1], ValueError, "class -1 of sample 2: there are 3 predictions, for classes 0 to 2"),
    (CE, P3, [0, 1.5, 1], ValueError, "class 1.5 of sample 1: a class index is a whole number"),
    (CE, P3, [[1, 0, 0], [1, 1, 0], [0, 0, 1]], ValueError, f"the targets of sample 1 sum to 2, not 1: {ROW}"),
    (CE, P3, [[1, 0, 0], [0, 0, 0], [0, 0, 1]], ValueError, f"the targets of sample 1 sum to 0, not 1: {ROW}"),
    (
        CE,
        P3,
        [[2, -1, 0], [1, 0, 0], [0, 0, 1]],
        ValueError,
        f"target 2 of sample 0, output 0: a probability is between 0 and 1, and {ROW}",
    ),
    # predictions
    (
        BCE,
        [0.5, 1.25],
        [1, 1],
        ValueError,
        "prediction 1.25 of sample 1: a probability is between 0 and 1; "
        "for logits there is binary_cross_entropy_from_logits",
    ),
    (BCE, [[0.5, nan]], [[1, 1]], ValueError, "prediction nan of sample 0, output 1: a probability is between 0 and 1"),
    (
        CE,
        [[0.5, 0.5], [2.0, -1.0]],
        [1, 1],
        ValueError,
        "prediction 2 of sample 1, output 0: a probability is between 0 and 1: "
        "take softmax of logits, or use cross_entropy_from_logits",
    ),
    (
        CE,
        [[0.5, 0.5], [0.5, 0.25]],
        [1, 1],
        ValueError,
        "the predictions of sample 1 sum to 0.75, not 1: take softmax of logits, or use cross_entropy_from_logits",
    ),
]


@pytest.mark.parametrize(("name", "predictions", "targets", "error", "text"), REFUSED)
def test_refused(name, predictions, targets, error, text):
    with pytest.raises(error, match=r"^" + re.escape(f"{name}: {text}")):
        LOSSES[name](predictions, targets)


@pytest.mark.parametrize("name", LOSSES)
def test_every_loss_refuses_what_it_cannot_take(name):
    rows = name in ("cross_entropy", "cross_entropy_from_logits")
    predictions = [[0.5, 0.5], [0.5, 0.5]] if rows else [0.5, 0.5]
    for targets, text in (([1], "sample 1 has no target"), ([1, nan], "target nan of sample 1"), ([], "target")):
        with pytest.raises(ValueError, match=rf"^{name}: .*{text}"):
            LOSSES[name](predictions, targets)
    with pytest.raises(ValueError, match=rf"^{name}: there are no predictions"):
        LOSSES[name]([], [])


@pytest.mark.parametrize(
    ("name", "option", "text"),
    [
        ("huber", {"delta": 0}, "delta is 0: give a positive number"),
        ("huber", {"delta": nan}, "delta is nan: give a positive number"),
        ("hinge", {"margin": -1}, "margin is -1: give a number that is 0 or more"),
        ("hinge", {"margin": inf}, "margin is inf: give a number that is 0 or more"),
    ],
)
def test_options_out_of_range(name, option, text):
    with pytest.raises(ValueError, match=rf"^{name}: {text}$"):
        LOSSES[name]([1.0], [1.0], **option)


def test_options_that_are_no_plain_numbers():
    with pytest.raises(TypeError, match=r"^huber: delta is a Value: give a plain number$"):
        LOSSES["huber"]([1.0], [1.0], delta=Value(1.0))
    with pytest.raises(TypeError, match=r"^huber: the delta is '1', not a number"):
        LOSSES["huber"]([1.0], [1.0], delta="1")


numbers = st.one_of(st.integers(-5, 5), st.booleans(), st.floats(-5, 5), st.builds(np.float32, st.just(0.5)))


@given(st.lists(st.lists(numbers, min_size=2, max_size=2), min_size=1, max_size=4))
def test_what_is_read_is_what_was_given(rows):
    floats = [[float(x) for x in row] for row in rows]
    batch = read_batch("test", rows, np.array(floats))
    assert batch.predictions == batch.targets == floats
    assert (batch.size, batch.outputs) == (2 * len(rows), 2)
    assert [(y, t) for _, y, t in batch.entries] == [(x, x) for row in floats for x in row]
    assert {type(x) for row in batch.predictions for x in row} == {float}


def test_values_are_passed_on_themselves():
    v, w = Value(1.0), Value(2.0)
    array = np.array([[v, w]])
    assert plain("test", "prediction", array)[0][1] is w
    assert plain("test", "prediction", array[0, 0]) is v and plain("test", "prediction", np.array(v)) is v
    given = [v, w]
    read = plain("test", "prediction", given)
    assert read == given and read is not given


def test_masked_entries_are_refused():
    with pytest.raises(TypeError, match="the target of sample 1 is None, not a number"):
        LOSSES["huber"]([1.0, 2.0], np.ma.array([1.0, 2.0], mask=[False, True]))


@pytest.mark.parametrize("times", [np.array(["2020-01-02"], "datetime64[D]"), np.array([3], "timedelta64[s]")])
def test_times_are_refused(times):
    text = "give numbers, as in times / np.timedelta64(1, 's')"
    for targets, where in ((times, "target"), (list(times), "target of sample 0")):
        with pytest.raises(TypeError, match="^" + re.escape(f"huber: the {where} is {times.dtype}: {text}") + "$"):
            LOSSES["huber"]([1.0], targets)
    assert LOSSES["huber"]([3.0], np.array([3], "timedelta64[s]") / np.timedelta64(1, "s")) == 0


def test_labels_are_weights_of_classes():
    read = read_labelled("test", [[0.0, 0.0], [0.0, 0.0]], [1, [0.25, 0.75]], "").labels
    assert read == [{1: 1.0}, {0: 0.25, 1: 0.75}]
