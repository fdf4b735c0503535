"""Drawings of graphs: in a notebook, as SVG text, in a file."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from autograd.files import write_whole
from autograd.show.dot import Boxes, to_dot
from autograd.show.notation import Notation
from autograd.show.render import FORMATS, RenderError, render
from autograd.show.style import Writer
from autograd.value import Value

# What may go wrong with a drawing on the user's machine; a notebook then shows text.
FAILURES = (RenderError, ImportError, OSError, ValueError)


@dataclass(frozen=True)
class Drawing:
    """A picture of a graph, as it was when drawn. Shows itself in a notebook.

    Attributes: `source`, its DOT text; `description`, the picture in words.
    """

    source: str
    description: str

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
        path = Path(path)
        format = path.suffix.lower().removeprefix(".")
        if format not in FORMATS:
            choices = ", ".join(f".{name}" for name in FORMATS)
            raise ValueError(f"render: the suffix of {str(path)!r} is not one of {choices}, so its format is not known")
        write_whole(path, render(self.source, format))
        return path

    def _repr_html_(self) -> str:
        # Notebooks that were not run by their reader drop a bare SVG, but keep an image.
        data = b64encode(self.svg().encode()).decode()
        alt = escape(f"{self.description}. Boxes show data and gradient, arrows local derivatives.")
        image = f'<img alt="{alt}" style="max-width:none" src="data:image/svg+xml;base64,{data}">'
        return f'<div style="overflow-x:auto">{image}</div>'

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        try:
            return {"text/html": self._repr_html_(), "text/plain": repr(self)}
        except FAILURES as error:
            return {"text/plain": f"{self!r}\n{error}"}


def draw(v: Value, names: Mapping[str, Any] | None = None, *, precision: int = 4, max_nodes: int = 150) -> Drawing:
    """Draw the graph behind v: boxes show data and grad, arrows the local derivative, one arrow a use.

    `names`, such as `locals()`, names the nodes that have no label by the user's variables; the rest are u1,
    u2, … (inputs) and v1, v2, … (results). Numbers are rounded to `precision` digits. Constants stand in the
    operation. Inputs are rounded, the result has a double line. As long as no gradient has reached the
    graph, each grad is "—". Of a graph of more than `max_nodes` nodes, those nearest to v are drawn.

    Raises TypeError where v is not a Value, ValueError where `precision` or `max_nodes` is out of range.

    >>> x, w = Value(3.0), Value(2.0)
    >>> y = w * x + 1
    >>> drawing = draw(y, names=locals())
    >>> drawing
    <Drawing: graph of y = 7: 2 inputs, 2 operations>
    >>> drawing.svg().startswith("<?xml")
    True
    """
    if not isinstance(v, Value):
        raise TypeError(f"draw: {type(v).__name__} has no graph; give it one Value, such as the loss")
    if not 1 <= precision <= 17:
        raise ValueError(f"draw: precision={precision} is not a number of digits from 1 to 17")
    if max_nodes < 1:
        raise ValueError(f"draw: max_nodes={max_nodes} leaves nothing to draw; give at least 1")
    notation = Notation(v, names)
    return Drawing(to_dot(Boxes(notation, precision), max_nodes), _description(notation, precision))


def mimebundle(v: Value, include: Any = None, exclude: Any = None) -> dict[str, str]:
    """What a notebook shows for a Value: its graph, and as plain text its repr. See `Drawing`."""
    try:
        return {"text/html": draw(v)._repr_html_(), "text/plain": repr(v)}
    except FAILURES as error:
        return {"text/plain": f"{v!r}\n{error}"}


def _description(notation: Notation, precision: int) -> str:
    operations = sum(node.op is not None for node in notation.order)
    counts = _counted(len(notation.order) - operations, "input"), _counted(operations, "operation")
    number = Writer(precision, 0).number(notation.root.data)
    return f"graph of {notation.names[notation.root]} = {number}: {', '.join(counts)}"


def _counted(count: int, thing: str) -> str:
    return f"{count} {thing}" + "s" * (count != 1)
