"""A statement put right, in the writer's own LaTeX as far as possible."""

from __future__ import annotations

from autograd.notes.formulas.latex import RELATIONS, latex
from autograd.notes.formulas.syntax import Relation, Sum
from autograd.notes.meaning.claim import Claim
from autograd.notes.meaning.statements import Stated
from autograd.notes.verdicts.diagnosis import Diagnosis


def corrected(stated: Stated, claim: Claim, slip: Diagnosis) -> str:
    """The statement put right: all of an update, else the left side and the one that was wrong; "" where not known."""
    if not slip.body or not isinstance(stated.said, Relation):
        return ""
    if claim.kind in ("update", "step"):
        return _update(stated, stated.said, claim, slip)
    return f"{slip.head or _head(stated, stated.said, claim)} {RELATIONS.get(claim.sign, claim.sign)} {slip.body}"


def _update(stated: Stated, said: Relation, claim: Claim, slip: Diagnosis) -> str:
    (first, last), (start, end), body = said.span, claim.body.span, said.sides[-1]
    if slip.kind == "opposite sign" and isinstance(body, Sum) and len(body.terms) == 2:
        sign = "-" if body.signs[1] == "+" else "+"
        return f"{stated.latex[first : body.terms[0].span[1]]} {sign} {stated.latex[body.terms[1].span[0] : last]}"
    return stated.latex[first:start] + slip.body + stated.latex[end:last]


def _head(stated: Stated, said: Relation, claim: Claim) -> str:
    """The left side as written, if it stands in this formula."""
    start, end = claim.head.span
    return stated.latex[start:end] if said.sides[0] is not None and start < end else latex(claim.head)
