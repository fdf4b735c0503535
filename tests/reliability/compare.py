"""Numbers beside what they should be: how much of the room for errors they take, and where they take most."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import oracles
from oracles import mp

from reliability.trials import Count


class Pair(NamedTuple):
    """A number, what it should be (a float, or 50 digits), and how far apart they may be."""

    found: float
    exact: Any
    room: Any = 0.0

    @property
    def share(self) -> float:
        """The share of the room that the error takes; 0 also where both are nan, or the same infinity."""
        if mp.isnan(self.exact):
            return 0.0 if math.isnan(self.found) else math.inf
        if math.isinf(self.found):  # right if what it should be is beyond the floats, or so near that rounding decides
            beyond = abs(self.exact) > oracles.LARGEST * (1 - mp.mpf(10) ** -14)
            return 0.0 if beyond and (self.found > 0) == (self.exact > 0) else math.inf
        if math.isnan(self.found) or mp.isnan(self.room) or abs(self.exact) >= oracles.LARGEST:
            return math.inf
        off = abs(mp.mpf(self.found) - self.exact)
        return float(off / self.room) if self.room else math.inf if off else 0.0

    def __str__(self) -> str:
        return f"{self.found!r}, but {mp.nstr(mp.mpf(self.exact), 20)} ± {mp.nstr(mp.mpf(self.room), 3)}"


class Comparison:
    """A count, of which a trial is right where every pair of it is near enough; it remembers the worst."""

    def __init__(self, what: str) -> None:
        self.count = Count(what)
        self.worst, self.where = 0.0, ""

    def note(self, pairs: Callable[..., Iterable[Pair]], *args: Any, told: str) -> None:
        """One more trial: `pairs(*args)`, unless there are none. What raises has failed."""
        try:
            found = [(pair.share, pair) for pair in pairs(*args)]
        except Exception as error:
            self.count.note(False, f"{told}: {error!r}")
            return
        if found:
            share, pair = max(found, key=lambda both: both[0])
            self.count.note(share <= 1.0, f"{told}: {pair}")
            if share > self.worst:
                self.worst, self.where = share, told

    def tell(self) -> Count:
        """The count; on stderr, how near it came to failing."""
        print(f"{self.count.what}: {self.worst:.2g} of the room for errors, at most: {self.where}", file=sys.stderr)
        return self.count
