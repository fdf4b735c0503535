r"""Update rules: w ← w − α ∂L/∂w, w = w − …, w_{t+1} = w_t − …: the step against that of gradient descent."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from autograd.notes.formulas.syntax import (
    Derivative,
    Fraction,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Product,
    Sum,
    Tagged,
)
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import Input
from autograd.notes.meaning.differentials import last_loss
from autograd.notes.meaning.knowledge import REFERENCES, Knowledge, mentioned
from autograd.notes.meaning.world import NotCheckableError

RATES = ("α", "η", "ε", "γ", "λ")


class Step(NamedTuple):
    """What an update steps along, and the derivative that gradient descent steps along."""

    along: Node
    gradient: Node
    is_plain: bool  # whether the update is its name minus a rate times `along`


def timeless(sides: list[Node]) -> list[Node]:
    """The same update without the step that it counts: θ for θ^{(t+1)} and θ^{(t)}."""
    head = sides[0]
    scripts = head.indices if isinstance(head, Indexed) else (head.tag,) if isinstance(head, Tagged) else ()
    time = _time(scripts[0]) if len(scripts) == 1 else None
    return [_without(side, {time, scripts[0]}) for side in sides] if time is not None else sides


def _time(script: Node) -> Node | None:
    """t of t + 1."""
    if isinstance(script, Sum) and script.signs == ("+", "+") and script.terms[1] == Number("1"):
        return script.terms[0] if isinstance(script.terms[0], Name) else None
    return None


def _without(node: Node, times: set[Node]) -> Node:
    if isinstance(node, (Indexed, Tagged)):
        script = node.indices if isinstance(node, Indexed) else (node.tag,)
        if len(script) == 1 and script[0] in times:
            return replace(node.base, span=node.span)
    return node.map(lambda child: _without(child, times))


def is_update(sides: list[Node], sign: str) -> bool:
    """Whether a name is moved: it stands on the left, and on the right, first or (behind an arrow) anywhere."""
    if len(sides) != 2 or not isinstance(sides[0], REFERENCES) or sign not in ("=", ":=", "←"):
        return False
    name, body = sides
    if isinstance(body, Sum) and len(body.terms) > 1 and body.terms[0] == name and body.signs[0] == "+":
        return True
    return sign != "=" and name in mentioned(body)


def step(sides: list[Node], knowledge: Knowledge, ascends: bool = False) -> Step:
    """The step of an update; `ascends` where the notes climb, and a plus is meant.

    Raises NotCheckableError where the loss or the rate cannot be told.
    """
    name, body = sides
    loss = _loss(name, body, knowledge)
    gradient = Derivative(loss, (name,))
    plain = isinstance(body, Sum) and len(body.terms) == 2 and body.terms[0] == name
    along = _without_rate(body.terms[1], knowledge) if isinstance(body, Sum) and plain else None
    climbs = ascends or loss == Name("ℓ")
    if along is not None and isinstance(body, Sum):
        is_minus = body.signs[1] == "-" or climbs
        return Step(along if is_minus else Sum((along,), ("-",), span=along.span), gradient, True)
    rate = _rate(body, knowledge)
    moved = Sum((name, Group((body,))), ("-", "+") if climbs else ("+", "-"))
    return Step(Fraction(Group((moved,)), rate, span=body.span), gradient, False)


def _without_rate(term: Node, knowledge: Knowledge) -> Node | None:
    """A product without its rate; None where it has none."""
    for k, factor in enumerate(term.factors if isinstance(term, Product) else ()):
        if isinstance(term, Product) and _is_rate(factor, knowledge):
            kept = [pair for i, pair in enumerate(zip(term.factors, term.signs, strict=True)) if i != k]
            if len(kept) == 1:
                return kept[0][0]
            span = (kept[0][0].span[0], kept[-1][0].span[1])
            signs = ("", *(sign for _, sign in kept[1:]))
            return replace(term, factors=tuple(f for f, _ in kept), signs=signs, span=span)
    return None


def _is_rate(factor: Node, knowledge: Knowledge) -> bool:
    if isinstance(factor, Number):
        return True
    return isinstance(factor, Name) and (knowledge.find(factor) is None or factor.text in RATES)


def _rate(body: Node, knowledge: Knowledge) -> Node:
    """The rate of an update of several terms, a number of which nothing else is known."""
    names = [n for n in mentioned(body) if isinstance(n, Name)]
    rates = [n for n in names if knowledge.find(n) is None or n.text in RATES[:4]]
    if not rates:
        raise NotCheckableError("it has no rate: write w − α · gradient")
    rate = min(rates, key=lambda n: RATES.index(n.text) if n.text in RATES else len(RATES))
    if knowledge.find(rate) is None:
        knowledge.assume(rate, Input(rate, ()), "numbers")
    return rate


def _loss(name: Node, body: Node, knowledge: Knowledge) -> Node:
    """What is derived in the step, whichever way up; else the last thing defined through the name."""
    for part in body.walk():
        if isinstance(part, Derivative) and part.of is not None and part.wrt:
            return part.wrt[0] if part.of == name else part.of
    loss = last_loss(name, knowledge)
    if loss is None:
        raise NotCheckableError(f"no loss is defined that depends on {readable(name)}")
    return loss
