"""What notes in Markdown hold, each with its place in the text: an offset, which counts characters."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass


@dataclass(frozen=True)
class Formula:
    """A formula: `latex` begins at `content`, and with its delimiters it stands from `start` to `end` in the text."""

    latex: str
    start: int
    end: int
    content: int
    display: bool


@dataclass(frozen=True)
class Heading:
    """A heading; the biggest has level 1."""

    title: str
    level: int
    start: int


@dataclass(frozen=True)
class Declaration:
    """What a comment or a fence says after its first word, check, beginning at `start` in the text."""

    text: str
    start: int


@dataclass(frozen=True)
class Unclosed:
    """A formula or a comment that begins with `opening` and never ends."""

    opening: str
    start: int


Item = Formula | Heading | Declaration | Unclosed


class Lines:
    r"""Where the lines of a text begin, to tell places as people count them.

    >>> Lines("one\ntwo").place(5)
    (2, 2)
    """

    def __init__(self, text: str) -> None:
        self.starts = [0, *(m.end() for m in re.finditer(r"\r\n|\r|\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, both from 1."""
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1
