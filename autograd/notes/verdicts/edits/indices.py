"""Edits of indices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograd.notes.formulas.latex import latex
from autograd.notes.formulas.syntax import Group, Indexed, Name, Node, Number, Tagged
from autograd.notes.formulas.wording import readable
from autograd.notes.meaning.names import is_index
from autograd.notes.verdicts.edits.edit import Edit
from autograd.notes.verdicts.edits.side import Side, scripts


def transposed_index(side: Side) -> Iterator[Edit]:
    """W_{ij} written for W_{ji}."""
    for node in side.every(Indexed):
        if len(node.indices) == 2 and node.indices[0] != node.indices[1]:
            i, j = node.indices
            new = replace(node, indices=(j, i))
            words = f"transposed index: should be {readable(new)}, not {readable(node)}"
            yield side.edit("transposed", words, node, new, (i.span, side.text(j)), (j.span, side.text(i)))


def wrong_index(side: Side) -> Iterator[Edit]:
    """x_{ri} written for x_{1i}, in one name or in all of a bracket."""
    numbers = dict.fromkeys(i for node in side.every(Indexed) for i in node.indices if isinstance(i, Number))
    others: list[Node] = [*map(Name, side.indices), *numbers]
    for node in side.nodes:
        if isinstance(node, (Indexed, Tagged, Group)):
            present = dict.fromkeys(i for i in _scripts_in(node) if is_index(i) or isinstance(i, Number))
            yield from (_reindexed(side, node, old, new) for old in present for new in others if new != old)


def _reindexed(side: Side, node: Node, old: Node, new: Node) -> Edit:
    names = dict.fromkeys(n for n in node.walk() if old in scripts(n))
    written = ", ".join(map(readable, names))
    meant = ", ".join(readable(_with_index(n, old, new)) for n in names)
    words = f"wrong index: should be {meant}, not {written}"
    changes = [(script.span, latex(new)) for script in _scripts_in(node) if script == old]
    return side.edit("wrong index", words, node, _with_index(node, old, new), *changes)


def _scripts_in(node: Node) -> Iterator[Node]:
    """All indices and tags of the names in a formula."""
    return (script for part in node.walk() for script in scripts(part))


def _with_index(node: Node, old: Node, new: Node) -> Node:
    """A formula with one index in the place of another, everywhere."""
    made = node.map(lambda child: _with_index(child, old, new))
    if isinstance(made, Indexed):
        return replace(made, indices=tuple(new if i == old else i for i in made.indices))
    return replace(made, tag=new) if isinstance(made, Tagged) and made.tag == old else made
