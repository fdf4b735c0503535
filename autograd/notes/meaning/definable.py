"""Left sides that a formula can define: L, y_{ij}, W^{(1)}, J(θ), h(x)."""

from __future__ import annotations

from typing import NamedTuple

from autograd.notes.formulas.syntax import Group, Indexed, Name, Node, Product, Tagged
from autograd.notes.meaning.keys import family
from autograd.notes.meaning.names import is_index


class Head(NamedTuple):
    """A name (a family's key where it has indices), the indices, and the parameters of a function."""

    name: Node
    indices: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()


def head_of(node: Node) -> Head | None:
    """What a left side defines; None where it is no name.

    >>> head_of(Indexed(Name("y"), (Name("i"), Name("j"))))
    Head(name=Indexed(base=Name(text='y'), indices=(Name(text='·'), Name(text='·'))), indices=('i', 'j'), parameters=())
    """
    if isinstance(node, Product) and len(node.factors) == 2 and isinstance(node.factors[1], Group):
        inner = head_of(node.factors[0])
        return inner and _applied(inner, node.factors[1])
    return _indexed(node)


def _indexed(node: Node) -> Head | None:
    below = node.indices if isinstance(node, Indexed) else ()
    tagged = node.base if isinstance(node, Indexed) else node
    runs = isinstance(tagged, Tagged) and is_index(tagged.tag)
    tags = (tagged.tag,) if isinstance(tagged, Tagged) and runs else ()
    stem = tagged.base if isinstance(tagged, Tagged) and runs else tagged
    if not isinstance(stem, (Name, Tagged)):
        return None
    indices = (*tags, *below)
    if all(map(is_index, indices)) and len(set(indices)) == len(indices):
        return Head(family(stem, len(tags), len(below)), tuple(i.text for i in indices if isinstance(i, Name)))
    return Head(node) if not any(map(is_index, indices)) else None


def _applied(inner: Head, group: Group) -> Head | None:
    """h(x), J(θ_0, θ_1), h(x_i)."""
    part = group.parts[0]
    if group.bracket != "(":
        return None
    if not all(any(isinstance(n, Name) for n in p.walk()) for p in group.parts):
        return None  # f(2)
    if all(isinstance(p, Name) for p in group.parts):
        return inner._replace(parameters=tuple(p.text for p in group.parts if isinstance(p, Name)))
    if len(group.parts) == 1 and not inner.indices and (found := _indexed(part)) and found.indices:
        return Head(family(inner.name, 0, len(found.indices)), found.indices)
    return inner
