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
    Power,
    Primed,
    Product,
    Sum,
    Tagged,
)
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import Input
from autograd.notes.meaning.differentials import IsNumber, last_loss
from autograd.notes.meaning.knowledge import Knowledge
from autograd.notes.meaning.names import REFERENCES, mentioned, outer_scripts
from autograd.notes.meaning.world import NotCheckableError

RATES = ("α", "η", "ε", "γ", "λ")


class Step(NamedTuple):
    """What an update steps along, and the derivative that gradient descent steps along."""

    along: Node
    gradient: Node
    is_plain: bool  # whether the update is its name minus a rate times `along`


def timeless(sides: list[Node]) -> list[Node]:
    """The same update without the step that it counts: θ for θ^{(t+1)} and θ^{(t)}, for θ_{new}, θ′ and Δθ."""
    if len(sides) > 1 and (renamed := _renewed(sides[0])) is not None:
        moves = isinstance(sides[0], Product)
        body = Sum((renamed, sides[1]), ("+", "+"), span=sides[1].span) if moves else sides[1]
        if moves and isinstance(sides[1], Sum):
            body = Sum((renamed, *sides[1].terms), ("+", *sides[1].signs), span=sides[1].span)
        return [renamed, body, *sides[2:]]
    scripts = outer_scripts(sides[0])
    time = _time(scripts[0]) if len(scripts) == 1 else None
    return [_without(side, {time, scripts[0]}) for side in sides] if time is not None else sides


def _renewed(head: Node) -> Node | None:
    """w of w_{new}, w^{new}, w′ and Δw."""
    if isinstance(head, Product) and head.factors[:1] == (Name("Δ"),) and len(head.factors) == 2:
        return head.factors[1] if isinstance(head.factors[1], REFERENCES) else None
    if isinstance(head, Name) and head.text.endswith("_new"):
        return Name(head.text.removesuffix("_new"), span=head.span)
    if isinstance(head, Primed) and isinstance(head.base, Name) and head.count == 1:
        return head.base
    script = head.exponent if isinstance(head, Power) else head.indices[-1] if isinstance(head, Indexed) else None
    word = "".join(n.text for n in script.walk() if isinstance(n, Name)) if script is not None else ""
    return head.base if word == "new" and isinstance(head, (Power, Indexed)) else None


def _time(script: Node) -> Node | None:
    """t of t + 1."""
    if isinstance(script, Sum) and script.signs == ("+", "+") and script.terms[1] == Number("1"):
        return script.terms[0] if isinstance(script.terms[0], Name) else None
    return None


def _without(node: Node, times: set[Node]) -> Node:
    scripts = outer_scripts(node)
    if isinstance(node, (Indexed, Tagged)) and len(scripts) == 1 and scripts[0] in times:
        return replace(node.base, span=node.span)
    return node.map(lambda child: _without(child, times))


def is_update(sides: list[Node], sign: str) -> bool:
    """Whether a name is moved: it stands on the left, and on the right, first or (behind an arrow) anywhere."""
    if len(sides) < 2 or not isinstance(sides[0], REFERENCES) or sign not in ("=", ":=", "←"):
        return False
    name, body, *_ = sides
    if isinstance(body, Sum) and len(body.terms) > 1 and body.terms[0] == name and body.signs[0] == "+":
        return True
    return sign != "=" and name in mentioned(body)


def step(sides: list[Node], knowledge: Knowledge, ascends: bool, is_number: IsNumber) -> Step:
    """The step of an update; `ascends` where the notes climb, and a plus is meant.

    Raises NotCheckableError where the loss or the rate cannot be told.
    """
    name, body, *_ = sides
    loss = _loss(name, body, knowledge, is_number)
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


def _loss(name: Node, body: Node, knowledge: Knowledge, is_number: IsNumber) -> Node:
    """What is derived in the step, whichever way up; else the last thing defined through the name."""
    for part in body.walk():
        if isinstance(part, Derivative) and part.of is not None and part.wrt:
            return part.wrt[0] if part.of == name else part.of
    loss = last_loss(name, knowledge, is_number)
    if loss is None:
        raise NotCheckableError(f"no loss is defined that depends on {readable(name)}")
    return loss
