"""Where a lexer stands: the tokens so far, the brackets that are open, what may come next."""

from __future__ import annotations

from typing import NamedTuple

from autograd.notes.formulas.unread import DEEPEST, NotRead, shown

# What ends an operand; what stands before a command's or a script's argument; how many arguments commands take.
_ENDS = {"NAME", "NUMBER", "WORDS", "DOTS", "PRIME", "CLOSE", "RBRACE", "NULLEND", "END", "ENDCASES"}
_PREFIXES = {"STYLE", "ACCENT", "LETTERS", "FRAC", "SQRT", "LBRACE", "OPEN", "NULL"}
_NEEDS = dict.fromkeys(["SUB", "SUP", "STYLE", "ACCENT", "LETTERS", "SQRT", "BRACE"], 1) | {"FRAC": 2, "ABOVE": 2}
_NO_ARGUMENTS = {"OPEN", "CLOSE", "RBRACE", "NULLEND", "END"}


class Token(NamedTuple):
    """A terminal of the grammar, what it stands for, and where. Of type "BAD", `value` says what is wrong."""

    type: str
    value: str
    start: int
    end: int


class Open(NamedTuple):
    """A bracket that is open: the number of its token, what closes it, whether an operand may start behind it."""

    token: int
    closer: str
    after: bool


class Tape:
    """The tokens of `latex` up to the offset `at`."""

    def __init__(self, latex: str) -> None:
        self.latex, self.at = latex, 0
        self.tokens: list[Token] = []
        self.brackets: list[Open] = []
        self.starts = True  # an operand may start here
        self.after: bool | None = None  # what `starts` will be behind the script's argument that comes
        self.needs = [0]  # how many arguments the commands still take, in each bracket that is open

    def emit(self, type: str, value: str, end: int) -> None:
        """A token up to `end`; none where the type is ""."""
        if type:
            self.tokens.append(Token(type, value, self.at, end))
            self._follow(type)
        self.at = end

    def bad(self, reason: str, end: int) -> None:
        """What cannot be read, up to `end`."""
        self.emit("BAD", reason, end)

    def _follow(self, type: str) -> None:
        if type in ("SUB", "SUP"):
            self.after, self.starts = self.starts, True
        elif self.after is not None and type not in _PREFIXES:
            self.starts, self.after = self.after, None
        else:
            self.starts = type not in _ENDS
        if type in _NEEDS:
            self.needs[-1] = max(self.needs[-1] - 1, 0) + _NEEDS[type]
        elif self.needs[-1] and type not in _NO_ARGUMENTS:
            self.needs[-1] -= 1

    def push(self, closer: str) -> None:
        """The last token opens a bracket. Raises NotRead where too many are open."""
        if len(self.brackets) == DEEPEST:
            raise NotRead(f"brackets are nested more than {DEEPEST} deep", (self.tokens[-1].start, self.at))
        self.brackets.append(Open(len(self.tokens) - 1, closer, bool(self.after)))
        self.after = None
        self.needs.append(0)

    def close(self, closer: str, type: str, value: str, end: int) -> None:
        """A bracket is closed, and those within it that are still open are wrong; or there is none."""
        if not any(each.closer == closer for each in self.brackets):
            return self.bad(f"{shown(self.latex[self.at : end])} closes nothing", end)
        while (each := self.brackets.pop()).closer != closer:
            self._leave(each)
        self.needs.pop()
        self.after = each.after
        self.emit(type, value, end)

    def _leave(self, each: Open) -> None:
        self.needs.pop()
        token = self.tokens[each.token]
        said = shown(self.latex[token.start : token.end])
        self.tokens[each.token] = token._replace(type="BAD", value=f"{said} is not closed")

    def finish(self) -> list[Token]:
        """All tokens; brackets that are still open are wrong."""
        while self.brackets:
            self._leave(self.brackets.pop())
        return self.tokens
