"""Formulas of notes on numbers: every value is that of a formula written in NumPy."""

import itertools
import math

import numpy as np
import pytest

from autograd import Value, ops
from autograd.notes.checker import Checker
from autograd.notes.formulas.parsing import parse_formula
from autograd.notes.meaning.arithmetic import Arithmetic
from autograd.notes.meaning.arrays import MisfitError, entries_of, shape_of
from autograd.notes.meaning.entries import RangeError
from autograd.notes.meaning.evaluate import DEEPEST, MOST_STEPS, Evaluator
from autograd.notes.meaning.references import UnknownError
from autograd.notes.meaning.sums import LONGEST
from autograd.notes.meaning.world import NotCheckableError, World
from autograd.value import data_of


def numbers(x):
    """An array of notes in NumPy."""
    return np.array([data_of(entry, "an entry") for entry in entries_of(x)]).reshape(shape_of(x))


class At:
    """Values of formulas at one point, in the light of notes."""

    def __init__(self, declared, *formulas):
        checker = Checker("\n\n".join([f"<!-- check\n{declared}\n-->", *(f"$${formula}$$" for formula in formulas)]))
        checker.run()
        self.evaluator = Evaluator(World(checker.knowledge))

    def __call__(self, formula):
        (said,) = parse_formula(formula, ())
        return numbers(self.evaluator.evaluate(said.sides[0], {}))


# ---- arrays

RNG = np.random.default_rng(4)
SHAPES = [(), (2,), (3,), (2, 3), (3, 2), (3, 3)]


def drawn(shape):
    """Random numbers, and Values of them."""
    given = RNG.normal(size=shape)
    values = np.array([Value(float(x)) for x in given.ravel()], dtype=object).reshape(shape)
    return given, values if shape else values.item()


def agrees(find, want):
    """`find` gives what NumPy gives, and is refused where NumPy refuses."""
    try:
        expected = want()
    except ValueError:
        with pytest.raises(MisfitError):
            find()
        return
    found = numbers(find())
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found, expected)


@pytest.mark.parametrize("a, b", list(itertools.product(SHAPES, SHAPES)))
def test_a_product_is_that_of_matrices(a, b):
    (x, xs), (y, ys) = drawn(a), drawn(b)
    agrees(lambda: Arithmetic().product(xs, ys), lambda: x @ y if a and b else x * y)


@pytest.mark.parametrize(
    "a, b, meant",
    [
        ((3, 1), (1, 4), lambda x, y: x @ y),
        ((3,), (1, 4), lambda x, y: np.outer(x, y)),
        ((1, 3), (3,), lambda x, y: (x @ y).item()),
        ((1, 1), (2, 3), lambda x, y: x.item() * y),
        ((2, 3), (1, 1), lambda x, y: x * y.item()),
    ],
)
def test_rows_columns_and_single_entries(a, b, meant):
    (x, xs), (y, ys) = drawn(a), drawn(b)
    agrees(lambda: Arithmetic().product(xs, ys), lambda: meant(x, y))


@pytest.mark.parametrize(
    "operation, want", [("add", np.add), ("sub", np.subtract), ("times", np.multiply), ("divide", np.divide)]
)
@pytest.mark.parametrize("a, b", list(itertools.product([*SHAPES, (2, 1), (1, 3)], repeat=2)))
def test_a_vector_beside_a_matrix_goes_along_the_axis_that_it_fits(operation, want, a, b):
    (x, xs), (y, ys) = drawn(a), drawn(b)

    def oriented(v, other):
        return v[:, None] if v.ndim == 1 and other.ndim == 2 and len(v) == other.shape[0] != other.shape[1] else v

    def meant():
        is_astray = {len(a), len(b)} == {1, 2} and not {*a} & {*b} - {1}
        if is_astray or {a, b} == {(2, 1), (1, 3)}:
            raise ValueError("an outer sum is not meant")
        return want(oriented(x, y), oriented(y, x))

    agrees(lambda: getattr(Arithmetic(), operation)(xs, ys), meant)


# ---- equal operations are one node


def test_equal_operations_are_one_node():
    arithmetic, x, y = Arithmetic(), Value(2.0), Value(2.0)
    assert arithmetic.add(x, y) is arithmetic.add(y, x)
    assert arithmetic.sum([x, y, 1.0]) is arithmetic.sum([x, y, 1.0])
    assert arithmetic.sub(x, y) is not arithmetic.sub(y, x)
    assert arithmetic.add(x, x) is not arithmetic.add(x, y)
    assert arithmetic.power(x, 2.0) is not arithmetic.power(x, 3.0)
    assert arithmetic.call(ops.add, 1.0, 2.0) == 3.0


def test_a_loss_that_spells_out_a_quantity_is_derived_in_it():
    at = At("w, x, b: number", "z = wx + b", "L = (b + xw)^2")
    np.testing.assert_allclose(at(r"\frac{\partial L}{\partial z}"), 2 * at("z"))
    apart = At("w, x, b: number", "z = wx + b", "L = (b + 2xw)^2")
    assert apart(r"\frac{\partial L}{\partial z}") == 0


# ---- names with indices


def test_indices_begin_where_it_is_said():
    at = At(r"\theta: 0..n; x: n")
    theta, x = at(r"\theta"), at("x")
    assert (len(theta), at(r"\theta_0"), at("x_1"), at("x_2")) == (len(x) + 1, theta[0], x[0], x[1])
    with pytest.raises(RangeError, match="index 0 of x: it runs from 1 to"):
        at("x_0")
    with pytest.raises(RangeError, match=f"index {len(x) + 1} of "):
        at(rf"\theta_{len(x) + 1}")


def test_a_family_is_an_array():
    at = At("X: m×k; W: k×n", r"y_{ij} = \sum_{l=1}^k x_{il} w_{lj}")
    y = at("X") @ at("W")
    np.testing.assert_allclose(at("Y"), y)
    np.testing.assert_allclose([at("y_{2,1}"), at("X_{12}")], [y[1, 0], at("X")[0, 1]])


def test_the_values_of_samples():
    at = At("x: n per i; w: n; i = 1..m", "z^{(i)} = w^T x^{(i)}", "q = w^T x")
    x, w = at("x"), at("w")
    np.testing.assert_allclose(at("z"), x @ w)
    np.testing.assert_allclose(at("z^{(2)}"), x[1] @ w)
    np.testing.assert_allclose(at(r"\sum_i (z^{(i)})^2"), np.sum((x @ w) ** 2))
    np.testing.assert_allclose(at(r"\sum_i q^2"), np.sum((x @ w) ** 2))  # q has the index that x has
    np.testing.assert_allclose(at(r"\sum_{i=1}^m x_1^{(i)}"), x[:, 0].sum())
    with pytest.raises(RangeError, match="runs from 1"):
        at(r"\sum_{i=1}^{99} x^{(i)}")
    with pytest.raises(RangeError, match="runs from 1"):
        at(r"\sum_{i=1}^{99} x")


def test_layers_that_an_index_counts():
    at = At(r"W^{(1)}, W^{(2)}, W^{(3)}: n×n", r"R = \sum_l \|W^{(l)}\|^2")
    np.testing.assert_allclose(at("R"), sum(np.sum(at(f"W^{{({k})}}") ** 2) for k in (1, 2, 3)))


def test_kroneckers_delta_and_the_identity():
    at = At(r"\lambda: number; X: m×n")
    assert [at(rf"\delta_{{{i},2}}") for i in (1, 2, 3)] == [0, 1, 0]
    x = at("X")
    np.testing.assert_allclose(at(r"X^T X + \lambda I"), x.T @ x + at(r"\lambda") * np.eye(x.shape[1]))
    with pytest.raises(UnknownError, match="v has no meaning yet"):
        at("v")


# ---- functions, primes, chains


def test_functions_with_parameters():
    at = At("a, b: number; x: n", "h(u, v) = u^2 v", r"g(u) = \frac{u}{1 + u^2}")
    a, b, x = at("a"), at("b"), at("x")
    np.testing.assert_allclose(at("h(a, b + 1)"), a**2 * (b + 1))
    np.testing.assert_allclose(at("h(b, h(a, b))"), b**2 * a**2 * b)
    np.testing.assert_allclose(at("g(a)^2"), (a / (1 + a**2)) ** 2)
    np.testing.assert_allclose(at("g(x_2)"), x[1] / (1 + x[1] ** 2))
    np.testing.assert_allclose(at(r"\sigma(x)_2"), 1 / (1 + math.exp(-x[1])))


def test_primes():
    at = At("a: number; x: n", "f(u) = u^3", r"y = \sigma(2a)")
    a, x = at("a"), at("x")
    s = 1 / (1 + np.exp(-2 * a))
    np.testing.assert_allclose([at("f'(a)"), at("f''(a)"), at("f'''(a)")], [3 * a**2, 6 * a, 6])
    np.testing.assert_allclose(at(r"\tanh'(x)"), 1 - np.tanh(x) ** 2)
    np.testing.assert_allclose(at("y'"), s * (1 - s))  # of y = σ(z), σ′(z)


def test_derivatives_of_arrays_and_chains():
    at = At("W: k×n; x: n; t: k", "y = Wx", r"L = \|y - t\|^2")
    w, x, t = at("W"), at("x"), at("t")
    error = 2 * (w @ x - t)
    np.testing.assert_allclose(at(r"\frac{\partial L}{\partial y}"), error)
    np.testing.assert_allclose(at(r"\frac{\partial y}{\partial x}"), w)
    np.testing.assert_allclose(at(r"\frac{\partial L}{\partial W}"), np.outer(error, x))
    for chain in (r"\frac{\partial L}{\partial y} \frac{\partial y}{\partial W}",
                  r"\frac{\partial y}{\partial W} \frac{\partial L}{\partial y}"):  # fmt: skip
        np.testing.assert_allclose(at(chain), np.outer(error, x))
    np.testing.assert_allclose(at(r"\frac{\partial^2 L}{\partial x^2}"), 2 * w.T @ w)
    np.testing.assert_allclose(at(r"\left. \frac{\partial L}{\partial y_1} \right|_{t_1 = 0}"), 2 * (w @ x)[0])


def test_conditions():
    at = At("x: n; a: number", r"r = \begin{cases} a & a > 0 \\ 2a & \text{otherwise} \end{cases}")
    a, x = at("a"), at("x")
    assert at("r") == (a if a > 0 else 2 * a)
    np.testing.assert_array_equal(at(r"\mathbb{1}[x > 0]"), x > 0)
    np.testing.assert_allclose(at(r"\sum_{i \ne 1} x_i"), x[1:].sum())
    np.testing.assert_allclose([at(r"\max_i x_i"), at(r"\min(a, 0)")], [x.max(), min(a, 0)])


# ---- bounds


@pytest.mark.parametrize(
    "notes, formula, reason",
    [
        (["a: number"], rf"\sum_{{k=1}}^{{{LONGEST + 1}}} a", f"more than {LONGEST}"),
        (["X: 60×60"], "X X X X", f"more than {MOST_STEPS} steps"),
        (["x: n", "f(u) = 2 g(u + u)", "g(v) = f(v + v) + v"], "f(x)", f"more than {DEEPEST} deep"),
        (["x: n", "f(u) = 2 g(u)", "g(v) = f(v) + v"], "f(x)", "f is defined by itself"),
        (["W: n×n"], "W^{-1}", "inverse"),
        (["a: number"], r"\sum_k a", "how far k runs is not said"),
        (["a: number"], r"a \pm 1", "two values"),
        (["x: n"], "x_{1/2}", "no whole number"),
    ],
)
def test_what_is_not_computed(notes, formula, reason):
    with pytest.raises(NotCheckableError, match=reason):
        At(*notes)(formula)
