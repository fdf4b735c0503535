"""How far rounding can have moved the sides of a claim: that of floats, and that of numbers written in notes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.check.arrays import rounding
from autograd.notes.formulas.syntax import Node, Sum
from autograd.notes.meaning import digits
from autograd.notes.meaning.arrays import as_array, entries_of, scalar, shape_of
from autograd.notes.meaning.claim import Claim, is_literal
from autograd.notes.meaning.evaluate import Evaluator
from autograd.notes.verdicts.sides import Numbers, fitted, numbers
from autograd.value import Value, data_of

FLOAT = 1e-15  # relative: how exactly a float stands for a number that is written


def computed(value: Any, shape: tuple[int, ...], most: float) -> Numbers:
    """A bound on the rounding of a side that was computed, up to the share `most` of it."""
    if not any(isinstance(x, Value) for x in entries_of(value)):
        return 0.0
    lost = rounding(as_array(value))
    return fitted(lost if most == np.inf else np.minimum(lost, most * np.abs(numbers(value))), shape)


def digits_left_open(claim: Claim, evaluator: Evaluator) -> float:
    """How far the digits of written numbers leave open where the sides are."""
    sides = (claim.head, claim.body)

    def value(node: Node) -> float:
        found = evaluator.evaluate(node, {})
        return 0.0 if shape_of(found) else float(data_of(scalar(found), "a side"))

    if claim.kind == "numbers":
        terms = [term for side in sides for term in (side.terms if isinstance(side, Sum) else (side,))]
        return FLOAT * max(abs(value(term)) for term in terms) + max(map(digits.half_unit, sides))
    exact = [number for _, number in claim.settings]
    return sum(digits.rounding(side, value, exact) for side in sides if is_literal(side))
