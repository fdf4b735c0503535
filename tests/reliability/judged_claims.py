"""`check_claim` judged: it says of right claims that they hold, of others never, and names the slip.

Claims are those that `autograd.testing.claims` draws for users. They are checked at 6 points, not 16: fewer are harder.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from autograd import check_claim
from autograd.check.claims import ClaimReport
from autograd.testing.claim import Claim, random_claim
from reliability.trials import Count, Trials

POINTS = 6
UNNAMED = 0.005  # the share of slips that may be called by another name


def run(trials: Trials) -> Iterator[Count]:
    """Right claims, each in turn with one that has a known slip."""
    holding = Count("right derivatives, as functions and numbers, of scalars, vectors, matrices: hold")
    refused = Count("derivatives with one slip, of a factor to a transpose: never hold")
    named = Count("the same: the slip is named (of 0.5 % it need not be)", allowed=UNNAMED)
    for draw in trials.of("claims", 10_000):
        claim, report = judged(draw, slip=False)
        holding.note(report.verdict == "holds", f"{claim}: {report}")
        claim, report = judged(draw, slip=True)
        refused.note(report.verdict == "slip", f"{claim}: {report}")
        named.note(report.diagnosis == claim.slip, f"{claim}: {report}")
    yield from (holding, refused, named)


def judged(draw: random.Random, slip: bool) -> tuple[Claim, ClaimReport]:
    """A claim, and what is said of it."""
    claim = random_claim(draw.choice, slip)
    seed = draw.randrange(1000)
    return claim, check_claim(claim.claim, claim.of, claim.wrt, shapes=claim.shapes, points=POINTS, seed=seed)
