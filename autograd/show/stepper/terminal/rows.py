"""The nodes of a graph at one moment of a run, as the rows of a table in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from autograd.show.layout import padded, width
from autograd.show.stepper.frames import Playback, to_come
from autograd.show.style import PLAIN, Writer
from autograd.show.wrapping import clipped
from autograd.value import Value

MARGINS = 7  # columns: the signs, and between the cells
NARROWEST = 8  # columns of a name
SHORT = Writer(precision=4)
GIVES, RECEIVES, WRONG, TITLE, FAINT, FORMULA = "gives", "receives", "wrong", "title", "faint", "formula"
SIGNS = {GIVES: "▸", RECEIVES: "◂"}


class Line(NamedTuple):
    """A line, and what it is about: one of the words above, or nothing."""

    text: str
    about: str = ""


class Size(NamedTuple):
    """Of a terminal."""

    columns: int
    rows: int


class Moment:
    """A frame of a run, and the nodes that are wrong by then. `spoken` puts text into what a terminal can show."""

    def __init__(self, playback: Playback, run: str, number: int, spoken: Callable[[str], str]) -> None:
        self.playback, self.run, self.number, self.spoken = playback, run, number, spoken
        self.frames = playback.frames_of(run)
        self.frame = self.frames[number]
        latest = {frame.event.receiver: frame.event for frame in self.frames[: number + 1] if frame.event}
        self.wrong = [node for node, event in latest.items() if event.error]
        self.to_come = to_come(self.frames, number)

    def name(self, node: Value) -> str:
        """What a node is called."""
        return PLAIN.name(self.playback.notation.name(node))

    def partial(self, node: Value) -> str:
        """∂L/∂node."""
        notation = self.playback.notation
        return PLAIN.partial(notation.name(notation.root), notation.name(node))


def table(moment: Moment, room: Size) -> Iterator[Line]:
    """A head, and a row for each node; of more than there is room for, those nearest to the nodes of the step."""
    order, event = moment.playback.notation.order, moment.frame.event
    current = [order.index(node) for node in (event.receiver if event else None, moment.frame.node) if node is not None]
    shown = near(current or [0], len(order), max(room.rows - 1, 0))
    some = f", {len(shown)} of {len(order)} nodes" if len(shown) < len(order) else ""
    head, *rows = ([*map(moment.spoken, row)] for row in [(f"node{some}", "data", "grad"), *_cells(moment)])
    widths = [max(width(row[k]) for row in [head, *rows]) for k in range(3)]
    widths[0] = min(widths[0], max(room.columns - sum(widths[1:]) - MARGINS, NARROWEST))

    def row(margin: str, cells: Sequence[str]) -> str:
        name, *numbers = cells
        name = clipped(name, widths[0], moment.spoken("…"))
        return moment.spoken(margin) + " " + "  ".join(map(padded, [name, *numbers], widths))

    yield Line(row("  ", head), FAINT)
    for before, k in zip([-1, *shown], shown, strict=False):
        about = _role(moment, order[k])
        margin = SIGNS.get(about, " ") + (" " if k == before + 1 else "⋮")
        yield Line(row(margin, rows[k]), WRONG if order[k] in moment.wrong else about)


def _role(moment: Moment, node: Value) -> str:
    """Whether it hands down (or is computed) or receives."""
    if node is moment.frame.node:
        return GIVES
    return RECEIVES if moment.frame.event and node is moment.frame.event.receiver else ""


def _cells(moment: Moment) -> Iterator[tuple[str, str, str]]:
    frame, notation = moment.frame, moment.playback.notation
    for node in notation.order:
        formula = f" = {PLAIN.text(notation.value(node))}" if node.op else ""
        data = SHORT.number(node.data) if node in frame.known else "—"
        grad = SHORT.number(frame.gradients[node]) if node in frame.gradients else "—"
        state = " ✗" if node in moment.wrong else " …" if node in moment.to_come and node in frame.gradients else ""
        yield moment.name(node) + formula, data, grad + state


def near(current: Sequence[int], count: int, most: int) -> list[int]:
    """Of the numbers below `count`, the `most` that are nearest to one of `current`, of these the first ones first."""
    ranked = sorted(range(count), key=lambda k: min(abs(k - c) for c in current))
    return sorted([*dict.fromkeys([*current, *ranked])][:most])
