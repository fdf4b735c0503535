"""Which picture of a graph to draw: every node, or boxes of many; the finest that is small enough to be read."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Sequence
from typing import NamedTuple

from autograd.show.drawing.alike import alike, refine
from autograd.show.drawing.focus import around, on_the_way
from autograd.show.drawing.folding import Folding, folding
from autograd.show.drawing.scopes import Path, kinds, parts
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
    """A way to fold: what is in a box already (see `folding`), the classes of all nodes, and both in words."""

    keys: Sequence[Hashable]
    classes: Sequence[Hashable] | None  # None: they are too many
    how: str = ""


class Wish(NamedTuple):
    """What the user asks for: a level, the kinds of scope that it stands for, the finest first, and a focus."""

    level: str | None
    names: Sequence[str]
    focus: Collection[int]
    way: Sequence[bool]


def fold(wiring: Wiring, max_nodes: int, level: str | None, focus: Collection[int]) -> Folding | None:
    """The graph at a level, or at the finest that makes at most `max_nodes` boxes; None where none does.

    Raises ValueError for a level of which there are no scopes, or at which there is too much to draw.
    """
    wish = Wish(level, _names(wiring, level), focus, on_the_way(wiring, focus))
    readable = Limit(max_nodes, ARROWS_A_BOX * max_nodes)
    for limit in (readable,) if level is None else (readable, DRAWABLE):
        for keys, classes, how in _views(wiring, limit, wish):
            if classes is not None and (wiring.fits(classes, limit) if how else _fits_whole(wiring, max_nodes, limit)):
                return folding(wiring, classes, keys, wish.way, how)
    if level is not None:
        much = f"more than {DRAWABLE.boxes:,} boxes or {DRAWABLE.arrows:,} arrows, of {len(wiring):,} nodes"
        raise ValueError(
            f"draw: level={level!r} makes {much}: leave it out, and the graph is folded until it can be read"
        )
    return None


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
    remedy = "" if known else ' and, with scope("block 1"): around a part of the computation, block'
    raise ValueError(f"draw: level={level!r:.50} is no kind of scope in this graph: there are {shown}{more}{remedy}")


def _views(wiring: Wiring, limit: Limit, wish: Wish) -> Iterator[View]:
    """Ways to fold, the finest first."""
    free = [None] * len(wiring)
    if wish.focus:
        yield from _focused(wiring, limit, wish)
    elif wish.level in (None, SCALAR):
        yield View(free, range(len(wiring)))
    if wish.level is None and not wish.focus:
        yield View(free, alike(wiring, free, limit), "by equal parts")
    if wish.level != SCALAR and not wish.focus:
        yield from (_by_parts(wiring, limit, name) for name in wish.names)
    if wish.level is None:
        known = units(wiring, free, limit.boxes, ordered=False)
        yield View(free, known and refine(wiring, known, free, limit.boxes), "by shape")


def _by_parts(wiring: Wiring, limit: Limit, name: str) -> View:
    """Parts of a kind as boxes, and beside them every node if those are few, else equal ones as one."""
    keys = [_part(path) for path in parts(wiring, name)]
    few = limit._replace(boxes=min(limit.boxes, len(set(keys)) + BESIDE_PARTS))
    each = [k if key is None else key for k, key in enumerate(keys)]
    if wiring.fits(each, few):
        return View(keys, each, _by(name))
    return View(keys, alike(wiring, keys, few) or alike(wiring, keys, limit), _by(name))


def _focused(wiring: Wiring, limit: Limit, wish: Wish) -> Iterator[View]:
    """The paths as they are; then with equal parts folded; then with parts folded that the focus is not in."""
    way, focus = wish.way, wish.focus
    own = [("node", k) if k in focus else None for k in range(len(wiring))]
    found = [(f"{_by(name)} ", parts(wiring, name)) for name in wish.names] or [("", [()] * len(wiring))]
    for by, paths in found:
        keys = around(wiring, way, paths)
        yield View(keys, keys, f"{by}off these paths")
    for by, paths in found if wish.level != SCALAR else ():
        crossed = {path for path, is_on_it in zip(paths, way, strict=True) if is_on_it}
        off = [own[k] or (None if way[k] else _part(path, path in crossed)) for k, path in enumerate(paths)]
        yield View(off, alike(wiring, off, limit), f"{by}off these paths, by equal parts on them")
    for by, paths in found if wish.level != SCALAR else ():
        near = {paths[k] for k in focus}
        most = [
            own[k] or (None if way[k] and path in near else _part(path, path in near)) for k, path in enumerate(paths)
        ]
        yield View(most, alike(wiring, most, limit), f"{by}and by equal parts")


def _by(name: str) -> str:
    return f"by {printable(name, LONGEST_KIND)}"


def _part(path: Path, is_partial: bool = False) -> Hashable:
    return ("part", path, is_partial) if path else None
