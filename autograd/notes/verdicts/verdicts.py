"""The verdict on a claim: its names given their meaning, its readings tried, what is wrong with it found."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from autograd.errors import DomainError
from autograd.notes.finding import HOLDS, SLIP, UNCHECKED
from autograd.notes.formulas.syntax import Node, Number, Span
from autograd.notes.formulas.wording import readable
from autograd.notes.meaning.arrays import Array, MisfitError
from autograd.notes.meaning.claim import Claim, is_literal
from autograd.notes.meaning.evaluate import Evaluator
from autograd.notes.meaning.knowledge import Definition, Knowledge
from autograd.notes.meaning.learning import Learning
from autograd.notes.meaning.names import mentioned
from autograd.notes.meaning.references import UnknownError
from autograd.notes.meaning.statements import Stated
from autograd.notes.meaning.world import NotCheckableError, World
from autograd.notes.meaning.worlds import ATTEMPTS, NOT_HERE, Worlds
from autograd.notes.verdicts.agreement import agrees, in_fog
from autograd.notes.verdicts.diagnosing import TELL_LITTLE, diagnosed
from autograd.notes.verdicts.diagnosis import Diagnosis
from autograd.notes.verdicts.readings import Reading, readings
from autograd.notes.verdicts.trials import Tried, compared, tried

MOST_NAMES = 40  # learned for one claim
APART = "the left side is not computed through what it is derived in"
IN_FOG = "rounding leaves no digits to compare where it was tried: declare other ranges"
OTHERWISE = "it is defined otherwise"
CONDITION = "it is not 0 everywhere: read as a condition, which is not checked"


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
            found = self._tried(claim, stated)
            if any(trial.apart for trial in found.trials) and claim.body != Number("0"):
                raise NotCheckableError(APART)
            if _holds(found):
                message = f"{_equal(claim, len(found.trials))}{self._assumed(claim)}"
                return Verdict(HOLDS, message, claim.body.span)
            if all(agrees(trial) or in_fog(trial) for trial in found.trials):
                raise NotCheckableError(IN_FOG)
            if _is_condition(found):
                raise NotCheckableError(CONDITION)
            if claim.kind == "order" and any(agrees(trial, claim.sign) for trial in found.trials):
                raise NotCheckableError("it holds at some points only: read as a condition")
            slip = diagnosed(found)
            if (line := self._is_other(claim, slip, stated)) is not None:
                raise NotCheckableError(
                    f"{OTHERWISE} in line {line}: read as another definition; declare `new` to say so"
                )
            slip = slip._replace(message=slip.message + self._defined(claim))
            return Verdict(SLIP, slip.message, slip.place, slip)
        except NOT_HERE as error:
            return Verdict(UNCHECKED, _reason(error), claim.body.span)

    def _is_other(self, claim: Claim, slip: Diagnosis, stated: Stated) -> int | None:
        """The line in which a name was defined so differently that this must be another definition."""
        known = self.knowledge.find(claim.head) if claim.kind == "equality" else None
        if known is None or not isinstance(known[1], Definition) or slip.kind not in TELL_LITTLE or slip.body:
            return None
        if known[1].paragraph == stated.paragraph:
            return None
        return known[1].line

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

    def _tried(self, claim: Claim, stated: Stated) -> Tried:
        """The claim in the reading in which it holds; else in the first in which it can be compared.

        Raises NotCheckableError where there is none.
        """
        self._ground(claim, stated)
        found: list[Tried] = []
        reasons: list[str] = []
        for reading in readings(claim, self.worlds):
            try:
                found.append(tried(claim, self.worlds, reading))
            except NotCheckableError as error:
                reasons.append(str(error))
            except MisfitError as error:
                reasons.append(f"its left side does not go together: {error}")
            else:
                if _holds(found[-1]):
                    return found[-1]
        if not found:
            raise NotCheckableError(reasons[0])
        return next((each for each in found if not each.misfit), found[0])

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


def _holds(found: Tried) -> bool:
    return all(agrees(trial, found.claim.sign) for trial in found.trials)


def _is_condition(found: Tried) -> bool:
    """∂J/∂w = 0, where it depends on the point: where J is least, not everywhere."""
    claim, values = found.claim, {tuple(np.ravel(trial.actual)) for trial in found.trials}
    return claim.body == Number("0") and claim.kind == "derivative" and not claim.settings and len(values) > 1


def _equal(claim: Claim, points: int) -> str:
    """How the sides of a claim that holds compare."""
    if claim.kind == "numbers":
        return "equal" if claim.sign != "≈" else "nearly equal"
    how = "so" if claim.kind == "order" else "nearly equal" if claim.sign == "≈" else "equal"
    return f"{how} at {points} points"
