"""Derivatives of derivatives, through nested `grad`, against 50-digit arithmetic."""

from __future__ import annotations

from functools import reduce

import oracles
import pytest
from oracles import mp
from strategies import apply, every_row, points, put

from autograd import grad, hessian, ops
from autograd.ops import TABLE


@every_row
def test_second_derivatives(op):
    constants = 1 if op.name == "softmax" else 0
    for xs in points(op):
        if any(map(mp.isnan, oracles.derivatives(op.name, xs))):
            continue
        first, rest = list(xs[:constants]), list(xs[constants:])
        found = hessian(lambda rest, first=first: apply(op, first + rest))(rest)
        for i in range(len(rest)):
            for j in range(len(rest)):
                exact = second_derivative(op, xs, i + constants, j + constants)
                assert found[i][j] == pytest.approx(float(exact), rel=1e-12, abs=1e-14)


def second_derivative(op, xs, i, j):
    return mp.diff(lambda x: oracles.derivatives(op.name, put(xs, j, x))[i], xs[j])


def nested(f, order, x):
    for _ in range(order):
        f = grad(f)
    return f(x)


def exact_derivatives(f, x, order):
    """f(x), f'(x), … to 50 digits and more."""
    with mp.workdps(80):
        return [float(c * mp.factorial(k)) for k, c in enumerate(mp.taylor(f, mp.mpf(x), order))]


@pytest.mark.parametrize("x", [-2.4, -0.7, 0.3, 1.9])
@pytest.mark.parametrize("name", ["tanh", "sin", "sigmoid", "exp", "gelu", "silu", "softplus", "arctan", "erf"])
def test_to_order_5(name, x):
    exact = exact_derivatives(oracles.DEFINITIONS[name][0], x, 5)
    for order in range(1, 6):
        assert nested(TABLE[name], order, x) == pytest.approx(exact[order], rel=1e-10)


@pytest.mark.parametrize("x", [0.3, 1.9, 41.0])
@pytest.mark.parametrize("name", ["log", "sqrt", "cbrt", "reciprocal", "log1p", "log_sigmoid"])
def test_to_order_5_right_of_0(name, x):
    exact = exact_derivatives(oracles.DEFINITIONS[name][0], x, 5)
    for order in range(1, 6):
        assert nested(TABLE[name], order, x) == pytest.approx(exact[order], rel=1e-10)


@pytest.mark.parametrize("exponent", [-2.0, 0.5, 3.0, 3.7, 5.0])
@pytest.mark.parametrize("x", [0.3, 1.9])
def test_power_to_order_5(x, exponent):
    in_base = exact_derivatives(lambda a: oracles.power(a, mp.mpf(exponent)), x, 5)
    in_exponent = exact_derivatives(lambda b: oracles.power(mp.mpf(x), b), exponent, 5)
    for order in range(1, 6):
        assert nested(lambda a: a**exponent, order, x) == pytest.approx(in_base[order], rel=1e-10)
        assert nested(lambda b: x**b, order, exponent) == pytest.approx(in_exponent[order], rel=1e-10)


def test_power_of_0_and_of_a_negative_number_to_order_5():
    assert [nested(lambda a: a**3, order, 0.0) for order in range(1, 6)] == [0.0, 0.0, 6.0, 0.0, 0.0]
    assert [nested(lambda a: a**3, order, -2.0) for order in range(1, 6)] == [12.0, -12.0, 6.0, 0.0, 0.0]


def mlp(w, x, tanh):
    """1 → 2 → 2 → 1; one of its weights is w, in three places."""
    h = [tanh(w * x + 0.1), tanh(-1.3 * x + 0.4)]
    g = [tanh(0.6 * h[0] - 0.9 * h[1] + 0.2), tanh(w * h[0] + 1.1 * h[1])]
    return 1.5 * g[0] - w * g[1]


@pytest.mark.parametrize("orders", [(1, 0), (0, 1), (1, 1), (5, 0), (0, 5), (2, 3)])
def test_a_small_mlp_to_order_5(orders):
    f = lambda w, x: mlp(w, x, ops.tanh)
    for argnum, order in enumerate(orders):
        f = reduce(lambda f, argnum: grad(f, argnum), [argnum] * order, f)
    with mp.workdps(80):
        exact = mp.diff(lambda w, x: mlp(w, x, mp.tanh), (mp.mpf(0.7), mp.mpf(0.45)), orders)
    assert f(0.7, 0.45) == pytest.approx(float(exact), rel=1e-10)


@pytest.mark.parametrize("distance", [-0.06, -0.049, -1e-3, 0.0, 1e-6, 0.03, 0.049999, 0.05, 0.2])
def test_gelu_near_its_lowest_point(distance):
    x = -0.7517915246935645 + distance
    exact = exact_derivatives(oracles.DEFINITIONS["gelu"][0], x, 4)
    for order, tolerance in enumerate((1e-14, 1e-13, 1e-12, 1e-10), 1):
        assert nested(ops.gelu, order, x) == pytest.approx(exact[order], rel=tolerance)


@pytest.mark.parametrize("a", [1e-200, 3e-155, 1e-116, 1.0, 1e105, 1e155])
def test_second_derivatives_of_the_angle_at_any_scale(a):
    """d²/da² arctan2(a, b) = −2ab / (a² + b²)², as far as floats reach."""
    b = 2.0 * a
    exact = -2 * mp.mpf(a) * b / (mp.mpf(a) ** 2 + mp.mpf(b) ** 2) ** 2
    found = grad(grad(ops.arctan2))(a, b)
    assert found == (pytest.approx(float(exact), rel=1e-14) if abs(exact) < oracles.LARGEST else -float("inf"))


@pytest.mark.parametrize("b", [1e-120, 1e-90, 1e90, 9e139])
def test_the_angle_of_a_long_side_turns_one_way(b):
    """d²/da db arctan2(a, b) = (a² − b²) / (a² + b²)² = −1 / b² where b is much longer, as far as floats reach."""
    found = hessian(lambda sides: ops.arctan2(*sides))([1e-9 * b, b])
    exact = float(-1 / mp.mpf(b) ** 2)
    assert [found[0][1], found[1][0]] == pytest.approx([exact, exact], rel=1e-14)
