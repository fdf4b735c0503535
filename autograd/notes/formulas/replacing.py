"""A formula with one of its parts replaced."""

from __future__ import annotations

from autograd.notes.formulas.syntax import Node


def put(body: Node, old: Node, new: Node) -> Node:
    """A tree with one node, that very one and none that is equal to it, replaced.

    >>> from autograd.notes.formulas.syntax import Name, Product
    >>> first, second = Name("x"), Name("x")
    >>> put(Product((first, second), ("", "")), second, Name("y"))
    Product(factors=(Name(text='x'), Name(text='y')), signs=('', ''))
    """
    return new if body is old else body.map(lambda child: put(child, old, new))
