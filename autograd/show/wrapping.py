"""Text in lines of a limited width, which East Asian letters take two columns of."""

from __future__ import annotations

import re

from autograd.show.layout import width


def wrapped(text: str, columns: int) -> list[str]:
    """Lines of at most `columns` columns, broken at blanks where that can be; at least one.

    >>> wrapped("손실 = a + b", 8)
    ['손실 = a', '+ b']
    """
    lines = [""]
    for word in re.findall(r"\S+\s*|^\s+", text):
        if lines[-1].strip() and width((lines[-1] + word).rstrip()) > columns:
            lines.append("")
        while width(word.rstrip()) > columns - width(lines[-1]) and word.strip():
            start = clipped(word, columns - width(lines[-1]), "") or word[0]
            lines[-1] += start
            lines.append("")
            word = word[len(start) :]
        lines[-1] += word
    return [line.rstrip() for line in lines]


def clipped(text: str, columns: int, end: str = "…") -> str:
    """As much of the text as fits, with `end` after it where something is missing.

    >>> clipped("손실 = a", 5), clipped("a", 5)
    ('손실…', 'a')
    """
    if width(text) <= columns:
        return text
    kept = text
    while kept and width(kept + end) > columns:
        kept = kept[:-1]
    return kept + end if kept else end[:columns]
