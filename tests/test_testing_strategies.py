"""The strategies for users' tests: what they draw is what they promise, and mistakes shrink to one operation."""

from __future__ import annotations

import ast
import copy
import math
import pickle
import pydoc
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import programs
import pytest
from engines import every_engine
from hypothesis import HealthCheck, Phase, find, given, settings
from hypothesis import strategies as st
from hypothesis.vendor.pretty import pretty

import autograd
import autograd.testing
import nn
from autograd import Value, check_claim, compile, grad, no_grad, numerical_gradient, ops, sin, softmax, tanh
from autograd.codegen import condition
from autograd.ops import TABLE, define
from autograd.replay.diagnosis import applied
from autograd.testing import (
    Claim,
    Expression,
    assert_gradients,
    claims,
    expression,
    expressions,
    mlps,
    points_in_domain,
    values,
)
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


def test_many_inputs_are_numbered():
    f = Expression([float(k) for k in range(25)], [Step(ops.total, tuple(range(25)))])
    assert f.names[:2] == ("x1", "x2") and eval(repr(f)) == f


def test_inputs_of_any_name_and_such_that_are_not_used():
    f = expression("2 * text", text=1.0, self=3.0)
    assert f(5.0, 0.0) == 10.0 and f.point == (1.0, 3.0) and eval(repr(f)) == f


UNKNOWN = r"(your own is there once autograd.ops.define made it)"


@pytest.mark.parametrize(
    ("wrong", "kind", "message"),
    [
        (lambda: expressions(max_nodes=0), ValueError, "expressions: max_nodes = 0 must be 1 or more"),
        (lambda: expressions(max_nodes=1.5), TypeError, "expressions: max_nodes = 1.5 is a float, not a whole number"),
        (lambda: expressions(inputs=0), ValueError, "expressions: inputs = 0 must be 1 or more"),
        (
            lambda: expressions([]),
            ValueError,
            "expressions: ops is empty: name some operations, or leave it out for all",
        ),
        (lambda: expressions(["zzz"]), ValueError, f"expressions: no operation 'zzz' {UNKNOWN}"),
        (
            lambda: expressions("sigmod"),
            ValueError,
            f"expressions: no operation 'sigmod': did you mean 'sigmoid'? {UNKNOWN}",
        ),
        (lambda: expressions(["ln"]), ValueError, f"expressions: no operation 'ln': did you mean 'log'? {UNKNOWN}"),
        (
            lambda: expressions([softmax]),
            TypeError,
            'expressions: softmax is a function that calls operations, not the row of that name: write "softmax"',
        ),
        (
            lambda: expressions(3),
            TypeError,
            'expressions: 3 is a int, not an operation: write its name, such as "tanh", or the row',
        ),
        (
            lambda: points_in_domain("sinn"),
            ValueError,
            f"points_in_domain: no operation 'sinn': did you mean 'sin'? {UNKNOWN}",
        ),
        (
            lambda: points_in_domain(3),
            TypeError,
            'points_in_domain: 3 is a int, not an operation: write its name, such as "tanh", or the row',
        ),
        (
            lambda: points_in_domain("log", within=1.0),
            ValueError,
            "points_in_domain: within = 1.0 must be above 1 and finite",
        ),
        (
            lambda: points_in_domain("log", within="100"),
            TypeError,
            "points_in_domain: within = '100' is a str, not a number",
        ),
        (
            lambda: points_in_domain("arcsin", within=1.5),
            ValueError,
            "points_in_domain: the domain of arcsin, -1 <= a <= 1, has no a of a size from 0.666667 to 1.5 that is "
            "0.666667 from its ends: give a larger within",
        ),
        (lambda: mlps(max_layers=0), ValueError, "mlps: max_layers = 0 must be 1 or more"),
        (lambda: mlps(max_neurons=2.0), TypeError, "mlps: max_neurons = 2.0 is a float, not a whole number"),
        (lambda: mlps([]), ValueError, "mlps: activations is empty: name an activation, such as 'tanh'"),
        (lambda: mlps(outputs=()), ValueError, "mlps: outputs is empty: name an activation, such as 'tanh'"),
        (lambda: mlps(["nope"]), ValueError, "activation 'nope' is unknown; there are linear, "),
        (
            lambda: mlps(3),
            TypeError,
            "activation 3 is neither a name, such as 'relu', nor a function of one Value",
        ),
        (
            lambda: mlps([lambda z: z]),
            TypeError,
            "mlps: activations: <lambda> is a function: give it a name by autograd.ops.define",
        ),
        (
            lambda: claims(slip="yes"),
            TypeError,
            "claims: slip = 'yes' must be True (with a slip), False (right ones) or None (both)",
        ),
        (
            lambda: values(3.0, 1.0),
            ValueError,
            "values: min_value = 3 is above max_value = 1: give the smaller one first",
        ),
        (lambda: values(max_value=math.nan), ValueError, "values: max_value = nan must be finite"),
        (
            lambda: values(labels="x"),
            TypeError,
            "values: labels = 'x' is no strategy: write st.just('x'), or st.sampled_from([…])",
        ),
        (lambda: expression("a * b", a=1.0), ValueError, "expression: no number is given for b"),
        (lambda: expression("import os", a=1.0), ValueError, ""),
        (lambda: expression("1 + 2", a=1.0), ValueError, "expression: '1 + 2' has no operation on a"),
        (lambda: expression("a", a=1.0), ValueError, "expression: 'a' has no operation on a"),
        (lambda: expression("2"), ValueError, "expression: '2' has no operation on an input"),
    ],
)
def test_mistakes_are_told_at_the_call(wrong, kind, message):
    with pytest.raises(kind, match=f"^{re.escape(message)}"):
        wrong()


def test_one_name_is_a_list_of_one():
    assert {op for op, _ in find(expressions("tanh"), lambda f: len(f) > 1).steps} == {tanh}
    assert {op for op, _ in find(expressions(sin, inputs=1), lambda f: True).steps} == {sin}
    assert repr(find(mlps("relu", tanh), lambda model: True)) == "MLP(1, [1], activation='relu', output='tanh')"


# ---- what a test that fails prints


def printed(strategy, fails, phases):
    """The call that Hypothesis prints, of a test of two such arguments of which one fails; and what they were."""
    kept = {}

    @settings(phases=phases, database=None, derandomize=True, max_examples=300, suppress_health_check=[*HealthCheck])
    @given(bad=strategy, other=strategy)
    def call(bad, other):
        kept.update(bad=bad, other=other)
        assert not fails(bad)

    with pytest.raises(AssertionError) as caught:
        call()
    notes = "\n".join(caught.value.__notes__)
    return re.search(r"^\w[\w ]*: (call\(.*?^\))", notes, re.DOTALL | re.MULTILINE)[1], kept


def told(x):
    """What of a drawn thing has to come back."""
    match x:
        case Value():
            return x.data, x.label
        case nn.MLP():
            return repr(x), x.state_dict()
        case Claim():
            report = check_claim(x.claim, x.of, x.wrt, shapes=x.shapes)
            return np.array([report.claimed, report.actual]).tolist(), x.wrt, x.shapes, x.slip
    return repr(x)


PRINTED = [
    ("expressions", expressions(["sin", "softmax", "log"], max_nodes=3, inputs=1), lambda f: "log" in repr(f)),
    ("few operations", expressions(["add", "mul"], max_nodes=4), lambda f: len(f) > 1),
    ("two operands", points_in_domain("div"), lambda p: p[1] <= 0),
    ("equal operands", points_in_domain("hypot"), lambda p: p[0] == p[1]),
    ("one operand", points_in_domain("log"), lambda p: p[0] > 1e4),
    ("tiny operands", points_in_domain("add"), lambda p: 0 < abs(p[1]) < 1e-9),
    ("many operands", points_in_domain("softmax"), lambda p: len(p) > 3 and p[-1] < -100),
    ("moderate operands", points_in_domain("power", within=10), lambda p: p[0] > 3),
    ("values", values(), lambda v: v.data < -1.5),
    ("labels", values(labels=st.text("xyz'", min_size=1)), lambda v: v.data > 1.5 and "'" in v.label),
    ("networks", mlps(), lambda model: len(model.sizes) > 1),
    ("claims", claims(), lambda c: c.slip != ""),
    ("numbers", claims(slip=False), lambda c: not callable(c.claim)),
]


@pytest.mark.parametrize("phases", [tuple(Phase), tuple(set(Phase) - {Phase.explain})], ids=["explained", "bare"])
@pytest.mark.parametrize(("strategy", "fails"), [case[1:] for case in PRINTED], ids=[case[0] for case in PRINTED])
def test_a_failing_example_is_python(strategy, fails, phases):
    text, kept = printed(strategy, fails, phases)
    names: dict = {}
    exec("from autograd.testing import *\nfrom autograd import Value\nfrom nn import MLP\nimport numpy as np", names)
    again = eval(text, names | {"call": dict})
    assert fails(again["bad"]) and {k: told(x) for k, x in again.items()} == {k: told(x) for k, x in kept.items()}, text


def test_long_networks_have_their_seeds_too():
    model = find(mlps(max_layers=20, max_neurons=1), lambda model: len(model.sizes) > 12)
    assert told(eval(pretty(model), {"MLP": nn.MLP})) == told(model)
    assert told(pickle.loads(pickle.dumps(model))) == told(copy.deepcopy(model)) == told(model)


def test_explanations_are_comments():
    text, _ = printed(points_in_domain("sub"), lambda p: p[0] < p[1], tuple(Phase))
    assert text == "call(\n    bad=(1.0, 2.0),\n    other=(1.0, 1.0),  # or any other generated value\n)"


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


@pytest.mark.parametrize(
    ("name", "condition", "simplest"),
    [
        ("div", lambda p: p[1] < 0, (1.0, -1.0)),
        ("sub", lambda p: p[0] != p[1], (1.0, -1.0)),
        ("log", lambda p: p[0] < 0.3, (0.25,)),
        ("power", lambda p: True, (1.0, 1.0)),
        ("softmax", lambda p: len(p) > 2, (0.0, 0.0, 0.0)),
    ],
)
def test_points_shrink_to_simple_ones(name, condition, simplest):
    assert find(points_in_domain(name), condition, settings=settings(max_examples=2000, database=None)) == simplest


def test_huge_points_shrink_where_they_can():
    found = find(points_in_domain("div"), lambda p: p[1] < -1, settings=settings(max_examples=2000, database=None))
    assert max(map(abs, found)) <= 3.0


TOLD = [op for op in BUILT_IN if isinstance(op, ops.Nary) or len(op.operands) < 3]


@pytest.mark.parametrize("within", [10.0, 1e3])
@pytest.mark.parametrize("op", TOLD, ids=lambda op: op.name)
def test_points_within_have_slopes_that_differences_tell(op, within):
    index = 1 if op is TABLE["softmax"] else 0

    @settings(max_examples=25, deadline=None)
    @given(points_in_domain(op, within=within))
    def look(p):
        assert all(1 / within <= abs(x) <= within for x in p[index:])
        assert_gradients(lambda *xs: applied(op, [*p[:index], *xs]), *p[index:])

    look()


@pytest.mark.parametrize(("name", "at"), [("log", (5e-324,)), ("div", (2.2e-309, 2.2e-309)), ("power", (100.0, 200.0))])
def test_points_without_may_have_none(name, at):
    with pytest.raises((AssertionError, autograd.DomainError)):
        assert_gradients(TABLE[name], *at)


@pytest.mark.parametrize(
    ("name", "near"), [("arccosh", lambda p: p[0] < 1.02), ("relu", lambda p: p[0] < 0), ("exp", lambda p: p[0] > 99)]
)
def test_points_within_come_near_to_the_ends(name, near):
    assert near(find(points_in_domain(name, within=100), near, settings=settings(max_examples=2000)))


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


def test_an_error_of_another_kind_is_not_taken_for_a_missing_package(monkeypatch):
    monkeypatch.setitem(autograd.testing.STRATEGIES, "gone", "no_such_module")
    with pytest.raises(ModuleNotFoundError, match=r"^No module named 'autograd.testing.no_such_module'$"):
        autograd.testing.gone  # noqa: B018  # asked for, to see what it says


def test_help_lists_what_is_public():
    shown = pydoc.plain(pydoc.render_doc(autograd.testing))
    for name in autograd.testing.__all__:
        kind = "class " if isinstance(getattr(autograd.testing, name), type) else ""
        assert re.search(rf"^    {kind}{name}\(", shown, re.MULTILINE), name
    without = subprocess.run(
        [sys.executable, "-c", "import sys; sys.modules['hypothesis'] = None; help('autograd.testing')"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "assert_gradients(" in without and "points_in_domain(" not in without


def test_a_star_gives_all_of_them_and_nothing_else():
    names: dict = {}
    exec("from autograd.testing import *", names)
    del names["__builtins__"]
    assert sorted(names) == sorted(autograd.testing.__all__)
    assert {*autograd.testing.STRATEGIES, "Claim", "Expression", "expression", "assert_op"} < {*names}


def test_what_draws_is_loaded_when_asked_for():
    program = "import sys, autograd.testing; print('hypothesis' in sys.modules, 'nn' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False False\n"
    assert {"expressions", "mlps", "values", "points_in_domain"} <= set(dir(autograd.testing))
    with pytest.raises(AttributeError, match=r"module 'autograd.testing' has no attribute 'expresions'"):
        autograd.testing.expresions  # noqa: B018  # asked for, to see what it says
    assert not hasattr(autograd, "expressions")


def test_what_type_checkers_see_is_what_there_is():
    tree = ast.parse(Path(autograd.testing.__file__).read_text(encoding="utf-8"))
    imported = {alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert imported - {None} == {*autograd.testing.__all__}
