r"""Membership as a declaration: x \in \mathbb{R}^{1 \times D}, t \in \{0, 1\}, p \in (0, 1)."""

from __future__ import annotations

from dataclasses import replace

from autograd.notes.formulas.syntax import Group, Indexed, Name, Node, Number, Power, Product, Sum, Tagged
from autograd.notes.markdown.declared import Axis, Input
from autograd.notes.meaning.axes import axes_in
from autograd.notes.meaning.definable import head_of
from autograd.notes.meaning.keys import untagged
from autograd.notes.meaning.knowledge import Knowledge
from autograd.notes.meaning.names import REFERENCES


def take(knowledge: Knowledge, name: Node, where: Node) -> bool:
    """Learns a name's shape or range from the set that it is in; False where it has one already, or is no name."""
    if isinstance(name, Group):
        return all([take(knowledge, part, where) for part in name.parts])
    if not isinstance(name, REFERENCES):
        return False
    head = head_of(name) if isinstance(name, (Indexed, Tagged)) else None
    is_family = head is not None and head.indices != ()
    key = untagged(head.name) if head and is_family else name
    known = knowledge.names.get(key)
    if (known is not None and not isinstance(known, Input)) or (known is not None and known.axes):
        return False
    _learn(knowledge, known or Input(key), where, None if is_family else ())
    return True


def _learn(knowledge: Knowledge, given: Input, where: Node, axes: tuple[Axis, ...] | None) -> None:
    """`axes` are those of a member of a set of numbers: () for a number, None where its indices tell."""
    if (shape := _axes(where)) is not None:
        knowledge.add_axes(shape)
        if axes is not None:
            knowledge.know(given.name, replace(given, axes=shape if given.axes is None else given.axes))
        return
    numbers = [_number(part) for part in where.parts] if isinstance(where, Group) else []
    limits = tuple(number for number in numbers if number is not None)
    if not limits or len(limits) != len(numbers) or not isinstance(where, Group):
        return
    given = replace(given, axes=axes if given.axes is None else given.axes)
    if where.bracket == "{":
        knowledge.know(given.name, replace(given, values=limits))
    elif len(limits) == 2:
        knowledge.know(given.name, replace(given, low=limits[0], high=limits[1]))


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
