"""Letters with accents, and in other scripts."""

from __future__ import annotations

import unicodedata
from dataclasses import replace

from autograd.notes.formulas.scripts import is_named
from autograd.notes.formulas.syntax import Name, Node
from autograd.notes.formulas.unread import NotRead


def accented(node: Node, mark: str, span: tuple[int, int]) -> Node:
    r"""The accent of \hat{y_i} is on y."""
    if isinstance(node, Name):
        if all(map(unicodedata.combining, unicodedata.normalize("NFD", node.text)[-2:])):
            raise NotRead("more accents than two are not read", span)
        return Name(unicodedata.normalize("NFC", node.text + mark), span=span)
    if not is_named(node):
        raise NotRead("an accent stands on a letter or a word", span)
    return replace(node, base=accented(node.base, mark, span), span=span)  # type: ignore[attr-defined,call-arg]  # it has


def styled(style: str, letter: str) -> str:
    name = f"{style} {'CAPITAL' if letter.isupper() else 'SMALL'} {letter.upper()}"
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return unicodedata.lookup(f"MATHEMATICAL {name}")
