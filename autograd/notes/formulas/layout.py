"""How a formula is laid out: rows of statements, columns, braces and remarks around what is said."""

from __future__ import annotations

import re

from autograd.notes.formulas import vocabulary as v
from autograd.notes.formulas.tape import Token

OPENERS = {"OPEN", "LBRACE", "NULL", "BEGIN", "BEGINCASES", "BEGINROWS"}
CLOSERS = {"CLOSE", "RBRACE", "NULLEND", "END", "ENDCASES", "ENDROWS"}
SIGNS = {"REL", "PM", "OP"}
CUTS = {"", "SEP", "SPACE", "NEWROW", "COMMA", "STOP", "WORDS", "IF"}


def laid_out(tokens: list[Token]) -> list[Token]:
    """The tokens without what lays them out: environments of rows, braces around statements, spaces in brackets.

    Between statements are then left NEWROW, SPACE (of value "column" between columns) and IF (between an equation and
    its condition).
    """
    return _within_brackets(_unwrapped(_braced_arrays(_without_remarks_on_signs(tokens))))


def closers(tokens: list[Token]) -> dict[int, int]:
    """The index of the token that closes each token that opens."""
    found, stack = {}, []
    for i, token in enumerate(tokens):
        if token.type in OPENERS:
            stack.append(i)
        elif token.type in CLOSERS and stack:
            found[stack.pop()] = i
    return found


def type_at(tokens: list[Token], i: int) -> str:
    """The type of token `i`, "" before the first and behind the last."""
    return tokens[i].type if 0 <= i < len(tokens) else ""


def _without_remarks_on_signs(tokens: list[Token]) -> list[Token]:
    r"""\overset{!}{=} is =."""
    if not any(token.type == "ABOVE" for token in tokens):
        return tokens
    closing = closers(tokens)
    out: list[Token] = []
    i = 0
    while i < len(tokens):
        body = closing.get(i + 1, i + 1) + 1
        braced = type_at(tokens, body) == "LBRACE" and closing[body] == body + 2
        if tokens[i].type == "ABOVE" and type_at(tokens, body + braced) == "REL" and tokens[i + 1].type not in CLOSERS:
            i = body + braced
            out.append(tokens[i])
            i += braced
        else:
            out.append(tokens[i])
        i += 1
    return out


def _braced_arrays(tokens: list[Token]) -> list[Token]:
    r"""\left\{ \begin{array} … \end{array} \right. is \begin{cases} … \end{cases}."""
    closing, out = closers(tokens), [*tokens]
    for i, token in enumerate(tokens):
        close = closing.get(i, i)
        wraps = closing.get(i + 1) == close - 1 and tokens[i + 1].type.startswith("BEGIN")
        if wraps and token.value == "{" and tokens[close].value == ".":
            out[i] = token._replace(type="BEGINCASES")
            out[close] = tokens[close]._replace(type="ENDCASES")
            out[i + 1] = out[close - 1] = token._replace(type="")
    return [token for token in out if token.type]


# ---- rows of statements


def _unwrapped(tokens: list[Token]) -> list[Token]:
    """Environments and braces around whole statements are taken away, and the & between their columns."""
    unwrapper = _Unwrapper(tokens)
    i = 0
    while i < len(tokens):
        i = unwrapper.take(i) + 1
    return unwrapper.out


class _Unwrapper:
    def __init__(self, tokens: list[Token]) -> None:
        self.tokens, self.closing = tokens, closers(tokens)
        self.out: list[Token] = []
        self.ends: dict[int, str] = {}  # where what is taken away ends, and what stands there instead
        self.systems: list[int] = []  # where systems of equations end

    def take(self, i: int) -> int:
        """Take token `i`, or all of the bracket that it opens; the last that was taken."""
        token = self.tokens[i]
        if i in self.ends:
            self.out += [token._replace(type=self.ends[i])] if self.ends[i] else []
        elif token.type == "AMP":
            self.out += self._column(i)
        elif kind := _wrapper(self.tokens, i, self.closing):
            self._open(i, kind)
        else:
            stop = self.closing.get(i, i)
            self.out += self.tokens[i : stop + 1]
            return stop
        return i

    def _open(self, i: int, kind: str) -> None:
        end = self.closing[i]
        if kind == "{":
            self.ends[end] = ""
            if self.out and self.out[-1].type == "STYLE":
                self.out.pop()
        else:
            self.ends[end] = "NEWROW"
            self.out.append(self.tokens[i]._replace(type="NEWROW"))
        if kind == "system":
            self.systems.append(end)

    def _column(self, i: int) -> list[Token]:
        """An & beside a sign aligns; another one parts columns, and in a system a condition from its equation."""
        before = self.out[-1].type if self.out else ""
        behind = type_at(self.tokens, i + 1)
        if before in SIGNS | {"", "NEWROW", "IF", "SPACE"} or behind in SIGNS | CLOSERS | {"", "NEWROW"}:
            return []
        in_system = any(end > i for end in self.systems)
        return [self.tokens[i]._replace(type="IF" if in_system else "SPACE", value="column")]


def _wrapper(tokens: list[Token], i: int, closing: dict[int, int]) -> str:
    """Which kind of wrapper around statements opens here: "rows", "system" (behind a brace), "{" or ""."""
    token = tokens[i]
    if token.type == "BEGINROWS":
        return "rows"
    if token.type == "BEGINCASES":
        return "system" if _is_system(tokens, i, closing) else ""
    if token.value == "array" and token.type == "BEGIN" and type_at(tokens, i - 1) in CUTS:
        return "rows" if type_at(tokens, closing[i] + 1) in CUTS and "REL" in _level(tokens, i, closing) else ""
    if token.type == "LBRACE" and type_at(tokens, closing[i] + 1) not in ("SUB", "SUP", "PRIME"):
        before = type_at(tokens, i - 1)
        free = before in CUTS or (before == "STYLE" and type_at(tokens, i - 2) in CUTS)
        return "{" if free and "REL" in _level(tokens, i, closing) else ""
    if token.type == "OPEN" and type_at(tokens, i - 1) in CUTS and type_at(tokens, closing[i] + 1) in CUTS:
        return "{" if {"REL", "SEP"} <= {*_level(tokens, i, closing)} else ""
    return ""


def _level(tokens: list[Token], i: int, closing: dict[int, int]) -> list[str]:
    """The types of the tokens in a bracket, without those in brackets within."""
    types = []
    j = i + 1
    while j < closing[i]:
        types.append(tokens[j].type)
        j = closing.get(j, j) + 1
    return types


def _is_system(tokens: list[Token], i: int, closing: dict[int, int]) -> bool:
    """Whether an environment's rows are statements, not the cases of a value."""
    types = _level(tokens, i, closing)
    rows = [row.replace("AMP REL", "REL").split("AMP")[0] for row in " ".join(types).split("NEWROW") if row.strip()]
    plain = "AMP" not in types and "WORDS" not in types
    return type_at(tokens, i - 1) in CUTS and (plain or all("REL" in row for row in rows))


# ---- within brackets


def _within_brackets(tokens: list[Token]) -> list[Token]:
    """Spaces within brackets go, and broken lines; words part the cells of cases."""
    out: list[Token] = []
    stack: list[Token] = []
    for i, token in enumerate(tokens):
        if token.type in CLOSERS:
            stack.pop()
        if stack and stack[-1].type == "BEGINCASES":
            out += _case(token, out[-1].type, type_at(tokens, i + 1))
        elif not stack or not _broken(token, out[-1].type, type_at(tokens, i + 1), stack[-1].type):
            out.append(token)
        if token.type in OPENERS:
            stack.append(token)
    return out


def _broken(token: Token, before: str, behind: str, bracket: str) -> bool:
    """Whether a token within brackets is but a space, a broken line, or the "if" of (if x > 0)."""
    if token.type == "SPACE":
        return True
    if token.type == "WORDS" and before == bracket == "OPEN":
        return bool(words_in(token) & v.CONDITIONS) and not words_in(token) - v.CONDITIONS
    if bracket not in ("OPEN", "NULL", "LBRACE") or token.type not in ("AMP", "NEWROW"):
        return False
    return before in SIGNS | {"COMMA", "NEWROW", bracket} or behind in SIGNS | {"AMP", "COMMA"}


def _case(token: Token, before: str, behind: str) -> list[Token]:
    """What a token is between the cells of cases."""
    if token.type == "SPACE" or (token.type in ("COMMA", "STOP") and behind in ("AMP", "NEWROW", "ENDCASES", "WORDS")):
        return []
    if token.type != "WORDS":
        return [token]
    amp = [] if before == "AMP" else [token._replace(type="AMP")]
    found = words_in(token)
    if found & v.OTHERWISE:
        return [*amp, token]
    return amp if found & v.CONDITIONS else [token]


def words_in(token: Token | None) -> set[str]:
    """The words of a text, in small letters."""
    return set(re.findall(r"[^\W\d_]+", token.value.lower())) if token else set()
