"""Rows and columns: matrices, and the cases of a value."""

from __future__ import annotations

from typing import Any

from autograd.notes.formulas.parts import between, part_of
from autograd.notes.formulas.points import is_conditions
from autograd.notes.formulas.syntax import Cases, Group, Matrix, Node, Relation, Words
from autograd.notes.formulas.tape import Token
from autograd.notes.formulas.unread import NotRead

Children = list[Any]


class Arrays:
    """What the grammar's rules of rows come to."""

    def matrix(self, children: Children) -> Node:
        if any(cell is None for row in children[1] for cell in row):
            raise NotRead("an entry is missing", between(children))
        return Matrix(children[1], span=between(children))

    def cases(self, children: Children) -> Node:
        for row in children[1]:
            if len(row) > 2 or row[0] is None or isinstance(row[0], Relation):
                raise NotRead("a case is a value, & and its condition", between(children))
        values = tuple(row[0] for row in children[1])
        return Cases(values, tuple(_condition(*row[1:]) for row in children[1]), span=between(children))

    def rows(self, children: Children) -> tuple[tuple[Node | None, ...], ...]:
        rows = [each for each in children if not isinstance(each, Token)]
        return tuple(rows[:-1] if len(rows) > 1 and rows[-1] == (None,) else rows)

    def row(self, children: Children) -> tuple[Node | None, ...]:
        return tuple(each for each in children if not isinstance(each, Token))

    def cell(self, children: Children) -> Node | None:
        return part_of(children[0]) if children else None


def _condition(cell: Node | None = None) -> Node | None:
    """The condition of a case; None for "otherwise"."""
    if cell is None or isinstance(cell, Words):
        return None
    if isinstance(cell, Group) and len(cell.parts) == 1:
        cell = cell.parts[0]
    in_words = any(isinstance(each, Words) for each in cell.walk())
    if in_words or not (is_conditions(cell) or isinstance(cell, Relation)):
        raise NotRead("the condition of a case is a relation", cell.span)
    return cell
