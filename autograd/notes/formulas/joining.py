"""Statements of a formula put together: chains that go on over rows, and conditions."""

from __future__ import annotations

from dataclasses import replace

from autograd.notes.formulas.cutting import Piece
from autograd.notes.formulas.layout import words_in
from autograd.notes.formulas.lists import Read, with_lists
from autograd.notes.formulas.points import is_conditions, is_relations
from autograd.notes.formulas.syntax import At, Node, Relation, Span, Statement, Unreadable, Words
from autograd.notes.formulas.tape import Token
from autograd.notes.formulas.unread import shown


def joined(latex: str, reads: list[Read]) -> list[Statement]:
    """The statements that the pieces of a formula make together."""
    joiner = _Joiner(latex)
    reads = with_lists(reads)
    for i, (piece, statement) in enumerate(reads):
        joiner.take(piece, statement, reads[i + 1].piece.cut if i + 1 < len(reads) else "")
    return joiner.finish()


class _Joiner:
    def __init__(self, latex: str) -> None:
        self.latex = latex
        self.statements: list[Statement] = []
        self.columns: dict[int, int] = {}  # the number of the last statement in each column
        self.words: set[str] | None = None  # those that say "if", while conditions are read
        self.leads = False  # they stand before what they are of
        self.leading: list[Node] = []
        self.led = False  # they are of something

    def take(self, piece: Piece, statement: Statement | None, next_cut: str) -> None:
        if piece.cut in ("if", "row if"):
            self.words = words_in(piece.word)
            self.leads = not self.statements or (piece.cut == "row if" and next_cut in ("comma", "word"))
            self.leading, self.led = [], False
            self._condition(piece.word, statement)
        elif piece.cut == "comma" and self.words is not None and self._is_condition(next_cut):
            self._condition(piece.word, statement)
        else:
            self.words = None
            if piece.cut == "not" and piece.word:
                self._negate(piece.word)
            elif statement is not None:
                self._state(statement, piece.column)

    def finish(self) -> list[Statement]:
        if self.leading and not self.led:
            self._refuse(self.leading[0].span, "a condition, but of nothing")
        return self.statements

    def _refuse(self, span: Span, reason: str) -> None:
        self.statements.append(Unreadable(self.latex[slice(*span)], reason, span=span))

    # ---- statements

    def _state(self, statement: Node, column: int) -> None:
        if isinstance(statement, Relation):
            if self._goes_on(statement, self.columns.get(column, len(self.statements) - 1)):
                return
            group = statement.sides[0]
            if not statement.signs and is_relations(group) and not is_conditions(group):
                for each in group.parts:
                    self._state(each, column)
                return
            statement = _under(statement, self.leading)
        self.led = True
        self.columns[column] = len(self.statements)
        self.statements.append(statement)  # type: ignore[arg-type]  # a Relation, or Unreadable

    def _goes_on(self, statement: Relation, i: int) -> bool:
        """Join what begins with its sign, or is a bracket of conditions, to statement `i`; whether it is so."""
        before = self.statements[i] if i >= 0 else None
        first = statement.sides[0]
        if not isinstance(before, Relation):
            return False
        if first is None:
            span = (before.span[0], max(before.span[1], statement.span[1]))
            self.statements[i] = Relation(before.sides + statement.sides[1:], before.signs + statement.signs, span=span)
            return True
        if before.signs and not statement.signs and is_conditions(first):
            self.statements[i] = _under(before, list(first.parts), statement.span[1])
            return True
        return False

    def _negate(self, word: Token) -> None:
        """What stands on either side of “or” and its kin is not said by itself."""
        del self.statements[-1:]
        self._refuse((word.start, word.end), f"what “{shown(word.value)}” says is not read")

    # ---- conditions

    def _is_condition(self, next_cut: str) -> bool:
        """Whether what stands behind a condition's comma is another one: … if x > 0, y > 0; not if x > 0, L = 1."""
        return next_cut == "comma" if self.leads else next_cut != "if"

    def _condition(self, word: Token | None, statement: Statement | None) -> None:
        condition = self._as_condition(word, statement)
        if condition is None:
            return
        if self.leads:
            self.leading.append(condition)
        elif isinstance(before := self.statements[-1], Relation):
            self.statements[-1] = _under(before, [condition])

    def _as_condition(self, word: Token | None, statement: Statement | None) -> Node | None:
        """A relation, or what stands for one; None for the i of "for all i", which says nothing."""
        if statement is None:
            return Words(word.value, span=(word.start, word.end)) if word else None
        if isinstance(statement, Unreadable) or statement.sides[0] is None:
            return Words(self.latex[slice(*statement.span)], span=statement.span)
        if statement.signs:
            return statement
        return None if "for" in (self.words or ()) else statement.sides[0]


def _under(relation: Relation, conditions: list[Node], end: int = 0) -> Relation:
    """The relation, whose last side holds under conditions."""
    last = relation.sides[-1]
    if last is None or not conditions:
        return relation
    spans = [last.span, *(each.span for each in conditions), (last.span[0], end)]
    span = (min(start for start, _ in spans), max(stop for _, stop in spans))
    at = At(last.body, (*last.conditions, *conditions)) if isinstance(last, At) else At(last, tuple(conditions))
    whole = (min(relation.span[0], span[0]), max(relation.span[1], span[1]))
    return replace(relation, sides=(*relation.sides[:-1], replace(at, span=span)), span=whole)
