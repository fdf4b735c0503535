r"""Membership as a declaration: x \in \mathbb{R}^{1 \times D}, t \in \{0, 1\}, p \in (0, 1)."""

from __future__ import annotations

from dataclasses import replace

from autograd.notes.formulas.syntax import Group, Indexed, Name, Node, Number, Power, Product, Sum, Tagged
from autograd.notes.markdown.declared import Axis, Input
from autograd.notes.meaning.definable import head_of
from autograd.notes.meaning.knowledge import REFERENCES, Knowledge, untagged
from autograd.notes.meaning.learning import axes_in


def take(knowledge: Knowledge, name: Node, where: Node) -> bool:
    """Learns a name's shape or range from the set that it is in; False where it has one already, or is no name."""
    if isinstance(name, Group):
        return all([take(knowledge, part, where) for part in name.parts])
    if not isinstance(name, REFERENCES):
        return False
    axes: tuple[Axis, ...] | None = ()
    head = head_of(name) if isinstance(name, (Indexed, Tagged)) else None
    if head and head.indices:
        name, axes = untagged(head.name), None  # its axes are those of its indices
    known = knowledge.names.get(name)
    given = known if isinstance(known, Input) else Input(name)
    if (known is not None and known is not given) or given.axes:
        return False
    if (shape := _axes(where)) is not None:
        knowledge.add_axes(shape)
        if axes is not None:
            knowledge.know(name, replace(given, axes=shape if given.axes is None else given.axes))
    elif isinstance(where, Group) and (numbers := [_number(part) for part in where.parts]) and None not in numbers:
        limits = [number for number in numbers if number is not None]
        if where.bracket == "{":
            knowledge.know(name, replace(given, values=tuple(limits), axes=axes if given.axes is None else given.axes))
        elif len(limits) == 2:
            knowledge.know(
                name, replace(given, low=limits[0], high=limits[1], axes=axes if given.axes is None else given.axes)
            )
    return True


def axes_of_set(where: Node) -> tuple[Node, ...]:
    """The sizes in ℝ^{m×n}."""
    exponent = where.exponent if isinstance(where, Power) and where.base == Name("ℝ") else None
    if isinstance(exponent, Product) and set(exponent.signs[1:]) == {"×"}:
        return exponent.factors
    return (exponent,) if exponent is not None else ()


def _axes(where: Node) -> tuple[Axis, ...] | None:
    if where == Name("ℝ"):
        return ()
    return axes_in(where.exponent) if isinstance(where, Power) and where.base == Name("ℝ") else None


def _number(node: Node) -> float | None:
    if isinstance(node, Sum) and len(node.terms) == 1 and isinstance(node.terms[0], Number):
        return float(node.terms[0].text) * (-1.0 if node.signs == ("-",) else 1.0)
    return float(node.text) if isinstance(node, Number) else None
