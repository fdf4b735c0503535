"""What trials tell of a claim that is wrong, as `autograd.check` diagnoses it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from autograd.check.evidence import Evidence
from autograd.errors import DomainError
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import Input
from autograd.notes.meaning.claim import Claim
from autograd.notes.meaning.world import NotCheckableError, World
from autograd.notes.verdicts.sides import Numbers, numbers
from autograd.notes.verdicts.trials import Trial, Tried, compared

RESIZED = 2  # trials that are repeated with other sizes


def evidence(tried: Tried) -> Evidence:
    """What is known of a claim that is wrong: the points of one choice of sizes, and the same with others."""
    first = tried.trials[0].world
    alike = [trial for trial in tried.trials if trial.world.sizes == first.sizes]
    names = {size: name for name, size in first.sizes.items()}

    def resized(sizes: Mapping[int, int]) -> Evidence | None:
        changed = {names[old]: new for old, new in sizes.items() if old in names}
        other = _resized(tried, alike[:RESIZED], changed)
        return None if other is None else _evidence(tried.claim, other, names, lambda _: None)

    return _evidence(tried.claim, alike, names, resized)


def _resized(tried: Tried, trials: Sequence[Trial], sizes: Mapping[str, int]) -> list[Trial] | None:
    """The same with other sizes; None where a side has no value then."""
    try:
        worlds = [tried.worlds.resized(trial.world.number, trial.world.attempt, sizes) for trial in trials]
        other = [compared(tried.claim, world, tried.reading) for world in worlds]
    except (NotCheckableError, DomainError, ArithmeticError):
        return None
    return None if any(trial.failure for trial in other) else other


def _evidence(claim: Claim, trials: Sequence[Trial], sizes: Mapping[int, str], resized: Any) -> Evidence:
    points = [_inputs(claim, trial.world) for trial in trials]
    everywhere = set.intersection(*map(set, points))  # a world makes the inputs that it was asked for
    points = [{name: x for name, x in point.items() if name in everywhere} for point in points]
    claimed, actual = [trial.claimed for trial in trials], [trial.actual for trial in trials]
    return Evidence(points, claimed, actual, sizes, lambda _: None, resized)


def _inputs(claim: Claim, world: World) -> dict[str, Numbers]:
    """The inputs of a claim at a point, by name."""
    knowledge = world.knowledge
    found = {n for side in (claim.head, claim.body) for part in side.walk() for n in knowledge.upstream(part)}
    inputs = sorted((n for n in found if isinstance(knowledge.names[n], Input)), key=repr)
    made = {readable(n): world.memo.get(("input", n)) for n in inputs}
    return {name: numbers(value) for name, value in made.items() if value is not None}
