"""A row at a point: its value and first derivatives beside 50 digits, the complex step, and its own text."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import oracles
from oracles import mp
from strategies import apply, values

from autograd import DomainError, ignore_domain
from autograd.check.complex_step import complex_derivative
from autograd.check.estimate import is_tiny
from autograd.check.slices import Slice
from autograd.codegen import condition, partial_formulas, value_formula
from autograd.expression import parse
from autograd.ops import Nary, Operation
from autograd.symbol import Symbol
from reliability.compare import Pair

Numbers = tuple[float, ...]

EPSILON, TINY = 2.0**-52, 5e-324
# Where a change of the operands' last digit changes more than four of y's: y is as good as its operands.
ILL_CONDITIONED = {"gelu", "silu", "logsumexp", "dot"}
# The last operand times a function: as good as that one, where it is subnormal.
TIMES_SUBNORMAL = {"elu", "gelu", "silu"}
ODD = {"positive", "neg", "sign", "cbrt", "sin", "tan", "arcsin", "arctan", "sinh", "tanh", "arcsinh", "arctanh", "erf"}
EVEN = {"absolute", "square", "cos", "cosh", "sech", "gaussian", "normal_pdf"}


def eager(op: Operation, xs: Numbers) -> Any:
    """The row of Values; None where Python's arithmetic refuses."""
    try:
        return apply(op, values(op, xs))
    except DomainError:
        return None


def recorded(op: Operation, xs: Numbers) -> list[tuple[int, float]]:
    """The place of each operand that is no index, and the local derivative in it; none where y is not finite."""
    v, first = eager(op, xs), int(op.name == "softmax")
    return list(enumerate(v.local_derivatives, first)) if v is not None and math.isfinite(v.data) else []


def factor(op: Operation, xs: Numbers) -> float:
    """What magnifies the rounding of a subnormal number."""
    return abs(xs[-1]) if op.name in TIMES_SUBNORMAL else 0.0


def at_kink(op: Operation, xs: Numbers) -> bool:
    """Whether the mathematics has no derivative there."""
    return not isinstance(op, Nary) and condition(op, "kinks")(*xs)


def value(op: Operation, xs: Numbers) -> Iterator[Pair]:
    """y on Values, and on floats; infinite where it is beyond the floats; its sign where it vanishes."""
    v, exact = eager(op, xs), oracles.value(op.name, xs)
    found, room = math.copysign(math.inf, exact) if v is None else v.data, ulps(op, xs, exact)
    terms_overflow = isinstance(op, Nary) and room >= EPSILON * oracles.LARGEST  # though they may cancel
    if terms_overflow and not math.isfinite(found):
        return
    yield Pair(found, exact, room)
    if v is not None:
        yield Pair(apply(op, xs), v.data)
    if exact:
        yield Pair(math.copysign(1.0, found), mp.sign(exact))


def ulps(op: Operation, xs: Numbers, y: Any) -> Any:
    """Four units in y's last place; where y is as good as its operands, what as many of theirs move."""
    room = mp.mpf(4) * math.ulp(min(float(abs(y)), 1e308))
    if op.name not in ILL_CONDITIONED:
        return room
    moved = mp.fsum(abs(x * d) for x, d in zip(xs, oracles.derivatives(op.name, xs), strict=True))
    lost = 4 * TINY * factor(op, xs)
    return max(room, 4 * EPSILON * moved) + lost


def slopes(op: Operation, xs: Numbers) -> Iterator[Pair]:
    """The local derivatives beside 50 digits; those below the smallest normal number count as 0."""
    exact = oracles.derivatives(op.name, xs) if not at_kink(op, xs) else []
    lost = 4 * TINY * factor(op, xs)
    for k, found in recorded(op, xs):
        if exact and not mp.isnan(exact[k]):
            yield Pair(found, exact[k], abs(exact[k]) / mp.mpf(10) ** 14 + oracles.SMALLEST_NORMAL + lost)


def complex_steps(op: Operation, xs: Numbers) -> Iterator[Pair]:
    """The local derivatives beside the complex step, where that is sure of twelve digits."""
    for k, found in recorded(op, xs):
        one = Slice(eager(op, xs), k)
        stepped = complex_derivative(one.of_complex, one.x, one.noise()[1])
        sure = stepped.error <= 1e-12 * abs(stepped.value) or stepped.error == 0.0
        if sure and not (at_kink(op, xs) or is_tiny(one.x) or math.isnan(found)):
            yield Pair(found, stepped.value, 1e-12 * abs(stepped.value) + oracles.SMALLEST_NORMAL)


def mirrored(op: Operation, xs: Numbers) -> Iterator[Pair]:
    """f(-x) = -f(x), or f(x): bit for bit, and so are derivatives."""
    here, there = eager(op, xs), eager(op, tuple(-x for x in xs))
    yield Pair(here is None, there is None)
    if here is not None and not at_kink(op, xs):
        sign = -1.0 if op.name in ODD else 1.0
        yield from same_bits(there.data, sign * here.data)
        yield Pair(there.local_derivatives[0], -sign * here.local_derivatives[0])


def same_bits(found: float, exact: float) -> Iterator[Pair]:
    """Equal, and zeros have the same sign."""
    yield Pair(found, exact)
    if found == exact == 0.0:
        yield Pair(math.copysign(1.0, found), math.copysign(1.0, exact))


def parsed(op: Operation, xs: Numbers) -> Iterator[Pair]:
    """The row as text, and each of its partials, parsed and evaluated by IEEE arithmetic."""
    with ignore_domain(), np.errstate(all="ignore"):
        v = apply(op, values(op, xs))
        if isinstance(op, Nary):
            names = [f"x{k}" for k in range(len(xs))]
            yield from same_bits(parse(written(op, xs, names)).evaluate(dict(zip(names, xs, strict=True))).data, v.data)
            return
        given = dict(zip(op.operands, xs, strict=True))
        yield from same_bits(parse(str(value_formula(op))).evaluate(given).data, v.data)
        for partial, local in zip(partial_formulas(op), v.local_derivatives, strict=True):
            yield Pair(parse(str(partial)).evaluate(given | {"y": v.data}).data, local)


def written(op: Nary, xs: Numbers, names: list[str]) -> str:
    """A call of a row of many operands, of these names."""
    if op.name == "dot":
        n = len(names) // 2
        return f"dot([{', '.join(names[:n])}], [{', '.join(names[n:-1])}], {names[-1]})"
    first = int(op.name == "softmax")
    return str(Symbol(op.name, op, [*xs[:first], *map(Symbol, names[first:])]))
