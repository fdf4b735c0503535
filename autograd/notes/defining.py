"""Equations that give a name its meaning, or a number; the others claim something."""

from __future__ import annotations

from autograd.notes.arithmetic import MisfitError
from autograd.notes.claim import is_derivative, is_literal
from autograd.notes.declared import Input
from autograd.notes.definable import head_of
from autograd.notes.evaluate import Evaluator
from autograd.notes.knowledge import REFERENCES, Definition, Knowledge, is_family, is_index, untagged
from autograd.notes.learning import Learning
from autograd.notes.statements import Stated
from autograd.notes.syntax import Indexed, Name, Node, Number
from autograd.notes.world import NotCheckableError
from autograd.notes.worlds import Worlds


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
        if not stated.used and not (self._is_new(sides[0]) and self.learning.define(stated)):
            return sides
        return [sides[1] if is_derivative(sides[1]) else sides[0], *sides[2:]]

    def _is_new(self, node: Node) -> bool:
        """Whether an equation with this left side gives it a meaning: it has none, or one of an earlier part."""
        head = head_of(node)
        if (
            head is None
            or is_derivative(node)
            or (isinstance(head.name, Name) and head.name.text in self.knowledge.sizes)
        ):
            return False
        known = self.knowledge.names.get(head.name)
        if known is not None:
            return known.part != self.part if isinstance(known, Definition) else True
        found = self.knowledge.find(node)
        if found is None:
            return True
        if isinstance(node, Indexed) and any(isinstance(i, Number) for i in node.indices):
            return False  # a component of what is known: x_2 = 1 − x_1
        name, meaning = found
        if untagged(name) == untagged(head.name) and not (is_family(name) and is_family(head.name)):
            return True  # L beside L_i
        return not (isinstance(meaning, Definition) and meaning.part == self.part)

    def sets(self, sides: list[Node]) -> bool:
        """Whether an equation gives an input a number, x = 2: for later numbers, and no claim."""
        name, *others = sides
        if len(others) != 1 or not is_literal(others[0]) or not isinstance(name, REFERENCES):
            return False
        if isinstance(name, Name) and name.text in self.knowledge.sizes:
            return True
        number = self._number(others[0])
        return number is not None and self._set(name, number)

    def _number(self, node: Node) -> float | None:
        try:
            value = Evaluator(self.worlds.at(0)).evaluate(node, {})
        except (NotCheckableError, MisfitError, ArithmeticError):
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
