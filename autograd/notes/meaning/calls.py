"""Functions called by their names: log_2 x, max(0, x), sin² x."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.notes.formulas.syntax import Function
from autograd.notes.meaning import functions
from autograd.notes.meaning.arrays import Array, scalar
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.world import NotCheckableError, World
from autograd.value import data_of


def called(evaluator: Evaluates, node: Function, env: Env) -> Array:
    """A function of its arguments, to its exponent."""
    arguments = [evaluator.evaluate(argument, env) for argument in node.arguments]
    base = None if node.base is None else data_of(scalar(evaluator.evaluate(node.base, env)), "a base")
    value = call(evaluator.world, node.name, arguments, base)
    if node.exponent is None:
        return value
    return evaluator.world.arithmetic.power(value, evaluator.evaluate(node.exponent, env))


def call(world: World, name: str, arguments: Sequence[Array], base: float | None = None) -> Array:
    """A function by its name; the base is a logarithm's. Raises NotCheckableError for one that is not known."""
    arithmetic, knowledge = world.arithmetic, world.knowledge
    if name in functions.FOLDS:
        return functions.fold(arithmetic, name, arguments)
    if len(arguments) != 1:
        raise NotCheckableError(f"{name} of {len(arguments)} arguments")
    (x,) = arguments
    if name in functions.LOGARITHMS:
        return functions.logarithm(arithmetic, x, knowledge.bases.get(name) if base is None else base)
    if name in functions.ENTRYWISE:
        return arithmetic.each(functions.ENTRYWISE[name], x)
    if name == "softmax":
        return functions.softmax(arithmetic, x, knowledge.along.get(name, ""))
    if name in functions.WHOLE:
        return functions.WHOLE[name](arithmetic, x)
    raise NotCheckableError(f"{name} is no function that is known here")
