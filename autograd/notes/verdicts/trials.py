"""A claim tried: both of its sides evaluated at several points."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from autograd.errors import DomainError
from autograd.modes import recording
from autograd.notes.formulas.syntax import Number
from autograd.notes.meaning.arrays import MisfitError, written
from autograd.notes.meaning.circumstances import letters, of_indices
from autograd.notes.meaning.claim import Claim
from autograd.notes.meaning.conditions import holds
from autograd.notes.meaning.entries import RangeError
from autograd.notes.meaning.evaluate import Evaluator
from autograd.notes.meaning.world import NotCheckableError, World
from autograd.notes.meaning.worlds import ATTEMPTS, POINTS, Worlds, held
from autograd.notes.verdicts import blur
from autograd.notes.verdicts.readings import Reading
from autograd.notes.verdicts.sides import Numbers, Spans, counted, fitted, numbers, stacked, values


@dataclass(frozen=True)
class Trial:
    """Both sides at one point: `actual` is the left one, `claimed` the right one.

    Where the right side does not go together, it is None, and `failure` says why.
    """

    world: World
    actual: Numbers
    claimed: Numbers
    apart: bool  # whether the head is not computed through what it derives in
    lost: Callable[[float], Numbers] = lambda most: 0.0  # to rounding, at most, and up to this share of a side
    failure: str = ""

    @property
    def misfit(self) -> str:
        """What does not go together; "" where the sides have one shape."""
        if self.failure or self.claimed.shape == self.actual.shape:
            return self.failure
        return f"{written(self.claimed.shape)} instead of {written(self.actual.shape)}"


@dataclass(frozen=True)
class Tried:
    """A claim, and what came of it at each point when it was read in one way."""

    claim: Claim
    worlds: Worlds
    reading: Reading
    trials: Sequence[Trial]

    @property
    def misfit(self) -> str:
        """What does not go together; "" where the sides have one shape."""
        return self.trials[0].misfit


class ElsewhereError(ArithmeticError):
    """A point at which nothing is claimed."""


def tried(claim: Claim, worlds: Worlds, reading: Reading) -> Tried:
    """A claim tried at all points. Raises NotCheckableError for a side that has no value."""
    return Tried(claim, worlds, reading, [_trial(claim, worlds, reading, number) for number in range(POINTS)])


def _trial(claim: Claim, worlds: Worlds, reading: Reading, number: int) -> Trial:
    reason: Exception | None = None
    for attempt in range(ATTEMPTS):
        try:
            return compared(claim, settled(worlds.at(number, attempt), claim), reading)
        except (DomainError, ArithmeticError) as error:
            reason = error
    words = str(reason).split("\n")[0].split(" (at ")[0]
    raise NotCheckableError(f"it has no value where it was tried ({words}): declare ranges where it has")


def settled(world: World, claim: Claim) -> World:
    """The same world, with the numbers that a claim gives to names."""
    return held(world, claim.settings) if claim.settings else world


def compared(claim: Claim, world: World, reading: Reading) -> Trial:
    """Both sides in one world. Raises what evaluating them does, but not for a right side that does not go together."""
    evaluator = Evaluator(world, reading.elementwise, reading.variable)
    outer, inner = _spans(claim, evaluator, reading.each)
    if not all(holds(evaluator, c, {}) for c in claim.conditions if not of_indices(c)):
        raise ElsewhereError("the condition beside it does not hold")
    where = [c for c in claim.conditions if of_indices(c) and letters([c]) <= outer.keys()]
    with recording():
        heads = values(claim.head, evaluator, outer, where)
        apart = bool(world.disconnected) and not any(numbers(head).any() for head in heads)
        try:
            bodies = values(claim.body, evaluator, {**outer, **inner}, where)
            outer = {"": range(len(heads))} if where else outer
            head, body = stacked(heads, bodies, outer, inner)
        except (MisfitError, RangeError) as error:
            head, _ = stacked(heads, heads, {"": range(len(heads))} if where else outer, {})
            return Trial(world, numbers(head), None, apart, failure=str(error))
    head = head.T if reading.denominator else head
    actual = numbers(head)
    claimed = _right_side(claim, numbers(body), actual.shape)
    left_open = blur.digits_left_open(claim, evaluator)

    def lost(most: float) -> Numbers:
        return sum(blur.computed(side, actual.shape, most) for side in (head, body)) + left_open

    return Trial(world, actual, claimed, apart, lost)


def _spans(claim: Claim, evaluator: Evaluator, each: bool) -> tuple[Spans, Spans]:
    """The values of the indices that the left side counts, and of those that only the right side does."""
    sides = [claim.head, claim.body]
    outer, counts = (counted(side, evaluator, each) for side in sides)
    inner = [name for name in counts if name not in outer]
    spans = {name: evaluator.span(name, sides, {}) for name in [*outer, *inner]}
    return {name: spans[name] for name in outer}, {name: spans[name] for name in inner}


def _right_side(claim: Claim, body: Numbers, shape: tuple[int, ...]) -> Numbers:
    if claim.body == Number("0") and body.ndim == 0:
        return np.zeros(shape)  # ∂L/∂w = 0, for a w of any shape
    return fitted(body, shape)
