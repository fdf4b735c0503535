"""Edits of factors and fractions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograd.notes.formulas.latex import latex
from autograd.notes.formulas.syntax import Big, Derivative, Fraction, Group, Node, Product, Sum
from autograd.notes.formulas.wording import readable
from autograd.notes.verdicts.edits.edit import Edit
from autograd.notes.verdicts.edits.side import Side


def upside_down(side: Side) -> Iterator[Edit]:
    """dw/dL written for dL/dw, or b/a for a/b."""
    for node in side.nodes:
        if isinstance(node, Derivative) and node.of is not None and len(node.wrt) == 1:
            new = Derivative(node.wrt[0], (node.of,))
            words = f"upside down: should be {readable(new)}, not {readable(node)}"
            yield side.edit("reciprocal", words, node, new)
        elif isinstance(node, Fraction):
            yield side.edit(
                "reciprocal", "upside down: a fraction", node, replace(node, over=node.under, under=node.over)
            )


def extra_factor(side: Side) -> Iterator[Edit]:
    """x y written for y."""
    for node in side.every(Product):
        for k in range(len(node.factors)):
            yield _without(side, node, k)


def _without(side: Side, node: Product, k: int) -> Edit:
    first, *factors = (factor for i, factor in enumerate(node.factors) if i != k)
    _, *signs = (sign for i, sign in enumerate(node.signs) if i != k)
    new = replace(node, factors=(first, *factors), signs=("", *signs)) if factors else first
    ends = [factor.span[1] for factor in node.factors]
    place = (ends[k - 1], ends[k]) if k else (node.factors[0].span[0], node.factors[1].span[0])
    words = f"a factor {readable(node.factors[k])} is too much"
    return side.edit("extra factor", words, node, new, (place, ""))


def missing_factor(side: Side) -> Iterator[Edit]:
    """y written for y x, at the end of the formula, of a sum's body or of a term."""
    sums = [big.body for big in side.every(Big)]
    terms = [term for node in side.every(Sum) for term in node.terms]
    for target in dict.fromkeys((_innermost(side.body), *sums, *terms)):
        for name in side.names:
            new = Product((Group((target,)), name), ("", "·"))
            words = f"a factor {readable(name)} is missing"
            change = (target.span, rf"{side.factor(target)} \, {latex(name)}")
            yield side.edit("missing factor", words, target, new, change)


def _innermost(body: Node) -> Node:
    """What stands behind the sums, and in the brackets, that a formula begins with."""
    while isinstance(body, Big) or (isinstance(body, Group) and len(body.parts) == 1):
        body = body.body if isinstance(body, Big) else body.parts[0]
    return body
