"""f_x and f_{xy} of a function f(x, y): derivatives, where a subscript is made of its parameters."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.notes.formulas.syntax import Derivative, Indexed, Name, Node, Relation
from autograd.notes.meaning.definable import head_of

Functions = dict[Node, frozenset[Node]]


def functions(said: Iterable[object]) -> Functions:
    """The functions of several parameters that statements define, with their parameters."""
    heads = [head_of(s.sides[0]) for s in said if isinstance(s, Relation) and s.signs and s.sides[0] is not None]
    return {h.name: frozenset(map(Name, h.parameters)) for h in heads if h and len(h.parameters) > 1}


def spelled_out(said: Relation, known: Functions) -> Relation:
    """The same statement with a derivative for each such subscript."""
    if not known:
        return said
    return Relation(tuple(side and _spelled_out(side, known) for side in said.sides), said.signs, span=said.span)


def _spelled_out(node: Node, known: Functions) -> Node:
    node = node.map(lambda child: _spelled_out(child, known))
    if isinstance(node, Indexed) and node.base in known and known[node.base].issuperset(node.indices):
        return Derivative(node.base, node.indices, span=node.span)
    return node
