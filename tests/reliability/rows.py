"""Every row of the table: what it computes, its derivatives, its text, its kinks and the end of its domain.

A comparison visits the rows in turn: each once in the short profile, a hundred times in the long one; but that with
JAX, which takes long for each row, only some of them, at random.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from strategies import BUILT_IN

from autograd.ops import Operation
from reliability import draws, row_edges, row_engines, row_second, row_values
from reliability.compare import Comparison, Pair
from reliability.trials import Count, Trials

EVEN_OR_ODD = [op for op in BUILT_IN if op.name in row_values.ODD | row_values.EVEN]
WITH_KINKS = [op for op in BUILT_IN if op.kinks]
WITH_DOMAIN = [op for op in BUILT_IN if op.domain]


class Check(NamedTuple):
    """What is compared: `pairs(row, operands)`, at so many points whenever one of these rows has its turn."""

    what: str
    pairs: Callable[..., Iterable[Pair]]
    points: int
    rows: Sequence[Operation] = BUILT_IN
    drawn: Callable[..., list[tuple[float, ...]]] = draws.operands


CHECKS = [
    Check("rows: value within 4 ulp of 50 digits", row_values.value, 2),
    Check("rows: first derivatives within 1e-14 of 50 digits", row_values.slopes, 2),
    Check("rows: first derivatives = complex step, where that has 12 digits", row_values.complex_steps, 1),
    Check("rows: second derivatives = differences on 50 digits and more", row_second.second_derivatives, 1),
    Check("rows: odd and even ones, bit for bit, zeros too", row_values.mirrored, 4, EVEN_OR_ODD),
    Check("rows: written out and parsed, bit for bit", row_values.parsed, 1),
    Check(
        "rows: at kinks, the derivative lies between the slopes", row_edges.between_slopes, 4, WITH_KINKS, draws.kinks
    ),
    Check("rows: out of the domain, DomainError", row_edges.refusals, 4, WITH_DOMAIN, draws.outside),
]


def run(trials: Trials) -> Iterator[Count]:
    """All checks of all rows, then rows as engines run them."""
    for check in CHECKS:
        yield compared(check, trials)
    yield from row_engines.comparisons(trials)


def compared(check: Check, trials: Trials) -> Count:
    """One check at its random points."""
    comparison = Comparison(check.what)
    for op, draw in trials.in_turn(check.what, check.rows):
        for xs in check.drawn(op, draw, check.points):
            comparison.note(check.pairs, op, xs, told=f"{op.name}{xs}")
    return comparison.tell()
