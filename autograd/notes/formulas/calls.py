r"""Functions by command, and what ranges over indices: \log_2 x, \sin^2(x), \sum_{i=1}^m."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from autograd.notes.formulas.scripts import Script, indices, is_named, scripted
from autograd.notes.formulas.syntax import Function, Group, Node, Number, Relation, Span
from autograd.notes.formulas.tape import Token
from autograd.notes.formulas.unread import NotRead

WITH_BASE = {"log", "lg"}


class Call(NamedTuple):
    """A function of its argument, and the factors that stand behind the argument's bracket."""

    function: Node
    behind: list[Node]


def called(name: Token, scripts: list[Script], operand: Node) -> Node:
    """A function of an operand: of what is in its brackets, whose scripts are its own, or else of all of it."""
    group, around = _unscripted(operand)
    if group is None:
        return _function(name, scripts, (operand,), operand.span[1])
    node = _function(name, scripts, group.parts, group.span[1])
    for each in reversed(around):
        node = replace(each, base=node, span=(name.start, each.span[1]))  # type: ignore[call-arg]  # a script
    return node


def is_bracketed(operand: Node) -> bool:
    """Whether an operand is what stands in brackets, with scripts or without."""
    return _unscripted(operand)[0] is not None


def _unscripted(node: Node) -> tuple[Group | None, list[Node]]:
    """The bracket that a node's scripts are on, and the scripted nodes, the outermost first."""
    around = []
    while not isinstance(node, Function) and hasattr(node, "base"):
        around.append(node)
        node = node.base
    return (node, around) if isinstance(node, Group) and node.bracket in "([{" else (None, [])


def _function(name: Token, scripts: list[Script], arguments: tuple[Node, ...], end: int) -> Node:
    for each in arguments:
        if isinstance(each, Relation):
            raise NotRead(f"{name.value} is of no relation", each.span)
    exponent = _only(name, [each for each in scripts if each.kind != "_"])
    if exponent is not None and not isinstance(exponent, Number):
        raise NotRead(f"write the power of {name.value} behind brackets", exponent.span)
    lower = [each for each in scripts if each.kind == "_"]
    base = _only(name, lower) if name.value in WITH_BASE else None
    node = Function(name.value, arguments, exponent, base, span=(name.start, end))
    return node if base is not None or not lower else scripted(node, [each._replace(span=node.span) for each in lower])


def _only(name: Token, scripts: list[Script]) -> Node | None:
    if not scripts:
        return None
    if len(scripts) > 1 or len(scripts[0].parts) != 1:
        raise NotRead(f"this script of {name.value} is not read", scripts[-1].span)
    return scripts[0].parts[0]


def limits(scripts: list[Script], span: Span) -> tuple[tuple[Node, ...], Node | None, Node | None]:
    """The indices that run, and from where to where."""
    lower = [each for each in scripts if each.kind == "_"]
    upper = [each for each in scripts if each.kind == "^"]
    if len(lower) > 1 or len(upper) > 1 or len(lower + upper) < len(scripts):
        raise NotRead("these limits are not read", span)
    running, start = _lower(lower[0]) if lower else ((), None)
    if upper and (len(upper[0].parts) > 1 or isinstance(upper[0].parts[0], Relation)):
        raise NotRead("this limit is not read", upper[0].span)
    return running, start, upper[0].parts[0] if upper else None


def _lower(script: Script) -> tuple[tuple[Node, ...], Node | None]:
    r"""i and j of \sum_{i,j}; i and 1 of \sum_{i=1}; k and the whole relation of \sum_{k \ne i}."""
    *before, last = script.parts
    relation = last if isinstance(last, Relation) else None
    running = indices((*before, relation.sides[0] if relation else last), script.span)
    if not all(is_named(each) for each in running):
        raise NotRead("these indices are not read", script.span)
    if relation is None or relation.signs != ("=",):
        return running, relation
    return running, relation.sides[1]
