"""Formulas in which results are written out, or stand by their names, as one likes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from autograd.ops import div, mul, neg
from autograd.show.notation import Notation
from autograd.show.style import Style
from autograd.symbol import Symbol
from autograd.value import Value

ALL = 10**9  # terms of a sum: none is left out


class Substituted(Notation):
    """A notation in which no term is left out and only the nodes of `names` go by a name: others are written out."""

    def __init__(self, notation: Notation, names: Mapping[Value, str]) -> None:
        vars(self).update(vars(notation))
        self.most_terms, self.standing = ALL, names
        self._written: dict[Value, Any] = {}
        for v in self.order:
            self._written[v] = Symbol(names[v]) if v in names else self.value(v)

    def symbol(self, x: Value | float) -> Any:
        """The name of a node, or what it is; a constant is itself."""
        return self._written[x] if isinstance(x, Value) else x


def signed(style: Style, formula: Any) -> str:
    """A formula, or a number; a minus in front of a product needs no brackets there: −2 · (y − t)."""
    if isinstance(formula, Symbol) and formula.op is neg and formula.args[0].op in (mul, div):
        return style.negative(style.text(formula.args[0]))
    return style.text(formula)


def names_in(tree: Any) -> set[str]:
    """The names in a formula."""
    found, stack, seen = set(), [tree], set()
    while stack:
        e = stack.pop()
        if isinstance(e, Symbol) and id(e) not in seen:
            seen.add(id(e))
            stack += e.args
            found |= {e.name} if e.op is None else set()
    return found
