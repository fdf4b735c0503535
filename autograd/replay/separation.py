"""A loss over a batch, taken apart: a sum of terms, one a sample and all alike, and what depends on no sample.

So a loss that is recorded for a batch runs sample by sample, which is what engines are fast at.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from autograd import ops
from autograd.errors import RecordingError
from autograd.replay.program import Builder, Program


class Part(NamedTuple):
    """A program: its first output is a share of the loss, the others are conditions of branches, and how these went."""

    program: Program
    outcomes: list[bool]


class Separated(NamedTuple):
    """`term` is of the inputs of one sample, then the parameters; `rest` of the parameters alone."""

    term: Part
    rest: Part


def separated(loss: Program, outcomes: Sequence[bool], samples: int, each: int) -> Separated:
    """The parts of a loss whose inputs are `each` for every sample, sample after sample, then parameters.

    Its first output is the loss; the others are the conditions of branches, which came out so. Raises RecordingError
    where the loss is no such sum.
    """
    of = _samples_of(loss, samples, each)
    terms: list[list[tuple[float, int]]] = [[] for _ in range(samples)]
    rest: list[tuple[float, int]] = []
    for factor, node in _summands(loss, of):
        (terms[of[node]] if of[node] >= 0 else rest).append((factor, node))
    conditions: list[list[tuple[int, bool]]] = [[] for _ in range(samples + 1)]
    for node, outcome in zip(loss.outputs[1:].tolist(), outcomes, strict=True):
        if of[node] == SEVERAL:
            raise RecordingError("the loss branches on several samples at once")
        conditions[of[node]].append((node, outcome))
    parameters = loss.inputs - samples * each
    parts = [_part(loss, range(s * each, (s + 1) * each), parameters, terms[s], conditions[s]) for s in range(samples)]
    if any(part.outcomes != parts[0].outcomes or not same(part.program, parts[0].program) for part in parts):
        raise RecordingError("the loss does not treat all samples alike")
    return Separated(parts[0], _part(loss, range(0), parameters, rest, conditions[NONE]))


def same(a: Program, b: Program) -> bool:
    """Whether two programs are the same, instruction by instruction."""
    if a.inputs != b.inputs or a.rows != b.rows or a.scopes != b.scopes:
        return False
    return all(
        x.tobytes() == y.tobytes()
        for x, y in (
            (a.constants, b.constants),
            (a.codes, b.codes),
            (a.starts, b.starts),
            (a.operands, b.operands),
            (a.outputs, b.outputs),
            (a.scope_of, b.scope_of),
        )
    )


NONE, SEVERAL = -1, -2


def _samples_of(loss: Program, samples: int, each: int) -> list[int]:
    """Of each node the one sample that it depends on, or NONE, or SEVERAL."""
    of = np.repeat(np.arange(samples), each).tolist()
    of += [NONE] * (loss.first - len(of))
    for k in range(len(loss)):
        found = NONE
        for x in loss.operands_of(k).tolist():
            if of[x] != NONE and of[x] != found:
                found = of[x] if found == NONE else SEVERAL
        of.append(found)
    return of


def _summands(loss: Program, of: Sequence[int]) -> list[tuple[float, int]]:
    """The loss as a sum of factors times nodes of one sample, or of none."""
    found: list[tuple[float, int]] = []
    stack = [(1.0, int(loss.outputs[0]))]
    while stack:
        factor, node = stack.pop()
        if of[node] == SEVERAL:
            stack += [(factor * c, x) for c, x in reversed(_linear(loss, node - loss.first))]
        else:
            found.append((factor, node))
    return found


def _linear(loss: Program, k: int) -> list[tuple[float, int]]:
    """An instruction as a sum of constants times operands. Raises RecordingError where it is none."""
    op, operands = loss.rows[loss.codes[k]], loss.operands_of(k).tolist()
    numbers = {x: float(loss.constants[x - loss.inputs]) for x in operands if loss.inputs <= x < loss.first}
    if op in SUMS:
        return list(zip(SUMS[op], operands, strict=True))
    if op is ops.total or op is ops.mean:
        return [(1.0 if op is ops.total else 1.0 / len(operands), x) for x in operands]
    if op is ops.mul and numbers.keys() & operands:
        a, b = operands
        return [(numbers[a], b) if a in numbers else (numbers[b], a)]
    if op is ops.div and operands[1] in numbers:
        return [(1.0 / numbers[operands[1]], operands[0])]
    if op is ops.dot:
        half = len(operands) // 2
        pairs = list(zip(operands[:half], operands[half:-1], strict=True))
        if all(w in numbers or x in numbers for w, x in pairs):
            products = [(numbers[w], x) if w in numbers else (numbers[x], w) for w, x in pairs]
            return [*products, (1.0, operands[-1])]
    raise RecordingError(f"the loss is no sum over samples: {op.name} takes several of them together")


SUMS = {ops.add: (1.0, 1.0), ops.sub: (1.0, -1.0), ops.neg: (-1.0,)}


def _part(
    loss: Program, own: range, parameters: int, summands: list[tuple[float, int]], conditions: list[tuple[int, bool]]
) -> Part:
    """The program of the sum of these, and of conditions: its inputs are those of `own`, then the parameters."""
    builder = Builder(len(own) + parameters)
    names = {x: k for k, x in enumerate([*own, *range(loss.inputs - parameters, loss.inputs)])}
    names |= {loss.inputs + k: builder.constant(x) for k, x in enumerate(loss.constants.tolist())}
    for k in _below(loss, [*(x for _, x in summands), *(x for x, _ in conditions)]):
        operands = tuple([names[x] for x in loss.operands_of(k).tolist()])
        names[loss.first + k] = builder.append(loss.rows[loss.codes[k]], operands)
    total = builder.constant(0.0)
    for factor, x in summands:
        total = builder.append(ops.add, (builder.append(ops.mul, (names[x], builder.constant(factor))), total))
    program = builder.finish([total, *(names[x] for x, _ in conditions)])
    return Part(program, [outcome for _, outcome in conditions])


def _below(loss: Program, nodes: Sequence[int]) -> list[int]:
    """The instructions that these nodes need, in order."""
    found: set[int] = set()
    stack = [x - loss.first for x in nodes if x >= loss.first]
    while stack:
        k = stack.pop()
        if k not in found:
            found.add(k)
            stack += [x - loss.first for x in loss.operands_of(k).tolist() if x >= loss.first]
    return sorted(found)
