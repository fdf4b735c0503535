"""The arrows of a picture, kept from crossing all of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from autograd.show.drawing.looks import COPY

BREAK, GAP = "<BR/>", "&#8194;"
LONGEST_LINE, MOST_RANKS, MOST_LABELS = 8, 500, 1000


class Line(NamedTuple):
    """An arrow from box to box, and its attributes."""

    tail: Hashable
    head: Hashable
    look: Mapping[str, str]


def add_lines(picture: Any, lines: Sequence[Line], ids: Mapping[Any, str], name: Callable[[Any], str]) -> None:
    """All arrows; from a far box, an arrow comes from a small copy of its name."""
    far = _far(lines, ids)
    is_vertical = picture.graph_attr["rankdir"] in ("TB", "BT")
    for k, (tail, head, given) in enumerate(lines):
        start, look = ids[tail], dict(given)
        if k in far:
            start = f"{start}use{k}"
            picture.node(start, f"<{name(tail)}>", **COPY)
        if is_vertical and "label" in look:
            look["label"] = _beside(look["label"])
        if len(lines) > MOST_LABELS and "label" in look:  # to which Graphviz would give room, and so take minutes
            look["headlabel"] = look.pop("label")
        picture.edge(start, ids[head], **look)


def _beside(text: str) -> str:
    """A label that keeps clear of its arrow, which goes up or down along the first letters."""
    return f"<{GAP}{text[1:].replace(BREAK, BREAK + GAP)}" if text[0] == "<" else f"\u2002{text}"


def _far(lines: Sequence[Line], order: Iterable[Hashable]) -> set[int]:
    """The numbers of the arrows across many ranks, if they are so many that Graphviz would take minutes over them.

    A weight shared by all steps of a recurrence is the usual case: all its arrows start at the far end.
    """
    heads: dict[Hashable, list[Hashable]] = {box: [] for box in order}
    for line in lines:
        heads[line.tail].append(line.head)
    rank: dict[Hashable, int] = {}  # steps to the root, by the longest way; folded graphs may run in circles
    for box in reversed(heads):
        rank[box] = max((rank[head] + 1 for head in heads[box] if head in rank), default=0)
    spans = [rank[line.tail] - rank[line.head] for line in lines]
    return {k for k, span in enumerate(spans) if span > LONGEST_LINE} if sum(spans) > MOST_RANKS else set()
