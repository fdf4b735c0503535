"""Subscripts that tell names apart and count nothing: W_o beside an o, J_{reg}, W_{xh} as declared."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from autograd.notes.formulas.syntax import Big, Indexed, Name, Node, Relation
from autograd.notes.markdown.declared import Index, Input, Line
from autograd.notes.meaning.definable import head_of

COUNTING = frozenset("ijklmnrst")  # letters that count, whatever else they stand for
WORD = 3  # letters side by side that are a word, not indices


class Labels:
    """Knows the names of some notes, and makes one name of each with such a subscript."""

    def __init__(self, said: Iterable[object]) -> None:
        lines = list(said)
        relations = [line for line in lines if isinstance(line, Relation)]
        heads = [head_of(r.sides[0]) for r in relations if r.signs and r.sides[0] is not None]
        names = [h.name for h in heads if h is not None] + [line.name for line in lines if isinstance(line, Input)]
        bound = {i for r in relations for part in r.walk() if isinstance(part, Big) for i in part.indices}
        bound |= {Name(line.name) for line in lines if isinstance(line, Index)}
        self.letters = {n for n in names if isinstance(n, Name) and n.text not in COUNTING} - bound
        declared = [line.name for line in lines if isinstance(line, Input) and isinstance(line.name, Indexed)]
        self.declared = {n for n in declared if not COUNTING.issuperset(_word(n) or "i")}

    def relation(self, said: Relation) -> Relation:
        """The same statement."""
        return replace(said, sides=tuple(side and self._joined(side) for side in said.sides))

    def line(self, line: Line) -> Line:
        """The same declaration."""
        return replace(line, name=self._joined(line.name)) if isinstance(line, Input) else line

    def _joined(self, node: Node) -> Node:
        node = node.map(self._joined)
        if isinstance(node, Indexed) and isinstance(node.base, Name) and self._is_label(node):
            return Name(f"{node.base.text}_{_word(node)}", span=node.span)
        return node

    def _is_label(self, node: Indexed) -> bool:
        word = _word(node)
        if not word:
            return False
        if node in self.declared or (len(word) >= WORD and not COUNTING.issuperset(word)):
            return True
        return self.letters.issuperset(node.indices)


def _word(node: Indexed) -> str:
    """The letters of a subscript; "" where it has anything else."""
    letters = [i.text for i in node.indices if isinstance(i, Name) and len(i.text) == 1 and i.text.isascii()]
    return "".join(letters) if len(letters) == len(node.indices) else ""
