"""Random programs of all operations: every way to their derivatives gives the same ones.

Errors are relative to the sum of the sizes of all paths: what is lost where their products cancel is nobody's fault.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from importlib.util import find_spec
from typing import NamedTuple

import numpy as np
import programs
from engines import ENGINES

from autograd import Tape, grad, jvp, paths
from autograd.check.recorded import path_sums
from autograd.testing.row_engines import double_precision
from reliability.cases import Case
from reliability.compare import Comparison, Pair
from reliability.trials import Count, Trials

PROGRAMS, LONGEST = 10_000, 200
PROGRAMS_FOR_JAX, LONGEST_FOR_JAX = 60, 20  # each is compiled for a second
LISTED = 5_000
# Of the same local derivatives, and of those computed anew, from values that are rounded otherwise.
ADDED, COMPUTED = 1e-14, 1e-12

Found = tuple[float, float, float]  # a number one way, and another way, and the sum of the sizes of its paths


class Ways(NamedTuple):
    """Two ways to the same derivatives, and how far apart they may be beside the sizes of the paths."""

    compared: Callable[[Case], Iterable[Found]]
    tolerance: float


def with_50_digits(case: Case) -> Iterable[Found]:
    """The backward pass beside forward mode on 50 digits."""
    return zip(case.gradient, map(float, case.exact.gradient), case.sizes, strict=True)


def with_every_path(case: Case) -> Iterator[Found]:
    """The backward pass beside the products along all paths, where they are few enough to be listed."""
    xs, y = case.graph
    ways = [paths(x, y) for x in xs]
    if sum(way.count for way in ways) <= LISTED:
        for x, found, size in zip(xs, ways, case.sizes, strict=True):
            yield x.grad, math.fsum(path.product for path in found), size


def with_path_sums(case: Case) -> Iterator[Found]:
    """The backward pass beside the local derivatives that it recorded, multiplied and added up in 60 digits."""
    xs, y = case.graph
    for x, size in zip(xs, case.sizes, strict=True):
        yield x.grad, path_sums(x, y)[0], size


def with_forward_mode(case: Case) -> Iterator[Found]:
    """The backward pass beside `jvp`, in a random direction."""
    products = [g * d for g, d in zip(case.gradient, case.direction, strict=True)]
    size = sum(s * abs(d) for s, d in zip(case.sizes, case.direction, strict=True))
    yield jvp(case, (case.inputs,), (case.direction,))[1], math.fsum(products), size


def with_grad(case: Case) -> Iterable[Found]:
    """The backward pass beside `grad`: nothing is lost."""
    return zip(case.gradient, grad(case)(case.inputs), [0.0] * len(case.inputs), strict=True)


def with_replay(case: Case, engine: str) -> Iterator[Found]:
    """The result and the backward pass beside a replay of the tape."""
    xs, y = case.graph
    value, gradient = Tape.record(y, inputs=xs, engine=engine).value_and_grad(case.inputs)
    yield value, y.data, 1.0 + abs(y.data)
    yield from zip(gradient, case.gradient, case.sizes, strict=True)


def with_jax(case: Case) -> Iterator[Found]:
    """The result and the backward pass beside JAX's gradient of the tape."""
    import jax

    xs, y = case.graph
    with double_precision():
        replay = Tape.record(y, inputs=np.array(xs, dtype=object)).to_jax()
        value, gradient = jax.jit(jax.value_and_grad(replay))(np.array(case.inputs))
    yield float(value), y.data, 1.0 + abs(y.data)
    yield from zip(gradient.tolist(), case.gradient, case.sizes, strict=True)


def with_transpose(case: Case) -> Iterable[Found]:
    """The Hessian beside its transpose."""
    h, sizes = case.second
    return zip(h.flat, h.T.flat, np.maximum(sizes, sizes.T).flat, strict=True)


def with_differences(case: Case) -> Iterable[Found]:
    """The Hessian times a random direction beside the difference of gradients of 50 digits."""
    exact = programs.second_derivatives(case.program, case.inputs, case.direction)
    h, sizes = case.second
    return zip(h @ case.direction, map(float, exact), sizes @ np.abs(case.direction), strict=True)


COMPARED: dict[str, Ways] = {
    "random programs: backward pass = forward mode on 50 digits": Ways(with_50_digits, COMPUTED),
    f"random programs: backward pass = sum over all paths, listed where there are at most {LISTED:,}": Ways(
        with_every_path, ADDED
    ),
    "random programs: backward pass = sum over all paths in 60 digits": Ways(with_path_sums, ADDED),
    "random programs: backward pass = forward mode": Ways(with_forward_mode, ADDED),
    "random programs: backward pass = grad, bit for bit": Ways(with_grad, 0.0),
    **{
        f"random programs: backward pass = {engine}": Ways(partial(with_replay, engine=engine), COMPUTED)
        for engine in ENGINES
    },
    "random programs: Hessian = its transpose": Ways(with_transpose, ADDED),
    "random programs: Hessian = differences of gradients of 50 digits": Ways(with_differences, COMPUTED),
}


def run(trials: Trials) -> Iterator[Count]:
    """All programs, each compared in every way; a few with JAX."""
    if find_spec("jax"):
        with_it = Comparison("random programs: backward pass = jax")
        for draw in trials.of("jax", PROGRAMS_FOR_JAX):
            compare(with_it, Ways(with_jax, COMPUTED), Case.drawn(draw, LONGEST_FOR_JAX))
        yield with_it.tell()
    comparisons = {what: Comparison(what) for what in COMPARED}
    for draw in trials.of("programs", PROGRAMS):
        case = Case.drawn(draw, LONGEST)
        for what, ways in COMPARED.items():
            compare(comparisons[what], ways, case)
    for comparison in comparisons.values():
        yield comparison.tell()


def compare(comparison: Comparison, ways: Ways, case: Case) -> None:
    """One more trial of a comparison."""
    comparison.note(pairs, ways, case, told=f"random_program{case.recipe}")


def pairs(ways: Ways, case: Case) -> Iterator[Pair]:
    """What is found one way and the other, with room for errors as the paths have size."""
    for found, exact, size in ways.compared(case):
        yield Pair(found, exact, ways.tolerance * size)
