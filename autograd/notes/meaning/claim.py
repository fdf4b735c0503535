"""What a statement claims, and what it is compared with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from autograd.notes.formulas.syntax import (
    Annotated,
    At,
    Big,
    Derivative,
    Function,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Primed,
    Relation,
    Tagged,
)
from autograd.notes.meaning.names import is_index, outer_scripts
from autograd.notes.meaning.statements import Stated

Kind = Literal["derivative", "equality", "numbers", "update", "step", "shape", "order"]


@dataclass(frozen=True)
class Claim:
    """`body` is claimed to be `head`, as `sign` says. `source` is the LaTeX that both were read from."""

    kind: Kind
    head: Node
    body: Node
    sign: str
    source: str
    variable: Node | None = None  # what the head derives in
    words: tuple[str, ...] = ()  # the names of several letters
    conditions: tuple[Relation, ...] = ()  # where it is claimed
    settings: tuple[tuple[Node, float], ...] = field(default=())  # numbers that the notes gave names


def claimed(head: Node, body: Node, sign: str, stated: Stated, settings: Mapping[Node, float]) -> Claim:
    """The claim that one side of an equation makes of another. Numbers are compared with the settings of names."""
    variable: Node | None = None
    kind: Kind = "numbers" if is_literal(head) and is_literal(body) else "equality"
    if is_derivative(head):
        kind = "derivative"
        variable = head.wrt[0] if isinstance(head, Derivative) and len(head.wrt) == 1 else None
    given = tuple(settings.items()) if is_literal(body) or sign == "≈" else ()
    return claim_of(stated, kind, head, body, sign, variable, given)


def claim_of(
    stated: Stated,
    kind: Kind,
    head: Node,
    body: Node,
    sign: str = "=",
    variable: Node | None = None,
    settings: tuple[tuple[Node, float], ...] = (),
) -> Claim:
    """A claim that a statement makes."""
    return Claim(kind, head, body, sign, stated.latex, variable, stated.words, stated.conditions, settings)


def is_derivative(node: Node) -> bool:
    """Whether a side is a derivative, to which others are compared."""
    while isinstance(node, (At, Annotated, Group)) and (not isinstance(node, Group) or len(node.parts) == 1):
        node = node.parts[0] if isinstance(node, Group) else node.body
    return isinstance(node, (Derivative, Primed)) and not (isinstance(node, Derivative) and node.of is None)


def is_literal(node: Node) -> bool:
    """Whether there is no name in a formula, but for those of functions and of e and π."""
    return not any(
        isinstance(part, (Indexed, Tagged, Derivative, Primed, Big))
        or (isinstance(part, Name) and part.text not in ("e", "π", "σ"))
        for part in node.walk()
    ) and any(isinstance(part, (Number, Name, Function)) for part in node.walk())


def free_indices(node: Node) -> Iterator[str]:
    """The letters that stand as indices and that no sum binds, in the order of reading."""
    stack: list[tuple[Node, frozenset[Node]]] = [(node, frozenset())]
    while stack:
        part, bound = stack.pop()
        if isinstance(part, Big):
            bound = bound.union(part.indices)
        for letter in (letter for script in outer_scripts(part) for letter in script.walk()):
            if isinstance(letter, Name) and is_index(letter) and letter not in bound:
                yield letter.text
        stack += [(child, bound) for child in reversed(list(part.children()))]
