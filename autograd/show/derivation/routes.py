"""The paths from one input to the result: listed, where they are few, and checked against the gradient."""

from __future__ import annotations

import math
from itertools import islice
from typing import Any, NamedTuple

from autograd.graph import Path, Paths, tangents
from autograd.labels import SUPERSCRIPTS
from autograd.value import Value

MOST_PATHS = 6


class Route(NamedTuple):
    """The paths from `wrt`: how many, the sum of their products, and some of them, in order; the last one is last.

    `sizes` has the nodes that lead to wrt, with the sum of the paths' absolute products up to each: the scale on
    which sums of floats can agree.
    """

    wrt: Value
    number: int
    total: float
    gradient: float
    listed: list[Path]
    sizes: dict[Value, float]

    @property
    def agrees(self) -> bool:
        """Whether the paths add up to the gradient, but for rounding."""
        scale = list(self.sizes.values())[-1]
        return self.total == self.gradient or abs(self.total - self.gradient) <= 1e-9 * scale

    @property
    def how_many(self) -> str:
        """The count, rounded to a power of ten where it is beyond counting."""
        return _rounded(self.number)

    @property
    def left_out(self) -> str:
        """How many are not listed, in the same way; "" if all are."""
        return _rounded(self.number - len(self.listed)) if self.number > len(self.listed) else ""


def route(wrt: Value, of: Value, gradient: float) -> Route:
    """The paths from `wrt` to `of`."""
    found = Paths(wrt, of)
    sizes = tangents([of], {wrt: 1.0}, lambda v, wanted: [(parent, abs(local)) for parent, local in v.edges(wanted)])
    listed = list(islice(found, MOST_PATHS))
    if found.count > MOST_PATHS:  # two at least are left out, so that "more paths" is right
        listed[-2:] = [_last(wrt, of, sizes)]
    return Route(wrt, found.count, found.total, gradient, listed, sizes)


def _last(wrt: Value, of: Value, leading: dict[Value, Any]) -> Path:
    """The path that takes the last turn at every node."""
    nodes, derivatives = [of], []
    while nodes[-1] is not wrt:
        parent, local = nodes[-1].edges(leading)[-1]
        nodes.append(parent)
        derivatives.append(local)
    return Path(tuple(reversed(nodes)), tuple(reversed(derivatives)))


def _rounded(count: int) -> str:
    if count < 10**15:
        return str(count)
    return f"about 10{str(int(count.bit_length() * math.log10(2))).translate(SUPERSCRIPTS)}"
