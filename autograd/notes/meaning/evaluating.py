"""What the parts of evaluation ask of one another."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Protocol

from autograd.notes.formulas.syntax import Node
from autograd.notes.meaning.arrays import Array
from autograd.notes.meaning.world import World

Env = dict[str, Any]  # the numbers of indices, and the values of a function's parameters


class Evaluates(Protocol):
    """An evaluator: see evaluate.Evaluator."""

    world: World
    elementwise: bool
    variable: Node | None

    def evaluate(self, node: Node, env: Env) -> Array:
        """A formula's value."""

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` makes, made once in this world."""

    def nested(self, body: Node, env: Env, name: Node) -> Array:
        """The body of what a name is defined as."""

    def is_open(self, name: Node) -> bool:
        """Whether what a name is defined as is being evaluated."""

    def span(self, index: str, nodes: Sequence[Node], env: Env) -> range:
        """How far an index runs."""
