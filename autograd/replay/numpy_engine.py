"""The default engine: NumPy runs a plan, by source that is written for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd.replay.engine import Gradients
from autograd.replay.numpy_source import Source
from autograd.replay.plan import Plan, S, V, X
from autograd.replay.program import Floats

CACHE = 2**20  # numbers that a block of samples may take in V: with as many in dV they stay near the processor
LEAST = 32  # samples in a block: with fewer, calling NumPy costs more than computing
SIZES = 4  # of blocks, whose memory is kept: a run has two, and so has the last, smaller batch of an epoch


class Pass(NamedTuple):
    """What a block of samples gives: outputs, those that are not shared, and the gradient in its inputs."""

    outputs: list[Floats]
    moved: Floats


class NumpyEngine:
    """Runs a plan. `source` is the text that it runs."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        source = Source(plan)
        self.source, self.rows = source.text, source.names.rows
        self.shared, self.samples = source.compile()
        self.block = max(LEAST, CACHE // max(1, plan.rows_of(V)))
        self.results = [(int(plan.store[node]), int(plan.row[node])) for node in plan.program.outputs]
        self.moves_batch = bool(plan.wanted[plan.batched].any())
        self._free: list[Workspace] = []

    def outputs(self, shared: Floats, batch: Floats) -> list[Floats]:
        """The outputs of the program, of (shared inputs,) and (batched inputs, samples) numbers."""
        with np.errstate(all="ignore"):
            w = self._workspace(shared)
            passes = [w.block(end - begin).forward(batch[:, begin:end]) for begin, end in self._cuts(batch.shape[1])]
            found = self._results(w, passes)
        self._free.append(w)
        return found

    def gradients(self, shared: Floats, batch: Floats, seeds: Sequence[Floats]) -> Gradients:
        """The outputs, and the gradient of Σ seed · output over all of them; a seed is shaped as its output."""
        with np.errstate(all="ignore"):
            w = self._workspace(shared)
            passes = self._passes(w, batch, seeds)
            w.backward(seeds)
            moved = [found.moved for found in passes]
            found = Gradients(self._results(w, passes), w.dS[: len(shared), 0].copy(), _joined(moved))
        self._free.append(w)
        return found

    def _passes(self, w: Workspace, batch: Floats, seeds: Sequence[Floats]) -> list[Pass]:
        """Forwards and back, block by block; dS is the sum over them."""
        cuts = self._cuts(batch.shape[1])
        if len(cuts) == 1:
            return [w.block(batch.shape[1]).gradients(batch, seeds)]
        passes, total = [], np.zeros_like(w.dS)
        for begin, end in cuts:
            mine = [seed[begin:end] if np.ndim(seed) else seed for seed in seeds]
            passes.append(w.block(end - begin).gradients(batch[:, begin:end], mine))
            total += w.dS
        w.dS[:] = total
        return passes

    def _results(self, w: Workspace, passes: Sequence[Pass]) -> list[Floats]:
        """The outputs of the program."""
        batched = iter([_joined(parts) for parts in zip(*(found.outputs for found in passes), strict=True)])
        return [w.S[row, 0].copy() if store == S else next(batched) for store, row in self.results]

    def _cuts(self, samples: int) -> list[tuple[int, int]]:
        """Where the blocks begin and end: they are of one size, or of two that differ by 1."""
        count = -(-samples // self.block)
        return [(samples * k // count, samples * (k + 1) // count) for k in range(count)]

    def _workspace(self, shared: Floats) -> Workspace:
        """Memory that no other run is using, with what all samples share computed."""
        try:
            w = self._free.pop()
        except IndexError:
            w = Workspace(self)
        w.S[: len(shared), 0] = shared
        w.forward()
        return w


def _joined(parts: Sequence[Floats]) -> Floats:
    """Those of all blocks, side by side."""
    return parts[0] if len(parts) == 1 else np.concatenate(parts, axis=-1)


class Workspace:
    """The memory of a run, and the source bound to it."""

    def __init__(self, engine: NumpyEngine) -> None:
        self.engine, plan = engine, engine.plan
        self.S, self.dS = np.zeros((plan.rows_of(S), 1)), np.zeros((plan.rows_of(S), 1))
        first = len(plan.shared)
        self.S[first : first + len(plan.program.constants), 0] = plan.program.constants
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

    def block(self, samples: int) -> Block:
        """The memory for a block of so many samples."""
        if samples not in self._blocks:
            if len(self._blocks) == SIZES:
                del self._blocks[next(iter(self._blocks))]
            self._blocks[samples] = Block(self, samples)
        return self._blocks[samples]


class Block:
    """The memory for a number of samples, and the source bound to it."""

    def __init__(self, w: Workspace, samples: int) -> None:
        self.engine, rows = w.engine, w.engine.plan.rows_of
        self.V, self.dV = np.empty((rows(V), samples)), np.empty((rows(V), samples))
        self.dX = np.zeros((rows(X) if self.engine.moves_batch else 0, samples))
        self._functions = [bind(w.S, self.V, w.dS, self.dX, self.dV, self.engine.rows) for bind in self.engine.samples]

    def forward(self, x: Floats) -> Pass:
        """The outputs of samples x."""
        for forward, _ in self._functions:
            forward(x)
        return Pass([(self.V if store == V else x)[row].copy() for store, row in self.engine.results if store != S], self.dX)

    def gradients(self, x: Floats, seeds: Sequence[Floats]) -> Pass:
        """The outputs and, for these seeds, the gradients."""
        found = self.forward(x)
        for _, backward in reversed(self._functions):
            backward(x, seeds)
        return found._replace(moved=self.dX.copy())
