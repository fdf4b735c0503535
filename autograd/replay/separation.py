"""A loss over a batch, taken apart: a sum of terms, one a sample and all alike, and what depends on no sample.

So a loss that is recorded for a batch runs sample by sample, which is what engines are fast at.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any, NamedTuple

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


class Wanted(NamedTuple):
    """What a part is made of: nodes with their factors, which are to be summed, and conditions with their outcomes."""

    summands: list[tuple[int, float]]
    conditions: list[tuple[int, bool]]


def separated(loss: Program, outcomes: Sequence[bool], samples: int, each: int) -> Separated:
    """The parts of a loss whose inputs are `each` for every sample, sample after sample, then parameters.

    Its first output is the loss; the others are the conditions of branches, which came out so. Raises RecordingError
    where the loss is no such sum.
    """
    graph = Graph(loss, samples, each)
    parts = [Wanted([], []) for _ in range(samples + 1)]  # the last is that of none
    for node, factor in _summands(graph):
        parts[graph.sample_of[node]].summands.append((node, factor))
    for node, outcome in zip(loss.outputs[1:].tolist(), outcomes, strict=True):
        if graph.sample_of[node] == SEVERAL:
            raise RecordingError("the loss branches on several samples at once")
        parts[graph.sample_of[node]].conditions.append((node, outcome))
    *own, rest = parts
    first = _form(graph, 0, own[0])
    if any(_form(graph, sample, part) != first for sample, part in enumerate(own)):
        raise RecordingError("the loss does not treat all samples alike")
    return Separated(_part(graph, 0, own[0]), _part(graph, NONE, rest))


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


class Graph:
    """A loss as lists, which are read faster than arrays: the operands of each instruction, and whose each node is.

    `sample_of` gives the one sample that a node depends on, or NONE, or SEVERAL. Products are added to the nodes.
    """

    def __init__(self, loss: Program, samples: int, each: int) -> None:
        self.loss, self.each = loss, each
        self.rows = [*loss.rows, ops.mul]
        self.products: dict[tuple[int, int], int] = {}
        self.parameters = range(samples * each, loss.inputs)
        operands, starts = loss.operands.tolist(), loss.starts.tolist()
        self.operands: list[list[int]] = [operands[begin:end] for begin, end in pairwise(starts)]
        self.codes: list[int] = loss.codes.tolist()
        self.constants = dict(enumerate(loss.constants.tolist(), loss.inputs))
        self.sample_of: list[int] = np.repeat(np.arange(samples), each).tolist()
        self.sample_of += [NONE] * (loss.first - len(self.sample_of))
        for xs in self.operands:
            self.sample_of.append(self._whose(xs))

    def _whose(self, nodes: Sequence[int]) -> int:
        whose = {self.sample_of[x] for x in nodes} - {NONE}
        return whose.pop() if len(whose) == 1 else SEVERAL if whose else NONE

    def product(self, a: int, b: int) -> int:
        """The node of the product of two nodes, a new one."""
        if (a, b) not in self.products:
            self.products[a, b] = len(self.sample_of)
            self.codes.append(len(self.loss.rows))
            self.operands.append([a, b])
            self.sample_of.append(self._whose((a, b)))
        return self.products[a, b]

    def below(self, part: Wanted) -> list[int]:
        """The nodes of the instructions that a part needs, in order: first those of no sample, which samples share."""
        found: set[int] = set()
        first = self.loss.first
        stack = [node for node, _ in (*part.summands, *part.conditions)]
        while stack:
            node = stack.pop()
            if node >= first and node not in found:
                found.add(node)
                stack += self.operands[node - first]
        return sorted(found, key=lambda node: (self.sample_of[node] != NONE, node))

    def inputs_of(self, sample: int) -> range:
        """The nodes of a sample's own inputs."""
        return range(0) if sample == NONE else range(sample * self.each, (sample + 1) * self.each)


class Term(NamedTuple):
    """A number times a node, times a node of no sample if there is one."""

    factor: float
    node: int
    scale: int | None = None


def _summands(graph: Graph) -> list[tuple[int, float]]:
    """The loss as a sum of nodes of one sample, or of none, times factors.

    Each node is taken apart once, after all that it is an operand of, for graphs have more paths than nodes.
    """
    factors: dict[int, dict[int | None, float]] = {int(graph.loss.outputs[0]): {None: 1.0}}
    found = []
    for node in range(graph.loss.nodes - 1, -1, -1):
        if node not in factors:
            continue
        parts = _linear(graph, node)
        for scale, factor in factors.pop(node).items():
            for part in parts:
                by = _scaled(graph, part.scale, scale)
                if part.node == node or part.node >= graph.loss.nodes:
                    found.append((part.node if by is None else graph.product(by, part.node), factor * part.factor))
                else:
                    known = factors.setdefault(part.node, {})
                    known[by] = known.get(by, 0.0) + factor * part.factor
    return found[::-1]


def _scaled(graph: Graph, a: int | None, b: int | None) -> int | None:
    return graph.product(a, b) if a is not None and b is not None else b if a is None else a


SUMS = {ops.add: (1.0, 1.0), ops.sub: (1.0, -1.0), ops.neg: (-1.0,)}


def _linear(graph: Graph, node: int) -> list[Term]:
    """A node as a sum; what is of one sample, or of none, may be a term by itself.

    Raises RecordingError where it is of several samples, and no sum of what is of one each.
    """
    k, whose, numbers = node - graph.loss.first, graph.sample_of[node], graph.constants
    if k < 0 or whose == NONE:
        return [Term(1.0, node)]
    op, operands = graph.rows[graph.codes[k]], graph.operands[k]
    if op in SUMS:
        return [Term(sign, x) for sign, x in zip(SUMS[op], operands, strict=True)]
    if op is ops.total or op is ops.mean:
        return [Term(1.0 if op is ops.total else 1.0 / len(operands), x) for x in operands]
    if op is ops.div and operands[1] in numbers:
        return [Term(1.0 / numbers[operands[1]], operands[0])]
    if op is ops.mul and (found := _product(graph, *operands)):
        return [found]
    if op is ops.dot and whose == SEVERAL:
        half = len(operands) // 2
        pairs = zip(operands[:half], operands[half:-1], strict=True)
        terms = [_product(graph, w, x) or Term(1.0, graph.product(w, x)) for w, x in pairs]
        if SEVERAL not in (graph.sample_of[term.node] for term in terms if term.node >= graph.loss.nodes):
            return [*terms, Term(1.0, operands[-1])]
    if whose == SEVERAL:
        raise RecordingError(f"the loss is no sum over samples: {op.name} takes several of them together")
    return [Term(1.0, node)]


def _product(graph: Graph, a: int, b: int) -> Term | None:
    """a · b, where one of them is of no sample."""
    for x, y in ((a, b), (b, a)):
        if x in graph.constants:
            return Term(graph.constants[x], y)
    for x, y in ((a, b), (b, a)):
        if graph.sample_of[x] == NONE:
            return Term(1.0, y, x)
    return None


def _form(graph: Graph, sample: int, part: Wanted) -> list[Any]:
    """What a part computes, without saying whose it is: parts that are alike have equal forms.

    The sample's nodes are numbered from 0; others, which are the same for all, are negative.
    """
    below = graph.below(part)
    name = {x: k for k, x in enumerate([*graph.inputs_of(sample), *below])}
    first, codes, operands = graph.loss.first, graph.codes, graph.operands
    return [
        *((codes[x - first], *(name.get(y, -1 - y) for y in operands[x - first])) for x in below),
        *((name.get(x, -1 - x), y) for x, y in (*part.summands, *part.conditions)),
    ]


def _part(graph: Graph, sample: int, part: Wanted) -> Part:
    """The program of a part: its inputs are those of the sample, then the parameters."""
    loss, inputs = graph.loss, [*graph.inputs_of(sample), *graph.parameters]
    builder = Builder(len(inputs))
    names = {x: k for k, x in enumerate(inputs)}
    names |= {x: builder.constant(number) for x, number in graph.constants.items()}
    for x in graph.below(part):
        operands = tuple([names[y] for y in graph.operands[x - loss.first]])
        names[x] = builder.append(graph.rows[graph.codes[x - loss.first]], operands)
    share = _sum(builder, [(names[x], factor) for x, factor in part.summands])
    program = builder.finish([share, *(names[x] for x, _ in part.conditions)])
    return Part(program, [outcome for _, outcome in part.conditions])


def _sum(builder: Builder, summands: Sequence[tuple[int, float]]) -> int:
    """Σ factor · node."""
    nodes, factors = [x for x, _ in summands], [builder.constant(factor) for _, factor in summands]
    if len(summands) == 1:
        return builder.append(ops.mul, (nodes[0], factors[0]))
    return builder.append(ops.dot, (*factors, *nodes, builder.constant(0.0)))
