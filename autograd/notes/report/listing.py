"""Findings as lines of text, as a linter prints them: the place, what is wrong, the formula with a caret below."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.notes.finding import HOLDS, SLIP, UNCHECKED, Finding
from autograd.show.layout import width
from autograd.show.wrapping import clipped

COLUMNS = 110
BEFORE = 40  # characters of a long formula in front of what is wrong
LONGEST = 1000  # characters of a message or of a correction
INDENT = "    "


def listed(name: str, finding: Finding) -> str:
    """One finding, in several lines.

    >>> print(listed("n.md", Finding(3, 1, "y = 2x + 3", "slip", "wrong number", correction="y = 2x", start=4, end=6)))
    n.md:3:1: slip: wrong number
        y = 2x + 3
            ^~
        should be: y = 2x
    """
    head = f"{name}:{finding.line}:{finding.column}: {finding.verdict}: {one_line(finding.message)}"
    remedy = [f"should be: {one_line(finding.correction)}"] if finding.correction else []
    below = [*_pointed(one_line(finding.claim, len(finding.claim)), finding.start, finding.end), *remedy]
    return "\n".join([head, *(f"{INDENT}{line}" for line in below if line)])


def counts(findings: Sequence[Finding]) -> str:
    """How many of each verdict.

    >>> counts([Finding(1, 1, "y = x", HOLDS, ""), Finding(2, 1, "y = z", SLIP, "")])
    '2 claims: 1 holds, 1 slip'
    >>> counts([])
    'no claims'
    """
    if not findings:
        return "no claims"
    parts = []
    for verdict, one, more in ((HOLDS, "holds", "hold"), (SLIP, "slip", "slips"), (UNCHECKED, UNCHECKED, UNCHECKED)):
        if number := sum(finding.verdict == verdict for finding in findings):
            parts.append(f"{number} {one if number == 1 else more}")
    return f"{len(findings)} claim{'s' * (len(findings) != 1)}: {', '.join(parts)}"


def one_line(text: str, longest: int = LONGEST) -> str:
    """Text in one line, each character that no terminal shows a blank, what is too long cut off."""
    shown = "".join(c if c.isprintable() else " " for c in text[:longest])
    return shown if len(text) <= longest else f"{shown}…"


def _pointed(formula: str, start: int, end: int) -> list[str]:
    """The formula, a long one cut around what is wrong, and carets below that; no carets where it is nothing."""
    start, end = min(start, len(formula)), min(end, len(formula))
    last = next(k for k in range(max(0, len(formula) - COLUMNS), len(formula) + 1) if width(formula[k:]) < COLUMNS)
    cut = max(0, min(start - BEFORE, last)) if width(formula) > COLUMNS else 0
    dots = "…" if cut else ""
    shown = clipped(dots + formula[cut : cut + COLUMNS + 1], COLUMNS)
    first = len(dots) + start - cut
    marked = width(shown[first : first + end - start])
    return [shown, f"{' ' * width(shown[:first])}^{'~' * (marked - 1)}" if marked else ""]
