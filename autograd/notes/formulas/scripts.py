"""Subscripts and superscripts: which are indices, tags, primes, transposes, powers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeGuard

from autograd.notes.formulas.syntax import (
    Dots,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Power,
    Primed,
    Product,
    Relation,
    Span,
    Sum,
    Tagged,
    Transposed,
)
from autograd.notes.formulas.unread import NotRead


class Script(NamedTuple):
    """A script as read: kind "_", "^", "*" or as many ' as there are primes; the parts between its commas."""

    kind: str
    parts: tuple[Node, ...]
    span: Span


def is_named(node: object) -> bool:
    """Whether this is a name, with indices, tags and primes or without: what brackets behind it may be applied to."""
    while isinstance(node, Indexed | Tagged | Primed):
        node = node.base
    return isinstance(node, Name)


def scripted(base: Node, scripts: list[Script]) -> Node:
    """A base with its scripts, in one nesting whatever their order: the tag, the indices, primes, ᵀ or the power.

    A node reaches as far as its scripts: in `w_{ij}^{(1)}` w with its tag, which stands behind the indices, has the
    place of the whole. Raises NotRead for scripts that contradict one another.
    """
    lower = _single([each for each in scripts if each.kind == "_"])
    upper = _single([each for each in scripts if each.kind in ("^", "*")])
    primes = [each for each in scripts if each.kind.startswith("'")]
    if isinstance(base, Number | Dots) and (lower or primes):
        raise NotRead("this stands on no name", (lower or primes[0]).span)
    tag, outer = _upper(base, upper) if upper else (None, [])
    node = base
    for one in _tags(tag) if upper else ():
        node = _tagged(node, one, upper.span)  # type: ignore[union-attr]  # tags are in it
    if lower:
        node = _placed(Indexed(node, indices(lower.parts, lower.span)), node, lower.span)
    if primes:
        node = _placed(Primed(node, sum(len(each.kind) for each in primes)), node, primes[-1].span)
    for each in outer:
        node = _placed(each.on(node), node, upper.span)  # type: ignore[union-attr]  # what is outer was in it
    return node


def _placed(made: Node, base: Node, script: Span) -> Node:
    return replace(made, span=(base.span[0], max(base.span[1], script[1])))


def _single(scripts: list[Script]) -> Script | None:
    if len(scripts) > 1:
        raise NotRead("a second script of the same kind: write { } around the first", scripts[1].span)
    return scripts[0] if scripts else None


def _tagged(base: Node, tag: Node, script: Span) -> Node:
    """The tag within the indices: {w_j}^{(1)} is {w^{(1)}}_j."""
    if not isinstance(base, Indexed):
        return _placed(Tagged(base, tag), base, script)
    return _placed(replace(base, base=Tagged(base.base, tag, span=base.span)), base, script)


class _Outer(NamedTuple):
    """A prime, ᵀ or power that a superscript puts on its base."""

    kind: Callable[..., Node]  # Primed, Transposed or Power
    value: int | Node | None

    def on(self, node: Node) -> Node:
        return self.kind(node) if self.value is None else self.kind(node, self.value)


def _upper(base: Node, script: Script) -> tuple[Node | None, list[_Outer]]:
    """The tag that a superscript is, if any, and what it puts on its base besides."""
    if len(script.parts) > 1 or isinstance(script.parts[0], Relation):
        raise NotRead("a superscript is one formula", script.span)
    part = script.parts[0]
    if script.kind == "*":
        return part, []
    outer: list[_Outer] = []
    if isinstance(part, Product) and not any(part.signs):
        *first, last = part.factors
        if _is_t(last) and all(map(_is_tag, first)):
            outer, part = [_Outer(Transposed, None)], first[0] if len(first) == 1 else _without_last(part)
    if isinstance(part, Product) and not any(part.signs) and all(map(_is_tag, part.factors)):
        return part, outer
    if isinstance(part, Primed) and _is_tag(part.base):
        outer, part = [_Outer(Primed, part.count)], part.base
    number = isinstance(base, Number) or (isinstance(base, Name) and base.text == "e")
    if _is_tag(part) and not number:
        return (part.parts[0] if len(part.parts) == 1 else part), outer
    if _is_t(part) and not isinstance(base, Number):
        return None, [_Outer(Transposed, None)]
    if isinstance(part, Sum | Product) and any(_is_t(each) for each in part.children()) and not number:
        raise NotRead("a transpose among others is not read", script.span)
    return None, [_Outer(Power, part)]


def _tags(tag: Node | None) -> list[Node]:
    """The tags of a^{[2](i)}, one upon the other."""
    if isinstance(tag, Product) and all(map(_is_tag, tag.factors)):
        return [f.parts[0] if len(f.parts) == 1 else f for f in filter(_is_tag, tag.factors)]
    return [] if tag is None else [tag]


def _without_last(product: Product) -> Product:
    return replace(product, factors=product.factors[:-1], signs=product.signs[:-1])


def _is_t(node: Node) -> bool:
    return isinstance(node, Name) and node.text in ("T", "⊤")


def _is_tag(node: Node) -> TypeGuard[Group]:
    return isinstance(node, Group) and node.bracket in "(["


def indices(parts: Sequence[Node | None], span: Span) -> tuple[Node, ...]:
    """i and j of ij, of i,j and of (i, j). Raises NotRead for what is no index."""
    found: list[Node] = []
    for part in parts:
        if part is None or isinstance(part, Relation):
            raise NotRead("an index is no relation", span)
        if isinstance(part, Product) and not any(part.signs):
            found += part.factors
        elif isinstance(part, Group) and part.bracket == "(":
            found += indices(part.parts, span)
        else:
            found.append(part)
    return tuple(found)
