"""Sums as they are meant: x_{i1} w_{1j} + x_{i2} w_{2j} + … + x_{ik} w_{kj} is a sum over 1 … k,
and Σ_i a^{(i)} + b^{(i)} one of both terms."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from autograd.notes.formulas.syntax import Big, Dots, Name, Node, Number, Product, Sum, Tagged

INDEX = Name("…")  # no name that notes can write


def spelled_out(node: Node) -> Node:
    """The same formula, each sum with dots as a Σ where the terms around the dots tell which."""
    node = node.map(spelled_out)
    if isinstance(node, Sum):
        node = _widened(node)
    if isinstance(node, Sum) and any(isinstance(term, Dots) for term in node.terms):
        return _closed(node)
    return node


def _widened(node: Sum) -> Node:
    """Σ_i a_i + b_i is Σ_i (a_i + b_i), where b has the index i of samples, and no sum of its own."""
    for k, term in enumerate(node.terms[:-1]):
        total = _last(term)
        if total is None or node.signs[k] not in "+-":
            continue
        letters = {i for i in total.indices if isinstance(i, Name)}
        following = [j for j in range(k + 1, len(node.terms)) if letters & _tags(node.terms[j])]
        if following == list(range(k + 1, len(node.terms))):
            signs = tuple(
                _joint(node.signs[k], sign) for sign in ("+" if node.signs[k] == "+" else "-", *node.signs[k + 1 :])
            )
            body = Sum((total.body, *node.terms[k + 1 :]), signs, span=(total.body.span[0], node.span[1]))
            whole = _put_last(term, replace(total, body=body))
            terms = (*node.terms[:k], whole)
            return replace(node, terms=terms, signs=node.signs[: k + 1]) if k or node.signs[0] == "-" else whole
    return node


def _joint(outer: str, sign: str) -> str:
    """The sign within a sum that stands behind a sign itself."""
    return sign if outer == "+" else {"+": "-", "-": "+"}[sign]


def _last(term: Node) -> Big | None:
    """The sum with which a term ends."""
    while isinstance(term, Product):
        term = term.factors[-1]
    return term if isinstance(term, Big) and term.kind == "sum" else None


def _put_last(term: Node, total: Node) -> Node:
    if isinstance(term, Product):
        return replace(term, factors=(*term.factors[:-1], _put_last(term.factors[-1], total)))
    return total


def _tags(node: Node) -> set[Node]:
    """The superscripts in brackets, but for those that a sum of its own binds."""
    bound = {i for part in node.walk() if isinstance(part, Big) for i in part.indices}
    return {part.tag for part in node.walk() if isinstance(part, Tagged)} - bound


def _closed(node: Sum) -> Node:
    k = next(k for k, term in enumerate(node.terms) if isinstance(term, Dots))
    if not 0 < k < len(node.terms) - 1:
        return node
    first, last = node.terms[k - 1], node.terms[k + 1]
    sign = node.signs[k - 1]
    limits: dict[str, Node] = {}
    try:
        pattern = _common(first, last, limits)
    except _DifferError:
        return node
    if not limits or node.signs[k + 1] != sign or node.signs[k] not in (sign, "+"):
        return node
    total = Big("sum", (INDEX,), limits["lower"], limits["upper"], pattern, span=(first.span[0], last.span[1]))
    terms = (*node.terms[: k - 1], total, *node.terms[k + 2 :])
    signs = (*node.signs[: k - 1], sign, *node.signs[k + 2 :])
    return replace(node, terms=terms, signs=signs) if len(terms) > 1 or sign == "-" else total


class _DifferError(Exception):
    """Two terms have another form."""


def _common(first: Any, last: Any, limits: dict[str, Node]) -> Any:
    """What two terms have in common, with INDEX where one has the first number and the other the last."""
    if first == last:
        return first
    if isinstance(first, Node) and _is_limit(first, last, limits):
        return INDEX
    if isinstance(first, tuple) and isinstance(last, tuple) and len(first) == len(last):
        return tuple(_common(a, b, limits) for a, b in zip(first, last, strict=True))
    if not isinstance(first, Node) or type(first) is not type(last):
        raise _DifferError
    parts = [f.name for f in fields(first) if f.name != "span"]
    return replace(first, **{part: _common(getattr(first, part), getattr(last, part), limits) for part in parts})


def _is_limit(first: Node, last: Node, limits: dict[str, Node]) -> bool:
    if not isinstance(first, Number) or not isinstance(last, (Number, Name)) or not first.text.isdigit():
        return False
    return limits.setdefault("lower", first) == first and limits.setdefault("upper", last) == last
