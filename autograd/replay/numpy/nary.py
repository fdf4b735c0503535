"""Rows with any number of operands, on arrays (operands, samples), or (instructions, operands, samples) for several."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from autograd import ops
from autograd.replay.numpy.adjoints import Adjoints
from autograd.replay.numpy.section import Section
from autograd.replay.numpy.terms import Term, plain, spread, times
from autograd.replay.numpy.units import Unit
from autograd.replay.plan import Group, S, V
from autograd.replay.program import Ints
from autograd.symbol import BINDS


class Operands:
    """Columns of a group's operands as one array; for operands that the instructions have in common, give one row."""

    def __init__(self, group: Group, columns: slice, common: bool = False) -> None:
        places = group.places[:, columns]
        self.places: Ints = places[0] if common or len(places) == 1 else places
        self.stores, self.wanted, self.store = group.stores[columns], group.wanted[columns], group.store

    def read(self, section: Section, local: str) -> str:
        """The name of the array; a row that is shared by the samples has one number, if all rows are."""
        if len(set(self.stores)) == 1:
            return self._part(section, self.stores[0], self.places, local)
        parts = []
        for k, part in enumerate(_runs(self.stores), 1):
            places = self.places[..., part]
            name = self._part(section, self.stores[part.start], places, f"{local}_{k}")
            parts.append(spread(name, places.shape, section.samples(V)) if self.stores[part.start] == S else name)
        section.lines.append(f"{local} = np.concatenate([{', '.join(parts)}], axis=-2)")
        return local

    def _part(self, section: Section, store: int, places: Ints, local: str) -> str:
        name = section.read(store, places, local)
        if places.size > 1 and places.ndim == 1 and not np.ptp(places):  # a row that is there once
            return spread(name, places.shape, section.samples(store))
        return name

    def give(self, section: Section, adjoints: Adjoints, term: Term, local: str) -> None:
        """Hand a term, which has the shape of the array, on to the rows that want it."""
        parts = list(_runs(list(zip(self.stores, self.wanted, strict=True))))
        if len(parts) > 1 and not term.rows:
            section.lines.append(f"{local} = {term.signed}")
        for part in parts:
            store, places, mine = self.stores[part.start], self.places[..., part], term
            if not self.wanted[part.start]:
                continue
            if term.rows:
                mine = term._replace(rows=places.shape)
            elif len(parts) > 1:
                mine = plain(f"{local}[{':, ' * (places.ndim - 1)}{part.start}:{part.stop}]")
            adjoints.give(section, store, places, mine.over_samples(section.ones) if store == S != self.store else mine)


def _runs(keys: tuple[int, ...] | list[tuple[int, bool]]) -> Iterator[slice]:
    """Where neighbours are the same."""
    begin = 0
    for _, run in groupby(keys):
        end = begin + len(list(run))
        yield slice(begin, end)
        begin = end


class Nary(Unit):
    """A group whose instructions have operands of their own."""

    @property
    def operands(self) -> Operands:
        """All of them."""
        return Operands(self.group, slice(None))

    @property
    def axis(self) -> int:
        """That of the operands."""
        return 0 if self.group.count == 1 else 1

    @property
    def width(self) -> int:
        return self.group.places.size

    def y(self, section: Section, gradient: bool = False) -> str:
        """The name of the results, or their gradient, with an axis for operands."""
        return self.result(section, gradient, "]" if self.group.count == 1 else ", None]")


class Sum(Nary):
    """total and mean."""

    def forward(self, section: Section) -> None:
        x = self.operands.read(section, "x")
        terms = x if self.op is ops.total else f"({x} / {self.count})"  # each, for the sum may overflow
        section.lines.append(f"{terms}.sum(axis={self.axis}, keepdims=True, out={self.y(section)})")

    def backward(self, section: Section, adjoints: Adjoints) -> None:
        d = self.y(section, gradient=True)
        term = plain(d)
        if self.op is ops.mean:
            term = Term(f"{d} / {self.count}", f"np.divide({d}, {self.count}, out={{}})", binds=BINDS["/"])
        operands = self.operands
        operands.give(section, adjoints, term._replace(rows=operands.places.shape), "d")

    @property
    def count(self) -> int:
        """How many operands an instruction has."""
        return int(self.group.places.shape[1])


class LogSumExp(Nary):
    """Keeps the exponentials of the operands and their sum: the quotient is the derivative."""

    def forward(self, section: Section) -> None:
        x, (*first, count) = self.operands.read(section, "x"), self.operands.places.shape
        samples = section.samples(self.store)
        self.exps, self.sums = (
            section.buffer((*first, n, samples), name) for n, name in ((count, "exps"), (1, "sums"))
        )
        section.lines.append(f"logsumexp({x}, {self.y(section)}, {self.exps}, {self.sums})")

    def backward(self, section: Section, adjoints: Adjoints) -> None:
        term = times(f"{self.y(section, gradient=True)} / {self.sums}", self.exps)
        self.operands.give(section, adjoints, term, "d")


class Softmax(Unit):
    """Outputs of one softmax: all of them, in order, or some."""

    def forward(self, section: Section) -> None:
        x, y = self.operands.read(section, "x"), self.result(section)
        if self.is_whole:
            section.lines.append(f"softmax({x}, out={y})")
        else:
            section.lines.append(f"{y}[:] = softmax({x}).take({section.index(self.chosen)}, axis=0)")

    def backward(self, section: Section, adjoints: Adjoints) -> None:
        y, d = self.result(section), self.result(section, gradient=True)
        if not self.is_whole:
            x = self.operands.read(section, "x")
            section.lines.append(f"y = softmax({x})")
            section.lines.append("dy = np.zeros_like(y)")
            section.lines.append(f"dy[{section.index(self.chosen)}] = {d}")
            y, d = "y", "dy"
        self.operands.give(section, adjoints, plain(f"softmax_gradient({y}, {d})"), "d")

    @property
    def operands(self) -> Operands:
        """What the softmax is of."""
        return Operands(self.group, slice(1, None), common=True)

    @property
    def chosen(self) -> Ints:
        """Which output each instruction is."""
        return self.plan.program.constants[self.group.places[:, 0] - len(self.plan.shared)].astype(np.int64)

    @property
    def is_whole(self) -> bool:
        """Whether they are all of the outputs, in order."""
        return np.array_equal(self.chosen, np.arange(self.group.places.shape[1] - 1))
