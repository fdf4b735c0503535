"""The picture of a graph that a failed assertion saves: wrong operations and arrows are marked, with both numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import cast

from autograd.check.nodes import EdgeCheck
from autograd.ops import Operation
from autograd.show.drawing.caption import caption, description, reading
from autograd.show.drawing.dot import SHOWN, label, markup
from autograd.show.drawing.drawing import Drawing, draw
from autograd.show.drawing.focus import around, on_the_way
from autograd.show.drawing.fold import fold
from autograd.show.drawing.folded_dot import FoldedBoxes, folded_dot
from autograd.show.drawing.folded_graph import Arrow, Box, FoldedGraph, folded_graph
from autograd.show.drawing.lines import BREAK
from autograd.show.drawing.looks import WAY, Page
from autograd.show.drawing.wiring import Wiring
from autograd.show.names import free
from autograd.show.notation import Notation
from autograd.value import Value

PRECISION = 4
MOST_BOXES, MOST_MARKED, MOST_EXPLAINED = 60, 12, 4
WRONG_COLOUR = "#C00000"
WRONG_BOX = {"color": WRONG_COLOUR, "penwidth": "2.5"}
WRONG_ARROW = WAY | {"color": WRONG_COLOUR, "fontcolor": WRONG_COLOUR}


def picture(root: Value, wrong: Sequence[EdgeCheck]) -> Drawing:
    """The graph behind root, folded where it is large, but never at a wrong operation; below it what is wrong."""
    if not wrong:
        return draw(root)
    notation = Notation(root)
    _cross(notation, [edge.node for edge in wrong])
    wiring = Wiring(notation.order)
    focus = sorted({wiring.number[edge.node] for edge in wrong})[:MOST_MARKED]
    boxes, graph = MarkedBoxes(notation, wrong), _folded(wiring, focus)
    explained = [f"✗ {edge}" for edge in wrong[:MOST_EXPLAINED]]
    if len(wrong) > MOST_EXPLAINED:
        explained.append(f"and {len(wrong) - MOST_EXPLAINED} more")
    below = label(filter(None, [*map(markup, explained), caption(boxes, graph, focus, None)[1:-1]]))
    source = folded_dot(boxes, graph, Page(caption=below))
    return Drawing(source, description(notation, PRECISION, graph), reading(SHOWN))


def _cross(notation: Notation, nodes: Sequence[Value]) -> None:
    """Names with ✗: of a node without a label, that of its operation."""
    taken: dict[str, int] = {}
    for node in dict.fromkeys(nodes):
        name = notation.names[node] if node in notation.labelled else cast(Operation, node.op).name
        notation.names[node] = free(f"✗ {name}", taken)


def _folded(wiring: Wiring, focus: Sequence[int]) -> FoldedGraph:
    """Every node of a small graph; of a larger one the paths from the wrong operations, or what is beside these."""
    way = on_the_way(wiring, focus)
    if len(wiring) <= MOST_BOXES:
        return folded_graph(wiring, range(len(wiring)), way, "")
    graph = fold(wiring, MOST_BOXES, None, focus)
    single = {box.nodes[0] for box in graph.boxes if box.is_single}
    if single.issuperset(wiring.nodes[k] for k in focus):
        return graph
    near = around(wiring, _beside(wiring, focus), [()] * len(wiring))
    return folded_graph(wiring, near, way, "beyond operands and users of ✗")


def _beside(wiring: Wiring, focus: Sequence[int]) -> set[int]:
    """These operations, their operands, and those that use them, where they are not too many; and the result."""
    operands = [x for k in focus for x in wiring.parents[k]]
    users = [node for parent, node in wiring.edges() if parent in focus]
    return {*focus, *operands[:MOST_BOXES], *users[:MOST_BOXES], len(wiring) - 1}


class MarkedBoxes(FoldedBoxes):
    """Boxes and arrows, the wrong ones in red: at such an arrow the local derivative, and that by differences."""

    def __init__(self, notation: Notation, wrong: Sequence[EdgeCheck]) -> None:
        super().__init__(notation, PRECISION)
        self.wrong: dict[Value, dict[int, EdgeCheck]] = {}  # by node and place among its parents
        for edge in wrong:
            place = sum(isinstance(x, Value) for x in edge.node.operands[: edge.slot])
            self.wrong.setdefault(edge.node, {})[place] = edge

    def look_of(self, box: Box) -> dict[str, str]:
        """Attributes of its box."""
        return super().look_of(box) | (WRONG_BOX if not self.wrong.keys().isdisjoint(box.nodes) else {})

    def arrows_of(self, arrow: Arrow, graph: FoldedGraph) -> list[dict[str, str]]:
        """Attributes of the arrows from box to box: a wrong one is drawn by itself."""
        head, inside = graph.boxes[arrow.head], set(graph.boxes[arrow.tail].nodes)
        if not (head.is_single and (wrong := self.wrong.get(head.nodes[0]))):
            return super().arrows_of(arrow, graph)
        places = [place for place, parent in enumerate(head.nodes[0].parents) if parent in inside]
        right = [local for place, local in zip(places, arrow.locals, strict=True) if place not in wrong]
        found = super().arrows_of(replace(arrow, locals=right), graph) if right else []
        return found + [self._crossed(wrong[place]) for place in places if place in wrong]

    def _crossed(self, edge: EdgeCheck) -> dict[str, str]:
        at_kink = edge.left.known and edge.right.known
        slopes = [side.value for side in ((edge.left, edge.right) if at_kink else (edge.estimate,))]
        by_differences = " | ".join(map(self.writer.number, slopes))
        return {"label": f"<✗ {self.writer.number(edge.recorded)}{BREAK}differences: {by_differences}>"} | WRONG_ARROW
