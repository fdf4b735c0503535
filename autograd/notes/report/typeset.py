"""Findings as Markdown with formulas in LaTeX, which notebooks typeset."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from autograd.notes.finding import HOLDS, SLIP, UNCHECKED, Finding
from autograd.notes.report.listing import one_line

MARKS = {HOLDS: "✓", SLIP: "✗", UNCHECKED: "?"}
# What would end the formula early, and commands that make links, ids and new commands.
UNSAFE = re.compile(r"[$`]|\\(?:href|url|html|class|cssId|style|require|def|gdef|newcommand|renewcommand|let|unicode)")
UNSAFE_END = re.compile(r"(?<!\\)(?:\\\\)*\\$")


def typeset(summary: str, findings: Sequence[Finding]) -> str:
    r"""The summary, and an entry for each formula, with what is wrong in it.

    >>> print(typeset("1 claim: 1 slip", [Finding(3, 1, "y = 2x", SLIP, "a factor 2 is missing", correction="y = x")]))
    **1 claim: 1 slip**
    <BLANKLINE>
    - ✗ line 3: $\displaystyle y = 2x$ — a factor 2 is missing; should be: $\displaystyle y = x$
    """
    formulas = [list(found) for _, found in groupby(findings, lambda finding: (finding.line, finding.claim))]
    return "\n\n".join([f"**{escaped(summary)}**", "\n".join(map(_entry, formulas))]).rstrip()


def escaped(text: str) -> str:
    """Text that Markdown and HTML take as it is."""
    plain = one_line(text).replace("&", "&amp;").replace("<", "&lt;")
    return re.sub(r"([\\`*_\[\]|$~])", r"\\\1", plain)


def _entry(findings: Sequence[Finding]) -> str:
    """A formula with a mark for each claim in it, or one where all hold."""
    wrong = [finding for finding in findings if not finding]
    marks = "".join(MARKS[finding.verdict] for finding in (findings if wrong else findings[:1]))
    parts = [f"- {marks} line {findings[0].line}: {_formula(findings[0].claim)}"]
    for finding in wrong:
        parts.append(f" — {escaped(finding.message)}")
        parts.append(f"; should be: {_formula(finding.correction)}" if finding.correction else "")
    return "".join(parts)


def _formula(latex: str) -> str:
    """A formula between dollars; what would not stay in them as code."""
    line = " ".join(one_line(latex).split())
    if UNSAFE.search(line) or UNSAFE_END.search(line):
        fence = "`" * (1 + max(map(len, re.findall("`+", line)), default=0))
        return f"{fence} {line} {fence}"
    signs = line.replace("<", r"\lt ").replace(">", r"\gt ").replace("](", "] (")  # nor a link
    return rf"$\displaystyle {signs}$"
