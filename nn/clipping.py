"""Gradients cut to size between `backward()` and `step()`, so that one steep place throws no parameter far away."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np

from autograd import Value
from nn.optimizer import OVERFLOW, HasParameters, parameter_list, refuse_non_finite
from nn.plain import Floats
from nn.ranges import LIMIT, in_range


def clip_gradient_norm(parameters: Iterable[Value] | HasParameters, norm: float) -> float:
    """Scales all gradients together so that their Euclidean norm is at most `norm`; returns the norm before.

    As PyTorch's clip_grad_norm_: g ← g · min(1, norm / (‖g‖ + 1e-6)) (Pascanu, Mikolov, Bengio 2013). `norm` above 0;
    infinity only measures. Raises ValueError where a gradient is not finite, or `norm` not above 0, and what
    Optimizer does for the parameters; then no gradient has changed.

    >>> x, y = Value(3.0), Value(4.0)
    >>> (x**2 / 2 + y**2 / 2).backward()
    >>> clip_gradient_norm([x, y], 1.0)
    5.0
    >>> round(x.grad, 6), round(y.grad, 6)
    (0.6, 0.8)
    """
    norm = in_range("clip_gradient_norm", "norm", norm, LIMIT)
    values = parameter_list("clip_gradient_norm", parameters)
    gradients, before = clipped(values, np.array([v.grad for v in values], dtype=np.float64), norm)
    for v, gradient in zip(values, gradients.tolist(), strict=True):
        v.grad = gradient
    return before


def clipped(values: Sequence[Value], gradients: Floats, norm: float) -> tuple[Floats, float]:
    """Gradients as `clip_gradient_norm` cuts them, and their norm before. Raises ValueError as it does."""
    refuse_non_finite("clip_gradient_norm", "the gradient", values, gradients, OVERFLOW)
    before = math.hypot(*gradients.tolist())  # scales its terms, so that no square overflows
    if math.isinf(before):
        raise ValueError(f"clip_gradient_norm: the norm of the gradients is too large for a float: {OVERFLOW}")
    scale = norm / (before + 1e-6)
    return (gradients * scale if scale < 1.0 else gradients), before


def clip_gradient_values(parameters: Iterable[Value] | HasParameters, limit: float) -> None:
    """Moves every gradient into [−limit, limit], each by itself: as PyTorch's clip_grad_value_.

    `limit` above 0. Infinite gradients are cut too. Raises ValueError where a gradient is nan, or `limit` not above 0,
    and what Optimizer does for the parameters; then no gradient has changed.

    >>> x, y = Value(0.25), Value(-4.0)
    >>> (x**2 + y**2).backward()
    >>> clip_gradient_values([x, y], 1.0)
    >>> x.grad, y.grad
    (0.5, -1.0)
    """
    limit = in_range("clip_gradient_values", "limit", limit, LIMIT)
    values = parameter_list("clip_gradient_values", parameters)
    clipped = np.clip(np.array([v.grad for v in values], dtype=np.float64), -limit, limit)
    remedy = "look for an operation outside its domain in the loss"
    refuse_non_finite("clip_gradient_values", "the gradient", values, clipped, remedy)
    for v, gradient in zip(values, clipped.tolist(), strict=True):
        v.grad = gradient
