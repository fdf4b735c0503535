"""Rows as replay runs them: values and gradients are those of the eager engine, also out of the domain and at kinks."""

from __future__ import annotations

import math
import random
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from typing import Any

import numpy as np
from engines import ENGINES
from replays import eager, moving, run
from strategies import BUILT_IN, apply, values
from test_kinks import KINKS

from autograd import Tape, Value, ignore_domain
from autograd.ops import TABLE, Operation
from autograd.replay.engines import engine_for
from autograd.replay.plan import plan
from autograd.replay.recording import recorded
from autograd.testing.row_engines import double_precision
from reliability import draws
from reliability.compare import Comparison, Pair
from reliability.row_values import Numbers, factor, same_bits
from reliability.trials import Count, Trials

SAMPLES, SAMPLES_FOR_JAX, RUNS_OF_JAX = 8, 64, 600
NORMAL = 2.0**-1022
TOLERANCE, LOST = 1e-13, 1e-13 * NORMAL
# XLA knows no subnormal numbers, and adds up the constants that keep the digits at the roots of gelu' and silu'.
TOLERANCE_OF_JAX, LOST_BY_JAX, SLOPES_OF_JAX = 1e-12, 1e-300, {"gelu": 1.0, "silu": 1.0}
# The eager sums are rounded once: others are off by what their terms are off.
TERMS = {
    "total": lambda xs: sum(map(abs, xs)),
    "mean": lambda xs: sum(abs(x) / len(xs) for x in xs),
    "dot": lambda xs: sum(x * x for x in xs),
    "logsumexp": lambda xs: 1.0 + abs(max(xs)),
}

EITHER = {"maximum", "minimum"}  # of 0 and -0 NumPy gives the one that the processor's instruction gives


def comparisons(trials: Trials) -> Iterator[Count]:
    """Each engine that is installed, on samples of one row at once; then all of them at kinks."""
    for engine in ENGINES:
        comparison = Comparison(f"rows: {engine} = eager, {SAMPLES} samples at once, also out of the domain")
        for op, draw in trials.in_turn(engine, BUILT_IN):
            points = samples(op, draw, SAMPLES)
            comparison.note(with_engine, op, points, engine, told=f"{op.name}{points}")
        yield comparison.tell()
    if find_spec("jax"):
        yield by_jax(trials)
    yield at_published_kinks()


def by_jax(trials: Trials) -> Count:
    """Fewer runs, of rows drawn at random, and more samples: each row is compiled, for numbers that are 0 or normal."""
    comparison = Comparison(f"rows: jax = eager, {SAMPLES_FOR_JAX} samples at once")
    for draw in trials.of("jax", RUNS_OF_JAX):
        op = draw.choice(BUILT_IN)
        points = [tuple(x if abs(x) >= NORMAL else 0.0 for x in xs) for xs in samples(op, draw, SAMPLES_FOR_JAX)]
        comparison.note(with_jax, op, points, told=op.name)
    return comparison.tell()


def at_published_kinks() -> Count:
    """The derivatives of README's table: eager, and of every engine."""
    comparison = Comparison("rows: at kinks, the derivative of the table, eager and replayed")
    for kink in KINKS:
        for engine in ("eager", *ENGINES):
            comparison.note(published, TABLE[kink.name], kink, engine, told=f"{kink.name}{kink.operands} by {engine}")
    return comparison.tell()


def samples(op: Operation, draw: random.Random, count: int) -> list[Numbers]:
    """Points of the domain, and some out of it; of softmax all for one output."""
    points = draws.operands(op, draw, count)
    if op.domain:
        points[: count // 4] = draws.outside(op, draw, count // 4)
    return [(*points[0][: first(op)], *xs[first(op) :]) for xs in points]


def first(op: Operation) -> int:
    """The first operand that is no index."""
    return int(op.name == "softmax")


def published(op: Operation, kink: Any, engine: str) -> Iterator[Pair]:
    """The derivatives at a kink beside those of the table, bit for bit but for the sign of a zero."""
    if engine == "eager":
        found = eager(op, kink.operands)[1]
    else:
        _, slopes = run(engine_of_row(engine, op, len(kink.operands), 0.0), columns(op, [kink.operands]))
        found = [slope[0] for slope in slopes]
    for slope, chosen in zip(found, kink.chosen, strict=True):
        yield Pair(slope, chosen)


def columns(op: Operation, points: list[Numbers]) -> list[Any]:
    """The numbers of each operand."""
    return [np.array(column) for column in zip(*(moving(op, xs) for xs in points), strict=True)]


def graph(op: Operation, count: int, index: float) -> tuple[Any, list[Value]]:
    """A row of so many operands."""
    with ignore_domain():
        given = values(op, [index, *[0.5] * (count - 1)] if op.name == "softmax" else [0.5] * count)
        return apply(op, given), [x for x in given if isinstance(x, Value)]


@lru_cache(maxsize=1000)
def engine_of_row(engine: str, op: Operation, count: int, index: float) -> Any:
    """An engine for it, of batched operands."""
    y, inputs = graph(op, count, index)
    flags = [True] * len(inputs)
    return engine_for(engine)(plan(recorded([y], inputs).program, flags, flags))


@lru_cache(maxsize=1000)
def jax_of_row(op: Operation, count: int, index: float) -> Any:
    """The value and the gradients of a batch, of (samples, operands)."""
    import jax

    y, inputs = graph(op, count, index)
    return jax.jit(jax.vmap(jax.value_and_grad(Tape.record(y, inputs=np.array(inputs, dtype=object)).to_jax())))


def with_engine(op: Operation, points: list[Numbers], engine: str) -> Iterator[Pair]:
    """Values, with infinities and the signs of zeros, and gradients."""
    (ys,), slopes = run(engine_of_row(engine, op, len(points[0]), points[0][0] * first(op)), columns(op, points))
    for k, xs in enumerate(points):
        y, gradient = eager(op, xs)
        yield from of_value(op, xs, float(ys[k]), y, TOLERANCE, LOST)
        if y == ys[k] == 0.0 and op.name not in TERMS and not (op.name in EITHER and xs[0] == xs[1]):
            yield from same_bits(float(ys[k]), y)
        for slope, right in zip(slopes, moving(op, gradient), strict=True):
            yield Pair(float(slope[k]), right, TOLERANCE * abs(right) + LOST)


def with_jax(op: Operation, points: list[Numbers]) -> Iterator[Pair]:
    """The same, for JAX."""
    with double_precision():
        found = jax_of_row(op, len(points[0]), points[0][0] * first(op))(np.array(columns(op, points)).T)
        ys, gradients = map(np.asarray, found)
    for xs, y_found, slopes in zip(points, ys.tolist(), gradients.tolist(), strict=True):
        y, gradient = eager(op, xs)
        lost = LOST_BY_JAX + NORMAL * factor(op, xs)
        yield from of_value(op, xs, y_found, y, TOLERANCE_OF_JAX, lost)
        for slope, right in zip(slopes, moving(op, gradient), strict=True):
            size = max(abs(right), SLOPES_OF_JAX.get(op.name, 0.0))
            yield Pair(slope, right, TOLERANCE_OF_JAX * size + lost)


def of_value(op: Operation, xs: Numbers, found: float, y: float, tolerance: float, lost: float) -> Iterator[Pair]:
    """y beside the eager one, unless terms of a sum overflow: then it depends on their order."""
    terms = TERMS[op.name](xs) if op.name in TERMS else 0.0
    if math.isfinite(terms):
        yield Pair(found, y, tolerance * max(abs(y), terms) + lost)
