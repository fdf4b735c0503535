"""LaTeX to statements: a formula is cut into tokens, the tokens into statements, and each of these read by itself."""

from __future__ import annotations

import re
from collections.abc import Collection

from autograd.notes.formulas.cutting import Piece, cut
from autograd.notes.formulas.joining import joined
from autograd.notes.formulas.lists import Read
from autograd.notes.formulas.reading import read
from autograd.notes.formulas.scripts import is_named
from autograd.notes.formulas.syntax import Node, Relation, Statement, Unreadable
from autograd.notes.formulas.tokens import tokenize
from autograd.notes.formulas.unread import NotRead, shown

LONGEST = 20_000


def parse_formula(latex: str, words: Collection[str] = ()) -> list[Statement]:
    r"""The statements of a formula, in their order; each that cannot be read is an Unreadable that says where and why.

    A run of letters in `words` is one name, other letters are a name each. A node's span is where it stands in
    `latex`. Nothing is raised, whatever `latex` is.

    >>> parse_formula(r"y = wx, \quad \foo")
    ... # doctest: +NORMALIZE_WHITESPACE
    [Relation(sides=(Name(text='y'), Product(factors=(Name(text='w'), Name(text='x')), signs=('', ''))), signs=('=',)),
     Unreadable(token='\\foo', reason='\\foo is no command that is read here')]
    """
    if len(latex) > LONGEST:
        reason = f"the formula has {len(latex)} characters: more than {LONGEST} are not read"
        return [Unreadable(shown(latex), reason, span=(0, len(latex)))]
    try:
        return joined(latex, [Read(piece, _read(latex, piece)) for piece in cut(tokenize(latex, words))])
    except NotRead as error:
        return [_unreadable(latex, error)]


def _read(latex: str, piece: Piece) -> Statement | None:
    try:
        return read(latex, piece.tokens) if piece.tokens else None
    except NotRead as error:
        return _unreadable(latex, error)


def _unreadable(latex: str, error: NotRead) -> Unreadable:
    return Unreadable(latex[slice(*error.span)], error.reason, span=error.span)


def parse_name(text: str, words: Collection[str] = ()) -> Node:
    r"""The name that `text` is, with its indices and tags, in a declaration: its first run of letters is one word.

    Raises ValueError where it is none.

    >>> parse_name(r"\hat y_i"), parse_name("label"), parse_name("W1")
    ... # doctest: +NORMALIZE_WHITESPACE
    (Indexed(base=Name(text='ŷ'), indices=(Name(text='i'),)), Name(text='label'),
     Indexed(base=Name(text='W'), indices=(Number(text='1'),)))
    """
    latex = re.sub(r"^(\s*\\?[^\W\d_]+)(\d+)\s*$", r"\1_{\2}", text)
    run = re.search(r"(?<![\\A-Za-z])[A-Za-z]+", latex)
    statements = parse_formula(latex, [*words, *([run[0]] if run else [])])
    only = statements[0] if len(statements) == 1 else Relation(())
    if isinstance(only, Unreadable):
        raise ValueError(f"'{shown(text)}' is no name: {only.reason}")
    name = only.sides[0] if len(only.sides) == 1 else None
    if name is None or not is_named(name):
        raise ValueError(
            f"'{shown(text)}' is no name: write a letter, a word, or one of them with scripts, as in w_{{ij}}"
        )
    return name
