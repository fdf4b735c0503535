"""A claim beside the gradient, at every point, and how far rounding can have parted them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

import numpy as np

from autograd.check.arrays import Array, Point, gradient_of, gradient_rounding, map_array, numbers, plain, rounding
from autograd.check.evidence import Evidence
from autograd.check.problem import Problem, matched
from autograd.eager import is_stale
from autograd.errors import DomainError
from autograd.graph import topological_order
from autograd.modes import recording
from autograd.value import Value

T = TypeVar("T")
ROUNDING = 2.0**-42  # of an entry's largest gradient, or of 1: what a claim may lose that does not take Values
MOST_ROUNDING = 1e-6  # of an entry's largest gradient: what a claim may lose to cancellation and still hold
FAILURES = (ArithmeticError, AttributeError, IndexError, TypeError, ValueError)
# What NumPy says of arrays that do not go together, and Python's math of a number that it refuses.
ABOUT_SHAPES = re.compile("shape|dimension|broadcast|aligned")
ABOUT_A_NUMBER = re.compile(r"math \w+ error|expected a \w+ input")


@dataclass(frozen=True)
class Trials:
    """A claim beside the gradient at some points."""

    evidence: Evidence
    rounding: Callable[[int], Array]  # a bound on that of both at point k
    where: str
    misfit: str = ""  # NumPy's words, where the claim's arrays do not go together


def of_graph(claim: Any, of: Value, wrt: Any) -> Trials:
    """At the numbers of a graph that is there already.

    Raises TypeError where claim or wrt do not go with a graph, ValueError where its gradient is not finite.
    """
    if callable(claim):
        raise TypeError("the claim is a function, `of` a Value, which has one point: give the function that made it")
    if any(map(is_stale, topological_order(of))):
        raise ValueError("a Value was changed after `of` was computed from it: compute `of` again")
    xs = np.asarray(wrt, dtype=object)
    if not all(isinstance(x, Value) for x in xs.ravel().tolist()):
        raise TypeError(f"wrt={wrt!r}: `of` is a Value, so wrt is a Value of its graph, or an array of them")
    claimed, actual = numbers(claim, "the claim"), gradient_of(of, xs)
    if not np.isfinite(actual).all():
        raise ValueError(f"the gradient is {plain(actual)}: there is nothing to compare a claim with")
    evidence = Evidence([{}], [claimed], [actual], {}, lambda change: None, lambda sizes: None)
    blur = _last_digit(claimed)
    return Trials(evidence, lambda k: gradient_rounding(of, xs) + blur, f"at the graph's point{_digits_given(blur)}")


def of_problem(claim: Any, problem: Problem, count: int, seed: int) -> Trials:
    """At points drawn for a function. Raises ValueError where no point has a gradient, and what the claim raises."""
    found = list(problem.points(count, seed, move_wrt=callable(claim)))
    points, actual = [point for point, _ in found], [gradient for _, gradient in found]

    def claims(change: Callable[[Point], Point]) -> list[Array]:
        return [_claimed(claim, change(point), gradient.shape) for point, gradient in found]

    def resized(sizes: Mapping[int, int]) -> Evidence:
        other = of_problem(claim, problem.resized(sizes), min(count, 3), seed)
        if other.misfit:
            raise _MisfitError(other.misfit)
        return other.evidence

    try:
        claimed, words = claims(lambda point: point), ""
    except _MisfitError as error:
        claimed, words = [], str(error)
    evidence = Evidence(points, claimed, actual, problem.sizes, _if_it_runs(claim, claims), _if_it_runs(claim, resized))
    where = _where(problem, len(points)) + ("" if callable(claim) else _digits_given(_last_digit(claim)))
    return Trials(evidence, _rounding(claim, problem, evidence), where, words)


def _rounding(claim: Any, problem: Problem, evidence: Evidence) -> Callable[[int], Array]:
    """A bound, at point k, on the rounding errors of the claim (of a small part of it at most) and of the gradient."""
    largest = np.abs(evidence.actual).max(axis=0)
    most = MOST_ROUNDING * np.maximum(largest, MOST_ROUNDING * largest.max(initial=0.0))

    def bound(k: int) -> Array:
        point = evidence.points[k]
        lost = _claim_rounding(claim, point, ROUNDING * np.minimum(largest, 1.0))
        own = np.minimum(lost, most) if callable(claim) else _last_digit(claim)
        return own + gradient_rounding(*problem.graph(point))

    return bound


def _last_digit(claim: Array) -> Array:
    """Half a unit in the last digit of numbers that look rounded: those written with 4 to 12 digits."""

    def half_unit(x: float) -> float:
        written = Decimal(repr(x)).normalize().as_tuple()
        rounded = 4 <= len(written.digits) <= 12 and isinstance(written.exponent, int)
        return float(Decimal(5).scaleb(int(written.exponent) - 1)) if rounded else 0.0

    return np.vectorize(half_unit, otypes=[float])(claim)


def _digits_given(blur: Array) -> str:
    return ", to the digits given" if blur.any() else ""


def _where(problem: Problem, count: int) -> str:
    if count == 1:
        return "at the point given" if problem.held.keys() == problem.shapes.keys() else "at the one point tried"
    held = [name for name in problem.held if name != problem.wrt]
    return f"at all {count} points" + (f", all with {', '.join(held)} as given" if held else "")


def _if_it_runs(claim: Any, retry: Callable[[Any], T]) -> Callable[[Any], T | None]:
    """A retry of the claim with other inputs; None where they do not suit it, or it is a number."""

    def run(change: Any) -> T | None:
        try:
            return retry(change) if callable(claim) else None
        except FAILURES:
            return None

    return run


class _MisfitError(ValueError):
    """The claim's arrays do not go together."""


def _claimed(claim: Any, point: Point, shape: tuple[int, ...]) -> Array:
    """The claim at a point; nan where it is undefined or complex."""
    if not callable(claim):
        return claim
    args, named = matched(claim, {name: plain(x) for name, x in point.items()})
    try:
        with np.errstate(all="ignore"):
            answer = claim(*args, **named)
    except (ArithmeticError, DomainError):
        return np.full(shape, np.nan)
    except IndexError as error:
        raise _MisfitError(str(error)) from error
    except ValueError as error:
        if ABOUT_A_NUMBER.search(str(error)):
            return np.full(shape, np.nan)
        if ABOUT_SHAPES.search(str(error)):
            raise _MisfitError(str(error)) from error
        raise
    if np.iscomplexobj(answer):
        return np.where(np.imag(answer) == 0.0, np.real(answer), np.nan)
    return numbers(answer, "the claim")


def _claim_rounding(claim: Any, point: Point, otherwise: Array) -> Array:
    """A bound on the claim's rounding error, from its graph; `otherwise` where it does not take Values."""
    if not callable(claim):
        return np.zeros(otherwise.shape)
    args, named = matched(claim, {name: plain(map_array(Value, x)) for name, x in point.items()})
    try:
        with recording():
            answer = np.asarray(claim(*args, **named), dtype=object)
        return rounding(answer.reshape(otherwise.shape))
    except Exception:  # math.exp, a library of its own: anything may come of Values there
        return otherwise
