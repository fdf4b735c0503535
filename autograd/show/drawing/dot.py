"""A graph as DOT text: a box for each node, with data and grad; an arrow for each use, with its local derivative."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from html import escape
from typing import Any, NamedTuple

from autograd.show.drawing.legend import add_legend
from autograd.show.drawing.lines import Line, add_lines
from autograd.show.drawing.looks import LEAF, LEFT_TO_RIGHT, RESULT, ROOT, UPSTREAM, Page, new_picture
from autograd.show.notation import Notation
from autograd.show.style import Writer, printable
from autograd.value import Value

END = '<BR ALIGN="LEFT"/>'
SHOWN = ("data", "grad", "local")
LONGEST_NAME = 24


class Use(NamedTuple):
    """An operand of a node, the `place`-th of its parents, and the local derivative in it: one arrow."""

    parent: Value
    node: Value
    place: int
    local: float


def to_dot(boxes: Boxes, page: Page = LEFT_TO_RIGHT) -> str:
    """DOT text of the whole graph. Its nodes are n0, n1, … in topological order."""
    order = boxes.notation.order
    picture = new_picture(page, ordering="in")
    ids = {node: f"n{k}" for k, node in enumerate(order)}
    for node, id in ids.items():
        picture.node(id, boxes.box(node), **boxes.look(node))
    uses = [Use(parent, node, place, local) for node in order for place, (parent, local) in enumerate(node.edges())]
    add_lines(picture, [Line(use.parent, use.node, boxes.arrow(use)) for use in uses], ids, boxes.name)
    if page.legend:
        add_legend(picture, map(boxes.kind, ids), boxes.show)
    return str(picture.source)


class Boxes:
    """What stands in the boxes of a graph and at its arrows, and how they look."""

    def __init__(self, notation: Notation, precision: int, show: Collection[str] = SHOWN) -> None:
        self.notation, self.writer, self.show = notation, Writer(precision, LONGEST_NAME), show
        # Constants are part of a formula: a · 1.0001 must not read a · 1.
        self.formulas = Writer(max(precision, Writer.precision), LONGEST_NAME)
        self.has_gradients = notation.root.grad != 0.0  # what the leaves have may be from another root

    def data(self, node: Value) -> str:
        """Its number."""
        return self.writer.number(node.data)

    def grad(self, node: Value) -> str:
        """Its gradient; — while no backward pass has begun at the root."""
        return self.writer.number(node.grad) if self.has_gradients else "—"

    def look(self, node: Value) -> dict[str, str]:
        """Attributes of its box."""
        return (RESULT if node.op else LEAF) | (ROOT if node is self.notation.root else {})

    def kind(self, node: Value) -> str:
        """What a legend calls it."""
        return "root" if node is self.notation.root else "operation" if node.op else "input"

    def arrow(self, use: Use) -> dict[str, str]:
        """Attributes of its arrow, the local derivative as the label."""
        return {"label": self.writer.number(use.local)} if "local" in self.show else {}

    def name(self, node: Value) -> str:
        """Its name, in bold."""
        return f"<B>{short(self.notation.names[node])}</B>"

    def title(self, node: Value) -> str:
        """Its name and formula."""
        return self.equation(node, self.notation.value(node)) if node.op else self.name(node)

    def equation(self, node: Value, formula: Any) -> str:
        """Its name = a formula."""
        return f"{self.name(node)} = {markup(self.formulas.write(formula)[0])}"

    def box(self, node: Value) -> str:
        """An HTML-like label: name and formula, data, grad."""
        return label([self.title(node), *self.numbers(self.data(node), self.grad(node))])

    def numbers(self, data: str, grad: str) -> list[str]:
        """Lines of what is shown of these."""
        lines = {"data": f"data {data}", "grad": f'grad <FONT COLOR="{UPSTREAM}">{grad}</FONT>'}
        return [line for name, line in lines.items() if name in self.show]


def label(lines: Iterable[str]) -> str:
    """Lines of markup as an HTML-like label."""
    return f"<{''.join(line + END for line in lines)}>"


def short(name: str, longest: int = LONGEST_NAME) -> str:
    """As much of a name as there is room for, as markup."""
    return markup(printable(name, longest))


def markup(text: str) -> str:
    """Text as it stands in an HTML-like label, where it is text and nothing else."""
    # Graphviz 2 takes a lone ] for a syntax error. All versions put the node's id for \N, even here, unless
    # an invisible word joiner stands between.
    return re.sub(r"\\(?=[NGETHL])", "\\\\\u2060", escape(text).replace("]", "&#93;"))
