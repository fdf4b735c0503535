"""Axes as formulas write them: 4×3 below a matrix, ℝ^{k×m}."""

from __future__ import annotations

from collections.abc import Iterable

from autograd.notes.formulas.syntax import Group, Name, Node, Number, Product
from autograd.notes.markdown.declared import Axis

LONGEST = 1000  # number of entries along an axis


def axes_in(remark: Node) -> tuple[Axis, ...] | None:
    """The axes that a remark names; None where it names none.

    >>> axes_in(Product((Number("4"), Name("m")), ("", "×")))
    (Axis(first=1, last=4), Axis(first=1, last='m'))
    """
    if isinstance(remark, Group) and len(remark.parts) == 1:
        remark = remark.parts[0]
    parts: Iterable[Node] = (remark,)
    if isinstance(remark, Product) and set(remark.signs[1:]) == {"×"}:
        parts = remark.factors
    elif isinstance(remark, Group):
        parts = remark.parts
    axes = [_axis(part) for part in parts]
    return None if any(axis is None for axis in axes) else tuple(axis for axis in axes if axis)


def _axis(node: Node) -> Axis | None:
    if isinstance(node, Number) and node.text.isdigit() and 0 < int(node.text) <= LONGEST:
        return Axis(1, int(node.text))
    return Axis(1, node.text) if isinstance(node, Name) else None
