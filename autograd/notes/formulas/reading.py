"""The tokens of one statement read into its tree; what cannot be read is said exactly."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from autograd.notes.formulas.layout import CLOSERS, OPENERS, closers
from autograd.notes.formulas.syntax import Name, Node, Number, Product, Relation
from autograd.notes.formulas.tape import Token
from autograd.notes.formulas.trees import Trees
from autograd.notes.formulas.unread import DEEPEST, NotRead, shown

_OPERATORS = {"REL", "PM", "OP"}
_COMMANDS = {"FN", "BIG", "FRAC", "SQRT", "STYLE", "ACCENT", "LETTERS", "ABOVE", "BRACE", "SUB", "SUP", "COMMA", "MID"}
_AFTER = CLOSERS | _OPERATORS | {"SUB", "SUP", "PRIME", "COMMA", "MID", "AMP", "NEWROW", "EVAL"}
_ALONE = {"∂": "∂ has nothing to be derived by", "∇": "∇ has nothing behind it", "⊤": "⊤ is on nothing"}


def read(latex: str, tokens: list[Token]) -> Relation:
    """The relation that the tokens of a statement say. Raises NotRead where they say none, at the place."""
    return _relation(latex, _with_readable_remarks(latex, tokens))


def _relation(latex: str, tokens: list[Token]) -> Relation:
    for token in tokens:
        if token.type == "BAD":
            raise NotRead(token.value, (token.start, token.end))
    relation = _parsed(latex, tokens)
    _check(relation)
    return relation


@cache
def _grammar() -> Any:
    from lark import Lark

    rules = Path(__file__).with_name("formulas.lark").read_text(encoding="utf-8")
    return Lark(rules, parser="lalr", lexer="basic", start="relation", transformer=Trees(), maybe_placeholders=False)


def _parsed(latex: str, tokens: list[Token]) -> Relation:
    from lark import UnexpectedToken

    parser = _grammar().parse_interactive()
    i = 0
    try:
        for i, token in enumerate(tokens):  # noqa: B007, it tells where reading stopped
            parser.feed_token(token)
        i = len(tokens)
        return parser.feed_eof()  # type: ignore[no-any-return]  # what a grammar gives has no type
    except UnexpectedToken:
        raise _unexpected(latex, tokens, i) from None


def _unexpected(latex: str, tokens: list[Token], i: int) -> NotRead:
    """Why the token at `i`, or the end, cannot stand where it does."""
    before = tokens[i - 1] if i > 0 else None
    token = tokens[i] if i < len(tokens) else None
    if before and before.type in _OPERATORS | _COMMANDS and (token is None or token.type in _AFTER):
        return _not_read("an operand is missing after", before, latex)
    if token is None:
        return NotRead("the formula ends too early", (tokens[-1].start, tokens[-1].end))
    if before and before.type in OPENERS and token.type in CLOSERS:
        return NotRead("there is nothing in the brackets", (before.start, token.end))
    if token.type in _AFTER - CLOSERS and (before is None or before.type in OPENERS | {"AMP", "NEWROW"}):
        return _not_read("an operand is missing before", token, latex)
    return NotRead(f"{shown(latex[token.start : token.end])} cannot stand here", (token.start, token.end))


def _not_read(reason: str, token: Token, latex: str) -> NotRead:
    return NotRead(f"{reason} {shown(latex[token.start : token.end])}", (token.start, token.end))


# ---- remarks


def _with_readable_remarks(latex: str, tokens: list[Token]) -> list[Token]:
    r"""The tokens without what \underset, \underbrace and their kin remark in words or signs that are not read."""
    if not any(token.type in ("ABOVE", "BRACE") for token in tokens):
        return tokens
    closing = closers(tokens)
    out = [*tokens]
    for i in reversed(range(len(tokens))):  # those within others first
        if tokens[i].type in ("ABOVE", "BRACE"):
            start, stop = _remark(tokens, i, closing)
            if not _is_readable(latex, [token for token in out[start:stop] if token.type]):
                out[i] = tokens[i]._replace(type="STYLE")
                out[start:stop] = [each._replace(type="") for each in tokens[start:stop]]
    return [token for token in out if token.type]


def _remark(tokens: list[Token], i: int, closing: dict[int, int]) -> tuple[int, int]:
    """The first token of a remark, with the script that begins it, and the one behind it; the same where none is."""
    start = i + 1
    if tokens[i].type == "BRACE":
        start = closing.get(start, start) + 1
        if start >= len(tokens) or tokens[start].type not in ("SUB", "SUP"):
            return start, start
    body = start + (tokens[i].type == "BRACE")
    return start, closing.get(body, body) + 1


def _is_readable(latex: str, tokens: list[Token]) -> bool:
    inner = [token for token in tokens[:1] if token.type not in ("SUB", "SUP")] + tokens[1:]
    if inner and inner[0].type == "LBRACE":
        inner = inner[1:-1]
    try:
        return bool(inner and _relation(latex, inner))
    except NotRead:
        return False


# ---- what the grammar lets through


def _check(relation: Relation) -> None:
    stack: list[tuple[Node, int]] = [(relation, 0)]
    while stack:
        node, depth = stack.pop()
        if depth > DEEPEST:
            raise NotRead(f"the formula is nested more than {DEEPEST} deep", node.span)
        if isinstance(node, Name) and node.text in _ALONE:
            raise NotRead(_ALONE[node.text], node.span)
        if isinstance(node, Product):
            _check_factors(node)
        stack += [(child, depth + 1) for child in node.children()]


def _check_factors(product: Product) -> None:
    for factor, sign in zip(product.factors[1:], product.signs[1:], strict=True):
        if isinstance(factor, Number) and not sign:
            raise NotRead(f"{factor.text} behind a factor may be an index, a power or a factor", factor.span)
