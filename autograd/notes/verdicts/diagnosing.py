"""Why a claim is wrong: the one edit that puts it right if there is one, else what its numbers tell."""

from __future__ import annotations

from dataclasses import replace

from autograd.notes.formulas.latex import latex
from autograd.notes.verdicts.agreement import agrees
from autograd.notes.verdicts.diagnosis import Diagnosis
from autograd.notes.verdicts.factors import constant_factor, rescaled
from autograd.notes.verdicts.mended import mended, retried
from autograd.notes.verdicts.numerical import by_numbers, is_constant, wrong_inequality, wrong_number
from autograd.notes.verdicts.search import mending
from autograd.notes.verdicts.trials import Tried

TELL_LITTLE = ("wrong", "some entries", "wrong shape")  # kinds of slips that numbers find


def diagnosed(tried: Tried) -> Diagnosis:
    """The most telling thing that can be said of a claim that is wrong."""
    claim = tried.claim
    wrong_first = replace(tried, trials=sorted(tried.trials, key=lambda trial: agrees(trial, claim.sign)))
    if is_constant(tried):
        return wrong_number(claim, wrong_first.trials[0])
    if claim.kind == "order":
        return wrong_inequality(claim, wrong_first.trials[0])
    if slip := constant_factor(wrong_first):
        return slip
    if claim.kind == "update" and (slip := _upside_down(wrong_first)):
        return slip
    if edit := mending(tried):
        return Diagnosis(edit.kind, edit.words, mended(tried, edit), edit.place)
    numbers = by_numbers(wrong_first)
    if numbers.kind in TELL_LITTLE and (edit := mending(tried, scaled=True)):
        again = retried(tried, mended(tried, edit))
        return Diagnosis(edit.kind, edit.words, rescaled(again) if again else "", edit.place)
    return Diagnosis(numbers.kind, numbers.message, "", claim.body.span)


def _upside_down(tried: Tried) -> Diagnosis | None:
    """A step along 1 over the gradient."""
    slip, claim = by_numbers(tried), tried.claim
    return Diagnosis(slip.kind, slip.message, latex(claim.head), claim.body.span) if slip.kind == "reciprocal" else None
