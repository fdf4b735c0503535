"""The backward pass as a list of its steps, in the order in which the engine takes them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple, overload

from autograd.eager import is_stale
from autograd.errors import first_nan_edge, first_non_finite
from autograd.modes import current
from autograd.show.layout import padded, width
from autograd.show.notation import Notation
from autograd.show.records import to_json
from autograd.show.style import PLAIN, TYPESET, product
from autograd.value import Value

FOLD = 40  # steps that are printed; of more, those in the middle are left out


@dataclass(frozen=True)
class Step:
    """One application of the chain rule: what `node` hands down to its operand `parent`.

    `contribution` = `upstream` (∂L/∂node) · `local` (∂node/∂parent, as in `formula`). `total` is what has arrived
    at the parent so far, and is its whole gradient if `complete`. `slot` is the operand's place in the
    operation. `use` is 0, or counts 1, 2, … where the operation takes the same parent several times; `uses`
    is in how many places of the graph the parent is taken.
    """

    number: int
    root: str
    node: str
    parent: str
    op: str
    slot: int
    use: int
    formula: str
    latex: str
    local: float
    upstream: float
    contribution: float
    total: float
    uses: int
    complete: bool

    def __str__(self) -> str:
        """The step on one line: ∂L/∂z = ∂L/∂p · ∂p/∂z = −2 · 0.25 = −0.5"""
        chain = f"{PLAIN.partial(self.root, self.node)} · {PLAIN.partial(self.node, self.parent, self.use)}"
        return self.equation(chain, product(PLAIN, (self.upstream, self.local)))

    def equation(self, *terms: str) -> str:
        """∂L/∂parent = these terms = the contribution; with +=, and the sum so far, where there are several."""
        sign, so_far = "=", ""
        if self.uses > 1:
            sign, so_far = "+=", f", {'in all' if self.complete else 'so far'} {PLAIN.number(self.total)}"
        equals = " = ".join([*terms, PLAIN.number(self.contribution)])
        return f"{PLAIN.partial(self.root, self.parent)} {sign} {equals}{so_far}"

    @property
    def reason(self) -> str:
        """The formula of the local derivative, "with ∂p/∂z = p · (1 − p)"; "" where that is no more than its number."""
        is_number = self.formula == PLAIN.number(self.local)
        return "" if is_number else f"with {PLAIN.partial(self.node, self.parent, self.use)} = {self.formula}"

    def to_dict(self) -> dict[str, Any]:
        """The record as a dict of strings and numbers."""
        return asdict(self)


class Edge(NamedTuple):
    """A step before it is written: the nodes themselves, and the numbers."""

    node: Value
    parent: Value
    slot: int
    use: int
    local: float
    upstream: float
    contribution: float
    total: float
    uses: int
    complete: bool


class Steps(Sequence[Step]):
    """The steps of a backward pass. Prints as numbered lines, the middle of a long list left out."""

    def __init__(self, notation: Notation) -> None:
        self.notation = notation
        _refuse_stale(notation)
        self.gradients, self.edges = _passed_back(notation)

    def __len__(self) -> int:
        return len(self.edges)

    @overload
    def __getitem__(self, k: int) -> Step: ...
    @overload
    def __getitem__(self, k: slice) -> list[Step]: ...
    def __getitem__(self, k: int | slice) -> Step | list[Step]:
        if isinstance(k, slice):
            return [self[j] for j in range(*k.indices(len(self)))]
        k = range(len(self))[k]
        edge, names = self.edges[k], self.notation.names
        formula = self.notation.local(edge.node, edge.slot)
        return Step(
            number=k + 1,
            root=names[self.notation.root],
            op=edge.node.op.name if edge.node.op else "",
            formula=PLAIN.text(formula),
            latex=TYPESET.text(formula),
            **edge._asdict() | {"node": names[edge.node], "parent": names[edge.parent]},
        )

    def __str__(self) -> str:
        rows = [_row(k if isinstance(k, range) else self[k], len(str(len(self)))) for k in folded(len(self))]
        column = max((width(step) for step, _ in rows), default=0)
        lines = [f"{padded(step, column)}   {where}".rstrip() for step, where in rows]
        return "\n".join(lines) or "no steps: the result is an input"

    __repr__ = __str__

    def to_dict(self) -> list[dict[str, Any]]:
        """Every step as a dict, for JSON."""
        return [step.to_dict() for step in self]

    def to_json(self, indent: int | None = None) -> str:
        """Every step as a record of a JSON list; infinities are strings, which `float` reads."""
        return to_json(self.to_dict(), indent)


def steps(v: Value, names: Mapping[str, Any] | None = None) -> Steps:
    """The chain-rule steps of `v.backward()`, one for each use of a node, in the engine's order; no `grad` changes.

    `names`, such as `locals()`, names nodes that have no label. Raises DomainError where the backward pass does,
    ValueError where the data of a node was changed after results were computed from it.

    >>> w, x = Value(3.0, label="w"), Value(2.0, label="x")
    >>> L = (w * x) ** 2
    >>> L.label = "L"
    >>> print(steps(L))
    1. ∂L/∂v1 = ∂L/∂L · ∂L/∂v1 = 1 · 12 = 12   with ∂L/∂v1 = 2 · v1
    2. ∂L/∂w = ∂L/∂v1 · ∂v1/∂w = 12 · 2 = 24   with ∂v1/∂w = x
    3. ∂L/∂x = ∂L/∂v1 · ∂v1/∂x = 12 · 3 = 36   with ∂v1/∂x = w
    >>> steps(L)[0].formula, steps(L)[1].formula
    ('2 · v1', 'x')
    """
    return Steps(Notation(v, names))


def _refuse_stale(notation: Notation) -> None:
    """Numbers that do not follow from one another explain nothing."""
    if (v := next(filter(is_stale, notation.order), None)) is not None:
        name, formula = notation.name(v), PLAIN.text(notation.value(v))
        was = f"{name} = {formula} was computed as {v.data:.6g}, before its operands were changed"
        raise ValueError(f"{was}: compute {notation.name(notation.root)} again to see its steps")


def _row(step: Step | range, width: int) -> tuple[str, str]:
    """A numbered line, and the formula of its local derivative, where that is more than a number."""
    if isinstance(step, range):
        return f"{'':{width}}  … {len(step)} more steps", ""
    return f"{step.number:{width}}. {step}", step.reason


def folded(count: int, fold: int = FOLD) -> Iterator[int | range]:
    """The numbers below `count`; of more than `fold`, those in the middle as one range."""
    left_out = range(fold // 2, count - fold // 2) if count > fold else range(0)
    for k in range(count):
        if k == left_out.start and left_out:
            yield left_out
        if k not in left_out:
            yield k


def _passed_back(notation: Notation) -> tuple[dict[Value, float], list[Edge]]:
    """Every gradient, and every step: the same sums in the same order as `backward`."""
    if not (math.isfinite(notation.root.data) or current().ieee):
        raise first_non_finite(notation.order)
    gradients = dict.fromkeys(notation.order, 0.0) | {notation.root: 1.0}
    uses = Counter(parent for v in notation.order for parent in v.parents)
    to_come = uses.copy()
    edges: list[Edge] = []
    for node in reversed(notation.order):
        here, counted = Counter(node.parents), Counter[Value]()
        slots = [k for k, x in enumerate(node.operands) if isinstance(x, Value)]
        for slot, (parent, local) in zip(slots, node.edges(), strict=True):
            upstream = gradients[node]
            gradients[parent] += local * upstream
            counted[parent] += 1
            to_come[parent] -= 1
            use = counted[parent] if here[parent] > 1 else 0
            numbers = (local, upstream, local * upstream, gradients[parent])
            edges.append(Edge(node, parent, slot, use, *numbers, uses[parent], not to_come[parent]))
    if any(map(math.isnan, gradients.values())) and not current().ieee:
        raise first_nan_edge(notation.order, gradients)
    return gradients, edges
