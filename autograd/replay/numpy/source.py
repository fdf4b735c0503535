"""A plan as NumPy source: what one would write by hand, made to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any

from autograd import ops
from autograd.codegen import compile_source
from autograd.replay.listing import one_line
from autograd.replay.numpy.adjoints import Adjoints
from autograd.replay.numpy.code import NumpyCode, definitions, environment, imports
from autograd.replay.numpy.nary import LogSumExp, Softmax, Sum
from autograd.replay.numpy.products import dots
from autograd.replay.numpy.section import STORES, Names, Section
from autograd.replay.numpy.terms import plain
from autograd.replay.numpy.units import Unit
from autograd.replay.plan import Plan, S, V

UNITS = {ops.total: Sum, ops.mean: Sum, ops.logsumexp: LogSumExp, ops.softmax_output: Softmax}
LENGTH = 250  # units in a section: Python compiles a function of very many lines slowly

HEADER = """\
# S: {S} numbers that all samples share: inputs ({shared}), constants ({constants}), and what follows from them alone.
# X: inputs of each sample, a row each ({X}). V: what follows from these, likewise ({V}).
# d_y is the gradient in y of the sum of the outputs, each times its seed.
"""
ARGUMENTS = {S: ("S, dS, rows", "", "seeds"), V: ("S, V, dS, dX, dV, rows", "X", "X, seeds")}
Bind = Callable[..., tuple[Callable[..., None], Callable[..., None]]]


class Source:
    """The text of a replay, and `rows`, the arrays of whole numbers that it needs.

    `width` is how many rows the largest array has that a block of samples takes.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.names, self.adjoints = plan, Names(), Adjoints(plan)
        self.functions: dict[Any, str] = {}
        self.sections: dict[int, list[Section]] = {S: [], V: []}
        units = list(_units(plan))
        parts = {store: list(_parts([unit for unit in units if unit.store == store])) for store in (S, V)}
        for store, name in ((S, "shared"), (V, "samples")):
            for k, part in enumerate(parts[store], 1):
                number = f"_{k}" * (len(parts[store]) > 1)
                self.sections[store].append(self._section(name + number, part))
        for store in (V, S):
            self._backward(store, parts[store])
            self.sections[store] = [section for section in self.sections[store] if section.bound]
        body = "\n".join(self._lines()) + "\n"
        self.text = "\n".join(imports(body)) + "\n" + body
        self.rows = self.names.rows
        self.width = max([plan.rows_of(V), *(unit.width for unit in units if unit.store == V)])

    def compile(self) -> tuple[list[Bind], list[Bind]]:
        """Functions that bind it to memory: what runs once, and what runs for each block of samples."""
        kind = f"numpy {sha256(self.text.encode()).hexdigest()[:12]}"
        made: tuple[list[Bind], list[Bind]] = compile_source(
            "replay", kind, self.text.splitlines(), environment(self.functions)
        )()
        return made

    # ---- making it

    def _section(self, name: str, units: Sequence[Unit]) -> Section:
        """A section with its forward pass."""
        section = Section(name, self.plan, self.names, NumpyCode(self.functions))
        for unit in units:
            unit.name_results(self.names)
            section.lines.append(f"# {self._comment(unit)}")
            unit.forward(section)
        return section

    def _backward(self, store: int, parts: Sequence[Sequence[Unit]]) -> None:
        """From the seeds to the operands of the first unit."""
        sections = self.sections[store]
        self._seeds(store, sections[-1])
        for section, units in zip(reversed(sections), reversed(parts), strict=True):
            section.lines = section.backward
            for unit in reversed(units):
                if any(unit.group.wanted) and self.adjoints.reached(unit.store, unit.rows):
                    at = len(section.lines)
                    unit.backward(section, self.adjoints)
                    section.lines[at:at] = [f"# {self._comment(unit)}"] * (len(section.lines) > at)
        self.adjoints.zeros(sections[-1])

    def _seeds(self, store: int, section: Section) -> None:
        """Where the gradients begin."""
        section.lines, plan = section.backward, self.plan
        for k, node in enumerate(plan.program.outputs.tolist()):
            if plan.wanted[node] and (plan.store[node] == S) == (store == S):
                self.adjoints.give(section, int(plan.store[node]), plan.row[[node]], plain(f"seeds[{k}]"))

    def _comment(self, unit: Unit) -> str:
        """Which operation it is, and of which scopes: "layer 1: relu (neuron 1 … neuron 16)"."""
        program, instructions = self.plan.program, unit.group.instructions
        first, last = (program.scopes[program.scope_of[k]] for k in (instructions[0], instructions[-1]))
        common = next((k for k, pair in enumerate(zip(first, last, strict=False)) if pair[0] != pair[1]), len(first))
        within = ", ".join(first[:common])
        ends = [", ".join(scope[common:]) for scope in (first, last)]
        several = f" ({ends[0] or '…'} … {ends[1] or '…'})" if ends[0] != ends[1] else ""
        count = f"{unit.stop - unit.start} × " if unit.stop - unit.start > 1 and not several else ""
        return one_line(f"{within}{': ' * bool(within)}{count}{unit.op.name}{several}")  # or it would be code

    # ---- the text

    def _lines(self) -> Iterator[str]:
        plan = self.plan
        numbers = {name: plan.rows_of(store) for store, name in STORES.items()}
        yield HEADER.format(**numbers, shared=len(plan.shared), constants=len(plan.program.constants))
        yield from definitions(self.functions)
        for store, sections in self.sections.items():
            for section in sections:
                yield from section.definition(*ARGUMENTS[store])
        names = (", ".join(section.name for section in sections) for sections in self.sections.values())
        yield from ("def replay_():", "    return " + ", ".join(f"[{each}]" for each in names))


def _parts(units: Sequence[Unit]) -> Iterator[Sequence[Unit]]:
    """Those of each section; one section at least."""
    return (units[k : k + LENGTH] for k in range(0, max(1, len(units)), LENGTH))


def _units(plan: Plan) -> Iterator[Unit]:
    for op, run in groupby(plan.groups, lambda group: group.op):
        if op is ops.dot:
            yield from dots(plan, list(run))
        else:
            yield from (UNITS.get(op, Unit)(plan, group) for group in run)
