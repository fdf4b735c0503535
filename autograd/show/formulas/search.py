"""Looks for a product that is always equal to some numbers: c · (y − t) · y · (1 − y), of nodes near in a graph.

The logarithm of a product is a sum: of its factors two are tried in all pairs, and the third is looked up.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple

import numpy as np

from autograd.ops import Nary, sub
from autograd.show.formulas.algebra import Number
from autograd.symbol import Symbol

CLOSE, SAME = 1e-10, 1e-9  # relative: what may be equal; what may have the same logarithm
MOST_TRIED = 2000  # products of a sum of logarithms that is right: a handful, but where the points are all alike
GIVEN_NAME, NAME_OF_RESULT, ANY_NAME = 1.0, 2.0, 3.0
Array = Any  # of one number a point


class Factor(NamedTuple):
    """A formula and its values at the points."""

    formula: Symbol
    values: Array


def cost(e: Any, names: Mapping[str, float]) -> float:
    """How long a formula is to a reader, to whom `names`, those that the user gave, are the shortest."""
    if not isinstance(e, Symbol):
        return 0.3
    if e.op is None:
        return names.get(e.name, ANY_NAME)
    own = 2.0 if not (e.op.infix or e.name == "square") else 0.2
    return own + sum(cost(x, names) for x in e.args) * (0.3 if isinstance(e.op, Nary) else 1.0)


def factors(nodes: Sequence[Factor], names: Mapping[str, float]) -> list[Factor]:
    """What products are made of: a, a − b, 1 − a, 1 − a², 1 / a; of those in proportion the shortest."""
    found = [*nodes, *(Factor(1.0 / a, 1.0 / x) for a, x in nodes if x.all())]
    found += [Factor(_minus(1.0, a), 1.0 - x) for a, x in nodes]
    found += [Factor(_minus(1.0, a**2.0), 1.0 - x * x) for a, x in nodes]
    found += [Factor(_minus(a, b), x - y) for k, (a, x) in enumerate(nodes) for b, y in nodes[k + 1 :]]
    found.sort(key=lambda factor: cost(factor.formula, names))
    kept: dict[tuple[float, ...], Factor] = {}
    for factor in found:
        if (factor.values != 0.0).all():
            kept.setdefault(tuple(float(f"{r:.9g}") for r in factor.values / factor.values[0]), factor)
    return list(kept.values())


def products(gradient: Array, sizes: Array, found: Sequence[Factor]) -> Iterator[tuple[Any, ...]]:
    """Every (c, f, g, h), of up to three factors, whose product is `gradient` at all points, to 1e-10 of `sizes`."""
    first, second = np.argsort(-np.abs(gradient) / np.maximum(sizes, np.abs(gradient) + 1e-300))[:2]
    if not (gradient[first] and gradient[second]):
        return
    table = np.array([np.ones_like(gradient), *(factor.values for factor in found)])
    logs = np.log(np.abs(table[:, first] / table[:, second]))
    order = np.argsort(logs)
    for trio in islice(_trios(logs[order], np.log(abs(gradient[first] / gradient[second]))), MOST_TRIED):
        chosen = order[list(trio)]
        product = table[chosen].prod(axis=0)
        c = gradient[first] / product[first]
        number = plain(c)
        if number and (np.abs(gradient - c * product) <= CLOSE * sizes).all():
            formulas = [found[k - 1].formula for k in chosen if k]
            yield number, *sorted(formulas, key=lambda formula: _rank(formula, formulas))


def _trios(logs: Array, total: float) -> Iterator[tuple[int, int, int]]:
    """The places i ≤ j ≤ k of three of the sorted `logs` that add up to `total`."""
    i, j = np.triu_indices(len(logs))
    rest = total - logs[i] - logs[j]
    low, high = np.searchsorted(logs, rest - SAME), np.searchsorted(logs, rest + SAME)
    for m in np.flatnonzero(high > low):
        yield from ((i[m], j[m], k) for k in range(max(low[m], j[m]), high[m]))


def shifted(gradient: Array, sizes: Array, nodes: Sequence[Factor]) -> Iterator[tuple[Any, ...]]:
    """Every (c, a − k), of a node and a plain number, whose product is `gradient`."""
    for a, x in nodes:
        if x[0] == x[1]:
            continue
        c = (gradient[0] - gradient[1]) / (x[0] - x[1])
        scale, k = plain(c), plain(x[0] - gradient[0] / c) if c else None
        if scale and k and (np.abs(gradient - c * (x - float(k))) <= CLOSE * sizes).all():
            yield scale, _minus(a, float(k)) if k > 0 else a + -float(k)


def plain(c: float) -> Number | None:
    """c as people write it, as a fraction or with few digits: 2, 1/3, 0.25, 2/3; None for another number.

    >>> plain(2 / 3), plain(0.35), plain(0.123456789)
    (Fraction(2, 3), 0.35, None)
    """
    if not np.isfinite(c):
        return None
    fraction, short = Fraction(float(c)).limit_denominator(1000), float(f"{c:.4g}")
    is_fraction = abs(float(fraction) - c) <= CLOSE * abs(c) and abs(fraction.numerator) <= 1000
    if is_fraction and 1 in (fraction.denominator, abs(fraction.numerator)):
        return fraction
    if abs(short - c) <= CLOSE * abs(c):
        return short
    return fraction if is_fraction else None


def _minus(a: Any, b: Any) -> Symbol:
    return Symbol("sub", sub, [a, b])


def _rank(formula: Symbol, among: Sequence[Symbol]) -> int:
    """Differences first, then y · (1 − y), then the rest: as in 2 · (y − t) · y · (1 − y) · x."""
    if formula.op is sub:
        return 2 if formula.args[0] == 1.0 else 0
    ones = [f.args[1] for f in among if f.op is sub and f.args[0] == 1.0]
    return 1 if any(formula is one or formula in getattr(one, "args", ()) for one in ones) else 3
