"""What runs as one: here, the instructions of a row with a fixed number of operands, which are arrays."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from autograd.replay.numpy.adjoints import Adjoints
from autograd.replay.numpy.formulas import UPSTREAM, Numbers, names_in, slope, value
from autograd.replay.numpy.section import STORES, Names, Section
from autograd.replay.numpy.terms import Term, term
from autograd.replay.plan import Group, Plan, S
from autograd.replay.program import Ints


class Unit:
    """A group of instructions, as lines of source."""

    def __init__(self, plan: Plan, group: Group) -> None:
        self.plan, self.group = plan, group
        self.op, self.store, self.start, self.stop = group.op, group.store, group.start, group.stop

    @property
    def rows(self) -> Ints:
        """Where its results are."""
        return np.arange(self.start, self.stop)

    @property
    def width(self) -> int:
        """How many rows the largest array has that it computes with."""
        return self.group.count

    def name_results(self, names: Names) -> None:
        """Call them after the operation."""
        names.of(f"{STORES[self.store]}[{self.start}:{self.stop}]", self.op.name)

    def result(self, section: Section, gradient: bool = False, form: str = "]") -> str:
        """The name of its results, or of their gradient."""
        return section.results(self.store, self.start, self.stop, gradient, form)

    def forward(self, section: Section) -> None:
        """Write the lines that compute its results."""
        formula = value(self.op, self.numbers)
        section.code.names = self._operands(section, names_in(formula))
        section.lines.append(term(formula, section.code).into(self.result(section)))

    def backward(self, section: Section, adjoints: Adjoints) -> None:
        """Write the lines that hand its gradient on to its operands."""
        slopes = {k: slope(self.op, k, self.numbers) for k in np.flatnonzero(self.group.wanted).tolist()}
        slopes = {k: formula for k, formula in slopes.items() if formula != 0.0}
        used = set().union(*map(names_in, slopes.values()))
        names = self._operands(section, used) | {UPSTREAM: self.result(section, gradient=True)}
        if "y" in used:
            names["y"] = self.result(section)
        for k, formula in slopes.items():
            section.code.names = names
            store, places = self.group.stores[k], self.group.places[:, k]
            adjoints.give(section, store, places, self._term(section, formula, store))

    def _term(self, section: Section, formula: Any, store: int) -> Term:
        """A term for an operand in a store. What all samples share is given the sum over them, early where it can."""
        if store == self.store or store != S:
            return term(formula, section.code)
        others = names_in(formula) - {UPSTREAM}
        if others and all(self._is_shared(name) for name in others):
            names = section.code.names
            section.code.names = {**names, UPSTREAM: f"({names[UPSTREAM]} @ {section.ones})"}
            return term(formula, section.code)
        return term(formula, section.code).over_samples(section.ones)

    def _is_shared(self, name: str) -> bool:
        return name != "y" and self.group.stores[self.op.operands.index(name)] == S

    @property
    def numbers(self) -> Numbers:
        """The operands that are a number, the same for all instructions."""
        return tuple(self._number(k) for k in range(len(self.op.operands)))

    def _number(self, k: int) -> float | None:
        constants = self.plan.program.constants
        place = int(self.group.places[0, k]) - len(self.plan.shared)
        if self.group.stores[k] != S or not 0 <= place < len(constants) or np.ptp(self.group.places[:, k]):
            return None
        x = float(constants[place])
        return x if math.isfinite(x) and (x or math.copysign(1.0, x) > 0.0) else None  # −0 is taken for 0 by caches

    def _operands(self, section: Section, used: set[str]) -> dict[str, str]:
        """What the operands of the row's formulas are called here. What has to be gathered is gathered first."""
        found = {}
        for k, name in enumerate(self.op.operands):
            if name in used:
                found[name] = section.read(self.group.stores[k], self.group.places[:, k], f"a{k + 1}")
        return found
