"""A folded graph as DOT text: what stands in boxes of many nodes, and at arrows of many uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Any

from autograd.show.drawing.dot import USES_A_NODE, Boxes, label, markup
from autograd.show.drawing.folding import Arrow, Box, Folding
from autograd.show.drawing.legend import add_legend
from autograd.show.drawing.lines import BREAK, Line, add_lines
from autograd.show.drawing.looks import ALIKE, GREY, LEAF, PART, REST, RESULT, ROOT, WAY, Page, new_picture
from autograd.show.notation import MOST_TERMS
from autograd.show.style import printable
from autograd.symbol import Symbol
from autograd.value import Value

LONGEST_PART, MOST_COUNTS = 48, 200


def folded_dot(piles: Piles, folding: Folding, page: Page, caption: str) -> str:
    """DOT text of a folded graph. Boxes are n0, n1, …, the root's last."""
    picture = new_picture(page)
    picture.attr(label=caption)
    boxes = folding.boxes
    ids = {k: f"n{k}" for k in range(len(boxes))}
    for k, box in enumerate(boxes):
        picture.node(ids[k], piles.pile(box), **piles.pile_look(box))
    lines = [Line(arrow.tail, arrow.head, look) for arrow in folding.arrows for look in piles.bundle(arrow, boxes)]
    if len(lines) > MOST_COUNTS:  # which take up more room than all the rest
        lines = [
            Line(tail, head, {name: x for name, x in look.items() if name != "label"}) for tail, head, look in lines
        ]
    add_lines(picture, lines, ids, lambda k: piles.pile_name(boxes[k]))
    if page.legend:
        ways = ["way"] * any(box.on_the_way for box in boxes)
        add_legend(picture, [*map(piles.pile_kind, boxes), *ways], piles.show, page.direction)
    return str(picture.source)


class Piles(Boxes):
    """What stands in boxes of many nodes and at arrows of many uses, and how they look."""

    def pile(self, box: Box) -> str:
        """The label of a box: what it is, what it holds, what it hands on."""
        if box.is_single:
            return self.box(box.nodes[0])
        return label([*self.contents(box), *self.ranges(box.outputs)])

    def contents(self, box: Box) -> list[str]:
        """Lines of what a box of many nodes is, and what it holds."""
        several = len(box.outputs) > 1
        if box.kind == "part":
            return [self.pile_name(box), _counts(box, "parameter"), f"gives {self.some_names(box.outputs)}"]
        if not box.has_operations:
            return [self.pile_name(box), counted(len(box.nodes), "input")]
        if box.kind == "rest":
            return [self.pile_name(box), _counts(box, "input"), f"gives {self.some_names(box.outputs)}"]
        copies = [f"× {len(box.outputs):,}: {self.some_names(box.outputs)}"] if several else []
        return [self.chain(box) if box.is_chain else self.title(box.nodes[0]), *copies]

    def chain(self, box: Box) -> str:
        """The first of a box's outputs as a sum or product of many terms."""
        found = terms(box)
        if len(found) > MOST_TERMS:
            found = [*found[:2], (found[-1][0], Symbol("…")), found[-1]]
        (_, first), *others = [(op, self.notation.symbol(x)) for op, x in found]
        formula = reduce(lambda left, term: Symbol(term[0].name, term[0], [left, term[1]]), others, first)
        return f"{self.name(box.outputs[0])} = {markup(self.writer.write(formula)[0])}"

    def pile_name(self, box: Box) -> str:
        """What a box is called, in bold."""
        if box.kind == "part":
            name = printable(", ".join(map(str, box.part)), LONGEST_PART)
            return f"<B>{markup(name)}</B>" + ": the rest" * box.is_partial
        if box.kind == "rest" and box.has_operations:
            return f"<B>{len(box.nodes):,} more</B>"
        return f"<B>{self.some_names(box.outputs)}</B>"

    def some_names(self, nodes: Sequence[Value]) -> str:
        """The names of nodes: of many, the first and the last, or the label that all have."""
        if len(labels := {node.label for node in nodes}) == 1 and (label := labels.pop()):
            return markup(printable(label, self.writer.longest_name))
        first, last = (markup(printable(self.notation.names[nodes[k]], self.writer.longest_name)) for k in (0, -1))
        return first if len(nodes) == 1 else f"{first}, {last}" if len(nodes) == 2 else f"{first} … {last}"

    def ranges(self, nodes: Sequence[Value]) -> list[str]:
        """Lines of the numbers of nodes."""
        grads = self.range([node.grad for node in nodes]) if self.has_gradients else "—"
        return self.numbers(self.range([node.data for node in nodes]), grads)

    def range(self, numbers: Iterable[float]) -> str:
        """The least and the greatest, as written; one where they are the same."""
        ordered = sorted(numbers, key=lambda x: (x != x, x))  # nan comes last
        low, high = self.writer.number(ordered[0]), self.writer.number(ordered[-1])
        return low if low == high else f"{low} … {high}"

    def pile_kind(self, box: Box) -> str:
        """What a legend calls it."""
        if box.is_single or (box.is_chain and len(box.outputs) == 1):
            return self.kind(box.outputs[0])
        if box.kind == "part":
            return "part"
        if box.kind == "rest" and box.has_operations:
            return "rest"
        return "operations" if box.has_operations else "inputs"

    def pile_look(self, box: Box) -> dict[str, str]:
        """Attributes of its box."""
        looks = {"part": PART, "rest": REST, "operations": RESULT | ALIKE, "inputs": LEAF | ALIKE}
        look = looks.get(self.pile_kind(box)) or self.look(box.outputs[0])
        return look | (ROOT if self.notation.root in box.outputs else {}) | (WAY if box.on_the_way else {})

    def bundle(self, arrow: Arrow, boxes: Sequence[Box]) -> list[dict[str, str]]:
        """Attributes of the arrows from box to box: one for all uses; between two nodes one each, if they are few."""
        few = len(arrow.locals) <= USES_A_NODE and boxes[arrow.tail].is_single and boxes[arrow.head].is_single
        shows_local = "local" in self.show and boxes[arrow.head].shows_operation
        look = WAY if arrow.on_the_way else {}
        return [
            self.uses(some, shows_local) | look for some in ([[x] for x in arrow.locals] if few else [arrow.locals])
        ]

    def uses(self, locals: Sequence[float], shows_local: bool) -> dict[str, str]:
        """The label of an arrow: the local derivatives, unless they are of nodes that are not seen; how many."""
        lines = [self.range(locals)] if shows_local else []
        if len(locals) > 1:
            lines.append(f'<FONT COLOR="{GREY}">× {len(locals):,}</FONT>')
        return {"label": f"<{BREAK.join(lines)}>"} if lines else {}


def terms(box: Box) -> list[tuple[Any, Any]]:
    """The terms of a box's first chain, with the operation before each."""
    links = set(box.nodes)
    stack: list[tuple[Any, Any]] = [(box.outputs[0].op, box.outputs[0])]
    found = []
    while stack:
        op, x = stack.pop()
        if x not in links:
            found.append((op, x))
            continue
        left, right = x.operands
        stack += [(x.op, right), (op, left)]
    return found


def counted(count: int, thing: str) -> str:
    """A number of things: 1 input, 2,000 inputs."""
    return f"{count:,} {thing}" + "s" * (count != 1)


def _counts(box: Box, leaf: str) -> str:
    operations = sum(node.op is not None for node in box.nodes)
    leaves = len(box.nodes) - operations
    return ", ".join(counted(n, thing) for n, thing in ((operations, "operation"), (leaves, leaf)) if n)
