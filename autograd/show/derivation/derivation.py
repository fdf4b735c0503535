"""The derivation of a gradient, as on paper: the values, the chain rule node by node, the paths from an input."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any

from autograd.files import suffix_of, write_whole
from autograd.show.derivation.equations import Equations
from autograd.show.derivation.html import fragment
from autograd.show.derivation.routes import Route, route
from autograd.show.formulas.closed import closed_forms
from autograd.show.layout import Part, aligned, inline, listing, stack, table
from autograd.show.notation import Notation
from autograd.show.page import page
from autograd.show.steps import Steps
from autograd.show.style import PLAIN, TYPESET, Style
from autograd.tree import leaves
from autograd.value import Value


class Derivation:
    """What `explain` returns. It prints as text, shows itself in notebooks, and has `latex`, `html` and `to_dict()`.

    Attributes: `steps`, the backward pass; `routes`, the paths from each value of `wrt`; `closed_forms`
    of gradients that were found, if they were looked for.
    """

    def __init__(self, notation: Notation, wrt: Sequence[Value], simplify: bool = False) -> None:
        self.notation, self.result = notation, notation.root
        self.steps = Steps(self.notation)
        self.routes = [route(x, self.result, self.gradient(x)) for x in wrt]
        complete = [edge.parent for edge in self.steps.edges if edge.complete]
        leading = {x for found in self.routes for x in found.sizes} if wrt else set(complete)
        self.receivers = [self.result, *(x for x in complete if x in leading)]
        self.simplified = simplify
        self.closed_forms, self._not_closed = closed_forms(self.notation, self.receivers) if simplify else ({}, "")

    def gradient(self, v: Value) -> float:
        """∂result/∂v; 0 where the result does not depend on v."""
        return self.steps.gradients.get(v, 0.0)

    @property
    def text(self) -> str:
        """All of it as plain text, for a fixed-width font."""
        return "\n\n".join(f"{title}\n{body}" for title, body in self.sections())

    @property
    def latex(self) -> str:
        """All of it in LaTeX, for math mode: values, gradients and paths, one above the other."""
        parts = "\n\\\\[1em]\n".join(aligned(part.blocks) for part in self._parts(TYPESET))
        return f"\\begin{{gathered}}\n{parts}\n\\end{{gathered}}"

    @property
    def html(self) -> str:
        """All of it as one element of a web page, its formulas in MathML; needs nothing from the network."""
        return fragment([self._inputs(TYPESET), *self._parts(TYPESET)])

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it to a file: by the end of its name a web page (.html), text (.txt), Markdown (.md) or LaTeX (.tex).

        Raises ValueError where the name ends otherwise, OSError where the file can't be written.
        """
        title = f"The gradients of {self.notation.name(self.result)}"
        written: dict[str, Callable[[], str]] = {
            ".html": lambda: page(title, f"<h3>{escape(title)}</h3>\n{self.html}"),
            ".txt": lambda: f"{self.text}\n",
            ".md": lambda: f"{self._repr_markdown_()}\n",
            ".tex": lambda: f"\\[\n{self.latex}\n\\]\n",
        }
        write_whole(path, written[suffix_of(path, list(written), "save")]().encode())
        return Path(path)

    def __str__(self) -> str:
        return self.text

    __repr__ = __str__

    # Notebooks get Markdown and LaTeX, not `html`: Jupyter and GitHub typeset these also in notebooks that were run by
    # someone else, where they strip MathML. A notebook exported for reading offline is better served by `save`.
    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex}\n$$"

    def _repr_markdown_(self) -> str:
        return "\n\n".join(f"**{_escaped(p.title)}**\n\n$$\n{aligned(p.blocks)}\n$$" for p in self._parts(TYPESET))

    def sections(self) -> list[tuple[str, str]]:
        """The text in parts: (title, indented lines)."""
        return [(part.title, part.layout(part.blocks)) for part in [self._inputs(PLAIN), *self._parts(PLAIN)]]

    def _parts(self, style: Style) -> list[Part]:
        equations, name = Equations(self.steps, style, self.closed_forms), self.notation.name
        goal = ", ".join(name(found.wrt) for found in self.routes) or "the inputs"
        parts = [
            Part("Forward: the values", equations.values(), table),
            Part(
                f"Backward: the chain rule, from {name(self.result)} to {goal}",
                [*equations.gradients(self.receivers), *([self._not_closed] if self._not_closed else [])],
                stack,
            ),
            *(Part(self._path_title(found), equations.paths(found), listing) for found in self.routes),
        ]
        return [part for part in parts if part.blocks]

    def _path_title(self, found: Route) -> str:
        count = {0: "No path leads", 1: "The one path"}.get(found.number, f"The {found.how_many} paths")
        return f"{count} from {self.notation.name(found.wrt)} to {self.notation.name(self.result)}"

    def _inputs(self, style: Style) -> Part:
        return Part("Inputs", Equations(self.steps, style).inputs(), inline)

    # ---- as records

    def to_dict(self) -> dict[str, Any]:
        """All of it as dicts, lists, strings and numbers, for JSON. Of many paths some are left out, nothing else."""
        record = {
            "result": {"name": self.notation.name(self.result), "value": self.result.data},
            "inputs": [self._record(v) for v in self.notation.order if not v.op],
            "forward": [self._record(v) | self._operation(v) for v in self.notation.order if v.op],
            "steps": self.steps.to_dict(),
            "paths": [self._paths(found) for found in self.routes],
        }
        if self.simplified:
            record["closed_forms"] = [form.to_dict(self.notation.name(v)) for v, form in self.closed_forms.items()]
        return record

    def _record(self, v: Value) -> dict[str, Any]:
        return {"name": self.notation.name(v), "value": v.data, "gradient": self.gradient(v)}

    def _operation(self, v: Value) -> dict[str, Any]:
        formula, numbers = PLAIN.text(self.notation.value(v)), PLAIN.text(self.notation.numbers(v))
        return {"op": v.op.name if v.op else "", "formula": formula, "numbers": numbers}

    def _paths(self, found: Route) -> dict[str, Any]:
        sums = {"sum": found.total, "gradient": found.gradient, "agrees": found.agrees}
        name = self.notation.name
        listed = [
            {"nodes": [name(v) for v in path.nodes], "derivatives": list(path.derivatives), "product": path.product}
            for path in found.listed
        ]
        return {"wrt": name(found.wrt), "count": found.how_many, **sums, "paths": listed}


def explain(v: Value, wrt: Any = None, names: Mapping[str, Any] | None = None, simplify: bool = False) -> Derivation:
    """How the gradients of v come about: values, chain rule in symbols and numbers; with `wrt`, every path to it.

    `wrt` is a node, a name in the derivation, or a list or array of them; `names`, such as `locals()`, names nodes
    that have no label. With `simplify` the gradients that collapse to a short formula, as a sigmoid with cross
    entropy to y − t, have that too, where it is equal to the chain rule's product at 64 random points.

    Raises TypeError where v or wrt is no Value, ValueError where no node is called wrt or where the data of a node
    was changed after results were computed from it, DomainError where the backward pass does.

    >>> w, x = Value(3.0, label="w"), Value(2.0, label="x")
    >>> L = (w * x - 1) ** 2
    >>> print(explain(L, wrt=w, names={"L": L}))
    Inputs
      w = 3,  x = 2
    <BLANKLINE>
    Forward: the values
      v1 = w · x  = 3 · 2 = 6
      v2 = v1 − 1 = 6 − 1 = 5
      L  = v2²    = 5²    = 25
    <BLANKLINE>
    Backward: the chain rule, from L to w
      ∂L/∂L  = 1
    <BLANKLINE>
      ∂L/∂v2 = 2 · v2 = 10        since L = v2²
    <BLANKLINE>
      ∂L/∂v1 = ∂L/∂v2 · ∂v2/∂v1   with ∂v2/∂v1 = 1
             = 10 · 1 = 10
    <BLANKLINE>
      ∂L/∂w  = ∂L/∂v1 · ∂v1/∂w    with ∂v1/∂w = x = 2
             = 10 · 2 = 20
    <BLANKLINE>
    The one path from w to L
      w → v1 → v2 → L
          2 · 1 · 10 = 20
    <BLANKLINE>
      ∂L/∂w = 20   ✓ as the backward pass found

    >>> from autograd import log, sigmoid
    >>> z, t = Value(-0.5, label="z"), Value(1.0, label="t")
    >>> y = sigmoid(z)
    >>> loss = -(t * log(y) + (1 - t) * log(1 - y))
    >>> print(explain(loss, wrt=z, names=locals(), simplify=True).closed_forms[z])
    y − t   equal at 64 random points, within 1e-12
    """
    if not isinstance(v, Value):
        raise TypeError(f"explain: {type(v).__name__} {v!r:.40} is not a Value, so nothing leads to it")
    notation = Notation(v, names)
    chosen = [notation.node(x, "explain", "wrt") for x in leaves(wrt)] if wrt is not None else []
    return Derivation(notation, chosen, simplify)


def _escaped(title: str) -> str:
    return "".join("\\" + c if c in "\\`*_[]<>$#|" else c for c in title)
