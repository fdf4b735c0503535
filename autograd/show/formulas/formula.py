"""The derivative of a small graph as one expression: for people, in LaTeX, in Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from autograd.expression.grammar import CONSTANTS, LONGEST
from autograd.graph import dependents
from autograd.show.formulas.algebra import Algebra, Term, times
from autograd.show.formulas.identifiers import identifiers
from autograd.show.formulas.substitution import Substituted, names_in, signed
from autograd.show.mathml import math, mathml
from autograd.show.notation import Notation
from autograd.show.style import PLAIN, TYPESET
from autograd.symbol import Python
from autograd.value import Value

MOST_OPERATIONS, LONGEST_TEXT, DEEPEST = 60, 2000, 200


@dataclass(frozen=True)
class Formula:
    """∂result/∂wrt as one expression. It prints as text and shows itself in notebooks.

    `tree` is the formula over the inputs' names, and over those of results that have a label; `where` says what
    these are. `python` is written over inputs alone, whose names there and numbers are `inputs`.
    """

    result: str
    wrt: str
    tree: Any
    where: dict[str, str]
    python: str
    inputs: dict[str, float] = field(repr=False)

    @property
    def text(self) -> str:
        """The formula in plain text."""
        return signed(PLAIN, self.tree)

    @property
    def latex(self) -> str:
        """The formula in LaTeX, for math mode."""
        return signed(TYPESET, self.tree)

    @property
    def html(self) -> str:
        """The formula in MathML, for a page."""
        return math(mathml(self.latex))

    def __str__(self) -> str:
        definitions = "".join(f"\n  with {name} = {text}" for name, text in self.where.items())
        return f"{PLAIN.partial(self.result, self.wrt)} = {self.text}{definitions}"

    def _repr_latex_(self) -> str:
        return f"$$\n{TYPESET.partial(self.result, self.wrt)} = {self.latex}\n$$"


def derivative_formula(L: Value, w: Any, names: Mapping[str, Any] | None = None) -> Formula:
    """∂L/∂w as one expression; 0 where L does not depend on w.

    `w` is a node, or its name in the formula; `names`, such as `locals()`, names nodes that have no label. Results
    that have a name stand by it in `text` and `latex`; in `python` all of them are written out.

    At a kink it is the formula of the side on which the graph says the derivative is.

    Raises TypeError where L or w is no Value; ValueError where no node is called w, and where the formula is too long
    to be read: more than 60 operations lead from w to L, or it has more than 2,000 characters.

    >>> from autograd import sigmoid
    >>> w, x, t = Value(2.0, label="w"), Value(0.5, label="x"), Value(1.0, label="t")
    >>> y = sigmoid(w * x)
    >>> found = derivative_formula((y - t) ** 2, w, names={"y": y})
    >>> print(found)
    ∂v3/∂w = 2 · (y − t) · y · (1 − y) · x
      with y = sigmoid(w · x)
    >>> found.python
    '2.0 * (sigmoid(w * x) - t) * sigmoid(w * x) * (1.0 - sigmoid(w * x)) * x'
    """
    if not isinstance(L, Value):
        raise TypeError(f"derivative_formula: {type(L).__name__} {L!r:.40} is not a Value, so it has no derivative")
    notation = Notation(L, names)
    wrt = notation.node(w, "derivative_formula", "w")
    on_the_way = dependents(notation.order, [wrt])
    if len(on_the_way) > MOST_OPERATIONS + 1:
        raise _too_large(notation, wrt, f"{len(on_the_way) - 1} operations lead from {{w}} to {{L}}", MOST_OPERATIONS)
    spelt = Substituted(
        notation, {v: name for v, name in notation.names.items() if v.op is None or v in notation.labelled}
    )
    tree = _derivative(spelt, wrt, on_the_way)
    inputs = identifiers([v for v in notation.order if v.op is None], notation)
    whole = _derivative(Substituted(notation, inputs), wrt, on_the_way)
    python = _checked(notation, wrt, whole, LONGEST, Source().write)
    _checked(notation, wrt, tree, LONGEST_TEXT, PLAIN.write)
    used = names_in(whole)
    numbers = {name: v.data for v, name in inputs.items() if name in used}
    return Formula(notation.name(L), notation.name(wrt), tree, _definitions(spelt, tree), python, numbers)


class Source(Python):
    """Writes Python that needs nothing but the table's functions."""

    def name(self, name: str) -> str:
        """An input; π and e are numbers."""
        return repr(CONSTANTS[name]) if name in CONSTANTS else name


def _derivative(notation: Substituted, wrt: Value, on_the_way: set[Value]) -> Any:
    """The chain rule from the result down to wrt, with formulas in place of numbers."""
    algebra, root = Algebra(), notation.root
    arrived: dict[Value, list[Term]] = {v: [] for v in on_the_way}
    if root in arrived:
        arrived[root].append(Term())
    for v in reversed(notation.order):
        if v not in on_the_way or not arrived[v]:
            continue
        gradient = algebra.plus(arrived[v][::-1])  # in the order of the forward pass
        if v is wrt:
            return algebra.written(gradient)
        for slot, x in reversed([*enumerate(v.operands)]):
            if x in on_the_way:
                arrived[x].append(times(gradient, algebra.term(notation.local(v, slot))))
    return 0.0


def _checked(notation: Notation, wrt: Value, tree: Any, most: int, written: Any) -> str:
    """The formula as text, if it is not too long: its size is known before it is written."""
    algebra = Algebra()
    size, depth = algebra.size(tree), algebra.depth(tree)
    if depth > DEEPEST or size > most:
        raise _too_large(notation, wrt, f"the formula has {size} names, numbers and signs in {depth} levels", most)
    text: str = written(tree)[0]
    if len(text) > most:
        raise _too_large(notation, wrt, f"the formula has {len(text)} characters", most)
    return text


def _too_large(notation: Notation, wrt: Value, what: str, most: int) -> ValueError:
    w, L = notation.name(wrt), notation.name(notation.root)
    what = what.format(w=w, L=L)
    return ValueError(f"derivative_formula: {what}, more than {most}: read explain({L}, wrt={w}) instead")


def _definitions(notation: Substituted, tree: Any) -> dict[str, str]:
    """What the results are that stand by their names, from the last one down."""
    needed, found = names_in(tree), {}
    for v in reversed(notation.order):
        if v.op and notation.standing.get(v) in needed:
            formula = notation.value(v)
            needed |= names_in(formula)
            found[PLAIN.name(notation.names[v])] = PLAIN.text(formula)
    return found
