"""Schedules: against PyTorch's, against recurrences, and what they refuse."""

import copy
import math
import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn.optimizers import SGD
from nn.schedules import cosine_decay, exponential_decay, step_decay

SCHEDULES = [
    (step_decay(0.1, 30), "StepLR", {"step_size": 30}),
    (step_decay(0.5, 7, factor=0.3), "StepLR", {"step_size": 7, "gamma": 0.3}),
    (exponential_decay(0.1, 0.97), "ExponentialLR", {"gamma": 0.97}),
    (cosine_decay(0.1, 100), "CosineAnnealingLR", {"T_max": 100}),
    (cosine_decay(0.3, 40, lowest=0.01), "CosineAnnealingLR", {"T_max": 40, "eta_min": 0.01}),
]
every_schedule = pytest.mark.parametrize(("schedule", "name", "options"), SCHEDULES, ids=lambda x: str(x))
rates = st.floats(1e-6, 10)
epochs = st.integers(0, 300)


@every_schedule
def test_every_schedule_is_pytorchs(schedule, name, options):
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=schedule.lr)
    theirs = getattr(torch.optim.lr_scheduler, name)(optimizer, **options)
    for epoch in range(101):
        # PyTorch gets from epoch to epoch by recurrences, whose rounding errors add up near the cosine's foot.
        assert schedule(epoch) == pytest.approx(theirs.get_last_lr()[0], rel=1e-12, abs=1e-13)
        optimizer.step()
        theirs.step()


@given(rates, st.integers(1, 50), st.floats(0.2, 1), epochs)
def test_step_decay_stays_for_so_many_epochs_and_then_falls_by_the_factor(lr, every, factor, epoch):
    schedule = step_decay(lr, every, factor)
    assert schedule(0) == schedule(every - 1) == lr
    assert schedule(epoch + every) == pytest.approx(schedule(epoch) * factor, rel=1e-13, abs=0)
    assert schedule(epoch - epoch % every) == schedule(epoch)


@given(rates, st.floats(0.5, 1), epochs)
def test_exponential_decay_falls_by_the_factor_every_epoch(lr, factor, epoch):
    schedule = exponential_decay(lr, factor)
    assert schedule(0) == lr
    assert schedule(epoch + 1) == pytest.approx(schedule(epoch) * factor, rel=1e-13, abs=0)
    assert schedule(epoch) == step_decay(lr, 1, factor)(epoch)


@given(rates, st.integers(1, 200), st.floats(0, 1))
def test_cosine_decay_goes_from_lr_through_the_middle_to_the_lowest(lr, half, share):
    lowest = share * lr
    schedule = cosine_decay(lr, 2 * half, lowest)
    assert schedule(0) == pytest.approx(lr, rel=1e-15)
    assert schedule(half) == pytest.approx((lr + lowest) / 2, rel=1e-15)
    assert schedule(2 * half) == lowest
    falling = [schedule(epoch) for epoch in range(2 * half + 1)]
    assert falling == sorted(falling, reverse=True)
    mirrored = [lr + lowest - rate for rate in reversed(falling)]
    assert falling == pytest.approx(mirrored, rel=1e-13, abs=1e-15 * lr)


def test_a_schedule_sets_the_learning_rate_by_hand():
    w = Value(1.0)
    optimizer, schedule = SGD([w]), step_decay(0.5, 1, factor=0.5)
    for epoch in range(3):
        optimizer.lr = schedule(epoch)
        w.grad = 1.0
        optimizer.step()
    assert w.data == 1.0 - 0.5 - 0.25 - 0.125


@every_schedule
def test_schedules_are_plain_values(schedule, name, options):
    assert pickle.loads(pickle.dumps(schedule)) == copy.deepcopy(schedule) == schedule
    assert eval(repr(schedule)) == schedule
    assert all(type(schedule(epoch)) is float for epoch in (0, 3, np.int64(3)))
    assert schedule(np.int64(3)) == schedule(3)
    with pytest.raises(AttributeError, match="cannot assign to field 'lr'"):
        schedule.lr = 1.0


def test_schedules_show_their_settings():
    assert repr(step_decay(0.1, 30)) == "step_decay(lr=0.1, every=30, factor=0.1)"
    assert repr(exponential_decay(0.1, 0.9)) == "exponential_decay(lr=0.1, factor=0.9)"
    assert repr(cosine_decay(0.1, 100)) == "cosine_decay(lr=0.1, epochs=100, lowest=0.0)"
    assert cosine_decay(0.1, 100) != cosine_decay(0.1, 101)


@pytest.mark.parametrize(
    ("make", "error", "text"),
    [
        (lambda: step_decay(-0.1, 3), ValueError, r"step_decay: lr = -0.1 must be 0 or more and finite"),
        (lambda: step_decay(math.nan, 3), ValueError, r"step_decay: lr = nan must be 0 or more and finite"),
        (lambda: step_decay("0.1", 3), TypeError, r"step_decay: lr = '0.1' is a str, not a number"),
        (lambda: step_decay(0.1, 0), ValueError, r"step_decay: every = 0 must be 1 or more"),
        (lambda: step_decay(0.1, 2.5), TypeError, r"step_decay: every = 2.5 is a float, not a whole number"),
        (lambda: step_decay(0.1, 3, 0.0), ValueError, r"step_decay: factor = 0.0 must be above 0 and at most 1"),
        (lambda: exponential_decay(math.inf, 0.9), ValueError, r"exponential_decay: lr = inf must be"),
        (lambda: exponential_decay(0.1, 1.1), ValueError, r"exponential_decay: factor = 1.1 must be above 0 and at"),
        (lambda: exponential_decay(0.1, True), TypeError, r"exponential_decay: factor = True is a bool, not a number"),
        (lambda: cosine_decay(0.1, 0), ValueError, r"cosine_decay: epochs = 0 must be 1 or more"),
        (
            lambda: cosine_decay(0.1, 10, 0.2),
            ValueError,
            r"cosine_decay: lowest = 0.2 must be 0 or more and at most 0.1",
        ),
        (lambda: cosine_decay(0.1, 10)(-1), ValueError, r"cosine_decay: epoch = -1 must be 0 or more"),
        (
            lambda: exponential_decay(0.1, 0.9)(0.5),
            TypeError,
            r"exponential_decay: epoch = 0.5 is a float, not a whole",
        ),
        (lambda: step_decay(0.1, 3)(True), TypeError, r"step_decay: epoch = True is a bool, not a whole number"),
    ],
)
def test_what_makes_no_schedule_is_refused(make, error, text):
    with pytest.raises(error, match=text):
        make()
