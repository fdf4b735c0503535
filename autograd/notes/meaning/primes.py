"""Primes without brackets behind them: y′, (y_i)′, (h(wx + b))′."""

from __future__ import annotations

from autograd.notes.formulas.syntax import Derivative, Function, Group, Node, Primed, Product
from autograd.notes.meaning.applying import Application, application
from autograd.notes.meaning.arrays import Array
from autograd.notes.meaning.calculus import derivative, outer_derivative
from autograd.notes.meaning.calls import call
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.indices import number_of
from autograd.notes.meaning.keys import scripts
from autograd.notes.meaning.knowledge import Definition
from autograd.notes.meaning.names import REFERENCES, mentioned
from autograd.notes.meaning.world import NotCheckableError


def prime(evaluator: Evaluates, node: Primed, env: Env) -> Array:
    """y′: of y = h(z), it is h′(z); else the derivative in what the statement derives in, or in y's only input."""
    inner = node.base
    while isinstance(inner, Group) and len(inner.parts) == 1:
        inner = inner.parts[0]
    body, where = _defining(evaluator, inner, env)
    if evaluator.variable is None and (outer := _outermost(evaluator, body, where)):
        return outer_derivative(evaluator, outer[0], outer[1], node.count)
    variable = evaluator.variable or _only_input(evaluator, body)
    return derivative(evaluator, Derivative(inner, (variable,) * node.count), env)


def _defining(evaluator: Evaluates, node: Node, env: Env) -> tuple[Node, Env]:
    """What a name is defined as; a formula itself."""
    if not isinstance(node, REFERENCES):
        return node, env
    known = evaluator.world.knowledge.find(node)
    if known is None or not isinstance(known[1], Definition):
        return node, env
    meaning = known[1]
    tags, below = scripts(node, known[0])
    values = [number_of(evaluator, i, env) for i in (*tags, *below)]
    return meaning.body, {**env, **dict(zip(meaning.indices, values, strict=False))}


def _outermost(evaluator: Evaluates, body: Node, env: Env) -> Application | None:
    """The function of one number that is applied last, and its argument."""
    while isinstance(body, Group) and len(body.parts) == 1:
        body = body.parts[0]
    if isinstance(body, Function) and len(body.arguments) == 1 and body.exponent is None and body.base is None:
        name = body.name
        return (lambda u: call(evaluator.world, name, [u])), evaluator.evaluate(body.arguments[0], env)
    if isinstance(body, Product) and len(body.factors) == 2:
        return application(evaluator, body.factors[0], body.factors[1], env)
    return None


def _only_input(evaluator: Evaluates, body: Node) -> Node:
    knowledge = evaluator.world.knowledge
    names = {n for part in mentioned(body) for n in knowledge.upstream(part)}
    inputs = [n for n in names if not isinstance(knowledge.names[n], Definition)]
    if len(inputs) != 1:
        raise NotCheckableError("a prime, and it is not plain in what it derives: write ∂/∂ of a name")
    return inputs[0]
