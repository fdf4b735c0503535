"""Edits of names."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from autograd.notes.formulas.latex import latex
from autograd.notes.formulas.syntax import Indexed, Name, Node, Primed, Tagged
from autograd.notes.formulas.wording import readable
from autograd.notes.meaning.names import REFERENCES
from autograd.notes.verdicts.edits.edit import Edit
from autograd.notes.verdicts.edits.side import Side


def exchanged_names(side: Side) -> Iterator[Edit]:
    """Q(x) log P(x) written for P(x) log Q(x)."""
    letters = dict.fromkeys(_letter(node) for node in side.nodes if isinstance(node, REFERENCES))
    for a, b in combinations((letter for letter in letters if isinstance(letter, Name)), 2):
        swap: dict[Node, Node] = {a: b, b: a}
        words = f"{readable(a)} and {readable(b)} should change places"
        changes = tuple((name.span, latex(swap[name])) for name in side.every(Name) if name in swap)
        yield Edit("wrong name", words, _renamed(side.body, swap), changes)


def wrong_name(side: Side) -> Iterator[Edit]:
    """x_0 written for θ_0."""
    inside = side.bases(Indexed, Tagged)
    for node in side.nodes:
        if isinstance(node, REFERENCES) and id(node) not in inside:
            for name in side.names:
                if name != node:
                    yield side.edit("wrong name", f"should be {readable(name)}, not {readable(node)}", node, name)


def _letter(node: Node) -> Node:
    """A name without its scripts."""
    while isinstance(node, (Indexed, Tagged, Primed)):
        node = node.base
    return node


def _renamed(node: Node, names: dict[Node, Node]) -> Node:
    return names[node] if node in names else node.map(lambda child: _renamed(child, names))
