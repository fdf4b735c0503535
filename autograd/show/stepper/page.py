"""The stepper: one piece of HTML, in a notebook or as a page, that plays the passes of a graph.

Without scripts, or where a viewer strips them, it is the final picture and the list of all steps as text. The script
takes both from there, so that nothing is in the page twice.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cached_property
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

from autograd.files import write_whole
from autograd.show.notebook import bundle, image
from autograd.show.page import page
from autograd.show.records import to_json
from autograd.show.render import render
from autograd.show.stepper.frames import Frame, Playback
from autograd.show.stepper.payload import payload
from autograd.show.stepper.picture import frame_dot
from autograd.show.stepper.svg import slim
from autograd.value import Value

PARTS = files("autograd.show.stepper") / "web"


class Stepper:
    """The passes of a graph, to be stepped through: shows itself in a notebook, saves itself as a page, prints as text.

    Attributes: `playback`, its frames.
    """

    def __init__(self, playback: Playback, quiz: bool = False) -> None:
        self.playback, self.quiz = playback, quiz

    def __str__(self) -> str:
        return "\n".join(_line(frame) for frame in self.playback.frames)

    def __repr__(self) -> str:
        name = self.playback.notation.name(self.playback.root)
        return f"<Stepper: the passes of {name}, {len(self.playback.frames)} frames>"

    @cached_property
    def html(self) -> str:
        """The stepper as HTML that stands by itself: no network, no server, no ids."""
        parts = [_style(), _image(self.playback), _lists(self.playback), _data(self.playback, self.quiz), _script()]
        return '<div class="autograd-stepper">' + "\n".join(parts) + "</div>"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as a page of its own, whole or not at all.

        Raises ValueError where the suffix is not .html, RenderError where no Graphviz is installed, OSError where the
        file can't be written.
        """
        path = Path(path)
        if path.suffix.lower() not in (".html", ".htm"):
            raise ValueError(f"save: {str(path)!r} is to hold a page, so its suffix must be .html")
        title = f"The steps of {self.playback.notation.name(self.playback.root)}"
        write_whole(path, page(title, self.html).encode())
        return path

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(str(self), lambda: self.html)


def step_through(v: Value, names: Mapping[str, Any] | None = None, *, quiz: bool = False) -> Stepper:
    """Play the forward and the backward pass of v, step by step: in a notebook cell, or as a page by `.save(path)`.

    `names`, such as `locals()`, names nodes that have no label. With `quiz`, it begins by asking for each local
    derivative and gradient. It can also replay the graph with a classical mistake, such as = instead of +=.

    Raises TypeError where v is not a Value, DomainError where the backward pass does, ValueError where the data of a
    node was changed after results were computed from it, or where the graph has more than 200 nodes.

    >>> w, x = Value(3.0, label="w"), Value(2.0, label="x")
    >>> L = (w * x) ** 2
    >>> print(step_through(L, names={"L": L}))
    Inputs: w = 3, x = 2
    v1 = w · x = 3 · 2 = 6
    L = v1² = 6² = 36
    ∂L/∂L = 1
    ∂L/∂v1 = ∂L/∂L · ∂L/∂v1 = 1 · 12 = 12   with ∂L/∂v1 = 2 · v1
    ∂L/∂w = ∂L/∂v1 · ∂v1/∂w = 12 · 2 = 24   with ∂v1/∂w = x
    ∂L/∂x = ∂L/∂v1 · ∂v1/∂x = 12 · 3 = 36   with ∂v1/∂x = w
    """
    return Stepper(Playback(v, names), quiz)


def _line(frame: Frame) -> str:
    return f"{frame.text}   {frame.reason}".rstrip()


# ---- what the page is made of


def _style() -> str:
    return f"<style>{PARTS.joinpath('stepper.css').read_text('utf-8')}</style>"


def _script() -> str:
    """The files of the script in the order of their numbers, in one function: nothing of it is global."""
    parts = sorted((part for part in PARTS.iterdir() if part.name.endswith(".js")), key=lambda part: part.name)
    code = "\n".join(part.read_text("utf-8") for part in parts)
    return f'<script>(() => {{\n"use strict";\n{code}}})();</script>'


def _image(playback: Playback) -> str:
    """The last frame."""
    picture = slim(render(frame_dot(playback, len(playback.frames) - 1, marked=False)))
    return image(picture, f"The graph of {playback.notation.name(playback.root)} with all gradients")


def _lists(playback: Playback) -> str:
    forward = [frame for frame in playback.frames if not frame.event]
    backward = [frame for frame in playback.frames if frame.event]
    parts = [_list("Forward pass", forward, 0), _list("Backward pass", backward, len(forward))]
    return f'<div class="as-text">{"".join(parts)}</div>'


def _list(title: str, frames: list[Frame], start: int) -> str:
    items = "".join(f"<li>{escape(' '.join(_line(frame).split()))}</li>" for frame in frames)
    return f'<p><strong>{title}</strong></p><ol start="{start}">{items}</ol>'


def _data(playback: Playback, quiz: bool) -> str:
    """What the script needs to know, in an element that a label can neither end nor begin a comment in."""
    inert = re.sub(r"<(?=!--|/?script)", r"\\u003c", to_json(payload(playback, quiz), ascii=False), flags=re.IGNORECASE)
    return f'<script type="application/json" class="graph-data">{inert}</script>'
