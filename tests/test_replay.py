"""Replay: compiled functions and tapes give the numbers of the graph of Values, for arguments of every shape."""

from __future__ import annotations

import math
import random
import threading
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from engines import every_engine
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import random_program, run
from test_kinks import KINKS

import autograd
from autograd import (
    DomainError,
    RecordingError,
    Tape,
    Value,
    compile,
    dot,
    exp,
    ignore_domain,
    log,
    maximum,
    relu,
    scope,
    sigmoid,
    sign,
    softmax,
    sqrt,
    tanh,
    total,
    where,
)
from autograd.ops import TABLE, define
from autograd.replay import derivatives, diagnosis, engines, runs
from autograd.replay.listing import listing
from autograd.replay.plan import plan
from autograd.replay.program import Builder
from autograd.replay.recording import recorded
from autograd.replay.sums import with_long_sums
from autograd.tree import leaves, map_leaves
from autograd.value import data_of

Weights = namedtuple("Weights", "w b")
close = partial(pytest.approx, rel=1e-12, abs=1e-13)
SAMPLES = 3
X, Y, Z = np.random.default_rng(7).uniform(-1.0, 1.0, (3, SAMPLES))
ROWS = np.random.default_rng(8).uniform(-1.0, 1.0, (SAMPLES, 4))
MATRICES = np.random.default_rng(9).uniform(-1.0, 1.0, (SAMPLES, 2, 2))


# ---- arguments of every shape


def neuron(p, x):
    return tanh(dot(p["w"], x) + p["b"][0])


def form(x):
    return np.sum(x @ x.T) * 0.1 + x[0, 1]


def unpacked(p, x):
    return p.w[0] * x[1] + p.w[1] * x[0] * p.b


def chosen(x, kind, last=None):
    return {"sum": total, "first": lambda xs: xs[0] * 1.0}[kind](x) if last is None else x[last] * 2.0


CASES = {  # the function, its arguments for all samples, and in_axes
    "numbers": (lambda x, y: x * exp(y), (X, Y), 0),
    "a shared number": (lambda x, y: x * exp(y), (X, -1.0), 0),
    "all shared": (lambda x, y: x * exp(y), (0.5, -1.0), 0),
    "a list": (lambda xs: softmax(xs)[1] * xs[2], ([X, 1.0, Z],), 0),
    "an empty list": (lambda xs, y: total(xs) + y, ([], X), 0),
    "dicts and tuples": (neuron, ({"w": [0.5, -0.5], "b": (0.1,)}, (X, Y)), 0),
    "a named tuple": (unpacked, (Weights([X, 2.0], 0.3), ROWS), 0),
    "an array": (lambda x: softmax(x)[1] + x[0], (ROWS,), 0),
    "a matrix": (form, (MATRICES,), 0),
    "a shared array": (lambda w, x: dot(w, x), (np.array([0.5, 1.0, -1.0, 2.0]), ROWS), (None, 0)),
    "as many weights as samples": (lambda w, x: w[0] * x + w[2], (X, Y), (None, 0)),
    "an array shared in part": (lambda p: p["w"] @ p["x"], ({"w": ROWS[0], "x": ROWS},), ({"w": None, "x": 0},)),
    "a text": (chosen, (ROWS, "sum"), 0),
    "a truth": (chosen, ([X, Y], "sum", True), 0),
    "a function": (lambda f, x: f(x * 2.0), (tanh, X), 0),
    "a Value": (lambda x, y: x * y, (Value(0.5), X), 0),
    "an array of Values": (lambda x: x[0] * x[1], (np.vectorize(Value, otypes=[object])(ROWS),), 0),
    "a whole number": (lambda x, n: (x * x) ** n, (X, 3), 0),
    "truths": (lambda x, y: where(x, y, -y), (X > 0.0, Y), 0),
    "smaller floats": (lambda x: x * x, (X.astype(np.float32),), 0),
}


def of_sample(x, axis, k):
    """The part of an argument that is of one sample, as numbers."""
    if isinstance(x, dict):
        return {key: of_sample(y, axis[key] if isinstance(axis, dict) else axis, k) for key, y in x.items()}
    if isinstance(x, (list, tuple)):
        made = [of_sample(y, axis, k) for y in x]
        return type(x)(*made) if hasattr(x, "_fields") else type(x)(made)
    if isinstance(x, np.ndarray):
        x = x[k] if axis == 0 else x
        return map_leaves(lambda v: float(v.data if isinstance(v, Value) else v), x)
    return x.data if isinstance(x, Value) else x


def is_each(x, axis):
    """For each number or array of a tree, whether every sample has its own."""
    if isinstance(x, dict):
        return [y for key in x for y in is_each(x[key], axis[key] if isinstance(axis, dict) else axis)]
    if isinstance(x, (list, tuple)):
        return [y for branch in x for y in is_each(branch, axis)]
    return [isinstance(x, np.ndarray) and axis == 0]


def parts(x):
    """The numbers and arrays of a tree."""
    if isinstance(x, (list, tuple, dict)):
        return [y for branch in (x.values() if isinstance(x, dict) else x) for y in parts(branch)]
    return [np.asarray(x, dtype=float)]


@every_engine
@pytest.mark.parametrize("name", CASES)
def test_arguments_of_every_shape(engine, name):
    f, args, in_axes = CASES[name]
    axes = in_axes if isinstance(in_axes, tuple) else (in_axes,) * len(args)
    moving = [k for k, x in enumerate(args) if not isinstance(x, (str, bool)) and not callable(x)]
    samples = [[of_sample(x, axis, k) for x, axis in zip(args, axes, strict=True)] for k in range(SAMPLES)]
    expected = [autograd.value_and_grad(f, moving)(*sample) for sample in samples]
    compiled = compile(f, in_axes=in_axes, engine=engine)
    value, gradients = compiled.value_and_grad(*args, argnums=moving)
    assert np.broadcast_to(value, SAMPLES) == close([y for y, _ in expected])
    assert np.array_equal(compiled(*args), value) and len(compiled.tapes) == 1
    assert [type(g) for g in gradients] == [type(g) for g in map(of_numbers, (args[k] for k in moving))]
    each = [flag for k in moving for flag in is_each(args[k], axes[k])]
    for k, (found, own) in enumerate(zip(parts(gradients), each, strict=True)):
        alone = [parts(trees)[k] for _, trees in expected]
        assert found == close(np.array(alone) if own else sum(alone) if np.ndim(value) else alone[0])


def of_numbers(x):
    """A tree as gradients have it: of a number a float, of an array an array."""
    return x if isinstance(x, (list, tuple, dict, np.ndarray)) else float(x.data if isinstance(x, Value) else x)


@every_engine
@pytest.mark.parametrize("layout", ["fortran", "backwards", "strided", "read only", "integers", "big endian"])
def test_arrays_may_lie_anyhow(engine, layout):
    rows = np.arange(24.0).reshape(4, 6)
    given = {
        "fortran": np.asfortranarray(rows),
        "backwards": rows[::-1, ::-1],
        "strided": np.arange(96.0).reshape(8, 12)[::2, ::2],
        "read only": np.broadcast_to(np.arange(6.0), (4, 6)),
        "integers": rows.astype(np.int16),
        "big endian": rows.astype(">f8"),
    }[layout]
    before = given.copy()
    f = compile(lambda x: x[0] * x[1] + x[5] * x[2], engine=engine)
    x = given.astype(float)
    value, gradient = f.value_and_grad(given)
    assert value == close(x[:, 0] * x[:, 1] + x[:, 5] * x[:, 2])
    assert gradient == close(np.stack([x[:, 1], x[:, 0], x[:, 5], 0 * x[:, 0], 0 * x[:, 0], x[:, 2]], axis=1))
    assert np.array_equal(given, before)


def test_results_are_the_callers_own():
    f = compile(lambda x: [x, x * 2.0], engine="numpy")
    first = f(X)
    kept = [y.copy() for y in first]
    second = f(Y)
    second[1][:] = 0.0
    assert all(np.array_equal(a, b) for a, b in zip(first, kept, strict=True))
    assert f(Y)[1] == close(2.0 * Y)


@every_engine
def test_results_of_every_shape(engine):
    def f(x):
        return {"a": [x, (2.0, x * x)], "b": np.array([[x, 1.0], [x + 1.0, x]]), "c": None, "d": "text", "e": []}

    found = compile(f, engine=engine)(np.array([3.0, 4.0]))
    assert found["a"][0].tolist() == [3.0, 4.0] and found["a"][1][0] == 2.0 and found["a"][1][1].tolist() == [9.0, 16.0]
    assert found["b"].tolist() == [[[3.0, 1.0], [4.0, 3.0]], [[4.0, 1.0], [5.0, 4.0]]]
    assert (found["c"], found["d"], found["e"]) == (None, "text", [])
    alone = compile(f, engine=engine)(3.0)
    assert alone["a"] == [3.0, (2.0, 9.0)] and type(alone["a"][0]) is float
    assert alone["b"].tolist() == [[3.0, 1.0], [4.0, 3.0]]
    assert type(compile(lambda w: Weights(w, w))(1.0)) is Weights


# ---- what is recorded anew


def test_other_shapes_are_recorded_anew():
    f = compile(lambda x: total(leaves(x)))
    assert f([1.0, 2.0]) == 3.0 and f([3.0, 4.0]) == 7.0 and len(f.tapes) == 1
    assert f([1.0, 2.0, 3.0]) == 6.0 and f((1.0, 2.0)) == 3.0 and f({"a": 1.0}) == 1.0 and len(f.tapes) == 4
    assert f([5.0, 6.0]) == 11.0 and f([X, 1.0]) == close(X + 1.0) and len(f.tapes) == 4


def test_what_is_no_number_is_recorded_as_it_is():
    f = compile(lambda x, negative, g: g(-x if negative else x))
    assert [f(1.0, False, exp), f(1.0, True, exp), f(2.0, True, tanh)] == close([math.e, 1 / math.e, -math.tanh(2.0)])
    assert len(f.tapes) == 3 and f(2.0, False, exp) == close(math.exp(2.0)) and len(f.tapes) == 3
    g = compile(lambda x, y: x if y is None or y is True else x + y)
    assert [g(3.0, None), g(3.0, True), g(3.0, 1.0), g(3.0, 1), g(3.0, True)] == [3.0, 3.0, 4.0, 4.0, 3.0]


@pytest.mark.parametrize("first", [np.ones(2), np.ones((5, 2)), 1.0])
def test_earlier_calls_do_not_matter(first):
    """An array has samples, or has none, by in_axes alone: not by what was recorded before."""
    for x, of_each, of_all in (
        (2.0, 2.0, 2.0),
        (np.array([2.0, 3.0]), [2.0, 3.0], 5.0),
        (np.array([[2.0, 3.0], [4.0, 5.0]]), [5.0, 9.0], 14.0),
    ):
        each, whole = compile(lambda x: np.sum(x)), compile(lambda x: np.sum(x), in_axes=None)
        each(first), whole(first)
        assert np.array_equal(each(x), of_each)
        assert np.array_equal(whole(x), of_all)


def test_shared_arrays_may_change_their_shape():
    f = compile(lambda x, b: x * np.sum(b), in_axes=(0, None))
    assert f(np.ones(5), 2.0).tolist() == [2.0] * 5
    assert f(np.ones(5), np.ones(4)).tolist() == [4.0] * 5
    assert f(np.ones(5), np.ones((2, 3))).tolist() == [6.0] * 5


@pytest.mark.parametrize(
    "in_axes, message",
    [
        (1, "in_axes says 1 of x: write 0, for samples first, or None"),
        ((0,), "in_axes has 1 entries for 2 arguments: give one for each"),
        ((0, "a"), "in_axes says 'a' of y"),
        (({"a": 0}, 0), "in_axes says {'a': 0} of x"),
    ],
)
def test_in_axes_that_fit_no_argument(in_axes, message):
    with pytest.raises(ValueError, match=f"^compile: {message}"):
        compile(lambda x, y: x * y, in_axes=in_axes)(X, Y)


def test_in_axes_that_lack_an_entry():
    with pytest.raises(ValueError, match=r"^compile: in_axes has no entry for p\['b'\]"):
        compile(lambda p: p["b"], in_axes=({"a": 0},))({"a": X, "b": X})
    with pytest.raises(ValueError, match=r"^compile: in_axes has no entry for xs\[1\]"):
        compile(lambda xs: xs[1], in_axes=([0],))([X, X])


# ---- arguments that are refused


def test_arguments_that_are_refused():
    f = compile(lambda x, y: x * y)
    for refused, kind, message in (
        ((np.zeros(0), 1.0), ValueError, "^replay: x has no samples: give at least one$"),
        ((np.ones(3), np.ones(4)), ValueError, "x has 3, y has 4. The first axis of an array .* in_axes=None for it"),
        ((1j, 1.0), TypeError, "^x: complex 1j is not a real number"),
        ((np.array([1j]), 1.0), TypeError, "^replay: x is an array of complex128: give numbers"),
        ((np.array(["a"]), 1.0), TypeError, "^replay: x is an array of <U1: give numbers"),
        (({1.0}, 1.0), TypeError, "^x: set {1.0} is not a real number"),
        ((10**400, 1.0), ValueError, "^x: int of 1329 bits is too large for a float"),
        ((np.array([None]), 1.0), TypeError, "^x: NoneType None is not a real number"),
        ((1.0,), TypeError, "missing 1 required positional argument: 'y'"),
    ):
        for call in (f, f.value_and_grad):
            with pytest.raises(kind, match=message):
                call(*refused)
    assert f.tapes == []


@every_engine
def test_an_empty_batch_is_refused_at_every_call(engine):
    f = compile(lambda w, x: w * x[0], engine=engine)
    assert f(1.0, np.ones((2, 3))).tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match=r"^replay: x has no samples: give at least one"):
        f(1.0, np.ones((0, 3)))


def test_a_tape_says_what_it_was_recorded_with():
    w, x = Value(2.0, label="w"), [Value(1.0), Value(2.0)]
    tape = Tape.record(dot(x, [w, 1.0]), inputs={"w": w, "x": np.array(x)})
    shown = r"recorded \(w a number, inputs\['x'\] \(2,\)\): give a number, or an array of that shape"
    for wrong in ({"w": 1.0}, {"w": 1.0, "x": 1.0}, {"w": [1.0], "x": np.ones(2)}, {"w": 1.0, "x": np.ones(3)}, 1.0):
        with pytest.raises(ValueError, match=shown):
            tape(wrong)
    with pytest.raises(ValueError, match=r"^replay: 2 arguments are given, and 1 were recorded"):
        tape(1.0, np.ones(2))


# ---- batches


@every_engine
@pytest.mark.parametrize("count", [1, 2, 3, 64, 4097])
def test_batches_of_every_size(engine, count):
    program, inputs = random_program(5, length=14)
    noise = np.random.default_rng(count).uniform(-1e-3, 1e-3, (count, len(inputs)))
    shared, x = inputs[0], np.array(inputs[1:]) + noise[:, 1:]

    def f(w, xs):
        return run(program, [w, *xs])[-1]

    value, (slope, gradient) = compile(f, engine=engine).value_and_grad(shared, x, argnums=(0, 1))
    expected = [autograd.value_and_grad(f, (0, 1))(shared, list(row)) for row in x.tolist()]
    assert value == close(np.array([y for y, _ in expected]))
    assert gradient == close(np.array([g for _, (_, g) in expected]))
    assert slope == close(math.fsum(s for _, (s, _) in expected))


def gathered(*outputs, inputs):
    """The instructions that are run, in letters."""
    program = with_long_sums(recorded(outputs, inputs).program)
    lines = [line.partition("  #")[0] for line in listing(program, [])]
    return [line for line in lines if "(" in line]


def test_long_sums_are_one_instruction():
    x, y, w, v, u, b = inputs = [Value(1.0) for _ in range(6)]
    assert gathered(x + y, inputs=inputs) == ["%6 = add(%0, %1)"]
    assert gathered((x + y) + w, inputs=inputs) == ["%7 = total(%0, %1, %2)"]
    neuron, other = b + w * x + v * y, u * x + y * b
    assert gathered(neuron, other, inputs=inputs)[0] == "%7 = dot(%2, %3, %0, %1, %5)"  # weights, inputs, bias
    assert gathered(w * x + v * x, inputs=inputs)[-1] == "%8 = add(%6, %7)"
    assert gathered(w * x + v * x + u * x, inputs=inputs) == ["%7 = dot(%2, %3, %4, %0, %0, %0, %6)"]  # %6 = 0.0
    assert gathered(w * x + v * x + u + b, inputs=inputs)[-1].startswith("%9 = total(%7, %8, %4, %5)")
    with_1 = gathered(w * x + v * x + u * x, x + 1.0, inputs=inputs)
    assert with_1[0] == "%8 = dot(%2, %3, %4, %0, %0, %0, %7)"  # %6 = 1.0, %7 = 0.0
    product = w * x
    assert gathered(product + v * x + u, product, inputs=inputs)[-1] == "%9 = total(%7, %8, %4)"  # it has to stay


@every_engine
@pytest.mark.parametrize("bias", ["a constant", "of each sample", "computed"])
def test_a_bias_is_added_beside_constants_that_are_0(engine, bias):
    def f(w, x, b):
        if bias == "of each sample":
            return maximum(x, 0.0), dot([w, w], [x, x], b)
        return dot([w, w], [x, x], 5.0 if bias == "a constant" else w + w), 3.0 * x, maximum(x, 0.0)

    found = compile(f, in_axes=(None, 0, 0), engine=engine)(0.5, X, Y)
    if bias == "of each sample":
        assert (found[0], found[1]) == (close(np.maximum(X, 0.0)), close(X + Y))
    else:
        assert (found[0], found[1], found[2]) == (
            close(X + (5.0 if bias == "a constant" else 1.0)),
            close(3.0 * X),
            close(np.maximum(X, 0.0)),
        )


@every_engine
def test_a_layer_that_is_used_again(engine):
    """By inputs that do not depend on it, or by its own results: all of it shared by the samples."""

    def twice(W, b, x, v):
        layer = [[dot(row, z, bias) for row, bias in zip(W, b, strict=True)] for z in x]
        h = x[0][0]
        for _ in range(3):
            h = dot([v], [h], b[0])
        return total([(1.0 + k) * y for k, y in enumerate([y for ys in layer for y in ys])]) * h

    args = [[[0.5, -2.0], [1.5, 3.0]], [0.25, -1.0], [[1.0, 2.0], [-1.0, 0.5], [2.0, 4.0]], 0.75]
    value, gradients = compile(twice, engine=engine).value_and_grad(*args, argnums=range(4))
    expected, eager = autograd.value_and_grad(twice, range(4))(*args)
    assert value == close(expected)
    assert np.array(flat_numbers(gradients)) == close(flat_numbers(eager))


def flat_numbers(tree):
    return [float(x) for x in leaves(tree)]


def plan_of_layers(layers):
    """A plan of layers of so many neurons of so many inputs, whose weights samples share."""
    outputs, weights, inputs = [], [], []
    for neurons, size in layers:
        w, x = [[Value(1.0) for _ in range(size)] for _ in range(neurons)], [Value(1.0) for _ in range(size)]
        outputs += [dot(row, x) for row in w]
        weights += [v for row in w for v in row]
        inputs += x
    program = recorded(outputs, weights + inputs).program
    return plan(program, [False] * len(weights) + [True] * len(inputs), [True] * program.inputs)


def test_where_most_work_is_in_large_layers_numpy_runs():
    assert engines._mostly_large(plan_of_layers([(64, 64)]))
    assert not engines._mostly_large(plan_of_layers([(64, 63)]))
    assert engines._mostly_large(plan_of_layers([(64, 64), (63, 64)]))
    assert not engines._mostly_large(plan_of_layers([(64, 64), (63, 64), (8, 9)]))
    assert not engines._mostly_large(plan_of_layers([]))
    xs = [Value(1.0) for _ in range(8192)]
    assert not engines._mostly_large(plan(recorded([total(xs)], xs).program, [True] * len(xs), [True] * len(xs)))


def test_the_last_derivative_on_the_way_may_be_0():
    assert compile(lambda x: sign(sqrt(x)) + x).jvp((0.0,), (1.0,)) == (0.0, 1.0)


def test_an_operation_of_nothing_is_a_number():
    builder = Builder(0)
    assert builder.number(builder.append(total, ())) == 0.0


@every_engine
@settings(max_examples=15)
@given(seed=st.integers(0, 10**6))
def test_sums_and_products_of_every_shape(engine, seed):
    """They are gathered into long sums, layers and products: whichever of the operands samples share."""
    draw = random.Random(seed)
    steps = [(draw.choice("++++**-t"), draw.random(), draw.random()) for _ in range(draw.randrange(2, 25))]

    def f(*xs):
        results = list(xs)
        for kind, i, j in steps:  # the latest result more often than others
            a, b = (results[min(int(k * 1.5 * len(results)), len(results) - 1)] for k in (i, j))
            results.append({"+": a + b, "*": a * b * 0.5, "-": a - b * 0.5, "t": tanh(a)}[kind])
        return results[-1]

    args = [draw.choice([X, Y, 0.5, -1.0]) for _ in range(3)]
    samples = [[of_sample(x, 0, k) for x in args] for k in range(SAMPLES)]
    expected = [autograd.value_and_grad(f, range(3))(*sample) for sample in samples]
    value, gradients = compile(f, engine=engine).value_and_grad(*args, argnums=range(3), per_sample=True)
    assert np.broadcast_to(value, SAMPLES) == close([y for y, _ in expected])
    for k, found in enumerate(gradients):
        assert np.broadcast_to(found, SAMPLES) == close([g[k] for _, g in expected])


@every_engine
def test_arguments_by_name(engine):
    def f(x, y=2.0, *, z=3.0):
        return x * y + z

    compiled = compile(f, engine=engine)
    assert compiled(x=4.0, y=X).tolist() == compiled(4.0, X).tolist() == (4.0 * X + 3.0).tolist()
    assert compiled(4.0) == compiled(x=4.0) == 11.0
    with pytest.raises(TypeError, match=r"^f: z can be given by name only: give f all others"):
        compiled(4.0, z=1.0)
    with pytest.raises(TypeError, match="unexpected keyword argument 'w'"):
        compiled(4.0, w=1.0)


def test_a_compiled_function_has_no_graph_to_check():
    f = compile(lambda w: w[0] * w[1], in_axes=None)
    with pytest.raises(TypeError, match=r"^check_gradient: f is compiled, and .* has no graph: check f.__wrapped__$"):
        autograd.check_gradient(f, [1.0, 2.0])
    assert autograd.check_gradient(f.__wrapped__, [1.0, 2.0])


# ---- value_and_grad


@every_engine
def test_gradients_of_chosen_arguments(engine):
    f = compile(lambda w, x, y: w * x * x + y, engine=engine)
    given = (2.0, np.array([1.0, 3.0]), 5.0)
    assert f.value_and_grad(*given)[1] == 10.0
    assert f.value_and_grad(*given, argnums=1)[1].tolist() == [4.0, 12.0]
    assert f.value_and_grad(*given, argnums=-1)[1] == 2.0
    both = f.value_and_grad(*given, argnums=(2, 0))[1]
    assert both == (2.0, 10.0) and type(both) is tuple
    value, (again,) = f.value_and_grad(*given, argnums=[0])
    assert value.tolist() == [7.0, 23.0] and again == 10.0


@every_engine
def test_what_comes_from_above(engine):
    f = compile(lambda w, x: w * x * x, engine=engine)
    x = np.array([1.0, 2.0, 3.0])
    assert f.value_and_grad(2.0, x, gradient=1.0 / 3.0)[1] == close(14.0 / 3.0)
    for gradient in ([1.0, 10.0, 100.0], np.array([1, 10, 100])):
        found = f.value_and_grad(2.0, x, argnums=(0, 1), gradient=gradient)[1]
        assert found[0] == 941.0 and found[1].tolist() == [4.0, 80.0, 1200.0]
    with pytest.raises(ValueError, match=r"gradient has shape \(2,\): give a number, or one for each of the 3 samples"):
        f.value_and_grad(2.0, x, gradient=[1.0, 2.0])
    with pytest.raises(ValueError, match=r"gradient has shape \(2,\): give a number$"):
        f.value_and_grad(2.0, 1.0, gradient=[1.0, 2.0])
    with pytest.raises(ValueError, match=r"^value_and_grad: the gradient from above is nan"):
        f.value_and_grad(2.0, x, gradient=math.nan)
    with pytest.raises(TypeError, match="gradient: str 'a' is not a real number"):
        f.value_and_grad(2.0, x, gradient="a")


@every_engine
def test_gradients_of_each_sample(engine):
    f = compile(lambda p, x: tanh(dot(p["w"], x) + p["b"]), engine=engine, in_axes=(None, 0))
    p = {"w": np.array([0.5, -1.0, 2.0, 0.1]), "b": 0.3}
    value, (own, moved) = f.value_and_grad(p, ROWS, argnums=(0, 1), per_sample=True)
    slope = 1.0 - value**2
    assert own["w"] == close(slope[:, None] * ROWS) and own["b"] == close(slope)
    assert moved == close(np.outer(slope, p["w"]))
    weighted = f.value_and_grad(p, ROWS, gradient=X, per_sample=True)[1]
    assert weighted["b"] == close(slope * X)
    assert f.value_and_grad(p, ROWS)[1]["w"] == close(own["w"].sum(axis=0))
    assert len(f.tapes) == 1


@every_engine
def test_arguments_that_do_not_matter_have_gradient_zero(engine):
    f = compile(lambda x, y: x * 2.0, engine=engine)
    assert f.value_and_grad(X, 3.0, argnums=1)[1] == 0.0
    assert f.value_and_grad(X, Y, argnums=1)[1].tolist() == [0.0] * SAMPLES
    value, (gradient, other) = f.value_and_grad(1.5, Y, argnums=(0, 1))
    assert (value, gradient) == (3.0, 2.0) and other.tolist() == [0.0] * SAMPLES  # one result for all samples
    assert compile(lambda x: 3, engine=engine).value_and_grad(X)[1].tolist() == [0.0] * SAMPLES


def test_gradients_that_are_refused():
    for result, shown in ((lambda x: [x, x], "2 results"), (lambda x: np.array([x, x]), "an array")):
        for call in (lambda f: f.value_and_grad(1.0), lambda f: f.hvp((1.0,), (1.0,))):
            with pytest.raises(TypeError, match=f"the function returned {shown}, not one number"):
                call(compile(result))
    for argnums in (1, -2, (0, 1)):
        with pytest.raises(ValueError, match="of a call with 1 arguments"):
            compile(lambda x: x * x).value_and_grad(1.0, argnums=argnums)
    with pytest.raises(TypeError, match=r"^value_and_grad: argument 0 is 'a', not a number: see argnums"):
        compile(lambda kind, x: x * x).value_and_grad("a", 1.0)


@every_engine
def test_prepared_for_a_loop(engine):
    w, b, given = np.array([0.5, -1.0, 2.0, 0.1]), 0.3, ROWS.copy()
    f = compile(lambda w, b, x, y: tanh(dot(w, x) + b) * y, engine=engine, in_axes=(None, None, 0, 0))
    step = f.prepare(w, b, given, X, argnums=(0, 1), gradient=1.0 / SAMPLES)
    for _ in range(3):
        value, gradients = step()
        expected = f.value_and_grad(w, b, ROWS, X, argnums=(0, 1), gradient=1.0 / SAMPLES)
        assert value == close(expected[0]) and gradients[1] == close(expected[1][1])
        assert gradients[0] == close(expected[1][0])
        w -= 0.1 * gradients[0]  # what samples share may move; what is theirs stays
        given[:] = 7.0
    flat = X.copy()
    alone = compile(lambda x: x * x, engine=engine).prepare(flat)
    flat[:] = 0.0
    assert np.array_equal(alone()[0], X**2)
    w[0] = math.nan
    assert np.isnan(step()[0]).all()  # not finite to begin with
    with pytest.raises(RecordingError, match="what a tape computes"):
        compile(lambda x: x * step()[1][1])(1.0)
    with pytest.raises(TypeError, match="2 results, not one number"):
        compile(lambda x: [x, x], engine=engine).prepare(1.0)()


@every_engine
@pytest.mark.parametrize("samples", [1, 7, 100, 5000])
def test_prepared_steps_keep_their_batches_apart(engine, samples):
    """Two steps of one function, and calls of it in between; shared arrays that are strided, read-only, or integers."""
    f = compile(lambda w, k, x: tanh(dot(w, x)) * k, engine=engine, in_axes=(None, None, 0))
    draws = np.random.default_rng(samples)
    batches = [draws.normal(size=(samples, 4)) for _ in range(3)]
    wide, kept = draws.normal(size=(4, 2)), np.arange(4.0)
    kept.setflags(write=False)
    shared = [wide[:, 1], kept, np.arange(4), wide[:, 0].copy()]
    steps = [(w, k, x, f.prepare(w, k, x, argnums=(0, 2))) for w in shared for k in (2, 0.5) for x in batches[:2]]
    for _ in range(3):
        for w, k, x, step in steps:
            f.value_and_grad(shared[0], 3.0, batches[2])
            found, expected = step(), f.value_and_grad(w, k, x, argnums=(0, 2))
            assert np.asarray(found[0]) == close(np.asarray(expected[0]))
            assert found[1][0] == close(expected[1][0]) and found[1][1] == close(expected[1][1])
        wide *= 0.9


@every_engine
def test_a_prepared_step_in_several_threads(engine):
    f = compile(lambda w, x: tanh(dot(w, x)), engine=engine, in_axes=(None, 0))
    step = f.prepare(np.ones(4), ROWS)
    alone = [part.tobytes() for part in step()]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: [part.tobytes() for part in step()], range(200)))
    assert found == [alone] * 200


@every_engine
def test_a_prepared_step_that_failed_can_go_on(engine):
    w = np.array([2.0])
    step = compile(lambda w, x: log(w[0]) * x, engine=engine, in_axes=(None, 0)).prepare(w, X)
    before = [part.tobytes() for part in step()]
    w[0] = -1.0
    for _ in range(2):
        with pytest.raises(DomainError, match=r"^replay: sample 0: %2: log\(w\[0\] = -1\) is undefined"):
            step()
    w[0] = 2.0
    assert [part.tobytes() for part in step()] == before


# ---- jvp and hvp


@every_engine
@pytest.mark.parametrize("seed", range(4))
def test_directional_derivatives_of_random_programs(engine, seed):
    program, inputs = random_program(seed)
    direction = np.random.default_rng(seed).uniform(-1.0, 1.0, len(inputs)).tolist()

    def f(xs):
        return run(program, xs)[-1]

    compiled = compile(f, engine=engine)
    assert compiled.jvp((inputs,), (direction,)) == close(autograd.jvp(f, (inputs,), (direction,)))
    expected = autograd.hvp(f, (inputs,), (direction,))
    scale = max(map(abs, expected)) + 1.0
    assert compiled.hvp((inputs,), (direction,)) == pytest.approx(expected, rel=1e-11, abs=1e-12 * scale)
    rows = [compiled.hvp((inputs,), (unit,)) for unit in np.eye(len(inputs)).tolist()]
    assert np.array(rows) == pytest.approx(np.array(autograd.hessian(f)(inputs)), rel=1e-11, abs=1e-12 * scale)


@every_engine
def test_directional_derivatives_of_batches(engine):
    def f(w, x):
        return exp(w[0] * x) * w[1]

    w, moves = [0.5, 2.0], np.array([1.0, -1.0, 2.0])
    compiled = compile(f, engine=engine)
    value, rates = compiled.jvp((w, X), ([1.0, 0.0], moves))
    second = compiled.hvp((w, X), ([1.0, 0.0], moves))
    alone = [autograd.hvp(f, (w, x), ([1.0, 0.0], m)) for x, m in zip(X, moves, strict=True)]
    assert value == close(2.0 * np.exp(0.5 * X))
    assert rates == close([autograd.jvp(f, (w, x), ([1.0, 0.0], m))[1] for x, m in zip(X, moves, strict=True)])
    assert second[0] == close(np.sum([a[0] for a in alone], axis=0).tolist())  # summed, as samples share it
    assert second[1] == close([a[1] for a in alone])


@every_engine
def test_jvp_of_several_results(engine):
    f = compile(lambda x, y: {"a": x * y, "b": np.array([x, 2.0])}, engine=engine)
    value, rates = f.jvp((X, 3.0), (1.0, 10.0))
    assert value["a"] == close(3.0 * X) and rates["a"] == close(3.0 + 10.0 * X)
    assert rates["b"].tolist() == [[1.0, 0.0]] * SAMPLES
    assert f.jvp((2.0, 3.0), (1.0, np.array([0.0, 1.0])))[1]["a"].tolist() == [3.0, 5.0]  # two directions


@every_engine
def test_parameters_stay_where_they_are(engine):
    w = Value(3.0)
    f = compile(lambda x: w * x**3, engine=engine)
    assert f.jvp((2.0,), (1.0,)) == (24.0, 36.0) and f.hvp((2.0,), (1.0,)) == 36.0
    w.data = 1.0
    assert f.jvp((2.0,), (1.0,)) == (8.0, 12.0) and f.hvp((2.0,), (1.0,)) == 12.0


@every_engine
@pytest.mark.parametrize("kink", KINKS, ids=lambda kink: f"{kink.name}{kink.operands}")
def test_kinks(engine, kink):
    op, ones = TABLE[kink.name], [1.0] * len(kink.operands)
    compiled = compile(op, engine=engine)
    with ignore_domain():
        assert compiled.value_and_grad(*kink.operands, argnums=range(len(ones)))[1] == kink.chosen
        expected = autograd.jvp(op, kink.operands, ones)[1]
        assert compiled.jvp(kink.operands, ones)[1] == pytest.approx(expected, nan_ok=True)
        expected = autograd.hvp(op, kink.operands, ones)
        assert compiled.hvp(kink.operands, ones) == pytest.approx(expected, nan_ok=True)


@every_engine
def test_where_hides_what_is_no_number(engine):
    f = compile(lambda x: where(x > 0.0, x * log(x), x * x), engine=engine)
    given = np.array([2.0, -3.0, 0.5])
    assert f(given) == close([2.0 * math.log(2.0), 9.0, 0.5 * math.log(0.5)])
    assert f.jvp((given,), (1.0,))[1] == close([math.log(2.0) + 1.0, -6.0, math.log(0.5) + 1.0])
    assert f.hvp((given,), (1.0,)) == close([0.5, 2.0, 2.0])
    with pytest.raises(DomainError, match=r"^replay: sample 1: %\d: log\(x = -3\) is undefined"):
        f.value_and_grad(given)  # 0 · nan comes down from what was not chosen, as in Values
    safe = compile(lambda x: where(x > 0.0, x * log(where(x > 0.0, x, 1.0)), x * x), engine=engine)
    assert safe.value_and_grad(given)[1] == close([math.log(2.0) + 1.0, -6.0, math.log(0.5) + 1.0])


def test_arrays_of_equal_shape_that_samples_share():
    f = compile(lambda v, w, x: v[0] * w[0] * x + v[1] * w[1], in_axes=(None, None, 0))
    y, (dv, dw) = f.value_and_grad(np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([1.0, 2.0]), argnums=(0, 1))
    assert (y.tolist(), dv.tolist(), dw.tolist()) == ([11.0, 14.0], [9.0, 8.0], [3.0, 4.0])


def test_arguments_are_counted_from_the_end_too():
    f = compile(lambda v, w: v * w * w, in_axes=None)
    slopes = [float(f.value_and_grad(2.0, 3.0, argnums=k)[1]) for k in (-2, -1, 0, 1)]
    assert slopes == [9.0, 12.0, 9.0, 12.0]
    with pytest.raises(ValueError, match=r"argnums \[-3\] of a call with 2 arguments"):
        f.value_and_grad(2.0, 3.0, argnums=-3)


def test_curvature_where_there_is_no_value():
    f = compile(log)
    for call in (f.jvp, f.hvp):
        with pytest.raises(DomainError, match=r"^replay: sample 1: %1: log\(a = -1\) is undefined"):
            call((np.array([1.0, -1.0]),), (1.0,))


def test_tangents_that_are_refused():
    f = compile(lambda x: x[0] * x[1])
    for call in (f.jvp, f.hvp):
        for tangents in (([1.0],), ([1.0, 1.0], 1.0), ((1.0, 1.0),), ([np.ones((2, 2)), 1.0],)):
            with pytest.raises(ValueError, match="the tangents are not shaped like the primals: give one for each"):
                call(([1.0, 2.0],), tangents)
        with pytest.raises(ValueError, match=r"x\[0\] has 2, the tangent of x\[1\] has 3"):
            call(([np.ones(2), 2.0],), ([1.0, np.ones(3)],))
    with pytest.raises(ValueError, match="the tangents have an axis of samples, and the primals have none"):
        f.hvp(([1.0, 2.0],), ([1.0, np.ones(3)],))


# ---- what is not finite


@every_engine
def test_the_first_instruction_its_scope_and_the_sample_are_named(engine):
    def f(x):
        with scope("layer 1"), scope("neuron 2"):
            h = log(x - 1.0)
        return sqrt(h * h) * 2.0

    compiled = compile(f, engine=engine)
    assert compiled(np.array([2.0, 3.0, 4.0])) == close(2.0 * np.log([1.0, 2.0, 3.0]))
    with pytest.raises(DomainError) as caught:
        compiled(np.array([2.0, 3.0, 0.5, -4.0]))
    message = str(caught.value)
    assert message.startswith("replay: sample 2: %4 (layer 1 / neuron 2): log(-0.5) is undefined: the domain of log is")
    assert (caught.value.op, caught.value.operands) == ("log", (-0.5,))
    assert "%4 = log(%3)  # layer 1 / neuron 2" in str(compiled)
    with pytest.raises(DomainError, match=r"^replay: %4 \(layer 1 / neuron 2\): log"):
        compiled(0.5)


@every_engine
def test_overflows_are_found(engine):
    f = compile(lambda x: exp(x) + x * x, engine=engine)
    with pytest.raises(DomainError, match=r"^replay: sample 1: %1: exp\(x = 800\) overflows. Instead: softmax"):
        f(np.array([1.0, 800.0]))
    with pytest.raises(DomainError, match=r"^replay: sample 0: %2: square\(x = -1e\+200\) overflows"):
        f(np.array([-1e200, 1.0]))
    assert compile(lambda x: x * 2.0, engine=engine)(np.array([1e200, 8e307])).tolist() == [2e200, 1.6e308]


@every_engine
def test_a_sum_of_products_is_told_with_its_operands_in_order(engine):
    f = compile(lambda a, b, c, d, e: dot([a, b], [c, d], e), engine=engine)
    with pytest.raises(DomainError, match=r"^replay: %5: dot\(a = 1e\+200, b = 2, c = 1e\+201, d = 3, e = 4\) over"):
        f(1e200, 2.0, 1e201, 3.0, 4.0)


@every_engine
def test_a_sample_with_an_infinite_gradient_is_not_the_one_that_has_none(engine):
    f = compile(lambda x, z: sqrt(x) * z, in_axes=0, engine=engine)
    with pytest.raises(
        DomainError, match=r"^replay: sample 1: %2: sqrt\(x = 0\) has derivative inf in x, and 0.0 comes"
    ):
        f.value_and_grad(np.zeros(2), np.array([1.0, 0.0]))


@every_engine
def test_a_gradient_that_is_no_number(engine):
    f = compile(lambda x: sqrt(x) * sqrt(x), engine=engine)
    given = np.array([4.0, 1.0, 0.0, 9.0])
    assert f(given).tolist() == [4.0, 1.0, 0.0, 9.0]
    with pytest.raises(DomainError) as caught:
        f.value_and_grad(given)
    assert str(caught.value).startswith("replay: sample 2: %1: sqrt(x = 0) has derivative inf in x, and 0.0 comes from")
    g = compile(lambda x: sqrt(x), engine=engine)
    assert g.value_and_grad(given)[1].tolist() == [0.25, 0.5, math.inf, 1.0 / 6.0]  # it is infinite
    assert g.jvp((given,), (1.0,))[1].tolist() == [0.25, 0.5, math.inf, 1.0 / 6.0]
    with pytest.raises(DomainError, match=r"^replay: sample 2: %1: sqrt\(x = 0\) has derivative inf .* 0.0 comes"):
        g.value_and_grad(given, gradient=[1.0, 1.0, 0.0, 1.0])
    with pytest.raises(DomainError, match=r"^replay: sample 2: "):
        f.jvp((given,), (1.0,))


@every_engine
def test_what_is_not_finite_to_begin_with_is_no_error(engine):
    f = compile(lambda x, y: log(x) * y, engine=engine)
    found = f(np.array([1.0, math.nan, math.inf]), 2.0)
    assert found[0] == 0.0 and math.isnan(found[1]) and found[2] == math.inf
    assert math.isnan(f.value_and_grad(np.array([1.0, math.nan]), 2.0)[1][1])
    assert math.isnan(f(2.0, math.nan))
    w = Value(math.inf, label="w")
    with pytest.raises(DomainError, match="the input w is inf"):  # a parameter is nobody's argument
        compile(lambda x: x * w, engine=engine)(X)


@every_engine
def test_ignore_domain(engine):
    f = compile(lambda x: log(x), engine=engine)
    with ignore_domain():
        found, slope = f.value_and_grad(np.array([1.0, 0.0, -1.0]))
    assert found[:2].tolist() == [0.0, -math.inf] and math.isnan(found[2])
    assert slope[:2].tolist() == [1.0, math.inf]
    with pytest.raises(DomainError):
        f(0.0)


# ---- threads


def test_a_gradient_that_another_thread_asks_for_meanwhile_is_whole(monkeypatch):
    f = compile(lambda w, x: tanh(w * x), in_axes=(None, 0))
    f(0.5, X)  # recorded
    right, meanwhile = runs.Place, []

    def ask():
        return str(f.value_and_grad(0.5, X, argnums=(0, 1)))

    def place(*given):
        monkeypatch.setattr(runs, "Place", right)
        with ThreadPoolExecutor(1) as other:
            meanwhile.append(other.submit(ask).result())
        return right(*given)

    monkeypatch.setattr(runs, "Place", place)
    assert [ask()] == meanwhile


@every_engine
def test_threads_at_once(engine):
    def f(w, x):
        return total([sigmoid(v * x) * maximum(x, v) for v in w])

    w = [0.1 * k - 1.0 for k in range(20)]
    given = [np.random.default_rng(k).uniform(-2.0, 2.0, 50 + 400 * (k % 3)) for k in range(12)]
    reference = compile(f, engine=engine)
    expected = [reference.value_and_grad(w, x, argnums=(0, 1)) for x in given]
    together, results, start = compile(f, engine=engine), {}, threading.Barrier(len(given))

    def work(k):
        start.wait(10)
        results[k] = [together.value_and_grad(w, given[k], argnums=(0, 1)) for _ in range(5)]

    threads = [threading.Thread(target=work, args=(k,)) for k in range(len(given))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    for k, (value, (slopes, gradient)) in enumerate(expected):
        assert len(results[k]) == 5
        for found, (others, moved) in results[k]:
            assert np.array_equal(found, value) and np.array_equal(moved, gradient) and others == slopes


@every_engine
def test_threads_record_other_shapes_at_once(engine):
    f, start, results = compile(lambda xs: total(xs), engine=engine), threading.Barrier(8), {}

    def work(k):
        start.wait(10)
        results[k] = f([1.0] * (k + 1))

    threads = [threading.Thread(target=work, args=(k,)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert results == {k: k + 1.0 for k in range(8)}


# ---- what a compiled function looks like


def test_it_looks_like_the_function():
    def area(w, h):
        """Width times height."""
        return w * h

    f = compile(area)
    assert (f.__name__, f.__doc__, f.__wrapped__) == ("area", "Width times height.", area)
    assert repr(f) == str(f) == "<compiled area: 0 recordings>" and bool(f) and f.tapes == []
    for what in (lambda: len(f), lambda: f.source, lambda: f.latest, f.print):
        with pytest.raises(ValueError, match=r"^replay: area is not recorded yet: call it once"):
            what()
    f(2.0, 3.0)
    assert len(f) == 1 and repr(f) == "<compiled area: 1 recording>" and bool(f)


class Scaled:
    """A callable with attributes that are called like those of a compiled function."""

    def __init__(self):
        self.f, self.engine, self.tapes, self.factor = "f", "steam", None, Value(3.0)

    def __call__(self, x):
        return self.factor * x

    def method(self, x):
        return x + self.factor


def test_any_callable():
    scaled = Scaled()
    f = compile(scaled)
    assert (f(2.0), repr(f)) == (6.0, "<compiled Scaled: 1 recording>")
    assert compile(scaled.method)(2.0) == 5.0
    assert compile(partial(autograd.power, b=2.0))(3.0) == 9.0
    assert compile(tanh)(X) == close(np.tanh(X))
    assert (scaled.f, scaled.engine, scaled.tapes) == ("f", "steam", None)


def test_listing_and_source(capsys):
    w = Value(0.5, label="w")

    def f(x, y):
        with scope("hidden"):
            h = tanh(w * x[0] + 2.0)
        return h, y

    compiled = compile(f, in_axes=None)
    compiled(np.ones(2), 1.0)
    compiled.print()
    lines = [
        "4 inputs, 1 constant, 3 instructions, 2 outputs",
        "%0 = input x[0]",
        "%1 = input x[1]",
        "%2 = input y",
        "%3 = input w",
        "%4 = 2.0",
        "%5 = mul(%3, %0)  # hidden",
        "%6 = add(%5, %4)  # hidden",
        "%7 = tanh(%6)  # hidden",
        "return %7, %2",
    ]
    assert capsys.readouterr().out.splitlines() == lines
    assert repr(compiled.latest) == "<tape: 4 inputs, 1 constant, 3 instructions, 2 outputs>"
    assert "# hidden" in compiled.source and "tanh" in compiled.source
    assert compiled.source == compiled.source
    assert "d_mul1" in Tape.record(w * (x := Value(2.0)), inputs=[w, x]).source  # with the way back, before any run


# ---- tapes


@every_engine
def test_tapes_of_graphs(engine):
    w, b, x = Value(2.0, label="w"), Value(1.0, label="b"), Value(3.0)
    y = relu(w * x + b) * w
    tape = Tape.record(y, inputs=[w, x], engine=engine)
    assert tape([2.0, 3.0]) == y.data and tape([2.0, np.array([3.0, -3.0])]).tolist() == [14.0, 0.0]
    assert tape.value_and_grad([2.0, 3.0]) == (14.0, [13.0, 4.0])
    assert tape.jvp(([2.0, 3.0],), ([1.0, 0.0],)) == (14.0, 13.0)
    assert tape.hvp(([2.0, 3.0],), ([1.0, 0.0],)) == [6.0, 4.0]
    b.data = 0.0
    assert tape([2.0, 3.0]) == 12.0  # b is a parameter
    assert (w.grad, w.data, len(tape), bool(tape)) == (0.0, 2.0, len(tape.program), True)


def test_tapes_of_inputs_of_every_shape():
    x, y = Value(2.0), Value(3.0)
    assert Tape.record(x * y, inputs=y)(10.0) == 20.0
    assert Tape.record({"y": [x * y, 1.0]}, inputs={"a": x, "b": (y,)})({"a": 5.0, "b": (6.0,)}) == {"y": [30.0, 1.0]}
    both = Tape.record(np.array([x * y, x]), inputs=np.array([x, y]))
    assert both(np.array([5.0, 6.0])).tolist() == [30.0, 5.0]
    assert both(np.array([[5.0, 6.0], [1.0, 2.0]])).tolist() == [[30.0, 5.0], [2.0, 1.0]]
    assert Tape.record(x * y)([4.0, 5.0]) == 20.0  # all leaves
    assert bool(Tape.record(x, inputs=x)) and len(Tape.record(x, inputs=x)) == 0
    with pytest.raises(TypeError, match=r"^Tape.record: an input is a float, not a Value: give leaves of the graph"):
        Tape.record(x * y, inputs=[x, 3.0])
    with pytest.raises(ValueError, match=r"^Tape.record: an input is there twice: give each once"):
        Tape.record(x * y, inputs=[x, x])


# ---- engines


def test_engines_have_names(monkeypatch):
    with pytest.raises(ValueError, match="engine 'steam' is unknown; there are auto, numpy, numba"):
        compile(tanh, engine="steam")
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    assert compile(tanh)(1.0) == pytest.approx(math.tanh(1.0), rel=1e-15)
    with pytest.raises(ImportError, match=r'^engine=.*: numba is not installed: pip install "scalar-autograd\[fast\]"'):
        compile(tanh, engine="numba")


@every_engine
def test_operations_of_a_users_own(engine, table):
    bump = define("bump", lambda a: exp(-a * a), lambda y, a: -2.0 * a * y)
    if engine == "numba":
        with pytest.raises(ValueError, match="numba has no kernel of 'bump', an operation of your own"):
            compile(bump, engine=engine)(X)
    for chosen in {"auto", engine} - {"numba"}:
        found = compile(bump, engine=chosen).value_and_grad(X)
        assert found[0] == close(np.exp(-(X**2))) and found[1] == close(-2.0 * X * np.exp(-(X**2)))
        assert compile(bump, engine=chosen).hvp((X,), (1.0,)) == close((4.0 * X**2 - 2.0) * np.exp(-(X**2)))


def test_the_first_sample_that_fails_is_found():
    for samples in range(1, 10):
        for failing in range(samples):
            assert diagnosis.first_that(lambda begin, end, k=failing: begin <= k < end, samples) == failing


def test_a_report_of_what_can_not_be_found_again_says_so():
    x = Value(2.0)
    error = diagnosis.report(recorded([x * x], [x]).program, np.array([2.0]), ["x"], 3, 1.0)
    assert str(error).startswith("replay: sample 3: a derivative is not a number")


def test_the_program_of_a_gradient():
    x, y = Value(3.0), Value(5.0)
    program = derivatives.gradient(recorded([x * x], [x, y]).program, [0, 1])
    nodes = diagnosis.on_values(program, [Value(4.0), Value(7.0)])
    assert [data_of(nodes[k]) for k in program.outputs] == [8.0, 0.0]


@every_engine
def test_the_report_has_the_numbers_of_a_neuron(engine):
    f = compile(lambda x: log(dot([2.0, 3.0], [x[0], x[1]], x[2])), in_axes=None, engine=engine)
    with pytest.raises(DomainError, match=r"log\(-11\) is undefined"):
        f(np.array([-1.0, -5.0, 6.0]))


SUMS = {
    "dot": (lambda a, b: log(dot([a, b], [b, a])), r"%4: log\(0\) is undefined"),
    "total": (lambda a, b: log(total([a, b])), r"%3: log\(0\) is undefined"),
    "softmax": (lambda a, b: log(softmax([a - 2000.0, b])[0]), r"log\(0\) is undefined.* Instead: x\[k\] - logsumexp"),
}


@every_engine
@pytest.mark.parametrize("name", SUMS)
def test_what_comes_after_operations_of_many_operands_is_named(engine, name):
    f, message = SUMS[name]
    with pytest.raises(DomainError, match=f"^replay: .*{message}"):
        compile(f, engine=engine)(0.0, 0.0)
