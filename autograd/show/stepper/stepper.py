"""The stepper, which plays the passes of a graph in a notebook or as a page of its own: `step_through`."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from autograd.files import suffix_of, write_whole
from autograd.show.notebook import bundle
from autograd.show.page import page
from autograd.show.stepper.frames import Playback
from autograd.show.stepper.html import fragment
from autograd.value import Value


class Stepper:
    """The passes of a graph, to be stepped through: shows itself in a notebook, saves itself as a page, prints as text.

    Attributes: `playback`, its frames.
    """

    def __init__(self, playback: Playback, quiz: bool = False) -> None:
        self.playback, self.quiz = playback, quiz

    def __str__(self) -> str:
        return "\n".join(frame.line for frame in self.playback.frames)

    def __repr__(self) -> str:
        name = self.playback.notation.name(self.playback.root)
        return f"<Stepper: the passes of {name}, {len(self.playback.frames)} frames>"

    @cached_property
    def html(self) -> str:
        """The stepper as HTML that stands by itself: no network, no server, no ids."""
        return fragment(self.playback, self.quiz)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as a page of its own, whole or not at all.

        Raises ValueError where the suffix is not .html, RenderError where no Graphviz is installed, OSError where the
        file can't be written.
        """
        suffix_of(path, [".html"], "save")
        title = f"The steps of {self.playback.notation.name(self.playback.root)}"
        write_whole(path, page(title, self.html, "100em").encode())
        return Path(path)

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
