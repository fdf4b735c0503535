"""The default engine: NumPy runs a plan, by source that is written for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np

from autograd.replay.engine import Gradients
from autograd.replay.numpy.source import Source
from autograd.replay.plan import Plan, S, V, X
from autograd.replay.program import Floats

CACHE = 2**20  # numbers that a block of samples may take in V: with as many in dV they stay near the processor
LEAST = 16  # samples in a block: with fewer, calling NumPy costs more than computing
SIZES = 4  # of blocks, whose memory is kept: a run has two, and so has the last, smaller batch of an epoch


class NumpyEngine:
    """Runs a plan. `source` is the text that it runs."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        source = Source(plan)
        self.source, self.rows = source.text, source.rows
        self.shared, self.samples = source.compile()
        self.block = max(LEAST, CACHE // max(1, source.width))
        self.moves_batch = bool(plan.wanted[plan.batched].any())
        self._free: list[Workspace] = []

    def outputs(self, shared: Floats, batch: Floats) -> list[Floats]:
        """The outputs of the program, of (shared inputs,) and (batched inputs, samples) numbers."""
        with np.errstate(all="ignore"):
            w = self._workspace(shared)
            blocks = ((w.block(self, end - begin), batch[:, begin:end]) for begin, end in self._cuts(batch))
            found = _joined([block.forward(x) for block, x in blocks])
        self._free.append(w)
        return found

    def gradients(self, shared: Floats, batch: Floats, seeds: Sequence[Floats]) -> Gradients:
        """The outputs, and the gradient of Σ seed · output over all of them; a seed is shaped as its output."""
        return self._run(batch, batch, seeds, shared)

    def prepare(self, batch: Floats, seeds: Sequence[Floats]) -> Callable[[Floats], Gradients]:
        """`gradients` for this batch and these seeds, which stay as they are, of what is shared: for many runs.

        Matrix products are fastest where forwards rows lie side by side in memory, and samples on the way back.
        """
        if batch.shape[1] > self.block:
            return partial(self._run, batch, batch, seeds)
        return partial(self._run, np.ascontiguousarray(batch), np.asfortranarray(batch), seeds)

    def _run(self, batch: Floats, again: Floats, seeds: Sequence[Floats], shared: Floats) -> Gradients:
        """Forwards on the batch, and back on the same `again`."""
        with np.errstate(all="ignore"):
            w = self._workspace(shared)
            if batch.shape[1] <= self.block:
                *outputs, moved = w.block(self, batch.shape[1]).gradients(batch, again, seeds)
            else:
                *outputs, moved = self._by_blocks(w, batch, again, seeds)
            w.backward(seeds)
            gradient = w.moved.copy()
        self._free.append(w)
        return Gradients(outputs, gradient, moved)

    def _by_blocks(self, w: Workspace, batch: Floats, again: Floats, seeds: Sequence[Floats]) -> list[Floats]:
        """The outputs, and the gradient in the inputs of the samples. What is shared gets the sum over the blocks."""
        found, total = [], np.zeros_like(w.dS)
        for begin, end in self._cuts(batch):
            mine = [seed[begin:end] if np.ndim(seed) else seed for seed in seeds]
            found.append(w.block(self, end - begin).gradients(batch[:, begin:end], again[:, begin:end], mine))
            total += w.dS
        w.dS[:] = total
        return _joined(found)

    def _cuts(self, batch: Floats) -> list[tuple[int, int]]:
        """Where the blocks begin and end: they are of one size, or of two that differ by 1."""
        samples = batch.shape[1]
        count = -(-samples // self.block)
        return [(samples * k // count, samples * (k + 1) // count) for k in range(count)]

    def _workspace(self, shared: Floats) -> Workspace:
        """Memory that no other run is using, with what all samples share computed."""
        try:
            w = self._free.pop()
        except IndexError:
            w = Workspace(self)
        w.inputs[:] = shared
        w.forward()
        return w


def _joined(blocks: Sequence[list[Floats]]) -> list[Floats]:
    """The arrays of all blocks, side by side; of what is shared, one."""
    return [np.concatenate(parts, axis=-1) if parts[0].ndim else parts[0] for parts in zip(*blocks, strict=True)]


class Workspace:
    """The memory of a run, and the source bound to it. The engine holds it, not it the engine: both go at once."""

    def __init__(self, engine: NumpyEngine) -> None:
        plan = engine.plan
        self.S, self.dS = np.zeros((plan.rows_of(S), 1)), np.zeros((plan.rows_of(S), 1))
        first = len(plan.shared)
        self.S[first : first + len(plan.program.constants), 0] = plan.program.constants
        self.inputs, self.moved = self.S[:first, 0], self.dS[:first, 0]
        self._functions = [bind(self.S, self.dS, engine.rows) for bind in engine.shared]
        self._blocks: dict[int, Block] = {}

    def forward(self) -> None:
        """Compute what all samples share."""
        for forward, _ in self._functions:
            forward()

    def backward(self, seeds: Sequence[Floats]) -> None:
        """Add to dS what comes through that."""
        for _, backward in reversed(self._functions):
            backward(seeds)

    def block(self, engine: NumpyEngine, samples: int) -> Block:
        """The memory for a block of so many samples."""
        if samples not in self._blocks:
            if len(self._blocks) == SIZES:
                del self._blocks[next(iter(self._blocks))]
            self._blocks[samples] = Block(engine, self, samples)
        return self._blocks[samples]


class Block:
    """The memory for a number of samples, and the source bound to it."""

    def __init__(self, engine: NumpyEngine, w: Workspace, samples: int) -> None:
        rows = engine.plan.rows_of
        V_, dV = np.empty((rows(V), samples)), np.empty((rows(V), samples))
        self.dX = np.zeros((rows(X) if engine.moves_batch else 0, samples))
        self._functions = [bind(w.S, V_, w.dS, self.dX, dV, engine.rows) for bind in engine.samples]
        stores, places = (of[engine.plan.program.outputs].tolist() for of in (engine.plan.store, engine.plan.row))
        # Rows of X are there in a run only.
        self._results = [
            row if store == X else w.S[row, 0:1].reshape(()) if store == S else V_[row]
            for store, row in zip(stores, places, strict=True)
        ]

    def forward(self, x: Floats) -> list[Floats]:
        """The outputs of samples x."""
        for forward, _ in self._functions:
            forward(x)
        return [(x[y] if isinstance(y, int) else y).copy() for y in self._results]

    def gradients(self, x: Floats, again: Floats, seeds: Sequence[Floats]) -> list[Floats]:
        """The outputs and, last, the gradient in x, which is there `again`; in dS is that in what is shared."""
        found = self.forward(x)
        for _, backward in reversed(self._functions):
            backward(again, seeds)
        found.append(self.dX.copy())
        return found
