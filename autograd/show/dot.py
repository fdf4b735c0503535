"""A graph as DOT text: a box for each node, with data and grad; an arrow for each use, with its local derivative."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, NamedTuple

from autograd.show.notation import Notation
from autograd.show.style import Writer, printable
from autograd.value import Value

# Okabe and Ito's colours, which colour-blind readers tell apart.
UPSTREAM, LOCAL, RECEIVER = "#0072B2", "#D55E00", "#009E73"
# Shapes say the same: inputs are round, results have corners, the root has a double line.
LEAF = {"style": "rounded,filled", "color": RECEIVER, "fillcolor": "#EAF6F1"}
RESULT = {"style": "filled", "color": "#555555", "fillcolor": "white"}
ROOT = {"peripheries": "2", "color": "black"}
COPY = {"shape": "plaintext", "fontcolor": "#555555"}

FONT = {"fontname": "Helvetica,Arial,sans-serif", "fontsize": "12"}
LAYOUT = {"rankdir": "LR", "ordering": "in", "ranksep": "0.45", "nodesep": "0.2"}
GRAPH = FONT | LAYOUT | {"bgcolor": "white", "labeljust": "l"}
NODE = FONT | {"shape": "box", "margin": "0.1,0.05", "height": "0.3"}
EDGE = FONT | {"fontcolor": LOCAL, "color": "#555555", "arrowsize": "0.7"}
END = '<BR ALIGN="LEFT"/>'

LONGEST_NAME, USES_A_NODE, LONGEST_USE, MOST_RANKS = 24, 4, 8, 500


class Use(NamedTuple):
    """An operand of a node, the `place`-th of its parents, and the local derivative in it: one arrow."""

    parent: Value
    node: Value
    place: int
    local: float


def to_dot(boxes: Boxes, max_nodes: int) -> str:
    """DOT text of the graph below the root, or of its `max_nodes` nodes nearest to the root.

    Drawn nodes are n0, n1, … in topological order.
    """
    import graphviz

    notation = boxes.notation
    near, uses = nearest(notation.root, max_nodes)
    ids = {node: f"n{k}" for k, node in enumerate(node for node in notation.order if node in near)}
    picture = graphviz.Digraph("autograd", graph_attr=GRAPH, node_attr=NODE, edge_attr=EDGE)
    if left_out := len(notation.order) - len(ids):
        picture.attr(label=f"… {left_out} more nodes: drawn are the {len(ids)} nearest to the result")
    for node, id in ids.items():
        picture.node(id, boxes.box(node), **boxes.look(node))
    add_uses(picture, uses, ids, boxes)
    return str(picture.source)


def add_uses(picture: Any, uses: Sequence[Use], ids: Mapping[Value, str], boxes: Boxes) -> None:
    """An arrow for each use; from a far node, it comes from a small copy of its name."""
    far, drawn = far_uses(uses, ids), Counter(use.node for use in uses)
    for k, use in enumerate(uses):
        tail = ids[use.parent]
        if use in far:
            tail = f"{tail}use{k}"
            picture.node(tail, f"<{boxes.name(use.parent)}>", **COPY)
        picture.edge(tail, ids[use.node], **boxes.arrow(use))
    for node, id in ids.items():
        if rest := len(node.parents) - drawn[node]:
            picture.node(f"{id}rest", f"… {rest} more", **COPY)
            picture.edge(f"{id}rest", id, style="dashed")


def nearest(root: Value, max_nodes: int) -> tuple[set[Value], list[Use]]:
    """The nodes fewest steps from `root`, and their uses of one another.

    Uses are limited too, for one node may have any number of them.
    """
    order, found = [root], {root}
    uses: list[Use] = []
    for node in order:  # which grows on the way
        for place, (parent, local) in enumerate(node.edges()):
            if len(uses) == USES_A_NODE * max_nodes:
                return found, uses
            if parent not in found and len(found) < max_nodes:
                found.add(parent)
                order.append(parent)
            if parent in found:
                uses.append(Use(parent, node, place, local))
    return found, uses


def far_uses(uses: Sequence[Use], order: Iterable[Value]) -> set[Use]:
    """The uses across many ranks, if they are so many that Graphviz would take minutes over them.

    A weight shared by all steps of a recurrence is the usual case: all its arrows start at the far end.
    """
    users: dict[Value, list[Value]] = {node: [] for node in order}
    for use in uses:
        users[use.parent].append(use.node)
    rank: dict[Value, int] = {}  # steps to the root, by the longest way
    for node in reversed(users):
        rank[node] = max((rank[user] + 1 for user in users[node]), default=0)
    spans = [rank[use.parent] - rank[use.node] for use in uses]
    if sum(spans) <= MOST_RANKS:
        return set()
    return {use for use, span in zip(uses, spans, strict=True) if span > LONGEST_USE}


class Boxes:
    """What stands in the boxes of a graph and at its arrows, and how they look."""

    def __init__(self, notation: Notation, precision: int) -> None:
        self.notation, self.writer = notation, Writer(precision, LONGEST_NAME)
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

    def arrow(self, use: Use) -> dict[str, str]:
        """Attributes of its arrow, the local derivative as the label."""
        return {"label": self.writer.number(use.local)}

    def name(self, node: Value) -> str:
        """Its name, in bold."""
        return f"<B>{markup(printable(self.notation.names[node], LONGEST_NAME))}</B>"

    def box(self, node: Value) -> str:
        """An HTML-like label: name and formula, data, grad."""
        title = self.name(node)
        if node.op:
            title += f" = {markup(self.writer.write(self.notation.value(node))[0])}"
        grad = f'grad <FONT COLOR="{UPSTREAM}">{self.grad(node)}</FONT>'
        return f"<{title}{END}data {self.data(node)}{END}{grad}{END}>"


def markup(text: str) -> str:
    """Text as it stands in an HTML-like label, where it is text and nothing else."""
    # Graphviz 2 takes a lone ] for a syntax error. All versions put the node's id for \N, even here, unless
    # an invisible word joiner stands between.
    return re.sub(r"\\(?=[NGETHL])", "\\\\\u2060", escape(text).replace("]", "&#93;"))
