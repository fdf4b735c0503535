"""How a program runs: its instructions in groups of one operation, each on rows of results that lie side by side.

Three stores hold results. S has one number a row, the same for all samples: shared inputs, constants, and what follows
from them alone. X has the inputs of each sample, V what is computed from them, a row of as many numbers as samples.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from autograd import ops
from autograd.ops import Nary, Operation
from autograd.replay.program import Ints, Program
from autograd.replay.sums import with_long_sums

S, X, V = 0, 1, 2
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Group:
    """Instructions of one operation, whose results are the rows `start` to `stop` of a store, S or V.

    `places` (count, operands) are the rows of the operands; operand k of each is in the store `stores[k]`, and wants
    a gradient or not. `instructions` are those of the program.
    """

    op: Operation
    store: int
    start: int
    stop: int
    instructions: Ints
    places: Ints
    stores: tuple[int, ...]
    wanted: tuple[bool, ...]

    @property
    def rows(self) -> slice:
        """Where its results are."""
        return slice(self.start, self.stop)

    @property
    def count(self) -> int:
        """How many instructions it has."""
        return self.stop - self.start


@dataclass(frozen=True, eq=False)
class Plan:
    """`store` and `row` say where each node of the program is; `groups` what to compute, in order.

    `batched` are the inputs that each sample has its own of, in the order of the rows of X; `wanted` says of every
    node whether it moves when an input does in which a gradient is asked for.
    """

    program: Program
    batched: Ints
    store: NDArray[np.uint8]
    row: Ints
    wanted: Bools
    order: Ints  # the instructions, group by group
    cuts: Ints  # where in that order the groups begin, and the end

    @cached_property
    def shared(self) -> Ints:
        """The inputs that all samples share, which are the first rows of S; then come the constants."""
        inputs = np.arange(self.program.inputs)
        found: Ints = inputs[self.store[inputs] == S]
        return found

    def rows_of(self, store: int) -> int:
        """How many rows a store has."""
        return self._rows[store]

    @cached_property
    def _rows(self) -> list[int]:
        """How many rows each store has: asked for at every operand, so counted once."""
        return [int(np.count_nonzero(self.store == store)) for store in (S, X, V)]

    @cached_property
    def groups(self) -> list[Group]:
        """What to compute, in order: first what is shared."""
        return list(self._groups())

    def _groups(self) -> Iterator[Group]:
        program = self.program
        for begin, end in zip(self.cuts[:-1].tolist(), self.cuts[1:].tolist(), strict=True):
            chosen = self.order[begin:end]
            first = int(chosen[0])
            arity = int(program.starts[first + 1] - program.starts[first])
            nodes = program.operands[program.starts[chosen][:, None] + np.arange(arity)].astype(np.int64)
            result = program.first + first
            start = int(self.row[result])
            yield Group(
                op=program.rows[program.codes[first]],
                store=int(self.store[result]),
                start=start,
                stop=start + end - begin,
                instructions=chosen,
                places=self.row[nodes],
                stores=tuple(self.store[nodes[0]].tolist()),
                wanted=tuple(self.wanted[nodes[0]].tolist()),
            )


def plan(program: Program, batched: Sequence[bool], wanted: Sequence[bool]) -> Plan:
    """The plan for these inputs: which of them each sample has its own of, in which a gradient is asked for."""
    program = with_long_sums(program)
    flags = np.zeros(program.first, dtype=np.uint8)
    flags[: program.inputs] = np.asarray(batched, dtype=np.uint8) * BATCHED + np.asarray(wanted, dtype=np.uint8)
    levels, flags = _spread(program, flags)
    is_batched, is_wanted = flags & BATCHED > 0, flags & WANTED > 0
    store = np.where(is_batched, V, S).astype(np.uint8)
    store[: program.inputs][is_batched[: program.inputs]] = X
    order, cuts = _grouped(program, levels[program.first :], store, is_wanted)
    row = np.empty(program.nodes, dtype=np.int64)
    for which in (S, X, V):
        sequence = np.concatenate([np.arange(program.first), program.first + order])
        mine = sequence[store[sequence] == which]
        row[mine] = np.arange(len(mine))
    return Plan(program, np.flatnonzero(store[: program.inputs] == X), store, row, is_wanted, order, cuts)


WANTED, BATCHED = 1, 2


def _spread(program: Program, flags: NDArray[np.uint8]) -> tuple[Ints, NDArray[np.uint8]]:
    """The level of each node, one above its highest operand, and its flags, which are those of its operands."""
    starts, operands = program.starts.tolist(), program.operands.tolist()
    level, flag = [0] * program.nodes, [*flags.tolist(), *[0] * len(program)]
    begin, node = 0, program.first
    for end in starts[1:]:
        highest = found = 0
        for x in operands[begin:end]:
            found |= flag[x]
            if level[x] > highest:
                highest = level[x]
        level[node], flag[node] = highest + 1, found
        begin = end
        node += 1
    return np.array(level, dtype=np.int64), np.array(flag, dtype=np.uint8)


def _grouped(program: Program, levels: Ints, store: NDArray[np.uint8], wanted: Bools) -> tuple[Ints, Ints]:
    """The instructions in an order in which those that run together are neighbours, and where they part."""
    if not len(program):
        return np.zeros(0, dtype=np.int64), np.zeros(1, dtype=np.int64)
    keys = [
        _kinds(program, store, wanted),
        np.diff(program.starts),
        program.codes.astype(np.int64),
        levels,
        store[program.first :].astype(np.int64),
    ]
    order = np.lexsort(keys)
    differs = np.zeros(len(order) - 1, dtype=bool)
    for key in keys:
        differs |= np.diff(key[order]) != 0
    cuts = np.concatenate([[0], np.flatnonzero(differs) + 1, [len(order)]])
    return order, cuts


def _kinds(program: Program, store: NDArray[np.uint8], wanted: Bools) -> Ints:
    """A number for each instruction: others of its operation and number of operands that have it run with it."""
    kinds = np.zeros(len(program), dtype=np.int64)
    state = store[program.operands] * 2 + wanted[program.operands]
    arity = np.diff(program.starts)
    few = np.isin(program.codes, [k for k, op in enumerate(program.rows) if not isinstance(op, Nary)])
    for k in range(int(arity[few].max(initial=0))):
        has = few & (arity > k)
        kinds[has] = kinds[has] * 6 + state[program.starts[:-1][has] + k]
    known: dict[tuple[bytes, bytes], int] = {}
    starts, codes = program.starts.tolist(), program.codes.tolist()
    for i in np.flatnonzero(~few).tolist():
        begin, end = starts[i], starts[i + 1]
        same = _inputs_in_common(program.rows[codes[i]], program.operands[begin:end])
        kinds[i] = known.setdefault((state[begin:end].tobytes(), same.tobytes()), len(known))
    return kinds


def _inputs_in_common(op: Operation, operands: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """What instructions need to have in common to run as one matrix product, or as one softmax."""
    if op is ops.dot:
        return operands[len(operands) // 2 : -1]
    return operands[1:] if op is ops.softmax_output else operands[:0]
