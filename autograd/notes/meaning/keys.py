"""The keys under which names are known: families have an entry for every index, functions may go by their arity."""

from __future__ import annotations

from collections.abc import Iterator

from autograd.notes.formulas.syntax import Indexed, Name, Node, Tagged
from autograd.notes.meaning.names import other_case, stem

ANY = Name("·")  # an index of a family: every value of it


def family(name: Node, tags: int, below: int) -> Node:
    """The key of a family: y with every index.

    >>> family(Name("y"), 0, 2)
    Indexed(base=Name(text='y'), indices=(Name(text='·'), Name(text='·')))
    """
    base: Node = Tagged(name, ANY) if tags else name
    return Indexed(base, (ANY,) * below) if below else base


def families(base: Node, below: int, tagged: bool = False) -> Iterator[Node]:
    """The families that a name with so many indices may be of; a tag may be a further index of theirs."""
    if below:
        yield family(base, tagged, below)
    if tagged:
        yield family(base, 1, 0)
        yield family(base, 0, below + 1)


def is_family(name: Node) -> bool:
    """Whether a key is that of a family."""
    inner = stem(name)
    return (isinstance(name, Indexed) and ANY in name.indices) or (isinstance(inner, Tagged) and inner.tag == ANY)


def untagged(name: Node) -> Node:
    """A name without its indices, and without the tag that stands for every one of a family."""
    inner = stem(name)
    return inner.base if isinstance(inner, Tagged) and inner.tag == ANY else inner


def of_arity(name: Node, count: int) -> Node:
    """The key of a function beside another of the same name that takes another number of arguments."""
    return Name(f"{name.text}⟨{count}⟩") if isinstance(name, Name) else name


def scripts(node: Node, known: Node) -> tuple[tuple[Node, ...], tuple[Node, ...]]:
    """The indices, above and below, of a name that was found as `known`: a superscript of a known name is none."""
    below = node.indices if isinstance(node, Indexed) else ()
    tagged, inner = stem(node), stem(known)
    is_own = isinstance(inner, Tagged) and inner.tag != ANY and not _is_tagged_twice(tagged, inner)
    return (tagged.tag,) if isinstance(tagged, Tagged) and not is_own else (), below


def _is_tagged_twice(name: Node, known: Node) -> bool:
    """a^{[2](i)}: a known a^{[2]}, of a sample."""
    return isinstance(name, Tagged) and isinstance(name.base, Tagged) and known in (name.base, other_case(name.base))
