"""A derivative that a person wrote, checked against the graph: it holds, or how it is wrong."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from autograd.check.arrays import Array, numbers, plain
from autograd.check.diagnosis import diagnose, misfit, with_sizes
from autograd.check.evidence import Evidence
from autograd.check.factors import SAME
from autograd.check.problem import state
from autograd.check.trials import Trials, of_graph, of_problem
from autograd.value import Value


@dataclass(frozen=True, eq=False, repr=False)
class ClaimReport:
    """What `check_claim` found; true only where the claim holds.

    `verdict` is "holds" or "slip". `diagnosis` is "" or one of "constant factor", "opposite sign", "transposed",
    "wrong order", "wrong shape", "missing sum", "reciprocal", "some entries", "wrong"; `message` says it in
    words. `factor` is claim / gradient where that is constant, a Fraction if it is a simple one. `claimed`
    (None where the claim could not be computed) and `actual` are the claim and the gradient at `point`, the
    first point where they differ; `points` is how many were tried.
    """

    verdict: str
    diagnosis: str
    message: str
    factor: Fraction | float | None
    claimed: Array
    actual: Array
    point: dict[str, Any]
    points: int

    def __bool__(self) -> bool:
        return self.verdict == "holds"

    def __str__(self) -> str:
        return f"{self.verdict}: {self.message}"

    __repr__ = __str__


def check_claim(
    claim: Any,
    of: Any,
    wrt: Any,
    *,
    at: Mapping[str, Any] | None = None,
    shapes: Mapping[str, int | Sequence[int]] | None = None,
    ranges: Mapping[str, tuple[float, float]] | None = None,
    points: int = 16,
    seed: int = 0,
) -> ClaimReport:
    """Whether `claim` is ∂of/∂wrt, at random points; if not, how it is wrong. See ClaimReport.

    `of` is a function of Values and arrays of them that returns one Value; `wrt` the name or position of one of
    its inputs. `claim` is a number, an array, or a function of inputs of the same names (all or some), which gets
    floats and float arrays. Inputs are scalars unless `shapes` says otherwise, drawn from `ranges` where given, and
    held at their value in `at`. There a function for a claim is also tried with `wrt` moved away, for a wrong
    formula may be right at one point; `points=1` tries `at` alone. Or `of` is a Value, and `wrt` a Value of its
    graph or an array of them: then the graph's is the only point.

    A claim holds if it has the gradient's shape, and every entry at every point agrees to 1e-9, but for the
    rounding that the formulas themselves bring, and for that of a number written with 4 to 12 digits.

    Raises ValueError for inputs that `of` or the claim does not have, or where no point has a gradient;
    TypeError for a claim or a result of `of` that is not numbers.

    >>> from autograd import square
    >>> print(check_claim(lambda x, y: x, of=lambda x, y: x * y, wrt="y"))
    holds: the claim is the gradient at all 16 points
    >>> J = lambda x, w, t: square(x @ w - t).sum() / (2 * len(x))
    >>> claim = lambda x, w, t: x.T @ (x @ w - t) / (2 * len(x))
    >>> report = check_claim(claim, of=J, wrt="w", shapes={"x": (5, 3), "w": 3, "t": 5})
    >>> bool(report), report.diagnosis, report.factor
    (False, 'constant factor', Fraction(1, 2))
    >>> print(report)
    slip: ½ of the gradient everywhere: a factor 2 is missing
    """
    if points < 1:
        raise ValueError(f"points={points}: at least one is needed")
    if isinstance(of, Value):
        if at or shapes or ranges:
            raise TypeError("`of` is a Value, whose inputs have their values: at, shapes and ranges go with a function")
        return _report(of_graph(claim, of, wrt))
    if not callable(of):
        raise TypeError(f"`of` is {type(of).__name__}: give the function, or the Value that it returned")
    claim = claim if callable(claim) else numbers(claim, "the claim")
    return _report(of_problem(claim, state(of, wrt, at or {}, shapes or {}, ranges or {}), points, seed))


@np.errstate(all="ignore")
def _report(trials: Trials) -> ClaimReport:
    found = trials.evidence
    chosen = [0] if trials.misfit else _points_to_diagnose(trials)
    k = chosen[0] if chosen else 0
    point = {name: plain(x) for name, x in found.points[k].items()}
    shown = (plain(found.claimed[k]) if found.claimed else None, plain(found.actual[k]), point, len(found.points))
    if not chosen:
        message = f"the claim is the gradient {trials.where}{_other_sizes(found)}"
        return ClaimReport("holds", "", message, Fraction(1), *shown)
    slip = misfit(found, trials.misfit) if trials.misfit else diagnose(found.at(chosen))
    return ClaimReport("slip", slip.kind, slip.message, slip.factor, *shown)


def _other_sizes(found: Evidence) -> str:
    """Where a claim holds, but with 2 for a size that is 2."""
    factor, sizes = with_sizes(found, 1.0)
    return f". For these sizes only: in general it is {factor.share()}{sizes}" if factor.symbols else ""


def _points_to_diagnose(trials: Trials) -> list[int]:
    """The points to diagnose from, the first wrong one first: all that rounding does not blur. None if it holds."""
    wrong, clear = [], []
    for k, (c, g) in enumerate(zip(trials.evidence.claimed, trials.evidence.actual, strict=True)):
        if c.shape != g.shape or not np.isfinite(c).all():
            return [k, *(j for j in range(len(trials.evidence.points)) if j != k)]
        apart, allowed = np.abs(c - g), SAME * np.abs(g)
        if (apart <= allowed).all():
            clear.append(k)
            continue
        blur = trials.rounding(k)
        if not (apart <= allowed + blur).all():
            wrong.append(k)
            clear += [k] if (blur <= SAME * np.abs(g).max()).all() else []
    first = [k for k in clear if k in wrong][:1] or wrong
    return first and [first[0], *(k for k in clear or wrong if k != first[0])]
