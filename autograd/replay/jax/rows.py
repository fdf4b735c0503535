"""Rows of the table as JAX functions of arrays of one shape and type. Their derivatives, of any order, are the table's.

JAX would differentiate both branches of a choice backwards, and 0 · ∞ of the one not taken is nan. Here formulas are
differentiated forwards, entry by entry, where a choice chooses among derivatives too.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.custom_derivatives import SymbolicZero
from jax.scipy import special

from autograd import ops
from autograd.codegen import computed_formula, is_composed, kept_with_row, partial_formulas
from autograd.ops import Operation
from autograd.symbol import Symbol, names_in

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


@kept_with_row
def row(op: Operation) -> Any:
    """A row with a fixed number of operands. Raises TypeError where its value is a function of floats."""
    if op in PLAIN:
        return PLAIN[op]
    partials = [_partial(formula, ("y", *op.operands)) for formula in partial_formulas(op)]
    return _with_derivatives(_value(op), lambda k, y, operands: partials[k](y, *operands))


def _value(op: Operation) -> Any:
    if is_composed(op):
        return _formula(computed_formula(op), op.operands)
    if op.value is not None:
        raise TypeError(
            f"to_jax: operation {op.name!r} computes with floats, which JAX can't trace: write its value with "
            "operations of autograd, or replay it with engine='numpy'"
        )
    name = "divide" if op is ops.div else op.name
    return getattr(jnp, name, None) or getattr(special, name)


def _partial(formula: Any, names: Sequence[str]) -> Function:
    """A local derivative. It takes all operands; it moves with those that are in the formula, and with no others."""
    known = names_in(formula)
    if not known:
        return lambda *arrays: formula
    used = [k for k, name in enumerate(names) if name in known]
    function = _forwards(_formula(formula, [names[k] for k in used]))
    return lambda *arrays: function(*(arrays[k] for k in used))


def _formula(formula: Any, names: Sequence[str]) -> Function:
    """A tree of operations over names as a function of arrays."""

    def function(*arrays: Array) -> Array:
        y = _evaluated(formula, dict(zip(names, arrays, strict=True)), arrays[0])
        return y.astype(arrays[0].dtype)

    return function


def _evaluated(e: Any, arrays: Mapping[str, Array], like: Array) -> Array:
    if not isinstance(e, Symbol):
        with np.errstate(over="ignore"):  # 2**600, for one, is infinite in single precision
            return jnp.full_like(like, np.asarray(e).astype(like.dtype))
    if e.op is None:
        return arrays[e.name]
    return row(e.op)(*(_evaluated(x, arrays, like) for x in e.args))


def _forwards(f: Function) -> Any:
    """f, an elementwise function, differentiated forwards also where it is part of what is differentiated backwards."""
    return _with_derivatives(f, lambda k, y, operands: _slope(f, k)(*operands))


def _slope(f: Function, k: int) -> Any:
    """∂f/∂(operand k)."""

    def slope(*operands: Array) -> Array:
        before, x, after = operands[:k], operands[k], operands[k + 1 :]
        return jax.jvp(lambda x: f(*before, x, *after), (x,), (jnp.ones_like(x),))[1]

    return _forwards(slope)


def _with_derivatives(f: Function, partial: Callable[[int, Array, Sequence[Array]], Array]) -> Any:
    """f, which moves by Σ partial(k, y, operands) · tangent k over the operands that move."""
    function = jax.custom_jvp(f)

    def rule(operands: Sequence[Array], tangents: Sequence[Any]) -> tuple[Array, Array]:
        y = function(*operands)
        terms = [partial(k, y, operands) * t for k, t in enumerate(tangents) if not isinstance(t, SymbolicZero)]
        return y, sum(terms, start=jnp.zeros_like(y))

    function.defjvp(rule, symbolic_zeros=True)
    return function
