"""Edits of sums: those over an index, and the signs of terms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograd.notes.formulas.syntax import Big, Name, Sum
from autograd.notes.formulas.wording import readable
from autograd.notes.verdicts.edits.edit import Edit
from autograd.notes.verdicts.edits.side import Side


def missing_sum(side: Side) -> Iterator[Edit]:
    """x_i written for Σ_i x_i."""
    for index in side.indices:
        new = Big("sum", (Name(index),), None, None, side.body)
        change = (side.body.span, rf"\sum_{{{index}}} {side.factor(side.body)}")
        yield side.edit("missing sum", f"the sum over {index} is missing", side.body, new, change)


def extra_sum(side: Side) -> Iterator[Edit]:
    """Σ_i x_i written for x_i."""
    for node in side.every(Big):
        if node.kind == "sum":
            words = f"a sum over {readable(node.indices[0]) if node.indices else '…'} too many"
            yield side.edit("wrong sum", words, node, node.body, ((node.span[0], node.body.span[0]), ""))


def wrong_sign(side: Side) -> Iterator[Edit]:
    """1 + y written for 1 − y."""
    for node in side.every(Sum):
        for k, sign in enumerate(node.signs):
            if sign in ("+", "-"):
                yield _signed(side, node, k, "-" if sign == "+" else "+")


def _signed(side: Side, node: Sum, k: int, sign: str) -> Edit:
    term = readable(node.terms[k])
    words = f"wrong sign: should be {'−' if sign == '-' else '+'} before {term if term != '…' else 'a term'}"
    new = replace(node, signs=(*node.signs[:k], sign, *node.signs[k + 1 :]))
    start = node.terms[k - 1].span[1] if k else node.span[0]
    text = f" {sign} " if k else sign.replace("+", "")
    return side.edit("wrong sign", words, node, new, ((start, node.terms[k].span[0]), text))
