"""A program: the operations of a graph in order, as arrays that engines run, and the builder that makes one.

Nodes are numbered: first the inputs, then the constants, then the instructions, operands before results.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from autograd.ops import Operation
from autograd.replay.simplify import simplified

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Scope = tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Program:
    """`rows[codes[i]]` is the operation of instruction i, `operands[starts[i] : starts[i + 1]]` its operands' nodes."""

    inputs: int
    constants: Floats
    rows: tuple[Operation, ...]
    codes: NDArray[np.uint16]
    starts: Ints
    operands: NDArray[np.uint32]
    outputs: Ints
    scopes: tuple[Scope, ...]
    scope_of: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def first(self) -> int:
        """The node of the first instruction."""
        return self.inputs + len(self.constants)

    @property
    def nodes(self) -> int:
        """How many inputs, constants and instructions there are."""
        return self.first + len(self)

    def operands_of(self, instruction: int) -> Ints:
        """The nodes that an instruction takes."""
        return self.operands[self.starts[instruction] : self.starts[instruction + 1]].astype(np.int64)


class Builder:
    """Makes a program, an instruction at a time: what is there already, or changes nothing, is not added again.

    An instruction is a tuple of numbers: the row of its operation, then the nodes of its operands. Constants are the
    nodes −1, −2, … until it is known how many there are.
    """

    def __init__(self, inputs: int) -> None:
        self.inputs = inputs
        self.numbers: list[float] = []
        self.rows: dict[Operation, int] = {}
        self.known: dict[tuple[int, ...], int] = {}  # the node of each instruction asked for, as simple as can be
        self.instructions: list[tuple[int, ...]] = []
        self.scopes: dict[Scope, int] = {(): 0}
        self.scope_of: list[int] = []
        self._constants: dict[tuple[float, float], int] = {}

    def constant(self, x: float) -> int:
        """The node of a number."""
        key = (x, x or math.copysign(1.0, x))  # 0 and −0 are two
        if (node := self._constants.get(key)) is None:
            self.numbers.append(x)
            self._constants[key] = node = -len(self.numbers)
        return node

    def number(self, node: int) -> float | None:
        """The number of a constant; None for another node."""
        return self.numbers[-1 - node] if node < 0 else None

    def row(self, op: Operation) -> int:
        """The number of an operation in this program."""
        return self.rows.setdefault(op, len(self.rows))

    def append(self, op: Operation, operands: tuple[int, ...], scope: int = 0) -> int:
        """The node of `op` of these nodes."""
        key = (self.row(op), *operands)
        if (node := self.known.get(key)) is None:
            simpler = simplified(op, operands, self)
            if simpler is None:
                node = self.add(key, scope)
            else:
                node = simpler if isinstance(simpler, int) else self.append(*simpler, scope)
            self.known[key] = node
        return node

    def add(self, instruction: tuple[int, ...], scope: int) -> int:
        """The node of an instruction that is new, and as simple as can be."""
        self.instructions.append(instruction)
        self.scope_of.append(scope)
        return self.inputs + len(self.instructions) - 1

    def include(self, program: Program, inputs: Sequence[int]) -> list[int]:
        """Append a program, its inputs being these nodes; the nodes of all of its nodes."""
        names = [*inputs, *(self.constant(x) for x in program.constants.tolist())]
        scopes = [self.scopes.setdefault(scope, len(self.scopes)) for scope in program.scopes]
        for k in range(len(program)):
            operands = tuple([names[x] for x in program.operands_of(k).tolist()])
            names.append(self.append(program.rows[program.codes[k]], operands, scopes[program.scope_of[k]]))
        return names

    def finish(self, outputs: Sequence[int]) -> Program:
        """The program of these outputs, without the instructions and constants that none of them needs."""
        counts = np.array(list(map(len, self.instructions)), dtype=np.int64)
        flat = np.array(list(chain.from_iterable(self.instructions)), dtype=np.int64)
        starts = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
        is_operand = np.ones(len(flat), dtype=bool)
        is_operand[starts[:-1]] = False
        used = self._used(flat[is_operand], outputs)
        operands = flat[is_operand & np.repeat(used, counts)]
        constant = self._constants_among(np.concatenate([operands, np.asarray(outputs, dtype=np.int64)]))
        first = self.inputs + int(constant.sum())
        renamed = np.empty(self.inputs + len(used) + len(constant), dtype=np.int64)  # by the name until now;
        renamed[: self.inputs] = np.arange(self.inputs)
        renamed[self.inputs : self.inputs + len(used)] = first + np.cumsum(used) - 1
        renamed[self.inputs + len(used) :] = (self.inputs + np.cumsum(constant) - 1)[::-1]  # constants from the end
        return Program(
            inputs=self.inputs,
            constants=np.array(self.numbers, dtype=np.float64)[constant],
            rows=tuple(self.rows),
            codes=flat[starts[:-1]][used].astype(np.uint16),
            starts=np.concatenate([[0], np.cumsum(counts[used] - 1)]).astype(np.int64),
            operands=renamed[operands].astype(np.uint32),
            outputs=renamed[np.asarray(outputs, dtype=np.int64)],
            scopes=tuple(self.scopes),
            scope_of=np.array(self.scope_of, dtype=np.uint32)[used],
        )

    def _constants_among(self, nodes: Ints) -> NDArray[np.bool_]:
        """Which constants are there."""
        found = np.zeros(len(self.numbers), dtype=bool)
        found[-1 - nodes[nodes < 0]] = True
        return found

    def _used(self, operands: Ints, outputs: Sequence[int]) -> NDArray[np.bool_]:
        """Which instructions the outputs need."""
        first = self.inputs
        used = np.zeros(len(self.instructions), dtype=bool)
        wanted = np.concatenate([operands, np.asarray(outputs, dtype=np.int64)])
        used[wanted[wanted >= first] - first] = True
        if used.all():  # what nothing needs ends in an instruction that nothing takes
            return used
        found = bytearray(len(used))
        stack = [x - first for x in outputs if x >= first]
        while stack:
            k = stack.pop()
            if not found[k]:
                found[k] = 1
                stack += [x - first for x in self.instructions[k][1:] if x >= first]
        return np.frombuffer(found, dtype=np.uint8).astype(bool)
