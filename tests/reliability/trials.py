"""How often a section tries, with which random numbers, and what it counts."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import TypeVar

T = TypeVar("T")
SHOWN = 5  # failures that are kept in words
SHARE = 100  # the short profile is one in so many


@dataclass
class Count:
    """What was tried, how often, and how often it failed; the first failures in words.

    `allowed` is the share of the trials that may fail.
    """

    what: str
    allowed: float = 0.0
    tried: int = 0
    failed: int = 0
    failures: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Whether something was tried, and no more of it failed than is allowed."""
        return self.tried > 0 and self.failed <= self.allowed * self.tried

    def note(self, right: bool, told: str = "") -> None:
        """One more trial, and how it came out; `told` is what to say of it where it failed."""
        self.tried += 1
        if not right:
            self.failed += 1
            if len(self.failures) < SHOWN:
                self.failures.append(told)


class Trials:
    """The trials of one section: as many as its profile allows, and the time, which each thing that is tried has.

    The same seed gives the same trials.
    """

    def __init__(self, section: str, seed: int = 0, long: bool = False, seconds: float = 600.0) -> None:
        self.section, self.seed, self.long, self.seconds = section, seed, long, seconds

    def of(self, what: str, whole: int) -> Iterator[random.Random]:
        """A source of random numbers for each of `whole` trials, or in the short profile for one in a hundred.

        It ends where its time is over.
        """
        end = time.monotonic() + self.seconds
        for k in range(self.count(whole)):
            if time.monotonic() > end:
                return
            yield random.Random(f"{self.seed} {self.section} {what} {k}")

    def in_turn(self, what: str, things: Sequence[T]) -> Iterator[tuple[T, random.Random]]:
        """Each of the things a hundred times, or in the short profile once, with random numbers of its own."""
        return zip(cycle(things), self.of(what, SHARE * len(things)), strict=False)

    def count(self, whole: int) -> int:
        """How many of `whole` trials this profile makes."""
        return whole if self.long else -(-whole // SHARE)
