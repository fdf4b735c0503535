"""What a name means that nothing was said of: as later formulas define it, or as formulas use it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from autograd.notes.formulas.syntax import (
    Annotated,
    Big,
    Derivative,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Product,
    Relation,
    Tagged,
)
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import AnyFunction, Axis, Input
from autograd.notes.meaning.assuming import FUNCTION_LETTERS, axis_of
from autograd.notes.meaning.assuming import assume as assume_name
from autograd.notes.meaning.claim import is_literal
from autograd.notes.meaning.definable import Head, head_of
from autograd.notes.meaning.functions import ENTRYWISE
from autograd.notes.meaning.knowledge import Definition, Knowledge, is_family, mentioned, of_arity, stem, untagged
from autograd.notes.meaning.statements import Stated


class Learning:
    """Finds meanings for unknown names in the statements of one part of the notes."""

    def __init__(self, knowledge: Knowledge, statements: list[Stated]) -> None:
        self.knowledge = knowledge
        self.parts: dict[int, list[Stated]] = {}
        for stated in statements:
            self.parts.setdefault(stated.part, []).append(stated)
        self._open: set[Node] = set()

    def define(self, stated: Stated) -> bool:
        """Takes a statement for a definition, if it can be one."""
        said = stated.said
        if not isinstance(said, Relation) or len(said.sides) < 2 or said.sides[0] is None or said.sides[1] is None:
            return False
        head = head_of(said.sides[0])
        if head is None or said.signs[0] not in ("=", ":=", "≡"):
            return False
        body = said.sides[1]
        head = self._beside(head, said.sides[0], body, stated.part)
        if _mentions(body, head.name):
            return False
        self._sizes(body)
        self.knowledge.displace(head.name, stated.part)
        if isinstance(body, Name) and body.text in ENTRYWISE and self.knowledge.find(body) is None:
            body = Product((body, Group((Name("u"),))), ("", ""))  # H = σ
            head = head._replace(parameters=("u",))
        if (given := self._unknown_function(head.name, body)) is not None:
            self.knowledge.know(head.name, given)
        else:
            self.knowledge.know(
                head.name, Definition(head.name, body, head.indices, head.parameters, stated.line, stated.part)
            )
        return True

    def _beside(self, head: Head, left: Node, body: Node, part: int) -> Head:
        """The same, under a key of its own where the same letter has another meaning in this part.

        H(p, q) beside H(p); δ_j, of the hidden layer, beside δ_k, which it is made of.
        """
        known = self.knowledge.names.get(head.name)
        if not isinstance(known, Definition) or known.part != part:
            return head
        if len(known.parameters) != len(head.parameters) and head.parameters:
            return head._replace(name=of_arity(head.name, len(head.parameters)))
        if head.indices and known.indices != head.indices and _mentions(body, head.name):
            return head._replace(name=left)
        return head

    def is_beside(self, left: Node, body: Node, part: int) -> bool:
        """Whether an equation defines its left side beside another meaning of the same letter."""
        head = head_of(left)
        return head is not None and self._beside(head, left, body, part).name != head.name

    def _sizes(self, node: Node) -> None:
        """The names that sums run up to are sizes, if they are nothing else."""
        for part in node.walk():
            upper = part.upper if isinstance(part, Big) else None
            if isinstance(upper, (Name, Indexed)) and self.knowledge.find(upper) is None:
                self.knowledge.add_axes((Axis(1, readable(upper)),))
            for index in part.indices if isinstance(part, Big) else ():
                self._ranged(index, node)

    def _ranged(self, index: Node, node: Node) -> None:
        """How far the index runs that an input has a value for each of, where only a sum says it."""
        per = {meaning.per for meaning in self.knowledge.names.values() if isinstance(meaning, Input)}
        if isinstance(index, Name) and index.text in per and index.text not in self.knowledge.ranges:
            self.knowledge.ranges[index.text] = axis_of(index, list(node.walk()), self.knowledge)
            self.knowledge.version += 1

    def _unknown_function(self, name: Node, body: Node) -> AnyFunction | None:
        """L = f(y_11, …, y_mn), where nothing is said of f."""
        if not isinstance(body, Product) or len(body.factors) != 2 or not isinstance(body.factors[1], Group):
            return None
        function, group = body.factors
        if not isinstance(function, Name) or self.knowledge.find(function) or function.text in ENTRYWISE:
            return None
        if function.text not in FUNCTION_LETTERS or not isinstance(group, Group):
            return None
        names = dict.fromkeys(stem(p) for p in group.parts if isinstance(p, (Name, Indexed, Tagged)))
        known = [found[0] for n in names if (found := self.knowledge.find(n))]
        return AnyFunction(name, tuple(dict.fromkeys(known))) if known else None

    def learn(self, name: Node, part: int, position: int, assume: bool) -> bool:
        """Gives an unknown name a meaning: a definition further down in its part, else one that it is assumed to have.

        False where there is none.
        """
        if name in self._open:
            return False
        self._open.add(name)
        try:
            return self._from_below(name, part, position) or (
                assume
                and (
                    self._remarked(name, part)
                    or self._derived(name, part, position)
                    or assume_name(name, list(self._nodes(part)), self.knowledge)
                )
            )
        finally:
            self._open.discard(name)

    def _from_below(self, name: Node, part: int, position: int) -> bool:
        for stated in self.parts.get(part, ()):
            if (
                stated.position > position
                and isinstance(stated.said, Relation)
                and stated.said.signs
                and stated.said.sides[0] is not None
            ):
                head = head_of(stated.said.sides[0])
                if (
                    head
                    and head.name in (name, stem(name))
                    and self._explains(head.name, stated)
                    and self.define(stated)
                ):
                    stated.used = True
                    return True
        return False

    def _explains(self, name: Node, stated: Stated) -> bool:
        """Whether an equation from below says what a name is: not where it gives it a number, or solves for it."""
        said = stated.said
        body = said.sides[1] if isinstance(said, Relation) else None
        return body is not None and not is_literal(body) and not self.solves(name, stated)

    def solves(self, name: Node, stated: Stated) -> bool:
        """Whether an equation says where something is least: w = Σ x y / Σ x², of nothing but what w is used with."""
        said = stated.said
        body = said.sides[1] if isinstance(said, Relation) else None
        using = [m.body for m in self.knowledge.names.values() if isinstance(m, Definition)]
        using = [b for b in using if any(untagged(n) == untagged(name) for n in mentioned(b))]
        if body is None or not using:
            return False
        beside = {untagged(n) for b in using for n in mentioned(b)} - {untagged(name)}
        counting = {i for b in (*using, body) for p in b.walk() if isinstance(p, Big) for i in p.indices}
        made = {untagged(n) for n in mentioned(body)} - counting - {Name(size) for size in self.knowledge.sizes}
        return bool(made) and made <= beside

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
        found = [pair[0] for w in known if (pair := self.knowledge.find(w))]
        last = [w for w in found if not any(w in self.knowledge.upstream(other) for other in found if other != w)]
        self.knowledge.assume(
            name, AnyFunction(name, tuple(dict.fromkeys(last))), f"a smooth function of {_listed(last)}"
        )
        return True

    def _stem(self, node: Node) -> Node:
        if self.knowledge.find(node):
            return node
        inner = stem(node)
        if self.knowledge.find(inner):
            return inner
        return inner.base if isinstance(inner, Tagged) and self.knowledge.find(inner.base) else node


def axes_in(remark: Node) -> tuple[Axis, ...] | None:
    """The axes that a remark names: 4×3, (k × m), (3, 1), n."""
    if isinstance(remark, Group) and len(remark.parts) == 1:
        remark = remark.parts[0]
    parts: Iterable[Node] = (remark,)
    if isinstance(remark, Product) and set(remark.signs[1:]) == {"×"}:
        parts = remark.factors
    elif isinstance(remark, Group):
        parts = remark.parts
    axes = [_axis(part) for part in parts]
    return None if any(axis is None for axis in axes) else tuple(axis for axis in axes if axis)


def _axis(node: Node) -> Axis | None:
    if isinstance(node, Number) and node.text.isdigit() and 0 < int(node.text) <= 1000:
        return Axis(1, int(node.text))
    return Axis(1, node.text) if isinstance(node, Name) else None


def _mentions(body: Node, name: Node) -> bool:
    """Whether a definition leads back to itself at once."""
    return any(part == name or (is_family(name) and _as_family(part) == name) for part in mentioned(body))


def _as_family(part: Node) -> Node:
    head = head_of(part)
    return head.name if head else part


def _listed(names: Iterable[Node]) -> str:
    return ", ".join(map(readable, names))
