"""Names with their scripts: what they are made of, and the indices in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from autograd.notes.formulas.syntax import Indexed, Name, Node, Number, Primed, Sum, Tagged

REFERENCES = (Name, Indexed, Tagged, Primed)


def mentioned(node: Node) -> Iterator[Node]:
    """The names in a formula, each with all its scripts, and those in the scripts.

    >>> from autograd.notes.formulas.wording import readable
    >>> y = Indexed(Tagged(Name("y"), Name("k")), (Name("i"),))
    >>> [readable(name) for name in mentioned(Sum((y, Name("b")), ("+", "+")))]
    ['y^(k)_i', 'i', 'b']
    """
    stack = [node]
    while stack:
        part = stack.pop()
        if not isinstance(part, REFERENCES) or (isinstance(part, Primed) and not isinstance(part.base, REFERENCES)):
            stack += reversed(list(part.children()))
            continue
        yield part
        while not isinstance(part, Name):
            if isinstance(part, Indexed):
                stack += part.indices
            elif isinstance(part, Primed) and isinstance(part.base, REFERENCES):
                yield part.base
            part = part.base
            if not isinstance(part, REFERENCES):
                stack.append(part)
                break


def stem(node: Node) -> Node:
    """A name without its indices."""
    while isinstance(node, Indexed):
        node = node.base
    return node


def is_index(node: Node) -> bool:
    """Whether a script looks like an index that runs: a small Latin letter."""
    return isinstance(node, Name) and len(node.text) == 1 and "a" <= node.text <= "z"


def outer_scripts(name: Node) -> tuple[Node, ...]:
    """The indices of a name that has some, else its superscript in brackets."""
    return name.indices if isinstance(name, Indexed) else (name.tag,) if isinstance(name, Tagged) else ()


def only_index(name: Node) -> str:
    """The index of w_j or x^{(i)}, "" where that is no letter."""
    index = next(iter(outer_scripts(name)), None)
    return index.text if isinstance(index, Name) else ""


def is_capital(name: Node) -> bool:
    """Whether a name is a capital letter."""
    while isinstance(name, (Tagged, Primed)):
        name = name.base
    return isinstance(name, Name) and len(name.text) == 1 and name.text.isupper()


def other_case(name: Node) -> Node | None:
    """y for Y, w⁽¹⁾ for W⁽¹⁾; None for words and what has no case."""
    if isinstance(name, Name):
        swapped = name.text.swapcase()
        return Name(swapped) if len(name.text) == len(swapped) == 1 and swapped != name.text else None
    if isinstance(name, (Tagged, Primed)):
        base = other_case(name.base)
        return base and replace(name, base=base)
    return None


def numbered(node: Node, values: Mapping[str, Any]) -> Node:
    """A name with numbers for the indices that have values: x_i is x_2, W^{(l)} is W^{(1)}.

    >>> numbered(Tagged(Name("W"), Sum((Name("l"), Number("1")), ("+", "-"))), {"l": 3})
    Tagged(base=Name(text='W'), tag=Number(text='2'))
    """
    if isinstance(node, Indexed):
        return Indexed(numbered(node.base, values), tuple(_numbered_index(i, values) for i in node.indices))
    if isinstance(node, Tagged):
        return Tagged(numbered(node.base, values), _numbered_index(node.tag, values))
    return node


def _numbered_index(index: Node, values: Mapping[str, Any]) -> Node:
    number = _counted(index, values)
    return index if number is None or isinstance(index, Number) else Number(str(number))


def _counted(index: Node, values: Mapping[str, Any]) -> int | None:
    """The number of an index, where it is made of numbers and of indices that have one: l − 1."""
    if isinstance(index, Number) and index.text.isdigit():
        return int(index.text)
    if isinstance(index, Name) and isinstance(values.get(index.text), int):
        return int(values[index.text])
    if isinstance(index, Sum):
        terms = [_counted(term, values) for term in index.terms]
        known = [term for term in terms if term is not None]
        if len(known) == len(terms):
            return sum(term if sign == "+" else -term for term, sign in zip(known, index.signs, strict=True))
    return None
