"""What rules come to on the way to a node: arguments, and what stands in braces."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from autograd.notes.formulas.syntax import Node, Product, Relation, Span
from autograd.notes.formulas.tape import Token
from autograd.notes.formulas.unread import NotRead


class Argument(NamedTuple):
    """What a command or a script takes: the parts between commas."""

    parts: tuple[Node, ...]
    span: Span

    def one(self) -> Node:
        """The only part. Raises NotRead where there are several, and for a relation."""
        if len(self.parts) > 1:
            raise NotRead("one formula is read here, not several between commas", self.span)
        if isinstance(self.parts[0], Relation):
            raise NotRead("a relation cannot stand here", self.parts[0].span)
        return self.parts[0]


class Braced(NamedTuple):
    """A sum or a product in braces. They do not show, so what stands beside them is read as if they were not there."""

    node: Node
    span: Span


def opened(part: Any) -> Node:
    """What stands in the braces, where they change nothing."""
    return part.node if isinstance(part, Braced) else part


def shown_alone(part: Any) -> Node:
    """A part that something before or behind it is of. Raises NotRead for a sum in braces."""
    if isinstance(part, Braced) and not isinstance(part.node, Product):
        raise NotRead("braces do not show: write ( )", part.span)
    return opened(part)


def part_of(relation: Relation) -> Node:
    """A relation, or what stands alone without a sign."""
    side = relation.sides[0]
    return side if side is not None and not relation.signs else relation


def factors_of(parts: Sequence[Any], signs: Sequence[str]) -> tuple[list[Node], list[str]]:
    """The factors of a product, those of a product in braces among them, as it shows."""
    factors: list[Node] = []
    found: list[str] = []
    for part, sign in zip(parts, signs, strict=True):
        if isinstance(part, Braced) and isinstance(part.node, Product):
            factors += part.node.factors
            found += [sign, *part.node.signs[1:]]
        else:
            factors.append(shown_alone(part))
            found.append(sign)
    return factors, found


def between(parts: Sequence[Any]) -> Span:
    """From the first to the last of tokens, nodes and arguments that follow one another."""
    first, last = parts[0], parts[-1]
    start = first.start if isinstance(first, Token) else first.span[0]
    return start, last.end if isinstance(last, Token) else last.span[1]
