"""The right side of a claim after an edit, as far as possible in the writer's own LaTeX."""

from __future__ import annotations

from dataclasses import replace

from autograd.check.factors import close
from autograd.notes.formulas.latex import latex
from autograd.notes.formulas.parsing import parse_formula
from autograd.notes.formulas.syntax import Node, Relation
from autograd.notes.meaning.claim import Claim
from autograd.notes.meaning.dots import spelled_out
from autograd.notes.meaning.worlds import NOT_HERE
from autograd.notes.verdicts.edits import Edit, spliced
from autograd.notes.verdicts.trials import Tried, compared, settled


def mended(tried: Tried, edit: Edit) -> str:
    """The right side after an edit, in the writer's own LaTeX if that says what the edit means; "" if not known."""
    claim = tried.claim
    start, end = claim.body.span
    text = spliced(claim.source[:end], edit.changes)[start:]
    body = _read(text, claim)
    is_as_read = _read(claim.source[start:end], claim) == claim.body  # a step, or dZ, is what was made of it
    if body is not None and (not is_as_read or body == edit.body or _is_same(tried, body, edit.body)):
        return text
    return "" if claim.kind == "step" else latex(edit.body)


def retried(tried: Tried, source: str) -> Tried | None:
    """The claim with its right side written anew; None where that has no value, or does not go together."""
    body = _read(source, tried.claim)
    if body is None:
        return None
    again = _with_body(replace(tried, claim=replace(tried.claim, source=source)), body)
    return None if again is None or again.misfit else again


def _read(text: str, claim: Claim) -> Node | None:
    """What LaTeX says in the words of a claim, its dots spelled out; None where it is not one formula alone."""
    read = parse_formula(text, claim.words)
    sides = read[0].sides if len(read) == 1 and isinstance(read[0], Relation) else ()
    return spelled_out(sides[0]) if len(sides) == 1 and sides[0] is not None else None


def _is_same(tried: Tried, body: Node, meant: Node) -> bool:
    r"""Whether two right sides have the same values: \ln x \, x is no more the product of \ln x and x."""
    found = [_with_body(tried, side) for side in (body, meant)]
    first, second = ([trial.claimed for trial in again.trials] if again and not again.misfit else [] for again in found)
    return bool(first) and bool(second) and close(first, second)


def _with_body(tried: Tried, body: Node) -> Tried | None:
    """The same points with another right side; None where it has no value at one."""
    claim = replace(tried.claim, body=body)
    try:
        trials = [compared(claim, settled(trial.world, claim), tried.reading) for trial in tried.trials]
    except NOT_HERE:
        return None
    return replace(tried, claim=claim, trials=trials)
