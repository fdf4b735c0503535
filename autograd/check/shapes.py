"""The slips of a claim whose shape is not the gradient's. Each function looks for one; None where it is another."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from autograd.check.arrays import Array
from autograd.check.evidence import Evidence, Slip, off_by
from autograd.check.factors import close, common_factor, named

Shape = tuple[int, ...]


def transposed(found: Evidence) -> Slip | None:
    """The transpose of the gradient, which may be square."""
    if len(found.shapes[1]) != 2:
        return None
    r = common_factor(found.claimed, [g.T for g in found.actual])
    if r is None:
        return None
    factor = named(r)
    share = factor.share().replace("the gradient", "the gradient's transpose")
    message = "transposed: the claim is the gradient's transpose"
    if factor.number != 1:
        message = f"transposed, and a factor: the claim is {share}"
    return Slip("transposed", message + found.both_shapes(), factor.number)


def missing_sum(found: Evidence) -> Slip | None:
    """An entry for each sample, where the gradient adds them up."""
    for axes, sums in _sums(found.claimed, found.shapes[1]):
        if r := common_factor(sums, found.actual):
            over = f"the batch (axis {axes[0]})" if len(axes) == 1 else f"axes {' and '.join(map(str, axes))}"
            rest = off_by(named(r), "", ", and a factor: summed, it is {}")
            return Slip("missing sum", f"the sum over {over} is missing{found.both_shapes()}{rest}", named(r).number)
    return None


def summed_too_far(found: Evidence) -> Slip | None:
    """One sum too many."""
    for axes, sums in _sums(found.actual, found.shapes[0]):
        if close(found.claimed, sums):
            over = ("axis " if len(axes) == 1 else "axes ") + " and ".join(map(str, axes))
            return Slip(
                "wrong shape", f"wrong shape: the claim is the gradient summed over {over}{found.both_shapes()}"
            )
    return None


def _sums(arrays: Sequence[Array], shape: Shape) -> list[tuple[Shape, list[Array]]]:
    """The sums over some axes that have as many entries as `shape`, in its shape."""
    long = [axis for axis, size in enumerate(arrays[0].shape) if size > 1]
    chosen = [axes for count in range(1, len(long) + 1) for axes in combinations(long, count)]
    summed = [(axes, [x.sum(axis=axes) for x in arrays]) for axes in chosen]
    fitting = [(axes, xs) for axes, xs in summed if _without_ones(xs[0].shape) == _without_ones(shape)]
    return [(axes, [x.reshape(shape) for x in xs]) for axes, xs in fitting]


def same_numbers(found: Evidence) -> Slip | None:
    """A column for a row of numbers."""
    claimed, actual = found.shapes
    if _without_ones(claimed) != _without_ones(actual):
        return None
    r = common_factor(found.claimed, [g.reshape(claimed) for g in found.actual])
    if r is None:
        return None
    message = off_by(named(r), "the numbers are right", "and a factor: the numbers are {}")
    return Slip("wrong shape", f"wrong shape, {message}{found.both_shapes()}", named(r).number)


def only_broadcasts(found: Evidence) -> Slip | None:
    """One number for an array of equal ones."""
    try:
        spread = [np.broadcast_to(c, found.shapes[1]) for c in found.claimed]
    except ValueError:
        return None
    if not close(spread, found.actual):
        return None
    return Slip("wrong shape", f"wrong shape: the claim is the gradient only once it is broadcast{found.both_shapes()}")


def _without_ones(shape: Shape) -> Shape:
    return tuple(size for size in shape if size != 1)


def wrong_order(found: Evidence) -> Slip | None:
    """AB for BA, square or not: their traces are equal, and those of their squares."""
    if not all(len(shape) == 2 and shape[0] == shape[1] for shape in found.shapes) or found.shapes == ((1, 1), (1, 1)):
        return None
    claimed, actual = ([np.trace(x)[None] for x in xs] for xs in (found.claimed, found.actual))
    r = common_factor(claimed, actual)
    if r is None:
        return None
    squares = [[np.trace(x @ x) for x in xs] for xs in (found.claimed, found.actual)]
    if not close(squares[0], [r * r * x for x in squares[1]]):
        return None
    rest = off_by(named(r), "", ", and a factor: it is {}, by their traces")
    message = f"the products are in the wrong order: the claim has the gradient's trace, not its entries{rest}"
    return Slip("wrong order", message + found.both_shapes(), named(r).number)


def wrong_shape(found: Evidence) -> Slip:
    """None of the above."""
    return Slip("wrong shape", f"wrong shape{found.both_shapes()}")
