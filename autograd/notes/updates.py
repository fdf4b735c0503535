r"""Update rules: w ← w − α ∂L/∂w, w = w − …: the step against that of gradient descent."""

from __future__ import annotations

from dataclasses import replace

from autograd.notes.differentials import last_loss
from autograd.notes.knowledge import REFERENCES, Knowledge
from autograd.notes.syntax import Derivative, Name, Node, Number, Product, Sum
from autograd.notes.wording import readable
from autograd.notes.world import NotCheckableError

OPPOSITE = {"+": "-", "-": "+"}


def is_update(sides: list[Node], sign: str) -> bool:
    """Whether a name is moved: it stands on the left, and first on the right with a step behind it."""
    if len(sides) != 2 or not isinstance(sides[0], REFERENCES) or sign not in ("=", ":=", "←"):
        return False
    body = sides[1]
    return isinstance(body, Sum) and len(body.terms) > 1 and body.terms[0] == sides[0] and body.signs[0] == "+"


def step(sides: list[Node], knowledge: Knowledge) -> tuple[Node, Node]:
    """What an update steps along, its rate left out, and the derivative that gradient descent steps along.

    Raises NotCheckableError where the loss or the rate cannot be told.
    """
    name, body = sides
    if not isinstance(body, Sum) or len(body.terms) != 2:
        raise NotCheckableError("an update of several terms: only w − rate · gradient is checked")
    term, sign = body.terms[1], body.signs[1]
    along = _without_rate(term, knowledge)
    loss = _loss(name, term, knowledge)
    if sign == "+":
        along = Sum((along,), ("-",), span=along.span)
    return along, Derivative(loss, (name,))


def _without_rate(term: Node, knowledge: Knowledge) -> Node:
    factors = term.factors if isinstance(term, Product) else (term,)
    for k, factor in enumerate(factors):
        if _is_rate(factor, knowledge) and isinstance(term, Product):
            kept = [pair for i, pair in enumerate(zip(term.factors, term.signs, strict=True)) if i != k]
            if len(kept) == 1:
                return kept[0][0]
            span = (kept[0][0].span[0], kept[-1][0].span[1])
            signs = ("", *(sign for _, sign in kept[1:]))
            return replace(term, factors=tuple(f for f, _ in kept), signs=signs, span=span)
    raise NotCheckableError("it has no rate: write w − α · gradient")


def _is_rate(factor: Node, knowledge: Knowledge) -> bool:
    if isinstance(factor, Number):
        return True
    return isinstance(factor, Name) and (knowledge.find(factor) is None or factor.text in ("α", "η", "ε", "λ", "γ"))


def _loss(name: Node, term: Node, knowledge: Knowledge) -> Node:
    """What is derived in the step, whichever way up; else the last thing defined through the name."""
    for part in term.walk():
        if isinstance(part, Derivative) and part.of is not None and part.wrt:
            return part.wrt[0] if part.of == name else part.of
    loss = last_loss(name, knowledge)
    if loss is None:
        raise NotCheckableError(f"no loss is defined that depends on {readable(name)}")
    return loss
