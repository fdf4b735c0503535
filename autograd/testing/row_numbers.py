"""What has to hold of a row's numbers: its value, its domain, its second derivatives, its arithmetic by IEEE 754."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import combinations
from typing import Any

from autograd.check import check_gradient
from autograd.errors import DomainError
from autograd.functional import grad, hessian
from autograd.modes import ignore_domain
from autograd.ops import Operation
from autograd.testing.row import Finding, Findings, Row, differ

FAR = (math.inf, -math.inf, math.nan, 1e308, -1e308, 5e-324)


def values(row: Row) -> Findings:
    """Finite in the domain, the same of numbers and of Values; no nan next to an end."""
    for point in row.places.defined:
        try:
            of_values, of_numbers = row.graph(point)[0].data, row.function(point)(*point[row.first :])
        except DomainError as error:
            yield Finding(point, f"this is in the domain, but: {error}")
            continue
        problem = differ("of Values and of numbers it is", of_values, of_numbers, 0.0)
        yield Finding(point, problem if math.isfinite(of_values) else f"the value is {of_values}, in the domain")
    for point in row.places.beside:
        with ignore_domain():
            y = row.graph(point)[0].data
        yield Finding(point, "the value is nan, in the domain" * math.isnan(y))


def refusals(row: Row) -> Findings:
    """Outside of the domain there is a DomainError."""
    for point in row.places.outside:
        for operands in (point, row.values(point)):
            try:
                y = row.op(*operands)
            except DomainError:
                yield Finding(point, "")
            else:
                kind = "numbers" if operands is point else "Values"
                found = f"outside of the domain, {row.op.domain}, it is {getattr(y, 'data', y):.10g}, of {kind}"
                yield Finding(point, f"{found}: let its value raise ValueError there, or declare that this is inside")


def second_derivatives(row: Row) -> Findings:
    """Those by backward() of the first ones, against differences of these; and they are symmetric."""
    for point, _, _ in row.graphs(row.places.inside):
        f, xs = row.function(point), list(point[row.first :])
        try:
            for problem in (*_by_differences(row.op, f, xs), *_unsymmetric(f, xs)):
                yield Finding(point, problem)
        except DomainError as error:
            yield Finding(point, f"there are none: {error}")


def _by_differences(op: Operation, f: Callable[..., Any], xs: list[float]) -> Iterator[str]:
    """What is wrong with the derivatives of each first derivative."""
    for k in range(len(xs)):
        derivative = grad(f, k)
        report = check_gradient(lambda tree, g=derivative: g(*tree["operands"]), {"operands": xs})
        wrong = [v for v in report if not v and not (v.node and v.node.op is op)]  # of op itself it is told already
        found = [f"{v.gradient:.10g}, by differences {v.estimate:.10g}: {v.explanation}" for v in wrong]
        yield f"the derivative of derivative {k + 1} is {found[0]}" if found else ""


def _unsymmetric(f: Callable[..., Any], xs: list[float]) -> Iterator[str]:
    """Where the Hessian is not its transpose."""
    second = hessian(lambda v: f(*v))(xs)
    size = max(abs(x) for entries in second for x in entries)
    for j, k in combinations(range(len(xs)), 2):
        what = f"∂²/∂{j + 1}∂{k + 1} and ∂²/∂{k + 1}∂{j + 1} are"
        yield differ(what, second[j][k], second[k][j], 1e-10, size)


def ieee(row: Row) -> Findings:
    """Inside of `ignore_domain` nothing raises, whatever the operands are."""
    somewhere = row.places.defined[0]
    far = [(*somewhere[:k], x, *somewhere[k + 1 :]) for k in range(row.first, len(somewhere)) for x in FAR]
    for point in (*row.places.defined, *row.places.outside, *row.places.beside, *far):
        with ignore_domain():
            try:
                row.graph(point)[0].backward()
                row.function(point)(*point[row.first :])
            except Exception as error:  # a user's own function of floats may raise anything
                yield Finding(point, f"inside of ignore_domain() it raises {type(error).__name__}: {error}")
            else:
                yield Finding(point, "")
