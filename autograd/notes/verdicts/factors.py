"""Claims that are right but for a constant factor."""

from __future__ import annotations

from fractions import Fraction as Ratio

from autograd.check.diagnosis import diagnose, with_sizes
from autograd.check.factors import Factor, common_factor
from autograd.notes.verdicts.diagnosis import Diagnosis
from autograd.notes.verdicts.evidence import evidence
from autograd.notes.verdicts.numerical import of_sides
from autograd.notes.verdicts.scaling import scaled
from autograd.notes.verdicts.trials import Tried


def constant_factor(tried: Tried) -> Diagnosis | None:
    """A constant factor, or the opposite sign; None for another slip."""
    if tried.misfit:
        return None
    known = evidence(tried)
    if common_factor(known.claimed, known.actual) is None:
        return None
    slip = diagnose(known)
    if slip.kind not in ("constant factor", "opposite sign"):
        return None
    right = "" if tried.claim.kind == "step" else rescaled(tried)
    return Diagnosis(slip.kind, of_sides(tried.claim, slip.message), right, tried.claim.body.span)


def rescaled(tried: Tried) -> str:
    """The right side without the factor that it is off by, if that is the same at all sizes, or made of them."""
    known = evidence(tried)
    r = common_factor(known.claimed, known.actual)
    if r is None:
        return ""
    factor, _ = with_sizes(known, r)
    symbols = _sizes(factor)
    if symbols is None or not isinstance(factor.rational, Ratio):
        return ""
    return scaled(tried.claim.body, tried.claim.source, 1 / factor.rational, symbols)


def _sizes(factor: Factor) -> list[tuple[str, int]] | None:
    """The sizes that a factor is made of, to be divided by; None where it is made of other things."""
    if any(not name.isidentifier() for name, _ in factor.symbols):
        return None
    return [(name, -power) for name, power in factor.symbols]
