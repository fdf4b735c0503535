"""`check_gradient` judged: it never calls a right gradient wrong, and it finds what is wrong, and where.

One local derivative is spoiled: as it was recorded, or in its row of the table. Any one counts that is finite, neither
0 nor subnormal, and not at a kink, wherever it stands between an input and the result, also where what is above
multiplies by 0. Or what arrives at a node is dropped, or overwritten by what arrives later: this counts where it moves
the gradient of an input by a millionth of the sum of the sizes of all paths, or more.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any, NamedTuple
from unittest import mock

import programs

from autograd import Value, check_gradient
from autograd.check import GradientReport
from autograd.check.recorded import path_sums
from autograd.graph import backpropagate
from autograd.ops import TABLE, Nary, Operation, define
from reliability.terrain import Function, is_at_kink, random_function
from reliability.trials import Count, Trials

SMALLEST = 2.0**-1000
SEEN = 1e-6  # of the sum of the sizes of all paths


class Edge(NamedTuple):
    """A local derivative: the place of its node among all results, and that of its parent among the node's parents."""

    node: int
    parent: int


class Planted(NamedTuple):
    """What was spoiled, which operation is to be named (by its name and its number), and the report."""

    edge: Edge
    blamed: list[tuple[str, float]]
    report: GradientReport

    @property
    def is_named(self) -> bool:
        """Whether some input's gradient is called wrong, and all that are blame what was spoiled."""
        wrong = [v.node for v in self.report if v.verdict == "wrong"]
        return bool(wrong) and all(node is not None and (_name(node), node.data) in self.blamed for node in wrong)


def run(trials: Trials) -> Iterator[Count]:
    """Right gradients, each in turn with one that is wrong in one of three ways."""
    off = "wrong gradients, one local derivative off by 0.1 % to 100 %, or its sign"
    alarms = Count("right gradients of steep, flat, kinked, huge, tiny functions: none called wrong")
    unsure = Count("the same: called right (1 in 200 may be too noisy, or too near a kink, to tell)", allowed=0.005)
    recorded = Count(f"{off}, as recorded: caught, the node named")
    rows = Count(f"{off}, in a row of the table: caught, the node named")
    sums = Count("right local derivatives, one product dropped or overwritten on its way back: caught")
    for k, draw in enumerate(trials.of("functions", 10_000)):
        _right(draw, alarms, unsure)
        if k % 10 == 9:
            while not _accumulated_wrong(draw, sums):
                pass
        elif k % 2:
            _wrong(draw, rows, row_wrong)
        else:
            _wrong(draw, recorded, recorded_wrong)
    yield from (alarms, unsure, recorded, rows, sums)


def _right(draw: random.Random, alarms: Count, unsure: Count) -> None:
    f = random_function(draw)
    report = check_gradient(f, [f.inputs])
    alarms.note(all(v.verdict != "wrong" for v in report), f"{f}: {report}")
    unsure.note(bool(report), f"{f}: {report}")


def _wrong(draw: random.Random, count: Count, plant: Callable[[random.Random, Function], Planted]) -> None:
    f = random_function(draw)
    while not visible_edges(f):
        f = random_function(draw)
    planted = plant(draw, f)
    count.note(planted.is_named, f"{planted.edge} of {f}: {planted.report}")


def _name(node: Value) -> str:
    return node.op.name if node.op else ""


def visible_edges(f: Function) -> list[Edge]:
    """Those that count."""
    results = f.graph()
    return [
        Edge(k, j)
        for k, node in enumerate(results)
        for j, slope in enumerate(node.local_derivatives)
        if abs(slope) > SMALLEST and not is_at_kink(node)
    ]


def random_factor(draw: random.Random) -> float:
    """What a wrong derivative is off by: 0.1 % to 100 %, or its sign."""
    off = 10.0 ** draw.uniform(-3.0, 0.0)
    return draw.choice((1.0 + off, 1.0 - off, -1.0))


# ---- a local derivative that was recorded wrong


def recorded_wrong(draw: random.Random, f: Function) -> Planted:
    """One edge of the graph multiplied, as it is recorded."""
    edge, factor = draw.choice(visible_edges(f)), random_factor(draw)

    def spoiled(inputs: Sequence[Any]) -> Any:
        results = programs.run(f.program, inputs)
        spoil(results[edge.node], edge.parent, factor)
        return results[-1]

    node = f.graph()[edge.node]
    return Planted(edge, [(_name(node), node.data)], check_gradient(spoiled, [f.inputs]))


def spoil(node: Value, k: int, factor: float) -> None:
    """Multiplies the local derivative in the node's k-th parent, where it was recorded."""
    if isinstance(node._db, tuple):
        node._db = (*node._db[:k], node._db[k] * factor, *node._db[k + 1 :])
    elif k == 0 and node._da is not None:
        node._da *= factor
    elif node._db is not None:
        node._db *= factor


# ---- a row of the table with a wrong formula


def row_wrong(draw: random.Random, f: Function) -> Planted:
    """One operation replaced by one of its value, of which one derivative is wrong."""
    edge, factor = draw.choice(visible_edges(f)), random_factor(draw)
    results = f.graph()
    node = results[edge.node]
    slot = [k for k, x in enumerate(node.operands) if isinstance(x, Value)][edge.parent]
    place = edge.node - len(f.inputs)
    with wrong_row(TABLE[f.program[place].name], slot, factor) as name:
        program = [*f.program]
        program[place] = program[place]._replace(name=name)
        blamed = [(name, other.data) for other in results if other is node or _name(other) == name]
        return Planted(edge, blamed, check_gradient(Function(program, f.inputs), [f.inputs]))


@contextmanager
def wrong_row(op: Operation, slot: int, factor: float) -> Iterator[str]:
    """The name of a row like this one, but for one derivative; of any number of operands, the row itself is wrong."""
    if isinstance(op, Nary):
        right = op.all_partials
        with mock.patch.object(op, "all_partials", lambda y, xs: _scaled(right(y, xs), slot, factor)):
            yield op.name
        return
    partials = [partial(_times, factor, d) if k == slot else d for k, d in enumerate(op.partials)]
    wrong = define(f"wrong_{op.name}", _value(op), *partials, kinks=op.kinks, domain=op.domain)
    try:
        yield wrong.name
    finally:
        del TABLE[wrong.name]


def _times(factor: float, derivative: Callable[..., Any], *operands: Any) -> Any:
    return factor * derivative(*operands)


def _scaled(partials: Sequence[Any], slot: int, factor: float) -> list[Any]:
    return [d * factor if k == slot else d for k, d in enumerate(partials)]


def _value(op: Operation) -> Callable[..., Any]:
    """The row's value with the operands' names, as `define` wants it."""
    if op.value is not None:
        return op.value
    one, two, three = (lambda a: op(a)), (lambda a, b: op(a, b)), (lambda condition, a, b: op(condition, a, b))
    return (one, two, three)[len(op.operands) - 1]


# ---- a wrong accumulation


def _accumulated_wrong(draw: random.Random, count: Count) -> bool:
    """Whether it moved a gradient: then it counts."""
    f = random_function(draw)
    backward = draw.choice((partial(dropping, draw.randrange(10**6)), overwriting))
    with mock.patch("autograd.value.backpropagate", backward):
        moved = moved_inputs(f)
        if not moved:
            return False
        report = check_gradient(f, [f.inputs])
    caught = all(report[k].verdict == "wrong" and "accumulation" in report[k].explanation for k in moved)
    count.note(caught, f"{f}: {report}")
    return True


def moved_inputs(f: Function) -> list[int]:
    """The inputs whose gradient by `backward()` is visibly not the sum over all paths."""
    results = f.graph()
    results[-1].backward()
    sums = [path_sums(x, results[-1])[:2] for x in results[: len(f.inputs)]]
    gradients = [x.grad for x in results[: len(f.inputs)]]
    return [
        k
        for k, ((right, size), grad) in enumerate(zip(sums, gradients, strict=True))
        if abs(grad - right) > SEEN * size
    ]


def dropping(number: int, root: Value, interior: Sequence[Any], gradient: float) -> None:
    """Back-propagates all but one product."""
    edges = [(node, k) for node in interior for k, _ in enumerate(node.parents)]
    node, k = edges[number % len(edges)]
    kept = node._da, node._db
    spoil(node, k, 0.0)
    backpropagate(root, interior, gradient)
    node._da, node._db = kept


def overwriting(root: Value, interior: Sequence[Any], gradient: float) -> None:
    """`=` for `+=`."""
    root.grad = gradient
    for node in reversed(interior):
        for parent, slope in node.edges():
            parent.grad = slope * node.grad
