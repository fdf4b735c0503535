"""Equal parts of a graph: the hundred copies of a model that a batch of a hundred samples makes.

Nodes are alike if the same operation made them of operands that are alike, and they are used alike. That is colour
refinement: give each node a colour for what it is, then one for its colour and those of its operands, then one for
its colour and those of its users, and again, until no colour falls apart any more. A sweep along the topological
order settles the operands of all nodes, a sweep back their users, so few are needed, however deep the graph is.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Hashable, Iterable, Sequence

from autograd.show.drawing.units import Operand, Unit, Units, units
from autograd.show.drawing.wiring import Limit, Wiring


def alike(wiring: Wiring, fixed: Sequence[Hashable], limit: Limit) -> Sequence[Hashable] | None:
    """By number, the class of each node; None where no choice keeps to the limit.

    Nodes that are `fixed` (not None) have been classed already. Inputs of many uses, such as weights, are like no
    other; how many uses that takes is chosen for the finest classes that are few enough. Where something is fixed,
    the weights are as a rule, so that no number of uses may be enough.
    """
    free = {wiring.uses[k] for k, key in enumerate(fixed) if key is None and wiring.is_leaf(k)}
    choices: list[float] = sorted(free - {0, 1})
    if not choices or any(key is not None for key in fixed):
        choices.append(math.inf)
    known = units(wiring, fixed)
    found: dict[float, Sequence[Hashable] | None] = {}

    def fits(shared: float) -> bool:
        classes = found[shared] = refine(wiring, known, fixed, limit.boxes, shared)
        return classes is not None and wiring.fits(classes, limit)

    first = bisect_left(choices, True, key=fits)
    return found[choices[first]] if first < len(choices) else None


def refine(
    wiring: Wiring, known: Units, fixed: Sequence[Hashable], most: int, shared: float = math.inf
) -> Sequence[Hashable] | None:
    """By number, the class of each node, inputs of `shared` uses each in one of its own; None if there are too many."""
    parts, unit = known
    settled: dict[int, Hashable] = {unit[k]: key for k, key in enumerate(fixed) if key is not None}
    for k, uses in enumerate(wiring.uses):
        if uses >= shared and wiring.is_leaf(k):
            settled.setdefault(unit[k], ("node", k))
    operands, users = _neighbours(parts, settled)
    colours: Sequence[Hashable] | None = [settled.get(k, part.what) for k, part in enumerate(parts)]
    count = 0
    while colours and count < len(set(colours)):
        count = len(set(colours))
        colours = _sweep(colours, operands, range(len(parts)), most)
        colours = colours and _sweep(colours, users, reversed(range(len(parts))), most)
    return colours and [colours[k] if key is None else key for k, key in zip(unit, fixed, strict=True)]


def _neighbours(parts: Sequence[Unit], settled: Collection[int]) -> tuple[list[list[Operand]], list[list[Operand]]]:
    """Of each unit, the operands and the users that matter: what is settled looks at neither, and hides its places."""
    operands: list[list[Operand]] = [[] if k in settled else part.operands for k, part in enumerate(parts)]
    users: list[list[Operand]] = [[] for _ in parts]
    for k, part in enumerate(parts):
        for place, x in part.operands:
            if x not in settled:
                users[x].append((0 if k in settled else place, k))
    return operands, users


def _sweep(
    colours: Sequence[Hashable], neighbours: Sequence[Sequence[Operand]], order: Iterable[int], most: int
) -> list[int] | None:
    """A colour for each colour and those of the neighbours; None, and at once, if there are more than `most`."""
    seen: dict[Hashable, int] = {}
    found = [0] * len(colours)
    for k in order:
        key = colours[k], tuple(sorted([(place, found[x]) for place, x in neighbours[k]]))
        found[k] = seen.setdefault(key, len(seen))
        if len(seen) > most:
            return None
    return found
