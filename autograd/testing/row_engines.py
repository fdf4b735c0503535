"""A row by every engine that is installed: the same numbers as eagerly."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any

import numpy as np

from autograd.modes import ignore_domain
from autograd.ops import Nary
from autograd.replay import compile
from autograd.testing.places import Point
from autograd.testing.row import Finding, Findings, Row, differ
from autograd.value import Value

TOLERANCE = 1e-12
SIZE = 1e-3  # a derivative near 0 may be off by TOLERANCE of this: engines round otherwise what cancels
BATCH = 64
Numbers = tuple[Any, Sequence[Any]]  # the value, and the derivative in each operand


def by_numpy(row: Row) -> Findings:
    """Replay by NumPy."""
    yield from _compared(row, lambda f, columns: _replayed(f, columns, "numpy"), "numpy")


def by_numba(row: Row) -> Findings:
    """Replay by numba, which has kernels of the package's own rows only."""
    if find_spec("numba") and not row.op.users_own:
        yield from _compared(row, lambda f, columns: _replayed(f, columns, "numba"), "numba")


def by_jax(row: Row) -> Findings:
    """The recording as a JAX function, where the row is a formula."""
    if find_spec("jax") and row.is_formula:
        with double_precision():
            yield from _compared(row, _by_jax, "jax")


def _compared(row: Row, run: Callable[[Any, list[Any]], Numbers], engine: str) -> Findings:
    """All points at once, as a batch; those of an operation of many operands one by one."""
    points = row.places.defined
    for batch in [[point] for point in points] if isinstance(row.op, Nary) else [list(points)]:
        columns = [np.array(column) for column in list(zip(*batch, strict=True))[row.first :]]
        with ignore_domain(), np.errstate(all="ignore"):
            value, gradients = run(row.function(batch[0]), columns)
        found = [np.broadcast_to(x, len(batch)).tolist() for x in (value, *gradients)]
        for point, numbers in zip(batch, zip(*found, strict=True), strict=True):
            for _, y, xs in row.graphs([point]):
                yield from _beside_eager(row, point, numbers, y, xs, engine)


def _beside_eager(
    row: Row, point: Point, numbers: Sequence[float], y: Value, xs: Sequence[Value], engine: str
) -> Findings:
    expected = [y.data, *(sum(d for parent, d in y.edges() if parent is x) for x in xs)]
    names = ["the value is", *(f"the derivative in operand {row.first + k + 1} is" for k in range(len(xs)))]
    for name, a, b in zip(names, numbers, expected, strict=True):
        neither = not (math.isfinite(a) or math.isfinite(b))
        yield Finding(point, "" if neither else differ(f"by {engine} and eagerly {name}", a, b, TOLERANCE, SIZE))


def _replayed(f: Callable[..., Any], columns: list[Any], engine: str) -> Numbers:
    found: Numbers = compile(f, engine=engine).value_and_grad(*columns, argnums=range(len(columns)))
    return found


def _by_jax(f: Callable[..., Any], columns: list[Any]) -> Numbers:
    import jax

    function = compile(f, engine="numpy").tape(*columns).to_jax()
    count = len(columns[0])
    samples = BATCH * -(-count // BATCH)  # of one length for all rows, for which JAX compiles its parts once
    arrays = [jax.numpy.asarray(np.resize(x, samples)) for x in columns]
    y, back = jax.vjp(function, *arrays)
    return np.asarray(y)[:count], [np.asarray(x)[:count] for x in back(jax.numpy.ones_like(y))]


@contextmanager
def double_precision() -> Iterator[None]:
    """JAX's setting is one of the process."""
    import jax

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    try:
        yield
    finally:
        jax.config.update("jax_enable_x64", before)
