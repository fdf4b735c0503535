"""The strategies for users' tests: what they draw is what they promise, and mistakes shrink to one operation."""

from __future__ import annotations

import ast
import math
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import programs
import pytest
from engines import every_engine
from hypothesis import HealthCheck, find, given, settings
from hypothesis import strategies as st

import autograd
import autograd.testing
from autograd import Value, compile, grad, no_grad, numerical_gradient, ops, sin, tanh
from autograd.codegen import condition
from autograd.ops import TABLE, define
from autograd.testing import Expression, expression, expressions, mlps, points_in_domain, values
from autograd.testing.domains import Interval, interval
from autograd.testing.program import Step

BUILT_IN = [op for op in TABLE.values() if not op.users_own]
few = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
drawn = expressions(BUILT_IN, max_nodes=25, inputs=3)


# ---- expressions


@few
@given(drawn)
def test_its_repr_makes_it_again(f):
    assert eval(repr(f), {"expression": expression}) == f
    assert hash(eval(repr(f), {"expression": expression})) == hash(f)


@few
@given(drawn)
def test_its_text_is_a_program(f):
    names: dict = {}
    exec(str(f), names)
    y = f(*(Value(x) for x in f.point))
    assert names["y"].data == y.data
    again = [Value(x) for x in f.point]
    f(*again).backward()
    assert [names[name].grad for name in f.names] == [x.grad for x in again]


@few
@given(drawn, st.integers(0, 2**32))
def test_it_takes_values_numbers_and_arrays(f, seed):
    noise = np.random.default_rng(seed).uniform(-1e-3, 1e-3, (3, 2, 2))
    arrays = [x + part for x, part in zip(f.point, noise, strict=True)]
    found = f(*arrays)
    of_values = f(*(np.vectorize(Value, otypes=[object])(x) for x in arrays))
    assert found.shape == (2, 2) and of_values.dtype == object
    for index in np.ndindex(2, 2):
        assert found[index] == pytest.approx(f(*(float(x[index]) for x in arrays)), rel=1e-12, abs=1e-12)
        assert of_values[index].data == pytest.approx(found[index], rel=1e-12, abs=1e-12)
    with pytest.raises(TypeError, match=r"^this expression has 3 inputs: 2 were given$"):
        f(1.0, 2.0)


@few
@given(drawn)
def test_it_is_well_conditioned(f):
    """50 digits give the same, relative to the sum of the sizes of all paths, which is small too."""
    steps = [programs.Step(op.name, operands) for op, operands in f.steps]
    exact = programs.forward(steps, f.point)[-1]
    inputs = [Value(x) for x in f.point]
    y = f(*inputs)
    y.backward()
    assert max(exact.sizes) < 51 and abs(exact.value) < 51
    assert y.data == pytest.approx(float(exact.value), rel=1e-12, abs=1e-12)
    for x, d, size in zip(inputs, exact.gradient, exact.sizes, strict=True):
        assert abs(x.grad - float(d)) <= 1e-12 * (1.0 + float(size))


@every_engine
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(f=drawn)
def test_replay_agrees(engine, f):
    inputs = [Value(x) for x in f.point]
    y = f(*inputs)
    if not isinstance(y, Value):
        return
    y.backward()
    value, gradient = compile(lambda xs: f(*xs), in_axes=None, engine=engine).value_and_grad(np.array(f.point))
    assert value == pytest.approx(y.data, rel=1e-12, abs=1e-12)
    assert gradient == pytest.approx([x.grad for x in inputs], rel=1e-11, abs=1e-11)


def test_all_operations_are_drawn_and_programs_are_long():
    seen: Counter = Counter()
    sizes = []

    @settings(max_examples=800, database=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
    @given(expressions(BUILT_IN, max_nodes=20, inputs=3))
    def look(f):
        seen.update(op for op, _ in f.steps)
        sizes.append(len(f))

    look()
    assert set(BUILT_IN) - set(seen) == set()
    assert sum(sizes) / len(sizes) > 4 and max(sizes) > 12


@given(expressions(["sin", tanh], max_nodes=4, inputs=1))
def test_only_the_operations_asked_for(f):
    assert {op for op, _ in f.steps} <= {sin, tanh} and 1 <= len(f) <= 4 and f.names == ("a",)


def test_a_planted_mistake_shrinks_to_one_operation():
    wrong = define("slanted_tanh", lambda a: tanh(a), lambda y, a: 1.0 - 0.99 * y * y)
    try:
        found = find(
            expressions([*BUILT_IN[:5], wrong], max_nodes=5),
            lambda f: np.abs(np.subtract(grad(f, (0, 1))(*f.point), numerical_gradient(f, f.point))).max() > 1e-3,
            settings=settings(database=None, derandomize=True, max_examples=300),
        )
        assert [op for op, _ in found.steps] == [wrong]
        assert repr(found) == "expression('slanted_tanh(b)', a=0.5, b=2.0)"
        assert str(found) == (
            "from autograd import Value\n"
            "from autograd.ops import operation\n"
            'slanted_tanh = operation("slanted_tanh")\n'
            'a, b = Value(0.5, "a"), Value(2.0, "b")\n'
            "y = slanted_tanh(b)\n"
            "y.backward()"
        )
    finally:
        del TABLE["slanted_tanh"]


def test_steps_that_nothing_needs_are_left_out():
    f = Expression([1.0, 2.0], [Step(ops.sin, (0,)), Step(ops.mul, (0, 1)), Step(ops.cos, (2,)), Step(ops.neg, (3,))])
    assert repr(f) == "expression('-(a * b)', a=1.0, b=2.0)" and len(f) == 2


def test_names_that_steps_would_have():
    f = expression("h = sin(v1) * v2; h * h", v1=0.5, v2=2.0)
    assert repr(f) == "expression('v3 = sin(v1) * v2; v3 * v3', v1=0.5, v2=2.0)" and eval(repr(f)) == f


def test_a_deep_expression():
    f = Expression([0.5], [Step(ops.tanh, (k,)) for k in range(5000)])
    assert len(f) == 5000 and f(0.5) == f(Value(0.5)).data
    assert len(Expression([0.5], [Step(ops.add, (k, k)) for k in range(100)]).__repr__()) < 3000


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: expressions(max_nodes=0), "expressions: max_nodes=0 and inputs=2: both are 1 or more"),
        (lambda: expressions(inputs=0), "expressions: max_nodes=12 and inputs=0: both are 1 or more"),
        (lambda: expressions([]), "expressions: ops is empty: name some operations, or leave it out for all"),
        (lambda: expressions(["sni"]), "no operation 'sni'"),
        (lambda: points_in_domain("sni"), "no operation 'sni'"),
        (lambda: mlps(max_layers=0), "mlps: 4 inputs, 0 layers, 5 neurons: 1 or more of each"),
        (lambda: mlps([]), "mlps: name an activation, and one of the output"),
        (lambda: expression("a * b", a=1.0), "expression: no number is given for b"),
        (lambda: expression("import os", a=1.0), "import"),
        (lambda: expression("1 + 2", a=1.0), "expression: '1 \\+ 2' has no operation on a"),
        (lambda: expression("a", a=1.0), "expression: 'a' has no operation on a"),
        (lambda: expression("2"), "expression: '2' has no operation on an input"),
    ],
)
def test_mistakes_are_told(wrong, message):
    with pytest.raises(ValueError, match=message):
        wrong()


# ---- values, points, networks


@given(values(-2.0, 3.0, labels=st.sampled_from(["x", "w"])))
def test_values(v):
    assert -2.0 <= v.data <= 3.0 and v.op is None and v.grad == 0.0 and v.label in ("x", "w")


@pytest.mark.parametrize("op", BUILT_IN, ids=lambda op: op.name)
@settings(max_examples=25)
@given(data=st.data())
def test_points_are_in_the_domain(op, data):
    xs = data.draw(points_in_domain(op.name))
    assert all(map(math.isfinite, xs))
    if not isinstance(op, ops.Nary):
        assert len(xs) == len(op.operands) and condition(op, "domain")(*xs)


def test_intervals_are_read_from_the_domain():
    row = SimpleNamespace(domain="-1 < a <= 2 and b >= 3 and a < b")
    assert interval(row, "a") == Interval(-1.0, 2.0, has_low=False)
    assert interval(row, "b") == Interval(3.0)
    assert interval(SimpleNamespace(domain="a > 0 or a < -1"), "a") == Interval() == interval(sin, "a")
    assert 2.0 in interval(row, "a") and -1.0 not in interval(row, "a") and 2.5 not in interval(row, "a")


@pytest.mark.parametrize(("name", "edges"), [("log", [5e-324]), ("arcsin", [-1.0, 1.0]), ("exp", [-745.0, 710.0])])
def test_points_reach_the_ends(name, edges):
    for edge in edges:
        assert find(points_in_domain(name), lambda xs, edge=edge: xs[0] == edge) == (edge,)


@pytest.mark.parametrize(("domain", "sign"), [("a > 1e6", 1.0), ("a < -1e6", -1.0)])
def test_points_of_a_domain_that_is_far_away(table, domain, sign):
    far = define("far", lambda a: a, lambda y, a: 1.0, domain=domain)

    @given(points_in_domain(far))
    def look(xs):
        assert sign * xs[0] > 1e6

    look()


@settings(max_examples=15)
@given(mlps(max_layers=2, max_neurons=3), st.data())
def test_networks(model, data):
    xs = data.draw(st.lists(st.floats(-2.0, 2.0), min_size=model.inputs, max_size=model.inputs))
    with no_grad():
        y = model(xs)
    assert all(math.isfinite(v.data) for v in (y if isinstance(y, list) else [y]))
    assert 1 <= len(model.layers) <= 2 and max(model.sizes) <= 3


def test_networks_are_random_and_shrink():
    assert repr(find(mlps(), lambda model: True)).startswith("MLP(1, [1]")
    drawn = set()

    @settings(max_examples=50, database=None)
    @given(mlps())
    def look(model):
        drawn.add(tuple(p.data for p in model.parameters()))

    look()
    assert len(drawn) > 10


# ---- imports


def test_without_hypothesis_the_line_that_installs_it_is_given():
    program = (
        "import sys; sys.modules['hypothesis'] = None\n"
        "import autograd.testing as testing\n"
        "assert testing.expression('sin(a)', a=1.0)(0.0) == 0.0\n"
        "testing.expressions"
    )
    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stderr
    assert told.splitlines()[-1] == (
        'ImportError: autograd.testing.expressions: hypothesis is not installed: pip install "scalar-autograd[test]"'
    )


def test_what_draws_is_loaded_when_asked_for():
    program = "import sys, autograd.testing; print('hypothesis' in sys.modules, 'nn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False False\n"
    assert {"expressions", "mlps", "values", "points_in_domain"} <= set(dir(autograd.testing))
    with pytest.raises(AttributeError, match=r"module 'autograd.testing' has no attribute 'expresions'"):
        autograd.testing.expresions  # noqa: B018  # asked for, to see what it says
    assert not hasattr(autograd, "expressions")


def test_what_type_checkers_see_is_there():
    tree = ast.parse(Path(autograd.testing.__file__).read_text(encoding="utf-8"))
    imported = {alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert {name for name in imported - {None} if not hasattr(autograd.testing, name)} == set()
