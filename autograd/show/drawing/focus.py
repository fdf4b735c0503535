"""The ways from chosen nodes to the result, and what to call the rest of the graph."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence

from autograd.show.drawing.scopes import Path
from autograd.show.drawing.wiring import Wiring

SHARED = ("rest", None)


def on_the_way(wiring: Wiring, focus: Collection[int]) -> list[bool]:
    """By number, whether a node lies on a path from one of `focus` to the result."""
    found = [False] * len(wiring)
    for k, parents in enumerate(wiring.parents):
        found[k] = k in focus or any(found[parent] for parent in parents)
    return found


def around(wiring: Wiring, way: Sequence[bool], parts: Sequence[Path]) -> list[Hashable]:
    """By number, the box of each node: its own on the way; off it, that of its part.

    Where it is of no part, it goes with the others that serve the same box alone, or with those that serve several.
    """
    crossed = {path for path, is_on_it in zip(parts, way, strict=True) if is_on_it}
    found: list[Hashable] = [()] * len(wiring)
    serves: list[Hashable] = [()] * len(wiring)
    for k in range(len(wiring) - 1, -1, -1):
        found[k] = ("node", k) if way[k] else ("part", parts[k], parts[k] in crossed) if parts[k] else serves[k]
        goal = found[k] if found[k] == serves[k] else ("rest", found[k])
        for parent in wiring.parents[k]:
            serves[parent] = goal if serves[parent] in ((), goal) else SHARED
    return found
