"""A judge of what is right, or has one known slip: the right holds, a slip never does, and it is named."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from reliability.trials import Count

UNNAMED = 0.005  # the share of slips that may be called by another name


def judge(
    draws: Iterable[random.Random], judged: Callable[[random.Random, bool], tuple[Any, Any]], right: str, wrong: str
) -> Iterator[Count]:
    """For each draw something right, and something with a slip; `judged` gives it, and what is said of it."""
    holding, refused = Count(right), Count(wrong)
    named = Count("the same: the slip is named (of 0.5 % it need not be)", allowed=UNNAMED)
    for draw in draws:
        given, said = judged(draw, False)
        holding.note(said.verdict == "holds", f"{given}: {said}")
        given, said = judged(draw, True)
        refused.note(said.verdict == "slip", f"{given}: {said}")
        named.note(said.diagnosis == given.slip, f"{given}: {said}")
    yield from (holding, refused, named)
