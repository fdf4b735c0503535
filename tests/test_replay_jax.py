"""Plans as JAX functions: values and derivatives are those of the eager engine, in each of JAX's transformations.

Needs JAX, `pip install -e ".[jax]"`. Where it is missing the module is skipped, unless the environment variable
AUTOGRAD_JAX is "required".
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from importlib.util import find_spec
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import programs
import pytest
from eager import program as mixed_program
from strategies import BUILT_IN, apply, points, values
from test_kinks import KINKS

import autograd
from autograd import Tape, Value, dot, ignore_domain, logsumexp, ops, softmax, tanh
from autograd.codegen import condition
from autograd.ops import TABLE, Nary
from autograd.replay.plan import plan
from autograd.replay.recording import recorded
from nn import MLP

if not find_spec("jax"):
    reason = 'replay by JAX is not tested, for it is not installed: pip install -e ".[jax]"'
    if os.environ.get("AUTOGRAD_JAX") == "required":
        raise RuntimeError(reason)
    pytest.skip(reason, allow_module_level=True)

import jax
import jax.numpy as jnp

from autograd.replay.jax.blocks import Blocks
from autograd.replay.jax.engine import lowered

FAR = (-800.0, -40.0, -1e-9, -0.0, 0.05, 1.0, 40.0, 800.0)
ALSO = {
    "power": [(0.0, 3.0), (-2.0, 3.0)],
    "softmax": [(1.0, -20.0, 20.0, -30.0), (1.0, 0.0, 1000.0, 990.0)],
    "logsumexp": [(-40.0, 0.0, -41.0, -50.0, -60.0), (1000.0, -1000.0, 1000.0, 0.0, 1.0)],
}
NOTHING = np.zeros(0)


@pytest.fixture(autouse=True, scope="module")
def double_precision():
    """JAX's setting is one of the process."""
    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield
    jax.config.update("jax_enable_x64", before)


def replay(outputs, inputs, batched=True):
    """The program of these Values as a function of (shared inputs,) and (batched inputs, samples)."""
    program = recorded(outputs, inputs).program
    flags = [batched] * len(inputs) if isinstance(batched, bool) else batched
    return lowered(plan(program, flags, [False] * len(inputs)))


def same(found, expected, tolerance, least=1e-3):
    """Entry by entry, relative to the entry or to `least`: also where both are infinite, or nan."""
    found, expected = np.asarray(found, dtype=float), np.asarray(expected, dtype=float)
    with np.errstate(invalid="ignore"):
        near = np.abs(found - expected) <= tolerance * np.maximum(np.abs(expected), least)
    return bool(np.all(near | (found == expected) | (np.isnan(found) & np.isnan(expected))))


# ---- rows of the table


class Rows(NamedTuple):
    """All rows, each on inputs of its own, at samples of its own: what JAX finds, as (inputs, samples)."""

    cases: dict[str, list[tuple[float, ...]]]
    spans: dict[str, slice]
    values: dict[str, Any]
    first: Any
    second: Any


def cases_of(op):
    """Operands here and there, far away, and at kinks."""
    found = points(op) + [kink.operands for kink in KINKS if kink.name == op.name]
    if not isinstance(op, Nary) and len(op.operands) == 1:
        found += [(x,) for x in FAR if condition(op, "domain")(x)]
    return found + ALSO.get(op.name, [])


@pytest.fixture(scope="module")
def rows():
    """One function for all of them, compiled once for values and gradients, and once for second derivatives."""
    every = {op.name: cases_of(op) for op in BUILT_IN}
    most = max(map(len, every.values()))
    inputs: list[Value] = []
    outputs, columns, spans = [], [], {}
    for op in BUILT_IN:
        cases = every[op.name] = (every[op.name] * most)[:most]
        with ignore_domain():
            operands = values(op, cases[0])
            outputs.append(apply(op, operands))
        moving = [k for k, x in enumerate(operands) if isinstance(x, Value)]
        spans[op.name] = slice(len(inputs), len(inputs) + len(moving))
        inputs += [operands[k] for k in moving]
        columns += [[case[k] for case in cases] for k in moving]
    f, X = replay(outputs, inputs), jnp.array(columns)
    first = jax.grad(lambda X: sum(y.sum() for y in f(NOTHING, X)))
    found, gradients = jax.jit(lambda X: (f(NOTHING, X), first(X)))(X)
    second = jax.jit(jax.grad(lambda X: first(X).sum()))(X)
    return Rows(every, spans, dict(zip(every, found, strict=True)), np.array(gradients), np.array(second))


def eager_row(op, case):
    """The value, the gradient, and the hessian's rows summed, one operand after another."""

    def call(*operands):
        return op(int(case[0]), operands) if op.name == "softmax" else apply(op, operands)

    operands = [x.data for x in values(op, case) if isinstance(x, Value)]
    with ignore_domain():
        y = call(*map(Value, operands))
        second = autograd.hvp(call, operands, [1.0] * len(operands))
    sums = second if isinstance(second, tuple) else [second]
    return y.data, list(y.local_derivatives), sums


@pytest.mark.parametrize("op", BUILT_IN, ids=lambda op: op.name)
def test_every_row_has_the_values_and_derivatives_of_the_eager_engine(rows, op):
    cases, of_inputs = rows.cases[op.name], rows.spans[op.name]
    expected = [eager_row(op, case) for case in cases]
    smooth = [k for k, case in enumerate(cases) if isinstance(op, Nary) or not condition(op, "kinks")(*case)]
    assert same(rows.values[op.name], [y for y, _, _ in expected], 1e-13, least=0.0)
    assert same(rows.first[of_inputs].T, [gradient for _, gradient, _ in expected], 1e-13, least=0.0)
    assert same(rows.second[of_inputs].T[smooth], [expected[k][2] for k in smooth], 1e-11)


@pytest.mark.parametrize("kink", KINKS, ids=lambda kink: f"{kink.name}{kink.operands}")
def test_at_kinks_the_derivative_is_the_one_of_the_table(rows, kink):
    sample = rows.cases[kink.name].index(kink.operands)
    assert tuple(rows.first[rows.spans[kink.name], sample]) == kink.chosen


def test_the_branch_not_taken_leaves_no_nan(rows):
    """exp(800) is infinite; JAX's own derivative of such a choice is nan."""
    for name in ("softplus", "log_sigmoid", "sigmoid", "elu", "sech", "gelu", "silu"):
        if name != "elu":
            assert np.isfinite(rows.first[rows.spans[name]]).all()
            assert np.isfinite(rows.second[rows.spans[name]]).all()
    naive = jax.grad(lambda a: jnp.where(a > 0.0, a + jnp.log1p(jnp.exp(-a)), jnp.log1p(jnp.exp(a))))
    assert math.isnan(naive(800.0))
    x = Value(1.0)
    of_one = replay([ops.softplus(x)], [x], batched=False)
    third = jax.jit(jax.grad(jax.grad(jax.grad(lambda a: of_one(a[None], np.zeros((0, 1)))[0]))))
    assert third(800.0) == 0.0
    assert third(1.5) == pytest.approx(autograd.grad(autograd.grad(autograd.grad(ops.softplus)))(1.5), rel=1e-12)


def test_a_choice_chooses_among_second_derivatives(table):
    """Where a is 0, ln a and its derivatives are infinite."""
    entropy = ops.define(
        "entropy_term",
        lambda a: ops.where(a > 0.0, a * ops.log(a), 0.0),
        lambda y, a: ops.where(a > 0.0, ops.log(a) + 1.0, 0.0),
    )
    x = Value(1.0)
    f = replay([entropy(x)], [x])
    slope = jax.grad(lambda X: f(NOTHING, X)[0].sum())
    second = jax.jit(jax.grad(lambda X: slope(X).sum()))
    assert second(jnp.array([[0.0, 0.5]])).tolist() == [[0.0, 2.0]]
    assert [autograd.grad(autograd.grad(entropy))(a) for a in (0.0, 0.5)] == [0.0, 2.0]


def test_derivatives_are_those_of_the_table_and_not_of_jax(table):
    ops.define("bent", lambda a: a * a, lambda y, a: 3.0 * a)
    x = Value(1.5)
    f = replay([TABLE["bent"](x)], [x], batched=False)
    assert jax.grad(lambda a: f(a, np.zeros((0, 1)))[0])(jnp.array([1.5])).tolist() == [4.5]


def test_a_users_row_works_from_its_formula(table):
    mix = ops.define(
        "mix",
        lambda a, b, c=2.0: ops.where(a > b, ops.softplus(a) * b, ops.hypot(a, c)) + 1.0,
        lambda y, a, b, c: ops.where(a > b, ops.sigmoid(a) * b, a / ops.hypot(a, c)),
        lambda y, a, b, c: ops.where(a > b, ops.softplus(a), 0.0),
        lambda y, a, b, c: ops.where(a > b, 0.0, c / (y - 1.0)),
    )
    a, b = np.array([0.3, -0.5, 2.0]), np.array([-1.0, 0.7, 1.5])
    x, z = Value(1.0), Value(2.0)
    f = replay([mix(x, z)], [x, z])
    slope = jax.jit(jax.grad(lambda X: f(NOTHING, X)[0].sum()))
    X = jnp.array([a, b])
    expected = [mix(Value(p), Value(q)) for p, q in zip(a, b, strict=True)]
    assert same(jax.jit(f)(NOTHING, X)[0], [v.data for v in expected], 1e-14)
    assert same(slope(X).T, [v.local_derivatives for v in expected], 1e-14)


def test_a_users_row_of_floats_is_refused(table):
    ops.define("lgamma", math.lgamma, lambda y, a: a)
    x = Value(2.5)
    with pytest.raises(TypeError, match=r"'lgamma' computes with floats.*write its value with operations of autograd"):
        Tape.record(TABLE["lgamma"](x), inputs=[x]).to_jax()


# ---- programs


def eager_run(program, inputs):
    """The value and the gradient of the last result."""
    leaves = list(map(Value, inputs))
    y = programs.run(program, leaves)[-1]
    y.backward()
    return y.data, [x.grad for x in leaves]


@pytest.mark.parametrize("seed", [0, 1])
def test_random_programs(seed):
    program, inputs = programs.random_program(seed)
    leaves = list(map(Value, inputs))
    f = replay([programs.run(program, leaves)[-1]], leaves)
    X = np.array(inputs)[:, None] + np.random.default_rng(seed).uniform(-1e-4, 1e-4, (len(inputs), 3))
    found, gradients = jax.jit(jax.value_and_grad(lambda X: jnp.sum(f(NOTHING, X)[0])))(X)
    expected = [eager_run(program, column) for column in X.T]
    assert same(found, sum(y for y, _ in expected), 1e-12)
    assert same(gradients.T, [gradient for _, gradient in expected], 1e-12)
    wrong = X + 1e-10
    assert not same(gradients.T, [gradient for _, gradient in (eager_run(program, x) for x in wrong.T)], 1e-12)


def test_second_derivatives_of_a_random_program():
    program, inputs = programs.random_program(5, length=10)
    leaves = list(map(Value, inputs))
    f = replay([programs.run(program, leaves)[-1]], leaves, batched=False)
    direction = np.array([1.0, -0.5, 0.25, 2.0, -1.0])
    slope = jax.grad(lambda x: f(x, np.zeros((0, 1)))[0])
    expected = [float(d) for d in programs.second_derivatives(program, inputs, direction)]
    found = jax.jit(jax.grad(lambda x: slope(x) @ direction))(jnp.array(inputs))
    assert same(found, expected, 1e-11)
    assert same(jax.jit(lambda x: jax.jvp(slope, (x,), (direction,))[1])(jnp.array(inputs)), expected, 1e-11)


def test_ten_thousand_operations():
    leaves = [Value(x) for x in np.random.default_rng(1).uniform(-1.0, 1.0, 64)]
    y = mixed_program(leaves, 10_000)
    y.backward()
    f = replay([y], leaves)
    X = jnp.array([[x.data, 0.5 * x.data] for x in leaves])
    found, gradients = jax.jit(jax.value_and_grad(lambda X: f(NOTHING, X)[0][0]))(X)
    assert same(found, y.data, 1e-12)
    assert same(gradients[:, 0], [x.grad for x in leaves], 1e-12)
    assert not gradients[:, 1].any()


# ---- batches


class Network(NamedTuple):
    """A network's loss, on a batch of samples and weights that they share; `eager` is that of one sample."""

    f: Any
    weights: Any
    eager: Any


@pytest.fixture(scope="module")
def network():
    model = MLP(3, [4, 4, 2], activation="tanh", seed=3)
    parameters, x, t = model.parameters(), [Value(0.1 * k) for k in range(3)], [Value(1.0), Value(0.0)]

    def loss(x, t):
        z = model(x)
        return logsumexp(z) - dot(t, z) + softmax(z)[1] ** 2.0 * ops.mean([*x, *parameters[:3]])

    f = replay([loss(x, t), *model(x), ops.square(parameters[0])], [*parameters, *x, *t], [False] * 46 + [True] * 5)

    def eager(column):
        for p in parameters:
            p.grad = 0.0
        leaves = list(map(Value, column))
        y = loss(leaves[:3], leaves[3:])
        y.backward()
        return y.data, [p.grad for p in parameters], [v.grad for v in leaves], [v.data for v in model(leaves[:3])]

    return Network(f, jnp.array([p.data for p in parameters]), eager)


def batch_of(samples):
    return np.random.default_rng(samples).normal(size=(5, samples))


@pytest.mark.parametrize("samples", [1, 3, 64, 257])
def test_batches(network, samples):
    f, weights, eager = network
    X = batch_of(samples)

    def summed(weights, X):
        losses, *others = f(weights, X)
        return losses.sum(), (losses, others)

    gradients, (losses, others) = jax.jit(jax.grad(summed, argnums=(0, 1), has_aux=True))(weights, X)
    expected = [eager(column) for column in X.T]
    assert losses.shape == (samples,)
    assert same(losses, [found[0] for found in expected], 1e-12)
    assert same(gradients[0], np.sum([found[1] for found in expected], axis=0), 1e-11)
    assert same(gradients[1].T, [found[2] for found in expected], 1e-12)
    assert same(np.transpose(others[:2]), [found[3] for found in expected], 1e-12)
    assert others[2].shape == ()
    assert others[2] == weights[0] ** 2


def test_vmap_over_samples_and_over_weights(network):
    f, weights, _ = network
    X, several = jnp.array(batch_of(3)), jnp.stack([weights, 0.5 * weights])
    one_by_one = jax.jit(jax.vmap(lambda x: f(weights, x[:, None])[0][0], in_axes=1))
    assert same(one_by_one(X), jax.jit(f)(weights, X)[0], 1e-14)
    slope = jax.grad(lambda w: f(w, X)[0].sum())
    assert same(jax.jit(jax.vmap(slope))(several), [jax.jit(slope)(w) for w in several], 1e-12)


def test_the_same_input_gives_the_same_bytes(network):
    slope = jax.jit(jax.grad(lambda w, X: network.f(w, X)[0].sum(), argnums=(0, 1)))
    first, again = (slope(network.weights, batch_of(64)) for _ in range(2))
    assert [x.tobytes() for x in first] == [x.tobytes() for x in again]


def test_single_precision(network):
    weights, X = jnp.asarray(network.weights, jnp.float32), jnp.asarray(batch_of(3), jnp.float32)
    found = jax.jit(network.f)(weights, X)
    assert {y.dtype for y in found} == {jnp.dtype("float32")}
    assert same(found[0], jax.jit(network.f)(network.weights, batch_of(3))[0], 1e-4)


def test_single_precision_of_every_row():
    inputs = [Value(0.7), Value(0.2), Value(0.5)]
    fixed = [op for op in BUILT_IN if not isinstance(op, Nary)]
    within = [op for op in fixed if condition(op, "domain")(*(0.7, 0.2, 0.5)[: len(op.operands)])]
    every = [op(*inputs[: len(op.operands)]) for op in within]
    f = replay(every, inputs, batched=False)

    def summed(x):
        found = f(x, np.zeros((0, 1), np.float32))
        return sum(found), found

    gradient, found = jax.jit(jax.grad(summed, has_aux=True))(jnp.array([0.7, 0.2, 0.5], jnp.float32))
    ops.total(every).backward()
    assert len(within) > 50
    assert {y.dtype for y in (gradient, *found)} == {jnp.dtype("float32")}
    assert same(found, [y.data for y in every], 1e-5)
    assert same(gradient, [x.grad for x in inputs], 1e-5)


# ---- how rows are read


@pytest.mark.parametrize(
    "rows",
    [
        range(4, 11),
        range(3, 30, 4),
        [k + 5 * j for j in range(6) for k in range(3)],
        [7] * 4,
        [9],
        [0, 29, 3, 3, 14],
        [*range(10, 20), *range(10)],
        range(30),
    ],
    ids=["neighbours", "even steps", "lines", "one row", "one", "anywhere", "swapped", "all"],
)
@pytest.mark.parametrize("cuts", [[0, 30], [0, 9, 9, 10, 30]], ids=["one array", "several"])
def test_rows_are_found_and_their_gradients_go_back(rows, cuts):
    rows, whole = np.array(rows), np.arange(60.0).reshape(30, 2)

    def taken(whole):
        return Blocks(*(whole[a:b] for a, b in pairwise(cuts))).take(rows)

    above = np.arange(2.0 * len(rows)).reshape(-1, 2)
    found, back = jax.vjp(taken, jnp.array(whole))
    expected = np.zeros_like(whole)
    np.add.at(expected, rows, above)
    assert np.array_equal(found, whole[rows])
    assert np.array_equal(back(jnp.array(above))[0], expected)


@pytest.mark.parametrize(
    "places",
    [
        np.arange(12).reshape(3, 4),
        np.arange(12).reshape(3, 4).T,
        np.arange(3)[:, None] + np.arange(4),
        np.arange(3)[:, None] * 7 + np.arange(4) + 2,
        np.full((3, 4), 5),
        np.array([[3, 1], [4, 1]]),
    ],
    ids=["rows", "columns", "windows", "a block", "one row", "anywhere"],
)
def test_tables(places):
    whole = np.arange(40.0).reshape(20, 2)
    assert np.array_equal(Blocks(jnp.array(whole)).table(places), whole[places])


# ---- tapes, and more than one device


def test_a_tape_as_a_function_of_trees():
    w, x, b = np.array([Value(0.5), Value(-1.0)]), np.array([Value(1.0), Value(2.0)]), Value(0.25)
    f = Tape.record({"y": tanh(w @ x + b)}, inputs=[{"w": w, "b": b}, x]).to_jax()
    inner, X = {"w": jnp.array([0.5, -1.0]), "b": jnp.array(0.25)}, jnp.array([[1.0, 2.0], [0.0, 1.0], [3.0, 1.0]])
    assert same(jax.jit(f)([inner, X])["y"], np.tanh(X @ inner["w"] + 0.25), 1e-14)
    assert f([inner, X[0]])["y"].shape == ()
    assert f([jax.tree_util.tree_map(jnp.float32, inner), jnp.float32(X)])["y"].dtype == jnp.float32
    with pytest.raises(ValueError, match=r"has shape \(3,\): it was recorded with \(2,\)"):
        f([inner, jnp.zeros(3)])
    with pytest.raises(ValueError, match=r"have \[3, 4\] samples"):
        f([{"w": jnp.zeros((4, 2)), "b": 0.25}, X])
    with pytest.raises(ValueError, match=r"\(0, 2\)"):
        f([inner, jnp.zeros((0, 2))])


def test_without_jax_there_is_a_line_that_installs_it(monkeypatch):
    for name in [name for name in sys.modules if name.startswith("autograd.replay.jax")]:
        monkeypatch.delitem(sys.modules, name)
    for name in ("jax", "jax.numpy"):
        monkeypatch.setitem(sys.modules, name, None)
    x = Value(1.0)
    with pytest.raises(ImportError, match=r'pip install "scalar-autograd\[jax\]"'):
        Tape.record(tanh(x), inputs=[x]).to_jax()


DEVICES = """
import json
from nn.examples.data_parallel import main, run
shown = main(["--devices", "8"])
print(json.dumps([[r.devices, *r.losses] for r in (shown, run(1), run(1, learning_rate=0.5 + 1e-9))]))
"""


def test_eight_devices_train_as_one_does():
    done = subprocess.run([sys.executable, "-W", "error", "-c", DEVICES], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    printed = done.stdout.splitlines()
    (eight, *losses), (one, *alone), (_, *other) = json.loads(printed[-1])
    assert (eight, one) == (8, 1)
    assert printed[0] == "digits on 8 devices: 2410 parameters, 54 steps"
    assert len(losses) == 54
    assert losses[0] > 5 * losses[-1] > 0.0
    assert same(losses, alone, 1e-12)
    assert not same(losses, other, 1e-12)


def test_devices_that_can_not_share_a_batch():
    from nn.examples.data_parallel import run

    with pytest.raises(ValueError, match="batch_size=0 is no multiple of 1"):
        run(1, batch_size=0)


def test_arguments_of_another_tree_are_refused():
    f = autograd.compile(lambda x: x[0] * x[1])
    f([1.0, 2.0])
    with pytest.raises(ValueError, match="the arguments are not trees like those recorded"):
        f.to_jax()([1.0, 2.0, 3.0])
