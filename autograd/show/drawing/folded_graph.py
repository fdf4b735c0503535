"""A folded graph: boxes of one node or many, and arrows that stand for one use or many."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from autograd.show.drawing.scopes import Path
from autograd.show.drawing.wiring import Wiring
from autograd.value import Value

Kind = Literal["part", "alike", "rest"]


@dataclass
class Box:
    """Nodes drawn as one: a part of the user's scopes, nodes that are alike, the rest around a focus.

    `outputs` are the nodes that others use, `on_the_way` says whether it holds a node on the way from the focus,
    `is_partial` that it lacks those of its part that are.
    """

    kind: Kind
    part: Path = ()
    is_partial: bool = False
    on_the_way: bool = False
    nodes: list[Value] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)

    @property
    def is_single(self) -> bool:
        """Whether it stands for one node, and is drawn as that."""
        return len(self.nodes) == 1 and (self.kind != "part" or self.is_partial)

    @property
    def is_chain(self) -> bool:
        """Whether it is a sum or product whose links are not drawn, or several alike."""
        return self.kind == "alike" and len(self.nodes) > len(self.outputs)

    @property
    def has_operations(self) -> bool:
        """Whether there is more in it than inputs."""
        return self.nodes[-1].op is not None


@dataclass
class Arrow:
    """All uses of one box's nodes by another's: the local derivatives, and whether one is on the way from the focus."""

    tail: int
    head: int
    on_the_way: bool = False
    locals: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class FoldedGraph:
    """A graph in `boxes`, the root's last, with `arrows` between them. `how` says in words by what it was folded."""

    boxes: list[Box]
    arrows: list[Arrow]
    how: str

    @property
    def is_whole(self) -> bool:
        """Whether every node has a box of its own."""
        return all(box.is_single for box in self.boxes)


def folded_graph(wiring: Wiring, classes: Sequence[Hashable], way: Collection[int], how: str) -> FoldedGraph:
    """The graph with a box for each class: of ("part", path, is_partial), of ("rest", …), else of nodes alike."""
    last = {label: k for k, label in enumerate(classes)}
    place = {label: number for number, label in enumerate(sorted(last, key=last.__getitem__))}
    home = [place[label] for label in classes]
    boxes = [_empty(label) for label in place]
    arrows: dict[tuple[int, int], Arrow] = {}
    handed_on = {len(wiring) - 1}
    for k, node in enumerate(wiring.nodes):
        for parent, local in zip(wiring.parents[k], node.local_derivatives, strict=True):
            ends = home[parent], home[k]
            if ends[0] != ends[1]:
                arrow = arrows.setdefault(ends, Arrow(*ends))
                arrow.locals.append(local)
                arrow.on_the_way |= parent in way
                handed_on.add(parent)
    for k, node in enumerate(wiring.nodes):
        box = boxes[home[k]]
        box.nodes.append(node)
        box.outputs += [node] * (k in handed_on)
        box.on_the_way |= k in way
    return FoldedGraph(boxes, [arrows[ends] for ends in sorted(arrows)], how)


def _empty(label: Any) -> Box:
    match label:
        case ("part", path, is_partial):
            return Box("part", path, is_partial)
        case ("rest", _):
            return Box("rest")
    return Box("alike")
