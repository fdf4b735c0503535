"""A folded graph as DOT text: what stands in boxes of many nodes, and at arrows of many uses."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from autograd.labels import readable
from autograd.show.drawing.dot import Boxes, label, short
from autograd.show.drawing.folded_graph import Arrow, Box, FoldedGraph
from autograd.show.drawing.legend import add_legend
from autograd.show.drawing.lines import BREAK, Line, add_lines
from autograd.show.drawing.looks import ALIKE, GREY, LEAF, PART, REST, RESULT, ROOT, WAY, Page, new_picture
from autograd.show.notation import MOST_TERMS
from autograd.symbol import Symbol
from autograd.value import Value

LONGEST_PART = 48
MOST_BETWEEN, MOST_LABELLED = 4, 200  # arrows between two nodes; arrows of a picture


def folded_dot(boxes: FoldedBoxes, graph: FoldedGraph, page: Page) -> str:
    """DOT text of a folded graph. Boxes are n0, n1, …, the root's last."""
    picture = new_picture(page)
    ids = {k: f"n{k}" for k in range(len(graph.boxes))}
    for k, box in enumerate(graph.boxes):
        picture.node(ids[k], boxes.label_of(box), **boxes.look_of(box))
    lines = [Line(arrow.tail, arrow.head, look) for arrow in graph.arrows for look in boxes.arrows_of(arrow, graph)]
    if len(lines) > MOST_LABELLED:  # labels would take up more room than all the rest
        lines = [line._replace(look={name: x for name, x in line.look.items() if name != "label"}) for line in lines]
    add_lines(picture, lines, ids, lambda k: boxes.name_of(graph.boxes[k]))
    if page.legend:
        ways = ["way"] * any(box.on_the_way for box in graph.boxes)
        add_legend(picture, [*map(boxes.kind_of, graph.boxes), *ways], boxes.show)
    return str(picture.source)


class FoldedBoxes(Boxes):
    """What stands in boxes of many nodes and at arrows of many uses, and how they look."""

    def label_of(self, box: Box) -> str:
        """What a box is, what it holds, and the numbers that it hands on."""
        if box.is_single:
            return self.box(box.nodes[0])
        data = self.range(node.data for node in box.outputs)
        grad = self.range(node.grad for node in box.outputs) if self.has_gradients else self.grad(box.outputs[0])
        return label([*self.contents(box), *self.numbers(data, grad)])

    def contents(self, box: Box) -> list[str]:
        """Lines of what a box of many nodes is, and what it holds."""
        names = self.some_names(box.outputs)
        if box.kind == "alike" and box.has_operations:
            copies = [f"× {len(box.outputs):,}: {names}"] if len(box.outputs) > 1 else []
            one = self.equation(box.nodes[0], self.notation.common(box.nodes))
            return [self.chain(box) if box.is_chain else one, *copies]
        counts = _counts(box, "parameter" if box.kind == "part" else "input")
        gives = [f"gives {names}"] if box.kind == "part" or box.has_operations else []
        return [self.name_of(box), counts, *gives]

    def chain(self, box: Box) -> str:
        """The first of a box's outputs as a sum or product of many terms."""
        found = [(op, self.notation.symbol(x)) for op, x in _terms(box)]
        if len(found) > MOST_TERMS:
            found = [*found[:2], (found[-1][0], Symbol("…")), found[-1]]
        (_, formula), *others = found
        for op, x in others:
            formula = Symbol(op.name, op, [formula, x])
        return self.equation(box.outputs[0], formula)

    def name_of(self, box: Box) -> str:
        """What a box is called, in bold."""
        if box.kind == "part":
            return f"<B>{short(', '.join(map(str, box.part)), LONGEST_PART)}</B>" + ": the rest" * box.is_partial
        many = box.kind == "rest" and box.has_operations
        return f"<B>{f'{len(box.nodes):,} more' if many else self.some_names(box.outputs)}</B>"

    def some_names(self, nodes: Sequence[Value]) -> str:
        """The names of nodes: of many, the first and the last, or the label that all have."""
        first, last = (short(self.notation.names[nodes[k]]) for k in (0, -1))
        if len(nodes) == 1:
            return first
        if len({node.label for node in nodes}) == 1 and nodes[0].label:
            return short(readable(nodes[0].label))
        return f"{first}, {last}" if len(nodes) == 2 else f"{first} … {last}"

    def range(self, numbers: Iterable[float]) -> str:
        """The least and the greatest, as written; one where they are the same."""
        ordered = sorted(numbers, key=lambda x: (x != x, x))  # nan comes last
        low, high = self.writer.number(ordered[0]), self.writer.number(ordered[-1])
        return low if low == high else f"{low} … {high}"

    def kind_of(self, box: Box) -> str:
        """What a legend calls it."""
        if box.is_single or (box.is_chain and len(box.outputs) == 1):
            return self.kind(box.outputs[0])
        if box.kind == "part":
            return "part"
        if not box.has_operations:
            return "inputs"
        return "rest" if box.kind == "rest" else "operations"

    def look_of(self, box: Box) -> dict[str, str]:
        """Attributes of its box."""
        looks = {"part": PART, "rest": REST, "operations": RESULT | ALIKE, "inputs": LEAF | ALIKE}
        look = looks.get(self.kind_of(box)) or self.look(box.outputs[0])
        return look | (ROOT if self.notation.root in box.outputs else {}) | (WAY if box.on_the_way else {})

    def arrows_of(self, arrow: Arrow, graph: FoldedGraph) -> list[dict[str, str]]:
        """Attributes of the arrows from box to box: one for all uses; between two nodes one each, if they are few."""
        tail, head = graph.boxes[arrow.tail], graph.boxes[arrow.head]
        few = len(arrow.locals) <= MOST_BETWEEN and tail.is_single and head.is_single
        look = WAY if arrow.on_the_way else {}
        return [self.uses(x, head) | look for x in ([[x] for x in arrow.locals] if few else [arrow.locals])]

    def uses(self, locals: Sequence[float], head: Box) -> dict[str, str]:
        """The label of an arrow: the local derivatives, unless they are of nodes that are not seen; how many."""
        is_seen = head.is_single or head.kind == "alike"
        lines = [self.range(locals)] if "local" in self.show and is_seen else []
        if len(locals) > 1:
            lines.append(f'<FONT COLOR="{GREY}">× {len(locals):,}</FONT>')
        return {"label": f"<{BREAK.join(lines)}>"} if lines else {}


def _terms(box: Box) -> list[tuple[Any, Any]]:
    """The terms of a box's first chain, with the operation before each."""
    links = set(box.nodes)
    stack: list[tuple[Any, Any]] = [(None, box.outputs[0])]
    found = []
    while stack:
        op, x = stack.pop()
        if x in links:
            stack += [(x.op, x.operands[1]), (op, x.operands[0])]
        else:
            found.append((op, x))
    return found


def counted(count: int, thing: str) -> str:
    """A number of things: 1 input, 2,000 inputs."""
    return f"{count:,} {thing}" + "s" * (count != 1)


def _counts(box: Box, leaf: str) -> str:
    operations = sum(node.op is not None for node in box.nodes)
    leaves = len(box.nodes) - operations
    return ", ".join(counted(n, thing) for n, thing in ((operations, "operation"), (leaves, leaf)) if n)
