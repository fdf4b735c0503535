"""The ways in which a claim may be meant: what formulas leave open."""

from __future__ import annotations

from typing import NamedTuple

from autograd.notes.formulas.syntax import Derivative, Node, Primed
from autograd.notes.meaning.arrays import shape_of
from autograd.notes.meaning.claim import Claim
from autograd.notes.meaning.evaluate import Evaluator
from autograd.notes.meaning.implied import implied_in
from autograd.notes.meaning.worlds import NOT_HERE, Worlds


class Reading(NamedTuple):
    """One way to understand what a formula leaves open."""

    elementwise: bool = False  # vectors side by side are multiplied entry by entry
    variable: Node | None = None  # what a prime derives in
    denominator: bool = False  # ∂y/∂x of vectors has a row for each x, not for each y
    each: bool = False  # what has a value for each index i is compared for each i


def readings(claim: Claim, worlds: Worlds) -> list[Reading]:
    """The ways in which a claim may be meant, the plainest first."""
    found = [Reading(), Reading(elementwise=True)]
    if claim.variable is not None and any(isinstance(n, Primed) for n in claim.body.walk()):
        found.append(Reading(variable=claim.variable))
    if _is_jacobian(claim.head, worlds):
        found.append(Reading(denominator=True))
    if any(implied_in(worlds.knowledge, side) for side in (claim.head, claim.body)):
        found += [reading._replace(each=True) for reading in found]
    return found


def _is_jacobian(head: Node, worlds: Worlds) -> bool:
    """Whether a vector is derived in a vector, which textbooks lay out in two ways."""
    if not isinstance(head, Derivative) or head.of is None or len(head.wrt) != 1:
        return False
    evaluator = Evaluator(worlds.at(0))
    try:
        shapes = [shape_of(evaluator.evaluate(node, {})) for node in (head.of, head.wrt[0])]
    except NOT_HERE:
        return False
    return all(len(shape) == 1 for shape in shapes)
