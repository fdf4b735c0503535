"""The stepper as HTML: style, picture, all steps as text, data and script.

Without scripts, or where a viewer strips them, it is the final picture and the list of all steps as text. The script
takes both from there, so that nothing is in the page twice.
"""

from __future__ import annotations

import re
from html import escape
from importlib.resources import files

from autograd.show.notebook import image
from autograd.show.records import to_json
from autograd.show.render import render
from autograd.show.stepper.frames import Frame, Playback
from autograd.show.stepper.payload import payload
from autograd.show.stepper.picture import frame_dot
from autograd.show.stepper.svg import slim

WEB = files("autograd.show.stepper") / "web"


def fragment(playback: Playback, quiz: bool) -> str:
    """All of it as one element of a page."""
    parts = [_style(), _image(playback), _lists(playback), _data(playback, quiz), _script()]
    return '<div class="autograd-stepper">' + "\n".join(parts) + "</div>"


def _style() -> str:
    return f"<style>{WEB.joinpath('stepper.css').read_text('utf-8')}</style>"


def _script() -> str:
    """The files of the script in the order of their numbers, in one function: nothing of it is global."""
    parts = sorted((part for part in WEB.iterdir() if part.name.endswith(".js")), key=lambda part: part.name)
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
    items = "".join(f"<li>{escape(' '.join(frame.line.split()))}</li>" for frame in frames)
    return f'<p><strong>{title}</strong></p><ol start="{start}">{items}</ol>'


def _data(playback: Playback, quiz: bool) -> str:
    """What the script needs to know, in an element that a label can neither end nor begin a comment in."""
    inert = re.sub(r"<(?=!--|/?script)", r"\\u003c", to_json(payload(playback, quiz), ascii=False), flags=re.IGNORECASE)
    return f'<script type="application/json" class="graph-data">{inert}</script>'
