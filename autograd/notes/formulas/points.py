"""Where something holds: conditions in brackets, in cases, under a bar."""

from __future__ import annotations

from typing import Any, TypeGuard

from autograd.notes.formulas.parts import between
from autograd.notes.formulas.scripts import is_named
from autograd.notes.formulas.syntax import At, Derivative, Group, Node, Primed, Product, Relation
from autograd.notes.formulas.unread import NotRead


def is_conditions(node: Node | None) -> TypeGuard[Group]:
    """Whether this is a bracket of relations that say where: (x = 0), not (y' = 1)."""
    return is_relations(node) and not any(isinstance(each, Derivative | Primed) for each in node.walk())


def is_relations(node: Node | None) -> TypeGuard[Group]:
    """Whether this is a bracket of relations."""
    return isinstance(node, Group) and all(isinstance(part, Relation) for part in node.parts)


def at_conditions(side: Node | None) -> Node | None:
    r"""A bracket of relations behind what is no name says where: \frac34 (x = 0)."""
    if not isinstance(side, Product) or side.signs[-1] or not is_conditions(side.factors[-1]):
        return side
    if is_named(side.factors[-2]):
        return side
    rest = side.factors[:-1]
    body = rest[0] if len(rest) == 1 else Product(rest, side.signs[:-1], span=between(rest))
    return At(body, tuple(side.factors[-1].children()), span=side.span)


def is_bar(node: Any) -> bool:
    r"""Whether this is x \big|_{…}, not \left. x \right|_{…}."""
    return isinstance(node, At) and node.span[0] == node.body.span[0]


def at_call(before: Any, at: At) -> list[Any]:
    """f(x)|_{x=0} is f(x) at 0; what else stands before a bar may belong to it or not."""
    if isinstance(at.body, Group) and is_named(before):
        body = Product((before, at.body), ("", ""), span=between([before, at.body]))
        return [At(body, at.conditions, span=between([before, at]))]
    if not isinstance(at.body, Derivative | Group | Primed):
        raise NotRead(r"what the bar is of is not clear: write \left. … \right|", at.span)
    return [before, at]
