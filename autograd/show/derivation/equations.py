"""The equations of a derivation: for each node its value, its gradient by the chain rule, and the paths through it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from autograd.graph import Path
from autograd.show.derivation.routes import Route
from autograd.show.formulas.proofs import ClosedForm
from autograd.show.layout import Block
from autograd.show.notation import some
from autograd.show.steps import FOLD, Edge, Steps, folded
from autograd.show.style import Style, plus, product
from autograd.symbol import Symbol
from autograd.value import Value

MOST_NODES, MOST_INPUTS = 10, 12  # of a path; of those that a derivation lists
COMPARISONS = {"less", "less_equal", "greater", "greater_equal", "equal"}


class Equations:
    """Writes equations about the graph of `steps` in one style."""

    def __init__(self, steps: Steps, style: Style, closed: Mapping[Value, ClosedForm] | None = None) -> None:
        self.steps, self.style, self.notation = steps, style, steps.notation
        self.closed = closed or {}
        self.uses: dict[Value, list[Edge]] = {}
        for edge in steps.edges:
            self.uses.setdefault(edge.parent, []).append(edge)

    def name(self, v: Value) -> str:
        """What v is called in an equation."""
        return self.style.name(self.notation.name(v))

    def partial(self, of: Value, wrt: Value, use: int = 0) -> str:
        """∂of/∂wrt."""
        return self.style.partial(self.notation.name(of), self.notation.name(wrt), use)

    def inputs(self) -> list[Block | str]:
        """Each input and its number."""
        inputs = [v for v in self.notation.order if not v.op]
        return self._some(inputs, lambda v: Block(self.name(v), [self.style.number(v.data)]), "inputs", MOST_INPUTS)

    # ---- forward

    def values(self) -> list[Block | str]:
        """Each result of an operation: in symbols, in numbers, and what it comes to."""
        return self._some([v for v in self.notation.order if v.op], self.value, "values")

    def value(self, v: Value) -> Block:
        """v in symbols, in numbers, and what it comes to."""
        formulas = (self.notation.value(v), self.notation.numbers(v), v.data)
        return Block(self.name(v), [self._bracketed(formula) for formula in formulas])

    def _bracketed(self, formula: Any) -> str:
        """A formula in a row of equations: a comparison needs brackets there."""
        written = self.style.text(formula)
        return f"({written})" if isinstance(formula, Symbol) and formula.name in COMPARISONS else written

    # ---- backward

    def gradients(self, receivers: Sequence[Value]) -> list[Block | str]:
        """∂L/∂v for each: the sum over the uses of v, in symbols, in numbers, what it comes to, and its closed form."""
        return self._some(receivers, self._in_closed_form, "gradients")

    def _in_closed_form(self, v: Value) -> Block:
        block, form = self._gradient(v), self.closed.get(v)
        if form is None or form.written(self.style) == block.equals[0]:
            return block
        return block._replace(equals=[*block.equals, form.written(self.style)], proof=form.proof(self.style))

    def _gradient(self, v: Value) -> Block:
        head, result = self.partial(self.notation.root, v), self.style.number(self.steps.gradients[v])
        if v is self.notation.root:
            return Block(head, [result])
        uses = some(self.uses[v])
        remarks = list(dict.fromkeys(self._remark(edge) for edge in uses if isinstance(edge, Edge)))
        chain, products, terms = (self._sum(uses, part) for part in (self._term, self._product, self._contribution))
        if len(uses) > 1:
            lines = [chain, products] if products != terms else [chain]
            return Block(head, [*lines, f"{terms} = {result}"], remarks)
        if uses[0].node is self.notation.root:
            return Block(head, [chain if chain == result else f"{chain} = {result}"], remarks)
        return Block(head, [chain, f"{products} = {result}"], remarks)

    def _sum(self, uses: Sequence[Any], written: Callable[[Edge], str]) -> str:
        return plus(self.style, [written(edge) if isinstance(edge, Edge) else self.style.dots for edge in uses])

    def _term(self, edge: Edge) -> str:
        """∂L/∂node · ∂node/∂v; just below L, where that would say ∂L/∂L · ∂L/∂v, the formula itself."""
        if edge.node is self.notation.root:
            written = self.style.text(self.notation.local(edge.node, edge.slot))
            return f"({written})" if edge.uses > 1 and " " in written else written
        local = self.partial(edge.node, edge.parent, edge.use)
        return product(self.style, [self.partial(self.notation.root, edge.node), local])

    def _product(self, edge: Edge) -> str:
        below_root = edge.node is self.notation.root
        return product(self.style, [edge.local] if below_root else [edge.upstream, edge.local])

    def _contribution(self, edge: Edge) -> str:
        return self.style.number(edge.contribution)

    def _remark(self, edge: Edge) -> str:
        """Where the local derivative comes from."""
        if edge.node is self.notation.root:
            value = self._bracketed(self.notation.value(edge.node))
            return f"{self.style.words('since')} {self.name(edge.node)} = {value}"
        local = self.style.number(edge.local)
        written = self.style.text(self.notation.local(edge.node, edge.slot))
        equals = written if written == local else f"{written} = {local}"
        return f"{self.style.words('with')} {self.partial(edge.node, edge.parent, edge.use)} = {equals}"

    # ---- paths

    def paths(self, found: Route) -> list[Block | str]:
        """Some paths with their products, and that these add up to the gradient."""
        blocks: list[Block | str] = [self._path(path) for path in found.listed]
        products: list[Any] = [path.product for path in found.listed]
        if found.left_out:
            blocks.insert(-1, f"… {found.left_out} more paths")
            products.insert(-1, self.style.dots)
        total = self.style.number(found.total)
        sums = f"{plus(self.style, products)} = {total}" if len(products) > 1 else total
        return [*blocks, Block(self.partial(self.notation.root, found.wrt), [sums], [self._verdict(found)])]

    def _path(self, path: Path) -> Block:
        nodes = [self.name(x) if isinstance(x, Value) else self.style.dots for x in some(path.nodes, MOST_NODES)]
        factors = [self.style.dots if x == "…" else x for x in some(path.derivatives, MOST_NODES)]
        equals = [product(self.style, factors), self.style.number(path.product)]
        return Block(self.style.steps.join(nodes), list(dict.fromkeys(equals)))

    def _verdict(self, found: Route) -> str:
        words = self.style.words("the backward pass found")
        if found.agrees:
            return f"{self.style.right} {self.style.words('as')} {words}"
        return f"{self.style.wrong} {words} {self.style.number(found.gradient)}"

    def _some(
        self, nodes: Sequence[Value], written: Callable[[Value], Block], what: str, most: int = FOLD
    ) -> list[Block | str]:
        """A block each; of more than `most`, those in the middle are counted instead."""
        shown = folded(len(nodes), most)
        return [f"… {len(k)} more {what}" if isinstance(k, range) else written(nodes[k]) for k in shown]
