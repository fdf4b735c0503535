"""The compiled engine: its kernels are the table's rows, and its runs are those of the eager engine.

Needs numba, `pip install -e ".[fast]"`. Where it is missing the module is skipped, unless the environment variable
AUTOGRAD_NUMBA is "required".
"""

from __future__ import annotations

import copy
import math
import os
import pickle
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.util import find_spec
from itertools import pairwise, product
from threading import Event

import numpy as np
import oracles
import programs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import mp
from replays import ONE, close, eager, moving, run
from strategies import apply, every_row, points
from test_kinks import KINKS

import autograd
from autograd import Value, dot, logsumexp, mean, ops, softmax, tanh, total
from autograd.replay import engines
from autograd.replay.numpy.engine import NumpyEngine
from autograd.replay.plan import S, V, plan
from autograd.replay.recording import recorded
from autograd.testing import points_in_domain
from nn import MLP

if not find_spec("numba"):
    reason = 'the compiled engine is not tested, for numba is not installed: pip install -e ".[fast]"'
    if os.environ.get("AUTOGRAD_NUMBA") == "required":
        raise RuntimeError(reason)
    pytest.skip(reason, allow_module_level=True)

from numba import njit

from autograd.replay.numba import engine as numba_engine
from autograd.replay.numba import interpreter as numba_interpreter
from autograd.replay.numba import parallel
from autograd.replay.numba import primitives as numba_primitives
from autograd.replay.numba import source as numba_source
from autograd.replay.numba.engine import NumbaEngine


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


# Eager sums are rounded once; by how much others are off depends on the size of the terms.
SIZES = {
    "total": lambda xs: sum(map(abs, xs)),
    "mean": lambda xs: sum(abs(x) / len(xs) for x in xs),
    "dot": lambda xs: sum(x * x for x in xs),
    "logsumexp": lambda xs: 1.0 + abs(max(xs)),
}


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
    size = SIZES[op.name](numbers) if op.name in SIZES else 0.0
    if math.isfinite(size):
        assert close(float(np.ravel(found)[0]), y, 1e-13, size)
    for slope, right in zip(gradients, slopes, strict=True):
        assert close(float(np.ravel(slope)[0]), right, 1e-13)


@every_row
@settings(max_examples=settings().max_examples // 3)
@given(data=st.data(), batched=st.sampled_from([(True,), (False,), (True, False), (False, True)]))
def test_a_row_is_that_of_the_eager_engine(op, data, batched):
    numbers = data.draw(points_in_domain(op))
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


# ---- programs


def outputs_of(program, inputs):
    """The end of a program, results on the way, an input, a constant, and the end again."""
    results = programs.run(program, inputs)
    return [results[-1], results[-2], results[len(inputs) + 3], inputs[1], 7.0, results[-1]]


@cache
def drawn(seed):
    return programs.random_program(seed)


def eager_run(graph, column, seeds):
    """The outputs of one sample, and the gradient of Σ seed · output."""
    given = [Value(float(x)) for x in column]
    outputs = graph(given)
    for y, seed in zip(outputs, seeds, strict=True):
        if isinstance(y, Value):
            y.backward(seed)
    return [getattr(y, "data", y) for y in outputs], [x.grad for x in given]


@pytest.mark.parametrize("block", [16, 512])
@pytest.mark.parametrize("seed", range(4))
def test_random_programs_in_blocks(seed, block):
    """All operations; batches that end with a block, before it, and after it; seeds that differ by sample."""
    program, numbers = drawn(seed)
    draws = np.random.default_rng(seed)
    batched = [True] * len(numbers) if seed % 2 else (draws.random(len(numbers)) < 0.6).tolist()
    wanted = [True] * len(numbers) if seed < 2 else (draws.random(len(numbers)) < 0.7).tolist()
    inputs = [Value(x) for x in numbers]
    engine = engine_of(outputs_of(program, inputs), inputs, batched, wanted)
    engine.block = block
    stores = engine.plan.store[engine.plan.program.outputs]
    for samples in (1, 2, 15, 16, 17, 511, 513, 4097):
        columns = np.array(numbers)[:, None] + 1e-5 * draws.uniform(-1.0, 1.0, (len(numbers), samples))
        columns[~np.array(batched)] = np.array(numbers)[~np.array(batched), None]
        seeds = [draws.normal(size=samples) if store else np.array(draws.normal()) for store in stores]
        given = [x if many else x[0] for x, many in zip(columns, batched, strict=True)]
        outputs, gradients = run(engine, given, seeds)
        chosen = range(samples) if samples < 20 and not all(batched) else {0, samples // 2, samples - 1}
        summed = np.zeros(len(numbers))
        for k in chosen:
            mine = [seed[k] if seed.ndim else seed if k == 0 else 0.0 for seed in seeds]
            right, slopes = eager_run(lambda xs: outputs_of(program, xs), columns[:, k], mine)
            summed += slopes
            assert all(
                close(np.ravel(y)[k if np.ndim(y) else 0], x, 1e-12, 1.0) for y, x in zip(outputs, right, strict=True)
            )
            for slope, x, many, asked in zip(gradients, slopes, batched, wanted, strict=True):
                assert not (many and asked) or close(slope[k], x, 1e-12, 1.0)
        for slope, x, many, asked in zip(gradients, summed, batched, wanted, strict=True):
            assert many or not asked or len(chosen) < samples or close(slope, x, 1e-12, samples)


@pytest.mark.parametrize("seed", range(4, 7))
def test_random_programs_of_one_sample_and_of_equal_ones(seed):
    """Where all samples share all inputs there is one; and as many equal ones give as many times the gradient."""
    program, numbers = drawn(seed)
    inputs = [Value(x) for x in numbers]
    seeds = [1.0, 0.5, -2.0, 3.0, 1.0, 0.25]
    right, slopes = eager_run(lambda xs: outputs_of(program, xs), numbers, seeds)
    engine = engine_of(outputs_of(program, inputs), inputs, False)
    ys, gradients = run(engine, numbers, [np.array(seed) for seed in seeds])
    assert all(np.ndim(y) == 0 and close(float(y), x, 1e-12, 1.0) for y, x in zip(ys, right, strict=True))
    assert all(close(float(x), slope, 1e-12, 1.0) for x, slope in zip(gradients, slopes, strict=True))
    right, slopes = eager_run(lambda xs: [programs.run(program, xs)[-1]], numbers, [1.0])
    batched = [k == 0 for k in range(len(numbers))]
    engine = engine_of([programs.run(program, inputs)[-1]], inputs, batched)
    (ys,), gradients = run(engine, [np.full(600, numbers[0]), *numbers[1:]])
    assert np.ptp(ys) == 0.0 and close(ys[0], right[0], 1e-12, 1.0)
    assert all(close(x / 600, slope, 1e-12, 1.0) for x, slope in zip(gradients[1:], slopes[1:], strict=True))


WIDE = {
    "add": 2, "mul": 2, "sub": 2, "tanh": 1, "sin": 1, "absolute": 1, "hypot": 2, "maximum": 2, "clip": 3, "where": 3,
    "less": 2, "total": 3, "mean": 4, "logsumexp": 3, "softmax": 4, "dot": 5,
}  # fmt: skip


def wide_graph(xs, seed):
    """Levels in which every operation occurs several times, of operands from here and there."""
    draw, results = random.Random(seed), list(xs)
    for _ in range(3):
        level = []
        for name, count in WIDE.items():
            for k in range(7):
                given = [draw.choice(results) for _ in range(count)]
                given[-1] = given[-1] if draw.random() < 0.8 else draw.choice([-1.5, 0.25, 0.75])
                level.append(apply(ops.operation(name), [float(k % 3), *given[1:]] if name == "softmax" else given))
        results += [tanh(y) for y in level]
    return [total(results[-200:]), results[-1], results[-5]]


@pytest.mark.parametrize("batched", [[True] * 6, [False] * 6, [True, False, True, False, False, False]])
def test_many_instructions_of_one_operation(batched):
    inputs = [Value(0.3 * k - 0.7) for k in range(6)]
    engine = engine_of(wide_graph(inputs, 5), inputs, batched)
    assert max(group.count for group in engine.plan.groups) > 20 and len(engine.plan.groups) < len(engine.plan.program)
    outputs, gradients = run(
        engine, [np.full(19, v.data) if many else v.data for v, many in zip(inputs, batched, strict=True)]
    )
    right, slopes = eager_run(lambda xs: wide_graph(xs, 5), [v.data for v in inputs], [1.0] * 3)
    assert all(close(np.ravel(y)[-1], x, 1e-13, 200.0) for y, x in zip(outputs, right, strict=True))
    for slope, x, many in zip(gradients, slopes, batched, strict=True):
        assert close(np.ravel(slope)[-1], x * (19.0 if any(batched) and not many else 1.0), 1e-12, 200.0)


def test_a_program_without_instructions():
    x, w = Value(2.0), Value(3.0)
    (y, z, c), (dx, dw) = run(engine_of([x, w, 4.0], [x, w], [True, False]), [np.array([1.0, 5.0]), 3.0])
    assert (y.tolist(), float(z), float(c), dx.tolist(), float(dw)) == ([1.0, 5.0], 3.0, 4.0, [1.0, 1.0], 1.0)
    (c,), _ = run(engine_of([4.0], [], True), [])
    assert c == 4.0


def test_a_long_chain_is_prepared_in_linear_time():
    """Constants of its own in every operation: they have a row each, and none is looked for among all others."""
    x = Value(0.3)
    y = x
    for k in range(3000):
        y = tanh(y * (1.0 - k / 9000.0) + k / 7000.0)
    y.backward()
    engine = engine_of([y], [x], True)
    (ys,), (dx,) = run(engine, [np.full(3, 0.3)])
    assert close(ys[2], y.data) and close(dx[1], x.grad)
    assert engine.of_batch.rows == 1 + len(engine.plan.program) + len(engine.plan.program.constants)
    assert engine.of_batch.forward.shape == (len(engine.plan.groups), 5)


def test_inputs_as_many_as_the_program_has():
    """What is too much would be written into other memory."""
    w, x = Value(0.1), Value(0.2)
    engine = engine_of([w * x], [w, x], [False, True])
    for shared, batch in ((np.ones(2), np.ones((1, 3))), (np.ones(0), np.ones((1, 3))), (np.ones(1), np.ones((2, 3)))):
        with pytest.raises(ValueError, match=rf"{len(shared)} and {len(batch)} .* inputs for a program of 1 and 1"):
            engine.outputs(shared, batch)
    for seeds in ([], [np.ones(3)] * 2, [np.ones(4)]):
        with pytest.raises(ValueError, match=r"zip\(\) argument|could not broadcast"):
            engine.gradients(np.ones(1), np.ones((1, 3)), seeds)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda engine: pickle.loads(pickle.dumps(engine))])
def test_copies_have_memory_of_their_own(copied):
    """Calls know their places by address: those of a copy must not be those of an engine that is gone."""
    engine, numbers, batch = net_engine()
    seeds = [np.ones(1000), ONE]
    expected = engine.gradients(numbers, batch, seeds)
    other = copied(engine)
    assert not set(other.of_batch.forward[:, 3]) & set(engine.of_batch.forward[:, 3])
    found = other.gradients(numbers, batch, seeds)
    assert found.shared.tobytes() == expected.shared.tobytes()


def test_a_wrong_kernel_is_seen(monkeypatch):
    right = numba_engine.kernel
    monkeypatch.setattr(numba_engine, "kernel", lambda name: right(name.replace("backward_sin", "backward_cos")))
    engine_of_row.cache_clear()
    with pytest.raises(AssertionError):
        check_row(ops.sin, (0.3,), (True,))
    check_row(ops.cos, (0.3,), (True,))
    engine_of_row.cache_clear()


# ---- layers


def check_layer(engine, W, b, X, seeds, columns=None):
    """Z = W X + b, of weights and biases in one vector, and of columns X."""
    P = np.column_stack([W, b]).ravel()
    found = engine.gradients(P, X, list(seeds))
    inputs = X if columns is None else X[columns]
    np.testing.assert_allclose(found.outputs, W @ inputs + b[:, None], rtol=1e-13, atol=1e-13)
    moved = np.column_stack([seeds @ inputs.T, seeds.sum(axis=1)]).ravel()
    np.testing.assert_allclose(found.shared, moved, rtol=1e-13, atol=1e-12)
    dX = np.zeros_like(X)
    np.add.at(dX, slice(None) if columns is None else columns, W.T @ seeds)
    np.testing.assert_allclose(found.batch, dX, rtol=1e-13, atol=1e-13)


def layer_of(neurons, inputs, columns):
    """An engine for neurons that take some columns of the inputs."""
    P, xs = [Value(0.1) for _ in range(neurons * (len(columns) + 1))], [Value(0.1) for _ in range(inputs)]
    rows = [P[k * (len(columns) + 1) :][: len(columns) + 1] for k in range(neurons)]
    outputs = [dot(row[:-1], [xs[k] for k in columns], row[-1]) for row in rows]
    return engine_of(outputs, [*P, *xs], [False] * len(P) + [True] * inputs)


@pytest.mark.parametrize("neurons", range(1, 10))
def test_layers_of_all_sizes(neurons):
    draws = np.random.default_rng(neurons)
    for inputs in range(1, 10):
        engine = layer_of(neurons, inputs, range(inputs))
        assert len(engine.of_batch.forward) == 1 and not engine.of_batch.spread  # one kernel, weights in S
        W, b = draws.normal(size=(neurons, inputs)), draws.normal(size=neurons)
        for samples in (1, 7, 70):
            check_layer(engine, W, b, draws.normal(size=(inputs, samples)), draws.normal(size=(neurons, samples)))


@pytest.mark.parametrize("columns", [[0, 0], [1, 0, 1, 2, 1], [2, 2, 2, 2], [0, 1, 1, 2, 0, 0, 2]])
def test_layers_of_repeated_inputs(columns):
    draws = np.random.default_rng(0)
    W, b = draws.normal(size=(5, len(columns))), draws.normal(size=5)
    check_layer(layer_of(5, 3, columns), W, b, draws.normal(size=(3, 37)), draws.normal(size=(5, 37)), columns)


def test_a_layer_of_weights_that_occur_twice_of_constants_and_of_shared_inputs():
    w, x, s = [Value(0.1) for _ in range(6)], [Value(0.1) for _ in range(4)], Value(0.1)
    rows = [[w[0], w[1], w[0], w[2], 1.5], [w[0], w[0], w[0], w[0], w[5]], [0.5, -2.0, w[3], 0.0, w[3]], [0.0] * 5]
    rows += [[*w[2:6], w[0]]]
    outputs = [dot(row, [*x, s], w[k]) for k, row in enumerate(rows)]
    inputs = [*w, *x, s]
    engine = engine_of(outputs, inputs, [v in x for v in inputs])
    draws = np.random.default_rng(1)
    numbers, X, seeds = draws.normal(size=7), draws.normal(size=(4, 21)), draws.normal(size=(5, 21))
    found = engine.gradients(numbers, X, list(seeds))
    summed = np.zeros(7)
    for k in range(21):
        given = [Value(float(v)) for v in [*numbers[:6], *X[:, k], numbers[6]]]
        mine = dict(zip(inputs, given, strict=True))
        ys = [dot([mine.get(v, v) for v in row], [mine[v] for v in [*x, s]], mine[w[j]]) for j, row in enumerate(rows)]
        dot(seeds[:, k].tolist(), ys).backward()
        np.testing.assert_allclose([y[k] for y in found.outputs], [y.data for y in ys], rtol=1e-13, atol=1e-13)
        np.testing.assert_allclose(found.batch[:, k], [v.grad for v in given[6:10]], rtol=1e-12, atol=1e-13)
        summed += [v.grad for v in [*given[:6], given[10]]]
    np.testing.assert_allclose(found.shared, summed, rtol=1e-12, atol=1e-12)


def test_a_layer_of_numbers_that_are_not_finite():
    draws = np.random.default_rng(2)
    W, b, X, seeds = (draws.normal(size=size) for size in ((6, 5), 6, (5, 9), (6, 9)))
    W[1, 2], W[4, 3], X[1, 4], X[0, 7], X[2, 8] = math.inf, -math.inf, math.nan, math.inf, 0.0
    with np.errstate(invalid="ignore"):
        check_layer(layer_of(6, 5, range(5)), W, b, X, seeds)


# ---- any number of operands

HUGE = 1.7e308
LISTS = [
    [3.3],
    [2.0, 2.0],
    [5.0, 5.0, 5.0, -1.0],
    [0.0, -40.0, -41.0],
    [1000.0, 1000.0, 999.0],
    [-1000.0, -1001.0],
    [HUGE, -HUGE],
    [HUGE, HUGE, 0.0],
    [-HUGE, -HUGE, -HUGE],
    [1.0, 700.9, -0.3],
]


@pytest.mark.parametrize("batched", [True, False])
@pytest.mark.parametrize("xs", LISTS, ids=str)
def test_logsumexp_softmax_and_mean(xs, batched):
    """Of ties, of numbers that are huge, of one: all shares of a softmax at once, and some."""
    for graph in (
        lambda vs: [logsumexp(vs), mean(vs)],
        softmax,
        lambda vs: softmax(vs)[-1:],
        lambda vs: [logsumexp([*vs, vs[0]]), mean([vs[0], vs[0]]), softmax([*vs, vs[-1]])[-1]],
    ):
        inputs = [Value(0.5) for _ in xs]
        engine = engine_of(graph(inputs), inputs, batched)
        outputs, gradients = run(engine, [np.full(2, x) for x in xs] if batched else xs)
        right, slopes = eager_run(graph, xs, [1.0] * len(outputs))
        assert all(close(np.ravel(y)[-1], x, 1e-13) for y, x in zip(outputs, right, strict=True))
        for slope, x in zip(gradients, slopes, strict=True):  # the gradient of the sum of all shares is 0
            assert close(np.ravel(slope)[-1], x, 1e-13, 1e-3)


def test_sums_of_one_and_of_none():
    x, b = Value(1.5), Value(0.25)
    graph = [total([x]), mean([x]), dot([], [], b) * x, dot([x], [b]), total([b]) + x]
    for batched in ([True, True], [True, False], [False, False]):
        engine = engine_of(graph, [x, b], batched)
        outputs, (dx, db) = run(
            engine, [np.full(3, v.data) if many else v.data for v, many in zip((x, b), batched, strict=True)]
        )
        assert [float(np.ravel(y)[0]) for y in outputs] == [1.5, 1.5, 0.375, 0.375, 1.75]
        assert np.ravel(dx)[0] == 3.5 and np.ravel(db)[0] == 4.0 * (3.0 if batched == [True, False] else 1.0)


def test_not_a_number_stays_one():
    """In every place of a list, and in conditions."""
    for place in range(3):
        xs = [Value(0.5) for _ in range(3)]
        engine = engine_of([logsumexp(xs), softmax(xs)[0], mean(xs), ops.maximum(xs[0], xs[1]) + xs[2]], xs, True)
        numbers = [math.nan if k == place else 0.5 for k in range(3)]
        assert all(math.isnan(y[0]) for y in run(engine, [np.array([x]) for x in numbers])[0])


def test_logsumexp_of_infinite_numbers():
    xs = [Value(0.5) for _ in range(3)]
    engine = engine_of([logsumexp(xs)], xs, True)
    columns = np.array([[math.inf, 0.0, math.inf], [-math.inf, 1.0, 1.0], [-math.inf] * 3, [-math.inf, math.inf, 0.0]])
    (ys,), _ = run(engine, list(columns.T))
    assert ys.tolist() == [math.inf, 1.0 + math.log(2.0), -math.inf, math.inf]


# ---- threads


def net_engine(hidden="tanh"):
    """An engine for the loss of a network, and L2; the parameters and data."""
    draws = np.random.default_rng(0)
    model = MLP(4, [7, 5, 3], activation=hidden, seed=1)
    parameters, x, t = model.parameters(), [Value(0.1) for _ in range(4)], [Value(0.1) for _ in range(3)]
    z = model(x)
    outputs = [logsumexp(z) - dot(t, z), 0.01 * total([p * p for p in parameters])]
    flags = [False] * len(parameters) + [True] * 7
    engine = engine_of(outputs, [*parameters, *x, *t], flags, [*(not flag for flag in flags[:-7]), *[True] * 7])
    return engine, np.array([p.data for p in parameters]), draws.normal(size=(7, 1000))


def test_a_run_that_is_interrupted_stops_its_other_threads(monkeypatch):
    for name, smallest in (("PAYS", 1), ("LONG", 1), ("threads", lambda: 2)):
        monkeypatch.setattr(parallel, name, smallest)
    other_began, interrupted, by_other = Event(), Event(), []

    def part(begin, end):
        if begin == 0:
            other_began.wait(30.0)
            raise KeyboardInterrupt
        by_other.append(begin)
        other_began.set()
        interrupted.wait(30.0)
        return 0.0

    with ThreadPoolExecutor(1) as pool:
        monkeypatch.setattr(parallel, "_pool", lambda process: pool)
        with pytest.raises(KeyboardInterrupt):
            parallel.in_parts(part, 100, 1)
        interrupted.set()
    assert len(by_other) == 1  # of fifty


@pytest.mark.parametrize(
    ("samples", "rows", "parts"),
    [(9, 11, 1), (10, 10, 2), (1000, 1, 4), (3, 1000, 3), (100, 100, 12), (100, 1000, 100)],
)
def test_the_parts_of_a_run(monkeypatch, samples, rows, parts):
    """As many as pay, as there are threads, and no longer than LONG each; they follow one another."""
    monkeypatch.setattr(parallel, "PAYS", 100)
    monkeypatch.setattr(parallel, "LONG", 1000)
    monkeypatch.setattr(parallel, "threads", lambda: 4)
    seen = []
    assert parallel.in_parts(lambda begin, end: seen.append((begin, end)) or end - begin, samples, rows) == samples
    ends = [0, *(end for _, end in sorted(seen))]
    assert sorted(seen) == list(pairwise(ends))
    sizes = {end - begin for begin, end in seen}
    assert len(seen) == parts and max(sizes) - min(sizes) <= 1


@pytest.fixture
def many_threads(monkeypatch):
    """As if even little work paid a thread, there were three, and a part of some samples were a long one."""
    monkeypatch.setattr(parallel, "PAYS", 1)
    monkeypatch.setattr(parallel, "threads", lambda: 3)
    monkeypatch.setattr(parallel, "LONG", 5000)


def test_parts_of_a_run(many_threads, monkeypatch):
    engine, numbers, batch = net_engine()
    seeds = [np.linspace(0.5, 1.5, 1000), ONE]
    parts = []
    monkeypatch.setattr(numba_engine, "run", lambda *given: (parts.append(given[-4:-2]), numba_interpreter.run(*given)))
    split = engine.gradients(numbers, batch, seeds)
    assert len(parts) == 3 * (1000 * engine.of_batch.rows // 15000 + 1)
    ends = [0, *(end for _, end in sorted(parts))]
    assert sorted(parts) == list(pairwise(ends))
    monkeypatch.setattr(parallel, "threads", lambda: 1)
    monkeypatch.setattr(parallel, "LONG", 2**27)
    whole = engine.gradients(numbers, batch, seeds)
    assert len(parts) % 3 == 1
    assert parallel._pool(1) is parallel._pool(1) is not parallel._pool(2)
    assert split.batch.tobytes() == whole.batch.tobytes()
    assert [y.tobytes() for y in split.outputs] == [y.tobytes() for y in whole.outputs]
    np.testing.assert_allclose(split.shared, whole.shared, rtol=1e-12, atol=1e-13)


def test_fewer_samples_than_threads(many_threads):
    engine, numbers, batch = net_engine()
    for samples in (1, 2, 3, 4):
        found = engine.gradients(numbers, batch[:, :samples], [np.ones(samples), ONE])
        apart = [engine.gradients(numbers, batch[:, [k]], [np.ones(1), ONE * (k == 0)]) for k in range(samples)]
        np.testing.assert_allclose(found.shared, sum(one.shared for one in apart), rtol=1e-12, atol=1e-13)


@pytest.mark.usefixtures("many_threads")
def test_several_threads_at_once_on_one_engine():
    engine, numbers, batch = net_engine("relu")
    jobs = [(numbers * (1.0 + 0.01 * k), batch[:, : 1000 - 37 * k]) for k in range(12)]

    def work(job):
        found = engine.gradients(job[0], job[1], [np.ones(job[1].shape[1]), ONE])
        return [found.shared.tobytes(), found.batch.tobytes(), found.outputs[0].tobytes()]

    alone = [work(job) for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(work, jobs * 5)) == alone * 5
    assert len(engine._free) <= 3 * 8


@pytest.mark.usefixtures("many_threads")
@pytest.mark.parametrize(("error", "begins"), [(KeyboardInterrupt, range(1)), (MemoryError, range(500, 1000))])
def test_an_interrupted_run_leaves_the_engine_usable(monkeypatch, error, begins):
    """Ctrl-C in the caller's thread, or no memory in another: what the others write meanwhile is theirs."""
    engine, numbers, batch = net_engine()
    seeds = [np.ones(1000), ONE]
    before = engine.gradients(numbers, batch, seeds)

    def breaking(*given):
        if given[-4] in begins:
            raise error
        return numba_interpreter.run(*given)

    with monkeypatch.context() as patch:
        patch.setattr(numba_engine, "run", breaking)
        with pytest.raises(error):
            engine.gradients(numbers, batch, seeds)
    again = engine.gradients(numbers, batch, seeds)
    assert again.shared.tobytes() == before.shared.tobytes() and again.batch.tobytes() == before.batch.tobytes()


def test_an_interrupted_run_stops_its_other_threads(many_threads, monkeypatch):
    """The main thread is interrupted in the first of its parts; the others end the part that they are at."""
    engine, numbers, batch = net_engine()
    begun, stopped = [], Event()

    def breaking(*given):
        begun.append(given[-4])
        if given[-4] == 0:
            raise KeyboardInterrupt
        assert stopped.wait(60.0)
        return numba_interpreter.run(*given)

    with ThreadPoolExecutor(2) as pool:
        monkeypatch.setattr(parallel, "_pool", lambda process: pool)
        monkeypatch.setattr(parallel, "Event", lambda: stopped)
        monkeypatch.setattr(numba_engine, "run", breaking)
        with pytest.raises(KeyboardInterrupt):
            engine.outputs(numbers, batch)
    assert len(begun) <= 3 < 1000 * engine.of_batch.rows // parallel.LONG


FORKS = """
import os, sys
import numpy as np
from autograd import compile, tanh
from autograd.replay.numba import parallel
parallel.PAYS, parallel.threads = 1, lambda: 3
f = compile(lambda w, x: tanh(w * x), in_axes=(None, 0), engine="numba")
X = np.linspace(0.0, 1.0, 999)
before = f.value_and_grad(0.5, X)
child = os.fork()
after = f.value_and_grad(0.5, X)
same = before[1] == after[1] and (before[0] == after[0]).all()
if child == 0:
    os._exit(0 if same else 1)
assert same and os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
print("same")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on Windows")
def test_a_fork_has_threads_of_its_own():
    shown = subprocess.run([sys.executable, "-c", FORKS], capture_output=True, text=True, timeout=120)
    assert shown.stdout == "same\n", shown.stderr


# ---- memory


@pytest.mark.parametrize("hidden", ["tanh", "gelu"])
def test_a_block_takes_24_bytes_for_an_instruction_and_sample(hidden):
    engine, numbers, batch = net_engine(hidden)
    engine.gradients(numbers, batch, [np.ones(1000), ONE])
    (w,) = engine._free
    nodes = engine.plan.rows_of(V) + 7
    assert engine.block == 512
    assert w.memory.nbytes <= 24 * (nodes * engine.block + engine.plan.rows_of(S))


def test_a_million_samples_stream():
    w, x = Value(0.9), Value(0.3)
    y = x
    for _ in range(40):
        y = tanh(y * w)
    engine, samples = engine_of([y], [w, x], [False, True], [True, False]), 1_000_000
    X = np.linspace(0.0, 1.0, samples)
    found = engine.gradients(np.array([0.9]), X[None], [np.ones(samples)])
    size = sum(workspace.memory.nbytes for workspace in engine._free)
    assert size <= parallel.threads() * 24 * (len(engine.plan.program) + 3) * 512
    some = engine.gradients(np.array([0.9]), X[None, -600:], [np.ones(600)])
    assert found.outputs[0][-600:].tobytes() == some.outputs[0].tobytes() and found.batch.size == 0
    parts = [engine.gradients(np.array([0.9]), part[None], [np.ones(len(part))]) for part in np.split(X, 10)]
    np.testing.assert_allclose(found.shared, sum(part.shared for part in parts), rtol=1e-12)


@pytest.mark.parametrize(("operations", "block"), [(100, 512), (3000, 43), (100_000, 16)])
def test_blocks_stay_in_the_cache(operations, block):
    x, ys = Value(0.5), []
    for k in range(operations):
        ys.append(ops.sin(ys[-1] if ys else x) if k % 100 else ops.sin(x * (1.0 + k)))
    engine = engine_of([total(ys)], [x], True, False)
    assert engine.block == pytest.approx(block, rel=0.05)


# ---- compiled once


def test_kernels_are_kept_until_any_source_changes(monkeypatch):
    """numba looks at the file of a function, and not at those of the functions that it calls."""
    version = numba_interpreter._version()
    assert numba_interpreter.kernel("forward_tanh").__qualname__ == f"forward_tanh_{version}"
    getsource = numba_interpreter.getsource
    for changed in (numba_primitives, *numba_interpreter.KERNELS):
        monkeypatch.setattr(
            numba_interpreter, "getsource", lambda m, changed=changed: getsource(m) + "\n" * (m is changed)
        )
        assert numba_interpreter._version.__wrapped__() != version
    monkeypatch.setattr(numba_interpreter, "getsource", getsource)
    assert numba_interpreter._version.__wrapped__() == version


def test_without_a_place_to_keep_them_kernels_are_compiled():
    """Where no directory can be written, numba raises RuntimeError; where a file is damaged, what unpickling raises."""

    def compiler(cache):
        if cache:
            raise RuntimeError("cannot cache function 'f': no locator available")
        return lambda function: ("compiled", function)

    assert numba_interpreter._kept(compiler, len) == ("compiled", len)


def test_without_sources_numba_keeps_no_kernels(monkeypatch):
    def getsource(module):
        raise OSError("source code not available")

    monkeypatch.setattr(numba_interpreter, "getsource", getsource)
    assert numba_interpreter._version.__wrapped__() == ""


# ---- which engine


@pytest.mark.usefixtures("table")
def test_rows_of_users_are_for_numpy():
    bump = ops.define("bump_", lambda a: ops.exp(-a * a), lambda y, a: -2.0 * a * y)
    x = Value(0.5)
    with pytest.raises(ValueError, match=r"numba has no kernel of 'bump_', .* own: take engine='numpy'"):
        engine_of([bump(x)], [x], True)
    the_plan = plan(recorded([bump(x)], [x]).program, [True], [True])
    assert isinstance(engines.engine_for("auto")(the_plan), NumpyEngine)
    assert autograd.compile(bump)(0.5) == bump(0.5)
    with pytest.raises(ValueError, match="take engine='numpy'"):
        autograd.compile(bump, engine="numba")(0.5)


def test_auto_is_numba_where_it_is_installed(monkeypatch):
    x = Value(0.5)
    the_plan = plan(recorded([tanh(x)], [x]).program, [True], [True])
    assert isinstance(engines.engine_for("auto")(the_plan), NumbaEngine)
    for name in [name for name in sys.modules if name.startswith("autograd.replay.numba")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "numba", None)
    assert isinstance(engines.engine_for("auto")(the_plan), NumpyEngine)
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(ImportError, match=r'^engine=.*: numba is not installed: pip install "scalar-autograd\[fast\]"'):
        autograd.compile(tanh, engine="numba")(0.5)
