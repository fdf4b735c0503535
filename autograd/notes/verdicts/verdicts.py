"""The verdict on a claim: its names given their meaning, its readings tried, what is wrong with it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from autograd.errors import DomainError
from autograd.notes.finding import HOLDS, SLIP, UNCHECKED
from autograd.notes.formulas.syntax import Derivative, Node, Number, Primed, Span
from autograd.notes.formulas.wording import readable
from autograd.notes.meaning.arithmetic import Array, MisfitError, shape_of
from autograd.notes.meaning.claim import Claim, is_literal
from autograd.notes.meaning.evaluate import Evaluator
from autograd.notes.meaning.knowledge import Definition, Knowledge, mentioned
from autograd.notes.meaning.learning import Learning
from autograd.notes.meaning.references import UnknownError
from autograd.notes.meaning.statements import Stated
from autograd.notes.meaning.world import NotCheckableError, World
from autograd.notes.meaning.worlds import ATTEMPTS, NOT_HERE, Worlds
from autograd.notes.verdicts.judge import Reading, Trial, agrees, compared, in_fog, misfit, trials
from autograd.notes.verdicts.repairs import Diagnosis, diagnosed

MOST_NAMES = 40  # learned for one claim
APART = "the left side is not computed through what it is derived in"


class Verdict(NamedTuple):
    """What is to be said of a claim; `slip` where it is wrong."""

    verdict: str
    message: str
    place: Span
    slip: Diagnosis | None = None


class Judge:
    """Judges claims by what is known at their place in the notes."""

    def __init__(self, knowledge: Knowledge, learning: Learning) -> None:
        self.knowledge, self.learning = knowledge, learning
        self.worlds = Worlds(knowledge)

    def verdict(self, claim: Claim, stated: Stated) -> Verdict:
        """Whether a claim holds, and how it is wrong."""
        try:
            reading, found = self._tried(claim, stated)
            if any(trial.apart for trial in found) and claim.body != Number("0"):
                raise NotCheckableError(APART)
            if all(agrees(trial, claim.sign) for trial in found):
                return Verdict(HOLDS, f"{_equal(claim, len(found))}{self._assumed(claim)}", claim.body.span)
            if all(agrees(trial) or in_fog(trial) for trial in found):
                raise NotCheckableError("rounding leaves no digits to compare where it was tried: declare other ranges")
            if _is_condition(claim, found):
                raise NotCheckableError("it is not 0 everywhere: read as a condition, which is not checked")
            slip = diagnosed(claim, found, self.worlds, reading)
            slip = slip._replace(message=slip.message + self._defined(claim))
            return Verdict(SLIP, slip.message, slip.place, slip)
        except NOT_HERE as error:
            return Verdict(UNCHECKED, _reason(error), claim.body.span)

    def _defined(self, claim: Claim) -> str:
        """Where the left side was defined, if it is a name: the claim may be meant as another definition."""
        known = self.knowledge.find(claim.head)
        if known is None or not isinstance(known[1], Definition) or claim.kind != "equality":
            return ""
        name = readable(claim.head)
        return f" ({name} is defined in line {known[1].line}; if it is another one, declare `new {name}` before it)"

    def _assumed(self, claim: Claim) -> str:
        """What names of a claim were taken for that nothing was said of."""
        found: dict[str, list[str]] = {}
        names = {
            n for side in (claim.head, claim.body) for part in mentioned(side) for n in self.knowledge.upstream(part)
        }
        for name, words in self.knowledge.assumed.items():
            if name in names:
                found.setdefault(words, []).append(readable(name))
        return "".join(f"; {', '.join(names)} taken for {words}" for words, names in found.items())

    def value(self, node: Node, stated: Stated) -> Array:
        """What a formula comes to at the first point, its names given a meaning. Raises what evaluating it does."""
        self._grounded(lambda world: Evaluator(world).evaluate(node, {}), stated, assume=True)
        return Evaluator(self.worlds.at(0)).evaluate(node, {})

    def _tried(self, claim: Claim, stated: Stated) -> tuple[Reading, list[Trial]]:
        """The reading in which a claim holds; else the first in which it can be compared.

        Raises NotCheckableError where there is none.
        """
        self._ground(claim, stated)
        found: list[tuple[Reading, list[Trial]]] = []
        reasons: list[str] = []
        for reading in self._readings(claim):
            try:
                tried = trials(claim, self.worlds, reading)
            except NotCheckableError as error:
                reasons.append(str(error))
            except MisfitError as error:
                reasons.append(f"its left side does not go together: {error}")
            else:
                if all(agrees(trial, claim.sign) for trial in tried):
                    return reading, tried
                found.append((reading, tried))
        fitting = [pair for pair in found if not misfit(pair[1])]
        if not found:
            raise NotCheckableError(reasons[0])
        return (fitting or found)[0]

    def _readings(self, claim: Claim) -> list[Reading]:
        """The ways in which a claim may be meant, the plainest first."""
        readings = [Reading(), Reading(elementwise=True)]
        if claim.variable is not None and any(isinstance(n, Primed) for n in claim.body.walk()):
            readings.append(Reading(variable=claim.variable))
        if self._is_jacobian(claim):
            readings.append(Reading(denominator=True))
        if any(self.knowledge.per_in(side) for side in (claim.head, claim.body)):
            readings += [reading._replace(each=True) for reading in readings]
        return readings

    def _is_jacobian(self, claim: Claim) -> bool:
        """Whether a vector is derived in a vector, which textbooks lay out in two ways."""
        head = claim.head
        if not isinstance(head, Derivative) or head.of is None or len(head.wrt) != 1:
            return False
        evaluator = Evaluator(self.worlds.at(0))
        try:
            shapes = [shape_of(evaluator.evaluate(node, {})) for node in (head.of, head.wrt[0])]
        except NOT_HERE:
            return False
        return all(len(shape) == 1 for shape in shapes)

    def _ground(self, claim: Claim, stated: Stated) -> None:
        """Gives every name of a claim its meaning; the right side's are not assumed, but for a left side of numbers."""
        head = replace(claim, body=claim.head)
        self._grounded(lambda world: compared(head, world, Reading()), stated, assume=True)
        self._grounded(lambda world: compared(claim, world, Reading()), stated, assume=is_literal(claim.head))

    def _grounded(self, attempt: Callable[[World], object], stated: Stated, assume: bool) -> None:
        draw = 0
        for _ in range(MOST_NAMES):
            try:
                attempt(self.worlds.at(0, draw))
                return
            except UnknownError as error:
                if not self.learning.learn(error.name, stated.part, stated.position, assume):
                    raise
            except (DomainError, ArithmeticError):
                draw = (draw + 1) % ATTEMPTS  # elsewhere there may be a value, and more names to learn
            except (MisfitError, NotCheckableError):
                return  # another reading may do


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "it is defined through too many others"
    return str(error).split("\n")[0]


def _is_condition(claim: Claim, found: list[Trial]) -> bool:
    """∂J/∂w = 0, where it depends on the point: where J is least, not everywhere."""
    values = {tuple(np.ravel(trial.actual)) for trial in found}
    return claim.body == Number("0") and claim.kind == "derivative" and not claim.settings and len(values) > 1


def _equal(claim: Claim, points: int) -> str:
    """How the sides of a claim that holds compare."""
    if claim.kind == "numbers":
        return "equal" if claim.sign != "≈" else "nearly equal"
    how = "so" if claim.kind == "order" else "nearly equal" if claim.sign == "≈" else "equal"
    return f"{how} at {points} points"
