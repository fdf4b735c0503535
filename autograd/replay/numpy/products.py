"""Dot products: those that share their inputs are one product of a matrix of weights with them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograd.replay.numpy.adjoints import Adjoints
from autograd.replay.numpy.nary import Nary, Operands
from autograd.replay.numpy.section import Section
from autograd.replay.numpy.terms import call, plain, product, times
from autograd.replay.numpy.units import Unit
from autograd.replay.plan import Group, Plan, S


class Dot(Nary):
    """w·x + b."""

    def __init__(self, plan: Plan, group: Group) -> None:
        super().__init__(plan, group)
        half = group.places.shape[1] // 2
        self.w, self.x = Operands(group, slice(half)), Operands(group, slice(half, 2 * half), common=True)
        self.b, self.b_store, self.b_wanted = group.places[:, -1], group.stores[-1], group.wanted[-1]

    @property
    def is_product(self) -> bool:
        """Whether it is a product of a matrix that the samples share with inputs that they do not, or all share all."""
        if self.store == S:
            return self.w.places.size > 0
        shared = _are_shared(self.w), _are_shared(self.x)
        return shared == (True, False) or (shared == (False, True) and self.group.count == 1)

    @property
    def has_bias(self) -> bool:
        """Whether there is more to the bias than the constant 0."""
        constants, first = self.plan.program.constants, len(self.plan.shared)
        k = self.b - first
        known = self.b_store == S and k.min() >= 0 and k.max() < len(constants)
        return not known or bool(constants[k].any())

    def add_bias(self, section: Section) -> None:
        """Write the line that adds it."""
        if self.has_bias:
            y = self.result(section)
            section.lines.append(f"np.add({y}, {section.read(self.b_store, self.b, 'b', 'b')}, out={y})")

    def give_bias(self, section: Section, adjoints: Adjoints) -> None:
        """Hand the gradient on to it."""
        if self.b_wanted:
            term = plain(self.result(section, gradient=True))
            term = term.over_samples(section.ones) if self.b_store == S != self.store else term
            adjoints.give(section, self.b_store, self.b, term)


class Pairwise(Dot):
    """The sum of products, written as such: weights, too, are each sample's own."""

    def forward(self, section: Section) -> None:
        if not self.w.places.size:
            found = plain("0.0")
        else:
            w, x = self.w.read(section, "w"), self.x.read(section, "x")
            found = call(f"({w} * {x}).sum(axis={self.axis}, keepdims=True)")
            if _are_shared(self.w) and _are_shared(self.x):  # then it is one number, for all samples
                found = plain(found.text)
        section.lines.append(found.into(self.y(section)))
        self.add_bias(section)

    def backward(self, section: Section, adjoints: Adjoints) -> None:
        d = self.y(section, gradient=True)
        if any(self.w.wanted):
            x = self.x.read(section, "x")
            self.w.give(section, adjoints, times(d, x), "d")
        if any(self.x.wanted):
            term = times(d, self.w.read(section, "w"))
            if self.group.count > 1:
                term = call(f"{term.atom}.sum(axis=0)")
            self.x.give(section, adjoints, term, "d")
        self.give_bias(section, adjoints)


class Product(Dot):
    """W x + b: weights shared by all samples, a row an instruction."""

    def __init__(self, plan: Plan, group: Group) -> None:
        super().__init__(plan, group)
        if not _are_shared(self.w):  # one dot product has no order
            self.w, self.x = self.x, self.w
        self.weights = self.w.places.reshape(group.count, -1)

    @property
    def width(self) -> int:
        return self.weights.shape[1]

    def W(self, section: Section) -> str:
        """The name of the matrix."""
        return section.read(S, self.weights, "W", "W", flat=True)

    def forward(self, section: Section) -> None:
        W, x = self.W(section), self.x.read(section, "x")
        section.lines.append(product(W, x).into(self.result(section)))
        self.add_bias(section)

    def backward(self, section: Section, adjoints: Adjoints) -> None:
        d = self.result(section, gradient=True)
        if any(self.w.wanted):
            x = self.x.read(section, "x")
            adjoints.give(section, S, self.weights, product(d, f"{x}.T"), flat=True)
        self.give_bias(section, adjoints)
        if any(self.x.wanted):
            by = product if self.group.count > 1 else times  # NumPy is slow at a column @ a row
            self.x.give(section, adjoints, by(f"{self.W(section)}.T", d), "d")


class Products(Dot):
    """X Wᵀ + b: the same weights for several sets of inputs, all of them shared by the samples.

    A graph of many samples that was recorded whole is made of these. `groups` are its groups, one a set of inputs.
    """

    def __init__(self, plan: Plan, groups: Sequence[Group]) -> None:
        super().__init__(plan, groups[0])
        self.stop = groups[-1].stop
        self.weights = self.w.places.reshape(groups[0].count, -1)
        self.inputs = np.array([Operands(group, slice(len(self.x.places), -1), common=True).places for group in groups])

    def result(self, section: Section, gradient: bool = False, form: str = "]") -> str:
        shape = f"{len(self.inputs)}, {len(self.weights)}"
        return section.results(S, self.start, self.stop, gradient, f", 0].reshape({shape})")

    def forward(self, section: Section) -> None:
        W, X = section.read(S, self.weights, "W", "W", flat=True), section.read(S, self.inputs, "x", flat=True)
        y = self.result(section)
        section.lines.append(product(X, f"{W}.T").into(y))
        if self.has_bias:
            section.lines.append(f"np.add({y}, {section.read(S, self.b, 'b', 'b', flat=True)}, out={y})")

    def backward(self, section: Section, adjoints: Adjoints) -> None:
        d = self.result(section, gradient=True)
        if any(self.w.wanted):
            X = section.read(S, self.inputs, "x", flat=True)
            adjoints.give(section, S, self.weights, product(f"{d}.T", X), flat=True)
        if self.b_wanted:
            adjoints.give(section, S, self.b, call(f"{d}.sum(axis=0)"), flat=True)
        if any(self.x.wanted):
            W = section.read(S, self.weights, "W", "W", flat=True)
            adjoints.give(section, S, self.inputs, product(d, W), flat=True)


def _are_shared(operands: Operands) -> bool:
    return set(operands.stores) == {S}


def dots(plan: Plan, groups: Sequence[Group]) -> Iterator[Unit]:
    """What neighbouring groups of dot products run as."""
    together: list[Group] = []
    for group in groups:
        if together and not _run_together(together, group):
            yield _product_of(plan, together)
            together = []
        unit = Dot(plan, group)
        if unit.is_product:
            together.append(group)
        else:
            yield Pairwise(plan, group)
    if together:
        yield _product_of(plan, together)


def _product_of(plan: Plan, groups: Sequence[Group]) -> Unit:
    return Product(plan, groups[0]) if len(groups) == 1 else Products(plan, groups)


def _run_together(groups: Sequence[Group], group: Group) -> bool:
    """Whether a group of dot products has the weights of those before, and does not need their results."""
    first = groups[0]
    if group.store != S or (group.stores, group.wanted, group.count) != (first.stores, first.wanted, first.count):
        return False
    inputs = slice(group.places.shape[1] // 2, -1)
    same = np.array_equal(np.delete(group.places, inputs, axis=1), np.delete(first.places, inputs, axis=1))
    return same and group.start == groups[-1].stop and int(group.places[0, inputs].max(initial=0)) < first.start
