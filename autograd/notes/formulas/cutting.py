"""A formula cut where its statements end: at rows, wide spaces, commas, arrows that conclude, words."""

from __future__ import annotations

from typing import NamedTuple

from autograd.notes.formulas import vocabulary as v
from autograd.notes.formulas.layout import CUTS, SIGNS, closers, laid_out, type_at, words_in
from autograd.notes.formulas.tape import Token

_CUTTING = {"COMMA": "comma", "SEP": "word", "IF": "if", "SPACE": "space", "NEWROW": "row"}
_LABEL = {"NAME", "WORDS", "SUB", "SUP", "LBRACE", "RBRACE"}  # what may stand before a colon
LONGEST_LABEL = 20
_STRENGTH = ["", "space", "comma", "row", "word", "if", "row if", "not"]


class Piece(NamedTuple):
    """The tokens of one statement, and what sets it off from the one before.

    `cut` is "" for the first, "space", "comma", "row" or "word"; "if" where it is a condition, "row if" where that
    begins a row; "not" where a word like "or" stands between. `word` is the token of that word; `column` counts the
    columns of a row that are statements.
    """

    tokens: list[Token]
    cut: str
    word: Token | None
    column: int


def cut(tokens: list[Token]) -> list[Piece]:
    """The pieces of a formula, each to be read by itself."""
    return _Cutter(laid_out(tokens)).pieces()


class _Cutter:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens = tokens
        self.done: list[Piece] = []
        self.piece: list[Token] = []
        self.kind, self.column = "", 0
        self.word: Token | None = None
        self.closing = closers(tokens)

    def pieces(self) -> list[Piece]:
        i = 0
        while i < len(self.tokens):
            if i in self.closing:
                self.piece += self.tokens[i : self.closing[i] + 1]
                i = self.closing[i]
            elif (stop := self._goes_on(i)) > i:
                i = stop - 1
            elif self.tokens[i].type == "FORALL" and (self.piece or self.done):
                i = self._row_end(i) - 1
            else:
                self._token(i)
            i += 1
        self._cut("", None)
        if self.kind in ("if", "row if", "not"):
            self.done.append(Piece([], self.kind, self.word, self.column))
        return self.done

    def _token(self, i: int) -> None:
        token, behind = self.tokens[i], type_at(self.tokens, i + 1)
        kind = self._kind(token, i, behind)
        if kind == "keep":
            self.piece.append(token)
        elif kind:
            self._cut(kind, token if token.type in ("WORDS", "IF") else None)
            self.column = 0 if kind == "row" else self.column + (token.value == "column")

    def _kind(self, token: Token, i: int, behind: str) -> str:
        """How a token cuts; "keep" where it does not."""
        if token.type == "WORDS":
            return self._words(token, behind)
        if token.type == "STOP":
            return "row" if behind in CUTS else "keep"
        if token.type == "COLON":
            return "word" if self._is_label() or self.kind in ("if", "row if") else "keep"
        return _CUTTING.get(token.type, "keep")

    def _is_label(self) -> bool:
        """Whether what stands before a colon is but a name: L: …"""
        return 0 < len(self.piece) < LONGEST_LABEL and {each.type for each in self.piece} <= _LABEL

    def _cut(self, kind: str, word: Token | None) -> None:
        if self.piece:
            self.done.append(Piece(self.piece, self.kind, self.word, self.column))
            self.piece, self.kind, self.word = [], "", None
        if kind == "if" and self.kind in ("row", "word"):
            kind = "row if"
        if kind and _STRENGTH.index(kind) > _STRENGTH.index(self.kind):
            self.kind, self.word = kind, word

    def _goes_on(self, i: int) -> int:
        """Where a statement goes on behind a broken line or a space; `i` where it does not."""
        j = i
        while self.piece and type_at(self.tokens, j) in ("SPACE", "NEWROW"):
            j += 1
        if j == i or self.piece[-1].type in SIGNS:
            return j
        sign = self.tokens[j] if j < len(self.tokens) else None
        if sign is None or sign.type not in ("OP", "PM"):
            return i
        if sign.value == "*":  # a bullet
            return i
        return j if sign.value != "-" or (self.tokens[i].type == "NEWROW" and self._lacks_relation(j)) else i

    def _lacks_relation(self, i: int) -> bool:
        """Whether a row that begins with a minus relates nothing, so that it goes on from one that does."""
        row = self.tokens[i : self._row_end(i)]
        return any(each.type == "REL" for each in self.piece) and not any(each.type == "REL" for each in row)

    def _row_end(self, i: int) -> int:
        while i < len(self.tokens) and self.tokens[i].type not in ("NEWROW", "SPACE", "SEP", "WORDS"):
            i = self.closing.get(i, i) + 1
        return i

    def _words(self, token: Token, behind: str) -> str:
        """Words part statements, or stand for something: "keep"."""
        before = self.piece[-1].type if self.piece else ""
        found = words_in(token)
        if before in SIGNS or (behind == "REL" and not found & v.CONNECTIVES) or behind in ("SUB", "SUP"):
            return "keep"
        if found & v.NEGATIONS:
            return "not"
        if found & v.CONDITIONS:
            return "if"
        return "word" if found & v.CONNECTIVES or behind in CUTS or not token.value[-1].isalnum() else "keep"
