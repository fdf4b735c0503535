"""Random programs of all operations, and an engine for them that shares nothing with the package."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import oracles
from oracles import mp
from strategies import BUILT_IN, apply

from autograd.codegen import condition
from autograd.ops import TABLE, Nary, Operation

INPUTS = 5
CONSTANTS = (-2.0, -0.75, 0.5, 2.0, 3.0)


class Step(NamedTuple):
    """An operation of earlier results (whole numbers: 0 is the first input) and constants (floats)."""

    name: str
    operands: tuple[int | float, ...]


class Dual(NamedTuple):
    """A number of 50 digits, its gradient in the inputs, and the sum of the sizes of all paths to each."""

    value: Any
    gradient: list[Any]
    sizes: list[Any]


Program = list[Step]


def run(program: Program, inputs: Sequence[Any]) -> list[Any]:
    """The program on Values: all results, the inputs first."""
    results = list(inputs)
    for name, operands in program:
        results.append(apply(TABLE[name], [results[x] if isinstance(x, int) else x for x in operands]))
    return results


def forward(program: Program, inputs: Sequence[Any]) -> list[Dual]:
    """The program in forward mode, on 50 digits: all results, the inputs first."""
    unit = [[mp.mpf(i == j) for j in range(len(inputs))] for i in range(len(inputs))]
    results = [Dual(mp.mpf(x), row, row) for x, row in zip(inputs, unit, strict=True)]
    for step in program:
        results.append(advance(step, results))
    return results


def advance(step: Step, results: list[Dual]) -> Dual:
    """One step of forward mode: ∑ ∂y/∂operand · the operand's gradient."""
    numbers = [results[x].value if isinstance(x, int) else mp.mpf(x) for x in step.operands]
    locals_ = oracles.derivatives(step.name, numbers)
    edges = [(results[x], d) for x, d in zip(step.operands, locals_, strict=True) if isinstance(x, int)]
    n = len(results[0].gradient)
    gradient = [mp.fsum(d * x.gradient[i] for x, d in edges) for i in range(n)]
    sizes = [mp.fsum(abs(d) * x.sizes[i] for x, d in edges) for i in range(n)]
    return Dual(oracles.value(step.name, numbers), gradient, sizes)


def second_derivatives(program: Program, inputs: Sequence[float], direction: Sequence[float]) -> list[Any]:
    """The Hessian times `direction`: the gradient's central difference, with a step that only 50 digits allow."""
    h = mp.mpf(10) ** -16
    ends = [forward(program, [x + sign * h * d for x, d in zip(inputs, direction, strict=True)]) for sign in (1, -1)]
    return [(right - left) / (2 * h) for right, left in zip(*(end[-1].gradient for end in ends), strict=True)]


# ---- making them


def random_program(seed: int, length: int = 55, reach: int | None = None) -> tuple[Program, list[float]]:
    """A program in which nothing is huge or near a kink or the domain's end, and the inputs it is made for.

    Its last step weighs all results that no other step uses, so that every step matters. Operands lie up to `reach`
    results back: the nearer, the deeper is the program, and the more paths there are.
    """
    draw = random.Random(seed)
    inputs = [draw.uniform(-2.0, 2.0) for _ in range(INPUTS)]
    program: Program = []
    results = forward(program, inputs)
    for op in draw_rows(length, draw):
        first = max(0, len(results) - reach) if reach else 0
        for _ in range(40):
            step = Step(op.name, tuple(draw_operands(op, range(first, len(results)), draw)))
            if result := harmless(op, step, results):
                program.append(step)
                results.append(result)
                break
    used = {x for step in program for x in step.operands if isinstance(x, int)}
    unused = [x for x in range(INPUTS, len(results)) if x not in used]
    program.append(Step("dot", (*[draw.choice(CONSTANTS) for _ in unused], *unused, 0.0)))
    return program, inputs


def draw_rows(length: int, draw: random.Random) -> Iterator[Operation]:
    """All rows in turn, each time in another order."""
    for begin in range(0, length, len(BUILT_IN)):
        yield from draw.sample(BUILT_IN, min(len(BUILT_IN), length - begin))


def draw_operands(op: Operation, results: range, draw: random.Random) -> list[int | float]:
    """Earlier results, repeated ones too, and now and then a constant."""
    count = {"dot": 7, "softmax": 4}.get(op.name, 4) if isinstance(op, Nary) else len(op.operands)
    drawn = [draw.choice(results) if draw.random() < 0.8 else draw.choice(CONSTANTS) for _ in range(count)]
    drawn[-1] = draw.choice(results)
    return [float(draw.randrange(count - 1)), *drawn[1:]] if op.name == "softmax" else drawn


def harmless(op: Operation, step: Step, results: list[Dual]) -> Dual | None:
    """The step's result, or None where a rounding error could grow in it."""
    numbers = [results[x].value if isinstance(x, int) else mp.mpf(x) for x in step.operands]
    if not isinstance(op, Nary) and not (condition(op, "domain")(*numbers) and far_from_kinks(op, numbers)):
        return None
    if any(
        mp.isnan(d)
        for x, d in zip(step.operands, oracles.derivatives(op.name, numbers), strict=True)
        if isinstance(x, int)
    ):
        return None
    result = advance(step, results)
    return result if abs(result.value) < 6 and max(result.sizes) < 30 else None


def far_from_kinks(op: Operation, numbers: Sequence[Any]) -> bool:
    """Kinks are where operands are equal, or 0, or ±1."""
    places = [*numbers, mp.mpf(0), mp.mpf(1), mp.mpf(-1)]
    return not op.kinks or all(abs(x - p) > 0.01 for k, x in enumerate(numbers) for p in places[k + 1 :])
