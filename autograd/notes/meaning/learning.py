"""What a name means that nothing was said of: as later formulas define it, or as formulas use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autograd.notes.formulas.syntax import Annotated, Big, Derivative, Name, Node, Relation, Tagged
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import AnyFunction, Input
from autograd.notes.meaning.assuming import assume
from autograd.notes.meaning.axes import axes_in
from autograd.notes.meaning.claim import is_literal
from autograd.notes.meaning.definable import head_of
from autograd.notes.meaning.equations import define
from autograd.notes.meaning.keys import untagged
from autograd.notes.meaning.knowledge import Definition, Knowledge
from autograd.notes.meaning.names import mentioned, stem
from autograd.notes.meaning.statements import Stated


class Learning:
    """Finds meanings for unknown names in the statements of one part of the notes."""

    def __init__(self, knowledge: Knowledge, statements: list[Stated]) -> None:
        self.knowledge = knowledge
        self.parts: dict[int, list[Stated]] = {}
        for stated in statements:
            self.parts.setdefault(stated.part, []).append(stated)
        self._open: set[Node] = set()

    def learn(self, name: Node, part: int, position: int, assume: bool) -> bool:
        """Gives an unknown name a meaning: a definition further down in its part, else one that it is assumed to have.

        False where there is none.
        """
        if name in self._open:
            return False
        self._open.add(name)
        try:
            return self._from_below(name, part, position) or (assume and self._assume(name, part, position))
        finally:
            self._open.discard(name)

    def _from_below(self, name: Node, part: int, position: int) -> bool:
        below = (stated for stated in self.parts.get(part, ()) if stated.position > position)
        for stated in below:
            said = stated.said
            left = said.sides[0] if isinstance(said, Relation) and said.signs else None
            head = None if left is None else head_of(left)
            if head is None or head.name not in (name, stem(name)) or not self._explains(head.name, stated):
                continue
            if define(self.knowledge, stated):
                stated.used = True
                return True
        return False

    def _explains(self, name: Node, stated: Stated) -> bool:
        """Whether an equation from below says what a name is: not where it gives it a number, or solves for it."""
        body = _right_side(stated)
        return body is not None and not is_literal(body) and not self.solves(name, stated)

    def solves(self, name: Node, stated: Stated) -> bool:
        """Whether an equation says where something is least: w = Σ x y / Σ x², of nothing but what w is used with."""
        body = _right_side(stated)
        using = [m.body for m in self.knowledge.names.values() if isinstance(m, Definition)]
        using = [b for b in using if any(untagged(n) == untagged(name) for n in mentioned(b))]
        if body is None or not using:
            return False
        beside = {untagged(n) for b in using for n in mentioned(b)} - {untagged(name)}
        counting = {i for b in (*using, body) for p in b.walk() if isinstance(p, Big) for i in p.indices}
        made = {untagged(n) for n in mentioned(body)} - counting - {Name(size) for size in self.knowledge.sizes}
        return bool(made) and made <= beside

    # ---- assumptions

    def _assume(self, name: Node, part: int, position: int) -> bool:
        return (
            self._remarked(name, part)
            or self._derived(name, part, position)
            or assume(name, list(self._nodes(part)), self.knowledge)
        )

    def _nodes(self, part: int) -> Iterator[Node]:
        for stated in self.parts.get(part, ()):
            if isinstance(stated.said, Relation):
                yield from stated.said.walk()

    def _remarked(self, name: Node, part: int) -> bool:
        r"""Its shape stands below it: \underset{4 \times 3}{W}."""
        for node in self._nodes(part):
            if isinstance(node, Annotated) and node.body == name and (axes := axes_in(node.remark)) is not None:
                self.knowledge.add_axes(axes)
                self.knowledge.know(name, Input(name, axes))
                return True
        return False

    def _derived(self, name: Node, part: int, position: int) -> bool:
        """A loss that is derived but not defined: some smooth function of what it is derived in last."""
        nodes = [n for n in self._nodes(part) if isinstance(n, Derivative) and n.of == name]
        wrt = dict.fromkeys(self._stem(w) for n in nodes for w in n.wrt)
        known = [w for w in wrt if self.knowledge.find(w) or self.learn(w, part, position, assume=True)]
        if not known:
            return False
        found = dict.fromkeys(pair[0] for w in known if (pair := self.knowledge.find(w)))
        last = [w for w in found if not any(w in self.knowledge.upstream(other) for other in found if other != w)]
        self.knowledge.assume(name, AnyFunction(name, tuple(last)), f"a smooth function of {_listed(last)}")
        return True

    def _stem(self, node: Node) -> Node:
        if self.knowledge.find(node):
            return node
        inner = stem(node)
        if self.knowledge.find(inner):
            return inner
        return inner.base if isinstance(inner, Tagged) and self.knowledge.find(inner.base) else node


def _right_side(stated: Stated) -> Node | None:
    return stated.said.sides[1] if isinstance(stated.said, Relation) else None


def _listed(names: Iterable[Node]) -> str:
    return ", ".join(map(readable, names))
