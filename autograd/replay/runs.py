"""Numbers in, numbers out: a program with the engines that run it, one for each way in which inputs are shared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from autograd.errors import DomainError
from autograd.modes import current
from autograd.replay import derivatives, diagnosis
from autograd.replay.engine import Engine
from autograd.replay.layout import Arguments, Leaf, arguments, per_number
from autograd.replay.plan import Plan, S, plan
from autograd.replay.program import Floats, Program
from autograd.value import Value

ALL = slice(None)


class Place(NamedTuple):
    """Where the numbers of a leaf are: among those of each sample, or those that samples share; which; their shape."""

    in_batch: bool
    rows: slice
    shape: tuple[int, ...]


Prepared = Callable[[Floats], tuple[list[Floats], list[Any]]]


class Moving(NamedTuple):
    """The leaves of arguments, and of how fast they move."""

    primals: Sequence[Any]
    tangents: Sequence[Any]


class Runs:
    """Runs a program whose inputs are the numbers of `leaves`, then those of `captured`, parameters of a closure."""

    def __init__(
        self, program: Program, leaves: Sequence[Leaf], captured: Sequence[Value], make: Callable[[Plan], Engine]
    ) -> None:
        self.program, self.leaves, self.captured, self.make = program, leaves, captured, make
        self.results = len(program.outputs)
        self._placed: dict[tuple[tuple[bool, ...], tuple[bool, ...]], list[Place | None]] = {}
        self._engines: dict[tuple[tuple[bool, ...], tuple[bool, ...]], tuple[Plan, Engine]] = {}

    def outputs(self, given: Arguments) -> list[Floats]:
        """The outputs: () each, or (samples,)."""
        _, engine = self.engine(given, (False,) * len(self.leaves))
        return engine.outputs(self._with_captured(given.shared), given.batch)

    def gradients(
        self, given: Arguments, wanted: tuple[bool, ...], seeds: Sequence[Floats]
    ) -> tuple[list[Floats], list[Any]]:
        """The outputs, and the gradient of Σ seed · output in each leaf: of those that are not wanted, None.

        That of a shared leaf is summed over the samples. A seed is () for all samples, or (samples,).
        """
        the_plan, engine = self.engine(given, wanted)
        found = engine.gradients(self._with_captured(given.shared), given.batch, _of_outputs(the_plan, seeds))
        return found.outputs, self.per_leaf(given, wanted, found.shared, found.batch)

    def prepare(self, given: Arguments, wanted: tuple[bool, ...], seeds: Sequence[Floats]) -> Prepared:
        """`gradients` as a function of the numbers that samples share."""
        the_plan, engine = self.engine(given, wanted)
        run = engine.prepare(given.batch, _of_outputs(the_plan, seeds))

        def gradients(shared: Floats) -> tuple[list[Floats], list[Any]]:
            found = run(self._with_captured(shared))
            return found.outputs, self.per_leaf(given, wanted, found.shared, found.batch)

        return gradients

    def moved(self, order: int, given: Moving, chosen: Any = ALL) -> list[Floats]:
        """How fast the results, or (order 2) the gradient of the one result, move; of the chosen samples.

        Raises ValueError where tangents are not shaped like primals.
        """
        runs, still = self._tangents if order == 1 else self._second, [0.0] * len(self.captured)
        numbers = arguments(runs.leaves, [*given.primals, *self.captured, *given.tangents, *still])
        if numbers is None:
            raise ValueError("replay: the tangents are not shaped like the primals: give one for each number")
        return runs.outputs(numbers._replace(batch=numbers.batch[:, chosen]))

    @cached_property
    def _tangents(self) -> Runs:
        return self._of_pairs(derivatives.tangents(self.program))

    @cached_property
    def _second(self) -> Runs:
        one_result = replace(self.program, outputs=self.program.outputs[:1])
        count = sum(leaf.size for leaf in self.leaves)
        return self._of_pairs(derivatives.tangents(derivatives.gradient(one_result, range(count))))

    def _of_pairs(self, program: Program) -> Runs:
        """A program of the inputs, parameters too, and of as many tangents."""
        primals = [*self.leaves, *(Leaf(v.label or "a parameter", ()) for v in self.captured)]
        tangents = [Leaf(f"the tangent of {leaf.path}", leaf.shape) for leaf in primals]
        return Runs(program, [*primals, *tangents], [], self.make)

    def engine(self, given: Arguments, wanted: tuple[bool, ...]) -> tuple[Plan, Engine]:
        """The plan and the engine for such arguments; made once."""
        key = (given.batched, wanted)
        if (found := self._engines.get(key)) is None:
            the_plan = self._plan(*key)
            self._engines[key] = found = (the_plan, self.make(the_plan))
        return found

    @property
    def whole_plan(self) -> Plan:
        """A plan with gradients in all inputs, for arguments like those of the latest engine, or else of one sample."""
        every = (True,) * len(self.leaves)
        batched = next(reversed(self._engines))[0] if self._engines else (False,) * len(self.leaves)
        return self._plan(batched, every)

    def _plan(self, batched: tuple[bool, ...], wanted: tuple[bool, ...]) -> Plan:
        rest = [False] * len(self.captured)
        flags = [[*per_number(self.leaves, of_leaves).tolist(), *rest] for of_leaves in (batched, wanted)]
        return plan(self.program, *flags)

    def _with_captured(self, shared: Floats) -> Floats:
        return np.concatenate([shared, [v._data for v in self.captured]]) if self.captured else shared

    def per_leaf(self, given: Arguments, wanted: Sequence[bool], shared: Floats, batch: Floats) -> list[Any]:
        """Numbers for the inputs, in the shapes of the leaves: (…) of a shared one, else (samples, …)."""
        found: list[Any] = []
        for place in self._places(given.batched, tuple(wanted)):
            if place is None:
                found.append(None)
            else:
                in_batch, rows, shape = place
                found.append(batch[rows].T.reshape(-1, *shape) if in_batch else shared[rows].reshape(shape))
        return found

    def _places(self, batched: tuple[bool, ...], wanted: tuple[bool, ...]) -> list[Place | None]:
        """Where the numbers of each wanted leaf are."""
        if (found := self._placed.get((batched, wanted))) is None:
            found, ends = [], {True: 0, False: 0}
            for leaf, in_batch, is_wanted in zip(self.leaves, batched, wanted, strict=True):
                begin, ends[in_batch] = ends[in_batch], ends[in_batch] + leaf.size
                found.append(Place(in_batch, slice(begin, ends[in_batch]), leaf.shape) if is_wanted else None)
            self._placed[batched, wanted] = found  # last: other threads may look it up
        return found

    # ---- errors

    def require_numbers(self, given: Arguments, outputs: Sequence[Floats], rates: Sequence[Floats] = ()) -> None:
        """Raises DomainError where an output is not finite, or a rate is nan, though all inputs are finite.

        It names the sample and the place. A rate, as a gradient, may be infinite: that of √x at 0 is.
        """
        if not diagnosis.sound(outputs, rates) and self._may_complain(given):
            samples = given.batch.shape[1]
            flags = [*(~np.isfinite(y) for y in outputs), *(np.isnan(y) for y in rates)]
            bad = np.any([np.broadcast_to(flag, samples) for flag in flags], axis=0)
            raise self.report(given, int(np.argmax(bad)))

    def require_gradients(
        self, given: Arguments, wanted: tuple[bool, ...], gradients: Sequence[Any], seed: Floats
    ) -> None:
        """Raises DomainError where a gradient of the one result is nan: in which sample is to be found out."""
        if diagnosis.sound([], gradients) or not self._may_complain(given):
            return

        def fails(begin: int, end: int) -> bool:
            part = given._replace(batch=given.batch[:, begin:end])
            return not diagnosis.sound([], self.gradients(part, wanted, [seed[begin:end] if seed.ndim else seed])[1])

        sample = diagnosis.first_that(fails, given.batch.shape[1])
        raise self.report(given, sample, float(seed[sample] if seed.ndim else seed))

    def report(self, given: Arguments, sample: int, seed: float = 1.0) -> DomainError:
        """What is wrong with a sample."""
        inputs = np.empty(self.program.inputs)
        is_batched = np.append(per_number(self.leaves, given.batched), np.zeros(len(self.captured), dtype=bool))
        inputs[~is_batched], inputs[is_batched] = self._with_captured(given.shared), given.batch[:, sample]
        return diagnosis.report(self.program, inputs, self.labels, sample if any(given.batched) else None, seed)

    def _may_complain(self, given: Arguments) -> bool:
        return not current().ieee and diagnosis.sound([given.shared, given.batch])

    @property
    def labels(self) -> list[str]:
        """The names of the inputs: x, or x[0], x[1], … of an array; parameters have their own."""
        own = [
            leaf.path + "".join(f"[{k}]" for k in index) for leaf in self.leaves for index in np.ndindex(*leaf.shape)
        ]
        return own + [v.label or f"parameter {k}" for k, v in enumerate(self.captured)]


def _of_outputs(the_plan: Plan, seeds: Sequence[Floats]) -> Sequence[Floats]:
    """Seeds shaped as the outputs are: that of an output that samples share is the sum over them."""
    if not any(seed.ndim for seed in seeds):
        return seeds
    shared = the_plan.store[the_plan.program.outputs] == S
    return [seed.sum() if of_all else seed for seed, of_all in zip(seeds, shared.tolist(), strict=True)]
