"""Formulas in NumPy's words, and the functions that these call and NumPy does not have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

import numpy as np

from autograd import ops
from autograd.codegen import computed_formula, ieee_value, is_composed
from autograd.ops import TABLE, Operation
from autograd.replay.numpy.formulas import Slope, ufunc
from autograd.replay.numpy.kernels import elementwise
from autograd.symbol import ATOM, BINDS, Python, Symbol

KERNELS = ("elementwise", "logsumexp", "softmax", "softmax_gradient")  # those of kernels.py
# What else has a name in the source.
TAKEN = {*KERNELS, *"SXVNWbdwxy", "np", "math", "dS", "dX", "dV", "dy", "ones", "rows", "seeds", "forward", "backward"}
TAKEN |= {"shared", "samples", "replay_"}


class NumpyCode(Python):
    """Writes formulas of arrays. `names` says what the letters of a formula are called here."""

    def __init__(self, functions: dict[Any, str]) -> None:
        self.functions = functions
        self.names: Mapping[str, str] = {}

    def name(self, name: str) -> str:
        return self.names.get(name, name)

    def number(self, x: float) -> str:
        return repr(float(x)) if np.isfinite(x) else f"np.{float(x)}".replace("np.-", "-np.")

    def infix(self, e: Symbol) -> tuple[str, int]:
        if is_condition(e):  # a Boolean, where a number is asked for
            return f"np.where({super().infix(e)[0]}, 1.0, 0.0)", ATOM
        if has_boolean(e):
            return f"{self.operand(e.args[0], BINDS['*'])} * ({self.condition(e.args[1].args[0])})", BINDS["*"]
        return super().infix(e)

    def condition(self, e: Any) -> str:
        """What `where` asks."""
        return super().infix(e)[0] if is_condition(e) else f"{self.operand(e, BINDS['=='] + 1)} != 0.0"

    def call(self, e: Symbol) -> tuple[str, int]:
        args = [self.write(arg)[0] for arg in e.args]
        if e.op is ops.where:
            return f"np.where({self.condition(e.args[0])}, {args[1]}, {args[2]})", ATOM
        name = f"np.{function}" if (function := ufunc(e.op)) else self.function(e.op)
        return f"{name}({', '.join(args)})", ATOM

    def function(self, op: Any) -> str:
        """What an operation that NumPy does not have is called."""
        if op not in self.functions:
            name = op.name
            while name in self.functions.values() or name in TAKEN:
                name += "_"
            self.functions[op] = name
        return self.functions[op]


def is_condition(e: Any) -> bool:
    """Whether it is a comparison."""
    return isinstance(e, Symbol) and e.op is not None and BINDS.get(e.op.infix) == BINDS["=="]


def has_boolean(e: Symbol) -> bool:
    """Whether it is d · where(c, 1, 0), which is d · c in NumPy."""
    if e.op is not ops.mul:
        return False
    chosen = [isinstance(x, Symbol) and x.op is ops.where and x.args[1:] == (1.0, 0.0) for x in e.args]
    return chosen == [False, True] and not is_condition(e.args[0])


# ---- functions


def definitions(functions: dict[Any, str]) -> Iterator[str]:
    """The lines that define them. A formula may call others: then there are more of them."""
    done = 0
    while done < len(functions):
        op, name = list(functions.items())[done]
        done += 1
        if isinstance(op, Slope):
            yield from _definition(name, op.operands, op.formula, functions)
        elif is_composed(op):
            yield from _definition(name, op.operands, computed_formula(op), functions)
        elif op.value is None:
            yield from (f"{name} = elementwise(math.{op.name})", "", "")
        else:
            yield from (f"# {name} is a function of numbers, which is called for each: elementwise({name}).", "", "")


def _definition(name: str, operands: tuple[str, ...], formula: Any, functions: dict[Any, str]) -> Iterator[str]:
    """What occurs twice is computed once."""
    code = _Body(functions, operands)
    code.count(formula)
    result = code.write(formula)[0]
    yield f"def {name}({', '.join(operands)}):"
    yield from (f"    {line}" for line in [*code.lines, f"return {result}"])
    yield from ("", "")


class _Body(NumpyCode):
    """Writes a formula and, before it, a line for each part of it that occurs more than once."""

    def __init__(self, functions: dict[Any, str], operands: tuple[str, ...]) -> None:
        super().__init__(functions)
        self.parts = (name for k in count(1) if (name := f"t{k}") not in TABLE and name not in operands)
        self.lines: list[str] = []
        self.uses: Counter[str] = Counter()
        self.written: dict[str, str] = {}

    def count(self, e: Any) -> None:
        """Count how often each part occurs."""
        if isinstance(e, Symbol) and e.op:
            self.uses[str(e)] += 1
            if self.uses[str(e)] == 1:
                for arg in e.args:
                    self.count(arg)

    def write(self, e: Any) -> tuple[str, int]:
        key = str(e)
        if self.uses[key] < 2 or is_condition(e):
            return super().write(e)
        if key not in self.written:
            text = super().write(e)[0]
            self.written[key] = name = next(self.parts)
            self.lines.append(f"{name} = {text}")
        return self.written[key], ATOM


def imports(body: str) -> Iterator[str]:
    """The lines that import what a source calls."""
    if "math." in body:
        yield "import math"
    yield from ("import numpy as np", "")
    if used := [name for name in KERNELS if f"{name}(" in body]:
        yield from (f"from autograd.replay.numpy.kernels import {', '.join(used)}", "")
    yield ""


def environment(functions: dict[Any, str]) -> dict[str, Any]:
    """What a source calls that can't be imported: users' functions of numbers."""
    own = {name: op for op, name in functions.items() if isinstance(op, Operation) and op.value}
    return {name: elementwise(ieee_value(op)) for name, op in own.items() if not is_composed(op)}
