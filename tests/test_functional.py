"""Derivatives of functions: against calculus, against one another, nested."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import (
    Value,
    dot,
    exp,
    grad,
    hessian,
    hvp,
    jacobian,
    jvp,
    logsumexp,
    no_grad,
    sin,
    softmax,
    tanh,
    value_and_grad,
    vjp,
)
from autograd.graph import adjoints

moderate = st.floats(-2, 2)


def test_only_what_leads_to_an_input_gets_an_adjoint():
    x, y = Value(2.0), Value(3.0)
    square = x * x
    result = square * tanh(y)
    found = adjoints(result, 1.0, [x], lambda node, wanted: node.edges(wanted))
    assert found == {result: 1.0, square: math.tanh(3.0), x: 4.0 * math.tanh(3.0)}


def test_numbers_in_numbers_out_and_values_in_values_out():
    assert type(grad(tanh)(0.5)) is float
    assert type(value_and_grad(tanh)(0.5)[0]) is float
    x = Value(2.0)
    second = grad(lambda x: x**3)(x)
    assert type(second) is Value
    second.backward()
    assert (second.data, x.grad) == (12.0, 12.0)
    assert type(grad(lambda x: 3.0 * x)(x)) is Value


def test_arguments_keep_their_structure():
    parameters = {"w": [0.5, -0.5], "b": (0.1,), "scale": np.array([[1.0, 2.0]])}

    def f(p, x):
        return tanh(dot(p["w"], x) + p["b"][0]) * p["scale"][0, 1]

    g = grad(f)(parameters, [1.0, 2.0])
    slope = 2 * (1 - math.tanh(0.5 - 1 + 0.1) ** 2)
    assert g["w"] == pytest.approx([slope, 2 * slope], rel=1e-14)
    assert g["b"] == pytest.approx((slope,), rel=1e-14)
    assert g["scale"].tolist() == [[0.0, math.tanh(-0.4)]]


def test_argnums_choose_arguments_and_keywords_pass_through():
    def f(x, y, power=1):
        return x * y**power

    assert grad(f, argnums=1)(2.0, 3.0, power=2) == 12.0
    assert grad(f, argnums=(1, 0))(2.0, 3.0) == (2.0, 3.0)
    assert grad(f, argnums=-1)(2.0, 3.0) == 2.0
    with pytest.raises(ValueError, match=r"argnums 2 of a call with 2 positional arguments"):
        grad(f, argnums=2)(2.0, 3.0)


def test_a_function_of_several_numbers_is_refused_with_the_remedy():
    with pytest.raises(TypeError, match=r"grad: f returned list, not one number; use jacobian"):
        grad(lambda x: [x, x])(1.0)
    with pytest.raises(TypeError, match=r"str 'x' is not a real number"):
        grad(tanh)("x")
    with pytest.raises(ValueError, match=r"jvp: 1 tangents for 2 primals"):
        jvp(lambda x, y: x * y, (1.0, 2.0), (1.0,))
    with pytest.raises(ValueError, match=r"vjp: 2 cotangents for 1 outputs"):
        vjp(tanh, 1.0)[1]([1.0, 2.0])


def test_a_constant_has_gradient_zero():
    assert grad(lambda x: 3.0)(1.0) == 0.0
    assert grad(lambda x: Value(3.0) * 2)(1.0) == 0.0
    assert jacobian(lambda x: [x[0], 1.0])([1.0, 2.0]) == [[1.0, 0.0], [0.0, 0.0]]


def test_inner_and_outer_variables_are_not_confused():
    # d/dx [x · d/dy (x + y)] = 1: the y that is x inside is another variable.
    assert grad(lambda x: x * grad(lambda y: x + y)(x))(1.0) == 1.0
    assert grad(lambda x: x * grad(lambda y: x * y)(2.0))(3.0) == 6.0
    assert grad(lambda x: grad(lambda y: x * y * y)(3.0))(2.0) == 6.0
    assert grad(lambda x: jvp(lambda y: x * y * y, (3.0,), (1.0,))[1])(2.0) == 6.0
    assert jvp(lambda x: grad(lambda y: x * x * y)(1.0), (3.0,), (1.0,)) == (9.0, 6.0)


def test_gradients_touch_no_grad_of_what_f_closes_over():
    w = Value(3.0)
    assert grad(lambda x: w * x * x)(2.0) == 12.0
    assert w.grad == 0.0


def test_transformations_record_within_no_grad():
    with no_grad():
        assert grad(lambda x: x**3)(2.0) == 12.0
        assert grad(grad(lambda x: x**3))(2.0) == 12.0


@given(moderate, moderate, moderate)
def test_forward_and_reverse_agree_and_hvp_is_hessian_times_direction(x, y, z):
    def f(v):
        return sin(v[0] * v[1]) + exp(v[2]) * tanh(v[0]) + logsumexp(v)

    point, direction = [x, y, z], [0.3, -0.7, 1.1]
    gradient, curvature = grad(f)(point), hessian(f)(point)
    assert jvp(f, (point,), (direction,))[1] == pytest.approx(np.dot(gradient, direction), rel=1e-12, abs=1e-13)
    assert hvp(f, (point,), (direction,)) == pytest.approx(list(np.dot(curvature, direction)), rel=1e-12, abs=1e-13)
    assert np.array(curvature) == pytest.approx(np.array(curvature).T, rel=1e-12, abs=1e-14)


@given(moderate, moderate)
def test_vjp_and_jacobian_agree(x, y):
    def f(v):
        return np.array([v[0] * v[1], sin(v[0]), softmax(list(v))[0]])

    rows = jacobian(f)(np.array([x, y]))
    cotangent = np.array([1.0, -2.0, 0.5])
    assert rows.shape == (3, 2)
    _, pull = vjp(f, np.array([x, y]))
    assert pull(cotangent)[0] == pytest.approx(cotangent @ rows, rel=1e-12, abs=1e-14)


def test_a_quadratic_has_a_constant_hessian():
    quadratic = np.array([[2.0, 1.0], [1.0, 3.0]])
    for point in ([0.0, 0.0], [1.5, -2.0]):
        assert hessian(lambda x: x @ quadratic @ x / 2)(np.array(point)).tolist() == quadratic.tolist()


def test_hvp_of_several_primals_gives_a_tuple():
    assert hvp(lambda x, y: x * x * y, (2.0, 3.0), (1.0, 0.0)) == (6.0, 4.0)


def test_piecewise_second_derivatives():
    assert grad(grad(lambda x: abs(x) * x))(-2.0) == -2.0
    assert grad(grad(lambda x: x**2))(0.0) == 2.0
    assert grad(grad(lambda x: x**2))(-3.0) == 2.0
    assert grad(lambda x: x**0)(0.0) == 0.0
