"""Formulas of notes, evaluated on Values at one point: derivatives are the engine's, of the graph that comes out."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any

from autograd.notes.formulas.syntax import (
    Annotated,
    At,
    Big,
    Cases,
    Derivative,
    Dots,
    Fraction,
    Function,
    Group,
    Indexed,
    Matrix,
    Name,
    Node,
    Number,
    Power,
    Primed,
    Product,
    Relation,
    Root,
    Sum,
    Tagged,
    Transposed,
    Words,
)
from autograd.notes.formulas.wording import readable
from autograd.notes.meaning import brackets, conditions, operations, scripted, spans, sums
from autograd.notes.meaning.arrays import Array, entries_of, scalar
from autograd.notes.meaning.calculus import derivative
from autograd.notes.meaning.calls import called
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.references import resolve
from autograd.notes.meaning.world import NotCheckableError, World
from autograd.notes.meaning.worlds import held
from autograd.value import data_of

MOST_STEPS = 40_000  # parts of formulas evaluated at one point
DEEPEST = 120  # parts within parts, definitions included: Python's own stack is not much deeper


class Evaluator:
    """Evaluates formulas in one world. `elementwise` multiplies vectors of one axis entry by entry."""

    def __init__(self, world: World, elementwise: bool = False, variable: Node | None = None) -> None:
        self.world, self.elementwise = world, elementwise
        self.variable = variable  # what y' is derived in, where that is not plain
        self._depth = 0
        self._open: list[tuple[Node, Any]] = []  # the definitions being evaluated

    def evaluate(self, node: Node, env: Env) -> Array:
        """A formula's value: a number, a Value, or an array of them.

        Raises NotCheckableError for what has no value here, MisfitError where arrays do not go together, and
        what the operations raise.
        """
        self.world.steps += 1
        if self.world.steps > MOST_STEPS:
            raise NotCheckableError(f"it takes more than {MOST_STEPS} steps: declare smaller sizes")
        if self._depth > DEEPEST:
            raise NotCheckableError(f"it is nested more than {DEEPEST} deep")
        self._depth += 1
        try:
            return RULES[type(node)](self, node, env)
        finally:
            self._depth -= 1

    def once(self, key: Hashable, make: Callable[[], Any]) -> Any:
        """What `make` makes, made once in this world."""
        memo = self.world.memo
        if key not in memo:
            memo[key] = make()
        return memo[key]

    def nested(self, body: Node, env: Env, name: Node) -> Array:
        """A definition's body. Raises NotCheckableError for one that leads back to itself."""
        here = name, [(key, entries_of(value)) for key, value in env.items()]
        if here in self._open:
            raise NotCheckableError(f"{readable(name)} is defined by itself")
        self._open.append(here)
        reading = self.elementwise, self.variable  # which are of the claim, not of what it is about
        self.elementwise, self.variable = False, None
        try:
            return self.evaluate(body, env)
        finally:
            self.elementwise, self.variable = reading
            self._open.pop()

    def is_open(self, name: Node) -> bool:
        """Whether what a name is defined as is being evaluated."""
        return any(name == known for known, _ in self._open)

    def span(self, index: str, nodes: Sequence[Node], env: Env) -> range:
        """How far an index runs: as declared, or as the axes that it is used on."""
        return spans.span(self, index, nodes, env)

    def at(self, points: Iterable[Node]) -> Evaluator:
        """An evaluator of the world in which names have the values that equations give them."""
        return Evaluator(held(self.world, [self._point(point) for point in points]), self.elementwise, self.variable)

    def _point(self, point: Node) -> tuple[Node, float]:
        name, value = point.sides if isinstance(point, Relation) and point.signs == ("=",) else (None, None)
        if name is None or value is None:
            raise NotCheckableError("the point is not given as name = number")
        return name, data_of(scalar(self.evaluate(value, {})), "a point")


# ---- the rule of each kind of node


def _number(evaluator: Evaluates, node: Number, env: Env) -> Array:
    return float(node.text)


def _at(evaluator: Evaluator, node: At, env: Env) -> Array:
    return evaluator.at(node.conditions).evaluate(node.body, env)


def _annotated(evaluator: Evaluates, node: Annotated, env: Env) -> Array:
    return evaluator.evaluate(node.body, env)


def _no_value(evaluator: Evaluates, node: Node, env: Env) -> Array:
    raise NotCheckableError("words stand where a value should" if isinstance(node, Words) else "… goes on unclearly")


RULES: dict[type[Node], Callable[..., Array]] = {
    Number: _number,
    Name: resolve,
    Tagged: resolve,
    Indexed: scripted.indexed,
    Primed: scripted.primed,
    Transposed: brackets.transposed,
    Power: operations.power,
    Group: brackets.group,
    Sum: operations.added,
    Product: operations.multiplied,
    Fraction: operations.divided,
    Root: operations.root,
    Function: called,
    Big: sums.big,
    Derivative: derivative,
    At: _at,
    Cases: conditions.cases,
    Matrix: brackets.matrix,
    Annotated: _annotated,
    Words: _no_value,
    Dots: _no_value,
    Relation: _no_value,
}
