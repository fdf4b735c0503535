"""Entropy and divergence of distributions."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd import DomainError, log, log2, log10
from nn.plain import Number, Row, data_of, is_flat, plain, read_number, shown
from nn.sums import weighted_sum
from nn.targets import PROBABILITY, is_probability, require_sum


def entropy(p: Any, base: float | None = None) -> Any:
    """−Σ p ln p, the information to expect, in nats; in bits with base 2.

    A p of 0 counts 0, and has gradient 0. Raises ValueError where p is no distribution or `base` is not over 1.
    Shannon, "A mathematical theory of communication", 1948.

    >>> entropy([0.5, 0.5], base=2), entropy([1 / 256] * 256, base=2), entropy([1.0, 0.0])
    (1.0, 8.0, 0.0)
    """
    logarithm = logarithm_of("entropy", base)
    likely = [x for x in _distribution("entropy", "p", p) if data_of(x) > 0.0]
    found = weighted_sum([(x, logarithm(x)) for x in likely])
    return 0.0 - found if isinstance(found, float) else -found  # 0, not -0


def kl_divergence(p: Any, q: Any, base: float | None = None) -> Any:
    """Σ p ln(p / q): what is lost by taking q for the distribution p. Not symmetric; 0 where they are equal.

    A p of 0 counts 0, and has gradient 0. Raises ValueError where p or q is no distribution, they differ in
    length, or `base` is not over 1; DomainError where the divergence is infinite (q = 0 though p > 0).
    Kullback and Leibler, "On information and sufficiency", 1951.

    >>> kl_divergence([0.5, 0.5], [0.25, 0.75]), kl_divergence([0.25, 0.75], [0.5, 0.5])
    (0.14384103622589045, 0.13081203594113697)
    """
    user = "kl_divergence"
    logarithm = logarithm_of(user, base)
    ps, qs = _distribution(user, "p", p), _distribution(user, "q", q)
    if len(ps) != len(qs):
        raise ValueError(f"{user}: p has {len(ps)} probabilities and q has {len(qs)}: give as many of each")
    terms = []
    for k, (x, y) in enumerate(zip(ps, qs, strict=True)):
        if data_of(x) > 0.0:
            try:
                terms.append((x, logarithm(x) - logarithm(y)))
            except DomainError as error:
                report = f"{user}: q[{k}] is 0 where p[{k}] is {shown(data_of(x))}, an infinite divergence"
                raise infinite(error, f"{report}: give q a little probability there") from error
    return weighted_sum(terms)


def _distribution(user: str, name: str, p: Any) -> Row:
    """Probabilities that sum to 1, from a flat list or array."""
    row: Row = plain(user, name, p, places=("outcome",))
    if not is_flat(row):
        raise ValueError(f"{user}: {name} is not a flat list of probabilities: give one distribution")
    for k, x in enumerate(row):
        if not is_probability(data_of(x)):
            raise ValueError(f"{user}: {name}[{k}] is {shown(data_of(x))}: {PROBABILITY}")
    require_sum(user, f"the probabilities of {name}", row, "divide each by their sum")
    return row


def logarithm_of(user: str, base: float | None) -> Callable[[Number], Number]:
    """The logarithm to a base, natural without one. Raises ValueError where the base is not over 1."""
    if base is None:
        return log
    base = read_number(user, "base", base)
    if not 1.0 < base < math.inf:
        raise ValueError(f"{user}: base is {shown(base)}: give a number over 1, or leave it out for natural logarithms")
    exact: dict[float, Callable[[Number], Number]] = {2.0: log2, 10.0: log10}
    return exact.get(base, lambda x: log(x) / math.log(base))


def infinite(error: DomainError, report: str) -> DomainError:
    """`error`, told in terms of what the user called."""
    place = f" (at {error.location})" if error.location else ""
    return error.retold(report + place)
