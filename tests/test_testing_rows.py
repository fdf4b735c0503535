"""assert_op on operations of one's own: none of many right ones is called wrong, and each planted fault is told."""

from __future__ import annotations

import math

import pytest

from autograd import absolute, exp, log, log1p, maximum, minimum, ops, relu, sigmoid, sin, softplus, sqrt, tanh, where
from autograd.ops import TABLE, cbrt, cos, cosh, define, equal, expm1, sech, sign, square
from autograd.testing.breaks import breaks
from autograd.testing.operations import assert_op
from autograd.testing.places import places
from autograd.testing.undeclared import undeclared_breaks

pytestmark = [pytest.mark.usefixtures("table"), pytest.mark.no_gradcheck]

RIGHT = {
    "gauss": (
        lambda x, m, s: exp(-square((x - m) / s)),
        lambda y, x, m, s: -2.0 * y * (x - m) / (s * s),
        lambda y, x, m, s: 2.0 * y * (x - m) / (s * s),
        lambda y, x, m, s: 2.0 * y * square(x - m) / (s * s * s),
        {"domain": "s > 0"},
    ),
    "ratio": (
        lambda a, b: a / (a + b),
        lambda y, a, b: b / square(a + b),
        lambda y, a, b: -a / square(a + b),
        {"domain": "a > 0 and b > 0"},
    ),
    "divergence": (
        lambda p, q: p * log(p / q),
        lambda y, p, q: log(p / q) + 1.0,
        lambda y, p, q: -p / q,
        {"domain": "p > 0 and q > 0"},
    ),
    "root": (lambda a: cbrt(a), lambda y, a: 1.0 / (3.0 * y * y), {"kinks": "a == 0"}),
    "norm": (
        lambda a, b: sqrt(a * a + b * b),
        lambda y, a, b: a / y,
        lambda y, a, b: b / y,
        {"kinks": "a == 0 and b == 0"},
    ),
    "smoothstep": (
        lambda a: where(a <= 0, 0.0, where(a >= 1, 1.0, a * a * (3 - 2 * a))),
        lambda y, a: where(a <= 0, 0.0, where(a >= 1, 0.0, 6 * a * (1 - a))),
    ),
    "huber": (
        lambda a: where(absolute(a) <= 1, 0.5 * a * a, absolute(a) - 0.5),
        lambda y, a: where(absolute(a) <= 1, a, sign(a)),
    ),
    "hinge": (lambda a: relu(1 - a), lambda y, a: where(a < 1, -1.0, 0.0), {"kinks": "a == 1"}),
    "margin": (
        lambda a, t: relu(1 - a * t),
        lambda y, a, t: where(a * t < 1, -t, 0.0),
        lambda y, a, t: where(a * t < 1, -a, 0.0),
        {"kinks": "a * t == 1"},
    ),
    "softsign": (lambda a: a / (1 + absolute(a)), lambda y, a: 1 / square(1 + absolute(a))),
    "mish": (
        lambda a: a * tanh(softplus(a)),
        lambda y, a: tanh(softplus(a)) + a * square(sech(softplus(a))) * sigmoid(a),
    ),
    "swish": (lambda a: a * sigmoid(a), lambda y, a: y + sigmoid(a) * (1 - y)),
    "log_cosh": (lambda a: log(cosh(a)), lambda y, a: tanh(a)),
    "sinc": (
        lambda a: where(equal(a, 0.0), 1.0, sin(a) / where(equal(a, 0.0), 1.0, a)),
        lambda y, a: where(equal(a, 0.0), 0.0, (cos(a) - y) / where(equal(a, 0.0), 1.0, a)),
    ),
    "to_the": (lambda a: a**2.5, lambda y, a: 2.5 * a**1.5, {"domain": "a >= 0"}),
    "clipped": (
        lambda a: minimum(maximum(a, -2.0), 3.0),
        lambda y, a: where(a < -2.0, 0.0, where(a > 3.0, 0.0, 1.0)),
        {"kinks": "a == -2 or a == 3"},
    ),
    "heaviside": (
        lambda a: where(a > 0, 1.0, where(a < 0, 0.0, 0.5)),
        lambda y, a: 0.0 * a,
        {"kinks": "a == 0"},
    ),
    "floor": (math.floor, lambda y, a: 0.0 * a, {"kinks": "a % 1 == 0"}),
    "steep": (lambda a: tanh(1000 * a), lambda y, a: 1000 * (1 - y * y)),
    "steep_aside": (lambda a: sigmoid(1e4 * (a - 1.23)), lambda y, a: 1e4 * y * (1 - y)),
    "squash": (lambda a: tanh(a), lambda y, a: 1 - y * y),
    "logistic": (lambda a: where(a < -709.0, 0.0, 1 / (1 + exp(-a))), lambda y, a: y * (1 - y)),
    "growth": (lambda a: exp(30 * a), lambda y, a: 30 * y),
    "tangent": (lambda a: sin(a) / cos(a), lambda y, a: 1 + y * y),
    "growth_rate": (lambda a: (exp(a) - 1) / a, lambda y, a: (exp(a) - y) / a, {"domain": "a != 0"}),
    "logit": (lambda p: log(p / (1 - p)), lambda y, p: 1 / (p * (1 - p)), {"domain": "0 < p < 1"}),
    "planck": (
        lambda a: a**3.0 / expm1(a),
        lambda y, a: (3 * a * a * expm1(a) - a**3.0 * exp(a)) / square(expm1(a)),
        {"domain": "a > 0"},
    ),
    "round_corner": (lambda a: sqrt(a * a + 1e-8), lambda y, a: a / y),
    "ripple": (
        lambda a: sin(100 * a) * exp(-a * a / 50),
        lambda y, a: 100 * cos(100 * a) * exp(-a * a / 50) - a / 25 * y,
    ),
    "of_floats": (math.erfc, lambda y, a: -2 / math.sqrt(math.pi) * exp(-a * a)),
}


def defined(value, *rest):
    written = rest[-1] if isinstance(rest[-1], dict) else {}
    return define("mine", value, *[x for x in rest if x is not written], **written)


@pytest.mark.parametrize("name", RIGHT)
def test_right_operations_hold(name):
    found = assert_op(defined(*RIGHT[name]), without=["jax", "numba"])
    assert found["derivatives"] > 2


SQUARE, SAME = (lambda a: a * a), (lambda y, a: 1.0)
UNDECLARED = r"there is a kink that `kinks` does not declare: .*"
WRONG = {
    "a threshold far away": (
        (SQUARE, lambda y, a: where(a >= 50, 3 * a, 2 * a)),
        r"derivatives: mine\(50.3\): wrong: .* gives 150.9, .* give 100.6",
    ),
    "a threshold below 0": (
        (SQUARE, lambda y, a: where(a < -5, 3 * a, 2 * a)),
        r"derivatives: mine\(-5.6\): wrong: .* gives -16.8, .* give -11.2",
    ),
    "a threshold that no formula names": (
        (SQUARE, lambda y, a: where(3 * a > 4e5, 2.01 * a, 2 * a)),
        r"derivatives: mine\(133333\): wrong: .* gives 268000, .* give 266666.6667",
    ),
    "one number": (
        (SQUARE, lambda y, a: where(equal(a, 7.0), 3 * a, 2 * a)),
        r"derivatives: mine\(7\): wrong: .* gives 21, .* give 14",
    ),
    "the other operand": (
        (lambda a, b: a * b, lambda y, a, b: where(b > 60, 2 * b, b), lambda y, a, b: a),
        r"derivatives: mine\(a = 59.4, b = 61.9\): wrong: .* gives 123.8, .* give 61.9",
    ),
    "a step": (
        (lambda a: where(a > 0, 1.0, 0.0), lambda y, a: 0.0 * a),
        r"jumps: mine\(0\): the value jumps, from 0 on the left to 1 on the right: declare it in `kinks`, or",
    ),
    "a small jump": (
        (lambda a: where(3 * a > 4, a + 1e-4, a), SAME),
        r"jumps: mine\(1.33333\): the value jumps, from 1.333333333 on the left to 1.333433333 on the right",
    ),
    "a jump where operands are equal": (
        (lambda a, b: where(a > b, a + b + 0.5, a + b), lambda y, a, b: 1.0, lambda y, a, b: 1.0),
        r"jumps: mine\(a = (?P<same>\S+), b = (?P=same)\): the value jumps",
    ),
    "the jumps of a function of floats": (
        (math.floor, lambda y, a: 0.0 * a),
        r"jumps: mine\(-1000\): the value jumps, from -1001 on the left to -1000",
    ),
    "a value by itself": (
        (lambda a: where(equal(a, 3.0), 7.0, a), SAME),
        r"jumps: mine\(3\): the value is 7 there, and 3 on both sides",
    ),
    "a kink that no formula names": (
        (lambda a: absolute(2 * a - 3), lambda y, a: 2.0 * sign(2 * a - 3)),
        rf"derivatives: mine\(1.5\): {UNDECLARED} -2 on the left, 2 on the right",
    ),
    "a kink declared elsewhere": (
        (lambda a: absolute(2 * a - 3), lambda y, a: 2.0 * sign(2 * a - 3), {"kinks": "a == 1"}),
        rf"derivatives: mine\(1.5\): {UNDECLARED} -2 on the left, 2 on the right",
    ),
    "a kink without a derivative": (
        (lambda a: sqrt(square(2 * a - 3)), lambda y, a: 2.0 * (2 * a - 3) / y),
        rf"derivatives: mine\(1.5\): {UNDECLARED} -2 on the left, 2 on the right",
    ),
    "a kink at no float": (
        (lambda a: relu(a * a - 2), lambda y, a: where(a * a > 2, 2 * a, 0.0)),
        rf"derivatives: mine\(-1.41421\): {UNDECLARED} -2.828427125 on the left, 0 on the right",
    ),
    "a kink of a function of floats": (
        (lambda a: abs(2.0 * float(a) - 3.0), lambda y, a: 2.0 * sign(2 * a - 3)),
        rf"derivatives: mine\(1.5\): {UNDECLARED} -2 on the left, 2 on the right",
    ),
    "a derivative that overflows": (
        (
            lambda a: where(a > 0, a + log1p(exp(-a)), log1p(exp(a))),
            lambda y, a: exp(a) / (1 + exp(a)),
        ),
        r"derivatives: mine\(800\): there is a value, but no derivative: .* gives nan, .* give 1",
    ),
}


@pytest.mark.parametrize("fault", WRONG)
def test_wrong_operations_are_told(fault):
    row, told = WRONG[fault]
    with pytest.raises(AssertionError, match=rf"operation mine\(.*\) fails .*\n(.*\n)*{told}"):
        assert_op(defined(*row), without=["jax", "numba"])


def test_kinks_are_declared_close_by():
    """1.414… is no root of 2 among floats, and 0 < a < 3 is no equality."""
    corner = (lambda a: relu(a * a - 2), lambda y, a: where(a * a > 2, 2 * a, 0.0))
    for kinks, found in {"a * a == 2": 0, "1 < a < 3 or -3 < a < -1": 0, "a == 2 ** 0.5": 1}.items():
        assert len(undeclared_breaks(defined(*corner, {"kinks": kinks}), [(0.5,)])) == found


def test_an_end_of_the_domain_is_no_jump():
    row = (lambda a: where(a > 0, 1.0, 0.0), lambda y, a: 0.0 * a)
    assert len(undeclared_breaks(defined(*row), [(0.5,)])) == 1
    assert undeclared_breaks(defined(*row, {"domain": "a != 0"}), [(0.5,)]) == []


def test_breaks_are_found_where_they_are():
    for place in (1e-3, 1 / 3, -7.25, 3.5):
        for f in (lambda x: 1.0, lambda x: x, math.sin, math.atan):
            jumping = lambda x, f=f, place=place: (f(x) + 0.01 * (x > place),)
            assert breaks(jumping, [-1e6, -100.0, -8.0, -7.0, 0.0, 0.01, 1.0, 4.0, 1e6]) == [
                (place, math.nextafter(place, math.inf))
            ]


def test_what_is_steep_vertical_or_undefined_is_no_break():
    at = [-1.0, 0.0, 1.0, 2.0]
    for f in (lambda x: math.tanh(1e9 * x), math.tan, lambda x: math.copysign(abs(x) ** 0.2, x), lambda x: 1e-300 * x):
        assert breaks(lambda x, f=f: (f(x),), at) == []
    assert breaks(lambda x: (1.0,) if x < 0.5 else (), at) == []


def test_what_overflows_all_about_is_not_tried():
    assert (30.0,) not in places(defined(*RIGHT["growth"])).marks
    pole = define("pole", lambda a: 1 / (a - 30), lambda y, a: -y * y)
    with pytest.raises(
        AssertionError, match=r"value: pole\(30\): this is in the domain, but: pole\(a = 30\) overflows"
    ):
        assert_op(pole, without=["jax"])


def test_all_magnitudes_are_tried():
    far = places(TABLE["div"]).far
    assert {(800.0, 0.3), (0.3, -1e6), (0.01, 0.0075)} <= set(far) and len(far) == 54


def test_narrower_arithmetic_is_told():
    """A function of floats has to refuse by itself."""
    half = define("half", lambda a: 0.5 * float(a), lambda y, a: 0.5, domain="a > 0")
    with pytest.raises(
        AssertionError, match=r"domain: half\(-0.6\): .* let its value raise ValueError there, or declare"
    ):
        assert_op(half, without=["jax"])


def test_a_branch_that_is_not_chosen_may_have_no_value():
    assert assert_op(defined(*RIGHT["logistic"]), without=["jax", "numba"])["formulas"] > 0


@pytest.mark.parametrize(
    ("row", "told"),
    [
        (lambda a: a, 'assert_op: .* is a function, not an operation: write its name, such as "tanh", or the row'),
        (None, "assert_op: None is a NoneType, not an operation"),
        (ops.softmax, 'assert_op: softmax is a function that calls operations, .* write "softmax"'),
    ],
)
def test_what_is_no_row(row, told):
    with pytest.raises(TypeError, match=told):
        assert_op(row)


def test_what_is_no_example_and_no_check():
    with pytest.raises(ValueError, match=r"no operation 'sinn': did you mean 'sin'\?"):
        assert_op("sinn")
    for without in ("jax", None):
        with pytest.raises(TypeError, match=rf"without={without!r} is no list of checks: .* without=\['jax'\]"):
            assert_op("sin", without=without)
    with pytest.raises(ValueError, match=r"there is no check \['jax'\]"):
        assert_op("sin", without=[["jax"]])
    for examples in ([1.0], 1.0, ["a"]):
        with pytest.raises(TypeError, match=r"give a list of calls, each a tuple of numbers, as in \[\(1.0,\)\]"):
            assert_op("sin", examples)
    with pytest.raises(
        ValueError, match=r"sin: the example \(1.0, 2.0\) is no call of it: give a tuple of 1 number, for"
    ):
        assert_op("sin", [(1.0, 2.0)])
    with pytest.raises(ValueError, match=r"sin: the example \(nan,\) is not of finite numbers"):
        assert_op("sin", [(math.nan,)])
    with pytest.raises(ValueError, match=r"dot: the example .* is no call of it: dot pairs 1 weights with 0 inputs"):
        assert_op("dot", [(1.0, 2.0)])
    with pytest.raises(ValueError, match=r"softmax: the example .* its first number says which of the others it is of"):
        assert_op("softmax", [(7.0, 2.0)])
