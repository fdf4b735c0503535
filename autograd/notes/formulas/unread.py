"""What cannot be read, and where."""

from __future__ import annotations

from autograd.notes.formulas.syntax import Span

DEEPEST = 100  # levels of a formula


class NotRead(ValueError):
    """A part of a formula that is not read: the reason, and its place."""

    def __init__(self, reason: str, span: Span) -> None:
        super().__init__(reason)
        self.reason, self.span = reason, span


def shown(text: str) -> str:
    """A piece of a formula as a message has it: short, on one line, what has no shape by its number."""
    text = "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text[:31])
    return text if len(text) < 31 else text[:30] + "…"
