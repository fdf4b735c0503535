"""dW for ∂J/∂W, as many notes on networks write it: a name of its own, which claims to be that derivative."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from autograd.notes.formulas.syntax import (
    Derivative,
    Group,
    Indexed,
    Name,
    Node,
    Power,
    Product,
    Relation,
    Tagged,
    Transposed,
)
from autograd.notes.markdown.declared import AnyFunction
from autograd.notes.meaning.knowledge import Definition, Knowledge
from autograd.notes.meaning.names import REFERENCES

D = Name("d")
IsNumber = Callable[[Node], bool]  # whether a name is a single number, as a loss is
SCRIPTED = (Transposed, Power)


def joined(said: Relation, knowledge: Knowledge) -> Relation:
    """The same statement with d W as the one name dW, where nothing is known of a d."""
    if D in knowledge.names:
        return said
    return replace(said, sides=tuple(side and _joined(side, knowledge) for side in said.sides))


def _joined(node: Node, knowledge: Knowledge) -> Node:
    node = node.map(lambda child: _joined(child, knowledge))
    if not isinstance(node, Product):
        return node
    factors: list[Node] = []
    signs: list[str] = []
    for sign, factor in zip(node.signs, node.factors, strict=True):
        name = _unscripted(factor)
        if factors and factors[-1] == D and sign == "" and _is_known(name, knowledge):
            factors[-1] = _named(factor, factors[-1].span[0])
        else:
            factors.append(factor)
            signs.append(sign)
    return factors[0] if len(factors) == 1 else replace(node, factors=tuple(factors), signs=tuple(signs))


def _unscripted(node: Node) -> Node:
    while isinstance(node, SCRIPTED):
        node = node.base
    return node


def _is_known(name: Node, knowledge: Knowledge) -> bool:
    return isinstance(name, REFERENCES) and knowledge.find(name) is not None


def _named(node: Node, start: int) -> Node:
    """dW for W, whatever its scripts."""
    span = (start, node.span[1])
    if isinstance(node, Name):
        return Name("d" + node.text, span=span)
    return replace(node, base=_named(node.base, start), span=span)  # type: ignore[attr-defined,call-arg]  # a script


def meant(name: Node) -> Node | None:
    """W for dW; None for a name that is none of these."""
    if isinstance(name, Name):
        return Name(name.text[1:]) if len(name.text) > 1 and name.text[0] == "d" else None
    if isinstance(name, (Indexed, Tagged)):
        base = meant(name.base)
        return base and replace(name, base=base)
    return None


def is_one(name: Node, knowledge: Knowledge) -> bool:
    """Whether a name is dW, where W is known and dW is not."""
    found = meant(name)
    return found is not None and name not in knowledge.names and knowledge.find(found) is not None


def heads(name: Node, knowledge: Knowledge, samples: Iterable[str], is_number: IsNumber) -> list[Node]:
    """The derivatives that dZ may be: of the last loss that depends on Z, and of that of all samples together.

    The latter is how the mean's 1/m is left to dW; `samples` are the sizes that Z has an entry for each of.
    """
    loss = last_loss(name, knowledge, is_number)
    if loss is None:
        return []
    whole = Derivative(loss, (name,))
    return [whole, *(Product((Name(size), Group((whole,))), ("", "")) for size in samples)]


def last_loss(name: Node, knowledge: Knowledge, is_number: IsNumber) -> Node | None:
    """The number that was defined last of all that depend on a name, and that no other is defined by."""
    found = knowledge.find(name)
    if found is None:
        return None
    below = {
        known: knowledge.upstream(known) - {known}
        for known, meaning in knowledge.names.items()
        if isinstance(meaning, (Definition, AnyFunction)) and known != found[0] and meant(known) is None
    }
    through = [known for known, upstream in below.items() if found[0] in upstream and is_number(known)]
    last = [known for known in through if not any(known in below[other] for other in through)]
    return last[-1] if last else None
