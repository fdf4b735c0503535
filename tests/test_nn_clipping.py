"""Clipping: against PyTorch's, norms and directions, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn.clipping import clip_gradient_norm, clip_gradient_values

gradients = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=6)
limits = st.floats(1e-3, 1e3)


def with_gradients(numbers):
    values = [Value(1.0, label=f"w{k}") for k in range(len(numbers))]
    for v, g in zip(values, numbers, strict=True):
        v.grad = g
    return values


def grads(values):
    return [v.grad for v in values]


@pytest.mark.parametrize("limit", [0.1, 1.0, 5.0, 1000.0, math.inf])
def test_clipping_is_pytorchs(limit):
    torch = pytest.importorskip("torch")
    numbers = [3.0, -4.0, 0.25, 12.0, 0.0]
    theirs = [torch.zeros(1, dtype=torch.float64) for _ in numbers]
    for clip, clip_theirs in (
        (clip_gradient_norm, torch.nn.utils.clip_grad_norm_),
        (clip_gradient_values, torch.nn.utils.clip_grad_value_),
    ):
        for p, g in zip(theirs, numbers, strict=True):
            p.grad = torch.tensor([g], dtype=torch.float64)
        ours = with_gradients(numbers)
        result, expected = clip(ours, limit), clip_theirs(theirs, limit)
        assert grads(ours) == pytest.approx([p.grad.item() for p in theirs], rel=1e-14)
        assert result == (expected if expected is None else pytest.approx(expected.item(), rel=1e-14))


@given(gradients, limits)
def test_the_norm_is_bounded_and_the_direction_kept(numbers, limit):
    values = with_gradients(numbers)
    before = clip_gradient_norm(values, limit)
    assert before == pytest.approx(np.linalg.norm(numbers), rel=1e-12)
    assert np.linalg.norm(grads(values)) <= limit
    scale = min(1.0, limit / (before + 1e-6))
    assert grads(values) == pytest.approx([scale * g for g in numbers], rel=1e-14, abs=0)


@given(gradients)
def test_gradients_within_the_norm_keep_their_bits(numbers):
    values = with_gradients(numbers)
    clip_gradient_norm(values, 1e7)
    assert grads(values) == numbers


@given(gradients, limits)
def test_values_are_bounded_one_by_one(numbers, limit):
    values = with_gradients(numbers)
    clip_gradient_values(values, limit)
    assert grads(values) == [max(-limit, min(limit, g)) for g in numbers]


def test_a_norm_whose_squares_would_overflow_is_right():
    values = with_gradients([3e200, 4e200])
    assert clip_gradient_norm(values, 1.0) == pytest.approx(5e200, rel=1e-15)
    assert grads(values) == pytest.approx([0.6, 0.8], rel=1e-14)


def test_a_norm_too_large_for_a_float_is_refused():
    values = with_gradients([1.7e308, 1.7e308])
    with pytest.raises(ValueError, match=r"clip_gradient_norm: the norm of the gradients is too large for a float"):
        clip_gradient_norm(values, 1.0)
    assert grads(values) == [1.7e308, 1.7e308]


def test_infinite_gradients_are_cut_by_value_and_refused_by_norm():
    values = with_gradients([math.inf, -math.inf, 0.5])
    with pytest.raises(
        ValueError, match=r"clip_gradient_norm: the gradient of parameters\[0\] \(w0\) is inf, and 1 more"
    ):
        clip_gradient_norm(values, 1.0)
    assert grads(values) == [math.inf, -math.inf, 0.5]
    clip_gradient_values(values, 2.0)
    assert grads(values) == [2.0, -2.0, 0.5]


@pytest.mark.parametrize("clip", [clip_gradient_norm, clip_gradient_values])
def test_gradients_that_are_no_number_are_refused_and_nothing_changes(clip):
    values = with_gradients([5.0, 1.0, math.nan])
    with pytest.raises(ValueError, match=rf"{clip.__name__}: the gradient of parameters\[2\] \(w2\) is nan"):
        clip(values, 0.1)
    assert grads(values)[:2] == [5.0, 1.0]


@pytest.mark.parametrize(("clip", "name"), [(clip_gradient_norm, "norm"), (clip_gradient_values, "limit")])
@pytest.mark.parametrize("size", [0.0, -1.0, math.nan])
def test_a_limit_that_is_not_above_0_is_refused(clip, name, size):
    values = with_gradients([5.0])
    with pytest.raises(ValueError, match=rf"{clip.__name__}: {name} = {size} must be above 0"):
        clip(values, size)
    with pytest.raises(ValueError, match=rf"{clip.__name__}: there are no parameters"):
        clip([], 1.0)
    assert grads(values) == [5.0]
