"""Where rows have no finite number, going forward or back, and what a report of it has to have."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from random import Random
from typing import Any, NamedTuple

import numpy as np
from strategies import BUILT_IN, apply

from autograd import DomainError, Value, ignore_domain, ops
from autograd.ops import Nary, Operation
from autograd.testing.domains import LARGEST
from reliability.trials import Trials

FEW = (0.0, 1.0, -1.0, 1e160, 1e308, -1e308)
MANY = (*FEW, LARGEST, 0.5, -0.5, 2.0, -2.0, -8.0, 711.0, -711.0, 1100.0, -1e160, 1e-308, 5e-324)
NAMES = ("p", "q", "r", "s", "t")


class Case(NamedTuple):
    """An operation and operands at which, going forward or back, there is no finite number."""

    op: Operation
    kind: str
    operands: tuple[float, ...]

    def f(self, *xs: Any) -> Any:
        """The operation within a program, in which 0 comes from above where ∞ · 0 is wanted."""
        y = apply(self.op, xs)
        return y * (xs[0] - xs[0]) if self.kind == "product" else y


@cache
def cases() -> dict[str, list[Case]]:
    """Those of each row that has some."""
    found: dict[str, list[Case]] = {}
    for op in BUILT_IN:
        count = 3 if isinstance(op, Nary) else len(op.operands)
        for xs in itertools.product(MANY if count < 3 else FEW, repeat=count):
            if op is not ops.softmax_output and (kind := _kind(op, xs)):
                found.setdefault(op.name, []).append(Case(op, kind, xs))
    return found


def _kind(op: Operation, xs: tuple[float, ...]) -> str:
    with ignore_domain():
        y = apply(op, [Value(x) for x in xs])
    if not math.isfinite(y.data):
        return "forward"
    if any(map(math.isnan, y.local_derivatives)):
        return "no derivative"
    return "product" if any(map(math.isinf, y.local_derivatives)) else ""


def chosen(name: str, trials: Trials, whole: int) -> Iterator[tuple[Random, Case]]:
    """A case for each trial: rows take turns, and so do a row's kinds."""
    turns: Iterator[list[Case]] = itertools.cycle(
        list(some) for of_row in cases().values() for _, some in itertools.groupby(sorted(of_row, key=_by), key=_by)
    )
    for draw in trials.of(name, whole):
        yield draw, draw.choice(next(turns))


def _by(case: Case) -> str:
    return case.kind


def wrong_with(error: DomainError, case: Case, inputs: Sequence[str], start: str = "", located: bool = True) -> str:
    """What a report lacks: "" if nothing."""
    said = str(error)
    has = {
        "the operation": error.op == case.op.name,
        "the operands": error.operands == case.operands,
        "the path": bool(error.path) and error.path[0] in inputs and error.path[-1] == case.op.name,
        "the place": said.startswith(start),
        "the line": not located or case.kind != "forward" or _is_line_of(apply, error.location),
        "the alternative": case.kind != "forward" or case.op.stable.get("", "") in said,
    }
    return ", ".join(f"{what} is missing in {said!r}" for what, there in has.items() if not there)


def _is_line_of(function: Callable[..., Any], location: str) -> bool:
    file, _, number = location.rpartition(":")
    return file == function.__code__.co_filename and int(number) in {n for *_, n in function.__code__.co_lines()}


def told(make: Callable[[], Any], judge: Callable[[DomainError], str], may_be_finite: bool = False) -> str:
    """What is wrong with the report of `make`; there may be none where the numbers that it gives are finite."""
    try:
        made = make()
    except DomainError as error:
        return judge(error)
    return "" if may_be_finite and all(map(math.isfinite, np.ravel(made))) else f"no report: {made!r:.80}"


def may_be_finite(case: Case) -> bool:
    """Whether another order of the same formula has numbers: upstream · (1 / a) is nan where upstream / a is 0."""
    return case.kind == "product"
