"""Equal parts of a graph: the hundred copies of a model that a batch of a hundred samples makes.

Nodes are alike if the same operation made them of operands that are alike, and they are used alike. That is colour
refinement: give each node a colour for what it is, then one for its colour and those of its operands, then one for
its colour and those of its users, and again, until no colour falls apart any more. A sweep along the topological
order settles the operands of all nodes, a sweep back their users, so few are needed, however deep the graph is.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Collection, Hashable, Sequence

from autograd.show.drawing.units import Operand, Unit, Units, units
from autograd.show.drawing.wiring import Limit, Wiring


def alike(wiring: Wiring, fixed: Sequence[Hashable], limit: Limit) -> list[int] | None:
    """By number, the class of each node; None where no choice keeps to the limit.

    Nodes that are `fixed` (not None) have been classed already. Inputs of many uses, such as weights, are like no
    other; how many uses that takes is chosen for the finest classes that are few enough. Where something is fixed,
    the weights are as a rule, so that no number of uses may be enough.
    """
    free = {wiring.uses[k] for k, key in enumerate(fixed) if key is None and wiring.is_leaf(k)}
    choices: list[float] = sorted(free - {0, 1})
    if not choices or any(key is not None for key in fixed):
        choices.append(math.inf)
    found: dict[float, list[int] | None] = {}
    if (known := units(wiring, fixed, limit.boxes)) is None:
        return None

    def fits(shared: float) -> bool:
        classes = found[shared] = refine(wiring, known, fixed, limit.boxes, shared)
        return classes is not None and wiring.fits(classes, limit)

    first = bisect_left(choices, True, key=fits)
    return found[choices[first]] if first < len(choices) else None


def refine(
    wiring: Wiring, known: Units, fixed: Sequence[Hashable], most: int, shared: float = math.inf
) -> list[int] | None:
    """By number, the class of each node, inputs of `shared` uses each in one of its own; None if there are too many."""
    parts, unit = known
    settled: dict[int, Hashable] = {unit[k]: (key,) for k, key in enumerate(fixed) if key is not None}
    for k, uses in enumerate(wiring.uses):
        if uses >= shared and wiring.is_leaf(k):
            settled.setdefault(unit[k], k)
    seen: dict[Hashable, int] = {}
    colours = [seen.setdefault(settled.get(k, part.what), len(seen)) for k, part in enumerate(parts)]
    before = 0
    while before < len(set(colours)):
        before = len(set(colours))
        for sweep in (_by_operands, _by_users):
            colours = sweep(parts, colours, settled, most)
            if len(colours) < len(parts):
                return None
    return [colours[k] for k in unit]


def _by_operands(parts: Sequence[Unit], colours: Sequence[int], settled: Collection[int], most: int) -> list[int]:
    """A colour for each colour and those of the operands; it stops at once where that makes more than `most`."""
    seen: dict[Hashable, int] = {}
    found: list[int] = []
    for k, (_, operands) in enumerate(parts):
        below = () if k in settled else tuple(sorted([(place, found[x]) for place, x in operands]))
        found.append(seen.setdefault((colours[k], below), len(seen)))
        if len(seen) > most:
            break
    return found


def _by_users(parts: Sequence[Unit], colours: Sequence[int], settled: Collection[int], most: int) -> list[int]:
    """A colour for each colour and those of the users; it stops at once where that makes more than `most`."""
    seen: dict[Hashable, int] = {}
    found: list[int] = []  # in reverse
    above: list[list[Operand]] = [[] for _ in parts]
    for k in range(len(parts) - 1, -1, -1):
        key = colours[k], tuple(sorted(above[k]))
        above[k] = []  # which may be long
        found.append(seen.setdefault(key, len(seen)))
        if len(seen) > most:
            break
        for place, x in parts[k].operands:
            if x not in settled:
                above[x].append((place, found[-1]))
    return found[::-1]
