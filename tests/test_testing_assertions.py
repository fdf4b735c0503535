"""Assertions for tests of gradients: right ones pass, planted mistakes fail with all that is needed to find them."""

from __future__ import annotations

import math
import random
import re
from contextlib import nullcontext
from importlib.util import find_spec

import numpy as np
import pytest
from strategies import BUILT_IN

import autograd
from autograd import Value, absolute, dot, exp, log, ops, relu, sin, softplus, sqrt, step, tanh, where
from autograd.graph import backpropagate
from autograd.ops import TABLE, define
from autograd.testing.assertions import GradientError, assert_gradients, assert_same_gradients
from autograd.testing.operations import CHECKS, assert_op
from autograd.testing.places import places

pytest_plugins = "pytester"
ALWAYS = ("value", "derivatives", "ignore_domain", "numpy", "formulas", "latex", "copies")
pytestmark = [pytest.mark.usefixtures("table"), pytest.mark.no_gradcheck]


@pytest.fixture
def cube():
    """Its derivative is wrong by a third."""
    return define("cube", lambda a: a * a * a, lambda y, a: 2.0 * a * a)


# ---- assert_gradients


def test_right_gradients_pass_and_the_report_is_returned():
    def loss(p, x, *rest):
        return tanh(dot(p["w"], x) + p["b"]) * rest[0] + rest[1] ** 2.0

    report = assert_gradients(loss, {"w": [0.5, -1.0], "b": 0.1}, np.array([2.0, 3.0]), 1.5, -0.5)
    assert [v.name for v in report] == ["p['w'][0]", "p['w'][1]", "p['b']", "x[0]", "x[1]", "rest[0]", "rest[1]"]
    assert {v.verdict for v in report} == {"agrees"}


def test_inputs_are_positional_arguments_as_they_are():
    assert_gradients(lambda xs, ys=(1.0,): xs[0] * xs[1] * ys[0], [2.0, 3.0])
    assert_gradients(lambda d: d["a"] * d["b"], {"a": 2.0, "b": 3.0})
    assert [v.name for v in assert_gradients(math.prod, [Value(2.0, "left"), 3.0])] == ["left", "iterable[1]"]


@pytest.mark.parametrize(
    ("user", "called"),
    [
        ("assert_gradients", assert_gradients),
        ("assert_same_gradients", lambda f, *inputs: assert_same_gradients(f, f, *inputs)),
    ],
)
def test_inputs_that_are_none_are_refused_in_the_name_of_the_assertion(user, called):
    def refused(kind, text, f, *inputs):
        with pytest.raises(kind, match=f"^{user}: {text}"):
            called(f, *inputs)

    refused(TypeError, "missing a required argument: 'y'", lambda x, y: x * y, [2.0, 3.0])
    refused(ValueError, "no inputs are given", lambda: Value(1.0))
    refused(ValueError, "no inputs are given", lambda xs: 1.0, [])
    refused(ValueError, "the input a is nan: give a number", sin, math.nan)
    refused(ValueError, r"the input xs\[1\] is nan", lambda xs: xs[0], [1.0, Value(math.nan)])
    refused(TypeError, r"f is compiled, .* give f\.__wrapped__", autograd.compile(tanh), 1.0)
    refused(TypeError, "what f returned: list", lambda x: [x, x], 1.0)
    refused(TypeError, "x: str '1' is not a real number", lambda x: x, "1")
    refused(TypeError, "3 is not a callable object", 3, 1.0)


def test_only_the_line_of_the_test_and_the_report_are_shown(pytester):
    pytester.makepyfile("""
        from autograd import Value, sin
        from autograd.testing import assert_gradients, assert_op, assert_same_gradients
        from autograd.ops import define

        def test_gradients(): assert_gradients(lambda x: sin(x) * x.data, 1.0)
        def test_same(): assert_same_gradients(sin, lambda x: x, 1.0)
        def test_op(): assert_op(define("cube", lambda a: a * a * a, lambda y, a: 2.0 * a * a), without=["jax"])
    """)
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(failed=3)
    text = result.stdout.str()
    assert "Raises GradientError" not in text and "Raises AssertionError" not in text
    assert len(text.splitlines()) < 60 and "assertions.py" not in text


def test_a_wrong_operation_is_named_with_all_numbers(cube):
    with pytest.raises(GradientError) as caught:
        assert_gradients(lambda w, x: exp(w) + cube(w * x), 2.0, 0.25)
    first, header, *rows, told = str(caught.value).splitlines()
    assert first == "the gradient is wrong in 2 of 2 inputs:"
    assert header.split() == ["input", "value", "gradient", "by", "differences", "verdict"]
    assert [row.split()[0] + row.split()[-1] for row in rows] == ["wwrong", "xwrong"]
    assert told == (
        "w, x: the first wrong local derivative is that of cube(0.5): "
        "∂y/∂a = 2 · a · a gives 0.5, differences of the operation give 0.75"
    )
    assert [verdict.node.op for verdict in caught.value.report] == [cube, cube]


@pytest.mark.parametrize("size", [3, 300])
def test_a_drawing_marks_the_wrong_operation(cube, tmp_path, size):
    path = tmp_path / "wrong.dot"
    with pytest.raises(
        GradientError, match=r"drawing: .*wrong\.dot, in which ✗ marks the operation with the wrong der"
    ):
        assert_gradients(lambda x: cube(x) + sum(sin(x * k) for k in range(size)), 0.5, drawing=path)
    text = path.read_text()
    assert "<B>✗ cube</B> = cube(x)" in text and "<✗ 0.5<BR/>differences: 0.75>" in text
    told = "✗ cube(x = 0.5): ∂y/∂a = 2 · a · a gives 0.5, differences of the operation give 0.75"
    assert f'{told}<BR ALIGN="LEFT"/>bold: the paths from <B>✗ cube</B> to <B>v' in text


@pytest.mark.parametrize("size", [3, 300])
def test_all_wrong_operations_are_marked(cube, tmp_path, size):
    def f(x):
        return sum(cube(x * k) * exp(-cube(x + k)) for k in range(size))

    path = tmp_path / "wrong.dot"
    with pytest.raises(GradientError, match=rf"in which ✗ marks the {2 * size} operations with wrong derivatives"):
        assert_gradients(f, 0.1, drawing=path)
    text, marked = path.read_text(), min(2 * size, 12)
    assert len(re.findall("<B>✗ cube[^<]*</B> = cube", text)) >= text.count("<BR/>differences: ") == marked
    assert text.count("differences of the operation give") == 4 and f"and {2 * size - 4} more<BR" in text


def test_each_use_of_an_operand_has_an_arrow(tmp_path):
    slip = define("slip", lambda a, b: a * sin(b), lambda y, a, b: sin(b), lambda y, a, b: a * sin(b))

    def f(x):
        c = sin(x)
        return slip(c, c) * x

    with pytest.raises(GradientError):
        assert_gradients(f, 0.7, drawing=tmp_path / "twice.dot")
    labels = re.findall(r"n1 -> n2 \[.*?label=(<.*>)", (tmp_path / "twice.dot").read_text())
    assert labels == ["<0.6006>", "<✗ 0.3869<BR/>differences: 0.5151>"]


def test_a_wrong_result_is_no_path(cube, tmp_path):
    with pytest.raises(GradientError):
        assert_gradients(lambda x: cube(x + 1.0), 0.5, drawing=tmp_path / "root.dot")
    assert "bold: <B>✗ cube</B>, the result itself<BR" in (tmp_path / "root.dot").read_text()


def test_a_wrong_derivative_at_a_kink_is_drawn_beside_both_slopes(tmp_path):
    over = define("over", lambda a: where(a > 0.0, a, 0.0), lambda y, a: where(a >= 0.0, 1.5, 0.0), kinks="a == 0")
    with pytest.raises(GradientError):
        assert_gradients(over, 0.0, drawing=tmp_path / "kink.dot")
    assert "<✗ 1.5<BR/>differences: 0 | 1>" in (tmp_path / "kink.dot").read_text()


def test_an_operation_far_from_the_result_is_drawn_with_its_neighbours(cube, tmp_path):
    def f(x):
        y = cube(x)
        for _ in range(200):
            y = sin(y) + 0.1
        return y

    with pytest.raises(GradientError):
        assert_gradients(f, 0.7, drawing=tmp_path / "far.dot")
    text = (tmp_path / "far.dot").read_text()
    assert "<B>398 more</B>" in text and "folded beyond operands and users of ✗: 402 nodes in 5 boxes" in text
    assert "<✗ 0.98<BR/>differences: 1.47>" in text


def test_a_drawing_that_fails_hides_nothing(cube, tmp_path):
    with pytest.raises(GradientError, match=r"(?s)gives 0.5, .*no drawing: .* must end in \.svg or"):
        assert_gradients(cube, 0.5, drawing=tmp_path / "wrong.txt")
    with pytest.raises(GradientError, match=r"(?s)gives 0.5, .*no drawing: .*nowhere"):
        assert_gradients(cube, 0.5, drawing=tmp_path / "nowhere" / "wrong.dot")


def test_no_drawing_where_nothing_is_wrong(tmp_path):
    assert_gradients(tanh, 0.5, drawing=tmp_path / "right.svg")
    assert list(tmp_path.iterdir()) == []


def test_a_drawing_of_a_wrong_accumulation_has_no_mark(monkeypatch, tmp_path):
    def assigning(root, interior, gradient):
        backpropagate(root, interior, gradient)
        for node in interior:
            for parent, local in node.edges():
                parent.grad = local * node.grad

    monkeypatch.setattr("autograd.value.backpropagate", assigning)
    with pytest.raises(GradientError, match="but their accumulation is wrong"):
        assert_gradients(lambda x: x * x + x, 3.0, drawing=tmp_path / "sum.dot")
    assert "✗" not in (tmp_path / "sum.dot").read_text()


@pytest.mark.parametrize("f", [relu, absolute, sqrt])
def test_a_kink_passes(f):
    assert assert_gradients(f, 0.0)[0].verdict == "kink"


def test_what_cannot_be_told_fails_with_the_remedy():
    with pytest.raises(GradientError, match=r"(?s)not smooth enough in 1 of 1 inputs.*test it beside this point"):
        assert_gradients(step, 0.0)
    draw = random.Random(0)
    with pytest.raises(GradientError, match=r"(?s)lost in noise in 1 of 1 inputs.*the same at every call"):
        assert_gradients(lambda x: x * draw.random(), 1.0)


# ---- assert_same_gradients


def test_the_same_mathematics_is_the_same():
    assert_same_gradients(softplus, lambda x: log(1 + exp(x)), 0.5)
    assert_same_gradients(lambda xs: sum(x * x for x in xs), lambda v: dot(v, v), [0.1, -0.2, 0.3])
    assert_same_gradients(lambda x, y: x * y, lambda a, b: exp(log(a) + log(b)), 3.0, 0.5)


@pytest.mark.parametrize("x", [0.3, 7.0])
@pytest.mark.parametrize("far", [1e3, 1e9, 1e15])
def test_cancellation_is_no_difference(far, x):
    assert_same_gradients(lambda x: (x + far) - far, lambda x: x * 1.0, x)
    assert_same_gradients(lambda x: ((x + far) - far) ** 2.0, lambda x: x**2.0, x)
    assert_same_gradients(lambda x: x * far - x * (far - 1.0), lambda x: x * 1.0, x)


@pytest.mark.parametrize("slip", [1e-9, 1e-6, 1.0])
def test_a_difference_is_seen(slip):
    with pytest.raises(GradientError, match=r"the value is not the same: 2 and .* ulp apart"):
        assert_same_gradients(lambda x: 2.0 * x, lambda x: (2.0 + slip) * x, 1.0)
    with pytest.raises(GradientError, match=r"∂/∂y is not the same: 3 and .* ulp apart\n.*1e-10 of the sum of the"):
        assert_same_gradients(lambda x, y: x * y, lambda a, b: a * b + slip * (b - b.data), 3.0, 2.0)


def test_the_difference_is_told_in_ulps():
    up = math.nextafter(3.0, 4.0) - 3.0
    with pytest.raises(GradientError, match=r"3 and 4, 1\.1e\+15 ulp apart\nThe difference is 1, and .* is allowed"):
        assert_same_gradients(lambda x: 3.0 * x, lambda x: 4.0 * x, 1.0)
    assert_same_gradients(lambda x: 3.0 * x, lambda x: (3.0 + up) * x, 1.0, rtol=1e-16)
    with pytest.raises(ValueError, match=r"rtol=0\.0 is not positive"):
        assert_same_gradients(tanh, tanh, 1.0, rtol=0.0)


def test_what_is_not_finite_is_the_same_only_as_itself():
    assert_same_gradients(sqrt, lambda x: x**0.5, 0.0)
    with pytest.raises(GradientError, match=r"∂/∂x is not the same: inf and 1\nOne of them, .* they have to be equal"):
        assert_same_gradients(lambda x: sqrt(x), lambda x: 1.0 * x, 0.0)


# ---- assert_op


@pytest.mark.parametrize("op", BUILT_IN, ids=lambda op: op.name)
def test_every_row_of_the_table_holds(op):
    found = assert_op(op, without=["jax", "second derivatives"])
    assert all(found[name] > 0 for name in ALWAYS)
    assert (found["numba"] > 0) == bool(find_spec("numba"))
    assert (found["domain"] > 0) == bool(op.domain)
    assert (found["kinks"] > 0) == bool(op.kinks)


@pytest.mark.parametrize("name", ["mul", "power", "tanh", "arcsin", "clip", "logsumexp", "softmax"])
def test_a_few_rows_hold_in_second_order(name):
    assert assert_op(name, without=CHECKS.keys() - {"second derivatives"})["second derivatives"] > 0


def test_by_jax():
    swish = define(
        "swish",
        lambda a, beta=1.0: a * ops.sigmoid(beta * a),
        lambda y, a, beta: ops.sigmoid(beta * a) * (1.0 + beta * a * ops.sigmoid(-beta * a)),
        lambda y, a, beta: a * y * ops.sigmoid(-beta * a),
    )
    assert (assert_op(swish)["jax"] > 0) == bool(find_spec("jax"))
    assert assert_op(define("floats", math.exp, lambda y, a: y))["jax"] == 0


def faulty(fault):
    """The square of what is above 0, with one fault."""
    values = {"value": lambda a: where(a > 2.0, 1.0 / (a - 2.5), a * a), "domain": lambda a: float(a) ** 2.0}
    partial = {"derivatives": lambda y, a: 2.002 * a}
    written = {
        "domain": {"domain": "a > 0"},
        "formulas": {"textbook": ("a**2", "a")},
        "latex": {"latex": r"\left(<a>^2"},
    }
    return define(
        "faulty", values.get(fault, lambda a: a * a), partial.get(fault, lambda y, a: 2.0 * a), **written.get(fault, {})
    )


def test_what_the_faults_are_planted_in_holds():
    assert assert_op(faulty(""), without=["jax"])["derivatives"] == 32


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("value", r"value: faulty\(2.5\): this is in the domain, but: faulty\(a = 2.5\) overflows"),
        ("derivatives", r"derivatives: faulty\(0.3\): wrong: .* gives 0.6006, differences of the operation give 0.6"),
        ("domain", r"domain: faulty\(-0.6\): outside of the domain, a > 0, it is 0.36, of numbers"),
        ("formulas", r"formulas: faulty\(0.3\): the formula 'a' and the operation give 0.29\d* and 0.59"),
        ("latex", r"latex: faulty\(0.3\): brackets do not match"),
    ],
)
def test_a_fault_is_told_by_check_operation_point_and_numbers(fault, told):
    with pytest.raises(AssertionError, match=rf"operation faulty\(a\) fails \d of 12 checks\n(.*\n)*{told}"):
        assert_op(faulty(fault), without=["jax"])


def test_kinks_have_to_be_declared_and_right():
    ramp = {"value": lambda a: where(a > 3.0, a - 3.0, 0.0)}
    slope = lambda y, a: where(a > 3.0, 1.0, 0.0)
    with pytest.raises(AssertionError, match=r"ramp\(3\): there is a kink that `kinks` does not declare.* 1 on the"):
        assert_op(define("ramp", *ramp.values(), slope), without=["jax"])
    assert assert_op(define("ramp", *ramp.values(), slope, kinks="a == 3"), without=["jax"])["kinks"] == 1
    beyond = lambda y, a: where(ops.equal(a, 3.0), 7.0, slope(y, a))
    with pytest.raises(AssertionError, match=r"kinks: ramp\(3\): wrong: .* gives 7, .* 0 on the left, 1 on the right"):
        assert_op(define("ramp", *ramp.values(), beyond, kinks="a == 3"), without=["jax"])


def test_second_derivatives_are_checked(monkeypatch):
    bump = define("bump", lambda a: exp(-a * a), lambda y, a: -2.0 * a * y)
    assert assert_op(bump, without=CHECKS.keys() - {"second derivatives"}) == {"second derivatives": 10}
    monkeypatch.setattr("autograd.testing.row_numbers.grad", lambda f, k: lambda x: 2.0 * x * x.data)
    with pytest.raises(AssertionError, match=r"second derivatives: bump\(0.3\): the derivative of derivative 1 is 0.6"):
        assert_op(bump, without=["jax"])


def test_hessians_have_to_be_symmetric(monkeypatch):
    monkeypatch.setattr("autograd.testing.row_numbers.hessian", lambda f: lambda xs: [[0.0, 1.0], [2.0, 0.0]])
    with pytest.raises(
        AssertionError, match=r"second derivatives: \(a = 0.3\) \* \(b = -0.6\): ∂²/∂1∂2 and ∂²/∂2∂1 are 1 and 2"
    ):
        assert_op("mul", without=["jax"])


@pytest.mark.parametrize("engine", ["numpy", "numba", "jax"])
def test_an_engine_that_is_off_is_named(monkeypatch, engine):
    off = lambda f, columns, *engine: (columns[0] * 1.1, columns)
    for name, stand_in in {
        "find_spec": bool,
        "double_precision": nullcontext,
        "_by_jax": off,
        "_replayed": off,
    }.items():
        monkeypatch.setattr(f"autograd.testing.row_engines.{name}", stand_in)
    told = rf"{engine}: positive\(0.3\): by {engine} and eagerly the value is 0.33\d* and 0.29"
    with pytest.raises(AssertionError, match=told):
        assert_op("positive", without={"numpy", "numba", "jax"} - {engine})


def test_a_row_that_was_defined_again_is_not_the_one_that_pickle_finds(cube):
    define("cube", lambda a: a**3.0, lambda y, a: 3.0 * a * a)
    with pytest.raises(AssertionError, match=r"copies: .*pickle finds another operation 'cube'"):
        assert_op(cube, without=["jax"])


def test_a_function_that_raises_anything_is_told():
    def refusing(a):
        if math.isnan(a):
            raise KeyError("nan")
        return float(a)

    odd = define("odd", refusing, lambda y, a: 1.0)
    with pytest.raises(AssertionError, match=r"ignore_domain: .*inside of ignore_domain\(\) it raises KeyError"):
        assert_op(odd, without=["jax"])


def test_derivatives_that_have_no_value_are_told():
    """Of numbers below 0 there is no logarithm: the derivative is nan, and has none of its own."""
    with pytest.raises(AssertionError) as caught:
        assert_op(define("half", lambda a: a * a, lambda y, a: log(a)), without=["jax"])
    title, *lines = str(caught.value).splitlines()
    assert title == "operation half(a) fails 3 of 12 checks" and len(lines) == 3
    assert lines[1].startswith("second derivatives: half(-0.6): there are none: log(-0.6) is undefined")
    assert lines[2].startswith("formulas: half(-0.6): its formula, 'log(a)', has no value: log(a = -0.6) is undefined")


def test_a_copy_with_other_derivatives_is_told(monkeypatch):
    monkeypatch.setattr("autograd.testing.row_written.copy.deepcopy", lambda given: (tanh(x := Value(0.3)), [x]))
    with pytest.raises(AssertionError, match=r"copies: .*of a copy of its graph, gradients are \[0\.91\d*\] and not"):
        assert_op("sin", without=CHECKS.keys() - {"copies"})


# ---- where rows are tried


def test_examples_are_tried_and_have_to_be_in_the_domain():
    high = define("high", lambda a: log(a - 1e6), lambda y, a: 1.0 / (a - 1e6), domain="a > 1e6")
    with pytest.raises(ValueError, match=r"high: nothing tried is in its domain, a > 1e6: give examples="):
        assert_op(high)
    assert assert_op(high, [(1e6 + 2.0,)], without=["jax"])["derivatives"] == 1
    with pytest.raises(ValueError, match=r"high: the example \(3.0,\) is not in its domain, a > 1e6"):
        assert_op(high, [(3,)])
    with pytest.raises(ValueError, match=r"tanh: the example \(3.0, 4.0\) is no call of it: give a"):
        assert_op("tanh", [(3, 4)])


def test_conditions_on_several_operands_at_once():
    gap = define(
        "gap", lambda a, b: log(b - a), lambda y, a, b: -1.0 / (b - a), lambda y, a, b: 1.0 / (b - a), domain="a < b"
    )
    found = assert_op(gap, without=["jax"])
    assert min(found["derivatives"], found["domain"]) > 9


def test_a_narrow_domain_is_tried_half_way():
    narrow = define("narrow", lambda a: log(a), lambda y, a: 1.0 / a, domain="0 < a < 0.01")
    assert places(narrow).inside == ((0.005,),)


def test_ends_are_tried_on_both_sides():
    found = places(TABLE["arctanh"])
    assert {(1.0,), (-1.0,)} <= set(found.outside)
    assert found.beside == ((-math.nextafter(1.0, 0.0),), (math.nextafter(1.0, 0.0),))
    assert set(places(TABLE["arcsin"]).kinks) == {(-1.0,), (1.0,)}


def test_a_check_or_row_that_is_none():
    with pytest.raises(ValueError, match="assert_op: there is no check 'torch': there are value, domain, "):
        assert_op("tanh", without=["torch"])
    with pytest.raises(ValueError, match="no operation 'tangent'"):
        assert_op("tangent")
