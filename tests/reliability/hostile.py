"""Hostile inputs: read, or refused in one clear line, in bounded time and memory; nothing of them is executed."""

from __future__ import annotations

from collections.abc import Iterator

from reliability.guard import Guarded
from reliability.targets import TARGETS
from reliability.trials import Count, Trials


def run(trials: Trials) -> Iterator[Count]:
    """A count for each thing that inputs are given to."""
    with Guarded() as guarded:
        for name, target in TARGETS.items():
            count = Count(target.what)
            for draw in trials.of(name, target.whole):
                wrong = guarded.ask(name, draw.getrandbits(48))
                count.note(not wrong, wrong)
            yield count
