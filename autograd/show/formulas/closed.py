"""Closed forms of gradients, as ∂L/∂z = y − t of a sigmoid with cross entropy: found, and proved, by numbers.

A form is either what the chain rule gives when the forms above are put in, or a shorter product that is equal to
the gradient at random points. Each is then proved at other points.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np

from autograd.codegen import compute
from autograd.ops import log_sigmoid, logsumexp, sigmoid, softmax_output, softplus
from autograd.show.formulas.algebra import Algebra, Term, times, turned
from autograd.show.formulas.points import Group, Point
from autograd.show.formulas.proofs import SEARCHES, ClosedForm, Proofs
from autograd.show.formulas.search import (
    ANY_NAME,
    GIVEN_NAME,
    NAME_OF_RESULT,
    Factor,
    cost,
    factors,
    products,
    shifted,
)
from autograd.show.formulas.substitution import Substituted, names_in
from autograd.show.notation import Notation
from autograd.symbol import Symbol
from autograd.value import Value

MOST_NODES, MOST_NEAR, MOST_USES = 300, 20, 8
LONGEST, SHORT, A_CONDITION = 16.0, 2.5, 1.0  # in the measure of `cost`
MUCH = 0.9  # of the cost: what is shorter by less is not worth another form


def closed_forms(notation: Notation, receivers: Sequence[Value]) -> tuple[dict[Value, ClosedForm], str]:
    """Those of the receivers of the backward pass, in its order, that have a form worth a line; if none, why."""
    if len(notation.order) > MOST_NODES:
        size = f"the graph has {len(notation.order)} nodes, more than {MOST_NODES}"
        return {}, f"no closed form was looked for: {size}: explain a smaller part of it"
    forms = _Forms(notation)
    with np.errstate(all="ignore"):  # a factor may be 0 or huge somewhere: then it is none
        for v in receivers:
            forms.find(v)
    return forms.shown, "" if forms.shown else "no closed form was found"


class _Forms:
    """The forms found so far; those that are `shown` are not what the chain rule says anyhow."""

    def __init__(self, notation: Notation) -> None:
        self.notation, self.algebra = notation, Algebra()
        self.names = _lengths(notation)
        self.proofs = Proofs(notation)
        self.spelt = Substituted(notation, _standing(notation))
        self.best: dict[Value, ClosedForm | None] = {notation.root: ClosedForm(1.0)}
        self.shown: dict[Value, ClosedForm] = {}
        self.uses: dict[Value, list[tuple[Value, int]]] = {}
        for v in notation.order:
            for slot, x in enumerate(v.operands):
                if isinstance(x, Value):
                    self.uses.setdefault(x, []).append((v, slot))

    def find(self, v: Value) -> None:
        """The form of ∂root/∂v; those of the nodes computed from v are known."""
        if v in self.best:
            return
        unrolled = self._unrolled(v)
        shorter = self._shorter(v, MUCH * self._cost(unrolled) if unrolled else LONGEST)
        self.best[v] = found = shorter or unrolled
        if found and (shorter or self._is_news(v, found)) and names_in(found.tree):
            self.shown[v] = found

    def _is_news(self, v: Value, found: ClosedForm) -> bool:
        """Whether the chain rule, unrolled, says more than its own line: a product, for a node that has a name."""
        one_step = {c for c, _ in self.uses[v]} == {self.notation.root}
        return not one_step and v in self.notation.labelled and _occurrences(found.tree) > 1

    def _cost(self, form: ClosedForm) -> float:
        return cost(form.tree, self.names) + A_CONDITION * len(form.given)

    # ---- candidates

    def _unrolled(self, v: Value) -> ClosedForm | None:
        """The sum over uses of form · local derivative."""
        above = [self.best.get(c) for c, _ in self.uses[v]]
        if len(above) > MOST_USES or None in above:
            return None
        terms = [
            times(self.algebra.term(form.tree), self.algebra.term(self.spelt.local(c, slot)))
            for form, (c, slot) in zip(above, self.uses[v], strict=True)
            if form
        ]
        tree = self.algebra.written(self.algebra.plus(terms))
        return self.proofs.proved(v, tree) if cost(tree, self.names) <= LONGEST else None

    def _shorter(self, v: Value, longest: float) -> ClosedForm | None:
        """The shortest product that costs less."""
        for groups in dict.fromkeys(((), tuple(self.proofs.groups))):
            if longest - A_CONDITION * bool(groups) <= SHORT:
                continue
            trees = {str(tree): tree for tree in self._products(v, groups)}
            priced = sorted((cost(tree, self.names), text) for text, tree in trees.items())
            for price, text in priced:
                if price + A_CONDITION * bool(groups) < longest and (form := self.proofs.proved(v, trees[text])):
                    return form
        return None

    def _products(self, v: Value, groups: tuple[Group, ...]) -> Iterator[Any]:
        sample = self.proofs.sample(groups)[:SEARCHES]
        if len(sample) < SEARCHES:
            return
        gradient, sizes = np.array([(p.gradients[v], p.sizes[v]) for p in sample]).T
        near = [self._factor(x, sample) for x in self._near(v)]
        near += self._unseen(v, sample)
        found = chain(products(gradient, sizes, factors(near, self.names)), shifted(gradient, sizes, near))
        for number, *formulas in found:
            yield self.algebra.written(turned(times(Term(number), *map(self.algebra.term, formulas))))

    def _factor(self, x: Value, sample: Sequence[Point]) -> Factor:
        return Factor(self.notation.symbol(x), np.array([p.values[x] for p in sample]))

    def _unseen(self, v: Value, sample: Sequence[Point]) -> list[Factor]:
        """What is no node: the derivatives of softplus, log_sigmoid and logsumexp; softmax's other outputs."""
        found: dict[int, tuple[Any, tuple[Value | float, ...]]] = {}
        for c, slot in self.uses[v]:
            if c.op in (softplus, log_sigmoid):
                found[0] = (sigmoid, (v,))
            elif c.op is logsumexp:
                found[slot] = (softmax_output, (float(slot), *c.operands))
            elif c.op is softmax_output:
                found[slot] = (softmax_output, (slot - 1.0, *c.operands[1:]))
        return [
            Factor(
                Symbol(op.name, op, [self.notation.symbol(x) for x in operands]),
                np.array([compute(op, [p.values[x] if isinstance(x, Value) else x for x in operands]) for p in sample]),
            )
            for op, operands in found.values()
        ]

    def _near(self, v: Value) -> list[Value]:
        """The nodes fewest steps away, labelled ones before their turn."""
        steps, ring = {v: 0}, [v]
        while ring:
            beside = [x for y in ring for x in (*(c for c, _ in self.uses.get(y, ())), *y.parents) if x not in steps]
            steps |= {x: steps[ring[0]] + 1 for x in beside}
            ring = list(dict.fromkeys(beside))
        ranked = sorted(steps, key=lambda x: steps[x] - 4 * (x in self.notation.labelled))
        return ranked[:MOST_NEAR]


def _occurrences(tree: Any) -> int:
    """How many names stand in a formula, the same one several times too."""
    if not isinstance(tree, Symbol):
        return 0
    return sum(map(_occurrences, tree.args)) if tree.op else 1


def _standing(notation: Notation) -> dict[Value, str]:
    """The nodes that a form calls by their names: all but those that are as short written out, such as y − t."""
    names, spelt = _lengths(notation), Substituted(notation, notation.names)
    short = {v for v in notation.order if v.op and cost(spelt.value(v), names) < ANY_NAME}
    return {v: name for v, name in notation.names.items() if v in notation.labelled or v not in short}


def _lengths(notation: Notation) -> dict[str, float]:
    """What the user's own names count in `cost`; the result's less gladly than others."""
    return {notation.names[v]: NAME_OF_RESULT if v is notation.root else GIVEN_NAME for v in notation.labelled}
