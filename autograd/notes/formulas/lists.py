"""Values in a row: i = 1, 2, …, n."""

from __future__ import annotations

from typing import NamedTuple

from autograd.notes.formulas.cutting import Piece
from autograd.notes.formulas.scripts import is_named
from autograd.notes.formulas.syntax import Dots, Group, Node, Number, Relation, Statement, Sum


class Read(NamedTuple):
    """A piece of a formula, and what was read of it: None of an empty one."""

    piece: Piece
    statement: Statement | None


def with_lists(reads: list[Read]) -> list[Read]:
    """i = 1, 2, …, n is i ∈ {1, 2, …, n}; in a = 1, …, b = 2 the dots say nothing."""
    out: list[Read] = []
    i = 0
    while i < len(reads):
        stop = i + 1
        while stop < len(reads) and reads[stop].piece.cut == "comma" and _bare(reads[stop].statement):
            stop += 1
        values = [value for each in reads[i + 1 : stop] if (value := _bare(each.statement))]
        goes_on = stop < len(reads) and reads[stop].piece.cut == "comma"
        out += _listed(reads[i], values, goes_on) or reads[i:stop]
        i = stop
    return out


def _bare(statement: Statement | None) -> Node | None:
    """The value that a statement is which relates nothing."""
    if not isinstance(statement, Relation) or statement.signs:
        return None
    side = statement.sides[0]
    return side if isinstance(side, Number | Dots | Sum) or is_named(side) else None


def _listed(read: Read, values: list[Node], goes_on: bool) -> list[Read]:
    """The statement with the values behind it in one; none where it is no list."""
    statement = read.statement
    if not values or not isinstance(statement, Relation) or statement.signs != ("=",):
        return []
    if goes_on and all(isinstance(each, Dots) for each in values):
        return [read]
    name, first = statement.sides
    if name is None or first is None or not is_named(name) or not _is_list([first, *values]):
        return []
    group = Group((first, *values), "{", span=(first.span[0], values[-1].span[1]))
    return [read._replace(statement=Relation((name, group), ("∈",), span=(statement.span[0], group.span[1])))]


def _is_list(values: list[Node]) -> bool:
    return any(isinstance(each, Dots) for each in values) or all(isinstance(each, Number) for each in values)
