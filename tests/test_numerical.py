"""Differences by definition, the estimates that check_gradient trusts, and the complex step."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, cbrt, exp, log, sigmoid, sin, tanh
from autograd.check.calling import call, leaf_names
from autograd.check.complex_step import Complex, complex_derivative, complex_step
from autograd.check.differences import Differences
from autograd.check.numerical import numerical_gradient
from autograd.ops import hypot
from autograd.tree import leaves

# A function, its derivative at 50 digits, and points.
SMOOTH = {
    "exp": (math.exp, mpmath.exp, st.floats(-700, 700)),
    "sin": (math.sin, mpmath.cos, st.floats(-1e6, 1e6)),
    "log": (math.log, lambda x: 1 / x, st.floats(1e-300, 1e300)),
    "square": (lambda x: x * x, lambda x: 2 * x, st.floats(-1e100, 1e100)),
    "tanh": (math.tanh, lambda x: mpmath.sech(x) ** 2, st.floats(-8, 8)),
    "arctan": (math.atan, lambda x: 1 / (1 + x * x), st.floats(-1e3, 1e3)),
}


@given(st.floats(-10, 10), st.floats(1e-5, 1e-2))
def test_numerical_gradient_is_the_central_difference(x, h):
    assert numerical_gradient(math.sin, x, h) == (math.sin(x + h) - math.sin(x - h)) / (2 * h)


def test_its_error_shrinks_with_the_square_of_the_step():
    errors = [abs(numerical_gradient(math.exp, 1.0, h) - math.e) for h in (1e-2, 1e-3)]
    assert errors[0] / errors[1] == pytest.approx(100, rel=1e-3)


@pytest.mark.parametrize(
    ("f", "xs", "expected"),
    [
        (lambda x: x**2, 3.0, 6.0),
        (lambda x, y: x * y, [2.0, 3.0], [3.0, 2.0]),
        (lambda x, y: x * y, (2.0, 3.0), (3.0, 2.0)),
        (lambda p: p[0] * p[1], [2.0, 3.0], [3.0, 2.0]),
        (lambda p: p[0] ** 2, [3.0], [6.0]),
        (lambda x: x**2, [3.0], [6.0]),
        (lambda w, b: w[0] * w[1] + b, [[2.0, 3.0], 1.0], [[3.0, 2.0], 1.0]),
        (lambda p: p["w"][0] * p["b"], {"w": [2.0], "b": 3.0}, {"w": [3.0], "b": 2.0}),
        (lambda *xs: xs[0] * xs[1], [2.0, 3.0], [3.0, 2.0]),
        (lambda x: exp(x), 0.0, 1.0),
        (lambda v: v.exp() + v.data, 0.0, 2.0),
    ],
)
def test_numbers_lists_dicts_and_values(f, xs, expected):
    found = numerical_gradient(f, xs)
    assert type(found) is type(expected)
    assert np.allclose(leaves(found), leaves(expected), rtol=1e-7, atol=0)


@pytest.mark.parametrize(
    "f", [lambda a: (a @ a) / 2, lambda a: sum(x * x / 2 for x in a), lambda x, y, z: (x * x + y * y + z * z) / 2]
)
def test_arrays(f):
    xs = np.array([1.0, 2.0, 3.0])
    assert np.allclose(numerical_gradient(f, xs), xs, rtol=1e-8, atol=0)


def test_a_matrix_is_one_argument():
    matrix = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert np.allclose(numerical_gradient(lambda a: (a * a).sum(), matrix), 2 * matrix, rtol=1e-8, atol=0)


def test_an_error_of_the_function_itself_is_not_hidden():
    with pytest.raises(TypeError, match="of my own"):
        call(_refuses, [1.0])


def test_refusals_name_what_is_wrong():
    with pytest.raises(ValueError, match="h = 0 is no step"):
        numerical_gradient(math.sin, 1.0, 0)
    with pytest.raises(TypeError, match="the result of f: list"):
        numerical_gradient(lambda x: [x], 1.0)


def test_names():
    assert leaf_names(lambda w, b: 0, [[1.0, 2.0], {"c": 3.0}]) == ["w[0]", "w[1]", "b['c']"]
    assert leaf_names(lambda p: 0, [1.0, 2.0]) == ["p[0]", "p[1]"]
    assert leaf_names(lambda a: 0, np.zeros((1, 2))) == ["a[0, 0]", "a[0, 1]"]
    assert leaf_names(lambda x: 0, Value(1.0, "speed")) == ["speed"]


@pytest.mark.parametrize("name", SMOOTH)
@given(data=st.data())
def test_an_estimate_is_as_near_as_it_says(name, data):
    f, exact, points = SMOOTH[name]
    x = data.draw(points)
    estimate = Differences(f, x).central()
    with mpmath.workdps(50):
        truth = float(exact(mpmath.mpf(x)))
    if estimate.known:
        assert abs(estimate.value - truth) <= 3 * estimate.error + 1e-6 * abs(truth) + 1e-305
        assert estimate.agrees(truth)
        assert abs(truth) < 1e-300 or not estimate.agrees(1.001 * truth)


def test_a_point_at_which_nothing_can_be_known_is_said_to_be_one():
    assert not Differences(math.tanh, 30.0).central().known
    assert not Differences(math.sin, 1e300).central().known
    assert not Differences(lambda x: (x + 1e15) - 1e15, 0.3, noise=0.2).central().known


def test_slopes_on_the_two_sides():
    assert (Differences(abs, 0.0).left().value, Differences(abs, 0.0).right().value) == (-1.0, 1.0)
    root = Differences(math.sqrt, 0.0)
    assert (root.right().value, root.right().jumps, root.left().known) == (math.inf, False, False)
    floor = Differences(math.floor, 3.0)
    assert floor.left().jumps and floor.right().value == 0.0


@given(st.floats(-50, 50))
def test_the_complex_step_keeps_the_digits_that_differences_lose(x):
    with mpmath.workdps(60):
        exact = float(mpmath.sech(mpmath.mpf(x)) ** 2)
    assert complex_step(tanh, x) == pytest.approx(exact, rel=1e-14)


@given(st.floats(0.1, 3), st.floats(0.1, 3))
def test_the_complex_step_of_several_inputs(x, y):
    found = complex_step(lambda a, b: sigmoid(a) * log(b) + cbrt(a * b) + a.data * sin(b), [x, y])
    s = 1 / (1 + math.exp(-x))
    third = (x * y) ** (1 / 3) / 3
    expected = [s * (1 - s) * math.log(y) + third / x + math.sin(y), s / y + third / y + x * math.cos(y)]
    assert found == pytest.approx(expected, rel=1e-13, abs=1e-14)


def _refuses(x):
    raise TypeError("a number of my own")


def test_a_dict_gives_arguments_by_name_or_is_one_argument():
    values = {"w": 2.0, "x": 3.0}
    assert call(lambda x, w: x - w, values) == 1.0
    assert call(lambda p: p["x"] - p["w"], values) == 1.0
    assert numerical_gradient(lambda x, w: x * w, values) == pytest.approx({"w": 3.0, "x": 2.0}, rel=1e-9)


@pytest.mark.parametrize(("a", "b"), [(1.7e308, 8.7e265), (1e150, -1e-150), (-3.0, 4e-9)])
def test_the_complex_step_of_sides_of_all_lengths(a, b):
    """Steps that are tiny beside both: the ratio of the sides loses them."""
    found = complex_derivative(lambda z: Complex.__operation__(hypot, [a, z]), b)
    assert found.value == pytest.approx(b / abs(a), rel=1e-12) and found.error <= 1e-12 * abs(found.value)
