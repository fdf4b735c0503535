"""Rows of the table → the source of their kernels: `python -m autograd.replay.numba.source` writes kernels.py.

A kernel runs all instructions of one operation that stand side by side. It is a Python function of pointers, compiled
by numba when a program first needs it: `forward_tanh` computes, `backward_tanh` hands gradients on.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from autograd import ops
from autograd.codegen import MATH_NAMES, Code, is_composed, partial_formulas, value_formula
from autograd.ops import TABLE, Nary, Operation
from autograd.symbol import ATOM, Symbol, names_in

FILE = Path(__file__).with_name("kernels.py")
PRIMITIVES = ("exp", "sech", "sigmoid", "tanh")  # those of primitives.py

HEADER = '''"""The kernels of the table's rows: `python -m autograd.replay.numba.source` writes this file anew."""

# fmt: off
# ruff: noqa
# mypy: ignore-errors

import math

import numpy as np
from numba import int64, njit

from autograd.replay.numba.primitives import {primitives}, select
'''


class KernelCode(Code):
    """Writes formulas for numba. Both branches of a choice are computed: so loops can take several samples at once."""

    def infix(self, e: Symbol) -> tuple[str, int]:
        if e.op is ops.power:
            return self.call(e)
        return super().infix(e)

    def call(self, e: Symbol) -> tuple[str, int]:
        if e.op is ops.power and not isinstance(e.args[1], Symbol) and e.args[1] == 2.0:
            return self.write(Symbol("square", ops.square, e.args[:1]))
        self.calls.add(e.name)
        return f"{_function(e.op)}({', '.join(self.operand(arg, 0) for arg in e.args)})", ATOM


def _function(op: Operation) -> str:
    """What numba calls it."""
    if op is ops.where:
        return "select"
    if op is ops.absolute:
        return "abs"
    if op in (ops.cbrt, ops.exp2):  # math has them from Python 3.11 on
        return f"np.{op.name}"
    if op.name in PRIMITIVES or is_composed(op):
        return op.name
    return f"math.{MATH_NAMES.get(op.name, op.name)}"


def kernels() -> str:
    """The whole file."""
    rows = [op for op in TABLE.values() if not isinstance(op, Nary) and not op.users_own]
    parts = [HEADER.format(primitives=", ".join(PRIMITIVES))]
    parts += [_scalar(op) for op in _composed(rows)]
    for op in rows:
        parts += ["\n".join(_forward(op)), "\n".join(_backward(op))]
    return "\n\n".join(parts) + "\n"


def _composed(rows: Iterable[Operation]) -> Iterator[Operation]:
    """Rows that formulas of rows call, after those that they call themselves."""
    done: set[str] = set()

    def visit(formula: Any) -> Iterator[Operation]:
        code = KernelCode()
        code.operand(formula, 0)
        for name in sorted(code.calls - done):
            op = TABLE[name]
            done.add(name)
            if is_composed(op) and name not in PRIMITIVES:
                yield from visit(value_formula(op))
                yield op

    for op in rows:
        for formula in (value_formula(op), *partial_formulas(op)):
            yield from visit(formula)


def _scalar(op: Operation) -> str:
    return (
        f"@njit(error_model='numpy')\ndef {op.name}({', '.join(op.operands)}):\n"
        f"    return {KernelCode().operand(value_formula(op), 0)}"
    )


def _forward(op: Operation) -> Iterator[str]:
    yield f"def forward_{op.name}(row, count, places, S, V, dS, dV, lanes, wanted):"
    yield from _loop(op, [f"V[y_ + lane] = {KernelCode().operand(value_formula(op), 0)}"], "    ")


def _backward(op: Operation) -> Iterator[str]:
    yield f"def backward_{op.name}(row, count, places, S, V, dS, dV, lanes, wanted):"
    for k, (name, formula) in enumerate(zip(op.operands, partial_formulas(op), strict=True)):
        yield f"    if wanted & {1 << k}:"
        written = KernelCode().operand(formula, ATOM)
        factor = "" if written == "1.0" else f" * {written}"
        lines = ["y = V[y_ + lane]"] if "y" in names_in(formula) else []
        yield from _loop(op, [*lines, f"dV[{name}_ + lane] += dV[y_ + lane]{factor}"], "        ", formula, name)


def _loop(op: Operation, body: list[str], indent: str, formula: Any = None, target: str = "") -> Iterator[str]:
    """A loop over instructions and, in it, one over the samples."""
    used = op.operands if formula is None else [name for name in op.operands if name in names_in(formula)]
    arity = len(op.operands)
    yield f"{indent}for i in range(count):"
    yield f"{indent}    y_ = (row + i) * lanes"
    for k, name in enumerate(op.operands):
        if name in used or name == target:
            yield f"{indent}    {name}_ = int64(places[{arity} * i + {k}]) * lanes"
    yield f"{indent}    for lane in range(lanes):"
    for name in used:
        yield f"{indent}        {name} = V[{name}_ + lane]"
    for line in body:
        yield f"{indent}        {line}"


if __name__ == "__main__":
    FILE.write_text(kernels(), encoding="utf-8")
