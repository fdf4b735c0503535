"""How boxes and arrows look. Shapes say what colours do: inputs are round, results have corners, the root two lines."""

from __future__ import annotations

from typing import Any, NamedTuple

# Okabe and Ito's colours, which colour-blind readers tell apart.
UPSTREAM, LOCAL, RECEIVER, FOLDED = "#0072B2", "#D55E00", "#009E73", "#CC79A7"
GREY = "#555555"

LEAF = {"style": "rounded,filled", "color": RECEIVER, "fillcolor": "#EAF6F1"}
RESULT = {"style": "filled", "color": GREY, "fillcolor": "white"}
ROOT = {"peripheries": "2", "color": "black"}
COPY = {"shape": "plaintext", "fontcolor": GREY}
# Of a folded graph: a part of the user's scopes, nodes that are alike, what a focus leaves out and what it is about.
PART = {"shape": "tab", "style": "filled", "color": FOLDED, "fillcolor": "#FBF2F7"}
ALIKE = {"shape": "box3d", "style": "filled", "margin": "0.13,0.09"}
REST = {"shape": "note", "style": "filled,dashed", "color": GREY, "fillcolor": "#F4F4F4"}
WAY = {"penwidth": "2.5"}

FONT = {"fontname": "Helvetica,Arial,sans-serif", "fontsize": "12"}
LAYOUT = {"ranksep": "0.45", "nodesep": "0.2"}
GRAPH = FONT | LAYOUT | {"bgcolor": "white", "labeljust": "l"}
NODE = FONT | {"shape": "box", "margin": "0.1,0.05", "height": "0.3"}
EDGE = FONT | {"fontcolor": LOCAL, "color": GREY, "arrowsize": "0.7"}


class Page(NamedTuple):
    """Which way a picture goes, whether it has a legend, and what stands below it."""

    direction: str = "LR"
    legend: bool = False
    caption: str = ""


LEFT_TO_RIGHT = Page()


def new_picture(page: Page, **layout: str) -> Any:
    """A picture without boxes."""
    import graphviz

    graph = GRAPH | {"rankdir": page.direction} | layout
    picture = graphviz.Digraph("autograd", graph_attr=graph, node_attr=NODE, edge_attr=EDGE)
    if page.caption:
        picture.attr(label=page.caption)
    return picture
