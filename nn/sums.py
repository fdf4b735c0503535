"""Sums that losses end in, in as few nodes as it takes."""

from __future__ import annotations

from collections.abc import Sequence

from autograd import dot, mean, total
from nn.plain import Number


def mean_of(terms: Sequence[Number]) -> Number:
    """Σ terms / how many there are."""
    return sum_over(terms, len(terms))


def sum_over(terms: Sequence[Number], divisor: int) -> Number:
    """Σ terms / divisor."""
    if divisor == len(terms) > 1:
        averaged: Number = mean(terms)
        return averaged
    summed: Number = terms[0] if len(terms) == 1 else total(terms)
    return summed if divisor == 1 else summed / divisor


def weighted_sum(terms: Sequence[tuple[Number, Number]]) -> Number:
    """Σ weight · term."""
    weights, summands = zip(*terms, strict=True)
    found: Number = dot(weights, summands)
    return found
