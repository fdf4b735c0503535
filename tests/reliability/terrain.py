"""Functions that are hard to judge: steep, flat, kinked, huge, tiny, with digits lost, as programs of the table's rows.

Nothing in them is beyond 1e100, or jumps where it is judged, and at most one operation is exactly at its kink: where
two are, their choices need not add up (relu(x) − relu(−x) at 0), and the gradient is wrong indeed.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from programs import CONSTANTS, Program, Step, draw_operands, run
from strategies import BUILT_IN, apply

from autograd import DomainError, Value
from autograd.codegen import condition
from autograd.ops import TABLE, where

LARGEST = 1e100
JUMPS = ("sign", "step", "less", "less_equal", "greater", "greater_equal", "equal", "arctan2", "where")
CHOICES = ("relu", "absolute", "leaky_relu", "elu", "maximum", "minimum", "sqrt", "cbrt", "hypot", "clip")


class Function(NamedTuple):
    """A program, and the inputs at which it is judged."""

    program: Program
    inputs: list[float]

    def __call__(self, inputs: Sequence[Any]) -> Any:
        """The result."""
        return run(self.program, inputs)[-1]

    def graph(self) -> list[Value]:
        """All results at its inputs, these first."""
        return run(self.program, [Value(x) for x in self.inputs])

    def __str__(self) -> str:
        return f"{[(name, *operands) for name, operands in self.program]} at {self.inputs}"


def random_function(draw: random.Random) -> Function:
    """One to three inputs of any size, through a few operations: one at least."""
    made = _Made([draw.choice((-1.0, 1.0)) * _size(draw) for _ in range(draw.choice((1, 1, 2, 3)))])
    for _ in range(draw.randint(1, 5)):
        draw.choices(FEATURES, WEIGHTS)[0](made, draw)
    used = {x for step in made.program for x in step.operands if isinstance(x, int)}
    unused = [k for k in range(len(made.results)) if k not in used]
    if len(unused) > 1:
        made.add("dot", *[draw.choice(CONSTANTS) for _ in unused], *unused, 0.0)
    if not made.program:
        made.add("square", 0)
    return Function(made.program, made.inputs)


class _Made:
    """A program while it is made: it grows by what is defined, and is at a kink at most once."""

    def __init__(self, inputs: list[float]) -> None:
        self.inputs, self.program, self.results = inputs, Program(), [Value(x) for x in inputs]
        self._kinked = False

    def add(self, name: str, *operands: int | float) -> int | None:
        """Where the result is, or None where the operation does not suit."""
        try:
            y = apply(TABLE[name], [self.results[x] if isinstance(x, int) else x for x in operands])
        except (DomainError, OverflowError):
            return None
        if not isinstance(y, Value) or not _is_moderate(y):
            return None
        at_kink = is_at_kink(y)
        if at_kink and (self._kinked or name in JUMPS):
            return None
        self._kinked = self._kinked or at_kink
        self.program.append(Step(name, operands))
        self.results.append(y)
        return len(self.results) - 1


def is_at_kink(y: Value) -> bool:
    """Whether the operation that made it is exactly at its kink."""
    numbers = [x.data if isinstance(x, Value) else x for x in y.operands]
    return (y.op is where and numbers[0] == 0.0) or bool(y.op and y.op.kinks and condition(y.op, "kinks")(*numbers))


def _is_moderate(y: Value) -> bool:
    return all(math.isfinite(x) and abs(x) < LARGEST for x in (y.data, *y.local_derivatives))


def _size(draw: random.Random) -> float:
    """Mostly near 1, else anything from 1e-8 to 1e8."""
    return 10.0 ** (draw.uniform(-0.5, 0.5) if draw.random() < 0.6 else draw.uniform(-8.0, 8.0))


# ---- what a function may have: each adds a step or two


def _any_row(made: _Made, draw: random.Random) -> None:
    op = draw.choice(BUILT_IN)
    made.add(op.name, *draw_operands(op, range(len(made.results)), draw))


def _scaled(made: _Made, draw: random.Random) -> None:
    made.add("mul", _earlier(made, draw), 10.0 ** draw.uniform(-8.0, 8.0))


def _steep(made: _Made, draw: random.Random) -> None:
    """Powers, exponentials and logarithms."""
    name = draw.choice(("power", "exp", "exp2", "expm1", "log", "log1p", "reciprocal", "sinh", "tanh", "sigmoid"))
    exponent = [float(draw.choice((-3, -1, 0.5, 1.5, 2, 3, 7)))] if name == "power" else []
    made.add(name, _earlier(made, draw), *exponent)


def _kinked(made: _Made, draw: random.Random) -> None:
    """A choice between an earlier result and a number that it is at, or near."""
    x = _earlier(made, draw)
    at = made.results[x].data
    if draw.random() < 0.7:
        at *= 1.0 + draw.choice((-1.0, 1.0)) * 10.0 ** draw.uniform(-15.0, -1.0)
    op = TABLE[draw.choice(CHOICES)]
    if len(op.operands) > 1 and op.name not in ("leaky_relu", "elu", "hypot"):
        made.add(op.name, x, at, *[abs(at) + 1.0] * (len(op.operands) - 2))
    elif (moved := made.add("sub", x, at)) is not None:
        made.add(op.name, moved, *[0.3] * (len(op.operands) - 1))


def _cancelled(made: _Made, draw: random.Random) -> None:
    """A large number is added, and taken away again."""
    large = draw.choice((-1.0, 1.0)) * 10.0 ** draw.uniform(2.0, 15.0)
    if (moved := made.add("add", _earlier(made, draw), large)) is not None:
        made.add("sub", moved, large)


def _summed(made: _Made, draw: random.Random) -> None:
    terms = [_earlier(made, draw) for _ in range(draw.randint(5, 30))]
    made.add(draw.choice(("total", "mean", "logsumexp")), *terms)


def _earlier(made: _Made, draw: random.Random) -> int:
    """The last result mostly, so that functions are deep."""
    return len(made.results) - 1 if draw.random() < 0.7 else draw.randrange(len(made.results))


FEATURES: list[Callable[[_Made, random.Random], None]] = [_any_row, _scaled, _steep, _kinked, _cancelled, _summed]
WEIGHTS = (10, 3, 4, 3, 2, 1)
