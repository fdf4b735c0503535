"""Runs of a function that branches: each sample by the recording whose branches it takes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.errors import DomainError
from autograd.replay.layout import Arguments, arguments
from autograd.replay.program import Floats
from autograd.replay.runs import ALL, Moving, Prepared, Runs


class Variant(NamedTuple):
    """A recording whose last outputs are the conditions of the branches that it took, and how these came out."""

    runs: Runs
    outcomes: tuple[bool, ...]

    @property
    def results(self) -> int:
        """How many outputs are results."""
        return len(self.runs.program.outputs) - len(self.outcomes)

    def holds(self, given: Arguments) -> NDArray[np.bool_]:
        """For which samples all branches come out as recorded."""
        holds = np.ones(given.batch.shape[1], dtype=bool)
        if self.outcomes:
            conditions = self.runs.outputs(given)[self.results :]
            for condition, outcome in zip(conditions, self.outcomes, strict=True):
                holds &= (condition != 0.0) == outcome
        return holds


class GuardedRuns(Runs):
    """Like Runs, of several recordings. `record` makes another, of one sample."""

    def __init__(self, first: Variant, record: Callable[[Arguments], Variant]) -> None:
        super().__init__(first.runs.program, first.runs.leaves, first.runs.captured, first.runs.make)
        self.variants, self.record, self.results = [first], record, first.results

    def outputs(self, given: Arguments) -> list[Floats]:
        """The results: () each, or (samples,)."""
        parts = [(chosen, v.runs.outputs(part)[: v.results]) for v, chosen, part in self._split(given)]
        return _merged(given, parts)

    def gradients(
        self, given: Arguments, wanted: tuple[bool, ...], seeds: Sequence[Floats]
    ) -> tuple[list[Floats], list[Any]]:
        """The results, and the gradient of Σ seed · result in each leaf."""
        outputs, gradients = [], []
        samples = given.batch.shape[1:] if any(given.batched) else ()
        apart = [np.broadcast_to(seed, samples) for seed in seeds]  # also where on some branch samples share the result
        for variant, chosen, part in self._split(given):
            mine = [seed[chosen] if samples else seed for seed in apart] + [np.zeros(())] * len(variant.outcomes)
            found, moved = variant.runs.gradients(part, wanted, mine)
            outputs.append((chosen, found[: variant.results]))
            gradients.append((chosen, moved))
        return _merged(given, outputs), [self._gradient(k, given, gradients) for k in range(len(given.batched))]

    def prepare(self, given: Arguments, wanted: tuple[bool, ...], seeds: Sequence[Floats]) -> Prepared:
        """`gradients` as a function of the numbers that samples share: they may change the branches."""
        return lambda shared: self.gradients(given._replace(shared=shared), wanted, seeds)

    def moved(self, order: int, given: Moving, chosen: Any = ALL) -> list[Floats]:
        """As in Runs. Each sample moves with its own branches."""
        primals = arguments(self.leaves, given.primals)
        if primals is None:
            raise ValueError("replay: the primals are not shaped like the arguments recorded")
        parts = []
        for variant, mine, _ in self._split(primals):
            rates = variant.runs.moved(order, given, mine if any(primals.batched) else ALL)
            parts.append((mine, rates[: variant.results] if order == 1 else rates))
        return _merged(primals, parts)

    def report(self, given: Arguments, sample: int, seed: float = 1.0) -> DomainError:
        """What is wrong with a sample, by its own recording."""
        ((variant, _, _),) = self._split(given._replace(batch=given.batch[:, sample : sample + 1]))
        return variant.runs.report(given, sample, seed)

    def _gradient(self, k: int, given: Arguments, parts: list[tuple[Any, list[Any]]]) -> Any:
        """That of leaf k: of each sample its own, or the sum."""
        arrays = [moved[k] for _, moved in parts]
        if arrays[0] is None or not given.batched[k]:
            return None if arrays[0] is None else sum(arrays[1:], start=arrays[0])
        whole = np.empty((given.batch.shape[1], *arrays[0].shape[1:]))
        for (chosen, _), array in zip(parts, arrays, strict=True):
            whole[chosen] = array
        return whole

    def _split(self, given: Arguments) -> Iterator[tuple[Variant, NDArray[np.intp], Arguments]]:
        """Each recording with the samples that are its, and their numbers."""
        rest = np.arange(given.batch.shape[1])
        known = list(reversed(self.variants))
        while len(rest):
            part = given._replace(batch=given.batch[:, rest])
            variant = known.pop(0) if known else self.record(part._replace(batch=part.batch[:, :1]))
            holds = variant.holds(part)
            if variant not in self.variants:
                self.variants.append(variant)
                holds[0] = True  # a condition may be too close to call for two engines to agree
            if holds.any():
                yield variant, rest[holds], given._replace(batch=given.batch[:, rest[holds]])
            rest = rest[~holds]


def _merged(given: Arguments, parts: list[tuple[Any, list[Floats]]]) -> list[Floats]:
    """The outputs of all samples, from those of some each."""
    if not any(given.batched):
        return parts[0][1]
    samples, found = given.batch.shape[1], []
    for k in range(len(parts[0][1])):
        whole = np.empty(samples)
        for chosen, outputs in parts:
            whole[chosen] = outputs[k]
        found.append(whole)
    return found
