"""The compiled engine: its kernels are the table's rows, and its runs are those of the eager engine.

Needs numba, `pip install -e ".[fast]"`. Where it is missing the module is skipped, unless the environment variable
AUTOGRAD_NUMBA is "required".
"""

from __future__ import annotations

import math
import os
from functools import cache
from importlib.util import find_spec
from itertools import product

import numpy as np
import oracles
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import mp
from replays import close, eager, moving, run
from strategies import apply, every_row, operands, points
from test_kinks import KINKS

import autograd
from autograd import Value, ops
from autograd.replay.plan import plan
from autograd.replay.recording import recorded

if not find_spec("numba"):
    reason = 'the compiled engine is not tested, for numba is not installed: pip install -e ".[fast]"'
    if os.environ.get("AUTOGRAD_NUMBA") == "required":
        raise RuntimeError(reason)
    pytest.skip(reason, allow_module_level=True)

from numba import njit

from autograd.replay import numba_interpreter, numba_primitives, numba_source
from autograd.replay.numba_engine import NumbaEngine


def engine_of(outputs, inputs, batched, wanted=True):
    """The engine for a graph; `batched` and `wanted` say it of each input, or of all of them."""
    flags = [[x] * len(inputs) if isinstance(x, bool) else list(x) for x in (batched, wanted)]
    return NumbaEngine(plan(recorded(outputs, inputs).program, *flags))


# ---- the kernels are the rows


def test_the_kernels_are_those_of_the_table():
    assert numba_source.FILE.read_text(encoding="utf-8") == numba_source.kernels()


def test_another_row_has_another_kernel(monkeypatch):
    monkeypatch.setattr(ops.tanh, "partials", (lambda y, a: 1.0 - y * y,))
    written = numba_source.kernels()
    assert "dV[a_ + lane] += dV[y_ + lane] * (1.0 - y * y)" in written
    assert numba_source.FILE.read_text(encoding="utf-8") != written


def table_of(function):
    """A primitive, on an array."""

    @njit(error_model="numpy")
    def compute(x, y):
        for k in range(len(x)):
            y[k] = function(x[k])

    def of(x):
        y = np.empty_like(x)
        compute(x, y)
        return y

    return of


def units_off(found, exact):
    """By how many units in the last place a number is off."""
    nearest = float(exact)
    return 0.0 if found == nearest else float(abs(mp.mpf(found) - exact) / mp.mpf(math.ulp(nearest)))


ROUNDING = [("exp", 1.1), ("tanh", 2.5), ("sigmoid", 2.5), ("sech", 2.5)]
AT = [0.15, 0.25541281188299536, 0.34657359027997264, 0.5493, 1.0397, 19.06, 20.0, 37.0, 40.0, 708.4, 709.5, 745.0]


@pytest.mark.parametrize(("name", "units"), ROUNDING)
def test_primitives_have_all_digits(name, units):
    draws = np.random.default_rng(0)
    spans = [(-1.1, 1.1), (-40.0, 40.0), (-709.7, 709.7), (-745.1, -707.0), (707.0, 745.1)]
    parts = [draws.uniform(*span, 300) for span in spans]
    parts += [10.0 ** draws.uniform(-320.0, 0.0, 100), [np.nextafter(x, y) for x in AT for y in (-1e3, x, 1e3)]]
    x = np.concatenate([*parts, *(-np.asarray(part) for part in parts[-2:])])
    x = x[x < 709.782712893384] if name == "exp" else x
    exact = [oracles.DEFINITIONS[name][0](mp.mpf(a)) for a in x.tolist()]
    found = table_of(getattr(numba_primitives, name))(x).tolist()
    off = [units_off(y, right) for y, right in zip(found, exact, strict=True)]
    assert max(off) <= units and np.mean(off) <= 0.4
    assert min(abs(y) for y in found) < 1e-315  # some are subnormal
    assert units_off(math.nextafter(math.nextafter(math.nextafter(0.7, 1.0), 1.0), 1.0), mp.mpf(0.7)) > units


ENDS = [0.0, -0.0, math.inf, -math.inf, math.nan, 709.782712893384, 709.7827128933841, 5e-324, -5e-324, -746.0, 1e308]
AT_ENDS = {
    "exp": [1.0, 1.0, math.inf, 0.0, math.nan, 1.7976931348622732e308, math.inf, 1.0, 1.0, 0.0, math.inf],
    "tanh": [0.0, -0.0, 1.0, -1.0, math.nan, 1.0, 1.0, 5e-324, -5e-324, -1.0, 1.0],
    "sigmoid": [0.5, 0.5, 1.0, 0.0, math.nan, 1.0, 1.0, 0.5, 0.5, 0.0, 1.0],
    "sech": [1.0, 1.0, 0.0, 0.0, math.nan, 1.1125369292536274e-308, 1.112536929253501e-308, 1.0, 1.0, 0.0, 0.0],
}


@pytest.mark.parametrize("name", sorted(AT_ENDS))
def test_primitives_at_the_ends(name):
    found, expected = table_of(getattr(numba_primitives, name))(np.array(ENDS)), np.array(AT_ENDS[name])
    np.testing.assert_array_equal(found, expected)
    np.testing.assert_array_equal(np.signbit(found[expected == 0.0]), np.signbit(expected[expected == 0.0]))


# ---- rows


@cache
def engine_of_row(op, count, index, batched, picks):
    """An engine for a row whose operands are these inputs; of softmax, `index` says which output."""
    with autograd.ignore_domain():
        inputs = [Value(0.5) for _ in range(max(picks) + 1)]
        given = [inputs[k] for k in picks]
        y = apply(op, [index, *given] if op.name == "softmax" else given)
        return engine_of([y], inputs, batched[: len(inputs)])


def check_row(op, numbers, batched, repeated=False):
    """A row of these operands, or of the first of them in every place, has the value and the gradient of eager."""
    first = len(numbers) - len(moving(op, numbers))
    if repeated:
        numbers = [*numbers[:first], *[numbers[first]] * (len(numbers) - first)]
    y, slopes = eager(op, numbers)
    given, slopes = moving(op, numbers), moving(op, slopes)
    picks = (0,) * len(given) if repeated else tuple(range(len(given)))
    if repeated:
        given, slopes = given[:1], [sum(slopes)]
    flags = tuple(batched[k % len(batched)] for k in range(len(given)))
    index = numbers[0] if op.name == "softmax" else 0.0
    engine = engine_of_row(op, len(numbers), index, flags, picks)
    (found,), gradients = run(engine, [np.array([x]) if many else x for x, many in zip(given, flags, strict=True)])
    scale = {"total": math.fsum, "mean": math.fsum, "dot": lambda xs: sum(x * x for x in xs)}.get(op.name)
    size = scale(map(abs, numbers)) if scale else 0.0  # the sums of eager are rounded once
    if op.name == "logsumexp":
        size = 1.0 + abs(y)
    if math.isfinite(size):
        assert close(float(np.ravel(found)[0]), y, 1e-13, size)
    for slope, right in zip(gradients, slopes, strict=True):
        assert close(float(np.ravel(slope)[0]), right, 1e-13)


@every_row
@settings(max_examples=settings().max_examples // 3)
@given(data=st.data(), batched=st.sampled_from([(True,), (False,), (True, False), (False, True)]))
def test_a_row_is_that_of_the_eager_engine(op, data, batched):
    numbers = data.draw(operands(op))
    if math.isfinite(eager(op, numbers)[0]):
        check_row(op, numbers, batched)


@every_row
def test_a_row_where_operands_are_shared_batched_or_one(op):
    cases = points(op) + [kink.operands for kink in KINKS if kink.name == op.name]
    for case, batched in product(cases, product([True, False], repeat=min(3, len(cases[0])))):
        check_row(op, case, batched)
    for batched in (True, False):
        with autograd.ignore_domain():
            check_row(op, points(op)[0], (batched,), repeated=True)
