"""Frames as still pictures, all of one layout, each with its text beneath."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from autograd.show.drawing.dot import label, markup
from autograd.show.render import render, render_all
from autograd.show.stepper.frames import Playback
from autograd.show.stepper.picture import POINTS_A_LETTER, frame_dot, in_cell
from autograd.show.wrapping import wrapped

NARROWEST, MOST_LINES = 280, 8  # points; lines of a caption


def stills(playback: Playback, numbers: Sequence[int], format: str = "svg") -> list[bytes]:
    """Pictures of the frames of these numbers. Raises RenderError where no Graphviz is installed."""
    pictures = [frame_dot(playback, number) for number in numbers]
    points = max(NARROWEST, int(size(render(pictures[0]))[0]))
    captions = [_caption(playback, number, int(points / POINTS_A_LETTER)) for number in numbers]
    lines = max(map(len, captions))
    framed = [_captioned(dot, text, lines, points) for dot, text in zip(pictures, captions, strict=True)]
    return render_all(framed, format)


def size(svg: bytes) -> tuple[float, float]:
    """Width and height in points."""
    _, _, width, height = map(float, ElementTree.fromstring(svg).attrib["viewBox"].split())
    return width, height


def _caption(playback: Playback, number: int, columns: int) -> list[str]:
    """Its lines; of a long one, the first."""
    frame = playback.frames[number]
    lines = [line for text in (f"{number}. {frame.text}", frame.reason) if text for line in wrapped(text, columns)]
    return lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], "…"]


def _captioned(dot: str, caption: list[str], lines: int, points: int) -> str:
    """The picture with a label of that many lines and of its own width."""
    text = label(markup(line) or " " for line in [*caption, *[""] * (lines - len(caption))])
    start, brace, rest = dot.partition("{\n")
    return f"{start}{brace}\tgraph [label={in_cell(text, points)}]\n{rest}"
