"""The statements of notes in order, read before any of them is understood: a later one may explain an earlier one."""

from __future__ import annotations

import re
from bisect import bisect
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from autograd.notes.formulas.parsing import parse_formula
from autograd.notes.formulas.syntax import Relation, Statement, Unreadable
from autograd.notes.markdown.declarations import read_declarations, words
from autograd.notes.markdown.declared import Fact, Line
from autograd.notes.markdown.items import Declaration, Formula, Lines, Unclosed
from autograd.notes.markdown.source import read_notes
from autograd.notes.meaning.dots import spelled_out
from autograd.notes.meaning.labelled import Labels
from autograd.notes.meaning.partials import functions
from autograd.notes.meaning.partials import spelled_out as partial_derivatives

# A paragraph that begins so begins a part, as a heading does.
EXERCISE = re.compile(
    r"^[ \t>]*(?:\d+[.)]\s*)?\*\*\s*(?:exercise|example|problem|question|예제|문제|연습)", re.M | re.I
)


# Where a paragraph ends: at an empty line, an item of a list, a row of a table.
BLANK = re.compile(r"\n[ \t>]*(?=\r?\n|[-*+|]|\d+[.)])")


@dataclass
class Stated:
    """A statement of a formula, or a line of a declaration, and where it stands."""

    said: Statement | Line
    latex: str  # the formula's
    offset: int  # of the formula's first character in the notes
    formula: int  # its number, −1 in a declaration
    part: int  # headings and declarations begin a new part
    words: tuple[str, ...] = ()  # the names of several letters, in declarations so far
    hidden: bool = False
    used: bool = False  # a definition that an earlier statement needed already
    position: int = 0  # among all statements
    line: int = 0
    column: int = 0
    paragraph: int = 0
    conditions: tuple[Relation, ...] = ()  # where it is stated


def statements(text: str) -> list[Stated]:
    """All statements and declared lines of notes."""
    found = list(_statements(text))
    lines, known = Lines(text), functions(stated.said for stated in found)
    labels, blanks = Labels(stated.said for stated in found), [m.start() for m in BLANK.finditer(text)]
    for position, stated in enumerate(found):
        stated.paragraph = bisect(blanks, stated.offset)
        if isinstance(stated.said, Relation):
            stated.said = labels.relation(partial_derivatives(stated.said, known))
        elif not isinstance(stated.said, Unreadable):
            stated.said = labels.line(stated.said)
        start = stated.said.span[0] if isinstance(stated.said, (Relation, Unreadable)) else stated.said.start
        stated.position, (stated.line, stated.column) = position, lines.place(stated.offset + start)
    return found


def _statements(text: str) -> Iterator[Stated]:
    part = formula = 0
    known: tuple[str, ...] = ()
    exercises = deque(found.start() for found in EXERCISE.finditer(text))
    for item in read_notes(text):
        while exercises and exercises[0] < item.start:
            exercises.popleft()
            part += 1
        if isinstance(item, Formula):
            for said in parse_formula(item.latex, known):
                yield Stated(_closed(said), item.latex, item.content, formula, part, known)
            formula += 1
            continue
        if isinstance(item, Unclosed):
            unread = Unreadable(item.opening, f"{item.opening} is never closed")
            yield Stated(unread, item.opening, item.start, -1, part)
            continue
        part += 1
        if isinstance(item, Declaration):
            lines = read_declarations(item.text)
            known = (*known, *sorted(words(lines)))
            for line in lines:
                yield from _declared(line, item.start, part, known)


def _declared(line: Line, offset: int, part: int, known: tuple[str, ...]) -> Iterator[Stated]:
    if not isinstance(line, Fact):
        yield Stated(line, "", offset, -1, part, hidden=True)
        return
    for said in parse_formula(line.latex, known):
        yield Stated(_closed(said), line.latex, offset + line.start, -1, part, known, hidden=True)


def _closed(said: Statement) -> Statement:
    if isinstance(said, Unreadable):
        return said
    return Relation(tuple(side and spelled_out(side) for side in said.sides), said.signs, span=said.span)
