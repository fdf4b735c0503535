"""The search for the one edit that puts a claim right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from autograd.check.factors import Factor, common_factor, simple
from autograd.notes.formulas.syntax import Node
from autograd.notes.meaning.claim import Claim
from autograd.notes.meaning.world import World
from autograd.notes.meaning.worlds import NOT_HERE
from autograd.notes.verdicts.agreement import agrees
from autograd.notes.verdicts.edits import Edit, Side, edits
from autograd.notes.verdicts.meant import indices_meant, names_meant
from autograd.notes.verdicts.trials import Trial, Tried, compared, settled

MOST_EDITS = 400  # tried for one claim
MOST_STEPS = 60_000  # of evaluation, for all edits to one claim
SCALED_POINTS = 3  # where a factor is looked for: it is the same at all of them


def mending(tried: Tried, scaled: bool = False) -> Edit | None:
    """The first edit after which a claim holds; with `scaled`, holds but for a constant factor. None without one."""
    return _Search(tried, scaled).found()


class _Search:
    """A search for an edit, which ends when it has taken too many steps."""

    def __init__(self, tried: Tried, scaled: bool) -> None:
        self.claim, self.reading, self.scaled = tried.claim, tried.reading, scaled
        self.points = [trial.world for trial in tried.trials[: SCALED_POINTS if scaled else None]]
        knowledge = tried.worlds.knowledge
        names, indices = names_meant(self.claim, knowledge), indices_meant(self.claim, knowledge)
        self.side = Side(self.claim.body, self.claim.source, names, indices)
        self.steps = 0

    def found(self) -> Edit | None:
        """The first edit that mends the claim."""
        for edit in islice(edits(self.side), MOST_EDITS):
            if self.steps > MOST_STEPS:
                return None
            if not self._says_nothing(edit.body) and (also := self._mended(edit.body)) is not None:
                return replace(edit, words=edit.words + also)
        return None

    def _says_nothing(self, body: Node) -> bool:
        """Whether the left side would be said to be itself, or itself times something."""
        return body == self.claim.head or self.claim.head in body.children()

    def _mended(self, body: Node) -> str | None:
        """What else is wrong with the claim of another body; "" where it holds, None where it does not."""
        claim = replace(self.claim, body=body)
        found: list[Trial] = []
        for world in self.points:
            trial = self._trial(claim, world)
            if trial is None or trial.misfit or not (self.scaled or agrees(trial)):
                return None
            found.append(trial)
        return _factor_left(found) if self.scaled else ""

    def _trial(self, claim: Claim, world: World) -> Trial | None:
        """The claim at a point; None where it has no value there."""
        world.steps = 0
        try:
            return compared(claim, settled(world, claim), self.reading)
        except NOT_HERE:
            return None
        finally:
            self.steps += world.steps


def _factor_left(trials: Sequence[Trial]) -> str | None:
    r = common_factor([trial.claimed for trial in trials], [trial.actual for trial in trials])
    fraction = r and simple(r)
    return f", and {Factor(r, fraction).remedy()}" if r and fraction else None
