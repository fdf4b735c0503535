"""Rows of the table as JAX functions of arrays of one shape and type. Their derivatives, of any order, are the table's.

JAX would differentiate both branches of a choice backwards, and 0 · ∞ of the one not taken is nan. Here formulas are
differentiated forwards, entry by entry, where a choice chooses among derivatives too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
from jax.custom_derivatives import SymbolicZero
from jax.scipy import special

from autograd import ops
from autograd.codegen import is_composed, partial_formulas, value_formula
from autograd.ops import Nary, Operation
from autograd.replay import jax_nary
from autograd.symbol import Symbol

Array = Any  # of JAX, or what stands for one while JAX traces
Function = Callable[..., Array]

# What JAX differentiates as the table does, and conditions, which have no derivative.
PLAIN: dict[Operation, Function] = {
    ops.add: operator.add,
    ops.sub: operator.sub,
    ops.mul: operator.mul,
    ops.neg: operator.neg,
    ops.where: jnp.where,
    ops.less: operator.lt,
    ops.less_equal: operator.le,
    ops.greater: operator.gt,
    ops.greater_equal: operator.ge,
    ops.equal: operator.eq,
}


@cache
def row(op: Operation) -> Function:
    """A row with a fixed number of operands. Raises TypeError where its value is a function of floats."""
    if op in PLAIN:
        return PLAIN[op]
    partials = [_forwards(_formula(formula, ("y", *op.operands))) for formula in partial_formulas(op)]
    function = jax.custom_jvp(_value(op))
    _define_derivatives(function, lambda k, y, operands: partials[k](y, *operands))
    return function


def _value(op: Operation) -> Function:
    if is_composed(op):
        return _formula(value_formula(op), op.operands)
    if op.value is not None:
        raise TypeError(
            f"to_jax: operation {op.name!r} computes with floats, which JAX can't trace: write its value with "
            "operations of autograd, or replay it with engine='numpy'"
        )
    name = "divide" if op is ops.div else op.name
    return getattr(jnp, name, None) or getattr(special, name)  # type: ignore[no-any-return]


def _formula(formula: Any, names: Sequence[str]) -> Function:
    """A tree of operations over names as a function of arrays."""

    def function(*arrays: Array) -> Array:
        y = _evaluated(formula, dict(zip(names, arrays, strict=True)), arrays[0])
        return y.astype(arrays[0].dtype)

    return function


def _evaluated(e: Any, arrays: Mapping[str, Array], like: Array) -> Array:
    if not isinstance(e, Symbol):
        return jnp.full_like(like, e)
    if e.op is None:
        return arrays[e.name]
    if e.op is ops.softmax_output:
        return jax_nary.softmax(jnp.stack([_evaluated(x, arrays, like) for x in e.args[1:]], -2))[..., int(e.args[0]), :]
    operands = [_evaluated(x, arrays, like) for x in e.args]
    return jax_nary.of_operands(e.op, operands) if isinstance(e.op, Nary) else row(e.op)(*operands)


def _forwards(f: Function) -> Function:
    """f, an elementwise function, differentiated forwards also where it is part of what is differentiated backwards."""
    function = jax.custom_jvp(f)
    _define_derivatives(function, lambda k, y, operands: _slope(f, k)(*operands))
    return function


def _slope(f: Function, k: int) -> Function:
    """∂f/∂(operand k)."""

    def slope(*operands: Array) -> Array:
        along = lambda x: f(*operands[:k], x, *operands[k + 1 :])
        return jax.jvp(along, (operands[k],), (jnp.ones_like(operands[k]),))[1]

    return _forwards(slope)


def _define_derivatives(function: Any, partial: Callable[[int, Array, Sequence[Array]], Array]) -> None:
    """Let `function` move by Σ partial(k, y, operands) · tangent k, over the operands that move."""

    def rule(operands: Sequence[Array], tangents: Sequence[Any]) -> tuple[Array, Array]:
        y = function(*operands)
        terms = [partial(k, y, operands) * t for k, t in enumerate(tangents) if not isinstance(t, SymbolicZero)]
        return y, sum(terms, start=jnp.zeros_like(y))

    function.defjvp(rule, symbolic_zeros=True)
