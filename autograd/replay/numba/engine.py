"""The compiled engine: a plan's groups as calls of kernels that numba compiled, one for each operation of the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from autograd import ops
from autograd.ops import Nary
from autograd.replay.engine import Gradients
from autograd.replay.numba.interpreter import kernel, packed, run
from autograd.replay.numba.parallel import in_parts
from autograd.replay.plan import Group, Plan, S, V, X
from autograd.replay.program import Floats, Ints

CACHE = 2**17  # numbers that a block of samples may take in each of V and dV: they stay near the processor
LEAST, MOST = 16, 512  # samples in a block


NOTHING = np.empty((0, 0))


class Workspace:
    """The memory of a run: S, dS, V, dV, one after the other."""

    def __init__(self, engine: NumbaEngine, lanes: int) -> None:
        first, rows = engine.shared, engine.of_shared.rows
        constants = engine.plan.program.constants
        self.memory, self.lanes = np.zeros(2 * (rows + lanes * engine.of_batch.rows)), lanes
        self.memory[first : first + len(constants)] = constants
        self.moved = self.memory[rows : rows + first]
        self.is_loaded = False  # with the batch of a prepared run


class Calls:
    """The kernels to call, in order, forwards and back, on the rows of one store, of which some are added."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.spread: dict[int, int] = {}  # a row of S, and where each sample has it
        self._lines: list[tuple[int, ...]] = []
        self._back: list[tuple[int, ...]] = []
        self._places: list[NDArray[np.uint32]] = []  # calls know them by address

    def more_rows(self, count: int) -> list[int]:
        """Rows beside those of the store."""
        self.rows += count
        return list(range(self.rows - count, self.rows))

    def of_shared(self, rows: Ints) -> Ints:
        """Where each sample has the numbers of these rows of S."""
        found = []
        for row in rows.tolist():
            if row not in self.spread:
                (self.spread[row],) = self.more_rows(1)
            found.append(self.spread[row])
        return np.array(found, dtype=np.int64)

    def add(self, name: str, row: int, count: int, places: Ints, wanted: int) -> None:
        """Call a kernel for `count` instructions, whose results begin at `row`."""
        kept = places.astype(np.uint32)
        self._places.append(kept)
        line = (row, count, kept.ctypes.data, wanted)
        self._lines.append((kernel(f"forward_{name}").address, *line))
        if wanted:
            self._back.append((kernel(f"backward_{name}").address, *line))

    @property
    def forward(self) -> Ints:
        """The table of calls."""
        return np.array(self._lines, dtype=np.int64).reshape(-1, 5)

    @property
    def backward(self) -> Ints:
        """The table of calls that hand gradients on, the last first."""
        return np.array(self._back[::-1], dtype=np.int64).reshape(-1, 5)


class NumbaEngine:
    """Runs a plan by kernels. Raises ValueError for an operation of a user's own: numba has no kernel of it."""

    def __init__(self, plan: Plan) -> None:
        if own := [op.name for op in plan.program.rows if op.users_own]:
            raise ValueError(f"numba has no kernel of {own[0]!r}, an operation of your own: take engine='numpy'")
        self.plan, self.shared, self.inputs = plan, len(plan.shared), plan.rows_of(X)
        self.of_shared, self.of_batch = Calls(plan.rows_of(S)), Calls(max(1, self.inputs + plan.rows_of(V)))
        for group in plan.groups:
            if group.store == S:
                self._add(self.of_shared, group, group.start, group.places)
            else:
                self._add(self.of_batch, group, self.inputs + group.start, self._places(group))
        row, store = plan.row[plan.program.outputs], plan.store[plan.program.outputs]
        results = np.select([store == S, store == X], [-1 - row, row], self.inputs + row)
        spread = np.array([(v, s) for s, v in self.of_batch.spread.items()], dtype=np.int64)
        tables = [t for calls in (self.of_shared, self.of_batch) for t in (calls.forward, calls.backward)]
        self.program = packed(self.of_shared.rows, [*tables, spread, results])
        self.is_batched = (store != S).tolist()
        self.moves_batch = bool(plan.wanted[plan.batched].any())
        self.block = min(MOST, max(LEAST, CACHE // max(self.of_batch.rows, 1)))
        self._free: list[Workspace] = []

    def __reduce__(self) -> tuple[type[NumbaEngine], tuple[Plan]]:
        """A copy is made anew: calls know kernels and places by address."""
        return NumbaEngine, (self.plan,)

    # ---- what to call

    def _places(self, group: Group) -> Ints:
        """The places of operands as rows of the batch. The weights and biases of an affine group stay rows of S."""
        places, half = group.places.copy(), len(group.stores) // 2
        kept = {*range(half), 2 * half} if _is_affine(group) else {0} if group.op is ops.softmax_output else set()
        for k, store in enumerate(group.stores):
            if store == V:
                places[:, k] += self.inputs
            elif store == S and k not in kept:
                places[:, k] = self.of_batch.of_shared(places[:, k])
        return places

    def _add(self, calls: Calls, group: Group, row: int, places: Ints) -> None:
        op, wanted = group.op, any(group.wanted)
        if not isinstance(op, Nary):
            mask = sum(1 << k for k, flag in enumerate(group.wanted) if flag)
            return calls.add(op.name, row, group.count, places, mask)
        half = places.shape[1] // 2
        if _is_affine(group):
            weights = np.hstack([places[:, :half], places[:, -1:]])
            mask = any(group.wanted[:half]) + 2 * any(group.wanted[half:-1]) + 4 * group.wanted[-1]
            return calls.add("affine", row, group.count, _flat(half, places[0, half:-1], weights), mask)
        if op is ops.softmax_output:
            chosen = self.plan.program.constants[places[:, 0] - self.shared].astype(np.int64)
            operands = [*places[0, 1:].tolist(), *calls.more_rows(2)]
            return calls.add("softmax", row, group.count, _flat(len(operands), np.array(operands), chosen), wanted)
        if op is ops.logsumexp:
            places = np.hstack([places, np.array(calls.more_rows(2 * group.count)).reshape(-1, 2)])
        return calls.add(op.name, row, group.count, _flat(places.shape[1], places), wanted)

    # ---- runs

    def outputs(self, shared: Floats, batch: Floats) -> list[Floats]:
        """The outputs of the program, of (shared inputs,) and (batched inputs, samples) numbers."""
        return self._run(batch, NOTHING, self._free, shared).outputs

    def gradients(self, shared: Floats, batch: Floats, seeds: Sequence[Floats]) -> Gradients:
        """The outputs, and the gradient of Σ seed · output over all of them; a seed is shaped as its output."""
        return self._run(batch, self._table(batch, seeds), self._free, shared)

    def prepare(self, batch: Floats, seeds: Sequence[Floats]) -> Callable[[Floats], Gradients]:
        """`gradients` for this batch and these seeds, which stay as they are, of what is shared: for many runs."""
        return partial(self._run, batch, self._table(batch, seeds), [], is_kept=True)

    def _table(self, batch: Floats, seeds: Sequence[Floats]) -> Floats:
        table = np.empty((len(self.plan.program.outputs), batch.shape[1]))
        for row, seed in zip(table, seeds, strict=True):
            row[:] = seed
        return table

    def _run(
        self, batch: Floats, seeds: Floats, free: list[Workspace], shared: Floats, is_kept: bool = False
    ) -> Gradients:
        """Forwards, and back where there are seeds, in memory that is `free`, and has the batch already if kept."""
        self._require_as_many(shared, batch)
        samples = batch.shape[1]
        outputs = np.empty((len(self.is_batched), samples))
        gradient = np.empty(batch.shape) if self.moves_batch and len(seeds) else NOTHING

        def part(begin: int, end: int) -> Floats:
            w = self._workspace(min(self.block, end - begin), free)
            numbers = (self.program, w.memory, shared, batch, seeds, outputs, gradient)
            run(*numbers, begin, end, w.lanes, w.is_loaded)
            w.is_loaded = is_kept and samples == end - begin <= w.lanes
            found = w.moved.copy()
            free.append(w)
            return found

        moved = in_parts(part, samples, self.of_batch.rows)
        found = [y if batched else y[0] for y, batched in zip(outputs, self.is_batched, strict=True)]
        return Gradients(found, moved, gradient)

    def _require_as_many(self, shared: Floats, batch: Floats) -> None:
        """Kernels would write into other memory."""
        if len(shared) != self.shared or len(batch) != self.inputs:
            given, taken = f"{len(shared)} and {len(batch)}", f"{self.shared} and {self.inputs}"
            raise ValueError(f"replay: {given} shared and batched inputs for a program of {taken}: give as many")

    def _workspace(self, lanes: int, free: list[Workspace]) -> Workspace:
        """Memory that no other run is using."""
        try:
            w = free.pop()
        except IndexError:
            return Workspace(self, lanes)
        return w if w.lanes >= lanes else Workspace(self, lanes)


def _is_affine(group: Group) -> bool:
    """Whether they are the neurons of a layer: weights and biases shared by the samples, inputs common to them."""
    half = len(group.stores) // 2
    return group.op is ops.dot and group.store == V and {*group.stores[:half], group.stores[-1]} == {S}


def _flat(count: int, *places: Ints) -> Ints:
    return np.concatenate([[count], *(p.ravel() for p in places)]).astype(np.int64)
