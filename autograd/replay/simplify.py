"""What an instruction can be replaced by: a number, an operand, a cheaper operation. Results stay what they were."""

from __future__ import annotations

import math
from typing import Protocol

from autograd import ops
from autograd.codegen import ARITHMETIC_ERRORS, compute
from autograd.ops import Operation

# Operations that do nothing to one operand when the other is this number.
NEUTRAL_RIGHT = {ops.add: 0.0, ops.sub: 0.0, ops.mul: 1.0, ops.div: 1.0, ops.power: 1.0}
NEUTRAL_LEFT = {ops.add: 0.0, ops.mul: 1.0}
CHEAPER = {(ops.power, 2.0): ops.square, (ops.power, -1.0): ops.reciprocal, (ops.mul, -1.0): ops.neg}


class Numbers(Protocol):
    """Who knows which nodes are constants, and of what number."""

    def constant(self, x: float) -> int:
        """The node of a number."""

    def number(self, node: int) -> float | None:
        """The number of a constant; None for another node."""


def simplified(
    op: Operation, operands: tuple[int, ...], numbers: Numbers
) -> int | tuple[Operation, tuple[int, ...]] | None:
    """The node that `op` of these nodes is, or a simpler operation, or None where there is nothing to simplify.

    A constant is a negative node. x + 0 is x also where x is −0.
    """
    if op is ops.positive:
        return operands[0]
    if min(operands, default=-1) < 0:
        return _with_constants(op, operands, numbers)
    if op is ops.mul and operands[0] == operands[1]:
        return ops.square, operands[:1]
    return None


def _with_constants(
    op: Operation, operands: tuple[int, ...], numbers: Numbers
) -> int | tuple[Operation, tuple[int, ...]] | None:
    known = [numbers.number(node) for node in operands]
    if None not in known:
        return _folded(op, [x for x in known if x is not None], numbers)
    if op is ops.where and known[0] is not None:
        return operands[1] if known[0] else operands[2]
    if len(operands) != 2:
        return None
    a, b = known
    if b is not None:
        if NEUTRAL_RIGHT.get(op) == b:
            return operands[0]
        if (op, b) in CHEAPER:
            return CHEAPER[op, b], operands[:1]
    elif a is not None:
        if NEUTRAL_LEFT.get(op) == a:
            return operands[1]
        if op is ops.mul:  # constants stand right
            return op, operands[::-1]
    return None


def _folded(op: Operation, known: list[float], numbers: Numbers) -> int | None:
    """The number that comes out, if a finite one does: what does not is for the run to report."""
    try:
        y = compute(op, known)
    except ARITHMETIC_ERRORS:
        return None
    return numbers.constant(y) if math.isfinite(y) else None
