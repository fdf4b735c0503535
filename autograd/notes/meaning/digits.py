"""How far a written number may be from the value that it stands for: half a unit in its last digit."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from autograd.notes.formulas.replacing import put
from autograd.notes.formulas.syntax import Node, Number, Sum

FEWEST = 2  # significant digits of a number that may have been rounded


def half_unit(node: Node) -> float:
    """Half a unit in the last digit of a number that may be rounded; 0 for others.

    >>> half_unit(Number("0.269")), half_unit(Number("2")), half_unit(Number("0.5"))
    (0.0005, 0.0, 0.0)
    """
    if isinstance(node, Sum) and len(node.terms) == 1:
        node = node.terms[0]
    if not isinstance(node, Number) or "." not in node.text:
        return 0.0
    whole, decimals = node.text.split(".")
    significant = (whole + decimals).lstrip("0")
    return 0.5 * 10.0 ** -len(decimals) if len(significant) >= FEWEST else 0.0


def is_written(node: Node) -> bool:
    """Whether a formula is one number, with its sign."""
    if isinstance(node, Sum) and len(node.terms) == 1:
        return isinstance(node.terms[0], Number)
    return isinstance(node, Number)


def rounding(node: Node, evaluate: Callable[[Node], float], exact: Iterable[float] = ()) -> float:
    """How far the rounding of its numbers may have moved a formula of numbers; those in `exact` are not rounded."""
    known, total = set(exact), 0.0
    value = evaluate(node)
    for part in node.walk():
        if isinstance(part, Number) and (half := half_unit(part)) and float(part.text) not in known:
            moved = Number(repr(float(part.text) + half))
            total += abs(evaluate(put(node, part, moved)) - value)
    return total
