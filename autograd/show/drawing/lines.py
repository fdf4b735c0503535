"""The arrows of a picture, kept from crossing all of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
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
    far = far_lines([(line.tail, line.head) for line in lines], ids)
    for k, (tail, head, look) in enumerate(lines):
        start = ids[tail]
        if (tail, head) in far:
            start = f"{start}use{k}"
            picture.node(start, f"<{name(tail)}>", **COPY)
        if picture.graph_attr["rankdir"] in ("TB", "BT"):
            look = {name: _beside(text) if name == "label" else text for name, text in look.items()}
        if len(lines) > MOST_LABELS and "label" in look:  # to which Graphviz would give room, and so take minutes
            look = {("headlabel" if name == "label" else name): text for name, text in look.items()}
        picture.edge(start, ids[head], **look)


def _beside(text: str) -> str:
    """A label that keeps clear of its arrow, which goes up or down along the first letters."""
    return f"<{GAP}{text[1:].replace(BREAK, BREAK + GAP)}" if text[0] == "<" else f"\u2002{text}"


def far_lines(
    lines: Collection[tuple[Hashable, Hashable]], order: Iterable[Hashable]
) -> set[tuple[Hashable, Hashable]]:
    """The arrows across many ranks, if they are so many that Graphviz would take minutes over them.

    A weight shared by all steps of a recurrence is the usual case: all its arrows start at the far end.
    """
    heads: dict[Hashable, list[Hashable]] = {box: [] for box in order}
    for tail, head in lines:
        heads[tail].append(head)
    rank: dict[Hashable, int] = {}  # steps to the root, by the longest way; folded graphs may run in circles
    for box in reversed(heads):
        rank[box] = max((rank[head] + 1 for head in heads[box] if head in rank), default=0)
    spans = {line: rank[line[0]] - rank[line[1]] for line in lines}
    if sum(spans[line] for line in lines) <= MOST_RANKS:
        return set()
    return {line for line, span in spans.items() if span > LONGEST_LINE}
