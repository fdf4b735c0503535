"""What a picture of a graph says of itself, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from autograd.show.drawing.dot import markup
from autograd.show.drawing.fold import DRAWABLE
from autograd.show.drawing.folded import Piles, counted
from autograd.show.drawing.folding import Folding
from autograd.show.notation import Notation, some
from autograd.show.style import Writer


def caption(piles: Piles, folding: Folding, focus: Sequence[int], level: str | None) -> str:
    """What a folded picture says of itself."""
    nodes = sum(len(box.nodes) for box in folding.boxes)
    parts = []
    if focus:
        names = (piles.name(node) for node in [*map(piles.notation.order.__getitem__, focus), piles.notation.root])
        *starts, end = names
        parts = [f"bold: the paths from {', '.join(some(starts))} to {end}"]
    if not folding.is_whole:
        parts.append(f"folded {markup(folding.how)}: {nodes:,} nodes in {len(folding.boxes):,} boxes")
        if level is None and not focus and nodes <= DRAWABLE.boxes:
            parts.append('draw(…, level="scalar") shows each')
    return f"<{'; '.join(parts)}>" if parts else ""


def reading(show: Collection[str]) -> str:
    """How to read the picture, in words."""
    numbers = " and ".join({"data": "data", "grad": "gradient"}[name] for name in show if name != "local")
    parts = [f"Boxes show {numbers}"] if numbers else []
    return ", ".join([*parts, "arrows local derivatives"] if "local" in show else parts)


def description(notation: Notation, precision: int, folding: Folding | None) -> str:
    """What a graph is, and how it was folded."""
    operations = sum(node.op is not None for node in notation.order)
    counts = counted(len(notation.order) - operations, "input"), counted(operations, "operation")
    number = Writer(precision, 0).number(notation.root.data)
    folded = "" if folding is None or folding.is_whole else f", folded {folding.how} to {len(folding.boxes):,} boxes"
    return f"graph of {notation.names[notation.root]} = {number}: {', '.join(counts)}{folded}"
