"""Drawings of graphs: in a notebook, as SVG text, in a file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograd.files import suffix_of, write_whole
from autograd.show.drawing.caption import caption, description, reading
from autograd.show.drawing.dot import SHOWN, to_dot
from autograd.show.drawing.fold import fold
from autograd.show.drawing.folded_dot import FoldedBoxes, folded_dot
from autograd.show.drawing.looks import Page
from autograd.show.drawing.wiring import Wiring
from autograd.show.notation import Notation
from autograd.show.notebook import bundle, image
from autograd.show.render import FORMATS, render
from autograd.value import Value

DIRECTIONS = ("LR", "TB", "RL", "BT")


@dataclass(frozen=True)
class Drawing:
    """A picture of a graph, as it was when drawn. Shows itself in a notebook.

    Attributes: `source`, its DOT text; `description`, the picture in words; `reading`, what its numbers are.
    """

    source: str
    description: str
    reading: str

    def __repr__(self) -> str:
        return f"<Drawing: {self.description}>"

    def svg(self) -> str:
        """The picture as SVG text. Raises RenderError where no Graphviz is installed."""
        return render(self.source, "svg").decode()

    def render(self, path: str | os.PathLike[str]) -> Path:
        """Write the picture to a file, in the format of its suffix: .svg, .png, .pdf, or .dot for the source.

        A file that is there is replaced at once, when all has gone well, or not at all. Raises ValueError for
        another suffix, RenderError where no Graphviz is installed, OSError where the file can't be written.
        """
        suffix = suffix_of(path, [f".{format}" for format in FORMATS], "render")
        write_whole(path, render(self.source, suffix[1:]))
        return Path(path)

    def _repr_html_(self) -> str:
        return image(self.svg().encode(), f"{self.description}. {self.reading}.")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return bundle(repr(self), self._repr_html_)


def draw(
    v: Value,
    names: Mapping[str, Any] | None = None,
    *,
    level: str | None = None,
    focus: Value | str | Iterable[Value | str] | None = None,
    direction: str = "LR",
    max_nodes: int = 150,
    show: Iterable[str] = SHOWN,
    precision: int = 4,
    legend: bool = False,
) -> Drawing:
    """Draw the graph behind v: boxes show data and grad, arrows the local derivative, one arrow a use.

    `names`, such as `locals()`, names the nodes that have no label by the user's variables; the rest are u1,
    u2, … (inputs) and v1, v2, … (results). Numbers are rounded to `precision` digits. Constants stand in the
    operation. Inputs are rounded, the result has a double line; `legend` adds what the shapes mean. As long as no
    gradient has reached the graph, each grad is "—". `show` chooses among "data", "grad" and "local", `direction` is
    that of the arrows: "LR" (left to right), "RL", "TB" (top to bottom) or "BT".

    A graph of more than `max_nodes` nodes is folded, in the finest way that makes so few boxes, and says so: equal
    parts, such as those that a batch makes of a model, become one with a count; then the parts that scopes name
    become boxes ("neuron 2", "layer 1"). Where nothing helps, all but the nodes nearest to v is. `level` folds by one
    kind of scope, "neuron", "layer" or the first word of your own (`with scope("block 3")` is a "block"); with "scalar"
    every node is drawn. `focus`, a node or its name, or several, keeps the nodes on the paths from there to v, in
    bold, and folds the rest.

    Raises TypeError where v is not a Value, or `focus` holds something else than Values and names; ValueError where
    another argument is none of those above, `focus` is not in the graph, or `level` makes too much to draw.

    >>> x, w = Value(3.0), Value(2.0)
    >>> y = w * x + 1
    >>> drawing = draw(y, names=locals())
    >>> drawing
    <Drawing: graph of y = 7: 2 inputs, 2 operations>
    >>> drawing.svg().startswith("<?xml")
    True
    >>> draw(sum(w * k for k in range(200)))
    <Drawing: graph of v399 = 3.98·10⁴: 1 input, 399 operations, folded by equal parts to 3 boxes>
    """
    if not isinstance(v, Value):
        raise TypeError(f"draw: {type(v).__name__} has no graph; give it one Value, such as the loss")
    shown = _checked(precision, max_nodes, direction, show)
    notation = Notation(v, names)
    wiring = Wiring(notation.order)
    chosen = _focus(notation, wiring, focus)
    graph = fold(wiring, max_nodes, level, chosen)
    boxes = FoldedBoxes(notation, precision, shown)
    page = Page(direction, legend, caption(boxes, graph, chosen, level))
    source = folded_dot(boxes, graph, page) if graph.how else to_dot(boxes, page)
    return Drawing(source, description(notation, precision, graph), reading(shown))


def _checked(precision: int, max_nodes: int, direction: str, show: Iterable[str]) -> list[str]:
    """What to show, when all arguments are in their ranges."""
    for name, number in (("precision", precision), ("max_nodes", max_nodes)):
        if type(number) is not int:
            raise TypeError(f"draw: {name}={number!r:.40} is {type(number).__name__}, not a whole number")
    if not 1 <= precision <= 17:
        raise ValueError(f"draw: precision={precision} is not a number of digits from 1 to 17")
    if max_nodes < 1:
        raise ValueError(f"draw: max_nodes={max_nodes} leaves nothing to draw; give at least 1")
    if direction not in DIRECTIONS:
        raise ValueError(f"draw: direction={direction!r:.40} is none of {', '.join(DIRECTIONS)}")
    asked = _several(show)
    for name in asked:
        if name not in SHOWN:
            raise ValueError(f"draw: show={name!r:.40} is none of {', '.join(SHOWN)}")
    return [name for name in SHOWN if name in asked]


def _focus(notation: Notation, wiring: Wiring, focus: Any) -> list[int]:
    """The numbers of the nodes that a drawing is about."""
    nodes = [notation.node(x, "draw", "focus") for x in _several(focus)]
    for node in nodes:
        if node not in wiring.number:
            raise ValueError(f"draw: {notation.names[notation.root]} does not depend on focus={notation.name(node)}")
    return sorted({wiring.number[node] for node in nodes})


def _several(given: Any) -> list[Any]:
    """One thing as a list of one, nothing as an empty list."""
    if given is None:
        return []
    return list(given) if isinstance(given, Iterable) and not isinstance(given, (str, Value)) else [given]


def mimebundle(v: Value, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """What a notebook shows for a Value: its graph, and as plain text its repr. See `Drawing`."""
    return bundle(repr(v), lambda: draw(v)._repr_html_())
