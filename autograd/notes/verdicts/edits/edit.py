"""A change to a formula that a slip of the pen may call for: the changed tree, and the changed source."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from autograd.notes.formulas.syntax import Node, Span

COMMAND = re.compile(r"\\[A-Za-z]+\Z")
Change = tuple[Span, str]  # a place in the source, and what is to stand there


@dataclass(frozen=True)
class Edit:
    """A change: the kind of slip that it mends, in words, the formula after it, and the changes to its source."""

    kind: str
    words: str
    body: Node
    changes: tuple[Change, ...]

    @property
    def place(self) -> Span:
        """Where the slip is: from the first change to the last."""
        spans = [span for span, _ in self.changes]
        return min(start for start, _ in spans), max(end for _, end in spans)


def spliced(source: str, changes: Iterable[Change]) -> str:
    """The source with each change made; their places are those before any of them.

    >>> spliced("W_{ij} x_i", [((3, 4), "j"), ((4, 5), "i")])
    'W_{ji} x_i'
    """
    for (start, end), text in sorted(changes, reverse=True):
        source = _joined(_joined(source[:start], text), source[end:])
    return source


def _joined(left: str, right: str) -> str:
    r"""Both in a row; apart where a letter would lengthen the name of a command: \theta x."""
    return f"{left} {right}" if COMMAND.search(left) and right[:1].isalpha() else left + right
