"""Numbers in, numbers out: a program with the engines that run it, one for each way in which inputs are shared."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd.modes import current
from autograd.replay import diagnosis
from autograd.replay.engine import Engine
from autograd.replay.layout import Arguments, Leaf
from autograd.replay.plan import Plan, S, plan
from autograd.replay.program import Floats, Program
from autograd.value import Value


class Runs:
    """Runs a program whose inputs are the numbers of `leaves`, then those of `captured`, parameters of a closure."""

    def __init__(
        self, program: Program, leaves: Sequence[Leaf], captured: Sequence[Value], make: Callable[[Plan], Engine]
    ) -> None:
        self.program, self.leaves, self.captured, self.make = program, leaves, captured, make
        self._engines: dict[tuple[tuple[bool, ...], tuple[bool, ...]], tuple[Plan, Engine]] = {}

    def outputs(self, given: Arguments) -> list[Floats]:
        """The outputs: () each, or (samples,)."""
        _, engine = self.engine(given, (False,) * len(self.leaves))
        return engine.outputs(self._shared(given), given.batch)

    def gradients(self, given: Arguments, wanted: tuple[bool, ...], seeds: list[Any]) -> tuple[list[Floats], list[Any]]:
        """The outputs, and the gradient of Σ seed · output in each leaf: of those that are not wanted, None.

        That of a shared leaf is summed over the samples.
        """
        the_plan, engine = self.engine(given, wanted)
        shapes = [() if store == S else given.batch.shape[1:] for store in the_plan.store[self.program.outputs]]
        found = engine.gradients(
            self._shared(given),
            given.batch,
            [np.broadcast_to(seed, shape) for seed, shape in zip(seeds, shapes, strict=True)],
        )
        return found.outputs, self.per_leaf(given, wanted, found.shared, found.batch)

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
        sizes, rest = [leaf.size for leaf in self.leaves], [False] * len(self.captured)
        return plan(self.program, *([*np.repeat(flags, sizes).tolist(), *rest] for flags in (batched, wanted)))

    def _shared(self, given: Arguments) -> Floats:
        if not self.captured:
            return given.shared
        return np.concatenate([given.shared, [v._data for v in self.captured]])

    def per_leaf(self, given: Arguments, wanted: Sequence[bool], shared: Floats, batch: Floats) -> list[Any]:
        """Numbers for the inputs, in the shapes of the leaves: (…) of a shared one, else (samples, …)."""
        found: list[Any] = []
        at = row = 0
        for leaf, batched, is_wanted in zip(self.leaves, given.batched, wanted, strict=True):
            size = leaf.size
            if batched:
                found.append(batch[row : row + size].T.reshape(-1, *leaf.shape) if is_wanted else None)
                row += size
            else:
                found.append(shared[at : at + size].reshape(leaf.shape) if is_wanted else None)
                at += size
        return found

    # ---- errors

    def require_numbers(self, given: Arguments, outputs: Sequence[Floats], gradients: Sequence[Any] = ()) -> None:
        """Raises DomainError where an output is not finite, or a gradient is nan, though all inputs are finite.

        It names the sample and the place. A gradient may be infinite: that of √x at 0 is.
        """
        if diagnosis.sound(outputs, gradients) or current().ieee or not diagnosis.sound([given.shared, given.batch]):
            return
        raise self._error(given, outputs)

    def _error(self, given: Arguments, outputs: Sequence[Floats]) -> Exception:
        samples = given.batch.shape[1]
        bad = np.zeros(samples, dtype=bool)
        for y in outputs:
            bad |= ~np.isfinite(y)
        sample = int(np.argmax(bad)) if bad.any() else diagnosis.first_that(self._fails(given), samples)
        inputs = np.empty(self.program.inputs)
        shared, batched = self._shared(given), np.repeat(given.batched, [leaf.size for leaf in self.leaves])
        is_batched = np.concatenate([batched, np.zeros(len(self.captured), dtype=bool)]).astype(bool)
        inputs[~is_batched], inputs[is_batched] = shared, given.batch[:, sample]
        return diagnosis.report(self.program, inputs, self.labels, sample if any(given.batched) else None)

    def _fails(self, given: Arguments) -> Callable[[int, int], bool]:
        def fails(begin: int, end: int) -> bool:
            part = given._replace(batch=given.batch[:, begin:end])
            found = self.gradients(part, (True,) * len(self.leaves), [1.0] * len(self.program.outputs))
            return not diagnosis.sound([], found[1])

        return fails

    @property
    def labels(self) -> list[str]:
        """The names of the inputs: x, or x[0], x[1], … of an array; parameters have their own."""
        own = [
            leaf.path + "".join(f"[{k}]" for k in index) for leaf in self.leaves for index in np.ndindex(*leaf.shape)
        ]
        return own + [v.label or f"parameter {k}" for k, v in enumerate(self.captured)]
