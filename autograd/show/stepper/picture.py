"""The graph at one frame of its passes, drawn by Graphviz; every frame has the same layout."""

from __future__ import annotations

from autograd.show.drawing.dot import Boxes, Use, to_dot
from autograd.show.drawing.looks import LOCAL, RECEIVER, UPSTREAM
from autograd.show.stepper.frames import Playback, to_come
from autograd.value import Value

UNKNOWN, INCOMPLETE = "—", " …"
POINTS_A_LETTER = 6.2  # digits, of the drawing's font
# Not by colour alone: what hands down has a thick line, what receives a dashed one.
GIVES = {"color": UPSTREAM, "penwidth": "3"}
RECEIVES = {"color": RECEIVER, "penwidth": "3"}
CARRIES = {"color": LOCAL, "penwidth": "3"}


class FrameBoxes(Boxes):
    """Boxes with what is known at a frame, as wide as they will ever be; ids that say which node, which use."""

    def __init__(self, playback: Playback, number: int, precision: int, marked: bool) -> None:
        super().__init__(playback.notation, precision)
        self.frame = playback.frames[number]
        self.node, self.event = (self.frame.node, self.frame.event) if marked else (None, None)
        self.to_come = to_come(playback.frames, number)
        self.places = playback.places
        self.widest = _widest(playback, self)

    def data(self, node: Value) -> str:
        """Its number, once it is computed."""
        return super().data(node) if node in self.frame.known else UNKNOWN

    def grad(self, node: Value) -> str:
        """What has arrived so far."""
        if node not in self.frame.gradients:
            return UNKNOWN
        return self.writer.number(self.frame.gradients[node]) + INCOMPLETE * (node in self.to_come)

    def look(self, node: Value) -> dict[str, str]:
        """Marked, if something happens to it in this frame."""
        look = super().look(node) | {"id": f"node{self.places[node]}", "class": "result" if node.op else "leaf"}
        if node is self.node:
            look |= GIVES
        if self.event and not self.event.is_seed and node is self.event.receiver:
            look |= RECEIVES | {"style": f"dashed,{look['style']}"}
        return look

    def arrow(self, use: Use) -> dict[str, str]:
        """The local derivative, once its node is computed; marked, if a gradient comes down here in this frame."""
        here = self.event is not None and (use.node, use.place) == self.event.edge
        look = super().arrow(use) | {"id": f"use{self.places[use.node]}.{use.place}"}
        if use.node not in self.frame.known:
            look |= {"fontcolor": "transparent"}
        return look | (CARRIES if here else {})

    def box(self, node: Value) -> str:
        """The label as wide as it will ever be, so that its text stays where it is."""
        return in_cell(super().box(node), self.widest[node])


def frame_dot(playback: Playback, number: int, precision: int = 4, marked: bool = True) -> str:
    """The DOT text of a frame; `marked` shows where something happens in it."""
    return to_dot(FrameBoxes(playback, number, precision, marked))


def in_cell(label: str, points: float) -> str:
    """An HTML-like label in a cell of that width."""
    cell = f'<TR><TD ALIGN="LEFT" BALIGN="LEFT" WIDTH="{points:.0f}">{label[1:-1]}</TD></TR>'
    return f'<<TABLE BORDER="0" CELLBORDER="0" CELLPADDING="0" CELLSPACING="0">{cell}</TABLE>>'


def _widest(playback: Playback, boxes: FrameBoxes) -> dict[Value, float]:
    """The widest that the numbers of each box become, in points."""
    longest = {node: len(f"data {boxes.writer.number(node.data)}") for node in playback.notation.order}
    for run in playback.runs.values():
        for event in run.events:
            text = f"grad {boxes.writer.number(event.total)}{INCOMPLETE}"
            longest[event.receiver] = max(longest[event.receiver], len(text))
    return {node: letters * POINTS_A_LETTER for node, letters in longest.items()}
