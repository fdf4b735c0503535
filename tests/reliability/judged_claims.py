"""`check_claim` judged: it says of right claims that they hold, of others never, and names the slip.

Claims are those that `autograd.testing.claims` draws for users. They are checked at 6 points, not 16: fewer are harder.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from autograd import check_claim
from autograd.check.claims import ClaimReport
from autograd.testing.claim import Claim, random_claim
from reliability.slips import judge
from reliability.trials import Count, Trials

POINTS = 6


def run(trials: Trials) -> Iterator[Count]:
    """Right claims, each in turn with one that has a known slip."""
    right = "right derivatives, as functions and numbers, of scalars, vectors, matrices: hold"
    wrong = "derivatives with one slip, of a factor to a transpose: never hold"
    yield from judge(trials.of("claims", 10_000), judged, right, wrong)


def judged(draw: random.Random, slip: bool) -> tuple[Claim, ClaimReport]:
    """A claim, and what is said of it."""
    claim = random_claim(draw.choice, slip)
    seed = draw.randrange(1000)
    return claim, check_claim(claim.claim, claim.of, claim.wrt, shapes=claim.shapes, points=POINTS, seed=seed)
