"""What is known of a claim that is wrong, and the slip that explains it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from autograd.check.arrays import Array, Point
from autograd.check.factors import Factor


class Slip(NamedTuple):
    """What is wrong: one of the kinds that `ClaimReport` lists, in words, and the factor if there is one."""

    kind: str
    message: str
    factor: Fraction | float | None = None


@dataclass(frozen=True)
class Evidence:
    """What was claimed and what the gradient is, at each point, and ways to ask for more."""

    points: Sequence[Point]
    claimed: Sequence[Array]
    actual: Sequence[Array]
    sizes: Mapping[int, str]  # what a size of the inputs is called
    claim_with: Callable[[Callable[[Point], Point]], Sequence[Array] | None]  # the claim of changed inputs
    resized: Callable[[Mapping[int, int]], Evidence | None]  # the same, with other sizes

    @property
    def shapes(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """The claim's and the gradient's."""
        return self.claimed[0].shape, self.actual[0].shape

    def both_shapes(self) -> str:
        """The two where they differ, in words."""
        claimed, actual = self.shapes
        return "" if claimed == actual else f": claim {claimed or 'one number'}, gradient {actual or 'one number'}"

    def at(self, chosen: Sequence[int]) -> Evidence:
        """What is known at some of the points."""
        points, claimed, actual = ([x[k] for k in chosen] for x in (self.points, self.claimed, self.actual))

        def claim_with(change: Callable[[Point], Point]) -> Sequence[Array] | None:
            retried = self.claim_with(change)
            return retried and [retried[k] for k in chosen]

        return replace(self, points=points, claimed=claimed, actual=actual, claim_with=claim_with)


def off_by(factor: Factor, otherwise: str, words: str) -> str:
    """`otherwise` where the factor is 1; else `words`, with the share."""
    return otherwise if factor.number == 1 else words.format(factor.share())


def scalars(point: Point) -> str:
    """The scalars of a point: `at x = 1, y = 2`."""
    shown = ", ".join(f"{name} = {x.item():.6g}" for name, x in point.items() if x.ndim == 0)
    return f"at {shown}" if shown else ""


def largest_difference(found: Evidence, k: int) -> str:
    """The numbers at point `k`, in the entry where they differ most."""
    c, g = found.claimed[k], found.actual[k]
    i = np.unravel_index(np.argmax(np.abs(c - g)), g.shape)
    where = [scalars(found.points[k]), f"entry {[int(j) for j in i]}" if i else ""]
    place = ", ".join(text for text in where if text)
    return f"{place}{': ' if place else ''}the claim is {c[i]:.10g}, the gradient {g[i]:.10g}"
