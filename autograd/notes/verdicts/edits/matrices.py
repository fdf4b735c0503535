"""Edits of products of matrices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from autograd.notes.formulas.syntax import (
    Derivative,
    Fraction,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Power,
    Primed,
    Product,
    Tagged,
    Transposed,
)
from autograd.notes.formulas.wording import readable
from autograd.notes.verdicts.edits.edit import Edit
from autograd.notes.verdicts.edits.side import Side

PRODUCTS = {"⊙": (r" \odot ", "entry by entry (⊙)"), "·": (" ", "as a product of matrices")}


def transposed_matrix(side: Side) -> Iterator[Edit]:
    """Xᵀ written for X, or X for Xᵀ."""
    inside = side.bases(Transposed, Indexed, Tagged, Primed, Power)
    for node in side.nodes:
        if isinstance(node, Transposed):
            words = f"transposed: should be {readable(node.base)}, not {readable(node)}"
            yield side.bared("transposed", words, node)
        elif isinstance(node, (Name, Tagged, Group, Derivative)) and id(node) not in inside:
            yield _turned(side, node)


def _turned(side: Side, node: Node) -> Edit:
    new = Transposed(node)
    words = f"transposed: should be {readable(new)}, not {readable(node)}"
    if isinstance(node, Derivative):
        return side.edit("transposed", words, node, new, (node.span, rf"\left({side.text(node)}\right)^T"))
    return side.raised("transposed", words, node, new, "^T")


def wrong_order(side: Side) -> Iterator[Edit]:
    """B A written for A B."""
    for node in side.every(Product):
        for i, j in combinations(range(len(node.factors)), 2):
            commute = any(isinstance(node.factors[k], (Number, Fraction)) for k in (i, j))
            if not commute and "/" not in node.signs[i : j + 1]:
                yield _reordered(side, node, i, j)


def _reordered(side: Side, node: Product, i: int, j: int) -> Edit:
    factors = list(node.factors)
    a, b = factors[i], factors[j]
    factors[i], factors[j] = b, a
    changes = (a.span, _apart(side, b, a)), (b.span, _apart(side, a, b))
    words = f"wrong order: {readable(b)} should stand before {readable(a)}"
    return side.edit("wrong order", words, node, replace(node, factors=tuple(factors)), *changes)


def _apart(side: Side, node: Node, place: Node) -> str:
    """A factor's source at the place of another, apart from a letter that follows."""
    follows = side.source[place.span[1] : place.span[1] + 1]
    return side.text(node).strip() + (" " if follows.isalnum() else "")


def wrong_product(side: Side) -> Iterator[Edit]:
    r"""A product of matrices written for one by entries, \odot, or the reverse."""
    for node in side.every(Product):
        for k in range(1, len(node.factors)):
            if node.signs[k] != "/":
                yield _multiplied(side, node, k, "·" if node.signs[k] == "⊙" else "⊙")


def _multiplied(side: Side, node: Product, k: int, sign: str) -> Edit:
    a, b = node.factors[k - 1], node.factors[k]
    written, how = PRODUCTS[sign]
    words = f"wrong product: should be {how} between {readable(a)} and {readable(b)}"
    new = replace(node, signs=(*node.signs[:k], sign, *node.signs[k + 1 :]))
    return side.edit("wrong product", words, node, new, ((a.span[1], b.span[0]), written))
