"""The default engine: NumPy runs a plan, by source that is written for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from autograd.replay.engine import Gradients
from autograd.replay.numpy_source import Source
from autograd.replay.plan import Plan, S, V, X
from autograd.replay.program import Floats

CACHE = 2**20  # numbers that a block of samples may take in V: with as many in dV they stay near the processor
LEAST = 32  # samples in a block: with fewer, calling NumPy costs more than computing


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
        with self._workspace(shared) as w:
            found = self._results(w, batch.shape[1])
            for begin, end in self._cuts(batch.shape[1]):
                self._forward(w.block(end - begin), batch[:, begin:end], begin, end, found)
            return found

    def gradients(self, shared: Floats, batch: Floats, seeds: Sequence[Floats]) -> Gradients:
        """The outputs, and the gradient of Σ seed · output, over outputs and samples; a seed is shaped as its output."""
        samples = batch.shape[1]
        with self._workspace(shared) as w:
            found, moved = self._results(w, samples), np.empty(batch.shape if self.moves_batch else (0, 0))
            total = np.zeros_like(w.dS)
            for begin, end in self._cuts(samples):
                block, x = w.block(end - begin), batch[:, begin:end]
                self._forward(block, x, begin, end, found)
                mine = [seed[begin:end] if np.ndim(seed) else seed for seed in seeds]
                for _, backward in reversed(block.functions):
                    backward(x, mine)
                total += w.dS
                if self.moves_batch:
                    moved[:, begin:end] = block.dX
            w.dS[:] = total
            for _, backward in reversed(w.functions):
                backward(seeds)
            gradient = w.dS[: len(shared), 0].copy()
        return Gradients(found, gradient, moved)

    # ---- the parts of a run

    def _forward(self, block: Block, x: Floats, begin: int, end: int, found: list[Floats]) -> None:
        """Compute the outputs of some samples."""
        for forward, _ in block.functions:
            forward(x)
        for y, (store, row) in zip(found, self.results, strict=True):
            if store != S:
                y[begin:end] = (block.V if store == V else x)[row]

    def _results(self, w: Workspace, samples: int) -> list[Floats]:
        """The outputs that all samples share, and room for the others."""
        return [w.S[row, 0].copy() if store == S else np.empty(samples) for store, row in self.results]

    def _cuts(self, samples: int) -> Iterator[tuple[int, int]]:
        """Where the blocks begin and end: they are of one size, or of two that differ by 1."""
        count = -(-samples // self.block)
        return ((samples * k // count, samples * (k + 1) // count) for k in range(count))

    @contextmanager
    def _workspace(self, shared: Floats) -> Iterator[Workspace]:
        """Memory that no other run is using, with what all samples share computed."""
        try:
            w = self._free.pop()
        except IndexError:
            w = Workspace(self)
        with np.errstate(all="ignore"):
            w.S[: len(shared), 0] = shared
            for forward, _ in w.functions:
                forward()
            yield w
        self._free.append(w)


class Workspace:
    """The memory of a run, and the source bound to it."""

    def __init__(self, engine: NumpyEngine) -> None:
        self.engine, plan = engine, engine.plan
        self.S, self.dS = np.zeros((plan.rows_of(S), 1)), np.zeros((plan.rows_of(S), 1))
        first = len(plan.shared)
        self.S[first : first + len(plan.program.constants), 0] = plan.program.constants
        self.functions = [bind(self.S, self.dS, engine.rows) for bind in engine.shared]
        self.blocks: dict[int, Block] = {}

    def block(self, samples: int) -> Block:
        """The memory for a block of so many samples."""
        if samples not in self.blocks:
            if len(self.blocks) == 4:  # a run has blocks of two sizes; epochs may alternate between two runs
                del self.blocks[next(iter(self.blocks))]
            self.blocks[samples] = Block(self, samples)
        return self.blocks[samples]


class Block:
    """The memory for a number of samples, and the source bound to it."""

    def __init__(self, w: Workspace, samples: int) -> None:
        engine, rows = w.engine, w.engine.plan.rows_of
        self.V, self.dV = np.empty((rows(V), samples)), np.empty((rows(V), samples))
        self.dX = np.zeros((rows(X) if engine.moves_batch else 0, samples))
        self.functions = [bind(w.S, self.V, w.dS, self.dX, self.dV, engine.rows) for bind in engine.samples]
