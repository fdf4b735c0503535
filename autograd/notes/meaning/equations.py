"""Equations taken for definitions: of their left side, or of one meaning of it beside another."""

from __future__ import annotations

from autograd.notes.formulas.syntax import Big, Group, Indexed, Name, Node, Product, Relation, Tagged
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import AnyFunction, Axis, Input
from autograd.notes.meaning.assuming import FUNCTION_LETTERS, axis_of
from autograd.notes.meaning.definable import Head, head_of
from autograd.notes.meaning.functions import ENTRYWISE
from autograd.notes.meaning.keys import is_family, of_arity
from autograd.notes.meaning.knowledge import Definition, Knowledge, Meaning
from autograd.notes.meaning.names import mentioned, stem
from autograd.notes.meaning.statements import Stated

DEFINE = {"=", ":=", "≡"}  # the signs behind what is defined


def define(knowledge: Knowledge, stated: Stated) -> bool:
    """Takes a statement for a definition; False where it can be none."""
    said = stated.said
    left, body = said.sides[:2] if isinstance(said, Relation) and len(said.sides) > 1 else (None, None)
    head = None if left is None else head_of(left)
    if not isinstance(said, Relation) or left is None or body is None or head is None or said.signs[0] not in DEFINE:
        return False
    head = _beside(knowledge, head, left, body, stated.part)
    if _mentions(body, head.name):
        return False
    _learn_sizes(knowledge, body)
    knowledge.displace(head.name, stated.part)
    knowledge.know(head.name, _meaning(knowledge, head, body, stated))
    return True


def is_beside(knowledge: Knowledge, left: Node, body: Node, part: int) -> bool:
    """Whether an equation defines its left side beside another meaning of the same letter."""
    head = head_of(left)
    return head is not None and _beside(knowledge, head, left, body, part).name != head.name


def _beside(knowledge: Knowledge, head: Head, left: Node, body: Node, part: int) -> Head:
    """The same, under a key of its own where the same letter has another meaning in this part.

    H(p, q) beside H(p); δ_j, of the hidden layer, beside δ_k, which it is made of.
    """
    known = knowledge.names.get(head.name)
    if not isinstance(known, Definition) or known.part != part:
        return head
    if len(known.parameters) != len(head.parameters) and head.parameters:
        return head._replace(name=of_arity(head.name, len(head.parameters)))
    if head.indices and known.indices != head.indices and _mentions(body, head.name):
        return head._replace(name=left)
    return head


def _mentions(body: Node, name: Node) -> bool:
    """Whether a definition leads back to itself at once."""
    return any(part == name or (is_family(name) and _as_family(part) == name) for part in mentioned(body))


def _as_family(part: Node) -> Node:
    head = head_of(part)
    return head.name if head else part


# ---- what an equation makes known


def _meaning(knowledge: Knowledge, head: Head, body: Node, stated: Stated) -> Meaning:
    if isinstance(body, Name) and body.text in ENTRYWISE and knowledge.find(body) is None:
        body = Product((body, Group((Name("u"),))), ("", ""))  # H = σ
        head = head._replace(parameters=("u",))
    given = _unknown_function(knowledge, head.name, body)
    return given or Definition(
        head.name, body, head.indices, head.parameters, stated.line, stated.part, stated.paragraph
    )


def _unknown_function(knowledge: Knowledge, name: Node, body: Node) -> AnyFunction | None:
    """L = f(y_11, …, y_mn), where nothing is said of f."""
    function, group = body.factors if isinstance(body, Product) and len(body.factors) == 2 else (None, None)
    if not isinstance(function, Name) or not isinstance(group, Group):
        return None
    if function.text not in FUNCTION_LETTERS or knowledge.find(function) is not None:
        return None
    names = dict.fromkeys(stem(p) for p in group.parts if isinstance(p, (Name, Indexed, Tagged)))
    known = [found[0] for n in names if (found := knowledge.find(n))]
    return AnyFunction(name, tuple(dict.fromkeys(known))) if known else None


def _learn_sizes(knowledge: Knowledge, node: Node) -> None:
    """The names that sums run up to are sizes, if they are nothing else."""
    for part in node.walk():
        if not isinstance(part, Big):
            continue
        if isinstance(part.upper, (Name, Indexed)) and knowledge.find(part.upper) is None:
            knowledge.add_axes((Axis(1, readable(part.upper)),))
        for index in part.indices:
            _learn_range(knowledge, index, node)


def _learn_range(knowledge: Knowledge, index: Node, node: Node) -> None:
    """How far the index runs that an input has a value for each of, where only a sum says it."""
    per = {meaning.per for meaning in knowledge.names.values() if isinstance(meaning, Input)}
    if isinstance(index, Name) and index.text in per and index.text not in knowledge.ranges:
        knowledge.ranges[index.text] = axis_of(index, list(node.walk()), knowledge)
        knowledge.version += 1
