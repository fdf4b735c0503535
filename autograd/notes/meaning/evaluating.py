"""What the parts of evaluation ask of one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, Protocol

from autograd.notes.formulas.syntax import Node
from autograd.notes.meaning.arithmetic import Array
from autograd.notes.meaning.world import World

Env = dict[str, Any]  # the numbers of indices, and the values of a function's parameters


class Evaluates(Protocol):
    """An evaluator: see evaluate.Evaluator."""

    world: World
    elementwise: bool
    variable: Node | None
    RULES: ClassVar[dict[type, Callable[..., Array]]]

    def evaluate(self, node: Node, env: Env) -> Array:
        """A formula's value."""

    def index(self, node: Node, env: Env) -> int:
        """The number of an index."""

    def span(self, index: str, nodes: Iterable[Node], env: Env) -> range:
        """How far an index runs."""

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` makes, made once in this world."""

    def nested(self, body: Node, env: Env, name: Node) -> Array:
        """The body of what a name is defined as."""

    def call(self, name: str, arguments: list[Array], base: float | None = None) -> Array:
        """A function by its name."""
