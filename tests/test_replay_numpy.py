"""The NumPy engine: what it computes is what the eager engine computes, row by row, graph by graph, block by block."""

from __future__ import annotations

import inspect
import linecache
import math
import random
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from itertools import product

import numpy as np
import programs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from replays import ONE, close, eager, moving, run
from strategies import BUILT_IN, apply, every_row, points, values
from test_kinks import KINKS

from autograd import (
    DomainError,
    Value,
    compile,
    dot,
    exp,
    ignore_domain,
    kernels,
    logsumexp,
    mean,
    ops,
    softmax,
    tanh,
    total,
)
from autograd.codegen import ieee_value, value_formula
from autograd.ops import TABLE, Nary, define
from autograd.replay.numpy import engine as numpy_engine
from autograd.replay.numpy import kernels as numpy_kernels
from autograd.replay.numpy import nary
from autograd.replay.numpy import source as numpy_source
from autograd.replay.numpy.access import access
from autograd.replay.numpy.code import NumpyCode
from autograd.replay.numpy.engine import NumpyEngine
from autograd.replay.numpy.formulas import SAME, WRITTEN
from autograd.replay.numpy.kernels import softmax_gradient
from autograd.replay.plan import plan
from autograd.replay.recording import recorded
from autograd.testing import points_in_domain
from nn import MLP


def engine_of(outputs, inputs, batched, wanted=True):
    """The engine for a graph; `batched` and `wanted` say it of each input, or of all of them."""
    flags = [[x] * len(inputs) if isinstance(x, bool) else x for x in (batched, wanted)]
    return NumpyEngine(plan(recorded(outputs, inputs).program, *flags))


@cache
def engine_of_row(op, count, index, batched):
    """An engine for a row of so many operands; of softmax, `index` says which output."""
    with ignore_domain():
        given = values(op, [index, *[0.5] * (count - 1)] if op.name == "softmax" else [0.5] * count)
        inputs = [x for x in given if isinstance(x, Value)]
        return engine_of([apply(op, given)], inputs, list(batched[: len(inputs)]))


# ---- rows


@every_row
@settings(max_examples=settings().max_examples // 3)  # which are two runs each
@given(st.data())
def test_a_row_is_that_of_the_eager_engine(op, data):
    numbers = data.draw(points_in_domain(op))
    y, gradient = eager(op, numbers)
    sums = op.name in ("total", "mean", "dot")  # the eager ones are rounded once
    scale = sum(map(abs, numbers)) if op.name != "dot" else sum(x * x for x in numbers)
    for many in (True, False):
        engine = engine_of_row(op, len(numbers), numbers[0] if op.name == "softmax" else 0.0, (many,) * len(numbers))
        (found,), slopes = run(engine, [np.array([x]) if many else x for x in moving(op, numbers)])
        if math.isfinite(scale) or not sums:
            assert close(float(found.ravel()[0]), y, scale=scale if sums else 0.0)
        if math.isfinite(y):
            for slope, expected in zip(slopes, moving(op, gradient), strict=True):
                assert close(float(np.ravel(slope)[0]), expected) or not math.isfinite(expected)


@every_row
def test_a_row_of_shared_and_batched_operands(op):
    cases = [list(case) for case in points(op) + [kink.operands for kink in KINKS if kink.name == op.name]]
    if isinstance(op, Nary):
        cases += [[cases[0][0], *(x + 0.1 * k for x in cases[0][1:])] for k in (1, 2)]
    first = len(cases[0]) - len(moving(op, cases[0]))
    patterns = list(product([True, False], repeat=len(cases[0]) - first))
    for batched in patterns if len(patterns) <= 8 else patterns[:: len(patterns) // 8 + 1]:
        given = [list(case) for case in cases]
        for k, many in enumerate(batched, first):
            for case in given:
                case[k] = case[k] if many else cases[0][k]
        check_samples(op, given, batched, first)


def check_samples(op, cases, batched, first):
    """A case a sample: value and gradients are the eager ones; those of what is shared are added up."""
    engine = engine_of_row(op, len(cases[0]), cases[0][0], batched)
    numbers = np.array(cases)[:, first:]
    (ys,), slopes = run(engine, [x if many else x[0] for x, many in zip(numbers.T, batched, strict=True)])
    expected = [eager(op, case) for case in (cases if any(batched) else cases[:1])]
    for y, (right, _) in zip(np.ravel(ys), expected, strict=True):
        assert close(y, right)
    gradients = np.array([gradient[first:] for _, gradient in expected])
    for slope, column, many in zip(slopes, gradients.T, batched, strict=True):
        for found, right in zip(np.ravel(slope), column if many else [column.sum()], strict=True):
            assert close(found, right, scale=0.0 if many else np.abs(column).sum())


@every_row
def test_operands_from_here_and_there(op):
    """Rows in no order, some of them often: gathered, and gradients added up."""
    draw, numbers = random.Random(op.name), (1.3, 0.4, 0.7, 1.9, 0.2, 1.1)
    shift = 1.0 if op.name == "arccosh" else -0.5 if op.name in ("arcsin", "arccos", "arctanh", "arctan2") else 0.0
    numbers = [x / 2.0 + shift for x in numbers]
    count = len(points(op)[0])
    picks = [[draw.randrange(6) for _ in range(count)] for _ in range(9)]
    if op.name == "where":
        numbers[1] = 0.0

    def f(xs):
        terms = []
        for pick in picks:
            given = [xs[k] for k in pick]
            terms.append(apply(op, [float(pick[0] % (count - 1)), *given[1:]] if op.name == "softmax" else given))
        return dot([0.3 * k - 1.0 for k in range(9)], terms)

    xs = [Value(x) for x in numbers]
    y = f(xs)
    y.backward()
    for many in (True, False):
        engine = engine_of([f(xs)], xs, many)
        (found,), slopes = run(engine, [np.full(3, x) for x in numbers] if many else numbers)
        assert close(float(found.ravel()[-1]), y.data, scale=9.0)
        for slope, x in zip(slopes, xs, strict=True):
            assert close(float(np.ravel(slope)[-1]), x.grad, scale=9.0)


SPECIAL = [0.0, -0.0, 1.0, -1.0, 2.5, -2.5, math.inf, -math.inf, math.nan, 5e-324, 1e308]


@pytest.mark.parametrize("name", sorted(SAME | set(WRITTEN)))
def test_what_numpy_has_is_the_row(name):
    op = TABLE[name]
    grid = list(product(SPECIAL, repeat=len(op.operands)))
    engine = engine_of_row(op, len(op.operands), 0.0, (True,) * len(op.operands))
    (found,) = engine.outputs(np.zeros(0), np.array(grid).T)
    with np.errstate(all="ignore"):
        expected = np.array([ieee_value(op)(*map(np.float64, xs)) for xs in grid], dtype=float)
    np.testing.assert_array_equal(found, expected)
    if len(op.operands) == 1 and name != "relu":
        np.testing.assert_array_equal(np.signbit(found[expected == 0.0]), np.signbit(expected[expected == 0.0]))


def test_np_sign_is_not_the_row():
    assert np.signbit(ieee_value(ops.sign)(np.float64(-0.0))) and not np.signbit(np.sign(-0.0))


# ---- rows of many operands keep their digits


def test_a_small_rest_in_logsumexp():
    for numbers in ([0.0, -40.0, -41.0], [1.0, -60.0, -700.0], [-45.0, 0.0, 0.0], [0.0, -1e-17, -50.0]):
        y, gradient = eager(ops.logsumexp, numbers)
        (found,), slopes = run(engine_of_row(ops.logsumexp, 3, 0.0, (True,) * 3), [np.array([x]) for x in numbers])
        assert close(found[0], y, 1e-14)
        assert all(close(slope[0], right, 1e-14) for slope, right in zip(slopes, gradient, strict=True))


def of_softmax_gradient(y, dy):
    return [y[j] * math.fsum(y[k] * (dy[j] - dy[k]) for k in range(len(y))) for j in range(len(y))]


def test_the_gradient_of_a_softmax_that_is_sure():
    x, dy = np.array([[30.0], [0.0], [-1.0], [2.0]]), np.array([[1.0 + 1e-9], [1.0], [-3.0], [7.0]])
    y = np.exp(x - 30.0)
    y /= y.sum()
    expected = of_softmax_gradient(y[:, 0].tolist(), dy[:, 0].tolist())
    np.testing.assert_allclose(softmax_gradient(y, dy)[:, 0], expected, rtol=1e-13)
    short = y * (dy - (y * dy).sum(axis=0))  # the formula of textbooks has lost most digits of the first
    assert abs(short[0, 0] / expected[0] - 1.0) > 1e-6


@pytest.mark.parametrize("chosen", [[0, 1, 2, 3], [2], [3, 1], [0, 0, 2]])
@pytest.mark.parametrize("many", [True, False])
def test_some_outputs_of_a_softmax(chosen, many):
    numbers = [0.3, -1.0, 2.0, 0.7]
    xs = [Value(x) for x in numbers]
    y = dot([1.0 + k for k in range(len(chosen))], [softmax(xs)[k] for k in chosen])
    y.backward()
    (found,), slopes = run(engine_of([y], xs, many), [np.full(2, x) for x in numbers] if many else numbers)
    assert close(found.ravel()[0], y.data)
    assert all(close(np.ravel(slope)[0], x.grad) for slope, x in zip(slopes, xs, strict=True))


# ---- graphs


@pytest.mark.parametrize("seed", range(12))
def test_random_programs(seed):
    program, numbers = programs.random_program(seed)
    draws = np.random.default_rng(seed)
    xs = [Value(x) for x in numbers]
    graph = [programs.run(program, xs)[-1]]
    apart = engine_of(graph, xs, True)
    some = [bool(flag) for flag in draws.random(len(xs)) < 0.5]
    together = engine_of(graph, xs, some)
    for samples in (1, 2, 3, 7, 64, 4097) if seed < 3 else (1, 7, 64):
        columns = np.array(numbers)[:, None] * (1.0 + 1e-5 * draws.uniform(-1.0, 1.0, (len(xs), samples)))
        columns[~np.array(some)] = np.array(numbers)[~np.array(some), None]
        (ys,), slopes = run(apart, columns)
        for k in {0, samples // 2, samples - 1}:
            given = [Value(float(x)) for x in columns[:, k]]
            y = programs.run(program, given)[-1]
            y.backward()
            assert close(ys[k], y.data, scale=1.0)
            assert all(close(slope[k], x.grad, scale=1.0) for slope, x in zip(slopes, given, strict=True))
        (again,), summed = run(together, [x if many else x[0] for x, many in zip(columns, some, strict=True)])
        assert np.allclose(again, ys, rtol=1e-12, atol=1e-12)
        for slope, found, many in zip(slopes, summed, some, strict=True):
            right = slope if many else np.sum(slope) if again.ndim else slope[0]
            assert np.allclose(found, right, rtol=1e-12, atol=1e-12 * np.abs(slope).sum())


def mixed_graph(xs):
    """Levels of random operations of random operands, many of them at once."""
    draw, layer = random.Random(3), list(xs)
    for _ in range(4):
        a, b, c = ([draw.choice(layer) for _ in range(40)] for _ in range(3))
        layer = [tanh(x * y) - 0.3 * z for x, y, z in zip(a, b, c, strict=True)] + [exp(-x * x) for x in a] + layer[:9]
    return total(layer)


def test_a_wide_graph():
    xs = [Value(0.1 * k - 0.4) for k in range(9)]
    y = mixed_graph(xs)
    y.backward()
    engine = engine_of([y], xs, True)
    (ys,), slopes = run(engine, [np.full(5, x.data) for x in xs])
    assert len(engine.plan.groups) < 60 < len(engine.plan.program)
    assert close(ys[3], y.data, scale=100.0)
    assert all(close(slope[3], x.grad, scale=100.0) for slope, x in zip(slopes, xs, strict=True))


def test_a_deep_chain():
    x, w = Value(0.3), Value(0.9)
    v = x
    for _ in range(600):
        v = tanh(v * w) + x
    v.backward()
    engine = engine_of([v], [w, x], [False, True])
    assert engine.source.count("def samples_") > 2
    (ys,), (dw, dx) = run(engine, [0.9, np.full(3, 0.3)])
    assert close(ys[2], v.data) and close(dw, 3.0 * w.grad) and close(dx[1], x.grad)


def net_of(hidden, samples=50, classes=3):
    """An engine for the cross entropy of a sample, and L2; parameters, data, and the eager loss, with gradients."""
    draws = np.random.default_rng(0)
    X, T = draws.normal(size=(samples, 4)), np.eye(classes)[draws.integers(classes, size=samples)]
    model = MLP(4, [7, 5, classes], activation=hidden, seed=1)
    parameters = model.parameters()
    x, t = ([Value(float(v)) for v in row] for row in (X[0], T[0]))
    z = model(x)
    outputs = [logsumexp(z) - dot(t, z), 0.01 * total([p * p for p in parameters])]
    engine = engine_of(
        outputs, [*parameters, *x, *t], [False] * len(parameters) + [True] * 7, [True] * len(parameters) + [False] * 7
    )
    zs = [model(row) for row in X.tolist()]
    loss = mean([logsumexp(z) - dot(t, z) for z, t in zip(zs, T.tolist(), strict=True)]) + outputs[1]
    loss.backward()
    return engine, np.array([p.data for p in parameters]), np.vstack([X.T, T.T]), loss, parameters


@pytest.mark.parametrize("hidden", ["relu", "tanh", "gelu", "softplus"])
def test_a_network(hidden):
    engine, numbers, batch, loss, parameters = net_of(hidden)
    found = engine.gradients(numbers, batch, [np.full(50, 0.02), ONE])
    assert close(found.outputs[0].mean() + found.outputs[1], loss.data)
    np.testing.assert_allclose(found.shared, [p.grad for p in parameters], rtol=1e-12, atol=1e-14)
    transposed = engine.gradients(numbers, np.ascontiguousarray(batch.T).T, [np.full(50, 0.02), ONE])
    np.testing.assert_allclose(transposed.shared, found.shared, rtol=1e-12, atol=1e-14)


def test_a_network_of_softmax_outputs():
    model = MLP(3, [4, 3], activation="tanh", output="softmax", seed=2)
    x = [Value(0.2), Value(-0.4), Value(1.0)]
    y = sum((1.0 + k) * p for k, p in enumerate(model(x)))
    y.backward()
    inputs = [*model.parameters(), *x]
    engine = engine_of([y], inputs, [False] * (len(inputs) - 3) + [True] * 3)
    (ys,), slopes = run(engine, [p.data for p in model.parameters()] + [np.full(2, v.data) for v in x])
    assert close(ys[1], y.data)
    assert all(
        close(np.ravel(slope)[0] / (1 if np.ndim(slope) else 2), v.grad)
        for slope, v in zip(slopes, inputs, strict=True)
    )


@pytest.mark.parametrize("batched", [False, True])
@pytest.mark.parametrize("length", [1, 4])
def test_a_source_of_several_sections(monkeypatch, length, batched):
    program, numbers = programs.random_program(3)
    inputs = [Value(x) for x in numbers]
    result = programs.run(program, inputs)[-1]
    result.backward()
    monkeypatch.setattr(numpy_source, "LENGTH", length)
    engine = engine_of([result], inputs, batched)
    assert "def samples_2(" in engine.source if batched else "def shared_2(" in engine.source
    (y,), slopes = run(engine, [np.full(2, x) if batched else x for x in numbers])
    assert close(float(np.ravel(y)[0]), result.data)
    assert all(close(float(np.ravel(slope)[0]), v.grad) for slope, v in zip(slopes, inputs, strict=True))


def test_several_logsumexps_at_once_are_each_one():
    x = np.random.default_rng(4).normal(size=(3, 4, 2)) - 20.0
    x[1, 2] = 0.0  # the others hardly add to it
    y, exps, sums = np.empty((3, 1, 2)), np.empty_like(x), np.empty((3, 1, 2))
    numpy_kernels.logsumexp(x, y, exps, sums)
    expected = [kernels.logsumexp(column) for one in x for column in one.T.tolist()]
    assert all(map(close, y.ravel().tolist(), expected))


@pytest.mark.parametrize("constants", [True, False])
def test_a_graph_of_many_samples_recorded_whole(constants):
    draws = np.random.default_rng(1)
    X, labels = draws.normal(size=(20, 3)).tolist(), draws.integers(2, size=20).tolist()
    model = MLP(3, [6, 2], activation="relu", seed=0)
    xs = X if constants else [[Value(v) for v in row] for row in X]
    outputs = [model(x) for x in xs]
    loss = mean([logsumexp(z) - z[label] for z, label in zip(outputs, labels, strict=True)])
    loss.backward()
    inputs = model.parameters() + ([] if constants else [v for row in xs for v in row])
    engine = engine_of([loss], inputs, False)
    assert engine.source.count("np.matmul") <= 6
    (y,), slopes = run(engine, [v.data for v in inputs])
    assert close(float(y), loss.data)
    assert all(close(float(slope), v.grad, scale=0.1) for slope, v in zip(slopes, inputs, strict=True))


@pytest.mark.parametrize("shared", [(0,), (1,), (2,), (0, 2), (1, 2), (0, 1), (0, 1, 2), ()])
def test_dot_products_of_any_operands(shared):
    """Weights, inputs and bias, each shared by the samples or not, in order or not, some used twice, and constants."""
    numbers = np.random.default_rng(2).normal(size=(3, 6)).tolist()
    ws, xs, bs = ([Value(x) for x in part] for part in numbers)
    graph = [
        *(dot(ws[k : k + 3], xs[:3], b) for k, b in enumerate(bs[:3])),
        *(dot([ws[k], ws[0], ws[5], ws[k]], [xs[4], xs[1], xs[1], xs[2]]) for k in range(3)),
        dot([ws[0], 2.0, ws[1]], [xs[3], ws[2], 0.5], bs[0]),
        dot([], [], bs[5]),
        dot(bs[:2], bs[:2], bs[0]),
    ]
    y = total([g * (1.0 + k) for k, g in enumerate(graph)])
    y.backward()
    inputs = [*ws, *xs, *bs]
    engine = engine_of([y], inputs, [k not in shared for k in range(3) for _ in range(6)])
    columns = [np.full(2, v.data) if k // 6 not in shared else v.data for k, v in enumerate(inputs)]
    (found,), slopes = run(engine, columns)
    assert close(float(found.ravel()[0]), y.data, scale=10.0)
    for k, (slope, v) in enumerate(zip(slopes, inputs, strict=True)):
        times = 2.0 if k // 6 in shared and len(shared) < 3 else 1.0
        assert close(float(np.ravel(slope)[0]), times * v.grad, scale=10.0)


def test_outputs_of_all_kinds():
    """Inputs, constants, results that are shared, one result twice, and one that no gradient reaches."""
    a, x = Value(2.0), Value(0.5)
    y, s = tanh(a * x), a * a
    engine = engine_of([y, s, a, x, 7.0, y, ops.step(x) * a, y * s], [a, x], [False, True])
    ones = np.ones(3)
    found = engine.gradients(np.array([2.0]), np.full((1, 3), 0.5), [ones, ONE, ONE, ones, ONE, ones, ones, ones])
    t, slope = math.tanh(1.0), 1.0 - math.tanh(1.0) ** 2
    expected = [t, 4.0, 2.0, 0.5, 7.0, t, 2.0, 4.0 * t]
    assert [np.ndim(y) for y in found.outputs] == [1, 0, 0, 1, 0, 1, 1, 1]
    np.testing.assert_allclose([np.ravel(y)[0] for y in found.outputs], expected, rtol=1e-15)
    np.testing.assert_allclose(found.shared, [3 * (6 * slope * 0.5 + 1.0 + 4.0 * t) + 4.0 + 1.0], rtol=1e-14)
    np.testing.assert_allclose(found.batch, np.full((1, 3), 12.0 * slope + 1.0), rtol=1e-14)
    for y, z in zip(engine.outputs(np.array([2.0]), np.full((1, 3), 0.5)), found.outputs, strict=True):
        assert np.array_equal(y, z)


def test_runs_leave_nothing_behind():
    engine, numbers, batch, *_ = net_of("relu")
    seeds = [np.full(50, 0.02), ONE]
    first = engine.gradients(numbers, batch, seeds)
    engine.gradients(numbers * 3.0, batch[:, :7] - 1.0, [np.full(7, math.inf), ONE])
    engine.outputs(numbers * math.nan, batch)
    again = engine.gradients(numbers, batch, seeds)
    assert first.shared.tobytes() == again.shared.tobytes()
    assert first.outputs[0].tobytes() == again.outputs[0].tobytes()


def test_what_wants_no_gradient_costs_nothing():
    w, x = [Value(0.1), Value(0.2)], [Value(0.3), Value(0.4)]
    y = tanh(dot(w, x)) * exp(x[0])
    half = engine_of([y], [*w, *x], [False, False, True, True], [True, True, False, False])
    assert "dX[" not in half.source and "d_exp1" not in half.source
    assert half.gradients(np.ones(2), np.ones((2, 3)), [np.ones(3)]).batch.size == 0
    none = engine_of([y], [*w, *x], [False, False, True, True], False)
    assert "dS[" not in none.source and "dV[" not in none.source


# ---- blocks, threads, memory


@pytest.mark.parametrize("block", [1, 3, 16, 49])
def test_blocks(block):
    engine, numbers, batch, *_ = net_of("tanh")
    seeds = [np.linspace(0.5, 1.5, 50), ONE]
    whole = engine.gradients(numbers, batch, seeds)
    engine.block = block
    parts = engine.gradients(numbers, batch, seeds)
    np.testing.assert_allclose(parts.shared, whole.shared, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(parts.outputs[0], whole.outputs[0], rtol=1e-14)
    np.testing.assert_allclose(engine.outputs(numbers, batch)[0], whole.outputs[0], rtol=1e-14)
    assert parts.outputs[1] == whole.outputs[1]


def test_blocks_of_gradients_in_samples():
    xs = [Value(0.1 * k - 0.4) for k in range(9)]
    engine = engine_of([mixed_graph(xs)], xs, [k > 2 for k in range(9)])
    batch = np.random.default_rng(0).uniform(-1.0, 1.0, (6, 23))
    whole = engine.gradients(np.array([0.3, 0.2, 0.1]), batch, [np.linspace(1.0, 2.0, 23)])
    engine.block = 5
    parts = engine.gradients(np.array([0.3, 0.2, 0.1]), batch, [np.linspace(1.0, 2.0, 23)])
    np.testing.assert_allclose(parts.batch, whole.batch, rtol=1e-13, atol=1e-13)
    np.testing.assert_allclose(parts.shared, whole.shared, rtol=1e-12)


def test_threads_at_once():
    engine, numbers, batch, *_ = net_of("relu")
    engine.block = 20
    jobs = [(numbers * (1.0 + 0.01 * k), batch[:, : 50 - k]) for k in range(24)]

    def work(job):
        return engine.gradients(job[0], job[1], [np.ones(job[1].shape[1]), ONE])

    alone = [work(job) for job in jobs]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(work, jobs * 4))
    for k, found in enumerate(together):
        assert found.shared.tobytes() == alone[k % 24].shared.tobytes()
        assert found.outputs[0].tobytes() == alone[k % 24].outputs[0].tobytes()


def test_a_stream_of_samples_takes_the_memory_of_a_block():
    x, w = Value(0.3), Value(0.9)
    v = x
    for _ in range(40):
        v = tanh(v * w)
    engine, samples = engine_of([v], [w, x], [False, True], [True, False]), 200_000
    batch, seeds = np.full((1, samples), 0.3), np.ones(samples)
    tracemalloc.start()
    try:
        found = engine.gradients(np.array([0.9]), batch, [seeds])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    results = 2 * found.outputs[0].nbytes  # in parts, and joined
    assert samples > 5 * engine.block
    assert peak - results <= 24 * len(engine.plan.program) * engine.block + 100_000


def test_a_block_has_room_for_many_operands():
    xs = [Value(0.01 * k) for k in range(600)]
    engine = engine_of([dot(xs[k : k + 300], xs[:300]) for k in range(200)], xs, True)
    assert engine.block == numpy_engine.LEAST


# ---- operations of one's own


@pytest.mark.usefixtures("table")
def test_rows_of_users():
    digamma = define("digamma_", lambda a: math.log(a) - 0.5 / a, lambda y, a: 1.0 / a + 0.5 / (a * a))
    lgamma = define("x1", math.lgamma, lambda y, a: digamma(a))
    counted = define(
        "tanh1",
        lambda a, b: (a > b) + (a > 0.0) - 2.0 * (b < 3.0) + a * b,
        lambda y, a, b: b * (a > 0.0),
        lambda y, a, b: a,
    )
    a, b = Value(2.5), Value(0.7)
    y = counted(lgamma(a), b) * tanh(digamma(b))
    y.backward()
    for batched in ([True, True], [True, False], [False, False]):
        engine = engine_of([y], [a, b], batched)
        columns = [np.full(3, x.data) if many else x.data for x, many in zip((a, b), batched, strict=True)]
        (found,), slopes = run(engine, columns)
        assert close(np.ravel(found)[0], y.data)
        for slope, x, many in zip(slopes, (a, b), batched, strict=True):
            assert close(np.ravel(slope)[0], x.grad * (3.0 if any(batched) and not many else 1.0))
    assert "# x1 is a function of numbers" in engine.source


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("name", ["np", "S", "dS", "rows", "elementwise", "shared", "replay_", "forward"])
def test_no_function_takes_a_name_of_the_source(name):
    assert NumpyCode({}).function(define(name, lambda a: a * a, lambda y, a: 2.0 * a)) == f"{name}_"


@pytest.mark.usefixtures("table")
def test_names_of_users_are_no_trouble():
    """Rows and operands that are called as what the source has names for."""
    squared = define("d_tanh", lambda d: d * d * d * d * d * d * d * d * d * d, lambda y, d: 10.0 * y / d)
    inner = define(
        "samples",
        lambda t1: ops.tanh(t1) * exp(ops.tanh(t1)) * ops.tanh(t1) + 0.0 * exp(ops.tanh(t1) * t1 * t1),
        lambda y, t1: (2.0 * ops.tanh(t1) + ops.tanh(t1) ** 2.0) * exp(ops.tanh(t1)) * ops.sech(t1) ** 2.0,
    )
    outer = define("seeds", lambda a, dy: a * inner(dy), lambda y, a, dy: inner(dy), lambda y, a, dy: a)
    a, b = Value(0.9), Value(0.4)
    y = outer(squared(tanh(a)), b) + inner(a)
    y.backward()
    (found,), slopes = run(engine_of([y], [a, b], True), [np.full(2, 0.9), np.full(2, 0.4)])
    assert close(found[0], y.data)
    assert all(close(slope[1], x.grad) for slope, x in zip(slopes, (a, b), strict=True))


@pytest.mark.usefixtures("table")
def test_a_row_of_a_user_that_refuses_gives_nan():
    refuses = define("refuses", lambda a: math.sqrt(a), lambda y, a: 0.5 / y)
    x = Value(4.0)
    engine = engine_of([refuses(x)], [x], True)
    found = engine.gradients(np.zeros(0), np.array([[4.0, -1.0, 9.0]]), [np.ones(3)])
    assert found.outputs[0].tolist()[::2] == [2.0, 3.0] and math.isnan(found.outputs[0][1])


# ---- the source


def test_the_source_of_a_network_reads_like_numpy():
    engine, *_ = net_of("relu")
    lines = [line.strip() for line in engine.source.splitlines()]
    expected = """
        # layer 1: dot (neuron 1 … neuron 7)
        x1 = X[0:4]
        np.matmul(W1, x1, out=dot1)
        np.add(dot1, b1, out=dot1)
        # layer 1: relu (neuron 1 … neuron 7)
        np.maximum(dot1, 0.0, out=relu1)
        # layer 2: dot (neuron 1 … neuron 5)
        np.matmul(W2, relu1, out=dot2)"""
    at = lines.index("def forward(X):") + 1
    assert lines[at : at + 8] == [line.strip() for line in expected.strip().splitlines()]
    for line in (
        "W1, d_W1 = S[0:35, 0].reshape(7, 5)[:, 0:4], dS[0:35, 0].reshape(7, 5)[:, 0:4]",
        "b1, d_b1 = S[4:35:5], dS[4:35:5]",
        "np.multiply(d_relu1, dot1 > 0.0, out=d_dot1)",
        "np.matmul(d_dot2, relu1.T, out=d_W2)",
        "np.matmul(d_dot2, ones, out=d_b2)",
        "np.matmul(W2.T, d_dot2, out=d_relu1)",
    ):
        assert lines.count(line) == 1


def test_the_source_is_found_and_always_the_same():
    engine, *_ = net_of("gelu")
    again, *_ = net_of("gelu")
    assert engine.source == again.source
    function = engine.samples[0]
    assert inspect.getsource(function) in engine.source
    assert linecache.getline(inspect.getsourcefile(function), 1) == "import math\n"


def test_the_source_runs_by_itself():
    engine, numbers, batch, *_ = net_of("gelu")
    assert "erfc = elementwise(math.erfc)" in engine.source
    names = {}
    exec(engine.source, names)
    engine.shared, engine.samples = names["replay_"]()
    again, *_ = net_of("gelu")
    seeds = [np.full(50, 0.02), ONE]
    found, expected = (each.gradients(numbers, batch, seeds) for each in (engine, again))
    assert found.shared.tobytes() == expected.shared.tobytes()


def test_formulas_write_what_occurs_twice_once():
    x, y = Value(0.3), Value(0.4)
    engine = engine_of([ops.arctan2(x, y) + ops.gelu(x)], [x, y], True)
    lines = engine.source.splitlines()
    slope = lines[lines.index("def arctan2_slope_a(a, b):") :]
    assert slope[1].strip() == "t1 = np.hypot(b, a)"
    assert sum("np.hypot(" in line for line in slope[: slope.index("")]) == 2  # and that of scaled operands


def test_conditions_are_numbers_where_numbers_are_asked_for():
    code = NumpyCode({})
    a = value_formula(ops.neg).args[0]
    assert code.write(-(a > 0.0))[0] == "-np.where(a > 0.0, 1.0, 0.0)"
    assert code.write(ops.where(a > 0.0, a, math.inf))[0] == "np.where(a > 0.0, a, np.inf)"
    assert code.write(ops.where(a, -math.inf, a))[0] == "np.where(a != 0.0, -np.inf, a)"


def test_constants_stand_in_formulas_but_minus_zero():
    x = Value(-0.5)
    graph = [x**3.0, ops.arctan2(-0.0, x), ops.arctan2(0.0, x)]
    engine = engine_of(graph, [x], True)
    assert "np.power(x1, 3.0" in engine.source
    (cube, minus, plus), _ = run(engine, [np.array([-0.5])])
    assert (cube[0], minus[0], plus[0]) == (-0.125, -math.pi, math.pi)
    for zero, expected in ((-0.0, -math.pi), (0.0, math.pi)):  # each in an engine of its own
        (found,), _ = run(engine_of([ops.arctan2(zero, x)], [x], True), [np.array([-0.5])])
        assert found[0] == expected


def test_a_constant_that_has_no_derivative_is_a_name_there():
    f = compile(lambda x: ops.power(-2.0, x), engine="numpy")  # log(-2) is no number
    assert f(np.array([2.0, 3.0])).tolist() == [4.0, -8.0]
    with pytest.raises(DomainError, match=r"\(-2\) \*\* \(x = 2\) has no derivative in x"):
        f.value_and_grad(np.array([2.0, 3.0]))


def test_rows_that_no_gradient_comes_to_have_gradient_0(monkeypatch):
    x, y = Value(0.5), Value(0.25)
    result = tanh(x) * 2.0 + ops.sign(tanh(y))  # both tanh are computed at once
    result.backward()
    engine = engine_of([result], [x, y], True)
    assert "# 2 × tanh" in engine.source
    monkeypatch.setattr(np, "empty", lambda shape: np.full(shape, math.nan))  # memory that nobody has written
    (found,), slopes = run(engine, [np.array([v.data]) for v in (x, y)])
    assert close(float(found[0]), result.data) and close(float(slopes[0][0]), x.grad) and slopes[1][0] == 0.0


def test_the_source_says_what_is_where_and_which_operation_a_line_is_of():
    x, y = Value(0.5), Value(0.25)
    engine = engine_of([tanh(x) * tanh(y) + 3.0], [x, y], True)
    assert "# S: 1 numbers that all samples share: inputs (0), constants (1), and" in engine.source
    assert "# X: inputs of each sample, a row each (2). V: what follows from these, likewise (4)." in engine.source
    forward, backward = engine.source.split("def backward")
    order = ["# 2 × tanh", "# mul", "# add"]
    assert [line.strip() for line in forward.splitlines() if line.strip() in order] == order
    assert [line.strip() for line in backward.splitlines() if line.strip() in order] == order[::-1]


def test_a_workspace_is_used_again(monkeypatch):
    made = []

    class Counted(numpy_engine.Workspace):
        def __init__(self, *given):
            made.append(given)
            super().__init__(*given)

    monkeypatch.setattr(numpy_engine, "Workspace", Counted)
    f = compile(tanh, engine="numpy")
    for _ in range(3):
        f.value_and_grad(np.ones(4))
    assert len(made) == 1


# ---- access


@given(st.lists(st.integers(0, 11), min_size=1, max_size=12), st.booleans(), st.booleans())
def test_rows_are_read_as_they_stand(numbers, table, flat):
    rows = np.arange(12.0)[:, None]
    places = np.array(numbers)
    if table and len(places) % 2 == 0:
        places = places.reshape(2, -1)
    found = access("rows", 12, places, lambda chosen: f"np.array({chosen.tolist()})", flat)
    read = eval(found.read, {"rows": rows, "np": np})
    expected = rows[:, 0][places] if flat else rows[places]
    assert np.array_equal(np.broadcast_to(read, expected.shape) if found.one else read, expected)
    assert np.shares_memory(read, rows) == found.view


@pytest.mark.parametrize(
    ("first", "down", "across", "shape"),
    [(0, 5, 1, (2, 4)), (1, 3, 1, (4, 2)), (2, 1, 3, (3, 4)), (0, 6, 2, (2, 3)), (7, 5, 1, (2, 5)), (3, 9, 1, (1, 9))],
)
def test_tables_of_rows_are_views(first, down, across, shape):
    places = first + down * np.arange(shape[0])[:, None] + across * np.arange(shape[1])
    found = access("V", 17, places, str)
    V = np.random.default_rng(0).normal(size=(17, 3))
    assert found.view and np.array_equal(eval(found.read, {"V": V}), V[places])


# ---- the tests can fail


def test_a_fault_in_a_formula_is_seen(monkeypatch):
    monkeypatch.setattr(nary, "times", lambda a, b: nary.plain(f"{a} + {b}"))
    engine, numbers, batch, _, parameters = net_of("relu")
    found = engine.gradients(numbers, batch, [np.full(50, 0.02), ONE])
    assert not np.allclose(found.shared, [p.grad for p in parameters], rtol=1e-6)


def test_a_forgotten_term_is_seen():
    xs = [Value(0.1 * k - 0.4) for k in range(9)]
    y = mixed_graph(xs)
    y.backward()
    engine = engine_of([y], xs, True)
    for row in engine.rows:
        row[:] = np.roll(row, 1)
    _, slopes = run(engine, [np.full(5, x.data) for x in xs])
    assert not all(close(slope[3], x.grad, scale=100.0) for slope, x in zip(slopes, xs, strict=True))


def test_every_row_has_points():
    assert all(points(op) for op in BUILT_IN)
