"""Which picture of a graph to draw: every node, or boxes of many; the finest that is small enough to be read."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import NamedTuple

from autograd.show.drawing.alike import alike, refine
from autograd.show.drawing.focus import around, nearest, on_the_way
from autograd.show.drawing.folded_graph import FoldedGraph, folded_graph
from autograd.show.drawing.scopes import kinds, part_class, parts
from autograd.show.drawing.units import units
from autograd.show.drawing.wiring import Limit, Wiring
from autograd.show.style import printable

SCALAR = "scalar"
# Arrows that one can follow: between nodes most go one step, between folded boxes many cross.
ARROWS_A_NODE, ARROWS_A_BOX = 4, 2
DRAWABLE = Limit(5_000, 10_000)  # Graphviz takes a minute over more
BESIDE_PARTS = 30  # boxes of nodes outside of all parts
LONGEST_KIND, MOST_KINDS = 24, 10


class View(NamedTuple):
    """A way to fold: by number, the class of each node (None: they are too many); and in words."""

    classes: Sequence[Hashable] | None
    how: str = ""


class Wish(NamedTuple):
    """What the user asks for: a level, the kinds of scope that it stands for, the finest first, and a focus."""

    level: str | None
    names: Sequence[str]
    focus: Collection[int]
    way: Collection[int]


def fold(wiring: Wiring, max_nodes: int, level: str | None, focus: Collection[int]) -> FoldedGraph:
    """The graph at a level, or at the finest that makes at most `max_nodes` boxes; else the end of it, and the rest.

    Raises ValueError for a level of which there are no scopes, or at which there is too much to draw.
    """
    wish = Wish(level, _names(wiring, level), focus, on_the_way(wiring, focus))
    readable = Limit(max_nodes, ARROWS_A_BOX * max_nodes)
    for limit in (readable,) if level is None else (readable, DRAWABLE):
        for classes, how in _views(wiring, limit, wish):
            if classes is not None and (wiring.fits(classes, limit) if how else _fits_whole(wiring, max_nodes, limit)):
                return folded_graph(wiring, classes, wish.way, how)
    if level is not None:
        much = f"more than {DRAWABLE.boxes:,} boxes or {DRAWABLE.arrows:,} arrows, of {len(wiring):,} nodes"
        raise ValueError(
            f"draw: level={level!r} makes {much}: leave it out, and the graph is folded until it can be read"
        )
    near = nearest(wiring, max_nodes)
    ends = around(wiring, near, [()] * len(wiring))
    return folded_graph(wiring, ends, wish.way, f"beyond the nearest {len(near):,} nodes")


def _fits_whole(wiring: Wiring, max_nodes: int, limit: Limit) -> bool:
    """Whether every node can be drawn, and every use."""
    arrows = max(limit.arrows, ARROWS_A_NODE * max_nodes)
    return len(wiring) <= limit.boxes and sum(wiring.uses) <= arrows


def _names(wiring: Wiring, level: str | None) -> list[str]:
    """The kinds of scope to fold by."""
    known = kinds(wiring.nodes)
    if level is None or level == SCALAR:
        return known
    if level in known:
        return [level]
    shown = ", ".join(printable(name, LONGEST_KIND) for name in [SCALAR, *known[:MOST_KINDS]])
    more = ", …" if len(known) > MOST_KINDS else ""
    remedy = "" if known else '; models of nn have layer and neuron, and a block: with scope("block 1"): makes one'
    raise ValueError(f"draw: level={level!r:.50} is none of those of this graph: {shown}{more}{remedy}")


def _views(wiring: Wiring, limit: Limit, wish: Wish) -> Iterator[View]:
    """Ways to fold, the finest first."""
    free = [None] * len(wiring)
    if wish.focus:
        yield from _focused(wiring, limit, wish)
    else:
        if wish.level in (None, SCALAR):
            yield View(range(len(wiring)))
        if wish.level is None:
            yield View(alike(wiring, free, limit), "by equal parts")
        if wish.level != SCALAR:
            yield from (_by_parts(wiring, limit, name) for name in wish.names)
    if wish.level is None:
        yield View(refine(wiring, units(wiring, free, ordered=False), free, limit.boxes), "by shape")


def _by_parts(wiring: Wiring, limit: Limit, name: str) -> View:
    """Parts of a kind as boxes, and beside them every node if those are few, else equal ones as one."""
    fixed = [part_class(path) for path in parts(wiring, name)]
    few = limit._replace(boxes=min(limit.boxes, len(set(fixed)) + BESIDE_PARTS))
    each = [k if key is None else key for k, key in enumerate(fixed)]
    if wiring.fits(each, few):
        return View(each, _by(name))
    return View(alike(wiring, fixed, few) or alike(wiring, fixed, limit), _by(name))


def _focused(wiring: Wiring, limit: Limit, wish: Wish) -> Iterator[View]:
    """The paths as they are; then equal nodes on them as one; then parts that the focus is not in as boxes."""
    way, focus = wish.way, wish.focus
    found = [(f"{_by(name)} ", parts(wiring, name)) for name in wish.names] or [("", [()] * len(wiring))]
    for by, paths in found:
        yield View(around(wiring, way, paths), f"{by}off these paths")
    if wish.level == SCALAR:
        return
    own = [("node", k) if k in focus else None for k in range(len(wiring))]
    for inside, how in ((way, "off these paths, by equal parts on them"), (focus, "and by equal parts")):
        for by, paths in found:
            seen = {paths[k] for k in inside}  # the parts of which nodes on the paths are drawn
            fixed = [
                own[k] or (None if k in way and path in seen else part_class(path, path in seen))
                for k, path in enumerate(paths)
            ]
            yield View(alike(wiring, fixed, limit), by + how)


def _by(name: str) -> str:
    return f"by {printable(name, LONGEST_KIND)}"
