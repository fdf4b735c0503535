"""The frames as a row of still pictures, for print and for viewers without scripts."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from autograd.files import suffix_of, write_whole
from autograd.show.notebook import bundle, image
from autograd.show.stepper.frames import Playback
from autograd.show.stepper.stills import size, stills
from autograd.show.stepper.svg import SVG, slim
from autograd.show.steps import folded
from autograd.value import Value

PAGE_WIDTH, GAP = 1000, 24  # points
FRAME_LINE = {"fill": "white", "stroke": "#BBBBBB"}


@dataclass(frozen=True)
class Filmstrip:
    """Still pictures of the passes of a graph, in rows. Shows itself in a notebook."""

    playback: Playback
    columns: int | None
    most: int

    def __repr__(self) -> str:
        name, count = self.playback.notation.name(self.playback.root), len(self.playback.frames)
        return f"<Filmstrip: the passes of {name}, {_count(self)} of {count} frames>"

    def svg(self) -> str:
        """All pictures as one. Raises RenderError where no Graphviz is installed."""
        return self._svg.decode()

    @cached_property
    def _svg(self) -> bytes:
        return _strip(self)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a file, whole or not at all.

        Raises ValueError where the suffix is not .svg, RenderError where no Graphviz is installed, OSError where the
        file can't be written.
        """
        path = Path(path)
        suffix_of(path, [".svg"], "save")
        write_whole(path, self._svg)
        return path

    def _repr_html_(self) -> str:
        name = self.playback.notation.name(self.playback.root)
        alt = f"The passes of {name} in {_count(self)} pictures: {self.playback.frames[-1].text}"
        return image(self._svg, alt)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(repr(self), self._repr_html_)


def filmstrip(
    v: Value, names: Mapping[str, Any] | None = None, *, columns: int | None = None, most: int = 12
) -> Filmstrip:
    """The forward and the backward pass of v as a row of still pictures, one a step, each with its equation.

    `names`, such as `locals()`, names nodes that have no label. `columns` is how many pictures stand in a row: by
    default as many as fit a page. Of more than `most` frames, those in the middle are counted instead.

    Raises what `step_through` raises, and ValueError where `columns` or `most` is no whole number from 1 or 2 on.

    >>> w, x = Value(3.0, label="w"), Value(2.0, label="x")
    >>> filmstrip((w * x) ** 2)
    <Filmstrip: the passes of v2, 7 of 7 frames>
    """
    for name, number, least in (("columns", columns, 1), ("most", most, 2)):
        if number is not None and (not isinstance(number, int) or number < least):
            raise ValueError(f"filmstrip: {name}={number!r} must be a whole number from {least} on")
    return Filmstrip(Playback(v, names, "filmstrip"), columns, most)


def _count(strip: Filmstrip) -> int:
    return sum(isinstance(k, int) for k in folded(len(strip.playback.frames), strip.most))


def _strip(strip: Filmstrip) -> bytes:
    """The pictures in rows of equal panels; what is left out has a panel of its own."""
    panels = list(folded(len(strip.playback.frames), strip.most))
    pictures = stills(strip.playback, [k for k in panels if isinstance(k, int)])
    width, height = (max(side) for side in zip(*map(size, pictures), strict=True))
    columns = min(len(panels), strip.columns or max(1, int((PAGE_WIDTH + GAP) // (width + GAP))))
    rows = -(-len(panels) // columns)
    whole = _box("svg", 0, 0, columns * (width + GAP), rows * (height + GAP))
    whole.set("viewBox", f"0 0 {whole.get('width')} {whole.get('height')}")
    waiting = iter(pictures)
    for k, panel in enumerate(panels):
        row, column = divmod(k, columns)
        x, y = column * (width + GAP) + GAP / 2, row * (height + GAP) + GAP / 2
        whole.append(_box("rect", x - 4, y - 4, width + 8, height + 8, **FRAME_LINE))
        whole.append(_left_out(panel, x, y) if isinstance(panel, range) else _panel(next(waiting), x, y))
    svg: bytes = ElementTree.tostring(whole, encoding="utf-8", xml_declaration=True)
    return svg


def _panel(picture: bytes, x: float, y: float) -> ElementTree.Element:
    """A picture at a place; without ids, of which the whole may have each but once."""
    panel = ElementTree.fromstring(slim(picture))
    for element in panel.iter():
        element.attrib.pop("id", None)
    width, height = size(picture)
    panel.attrib |= _box("svg", x, y, width, height).attrib
    return panel


def _left_out(frames: range, x: float, y: float) -> ElementTree.Element:
    text = _box("text", x + GAP, y + 2 * GAP, fill="#555555")
    text.set("font-family", "Helvetica,Arial,sans-serif")
    text.text = f"… {len(frames)} more steps: {frames[0]} to {frames[-1]}"
    return text


def _box(tag: str, x: float, y: float, width: float = 0, height: float = 0, **look: str) -> ElementTree.Element:
    """An SVG element at a place."""
    sides = {"x": x, "y": y} | ({"width": width, "height": height} if width else {})
    return ElementTree.Element(SVG + tag, {name: f"{number:g}" for name, number in sides.items()} | look)
