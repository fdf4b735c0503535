"""Whether the sides of a claim are at a point as its sign says."""

from __future__ import annotations

import numpy as np

from autograd.check.factors import SAME
from autograd.notes.meaning.conditions import COMPARISONS
from autograd.notes.verdicts.trials import Trial

NEARLY = 1e-3  # relative: what ≈ lets pass
SLACK = 1e-12  # relative: how far from each other numbers may be that ≤ and ≥ take for equal
MOST_ROUNDING = 1e-6  # of an entry's size: what a side may lose to cancellation and still be equal


def agrees(trial: Trial, sign: str = "=") -> bool:
    """Whether the sides are as the sign says: equal but for rounding, nearly equal for ≈, or in order."""
    if sign in COMPARISONS and sign != "=":
        return _ordered(trial, sign)
    return _equal(trial, NEARLY if sign == "≈" else SAME)


def _ordered(trial: Trial, sign: str) -> bool:
    if trial.failure:
        return False
    try:
        left, right = np.broadcast_arrays(trial.actual, trial.claimed)
    except ValueError:
        return False
    slack = SLACK * np.maximum(np.abs(left), np.abs(right)) * {"≤": -1.0, "≥": 1.0}.get(sign, 0.0)
    return all(COMPARISONS[sign](a, b) for a, b in zip((left + slack).ravel(), right.ravel(), strict=True))


def _equal(trial: Trial, same: float) -> bool:
    if trial.misfit:
        return False
    apart, allowed = np.abs(trial.claimed - trial.actual), same * np.abs(trial.actual)
    if (apart <= allowed).all():
        return True
    return bool((apart <= allowed + trial.lost(MOST_ROUNDING) * (1.0 + 1e-9)).all())


def in_fog(trial: Trial) -> bool:
    """Whether the sides may be equal but for rounding that took every digit: 1 − σ(50)."""
    return not trial.misfit and bool((np.abs(trial.claimed - trial.actual) <= trial.lost(np.inf)).all())
