"""The rules of the optimizers: against PyTorch's, live and recorded, and against what their papers promise."""

import json
import math

import numpy as np
import pytest
from descents import (
    CASES,
    RECORD,
    RECORDED_STEPS,
    SAMPLES,
    START,
    case_name,
    gradient,
    loss,
    torch_trajectory,
    trajectory,
    values,
)
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn.optimizers import OPTIMIZERS, SGD, AdaGrad, Adam, AdamW, RMSProp

every_case = pytest.mark.parametrize("case", CASES, ids=case_name)


def mean_loss(w):
    return sum(loss(w, sample) for sample in SAMPLES) / len(SAMPLES)


# ---- PyTorch


@every_case
def test_every_combination_of_options_follows_pytorch(case):
    torch = pytest.importorskip("torch")
    kind, options = case
    theirs = torch_trajectory(torch, kind, options)
    np.testing.assert_allclose(trajectory(kind(values(), **options)), theirs, rtol=1e-12, atol=0)


@pytest.fixture(scope="module")
def recorded():
    return json.loads(RECORD.read_text())


@every_case
def test_every_combination_of_options_reaches_what_pytorch_reached(case, recorded):
    kind, options = case
    reached = trajectory(kind(values(), **options))
    ours = [reached[step - 1] for step in RECORDED_STEPS]
    np.testing.assert_allclose(ours, recorded[case_name(case)], rtol=1e-12, atol=0)


def test_the_record_holds_the_cases_and_no_others(recorded):
    assert set(recorded) == {"recorded from", *map(case_name, CASES)}


def test_every_option_of_every_case_matters(recorded):
    assert len({json.dumps(reached) for reached in recorded.values()}) == len(recorded)


class EpsInsideTheRoot(AdaGrad):
    def rule(self, w, g):
        self.s = self.s + g**2
        return w - self.lr * g / np.sqrt(self.s + self.eps)


class NoBiasCorrection(Adam):
    def rule(self, w, g):
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        return w - self.lr * self.m / (np.sqrt(self.v) + self.eps)


@pytest.mark.parametrize(
    ("wrong", "case"),
    [
        (EpsInsideTheRoot, (AdaGrad, {"lr": 0.3, "eps": 1e-3, "weight_decay": 0.0})),
        (NoBiasCorrection, (Adam, {})),
        (Adam, (AdamW, {"lr": 0.02, "betas": (0.9, 0.999), "weight_decay": 0.1})),
    ],
)
def test_the_comparison_sees_a_wrong_formula(wrong, case, recorded):
    reached = trajectory(wrong(values(), **case[1]))
    differences = np.array([reached[step - 1] for step in RECORDED_STEPS]) / recorded[case_name(case)] - 1
    assert np.abs(differences).max() > 1e-10


def test_the_gradients_are_those_of_the_loss():
    for step, sample in enumerate(SAMPLES):
        w = values()
        loss(w, sample).backward()
        assert [p.grad for p in w] == pytest.approx(gradient(START, step), rel=1e-13)


# ---- formulas and their properties

moderate = st.floats(-100, 100)
numbers = st.lists(st.tuples(moderate, moderate), min_size=1, max_size=5)


def stepped(kind, pairs, **options):
    """The parameters after one step from given data and gradients."""
    w = values([data for data, _ in pairs])
    for p, (_, g) in zip(w, pairs, strict=True):
        p.grad = g
    kind(w, **options).step()
    return [p.data for p in w]


@given(numbers, st.floats(0, 10))
def test_without_momentum_a_step_is_the_plain_formula(pairs, lr):
    assert stepped(SGD, pairs, lr=lr) == [w - lr * g for w, g in pairs]


@given(numbers, st.sampled_from(list(OPTIMIZERS)))
def test_each_parameter_moves_by_itself(pairs, name):
    together = stepped(OPTIMIZERS[name], pairs, lr=0.1)
    assert together == [stepped(OPTIMIZERS[name], [pair], lr=0.1)[0] for pair in pairs]


@given(st.floats(0.1, 1e6), st.booleans(), st.sampled_from([AdaGrad, Adam]))
def test_the_first_adaptive_step_is_the_learning_rate_whatever_the_gradient(size, up, kind):
    g = size if up else -size
    assert stepped(kind, [(0.0, g)], lr=0.25) == pytest.approx([-math.copysign(0.25, g)], rel=1e-6)


@given(st.floats(0, 0.5), moderate, moderate)
def test_adamw_decays_beside_the_step_of_adam(decay, w, g):
    adam = stepped(Adam, [(w, g)], lr=0.1)[0]
    assert stepped(AdamW, [(w, g)], lr=0.1, weight_decay=decay)[0] == pytest.approx(adam - 0.1 * decay * w, abs=1e-12)


def test_the_centered_variance_of_gradients_that_stay_the_same_is_not_below_0():
    w = Value(1.0)
    optimizer = RMSProp([w], lr=1e-9, alpha=0.5, centered=True)
    for _ in range(200):
        w.grad = 1.1  # rounding leaves v − m² at −2e-16 after 52 steps
        optimizer.step()
    assert math.isfinite(w.data)
    assert w.data < 1.0


def test_learning_rates_on_x_squared_converge_bounce_and_diverge():
    def after(lr, steps=50):
        x = Value(3.0)
        optimizer = SGD([x], lr=lr)
        for _ in range(steps):
            optimizer.zero_grad()
            (x * x).backward()
            optimizer.step()
        return x.data

    for lr in (0.1, 0.5, 0.9):
        assert abs(after(lr)) < 1e-4
    assert (after(1.0, 50), after(1.0, 51)) == (3.0, -3.0)
    assert abs(after(1.1)) > 1e4


def test_two_steps_down_a_bowl_are_those_on_paper():
    x = [Value(-3.0), Value(4.0)]
    optimizer = SGD(x, lr=0.1)
    for expected in ([-2.4, 3.2], [-1.92, 2.56]):
        optimizer.zero_grad()
        (x[0] ** 2 + x[1] ** 2).backward()
        optimizer.step()
        assert [p.data for p in x] == pytest.approx(expected, rel=1e-15)


@pytest.mark.parametrize("kind", OPTIMIZERS.values())
def test_the_loss_falls(kind):
    w = values()
    trajectory(kind(w, lr=0.01), steps=50)
    assert mean_loss([p.data for p in w]) < mean_loss(START) - 0.1
