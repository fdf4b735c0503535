"""The side of a claim that edits are made to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from autograd.notes.formulas.latex import latex
from autograd.notes.formulas.replacing import put
from autograd.notes.formulas.syntax import (
    Big,
    Indexed,
    Node,
    Power,
    Primed,
    Sum,
    Tagged,
    Transposed,
)
from autograd.notes.meaning.names import stem
from autograd.notes.verdicts.edits.edit import Change, Edit

Kind = TypeVar("Kind", bound=Node)


@dataclass(frozen=True)
class Side:
    """A formula, the source that it was read from, and the names and the indices that may be meant in it."""

    body: Node
    source: str
    names: Sequence[Node]
    indices: Sequence[str]

    @cached_property
    def nodes(self) -> list[Node]:
        """The parts of the formula that are written, but for what only counts: the indices of names and of sums."""
        counting = {id(part) for node in self.body.walk() for script in _counting(node) for part in script.walk()}
        return [node for node in self.body.walk() if node.span[1] > node.span[0] and id(node) not in counting]

    def every(self, kind: type[Kind]) -> Iterator[Kind]:
        """The parts of one kind."""
        return (node for node in self.nodes if isinstance(node, kind))

    def bases(self, *kinds: type[Indexed | Tagged | Primed | Transposed | Power]) -> set[int]:
        """The ids of the nodes that carry a script of these kinds: alone they are not what the notes speak of."""
        return {id(node.base) for node in self.nodes if isinstance(node, kinds)}

    def text(self, node: Node) -> str:
        """A node's source."""
        return self.source[node.span[0] : node.span[1]]

    def factor(self, node: Node) -> str:
        """A node's source, ready to stand in a product."""
        return rf"\left({self.text(node)}\right)" if isinstance(node, Sum) else self.text(node)

    def edit(self, kind: str, words: str, old: Node, new: Node, *changes: Change) -> Edit:
        """An edit that puts one node in the place of another, which is written anew if no changes are given."""
        return Edit(kind, words, put(self.body, old, new), changes or ((old.span, latex(new)),))

    def bared(self, kind: str, words: str, node: Primed | Transposed | Power) -> Edit:
        """An edit that takes a superscript away."""
        return self.edit(kind, words, node, node.base, ((node.base.span[1], node.span[1]), ""))

    def raised(self, kind: str, words: str, node: Node, new: Node, superscript: str) -> Edit:
        """An edit that makes `new` of a node by one more superscript."""
        base = f"{{{self.text(node)}}}" if isinstance(stem(node), Tagged) else self.text(node)
        return self.edit(kind, words, node, new, (node.span, base + superscript))


def scripts(node: Node) -> tuple[Node, ...]:
    """The indices of a name, or its tag."""
    return node.indices if isinstance(node, Indexed) else (node.tag,) if isinstance(node, Tagged) else ()


def _counting(node: Node) -> tuple[Node, ...]:
    return node.indices if isinstance(node, Big) else scripts(node)
