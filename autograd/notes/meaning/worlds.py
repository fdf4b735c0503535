"""The points at which notes are tried, made once for each state of knowledge."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping

from autograd.errors import DomainError
from autograd.notes.formulas.syntax import Node
from autograd.notes.markdown.declared import Input
from autograd.notes.meaning.arrays import MisfitError
from autograd.notes.meaning.knowledge import Knowledge
from autograd.notes.meaning.world import NotCheckableError, World

NOT_HERE = (NotCheckableError, MisfitError, DomainError, ArithmeticError, RecursionError)  # why a formula has no value
POINTS = 6
ATTEMPTS = 12  # draws for one point, before formulas are called undefined


class Worlds:
    """The worlds of what is known now; they are made anew when a name gets another meaning."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self._version = -1
        self._made: dict[tuple[int, int], World] = {}

    def at(self, number: int, attempt: int = 0) -> World:
        """The world at a point."""
        if self._version != self.knowledge.version:
            self._version, self._made = self.knowledge.version, {}
        key = (number, attempt)
        if key not in self._made:
            self._made[key] = World(self.knowledge, number, attempt)
        world = self._made[key]
        world.steps, world.disconnected = 0, []
        return world

    def resized(self, number: int, attempt: int, sizes: Mapping[str, int]) -> World:
        """A world with other sizes."""
        world = World(self.knowledge, number, attempt)
        world.sizes.update(sizes)
        return world


def held(world: World, values: Iterable[tuple[Node, float]]) -> World:
    """The same world with names that have one value."""
    knowledge = copy.copy(world.knowledge)
    knowledge.names = dict(knowledge.names)
    for name, value in values:
        known = knowledge.find(name)
        knowledge.know(known[0] if known else name, Input(known[0] if known else name, values=(value,)))
    moved = World(knowledge, world.number, world.attempt)
    moved.sizes = dict(world.sizes)
    return moved
