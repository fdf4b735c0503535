"""Equations that give a name its meaning, or a number; the others claim something."""

from __future__ import annotations

from dataclasses import replace

from autograd.notes.formulas.syntax import Group, Indexed, Name, Node, Number, Power, Primed, Product, Relation, Root
from autograd.notes.markdown.declared import Input
from autograd.notes.meaning.claim import is_derivative, is_literal
from autograd.notes.meaning.definable import head_of
from autograd.notes.meaning.digits import is_written
from autograd.notes.meaning.equations import define, is_beside
from autograd.notes.meaning.evaluate import Evaluator
from autograd.notes.meaning.functions import ENTRYWISE
from autograd.notes.meaning.keys import is_family, untagged
from autograd.notes.meaning.knowledge import Definition, Knowledge, Meaning
from autograd.notes.meaning.learning import Learning
from autograd.notes.meaning.names import REFERENCES, is_index
from autograd.notes.meaning.statements import Stated
from autograd.notes.meaning.worlds import NOT_HERE, Worlds


class Defining:
    """Tells definitions and settings from claims. `settings` are the numbers that inputs were given in this part."""

    def __init__(self, knowledge: Knowledge, worlds: Worlds, learning: Learning) -> None:
        self.knowledge, self.worlds, self.learning = knowledge, worlds, learning
        self.settings: dict[Node, float] = {}
        self.part = -1

    def enter(self, part: int) -> None:
        """Forgets the settings of another part."""
        if part != self.part:
            self.part, self.settings = part, {}

    def left_to_claim(self, stated: Stated, sides: list[Node]) -> list[Node]:
        """The sides of an equation that claim something: all, or those beyond the one that defines the first."""
        if not stated.used and not (self._is_new(sides[0], sides[1], stated) and define(self.knowledge, stated)):
            return sides
        return [sides[1] if is_derivative(sides[1]) else sides[0], *sides[2:]]

    def _is_new(self, node: Node, body: Node, stated: Stated) -> bool:
        """Whether an equation with this left side gives it a meaning: it has none, or one of an earlier part."""
        head = head_of(node)
        if head is None or is_derivative(node) or self._is_size(head.name):
            return False
        known = self.knowledge.names.get(head.name)
        if isinstance(known, Definition):
            return known.part != self.part or is_beside(self.knowledge, node, body, self.part)
        if known is not None:
            return not self.learning.solves(head.name, stated)
        found = self.knowledge.find(node)
        return found is None or self._is_apart(node, head.name, *found)

    def _is_apart(self, node: Node, key: Node, name: Node, meaning: Meaning) -> bool:
        """Whether what is found as `name` leaves the left side a meaning of its own, under `key`."""
        if isinstance(node, Indexed) and any(isinstance(i, Number) for i in node.indices):
            return False  # a component of what is known: x_2 = 1 − x_1
        if untagged(name) == untagged(key) and not (is_family(name) and is_family(key)):
            return True  # L beside L_i
        return not (isinstance(meaning, Definition) and meaning.part == self.part)

    def _is_size(self, name: Node) -> bool:
        return isinstance(name, Name) and name.text in self.knowledge.sizes

    def redefines(self, node: Node) -> bool:
        """Whether a left side is a well-known function of names, that the notes have not defined yet."""
        head = head_of(node)
        is_known = head is not None and isinstance(head.name, Name) and head.name.text in ENTRYWISE
        return is_known and head is not None and bool(head.parameters) and self.knowledge.find(head.name) is None

    def sets_several(self, sides: list[Node]) -> bool:
        """Whether an equation gives several inputs numbers: (x, y) = (2, 7)."""
        if len(sides) != 2 or not all(isinstance(side, Group) for side in sides):
            return False
        names, numbers = (side.parts for side in sides)  # type: ignore[attr-defined]  # both are Groups
        are_inputs = all(isinstance(name, REFERENCES) and not self._is_size(name) for name in names)
        if len(names) != len(numbers) or not are_inputs or not all(map(is_written, numbers)):
            return False
        return all(self.sets([name, number]) for name, number in zip(names, numbers, strict=True))

    def moves(self, sides: list[Node]) -> bool:
        """Whether an equation gives an input its next number: w = 1 − 0.1 · 2 = 0.8."""
        name = sides[0].base if isinstance(sides[0], Primed) else sides[0]
        known = self.knowledge.find(name) if isinstance(name, REFERENCES) else None
        is_number = known is not None and isinstance(known[1], Input) and not known[1].axes and not known[1].per
        return is_number and len(sides) > 2 and all(map(is_literal, sides[1:]))

    def sets(self, sides: list[Node]) -> bool:
        """Whether an equation gives an input a number, x = 2: for later numbers, and no claim."""
        name, *others = sides
        if _is_of_words(name) and all(map(is_literal, others)):
            return True
        if len(others) != 1 or not is_literal(others[0]) or not isinstance(name, REFERENCES):
            return False
        if self._is_size(name):
            return True
        number = self._number(others[0])
        return number is not None and self._set(name, number)

    def _number(self, node: Node) -> float | None:
        try:
            value = Evaluator(self.worlds.at(0)).evaluate(node, {})
        except NOT_HERE:
            return None
        return float(value) if isinstance(value, (int, float)) else None

    def _set(self, name: Node, number: float) -> bool:
        known = self.knowledge.find(name)
        if known is None:
            if isinstance(name, Indexed) and any(map(is_index, name.indices)):
                return False
            known = name, Input(name, ())  # where formulas are checked, any number
            self.knowledge.know(*known)
        if not isinstance(known[1], Input):
            return False
        if not known[1].axes and not known[1].per:
            self.settings[name] = number
        elif isinstance(name, Indexed):
            self.knowledge.fix(known[0], name.indices, number)
        else:
            return False
        return True


def _is_of_words(node: Node) -> bool:
    """P(coin): a function of words, one value of it."""
    group = node.factors[1] if isinstance(node, Product) and len(node.factors) == 2 else None
    return isinstance(group, Group) and all(isinstance(p, Name) and len(p.text) > 1 for p in group.parts)


def unsquared(said: Relation, knowledge: Knowledge) -> Relation:
    """The same statement with σ = √… for a σ² = … that defines it."""
    left, body = said.sides[:2] if len(said.sides) > 1 else (None, None)
    if not isinstance(left, Power) or left.exponent != Number("2") or body is None or said.signs[0] != "=":
        return said
    if not isinstance(left.base, Name) or knowledge.find(left.base) is not None or is_literal(body):
        return said
    return replace(
        said, sides=(left.base, Root(body, span=body.span), *(side and Root(side) for side in said.sides[2:]))
    )
