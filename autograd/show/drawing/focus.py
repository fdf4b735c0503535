"""The ways from chosen nodes to the result, and what to call the rest of the graph."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence

from autograd.show.drawing.scopes import Path, part_class
from autograd.show.drawing.wiring import Wiring

SHARED = ("rest", None)


def on_the_way(wiring: Wiring, focus: Iterable[int]) -> set[int]:
    """The numbers of the nodes on the paths from those of `focus` to the result."""
    found = set(focus)
    for k, parents in enumerate(wiring.parents):
        if not found.isdisjoint(parents):
            found.add(k)
    return found


def nearest(wiring: Wiring, most: int) -> set[int]:
    """The numbers of the nodes fewest steps from the result."""
    order = [len(wiring) - 1]
    found = set(order)
    for k in order:  # which grows on the way
        for parent in wiring.parents[k]:
            if parent not in found and len(found) < most:
                found.add(parent)
                order.append(parent)
    return found


def around(wiring: Wiring, way: Collection[int], parts: Sequence[Path]) -> list[Hashable]:
    """By number, the class of each node: its own on the way; off it, that of its part.

    Where it is of no part, it goes with the others that serve the same box alone, or with those that serve several.
    """
    crossed = {parts[k] for k in way}
    found: list[Hashable] = [()] * len(wiring)
    serves: list[Hashable] = [()] * len(wiring)
    for k in range(len(wiring) - 1, -1, -1):
        found[k] = ("node", k) if k in way else part_class(parts[k], parts[k] in crossed) or serves[k]
        goal = found[k] if found[k] == serves[k] else ("rest", found[k])
        for parent in wiring.parents[k]:
            serves[parent] = goal if serves[parent] in ((), goal) else SHARED
    return found
