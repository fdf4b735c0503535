"""Operands for a row of the table, drawn by a `random.Random`: at all scales, at the domain's ends, at the kinks."""

from __future__ import annotations

import ast
import math
import random
from collections.abc import Iterator

from autograd.codegen import condition
from autograd.ops import Nary, Operation
from autograd.testing.domains import LANDMARKS, LARGEST

PLACES = [sign * mark for mark in LANDMARKS for sign in (1.0, -1.0)]
MOST = 6  # operands of an n-ary row


def number(draw: random.Random) -> float:
    """Any finite number, the more often the more is to be expected of it."""
    sign, place = draw.choice((1.0, -1.0)), draw.choice(PLACES)
    return draw.choice(
        (
            lambda: draw.uniform(-4.0, 4.0),
            lambda: draw.uniform(-40.0, 40.0),
            lambda: place,
            lambda: math.nextafter(place, sign * math.inf),
            lambda: place + sign * 10.0 ** draw.uniform(-17.0, 0.0),
            lambda: sign * 10.0 ** draw.uniform(-323.0, 308.0),
            lambda: sign * draw.getrandbits(draw.randint(1, 52)) * 5e-324,  # subnormal
            lambda: sign * draw.uniform(0.5, 1.0) * LARGEST,
            lambda: float(draw.randint(-9, 9)),
        )
    )()


def anywhere(count: int, draw: random.Random) -> tuple[float, ...]:
    """So many numbers: of any scales, of one scale, equal, or side by side."""
    xs, scale = [number(draw) for _ in range(count)], 10.0 ** draw.uniform(-323.0, 307.0)
    of_one = [draw.uniform(-9.0, 9.0) * scale for _ in xs]
    beside = [math.nextafter(xs[0], draw.choice((xs[0], math.inf, -math.inf))) for _ in xs]
    chosen = draw.choices((xs, of_one, xs[:1] * count, beside), weights=(6, 2, 1, 1))[0]
    return tuple(x if math.isfinite(x) else xs[0] for x in chosen)


def operands(op: Operation, draw: random.Random, count: int) -> list[tuple[float, ...]]:
    """So many calls of a row, all in its domain, and all of as many operands."""
    if isinstance(op, Nary):
        many = draw.randint(1, MOST) if op.name != "dot" else 2 * draw.randint(0, MOST // 2) + 1
        index = [float(draw.randrange(many))] if op.name == "softmax" else []
        return [(*index, *_entries(many, draw)) for _ in range(count)]
    drawn = (anywhere(len(op.operands), draw) for _ in iter(int, 1))
    return _first(count, (xs for xs in drawn if condition(op, "domain")(*xs)))


def outside(op: Operation, draw: random.Random, count: int) -> list[tuple[float, ...]]:
    """So many calls of a row out of its domain."""
    drawn = (anywhere(len(op.operands), draw) for _ in iter(int, 1))
    return _first(count, (xs for xs in drawn if not condition(op, "domain")(*xs)))


def kinks(op: Operation, draw: random.Random, count: int) -> list[tuple[float, ...]]:
    """So many calls of a row at its kinks: where operands are what the row's condition says that they equal."""
    drawn = (_at_kink(op, draw) for _ in iter(int, 1))
    return _first(count, (xs for xs in drawn if condition(op, "kinks")(*xs) and condition(op, "domain")(*xs)))


def _at_kink(op: Operation, draw: random.Random) -> tuple[float, ...]:
    numbers = dict(zip(op.operands, anywhere(len(op.operands), draw), strict=True))
    asked = ast.parse(op.kinks, mode="eval").body
    if isinstance(asked, ast.BoolOp) and isinstance(asked.op, ast.Or):
        asked = draw.choice(asked.values)
    for part in ast.walk(asked):
        if isinstance(part, ast.Compare) and isinstance(part.ops[0], ast.Eq):
            name, other = ast.unparse(part.left), ast.unparse(part.comparators[0])
            zero = draw.choice((0.0, -0.0))
            numbers[name] = numbers[other] if other in numbers else float(other) or zero
    return tuple(numbers.values())


def _entries(count: int, draw: random.Random) -> tuple[float, ...]:
    near = [draw.uniform(-9.0, 9.0) for _ in range(count)]
    apart = [draw.choice((draw.uniform(-800.0, 800.0), -1000.0, 0.0, 300.0, 1000.0)) for _ in range(count)]
    return tuple(draw.choice((near, apart, anywhere(count, draw))))


def _first(count: int, drawn: Iterator[tuple[float, ...]]) -> list[tuple[float, ...]]:
    return [next(drawn) for _ in range(count)]
