"""What may be meant in a claim instead of what stands there: names and indices, those of what it is about."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.notes.formulas.syntax import Group, Indexed, Name, Node, Product, Tagged
from autograd.notes.meaning.claim import Claim, free_indices
from autograd.notes.meaning.implied import implied_in
from autograd.notes.meaning.knowledge import Definition, Knowledge
from autograd.notes.meaning.names import mentioned

MOST_NAMES = 80  # tried in the place of one


def names_meant(claim: Claim, knowledge: Knowledge) -> list[Node]:
    """The names of a claim and of what it is defined through, with the indices of one another."""
    own = dict.fromkeys([*mentioned(claim.body), *mentioned(claim.head)])
    below = [definition.body for name in own for definition in _definitions(name, knowledge)]
    bodies = [claim.body, *(definition.body for definition in _definitions(claim.head, knowledge))]
    found = own | dict.fromkeys(name for body in below for name in mentioned(body))
    found |= dict.fromkeys(call for body in bodies for call in _calls(body))
    found |= dict.fromkeys(_reindexed([name for name in found if isinstance(name, Indexed)]))
    plain = [name for name in found if isinstance(name, (Name, Tagged))]
    found |= dict.fromkeys(Indexed(name, (Name(i),)) for name in plain for i in free_indices(claim.head))
    return list(found)[:MOST_NAMES]


def _definitions(name: Node, knowledge: Knowledge) -> Iterator[Definition]:
    """Those that a name is defined through, in the order of the notes."""
    upstream = knowledge.upstream(name)
    for known, meaning in knowledge.names.items():
        if known in upstream and isinstance(meaning, Definition):
            yield meaning


def _calls(body: Node) -> Iterator[Node]:
    """The names with brackets behind them, P(x_i), which may be functions."""
    for part in body.walk():
        if isinstance(part, Product):
            for name, group, sign in zip(part.factors, part.factors[1:], part.signs[1:], strict=False):
                if isinstance(name, Name) and isinstance(group, Group) and sign == "":
                    yield Product((name, group), ("", ""))


def _reindexed(names: list[Indexed]) -> Iterator[Node]:
    """Each name with the indices of every other that has as many."""
    for name in names:
        for other in names:
            if len(other.indices) == len(name.indices):
                yield Indexed(name.base, other.indices)


def indices_meant(claim: Claim, knowledge: Knowledge) -> list[str]:
    """The free indices of a claim, those that it leaves unsaid last."""
    sides = (claim.body, claim.head)
    unsaid = sorted({i for side in sides for i in implied_in(knowledge, side)})
    return list(dict.fromkeys([*(i for side in sides for i in free_indices(side)), *unsaid]))
