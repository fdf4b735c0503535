"""Products in which brackets may apply a function: σ(z), h′(z), P(x_i), d/dx (…)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from autograd.notes.formulas.syntax import (
    Derivative,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Power,
    Primed,
    Product,
    Relation,
    Tagged,
    Transposed,
)
from autograd.notes.markdown.declared import AnyFunction, Input
from autograd.notes.meaning.arrays import Array
from autograd.notes.meaning.calculus import derivative, outer_derivative
from autograd.notes.meaning.calls import call
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.functions import ENTRYWISE
from autograd.notes.meaning.knowledge import Definition
from autograd.notes.meaning.names import is_index, outer_scripts

Applied = Iterator[tuple[str, Node, Array]]
Application = tuple[Callable[[Array], Array], Array]  # a function, and its argument
SCRIPTED = (Power, Indexed, Transposed, Primed)
VALUE = Name("⋯")  # what scripts on a bracket stand on; no name that notes can write


def applied(evaluator: Evaluates, node: Product, env: Env) -> Applied:
    """The factors with what stands before each, and their values, functions applied."""
    k = 0
    while k < len(node.factors):
        sign, factor = node.signs[k], node.factors[k]
        if isinstance(factor, Derivative) and factor.of is None:
            yield sign, *_operator(evaluator, factor, node, k, env)
            return
        following = node.factors[k + 1] if k + 1 < len(node.factors) and node.signs[k + 1] == "" else None
        value = following and application_value(evaluator, factor, following, env)
        if value is not None:
            yield sign, Product((factor, following), ("", "")), value  # type: ignore[arg-type]  # one follows
            k += 2
        else:
            yield sign, factor, evaluator.evaluate(factor, env)
            k += 1


def _operator(evaluator: Evaluates, factor: Derivative, node: Product, k: int, env: Env) -> tuple[Node, Array]:
    """d/dx of all that follows."""
    rest = node.factors[k + 1 :]
    body = rest[0] if len(rest) == 1 else Product(rest, ("", *node.signs[k + 2 :]))
    whole = replace(factor, of=body)
    return whole, derivative(evaluator, whole, env)


def application_value(evaluator: Evaluates, factor: Node, following: Node, env: Env) -> Array | None:
    """The value of h(…) with the scripts on its bracket; None where the bracket only multiplies."""
    group, scripts = _unscripted(following)
    if group is None:
        return None
    if isinstance(factor, Derivative) and factor.of is not None and group.parts == factor.wrt[:1] and not scripts:
        return evaluator.evaluate(factor, env)  # df/dx (x)
    if factor == Name("𝟙") and len(group.parts) == 1 and isinstance(group.parts[0], Relation):
        return evaluator.evaluate(group, env)
    if (component := _component(evaluator, factor, group, env)) is not None:
        value = component
    else:
        found = application(evaluator, factor, group, env)
        if found is None:
            return None
        function, argument = found
        value = function(argument)
    for script in reversed(scripts):
        on_value = replace(script, base=Group((VALUE,)))  # type: ignore[call-arg]  # all that is SCRIPTED has a base
        value = evaluator.evaluate(on_value, {**env, VALUE.text: value})
    return value


def _unscripted(node: Node) -> tuple[Group | None, list[Node]]:
    scripts: list[Node] = []
    while isinstance(node, SCRIPTED):
        scripts.append(node)
        node = node.base
    return (node, scripts) if isinstance(node, Group) else (None, scripts)


def application(evaluator: Evaluates, factor: Node, following: Node, env: Env) -> Application | None:
    """A function and its argument; None where `factor` is no function or `following` no bracket."""
    if not isinstance(following, Group) or following.bracket not in "([{":
        return None
    if isinstance(factor, Primed):
        inner = application(evaluator, factor.base, following, env)
        if inner is None or factor in evaluator.world.knowledge.names:
            return None
        function, argument = inner
        return (lambda x: outer_derivative(evaluator, function, x, factor.count)), argument
    if isinstance(factor, Power) and (inner := application(evaluator, factor.base, following, env)):
        function, argument = inner
        exponent = factor.exponent
        return (lambda x: evaluator.world.arithmetic.power(function(x), evaluator.evaluate(exponent, env))), argument
    return _known(evaluator, factor, following, env)


def _known(evaluator: Evaluates, factor: Node, group: Group, env: Env) -> Application | None:
    knowledge = evaluator.world.knowledge
    known = knowledge.function(factor, len(group.parts)) if isinstance(factor, (Name, Tagged, Indexed)) else None
    meaning = known and known[1]
    if isinstance(meaning, AnyFunction):
        if meaning.of:
            return (lambda _: evaluator.evaluate(factor, env)), 0.0
        return (lambda x: evaluator.world.wave(meaning, x)), evaluator.evaluate(group.parts[0], env)
    if isinstance(meaning, Definition) and meaning.parameters:
        return _user_function(evaluator, known[0], meaning, group, env)  # type: ignore[index]  # known
    if known is None and isinstance(factor, Name) and factor.text in ENTRYWISE and factor.text not in env:
        name = factor.text
        return (lambda x: call(evaluator.world, name, [x])), evaluator.evaluate(group.parts[0], env)
    return None


def _user_function(evaluator: Evaluates, name: Node, meaning: Definition, group: Group, env: Env) -> Application | None:
    """h(z) by its definition, as a function of its first argument; J(w; x) with other arguments than J has is J."""
    names = meaning.parameters
    if len(group.parts) != len(names):
        return (lambda _: evaluator.evaluate(name, env)), 0.0
    first, *others = [evaluator.evaluate(part, env) for part in group.parts]
    return (lambda x: evaluator.nested(meaning.body, dict(zip(names, [x, *others], strict=True)), name)), first


def _component(evaluator: Evaluates, factor: Node, group: Group, env: Env) -> Array | None:
    """P(x_i) of a distribution P, h(x_i) of what is defined for each i: the entry i."""
    known = evaluator.world.knowledge.find(factor) if isinstance(factor, (Name, Tagged)) else None
    meaning = known and known[1]
    is_distribution = isinstance(meaning, Input) and meaning.kind != ""
    is_family = isinstance(meaning, Definition) and meaning.indices != () and isinstance(factor, Name)
    if not (is_distribution or is_family):
        return None
    part = group.parts[0]
    if isinstance(part, Relation):
        part = part.sides[-1] or part
    if isinstance(part, (Indexed, Tagged)):
        return evaluator.evaluate(Indexed(factor, outer_scripts(part)), env)
    if is_distribution and (isinstance(part, Number) or is_index(part)):
        return evaluator.evaluate(Indexed(factor, (part,)), env)
    return None
