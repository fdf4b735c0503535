"""What a picture of a graph says of itself, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autograd.eager import is_stale
from autograd.show.drawing.dot import markup
from autograd.show.drawing.fold import DRAWABLE
from autograd.show.drawing.folded_dot import FoldedBoxes, counted
from autograd.show.drawing.folded_graph import FoldedGraph
from autograd.show.notation import Notation, some
from autograd.show.style import Writer


def caption(boxes: FoldedBoxes, graph: FoldedGraph, focus: Sequence[int], level: str | None) -> str:
    """What a picture says of itself, "" if nothing."""
    nodes = sum(len(box.nodes) for box in graph.boxes)
    parts = []
    if focus:
        root = boxes.name(boxes.notation.root)
        starts = ", ".join(some([boxes.name(boxes.notation.order[k]) for k in focus if k != nodes - 1]))
        parts = [f"bold: the paths from {starts} to {root}" if starts else f"bold: {root}, the result itself"]
    if not graph.is_whole:
        parts.append(f"folded {markup(graph.how)}: {nodes:,} nodes in {len(graph.boxes):,} boxes")
        if level is None and not focus and nodes <= DRAWABLE.boxes:
            parts.append('draw(…, level="scalar") shows each')
    stale = (box.nodes[0] for box in graph.boxes if box.is_single and is_stale(box.nodes[0]))
    if (node := next(stale, None)) is not None:
        again = f"compute {boxes.name(boxes.notation.root)} again"
        parts.append(f"{boxes.name(node)} was computed before its operands were changed: {again}")
    return f"<{'; '.join(parts)}>" if parts else ""


def reading(show: Collection[str]) -> str:
    """How to read the picture, in words."""
    numbers = " and ".join(word for name, word in (("data", "data"), ("grad", "gradient")) if name in show)
    arrows = "arrows local derivatives" if "local" in show else ""
    return ", ".join(filter(None, (numbers and f"Boxes show {numbers}", arrows)))


def description(notation: Notation, precision: int, graph: FoldedGraph) -> str:
    """What a graph is, and how it was folded."""
    operations = sum(node.op is not None for node in notation.order)
    counts = counted(len(notation.order) - operations, "input"), counted(operations, "operation")
    number = Writer(precision, 0).number(notation.root.data)
    folded = "" if graph.is_whole else f", folded {graph.how} to {len(graph.boxes):,} boxes"
    return f"graph of {notation.names[notation.root]} = {number}: {', '.join(counts)}{folded}"
