"""Rows with any number of operands as JAX functions: operands are the last axis but one of an array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp

from autograd import ops
from autograd.ops import Operation

Array = Any  # of JAX, or what stands for one while JAX traces


def total(x: Array) -> Array:
    """Σ x."""
    return jnp.sum(x, -2)


def mean(x: Array) -> Array:
    """Σ x / n: a sum of all x may overflow where the mean does not."""
    return jnp.sum(x / x.shape[-2], -2)


def _logsumexp(x: Array) -> Array:
    """ln Σ exp(x): relative to the largest x, whose exp(0) = 1 is left to log1p."""
    top = jnp.max(x, -2, keepdims=True)
    others = jnp.arange(x.shape[-2])[:, None] != jnp.argmax(x, -2, keepdims=True)
    rest = jnp.sum(jnp.where(others, jnp.exp(x - top), 0.0), -2)
    top = top[..., 0, :]
    return jnp.where(jnp.isinf(top), top, top + jnp.log1p(rest))


def _softmax(x: Array) -> Array:
    """All outputs, on the axis of the operands."""
    return jax.nn.softmax(x, -2)


def _logsumexp_rate(y: Array, x: Array, rate: Array) -> Array:
    return jnp.sum(softmax(x) * rate, -2)


def _softmax_rate(y: Array, x: Array, rate: Array) -> Array:
    """y (1 − y) dx − y Σ y dx over the others, where 1 − y is the sum of the others: no digits are lost near 1."""
    n = y.shape[-2]
    others = 1.0 - jnp.eye(n, dtype=y.dtype)

    def summed(z: Array) -> Array:
        return jnp.matmul(others, z, precision="highest")

    return y * (summed(y) * rate - summed(y * rate))


def _moving(value: Callable[[Array], Array], rate: Callable[[Array, Array, Array], Array]) -> Any:
    """A function of one array with the derivative given."""
    function = jax.custom_jvp(value)

    def rule(primals: Sequence[Array], tangents: Sequence[Array]) -> tuple[Array, Array]:
        y = function(*primals)
        return y, rate(y, *primals, *tangents)

    function.defjvp(rule)
    return function


logsumexp = _moving(_logsumexp, _logsumexp_rate)
softmax = _moving(_softmax, _softmax_rate)

OF_ONE_ARRAY: dict[Operation, Callable[[Array], Array]] = {ops.total: total, ops.mean: mean, ops.logsumexp: logsumexp}
