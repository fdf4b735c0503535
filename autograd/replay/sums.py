"""Long sums as one instruction: a + b + c as `total`, and b + w₁x₁ + w₂x₂ as `dot`, which engines gather into layers.

Sums are added up in another order then, which changes the last bits.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import ops
from autograd.ops import Operation
from autograd.replay.program import Ints, Program

Bools = NDArray[np.bool_]


class Uses(NamedTuple):
    """How often each node is taken, and by which instruction, if by one alone."""

    times: Ints
    by: Ints


class Sum(NamedTuple):
    """What takes the place of the last addition of a sum, and the instructions that it makes superfluous."""

    op: Operation
    operands: list[int]
    absorbed: list[int]


def with_long_sums(program: Program) -> Program:
    """The program with its chains and trees of additions, of three terms or more, as one instruction each."""
    if ops.add not in program.rows:
        return program
    inner = _inner(program, _uses(program))
    if not inner.any():
        return program
    program = _with_zero(program)
    uses = _uses(program)
    lasts = np.setdiff1d(uses.by[program.first :][inner], np.flatnonzero(inner))
    return _replaced(program, {k: _sum(program, uses, inner, k) for k in lasts.tolist()})


def _with_zero(program: Program) -> Program:
    """With the constant 0, which is the bias of a sum of products alone."""
    if (program.constants == 0.0).any():
        return program
    last = program.first
    operands, outputs = (x + (x >= last).astype(x.dtype) for x in (program.operands, program.outputs))
    return replace(program, constants=np.append(program.constants, 0.0), operands=operands, outputs=outputs)


def _uses(program: Program) -> Uses:
    counts = np.bincount(program.operands, minlength=program.nodes)
    counts += 2 * np.bincount(program.outputs, minlength=program.nodes)  # an output has to stay
    by = np.full(program.nodes, -1)
    by[program.operands] = np.repeat(np.arange(len(program)), np.diff(program.starts))
    return Uses(counts, by)


def _inner(program: Program, uses: Uses) -> Bools:
    """Which additions go into another one, and nowhere else."""
    is_add = program.codes == program.rows.index(ops.add)
    once = is_add & (uses.times[program.first :] == 1)
    found = np.zeros(len(program), dtype=bool)
    found[once] = is_add[uses.by[program.first :][once]]
    return found


def _sum(program: Program, uses: Uses, inner: Bools, last: int) -> Sum:
    """The sum that ends in an addition."""
    terms, absorbed, stack = [], [], [last]
    while stack:
        for x in program.operands_of(stack.pop()).tolist()[::-1]:
            if x >= program.first and inner[x - program.first]:
                stack.append(x - program.first)
                absorbed.append(x - program.first)
            else:
                terms.append(x)
    terms.reverse()
    products = [x for x in terms if _is_product(program, uses, x)]
    others = [x for x in terms if x not in set(products)]
    if len(products) < 2 or len(others) > 1:
        return Sum(ops.total, terms, absorbed)
    pairs = [_weight_first(program, uses, x) for x in products]
    zero = program.inputs + int(np.flatnonzero(program.constants == 0.0)[0])
    absorbed += [x - program.first for x in products]
    return Sum(ops.dot, [*(w for w, _ in pairs), *(x for _, x in pairs), *(others or [zero])], absorbed)


def _is_product(program: Program, uses: Uses, node: int) -> bool:
    """Whether it is one that nothing else takes."""
    k = node - program.first
    return k >= 0 and program.rows[program.codes[k]] is ops.mul and bool(uses.times[node] == 1)


def _weight_first(program: Program, uses: Uses, product: int) -> tuple[int, int]:
    """The factors of a product: inputs of a layer go into several neurons, weights into one."""
    a, b = program.operands_of(product - program.first).tolist()
    return (b, a) if (uses.times[a], a) > (uses.times[b], b) else (a, b)


def _replaced(program: Program, sums: dict[int, Sum]) -> Program:
    """The program with these instructions in place of those, without what they absorb."""
    kept = np.ones(len(program), dtype=bool)
    kept[[k for found in sums.values() for k in found.absorbed]] = False
    rows = list(dict.fromkeys([*program.rows, *(found.op for found in sums.values())]))
    codes, counts = program.codes.copy(), np.diff(program.starts)
    is_old = np.repeat(kept, counts)
    for k, found in sums.items():
        codes[k], counts[k] = rows.index(found.op), len(found.operands)
        is_old[program.starts[k] : program.starts[k + 1]] = False
    starts = np.concatenate([[0], np.cumsum(counts[kept])]).astype(np.int64)
    place = np.cumsum(kept) - 1
    is_new = np.zeros(starts[-1], dtype=bool)
    operands = np.empty(starts[-1], dtype=np.int64)
    for k, found in sums.items():
        at = slice(starts[place[k]], starts[place[k] + 1])
        operands[at], is_new[at] = found.operands, True
    operands[~is_new] = program.operands[is_old]
    renamed = np.concatenate([np.arange(program.first), program.first + place])
    return replace(
        program,
        rows=tuple(rows),
        codes=codes[kept],
        starts=starts,
        operands=renamed[operands].astype(np.uint32),
        outputs=renamed[program.outputs],
        scope_of=program.scope_of[kept],
    )
