"""Formulas of the table's rows, as NumPy is to compute them: values, and terms of gradients. Numbers stand as such."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd import ops
from autograd.codegen import ARITHMETIC_ERRORS, is_composed, is_guarded, kept_with_row
from autograd.ops import Operation
from autograd.symbol import Symbol

UFUNCS = {"add": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative", "power": "power"}
# Composed rows that are functions of NumPy as well. (np.sign is not one of them: the sign of −0 is −0 in the table.)
SAME = {"square", "reciprocal", "maximum", "minimum", "less", "less_equal", "greater", "greater_equal", "equal"}
WRITTEN: dict[str, Callable[[Any], Any]] = {
    "relu": lambda a: ops.maximum(a, 0.0),
    "step": lambda a: ops.greater(a, 0.0),
}
UPSTREAM = "dL/dy"  # what a slope is multiplied by: no operand can be called so
SHORT = 40  # letters: a longer formula is a function of its own

Numbers = tuple[float | None, ...]


class Slope(NamedTuple):
    """A local derivative that is long: a function of its own, which a formula calls like an operation."""

    name: str
    operands: tuple[str, ...]
    formula: Any
    infix: str = ""


def ufunc(op: Any) -> str | None:
    """What NumPy calls an operation, if it has it."""
    name = str(op.name)
    is_primitive = isinstance(op, Operation) and op.value is None
    if name in UFUNCS or name in SAME or (is_primitive and isinstance(getattr(np, name, None), np.ufunc)):
        return UFUNCS.get(name, name)
    return None


@kept_with_row
def value(op: Operation, numbers: Numbers) -> Any:
    """y over the operands' names."""
    operands = _operands(op, numbers)
    if op.name in WRITTEN:
        return WRITTEN[op.name](operands[0])
    whole = Symbol(op.name, op, operands)
    if ufunc(op) or not is_composed(op) or is_guarded(op):
        return whole
    formula = _of(op, op.value or op, numbers)
    return formula if isinstance(formula, Symbol) and formula.op and ufunc(formula.op) and _is_short(formula) else whole


@kept_with_row
def slope(op: Operation, k: int, numbers: Numbers) -> Any:
    """dL/d(operand k), as far as it comes through y: over the operands' names, y, and UPSTREAM."""
    formula = _of(op, lambda *operands: op.partials[k](Symbol("y"), *operands), numbers)
    if not _is_short(formula):
        used = names_in(formula)
        names = tuple(name for name in ("y", *op.operands) if name in used)
        function = Slope(f"{op.name}_slope" + f"_{op.operands[k]}" * (len(op.operands) > 1), names, formula)
        formula = Symbol(function.name, function, list(map(Symbol, names)))  # type: ignore[arg-type]  # works as an op
    return product(Symbol(UPSTREAM), formula)


def product(d: Any, factor: Any) -> Any:
    """d · factor, in as few operations as it takes."""
    if not isinstance(factor, Symbol):
        return ops.neg(d) if factor == -1.0 else 0.0 if factor == 0.0 else ops.mul(d, factor)
    if factor.op is ops.neg:
        return ops.neg(product(d, factor.args[0]))
    if factor.op is ops.div and not isinstance(factor.args[0], Symbol):
        return ops.div(product(d, factor.args[0]), factor.args[1])
    return ops.mul(d, factor)


def names_in(formula: Any) -> set[str]:
    """The names that a formula takes."""
    if not isinstance(formula, Symbol):
        return set()
    return {formula.name} if formula.op is None else {name for arg in formula.args for name in names_in(arg)}


def _operands(op: Operation, numbers: Numbers) -> list[Any]:
    return [Symbol(name) if x is None else x for name, x in zip(op.operands, numbers, strict=True)]


def _of(op: Operation, formula: Callable[..., Any], numbers: Numbers) -> Any:
    try:
        return formula(*_operands(op, numbers))
    except ARITHMETIC_ERRORS:  # such as the logarithm of a constant that has none
        return formula(*map(Symbol, op.operands))


def _is_short(formula: Any) -> bool:
    return len(str(formula)) <= SHORT
