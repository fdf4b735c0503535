"""What the numbers of both sides tell of a slip, where no edit explains it."""

from __future__ import annotations

import re

import numpy as np

from autograd.check.diagnosis import diagnose
from autograd.check.evidence import Slip
from autograd.notes.meaning.claim import Claim, is_literal
from autograd.notes.meaning.digits import is_written
from autograd.notes.meaning.shapes import named
from autograd.notes.verdicts.diagnosis import Diagnosis
from autograd.notes.verdicts.evidence import evidence
from autograd.notes.verdicts.trials import Trial, Tried

CONSTANT = 1e-12  # relative: how far apart the values of one number may be
ENTRY = re.compile(r"\[\d+(?:, \d+)*\]")


def by_numbers(tried: Tried) -> Slip:
    """The slip that the numbers at all points have in common, or the first difference."""
    first = tried.trials[0]
    if first.failure:
        return Slip("wrong index" if first.failure.startswith("index") else "wrong order", first.failure)
    with np.errstate(all="ignore"):
        slip = diagnose(evidence(tried))
    message = _missing_sum(slip.message, first) if slip.kind == "missing sum" else slip.message
    return slip._replace(message=of_sides(tried.claim, message))


def of_sides(claim: Claim, message: str) -> str:
    """A message about a gradient said of sides, where none is claimed; entries are counted from 1, as notes do."""
    message = ENTRY.sub(lambda entry: re.sub(r"\d+", lambda n: str(int(n[0]) + 1), entry[0]), message)
    if claim.kind in ("derivative", "update", "step"):
        return message
    return message.replace("the gradient", "the left side").replace("the claim", "the right side")


def _missing_sum(message: str, trial: Trial) -> str:
    """The same in the shapes of the notes."""
    claimed, actual = trial.claimed.shape, trial.actual.shape
    rows = len(claimed) == 2 and "axis 0" in message
    count = named(claimed[:1] if rows else claimed[1:], trial.world)
    over = f"its {count} {'rows' if rows else 'columns'}" if len(claimed) == 2 else "the batch"
    _, comma, factor = message.partition(", and a factor")
    shapes = f"{named(claimed, trial.world)}, not {named(actual, trial.world)}"
    return f"the sum over {over} is missing: {shapes}{comma}{factor}"


def is_constant(tried: Tried) -> bool:
    """Whether a number is claimed of what is one number: ∂z/∂b = 0, f(1, 0) = 1."""
    if not is_literal(tried.claim.body) or tried.misfit or tried.trials[0].actual.ndim:
        return False
    values = [float(trial.actual) for trial in tried.trials]
    return max(values) - min(values) <= CONSTANT * max(map(abs, values))


def wrong_number(claim: Claim, trial: Trial) -> Diagnosis:
    """The slip of a number; the left side is wrong where that is the one that was worked out."""
    left, right = float(np.ravel(trial.actual)[0]), float(np.ravel(trial.claimed)[0])
    if is_written(claim.head) and not is_written(claim.body):
        message = f"wrong number: {_short(left)} should be {_short(right)}"
        body = claim.source[slice(*claim.body.span)]
        return Diagnosis("wrong number", message, body, claim.head.span, _short(right, "-"))
    message = f"wrong number: {_short(right)} should be {_short(left)}"
    body = _short(left, "-") if is_written(claim.body) else ""
    return Diagnosis("wrong number", message, body, claim.body.span)


def wrong_inequality(claim: Claim, trial: Trial) -> Diagnosis:
    """The numbers that are not in the order claimed."""
    message = trial.failure
    if not message:
        left, right = _short(float(np.ravel(trial.actual)[0])), _short(float(np.ravel(trial.claimed)[0]))
        message = f"{left} {claim.sign} {right} is not so"
    return Diagnosis("wrong", message, "", claim.body.span)


def _short(x: float, minus: str = "−") -> str:
    return f"{x:.10g}".replace("-", minus)
