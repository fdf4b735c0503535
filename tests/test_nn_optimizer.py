"""What optimizers do around their rules: settings, saving and resuming, failures that leave everything as it was."""

import copy
import json
import math

import numpy as np
import pytest
from descents import CASES, START, gradient, trajectory, values
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn.optimizer import Optimizer
from nn.optimizers import OPTIMIZERS, SGD, AdaGrad, Adam, AdamW, RMSProp

every_optimizer = pytest.mark.parametrize("kind", OPTIMIZERS.values(), ids=lambda kind: kind.__name__)


def state_of(optimizer):
    return [p.data for p in optimizer.parameters], copy.deepcopy(optimizer.state_dict())


# ---- stepping


def test_the_learning_rate_can_be_set_at_any_time():
    w = Value(1.0)
    optimizer = SGD([w], lr=0.5)
    w.grad = 1.0
    optimizer.step()
    optimizer.lr = np.float64(0.25)
    optimizer.step()
    assert w.data == 0.25
    assert type(optimizer.lr) is float


def test_update_moves_arrays_and_no_values():
    w = values()
    optimizer = Adam(w, lr=0.1)
    moved = optimizer.update(np.array(START), np.array(gradient(START)))
    assert [p.data for p in w] == START
    assert (optimizer.steps, [p.grad for p in w]) == (1, [0.0] * 3)
    assert moved.tolist() == trajectory(Adam(values(), lr=0.1), 1)[0]


def test_parameters_come_from_a_list_a_generator_or_a_model():
    class Model:
        def parameters(self):
            return iter(w)

    w = values()
    assert SGD(w).parameters == SGD(p for p in w).parameters == SGD(Model()).parameters == w
    assert type(SGD(w).parameters) is list
    assert repr(SGD(w, momentum=0.9)) == (
        "SGD(<3 parameters>, lr=0.01, momentum=0.9, nesterov=False, weight_decay=0.0)"
    )


def test_zero_grad_clears_the_gradients_of_all():
    w = values()
    for p in w:
        p.grad = 2.0
    SGD(w).zero_grad()
    assert [p.grad for p in w] == [0.0] * 3


# ---- saving


@given(st.sampled_from(CASES), st.integers(0, 12))
def test_a_run_resumed_from_its_state_has_the_bits_of_one_uninterrupted(case, steps):
    kind, options = case
    whole = trajectory(kind(values(), **options), 15)
    first = kind(values(), **options)
    reached = trajectory(first, steps)
    second = kind(values(reached[-1] if reached else START))  # with other settings, which the state brings
    second.load_state_dict(json.loads(json.dumps(first.state_dict())))
    assert reached + trajectory(second, 15 - steps) == whole


def test_resuming_without_the_state_is_seen():
    whole = trajectory(Adam(values()), 15)
    reached = trajectory(Adam(values()), 7)
    assert reached + trajectory(Adam(values(reached[-1])), 8) != whole


def test_a_state_is_numbers_and_lists():
    optimizer = Adam(values(), lr=0.1)
    trajectory(optimizer, 1)
    state = optimizer.state_dict()
    assert list(state) == ["optimizer", "steps", "lr", "beta1", "beta2", "eps", "weight_decay", "m", "v"]
    assert state["m"] == pytest.approx([0.1 * g for g in gradient(START)], rel=1e-15)
    optimizer.load_state_dict(state)
    assert optimizer.state_dict() == state == json.loads(json.dumps(state))


def test_a_state_does_not_change_with_further_steps():
    optimizer = SGD(values(), momentum=0.9)
    trajectory(optimizer, 1)
    state = optimizer.state_dict()
    kept = copy.deepcopy(state)
    trajectory(optimizer, 1)
    assert state == kept


@pytest.mark.parametrize(
    ("damage", "error", "text"),
    [
        ({"optimizer": "AdaGrad"}, ValueError, r"Adam: the state is one of AdaGrad: load it into an optimizer of"),
        ({"m": [0.0] * 4}, ValueError, r"Adam: the state is of 4 parameters, the optimizer has 3"),
        ({"v": [0.0, "1", 0.0]}, TypeError, r"Adam: v of the state is not a list of numbers"),
        ({"v": 3.0}, TypeError, r"Adam: v of the state is not a list of numbers"),
        ({"v": [0.0, math.nan, 0.0]}, ValueError, r"Adam: the state's v of parameters\[1\] \(w1\) is nan.*another"),
        ({"steps": -1}, ValueError, r"Adam: the state has steps = -1, not a count"),
        ({"steps": 1.5}, ValueError, r"Adam: the state has steps = 1.5, not a count"),
        ({"lr": "fast"}, TypeError, r"Adam: lr = 'fast' is a str, not a number"),
        ({"beta1": 1.0}, ValueError, r"Adam: beta1 = 1.0 must be 0 or more and below 1"),
        ({"extra": 1}, ValueError, r"Adam: the state lacks, or has too much of, extra: give a state_dict\(\)"),
        ({"m": [0.0, 10**400, 0.0]}, ValueError, r"Adam: the state's m has a number too large for a float.*another"),
        ({"optimizer": [0] * 999}, ValueError, r"^Adam: the state is one of .{60}: load it into"),
        ({"steps": [0] * 999}, ValueError, r"^Adam: the state has steps = .{60}, not a count"),
        ({"lr": [0] * 999}, TypeError, r"^Adam: lr = .{60} is a list, not a number"),
        ({"\r\n": 1}, ValueError, r"^Adam: the state lacks, or has too much of, '\\r\\n': give"),
        ({"x" * 999: 1}, ValueError, r"^Adam: the state lacks, or has too much of, x{59}…: give"),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(damage, error, text):
    optimizer = Adam(values(), lr=0.1)
    trajectory(optimizer, 3)
    before = state_of(optimizer)
    with pytest.raises(error, match=text):
        optimizer.load_state_dict({**Adam(values(), lr=0.2).state_dict(), **damage})
    assert state_of(optimizer) == before


def test_a_state_that_lacks_an_entry_is_refused():
    optimizer = SGD(values())
    state = optimizer.state_dict()
    del state["b"]
    with pytest.raises(ValueError, match=r"SGD: the state lacks, or has too much of, b"):
        optimizer.load_state_dict(state)
    with pytest.raises(ValueError, match=r"SGD: the state is one of no optimizer"):
        optimizer.load_state_dict({})
    with pytest.raises(TypeError, match=r"SGD: the state is a list, not a dictionary"):
        optimizer.load_state_dict([])


# ---- failures leave everything as it was


@every_optimizer
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_gradient_that_is_not_finite_stops_the_step(kind, bad):
    optimizer = kind(values(), lr=0.1)
    trajectory(optimizer, 3)
    before = state_of(optimizer)
    optimizer.parameters[1].grad = bad
    with pytest.raises(ValueError, match=rf"{kind.__name__}: the gradient of parameters\[1\] \(w1\) is {bad}; nothing"):
        optimizer.step()
    assert state_of(optimizer) == before


def test_a_step_out_of_the_numbers_names_the_learning_rate():
    w = [Value(1.0), Value(2.0), Value(3.0)]
    optimizer = SGD(w, lr=1e300)
    w[1].grad = w[2].grad = 1e10
    text = r"SGD: the new value of parameters\[1\] is -inf, and 1 more .* nothing has moved: lower lr \(now 1e\+300\)"
    with pytest.raises(ValueError, match=text):
        optimizer.step()
    assert [p.data for p in w] == [1.0, 2.0, 3.0]
    assert optimizer.state_dict() == SGD(w, lr=1e300).state_dict()


@pytest.mark.parametrize("kind", [AdaGrad, RMSProp, Adam, AdamW])
def test_a_memory_that_would_overflow_is_refused(kind):
    # g² is infinite and so the step 0, for this parameter and for all time: it would stop learning in silence.
    optimizer = kind(values(), lr=0.1)
    trajectory(optimizer, 3)
    before = state_of(optimizer)
    optimizer.parameters[2].grad = 1e200
    with pytest.raises(ValueError, match=r"the new [sv] of parameters\[2\] \(w2\) is inf.*clip_gradient_norm"):
        optimizer.step()
    assert state_of(optimizer) == before


def test_a_rule_that_fails_leaves_no_trace():
    class Failing(Adam):
        def rule(self, w, g):
            super().rule(w, g)
            raise RuntimeError("late")

    optimizer = Failing(values())
    with pytest.raises(RuntimeError, match="late"):
        optimizer.step()
    assert (optimizer.steps, optimizer.m.tolist()) == (0, [0.0] * 3)
    with pytest.raises(NotImplementedError, match=r"Optimizer defines no rule\(w, g\)"):
        Optimizer(values(), lr=0.1).step()


# ---- construction


class SignDescent(Optimizer):
    """A user's own optimizer: settings, memory, rule."""

    memory = ("m",)

    def __init__(self, parameters, lr=0.1, *, keep=0.5):
        super().__init__(parameters, lr=lr, keep=keep)

    def rule(self, w, g):
        self.m = self.keep * self.m + g
        return w - self.lr * np.sign(self.m)


def test_an_optimizer_of_ones_own_is_its_settings_memory_and_rule():
    whole = trajectory(SignDescent(values(), keep=-0.5), 10)
    first = SignDescent(values(), keep=-0.5)
    reached = trajectory(first, 4)
    second = SignDescent(values(reached[-1]))
    second.load_state_dict(first.state_dict())
    assert reached + trajectory(second, 6) == whole
    assert whole[0] == [w - 0.1 * math.copysign(1.0, g) for w, g in zip(START, gradient(START), strict=True)]
    with pytest.raises(ValueError, match=r"SignDescent: keep = nan must be finite"):
        SignDescent(values(), keep=math.nan)


@pytest.mark.parametrize(
    ("kind", "options", "error", "text"),
    [
        (SGD, {"lr": -0.1}, ValueError, r"SGD: lr = -0.1 must be 0 or more and finite"),
        (SGD, {"lr": math.nan}, ValueError, r"SGD: lr = nan must be 0 or more and finite"),
        (SGD, {"lr": math.inf}, ValueError, r"SGD: lr = inf must be 0 or more and finite"),
        (SGD, {"lr": "0.1"}, TypeError, r"SGD: lr = '0.1' is a str, not a number"),
        (SGD, {"lr": True}, TypeError, r"SGD: lr = True is a bool, not a number"),
        (SGD, {"momentum": 1.0}, ValueError, r"SGD: momentum = 1.0 must be 0 or more and below 1"),
        (SGD, {"momentum": -0.5}, ValueError, r"SGD: momentum = -0.5 must be 0 or more and below 1"),
        (SGD, {"nesterov": True}, ValueError, r"SGD: nesterov=True needs a momentum above 0"),
        (SGD, {"momentum": 0.9, "nesterov": 1}, TypeError, r"SGD: nesterov = 1 must be True or False"),
        (SGD, {"weight_decay": -1.0}, ValueError, r"SGD: weight_decay = -1.0 must be 0 or more and finite"),
        (AdaGrad, {"eps": 0.0}, ValueError, r"AdaGrad: eps = 0.0 must be above 0 and finite"),
        (RMSProp, {"alpha": 1.5}, ValueError, r"RMSProp: alpha = 1.5 must be 0 or more and below 1"),
        (RMSProp, {"centered": None}, TypeError, r"RMSProp: centered = None must be True or False"),
        (Adam, {"betas": (0.9, 1.0)}, ValueError, r"Adam: beta2 = 1.0 must be 0 or more and below 1"),
        (AdamW, {"betas": (-0.1, 0.9)}, ValueError, r"AdamW: beta1 = -0.1 must be 0 or more and below 1"),
    ],
)
def test_settings_out_of_range_are_refused(kind, options, error, text):
    with pytest.raises(error, match=text):
        kind(values(), **options)


@every_optimizer
@pytest.mark.parametrize("setting", ["lr", "weight_decay"])
def test_settings_are_checked_whenever_they_are_set(kind, setting):
    optimizer = kind(values())
    before = getattr(optimizer, setting)
    with pytest.raises(ValueError, match=rf"{kind.__name__}: {setting} = -1 must be"):
        setattr(optimizer, setting, -1)
    assert getattr(optimizer, setting) == before


@every_optimizer
def test_parameters_that_cannot_be_learned_are_refused(kind):
    who = kind.__name__
    w = Value(1.0, label="w")
    with pytest.raises(ValueError, match=rf"{who}: there are no parameters"):
        kind([])
    with pytest.raises(TypeError, match=rf"{who}: parameters is a Value: give a list"):
        kind(w)
    with pytest.raises(TypeError, match=rf"{who}: parameters\[1\] is a float, not a Value"):
        kind([w, 2.0])
    with pytest.raises(TypeError, match=rf"{who}: parameters\[0\] is a ndarray, not a Value: give a flat list"):
        kind(np.array([[w]]))
    with pytest.raises(ValueError, match=rf"{who}: parameters\[2\] \(w\) is parameters\[0\] again: give each once"):
        kind([w, Value(2.0), w])
    with pytest.raises(ValueError, match=rf"{who}: parameters\[0\] is a result of mul, not a leaf"):
        kind([w * 2])


def test_a_setting_that_is_too_large_for_a_float():
    with pytest.raises(ValueError, match=r"SGD: lr = 10{59} must be 0 or more and finite"):
        SGD([Value(1.0)], lr=10**400)
