"""Brackets, bars and environments: what opens, what closes."""

from __future__ import annotations

import re

from autograd.notes.formulas import vocabulary as v
from autograd.notes.formulas.tape import Tape
from autograd.notes.formulas.unread import shown

_BRACKET = re.compile(r"\s*(\\[A-Za-z]+|\\[\s\S]|[\s\S]|$)")
_GIVEN = {"(", "[", "{", r"\right"}  # the brackets in which a bar may say "given"


class Delimiters(Tape):
    """A lexer's tape that knows what opens and closes. Methods take what they read, and the offset behind it."""

    def __init__(self, latex: str) -> None:
        super().__init__(latex)
        self.braces = _matched_braces(latex)

    def delimiter(self, name: str, end: int) -> None:
        """A bracket, or what nothing is known of."""
        if name in v.OPENS:
            self.open(v.OPENS[name], end)
        elif name in v.CLOSES:
            self.close(v.CLOSES[name], "CLOSE", v.CLOSES[name], end)
        elif name in v.BARS:
            self.bar(v.BARS[name], end)
        else:
            self.bad(f"{shown(name)} is no {'command' if name[1:] else 'sign'} that is read here", end)

    def open(self, bracket: str, end: int) -> None:
        """A bracket opens, that its like closes."""
        self.emit("OPEN", bracket, end)
        self.push(bracket)

    def bar(self, bar: str, end: int) -> None:
        """A bar opens where an operand may start, closes one that is open, says "at", or "given" in round brackets."""
        if self.starts:
            self.open(bar, end)
        elif self.brackets and self.brackets[-1].closer == bar:
            self.close(bar, "CLOSE", bar, end)
        elif re.compile(r"\s*_").match(self.latex, end):
            self.emit("EVAL", "", end)
        elif any(each.closer in _GIVEN for each in self.brackets[-1:]):
            self.emit("MID", "", end)
        else:
            self.open(bar, end)

    def next(self, at: int) -> tuple[str, int]:
        """The bracket or sign at `at`, and where it ends."""
        match = _BRACKET.match(self.latex, at)
        assert match is not None
        return match[1], match.end()

    def left(self, name: str, end: int) -> None:
        r"""\left and the bracket behind it."""
        bracket, end = self.next(end)
        value = v.OPENS.get(bracket) or v.BARS.get(bracket)
        if bracket != "." and value is None:
            return self.bad(rf"\left{shown(bracket)} is no bracket that is read here", end)
        self.emit("OPEN" if value else "NULL", value or "", end)
        self.push(r"\right")

    def right(self, name: str, end: int) -> None:
        r"""\right and the bracket behind it."""
        bracket, end = self.next(end)
        opened = next((each for each in reversed(self.brackets) if each.closer == r"\right"), None)
        at = bracket in v.BARS and opened is not None and self.tokens[opened.token].type == "NULL"
        value = v.CLOSES.get(bracket) or v.BARS.get(bracket) or "."
        self.close(r"\right", "NULLEND" if at else "CLOSE", value, end)

    def sized(self, name: str, end: int) -> None:
        r"""\big( and its kin mean what they mean without."""
        bracket, behind = self.next(end)
        if bracket in v.OPENS or bracket in v.CLOSES or bracket in v.BARS:
            self.delimiter(bracket, behind)
        else:
            self.at = end

    def raw(self, at: int) -> tuple[str, int]:
        """What stands in the braces that open at `at`, and where they end; "" and `at` where there are none."""
        _, behind = self.next(at)
        close = self.braces.get(behind - 1)
        return ("", at) if close is None else (self.latex[behind:close], close + 1)

    # ---- environments

    def begin(self, name: str, end: int) -> None:
        r"""\begin{…}, with what it says of columns and place."""
        raw, end = self.raw(end)
        environment = raw.rstrip("*")
        if environment in v.TAKES_COLUMNS:
            end = self.raw(end)[1]
        if place := re.compile(r"\s*\[[tbc]\]").match(self.latex, end):
            end = place.end()
        kind = v.ENVIRONMENTS.get(environment)
        if kind is None:
            return self.bad(rf"\begin{{{shown(environment)}}} is not read here", end)
        self.emit("BEGIN" + kind, environment, end)
        self.push(environment)

    def end(self, name: str, end: int) -> None:
        r"""\end{…}."""
        raw, end = self.raw(end)
        environment = raw.rstrip("*")
        self.close(environment, "END" + v.ENVIRONMENTS.get(environment, ""), environment, end)


def _matched_braces(latex: str) -> dict[int, int]:
    """Where the braces close that open at each offset."""
    found, stack = {}, []
    for brace in re.finditer(r"\\[\s\S]|%[^\n]*|[{}]", latex):
        if brace[0] == "{":
            stack.append(brace.start())
        elif brace[0] == "}" and stack:
            found[stack.pop()] = brace.start()
    return found
