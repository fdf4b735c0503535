"""Proofs by numbers: a formula is compared, as it is written, with the step-by-step gradient at random points."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from autograd.codegen import ARITHMETIC_ERRORS, compute
from autograd.expression.grammar import CONSTANTS
from autograd.show.formulas.points import Group, Point, Sampler
from autograd.show.formulas.substitution import names_in, signed
from autograd.show.notation import Notation, some
from autograd.show.style import PLAIN, TYPESET, Style
from autograd.symbol import Symbol
from autograd.value import Value

PROOFS, SEARCHES = 64, 16  # points
TOLERANCE = 1e-12  # of the sum of the sizes of the terms that the chain rule adds


@dataclass(frozen=True)
class ClosedForm:
    """A gradient as a short formula over the nodes' names, and what holds where it does.

    `given` are groups of inputs, by name, each of which sums to 1; `one_side` says that it was seen on this side of
    the kinks alone.
    """

    tree: Any
    given: tuple[tuple[str, ...], ...] = ()
    one_side: bool = False

    def __str__(self) -> str:
        return f"{self.written(PLAIN)}   {self.proof(PLAIN)}"

    def to_dict(self, name: str) -> dict[str, Any]:
        """A record for JSON, of the gradient in the node of that name."""
        formulas = {"formula": self.written(PLAIN), "latex": self.written(TYPESET)}
        conditions = {"given": [list(group) for group in self.given], "one_side": self.one_side}
        return {"node": name, **formulas, **conditions, "points": PROOFS, "within": TOLERANCE}

    def written(self, style: Style) -> str:
        """The formula."""
        return signed(style, self.tree)

    def proof(self, style: Style) -> str:
        """What was compared, and on which condition."""
        sums = [" + ".join(name if name == "…" else style.name(name) for name in some(group)) for group in self.given]
        given = ", ".join(f"{style.words('given')} {total} = 1" for total in sums)
        side = " on this side of the kinks" if self.one_side else ""
        words = style.words(f"equal at {PROOFS} random points{side}, within {TOLERANCE:g}")
        return f"{given}, {words}" if given else words


class Proofs:
    """Tries formulas for the gradients of one graph."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        self.nodes = {name: v for v, name in notation.names.items()}
        self.groups = _probabilities(notation)
        self.kinks = set(Sampler(notation.order).sides)
        self._samples: dict[Any, list[Point]] = {}

    def sample(self, groups: tuple[Group, ...], one_side: bool = True) -> list[Point]:
        """Points at which the groups sum to 1: `SEARCHES` to look at, and those of the proofs."""
        key = (groups, one_side)
        if key not in self._samples:
            self._samples[key] = Sampler(self.notation.order, groups, one_side).draw(SEARCHES + PROOFS)
        return self._samples[key]

    def proved(self, v: Value, tree: Any) -> ClosedForm | None:
        """The form with the fewest conditions under which it holds; none if its numbers would be rounded in writing."""
        if _has_rounded(tree):
            return None
        for groups in dict.fromkeys(((), *((group,) for group in self.groups), tuple(self.groups))):
            if self._holds(v, tree, self.sample(groups)):
                given = tuple(tuple(self.notation.names[x] for x in group) for group in groups)
                return ClosedForm(tree, given, self._one_side(v, tree, groups))
        return None

    def _one_side(self, v: Value, tree: Any, groups: tuple[Group, ...]) -> bool:
        """Whether it was not seen to hold on the other side of every kink too."""
        if not self.kinks:
            return False
        sample = self.sample(groups, one_side=False)
        fresh = sample[SEARCHES:]
        everywhere = {frozenset(p.crossed) for p in fresh}  # both sides of one kink beside both sides of another
        seen = {k for p in fresh for k in p.crossed if p.sizes[k]}  # where the result does depend on it
        return len(everywhere) < 2 ** len(self.kinks) or seen != self.kinks or not self._holds(v, tree, sample)

    def _holds(self, v: Value, tree: Any, sample: Sequence[Point]) -> bool:
        """Whether the formula, as it is written, is the gradient at points at which nothing was looked for."""
        fresh = sample[SEARCHES:]
        return len(fresh) == PROOFS and all(
            abs(self._at(tree, p) - p.gradients[v]) <= TOLERANCE * p.sizes[v] for p in fresh
        )

    def _at(self, tree: Any, point: Point) -> float:
        known = {name: point.values[self.nodes[name]] for name in names_in(tree) & self.nodes.keys()}
        try:
            return evaluate(tree, CONSTANTS | known)
        except (KeyError, *ARITHMETIC_ERRORS):
            return math.nan


def _has_rounded(tree: Any) -> bool:
    """Whether a number in a formula has more digits than are written."""
    if isinstance(tree, Symbol):
        return any(map(_has_rounded, tree.args))
    return abs(tree) not in CONSTANTS.values() and float(f"{tree:.{PLAIN.precision}g}") != tree


def evaluate(tree: Any, numbers: Mapping[str, float]) -> float:
    """A formula at a point.

    >>> evaluate(1 - Symbol("y") ** 2, {"y": 3.0})
    -8.0
    """
    if not isinstance(tree, Symbol):
        return float(tree)
    return numbers[tree.name] if tree.op is None else compute(tree.op, [evaluate(x, numbers) for x in tree.args])


def _probabilities(notation: Notation) -> list[Group]:
    """Inputs of one name with indices, t₁, t₂, … or t[0], t[1], …, whose numbers are not negative and sum to 1."""
    named: dict[str, list[Value]] = {}
    for v in notation.order:
        if v.op is None and v in notation.labelled and v.data >= 0.0:
            for pattern in (r"(\[\d+\]|\d|[₀-₉])$", r"(\d+|[₀-₉]+)$"):
                base = re.sub(pattern, "", notation.names[v])
                if base != notation.names[v]:
                    named.setdefault(f"{base} {pattern}", []).append(v)
    whole = [tuple(vs) for vs in named.values() if math.isclose(math.fsum(v.data for v in vs), 1.0, rel_tol=1e-12)]
    groups = dict.fromkeys(group for group in whole if len(group) > 1)
    return [group for group in groups if not any(set(group) < set(other) for other in groups)]
