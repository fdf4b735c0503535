"""Can one perceptron learn these labels? The answer comes with a proof that anybody can check."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.optional import optional
from nn.perceptron import homogeneous, inner, labelled_samples

SMALL = 1000  # numbers in a table that fractions decide within seconds


@dataclass(frozen=True)
class Separability:
    """True where a plane separates the labels, with the proof.

    If so, w·x + b > 0 for the samples of label 1 and < 0 for those of label 0, w being `weights` and b `bias`. If not,
    `multipliers`, one a sample and none negative, sum to 1 in each class, and the mean of the samples of label 1 that
    they weigh is the same point as that of label 0: w·x + b would be positive there, and not.
    """

    weights: tuple[float, ...] | None = None
    bias: float | None = None
    multipliers: tuple[Fraction, ...] | None = None

    def __bool__(self) -> bool:
        return self.multipliers is None

    def __str__(self) -> str:
        if self.weights is None:
            weighed = [f"{m} of sample {k}" for k, m in enumerate(self.multipliers or ()) if m]
            return f"not separable: the same point in both classes is {', '.join(weighed)}"
        terms = " + ".join(f"{w:g} x{k}" for k, w in enumerate(self.weights, 1))
        return f"separable: {terms} + {self.bias:g} > 0 for label 1".replace("+ -", "- ")


def separable(X: ArrayLike, t: Sequence[Any] | NDArray[Any]) -> Separability:
    """Whether a plane separates the samples of X, (samples, inputs), with label 1 from those with label 0.

    One of two linear programs has a solution: v · z ≥ 1 for all z, or λ ≥ 0 with Σ λz = 0, where v = (w, b) and z is
    (x, 1), negated for label 0 (Gordan 1873). What SciPy finds is checked in fractions, for the floats that X holds.
    Where it finds nothing, as for numbers of very different sizes, a small table is decided in fractions alone.

    Raises ValueError naming the sample where X or t is wrong, and where the classes are so close that neither proof
    is found; ImportError where SciPy is not installed.

    >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> bool(separable(X, [1, 1, 1, 0]))
    True
    >>> xor = separable(X, [0, 1, 1, 0])
    >>> bool(xor), str(xor.multipliers[0])
    (False, '1/2')
    >>> print(xor)  # ½ (0, 1) + ½ (1, 0) = ½ (0, 0) + ½ (1, 1)
    not separable: the same point in both classes is 1/2 of sample 0, 1/2 of sample 1, 1/2 of sample 2, 1/2 of sample 3
    """
    linprog = optional("separable", "scipy.optimize", "SciPy").linprog
    zs = [homogeneous(x, label) for x, label in labelled_samples("separable", X, t)]
    Z = np.array(zs, dtype=float)
    scale = np.abs(Z).max(axis=0)
    scale[scale == 0] = 1.0
    Z /= scale  # the solver has absolute tolerances
    if (v := plane(linprog, Z)) is not None:
        exact = [Fraction(a) / Fraction(s) for a, s in zip(v.tolist(), scale.tolist(), strict=True)]
        if found := separation(zs, exact):
            return found
    if (support := common_point(linprog, Z)) is not None and (multipliers := exactly(zs, support)):
        return Separability(multipliers=multipliers)
    if len(zs) * len(zs[0]) <= SMALL and (found := simplex(zs)) is not None:
        return found
    remedy = "make decimals whole, times 10ⁿ, or give fewer samples"
    raise ValueError(f"separable: the classes touch to within rounding of the largest numbers: {remedy}")


def separation(zs: list[list[Fraction]], v: list[Fraction]) -> Separability | None:
    """v as floats, if v · z > 0 for all z then, too. Where one would overflow, v is shortened: no side changes."""
    excess = max([Fraction(1), *(abs(number) / 2**1000 for number in v)])
    *weights, bias = (float(number / excess) for number in v)
    if all(inner(list(map(Fraction, [*weights, bias])), z) > 0 for z in zs):
        return Separability(weights=tuple(weights), bias=bias)
    return None


def plane(linprog: Any, Z: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """v with v · z ≥ 1 for all rows z, if the solver finds it."""
    n, d = Z.shape
    found = linprog(np.zeros(d), A_ub=-Z, b_ub=-np.ones(n), bounds=(None, None), method="highs-ds")
    return found.x if found.success else None


def common_point(linprog: Any, Z: NDArray[np.float64]) -> list[int] | None:
    """The rows that λ ≥ 0 weighs, with Σ λz = 0 and sum 1 over label 1, if the solver finds it."""
    n, d = Z.shape
    sums, wanted = np.vstack([Z.T, Z[:, -1] > 0]), np.eye(d + 1)[-1]
    found = linprog(np.zeros(n), A_eq=sums, b_eq=wanted, method="highs-ds")
    return np.flatnonzero(found.x > 1e-9).tolist() if found.success else None


def exactly(zs: list[list[Fraction]], support: list[int]) -> tuple[Fraction, ...] | None:
    """λ with Σ λz = 0 and sum 1 over the samples of label 1, from those of `support`; None where there is none."""
    equations = [[zs[i][k] for i in support] + [Fraction(0)] for k in range(len(zs[0]))]
    equations.append([Fraction(zs[i][-1] > 0) for i in support] + [Fraction(1)])
    for k in range(len(support)):  # Gauss and Jordan
        pivot = next((row for row in equations[k:] if row[k]), None)
        if pivot is None:
            return None
        equations.remove(pivot)
        pivot = [a / pivot[k] for a in pivot]
        equations = [[a - row[k] * b for a, b in zip(row, pivot, strict=True)] for row in equations]
        equations.insert(k, pivot)
    found = [row[-1] for row in equations]
    if any(found[len(support) :]) or min(found) < 0:
        return None
    parts = dict(zip(support, found, strict=False))
    return tuple(parts.get(i, Fraction(0)) for i in range(len(zs)))


def simplex(zs: list[list[Fraction]]) -> Separability | None:
    """The answer by the simplex method in fractions, with the smallest index first, so that it ends (Bland 1977).

    It makes the sum of what the equations of `exactly` still lack as small as can be. If that is 0, λ is found; else
    y = (−w, −b, c), their multipliers, has w·x + b ≥ c > 0 for label 1 and ≤ 0 for label 0: b − c/2 lies between.
    """
    columns = [[*z, Fraction(z[-1] > 0)] for z in zs]
    n, m = len(columns), len(columns[0])
    rows = [[*(c[k] for c in columns), *(Fraction(k == j) for j in (*range(m), m - 1))] for k in range(m)]
    lacking = [Fraction(n <= j < n + m) - sum(column) for j, column in enumerate(zip(*rows, strict=True))]
    basis = list(range(n, n + m))
    while (j := next((j for j in range(n) if lacking[j] < 0), n)) < n:
        _, _, k = min((row[-1] / row[j], basis[k], k) for k, row in enumerate(rows) if row[j] > 0)
        basis[k], rows[k] = j, [a / rows[k][j] for a in rows[k]]
        rows = [row if row is rows[k] else reduced(row, rows[k], j) for row in rows]
        lacking = reduced(lacking, rows[k], j)
    if not lacking[-1]:
        parts = dict(zip(basis, (row[-1] for row in rows), strict=True))
        return Separability(multipliers=tuple(parts.get(i, Fraction(0)) for i in range(n)))
    *v, c = (1 - number for number in lacking[n:-1])
    return separation(zs, [*(-number for number in v[:-1]), -v[-1] - c / 2])


def reduced(row: list[Fraction], pivot: list[Fraction], j: int) -> list[Fraction]:
    """The row less that multiple of the pivot row that leaves 0 at j."""
    return [a - row[j] * b for a, b in zip(row, pivot, strict=True)] if row[j] else row
