"""Claims: those of the notes get the verdicts they deserve, planted slips are named, and nothing wrong holds."""

from __future__ import annotations

import functools
import math
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd as ag
from autograd import Value, exp, log, no_grad, relu, sigmoid, sin, softmax, square
from autograd.check.claims import ClaimReport, check_claim


def logistic(z: Any) -> Any:
    return 1.0 / (1.0 + np.exp(-z))


def steepness(z: Any) -> Any:
    return logistic(z) * (1.0 - logistic(z))


def softmax_of(x: Any) -> Any:
    return np.exp(x) / np.exp(x).sum()


# ---- the functions of the notes


def mse(X: Any, W: Any, b: Any, T: Any) -> Any:
    return square(T - (X @ W + b)).sum() / T.size


def half_mse(X: Any, w: Any, t: Any) -> Any:
    return square(X @ w - t).sum() / (2 * len(t))


def line_mse(w: Any, b: Any, x: Any, t: Any) -> Any:
    return square(w * x + b - t).sum() / len(t)


def sigmoid_mse(w: Any, b: Any, x: Any, t: Any) -> Any:
    return square(sigmoid(w * x + b) - t).sum() / len(t)


def theta_mse(t0: Any, t1: Any, x: Any, t: Any) -> Any:
    return square(t0 + t1 * x - t).sum() / (2 * len(t))


def through(x: Any, W: Any, G: Any) -> Any:
    """A loss above y = xW, whose ∂L/∂y is G."""
    return (G * (x @ W)).sum()


def affine(W: Any, X: Any, B: Any, G: Any) -> Any:
    return (G * (W @ X + B)).sum()


def cross_entropy(x: Any, t: Any) -> Any:
    return -sum(t_k * log(y_k) for t_k, y_k in zip(t, softmax(x), strict=True))


def first_terms_index_wrong(X: Any, W: Any, b: Any, T: Any) -> Any:
    """Note 000.7: in the sum over the samples, the first difference has the row of the entry."""
    error = T - X @ W - b
    rows = [error[:, j] * np.ones((W.shape[0], 1)) for j in range(W.shape[1])]  # i, r: (T - Y)[r, j]
    for j in range(W.shape[1]):
        rows[j][:, 0] = error[: W.shape[0], j]
    return -2.0 / T.size * np.stack([(row * X.T).sum(axis=1) for row in rows], axis=1)


def entry_of_product(X: Any, W: Any) -> Any:
    return (X @ W)[2, 1]


def its_derivative(X: Any, W: Any) -> Any:
    found = np.zeros(W.shape)
    found[:, 1] = X[2]
    return found


SLP = {"X": (5, 3), "W": (3, 2), "b": 2, "T": (5, 2)}
LINE = {"x": 5, "t": 5}
COMPONENTS = {"X": (5, 3), "w": 3, "t": 5}
ROW = {"x": (1, 3), "W": (3, 4), "G": (1, 4)}
SQUARE_ROW = {"x": (1, 3), "W": (3, 3), "G": (1, 3)}
BATCH = {"x": (6, 3), "W": (3, 4), "G": (6, 4)}
COLUMNS = {"W": (4, 3), "X": (3, 50), "B": (4, 50), "G": (4, 50)}
ONE_BIAS = {**COLUMNS, "B": (4, 1)}
ONE_HOT = {"t": [0.0, 1.0, 0.0]}


class Note(NamedTuple):
    """A claim of the notes; `kind` is "" where it holds, and `says` is in the message."""

    number: str
    claim: Any
    of: Any
    wrt: Any
    options: dict[str, Any]
    kind: str = ""
    says: str = "the claim is the gradient"
    factor: Fraction | None = None


# fmt: off
HOLDING = [
    Note("000.4", lambda Y, T: 1 / T.size * 2 * (T - Y) * (-1), lambda Y, T: square(T - Y).sum() / T.size, "Y",
         {"shapes": {"Y": (5, 2), "T": (5, 2)}}),
    Note("000.5", its_derivative, entry_of_product, "W", {"shapes": {"X": (5, 3), "W": (3, 2)}}),
    Note("000.6", lambda X, W, b, T: -2 / T.size * X.T @ (T - (X @ W + b)), mse, "W", {"shapes": SLP}),
    Note("000.8", lambda X, W, b, T: -2 / T.size * (T - (X @ W + b)).sum(axis=0), mse, "b", {"shapes": SLP}),
    Note("001.7", lambda w, b, x, t: 2 / len(t) * ((w * x + b - t) * x).sum(), line_mse, "w", {"shapes": LINE}),
    Note("001.8", lambda X, W, t: np.outer(2 / len(t) * X.T @ (X @ W[:, 0] - t), [1.0, 0.0]),
         lambda X, W, t: square((X @ W)[:, 0] - t).sum() / len(t), "W", {"shapes": {"X": (5, 3), "W": (3, 2), "t": 5}}),
    Note("001.9", lambda W, x, b: np.outer([0.0, 1.0, 0.0], x), lambda W, x, b: (b + W @ x)[1], "W",
         {"shapes": {"W": (3, 2), "x": 2, "b": 3}}),
    Note("001.14", [-6.0, 8.0], lambda x: x[0] ** 2 + x[1] ** 2, "x", {"at": {"x": [-3.0, 4.0]}}),
    Note("001.18", 3 / 4, lambda x: 3 * sigmoid(x), "x", {"at": {"x": 0.0}}),
    Note("002.3", lambda W, G: G @ W.T, through, "x", {"shapes": ROW}),
    Note("002.5", lambda x, g: g * x, lambda x, w, g: g * (x @ w), "w", {"shapes": {"x": 3, "w": 3}}),
    Note("002.6 x", lambda W, G: G @ W.T, through, "x", {"shapes": BATCH}),
    Note("002.6 W", lambda x, G: x.T @ G, through, "W", {"shapes": BATCH}),
    Note("003.11 X", lambda W, G: W.T @ G, affine, "X", {"shapes": COLUMNS}),
    Note("003.11 W", lambda X, G: G @ X.T, affine, "W", {"shapes": COLUMNS}),
    Note("003.12 columns", lambda G: G, affine, "B", {"shapes": COLUMNS}),
    Note("003.13", lambda x, g: steepness(x) * g, lambda x, g: g * sigmoid(x), "x", {}),
    Note("003.13 before", lambda x, g: (1 / logistic(x) - 1) * logistic(x) ** 2 * g, lambda x, g: g / (1 + exp(-x)),
         "x", {}),
    Note("003.13 /", lambda d: -1 / d**2, lambda d: 1 / d, "d", {}),
    Note("003.13 exp", lambda x: -math.exp(-x), lambda x: exp(-x), "x", {}),
    Note("003.14 log", lambda a: 1 / a, lambda a: log(a), "a", {}),
    Note("003.14 /", lambda M: 1 / M, lambda M, e, t: -sum(t_k * log(e_k / M) for t_k, e_k in zip(t, e, strict=True)),
         "M", {"at": ONE_HOT, "shapes": {"e": 3}, "ranges": {"e": (0.1, 3.0), "M": (0.5, 5.0)}}),
    Note("003.14 exp", lambda e, t: (1 / e.sum() - t / e),
         lambda e, t: -sum(t_k * log(e_k / e.sum()) for t_k, e_k in zip(t, e, strict=True)),
         "e", {"at": ONE_HOT, "shapes": {"e": 3}, "ranges": {"e": (0.1, 3.0)}}),
    Note("003.14", lambda x, t: softmax_of(x) - t, cross_entropy, "x", {"at": ONE_HOT, "shapes": {"x": 3}}),
    Note("003.14 e times", lambda x, t: (1 / np.exp(x).sum() - t / np.exp(x)) * np.exp(x), cross_entropy, "x",
         {"at": ONE_HOT, "shapes": {"x": 3}}),
    Note("004.10", lambda x: 2 * math.sin(x) * math.cos(x), lambda x: sin(x) ** 2, "x", {}),
]

SLIPS = [
    Note("000.7", first_terms_index_wrong, mse, "W", {"shapes": SLP}, "some entries",
         "right only for entries [0, 0], [0, 1]; wrong at entries [1, 0], [1, 1], [2, 0], [2, 1]"),
    Note("001.4", lambda X, w, t: 1 / (2 * len(t)) * X.T @ (X @ w - t), half_mse, "w", {"shapes": COMPONENTS},
         "constant factor", "½ of the gradient everywhere: a factor 2 is missing", Fraction(1, 2)),
    Note("001.5", lambda t0, t1, x, t: 1 / (2 * len(t)) * ((t0 + t1 * x - t) * t0).sum(),
         theta_mse, "t0", {"shapes": LINE}, "wrong",
         "not a constant factor: t0/2 of the gradient: multiply it by 2/t0"),
    Note("001.6", lambda w, b, x, t: 1 / len(t) * ((w * x + b - t) * x).sum(), line_mse, "w", {"shapes": LINE},
         "constant factor", "½ of the gradient everywhere: a factor 2 is missing", Fraction(1, 2)),
    Note("001.15", [-1.96, 2.56], lambda x: (x[0] ** 2 + x[1] ** 2) / 2 - 0.1 * (x[0] ** 2 + x[1] ** 2), "x",
         {"at": {"x": [-2.4, 3.2]}}, "some entries",
         "right only for entries [1]; wrong at entries [0]. entry [0]: the claim is -1.96, the gradient -1.92"),
    Note("001.15 gradient", (-2.4 + 1.96) / 0.1, lambda x: x**2, "x", {"at": {"x": -2.4}}, "wrong",
         "at x = -2.4: the claim is -4.4, the gradient -4.8"),
    Note("001.16", lambda w, b, x, t: 1 / (2 * len(t)) * ((logistic(w * x + b) - t) * steepness(w * x + b) * x).sum(),
         sigmoid_mse, "w", {"shapes": LINE}, "constant factor", "¼ of the gradient everywhere: a factor 4 is missing",
         Fraction(1, 4)),
    Note("001.17 w", lambda w, b, x, t: 1 / len(t) * ((logistic(w * x + b) - t) * steepness(w * x + b) * x).sum(),
         sigmoid_mse, "w", {"shapes": LINE}, "constant factor", "½ of the gradient everywhere", Fraction(1, 2)),
    Note("001.17 b", lambda w, b, x, t: 1 / len(t) * ((logistic(w * x + b) - t) * steepness(w * x + b)).sum(),
         sigmoid_mse, "b", {"shapes": LINE}, "constant factor", "½ of the gradient everywhere", Fraction(1, 2)),
    Note("002.2 square", lambda W, G: G @ W, through, "x", {"shapes": SQUARE_ROW}, "transposed",
         "with Wᵀ in place of W, the claim holds", Fraction(1)),
    Note("002.2", lambda W, G: G @ W, through, "x", {"shapes": ROW}, "transposed",
         "with Wᵀ in place of W, the claim holds", Fraction(1)),
    Note("002.4", lambda x, G: G @ x.T, through, "W", {"shapes": ROW}, "wrong order",
         "in a product of the claim, 4 columns meet 3 rows. With sizes that fit, the products are in the wrong order",
         Fraction(1)),
    Note("002.4 square", lambda x, G: G @ x.T, through, "W", {"shapes": SQUARE_ROW}, "wrong order",
         "the products are in the wrong order", Fraction(1)),
    Note("003.12 one bias", lambda G: G, affine, "B", {"shapes": ONE_BIAS}, "missing sum",
         "the sum over the batch (axis 1) is missing: claim (4, 50), gradient (4, 1)", Fraction(1)),
    Note("004.3", lambda w, b, x, y: 1 / ((logistic(w * x + b) - y) * x),
         lambda w, b, x, y: -(y * log(sigmoid(w * x + b)) + (1 - y) * log(1 - sigmoid(w * x + b))), "w", {},
         "reciprocal", "upside down: the claim is 1 over the gradient everywhere"),
]
# fmt: on


def check(note: Note) -> ClaimReport:
    return check_claim(note.claim, note.of, note.wrt, **note.options)


@pytest.mark.parametrize("note", HOLDING, ids=lambda note: note.number)
def test_right_claims_of_the_notes_hold(note: Note) -> None:
    report = check(note)
    assert report, str(report)
    assert (report.verdict, report.diagnosis, report.factor) == ("holds", "", 1)
    assert note.says in report.message
    np.testing.assert_allclose(report.claimed, report.actual, rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize("note", SLIPS, ids=lambda note: note.number)
def test_slips_of_the_notes_are_diagnosed(note: Note) -> None:
    report = check(note)
    assert not report
    assert (report.verdict, report.diagnosis) == ("slip", note.kind), str(report)
    assert note.says in report.message, str(report)
    assert report.factor == note.factor


def test_the_truths_that_the_notes_missed_hold() -> None:
    truths = {
        "001.4": lambda X, w, t: X.T @ (X @ w - t) / len(t),
        "001.5": lambda t0, t1, x, t: (t0 + t1 * x - t).sum() / len(t),
        "001.15": [-1.92, 2.56],
        "001.16": lambda w, b, x, t: 2 / len(t) * ((logistic(w * x + b) - t) * steepness(w * x + b) * x).sum(),
        "001.17 b": lambda w, b, x, t: 2 / len(t) * ((logistic(w * x + b) - t) * steepness(w * x + b)).sum(),
        "002.2": lambda W, G: G @ W.T,
        "002.4": lambda x, G: x.T @ G,
        "003.12 one bias": lambda G: G.sum(axis=1, keepdims=True),
        "004.3": lambda w, b, x, y: (logistic(w * x + b) - y) * x,
    }
    slips = {note.number: note for note in SLIPS}
    reports = {number: check(slips[number]._replace(claim=truth)) for number, truth in truths.items()}
    assert {number: str(report) for number, report in reports.items() if not report} == {}


# ---- random right formulas, and slips planted in them


class Formula(NamedTuple):
    """A right claim; sizes m, k, n are filled in."""

    claim: Any
    of: Any
    wrt: str
    shapes: dict[str, str]


FORMULAS = {
    "scalar": Formula(lambda x, y: y * np.cos(x * y) + 2 * x, lambda x, y: sin(x * y) + x**2, "x", {}),
    "logistic": Formula(lambda x, y: steepness(x) * y, lambda x, y: y * sigmoid(x), "x", {}),
    "weights": Formula(lambda X, W, T: 2 / T.size * X.T @ (X @ W - T), lambda X, W, T: square(X @ W - T).sum() / T.size,
                       "W", {"X": "mk", "W": "kn", "T": "mn"}),
    "inputs": Formula(lambda X, W, T: 2 * (X @ W - T) @ W.T, lambda X, W, T: square(X @ W - T).sum(),
                      "X", {"X": "mk", "W": "kn", "T": "mn"}),
    "tanh layer": Formula(lambda X, W, G: X.T @ (G * (1 - np.tanh(X @ W) ** 2)),
                          lambda X, W, G: (G * np.tanh(X @ W)).sum(), "W", {"X": "mk", "W": "kn", "G": "mn"}),
    "row bias": Formula(lambda Y, b, G: (G * 2 * (Y + b)).sum(axis=0), lambda Y, b, G: (G * (Y + b) ** 2).sum(),
                        "b", {"Y": "mn", "b": "n", "G": "mn"}),
    "softmax": Formula(lambda x, v: softmax_of(x) * (v - v @ softmax_of(x)), lambda x, v: ag.dot(v, softmax(x)),
                       "x", {"x": "k", "v": "k"}),
}  # fmt: skip
SIZES = st.fixed_dictionaries({letter: st.integers(2, 5) for letter in "mkn"})
FACTORS = st.fractions(-5, 5, max_denominator=7).filter(lambda k: k not in (0, 1))
SEEDS = st.integers(0, 2**32 - 1)


def options(formula: Formula, sizes: dict[str, int], seed: int) -> dict[str, Any]:
    shapes = {name: tuple(sizes[letter] for letter in letters) for name, letters in formula.shapes.items()}
    return {"of": formula.of, "wrt": formula.wrt, "shapes": shapes, "seed": seed}


def altered(formula: Formula, change: Any) -> Any:
    """The claim with a change made to what it returns."""

    @functools.wraps(formula.claim)
    def claim(*inputs: Any) -> Any:
        return change(formula.claim(*inputs))

    return claim


any_formula = st.sampled_from(sorted(FORMULAS))
matrix_formula = st.sampled_from(["weights", "inputs", "tanh layer"])


@given(any_formula, SIZES, SEEDS)
@settings(max_examples=60, deadline=None)
def test_right_formulas_hold(name: str, sizes: dict[str, int], seed: int) -> None:
    formula = FORMULAS[name]
    report = check_claim(formula.claim, **options(formula, sizes, seed))
    assert report, str(report)
    assert "only" not in report.message


@given(any_formula, SIZES, SEEDS, FACTORS)
@settings(max_examples=60, deadline=None)
def test_a_factor_is_named(name: str, sizes: dict[str, int], seed: int, factor: Fraction) -> None:
    formula = FORMULAS[name]
    report = check_claim(altered(formula, lambda g: float(factor) * g), **options(formula, sizes, seed))
    assert not report
    assert report.diagnosis == ("opposite sign" if factor < 0 else "constant factor"), str(report)
    assert report.factor == factor
    assert "shape" not in report.message  # a number is no size, though it may equal one


@given(SIZES, SEEDS, st.sampled_from("mkn"), st.sampled_from([-1, 1]))
@settings(max_examples=30, deadline=None)
def test_a_factor_that_is_a_size_is_told_from_a_number(
    sizes: dict[str, int], seed: int, letter: str, power: int
) -> None:
    assume(len(set(sizes.values())) == 3)
    formula = FORMULAS["weights"]
    place = {"m": ("X", 0), "k": ("X", 1), "n": ("W", 1)}[letter]

    def claim(X: Any, W: Any, T: Any) -> Any:
        size = {"X": X, "W": W}[place[0]].shape[place[1]]
        return formula.claim(X, W, T) * float(size) ** power

    report = check_claim(claim, **options(formula, sizes, seed))
    name, size = f"{place[0]}.shape[{place[1]}]", sizes[letter]
    share = f"{name} times the gradient" if power == 1 else f"1/{name} of the gradient"
    assert report.message.startswith(share) and f"{name} is {size}" in report.message, str(report)
    assert report.factor == Fraction(size) ** power


@given(matrix_formula, SIZES, SEEDS, FACTORS)
@settings(max_examples=40, deadline=None)
def test_a_transpose_is_named(name: str, sizes: dict[str, int], seed: int, factor: Fraction) -> None:
    formula = FORMULAS[name]
    report = check_claim(altered(formula, lambda g: g.T), **options(formula, sizes, seed))
    assert (bool(report), report.diagnosis, report.factor) == (False, "transposed", 1), str(report)
    report = check_claim(altered(formula, lambda g: float(factor) * g.T), **options(formula, sizes, seed))
    assert (bool(report), report.diagnosis, report.factor) == (False, "transposed", factor), str(report)


@given(any_formula, SIZES, SEEDS)
@settings(max_examples=30, deadline=None)
def test_a_reciprocal_is_named(name: str, sizes: dict[str, int], seed: int) -> None:
    formula = FORMULAS[name]
    report = check_claim(altered(formula, lambda g: 1.0 / g), **options(formula, sizes, seed))
    assert (bool(report), report.diagnosis) == (False, "reciprocal"), str(report)


def test_a_reciprocal_of_a_gradient_that_vanishes_somewhere_is_named() -> None:
    report = check_claim(lambda x: 1 / (3 * x**2), lambda x: x**3, "x", at={"x": 0.0})
    assert (bool(report), report.diagnosis) == (False, "reciprocal")
    assert report.message == "upside down: the claim is 1 over the gradient wherever it is finite"


@given(SIZES, SEEDS, FACTORS)
@settings(max_examples=30, deadline=None)
def test_a_missing_sum_is_named(sizes: dict[str, int], seed: int, factor: Fraction) -> None:
    formula = FORMULAS["row bias"]
    for k in (1, factor):
        claim = lambda Y, b, G, k=k: float(k) * G * 2 * (Y + b)
        report = check_claim(claim, **options(formula, sizes, seed))
        assert (bool(report), report.diagnosis, report.factor) == (False, "missing sum", k), str(report)
        assert "the sum over the batch (axis 0) is missing" in report.message


@given(matrix_formula, SIZES, SEEDS, st.data(), st.sampled_from([1e-6, -1e-3, 1.0, -2.0]))
@settings(max_examples=60, deadline=None)
def test_one_wrong_entry_is_found(name: str, sizes: dict[str, int], seed: int, data: st.DataObject, by: float) -> None:
    formula = FORMULAS[name]
    shape = options(formula, sizes, seed)["shapes"][formula.wrt]
    entry = tuple(data.draw(st.integers(0, size - 1)) for size in shape)

    def change(g: Any) -> Any:
        g[entry] *= 1 + by
        return g

    report = check_claim(altered(formula, change), **options(formula, sizes, seed))
    assert (bool(report), report.diagnosis) == (False, "some entries"), str(report)
    assert f"wrong at entries {list(entry)}" in report.message
    assert report.claimed[entry] != report.actual[entry]
    assert report.factor == pytest.approx(1 + by, rel=1e-9)


@given(st.integers(2, 4), st.integers(2, 4), SEEDS)
@settings(max_examples=20, deadline=None)
def test_a_wrong_order_is_named(m: int, n: int, seed: int) -> None:
    """The gradient of Σ M ∘ (XG) in M is XG: m × m, where GX is n × n."""
    of = lambda M, X, G: (M * (X @ G)).sum()
    shapes = {"X": (m, n), "G": (n, m), "M": (m, m)}
    assert check_claim(lambda X, G: X @ G, of, "M", shapes=shapes, seed=seed)
    report = check_claim(lambda X, G: G @ X, of, "M", shapes=shapes, seed=seed)
    assert (bool(report), report.diagnosis, report.factor) == (False, "wrong order", 1), str(report)
    report = check_claim(lambda X, G: G @ X / -3, of, "M", shapes=shapes, seed=seed)
    assert (bool(report), report.diagnosis, report.factor) == (False, "wrong order", Fraction(-1, 3)), str(report)


@given(any_formula, SIZES, SEEDS, st.sampled_from([1e-6, -1e-6]))
@settings(max_examples=40, deadline=None)
def test_an_error_of_a_millionth_never_holds(name: str, sizes: dict[str, int], seed: int, error: float) -> None:
    formula = FORMULAS[name]
    for change in (
        lambda g: g * (1 + error),
        lambda g: g + error,
        lambda g: g * (1 + error * np.sin(1e3 * np.abs(g).max())),
    ):
        assert not check_claim(altered(formula, change), **options(formula, sizes, seed))


@pytest.mark.parametrize("change", [lambda g: g[None], lambda g: g[..., None], lambda g: np.stack([g, g])])
@pytest.mark.parametrize("name", ["scalar", "row bias", "weights"])
def test_a_shape_that_only_broadcasts_never_holds(name: str, change: Any) -> None:
    settings_of = options(FORMULAS[name], {"m": 3, "k": 2, "n": 2}, 0)
    report = check_claim(altered(FORMULAS[name], lambda g: change(np.asarray(g))), **settings_of)
    assert not report
    assert report.diagnosis in ("wrong shape", "missing sum"), str(report)


def test_one_number_for_equal_entries_does_not_hold() -> None:
    report = check_claim(2.0, of=lambda x: 2 * x.sum(), wrt="x", shapes={"x": 3})
    assert report.diagnosis == "wrong shape"
    assert "only once it is broadcast: claim one number, gradient (3,)" in report.message


def test_the_sum_of_the_gradient_is_named() -> None:
    report = check_claim(lambda x, v: (2 * x * v).sum(axis=0), of=lambda x, v: (x**2 * v).sum(), wrt="x",
                         shapes={"x": (4, 3), "v": (4, 3)})  # fmt: skip
    assert report.diagnosis == "wrong shape"
    assert "the gradient summed over axis 0: claim (3,), gradient (4, 3)" in report.message


def test_a_product_that_never_fits_is_named() -> None:
    shapes = {"X": (5, 3), "W": (3, 2), "T": (5, 2)}
    of = lambda X, W, T: square(X @ W - T).sum()
    report = check_claim(lambda X, W, T: 2 * X @ (X @ W - T), of, "W", shapes=shapes)
    assert report.diagnosis == "transposed"
    assert (
        "in a product of the claim, 3 columns meet 5 rows. With sizes that fit, transposed: with Xᵀ" in report.message
    )
    assert report.claimed is None
    assert report.actual.shape == (3, 2)
    report = check_claim(lambda X, W, T: 2 * X.dot(X @ W - T), of, "W", shapes=shapes)
    assert "in a product of the claim, 3 columns meet 5 rows" in report.message
    report = check_claim(lambda X, W, T: 2 * (X @ W - T) @ X.T, of, "W", shapes=shapes)
    assert report.diagnosis == "wrong order"
    report = check_claim(lambda X, W: X + W, of, "W", shapes=shapes)
    assert report.diagnosis == "wrong shape"
    assert "do not go together" in report.message


# ---- what is right at some points only


@pytest.mark.parametrize(
    ("claim", "of"),
    [
        (lambda x: 1.0, relu),
        (lambda x: np.sign(x), lambda x: ag.absolute(x) + ag.relu(x - 1.0)),
        (lambda x: 1.0 * (x > 0), lambda x: ag.leaky_relu(x)),
        (lambda x: 1.0 * (x > -1), lambda x: ag.clip(x, -1.0, 1.0)),
    ],
)
def test_a_forgotten_branch_does_not_hold(claim: Any, of: Any) -> None:
    report = check_claim(claim, lambda x: of(x), "x")
    assert (bool(report), report.diagnosis) == (False, "wrong")
    assert "right at" in report.message


def test_a_formula_right_at_the_given_point_alone_does_not_hold() -> None:
    claim, of = (lambda x: x + 3), (lambda x: x**2)
    report = check_claim(claim, of, "x", at={"x": 3.0})
    assert not report
    assert "right at 1 of 16 points. at x = " in report.message
    assert check_claim(claim, of, "x", at={"x": 3.0}, points=1)
    assert check_claim(6.0, of, "x", at={"x": 3.0}).points == 1


def test_held_inputs_stay_and_the_report_says_so() -> None:
    seen = []

    def of(x: Any, c: Any) -> Any:
        seen.append(c.data)
        return c * x

    report = check_claim(lambda c: c, of, "x", at={"c": 3.0})
    assert report
    assert "all with c as given" in report.message
    assert set(seen) == {3.0}


def test_a_claim_that_holds_for_its_sizes_only_says_so() -> None:
    of = lambda X, W, T: square(X @ W - T).sum() / T.size
    shapes = {"X": (5, 3), "W": (3, 2), "T": (5, 2)}
    report = check_claim(lambda X, W, T: X.T @ (X @ W - T) / len(X), of, "W", shapes=shapes)
    assert report
    assert "For these sizes only: in general it is W.shape[1]/2 of the gradient (W.shape[1] is 2)" in report.message


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_claim_that_is_not_finite_does_not_hold(bad: float) -> None:
    assert check_claim(lambda x: bad, lambda x: 2 * x, "x").message.endswith(
        f"the claim is {bad}, where the gradient is finite"
    )
    report = check_claim(lambda x: np.array([2.0, bad]), lambda x: 2 * x.sum(), "x", shapes={"x": 2})
    assert (bool(report), report.diagnosis) == (False, "wrong")
    assert not check_claim(bad, lambda x: 2 * x, "x")
    assert not check_claim(lambda x: np.where(x > 0, 2.0, bad), lambda x: 2 * x, "x")


@pytest.mark.parametrize(
    "claim",
    [
        lambda x: math.log(x) * 0 + 2,
        lambda x: log(x) * 0 + 2,
        lambda x: np.log(x) * 0 + 2,
        lambda x: 2 * x**0.5 / abs(x) ** 0.5,
        lambda x: 2 / max(x, 0),
    ],
)
def test_a_claim_undefined_where_the_function_is_does_not_hold(claim: Any) -> None:
    report = check_claim(claim, lambda x: 2 * x, "x")
    assert not report
    assert "the claim is nan, where the gradient is finite" in report.message or "the claim is inf" in report.message


# ---- rounding is no slip


@pytest.mark.parametrize("z", [0.0, 10.0, 20.0, 30.0, 40.0, -40.0])
@pytest.mark.parametrize("exponential", [np.exp, math.exp], ids=["numpy", "math"])
def test_cancellation_in_a_claim_is_forgiven(z: float, exponential: Any) -> None:
    sigma = lambda z: 1 / (1 + exponential(-z))
    assert check_claim(lambda z: sigma(z) * (1 - sigma(z)), lambda z: sigmoid(z), "z", at={"z": z})
    report = check_claim(lambda z: sigma(z) * (1 - sigma(z)) * (1 + 1e-6), lambda z: sigmoid(z), "z", at={"z": z})
    assert not report
    if abs(z) <= 20.0:  # beyond, one point is all that rounding leaves
        assert report.factor == pytest.approx(1 + 1e-6, rel=1e-9)


@pytest.mark.parametrize("tanh", [np.tanh, math.tanh], ids=["numpy", "math"])
@pytest.mark.parametrize("seed", range(5))
def test_saturation_is_forgiven(tanh: Any, seed: int) -> None:
    wide: dict[str, Any] = {"ranges": {"x": (-30, 30)}, "seed": seed}
    assert check_claim(lambda x: 1 - tanh(x) ** 2, lambda x: ag.tanh(x), "x", **wide)
    assert not check_claim(lambda x: 1 - tanh(x) ** 2 + 1e-9, lambda x: ag.tanh(x), "x", **wide)


@pytest.mark.parametrize("exponential", [np.exp, math.exp], ids=["numpy", "math"])
def test_a_large_gradient_elsewhere_hides_nothing(exponential: Any) -> None:
    wide: dict[str, Any] = {"ranges": {"x": (-300, 300)}}
    assert check_claim(lambda x: exponential(x), lambda x: exp(x), "x", **wide)
    assert not check_claim(lambda x: exponential(x) + 5, lambda x: exp(x), "x", **wide)
    assert not check_claim(lambda x: exponential(x) + 1e-9, lambda x: exp(x), "x", **wide)


def test_a_gradient_that_cancels_to_zero_holds() -> None:
    assert check_claim(lambda x: 0 * x, lambda x: ag.total(softmax(x)), "x", shapes={"x": 5})
    assert not check_claim(lambda x: 0 * x + 1e-9, lambda x: ag.total(softmax(x)), "x", shapes={"x": 5})


def test_the_minimum_holds_as_a_number_and_as_a_formula() -> None:
    rng = np.random.default_rng(3)
    X, W = rng.normal(size=(20, 4)), rng.normal(size=(4, 2))
    of = lambda X, W, T: square(X @ W - T).sum()
    at = {"X": X, "W": W, "T": np.einsum("ij,jk->ik", X[:, ::-1], W[::-1])}
    assert check_claim(np.zeros((4, 2)), of, "W", at=at)
    assert check_claim(lambda X, W, T: 2 * X.T @ (X @ W - T), of, "W", at=at)
    assert not check_claim(np.full((4, 2), 1e-9), of, "W", at=at)


@pytest.mark.parametrize("scale", [1e-150, 1e-9, 1e9, 1e150])
def test_the_scale_does_not_matter(scale: float) -> None:
    of = lambda x, y: scale * sin(x) * y
    assert check_claim(lambda x, y: scale * math.cos(x) * y, of, "x")
    assert check_claim(lambda x, y: scale / 2 * math.cos(x) * y, of, "x").factor == Fraction(1, 2)


def test_small_entries_are_compared_with_themselves() -> None:
    of = lambda x: x[0] + 1e-12 * x[1]
    assert check_claim([1.0, 1e-12], of, "x", shapes={"x": 2})
    assert check_claim([1.0, 1e-12 * (1 + 1e-6)], of, "x", shapes={"x": 2}).diagnosis == "some entries"


def test_a_claim_that_is_all_rounding_does_not_hold() -> None:
    assert not check_claim(lambda x: (x + 1e20) - 1e20, lambda x: square(x) / 2, "x")


# ---- other factors, by name


def test_constants_are_named() -> None:
    report = check_claim(lambda x: 1 / x, lambda x: ag.log2(x), "x")
    assert report.message == "ln 2 times the gradient everywhere: a factor ln 2 is too much"
    assert report.factor == pytest.approx(math.log(2))
    report = check_claim(lambda x: math.cos(x) / math.pi, lambda x: sin(x), "x")
    assert "a factor π is missing" in report.message
    report = check_claim(lambda x: 1.2345678 * math.cos(x), lambda x: sin(x), "x")
    assert (report.diagnosis, report.factor) == ("constant factor", pytest.approx(1.2345678))
    assert "1.2345678 times the gradient" in report.message


def test_a_size_that_cannot_be_told_from_a_number_is_said_to_be_either() -> None:
    x = np.arange(1.0, 5.0)
    report = check_claim(lambda x: x / 2, lambda x: square(x).sum(), "x", at={"x": x})
    assert report.message == "¼ of the gradient everywhere: a factor 4 is missing (4 is also x.shape[0])"


def test_a_single_pair_of_numbers_has_no_factor_unless_it_is_whole() -> None:
    assert check_claim(3.0, lambda x: x**2, "x", at={"x": 3.0}).factor == Fraction(1, 2)
    assert check_claim(-6.0, lambda x: x**2, "x", at={"x": 3.0}).diagnosis == "opposite sign"
    report = check_claim(5.9, lambda x: x**2, "x", at={"x": 3.0})
    assert (report.diagnosis, report.factor) == ("wrong", None)
    assert report.message == "at x = 3: the claim is 5.9, the gradient 6"
    assert (report.claimed, report.actual, report.point) == (5.9, 6.0, {"x": 3.0})
    assert "also 1 over the gradient" in check_claim(0.5, lambda x: 2 * x, "x").message


# ---- a graph that is built already


def test_a_built_graph() -> None:
    x, w = Value(3.0), np.array([Value(2.0), Value(-1.0)])
    y = x**2 * w[0] + w[1] * 5
    assert check_claim(12.0, y, x)
    assert check_claim([9.0, 5.0], y, list(w))
    assert check_claim(np.array([9.0, 5.0]), of=y, wrt=w)
    assert check_claim([9.0, -5.0], y, w).diagnosis == "some entries"
    assert check_claim(0.0, y, Value(1.0))
    assert (x.grad, w[0].grad) == (0.0, 0.0)


# ---- where points come from


@pytest.mark.parametrize(
    ("claim", "of"),
    [
        (lambda x: 1 / x, lambda x: log(x)),
        (lambda x: 1 / math.sqrt(1 - x * x), lambda x: ag.arcsin(x)),
        (lambda x: 1 / math.sqrt(x * x - 1), lambda x: ag.arccosh(x)),
    ],
)
def test_points_are_drawn_where_the_function_is_defined(claim: Any, of: Any) -> None:
    assert check_claim(claim, of, "x")


def test_arrays_are_drawn_where_the_function_is_defined() -> None:
    of = lambda p, t: -(t * np.log(p) + (1 - t) * np.log(1 - p)).sum()
    assert check_claim(lambda p, t: (p - t) / (p * (1 - p)), of, "p", shapes={"p": (4, 3), "t": (4, 3)})


def test_ranges_are_kept() -> None:
    report = check_claim(lambda t: 1.0, lambda t: relu(t), "t", ranges={"t": (0.0, 1.0)})
    assert report
    assert 0.0 < report.point["t"] < 1.0


def test_the_same_seed_draws_the_same_points() -> None:
    first, second, other = (check_claim(lambda x: 3 * x, lambda x: x**2, "x", seed=seed) for seed in (1, 1, 2))
    assert (first.point, first.claimed) == (second.point, second.claimed)
    assert first.point != other.point


def test_it_works_within_no_grad_and_gives_the_claim_copies() -> None:
    def claim(x: Any) -> Any:
        x *= 2
        return x

    with no_grad():
        assert check_claim(claim, lambda x: square(x).sum(), "x", shapes={"x": 3})


@pytest.mark.parametrize(
    "claim",
    [
        np.cos,
        math.cos,
        lambda *xs: math.cos(xs[0]),
        lambda **xs: math.cos(xs["x"]),
        lambda x, scale=1.0: scale * math.cos(x),
        lambda *, x: math.cos(x),
    ],
)
def test_claims_of_any_signature(claim: Any) -> None:
    assert check_claim(claim, lambda x, scale=1.0: scale * sin(x), "x")


def test_operations_are_functions_and_claims() -> None:
    assert check_claim(ag.cos, sin, "a")
    assert check_claim(math.cos, lambda x: np.sin(x), 0)


# ---- bad use


@pytest.mark.parametrize(
    ("arguments", "error", "says"),
    [
        ({"wrt": "weight"}, ValueError, "wrt: `of` has no input 'weight': did you mean 'weights'?"),
        ({"wrt": 2}, ValueError, "wrt=2: `of` has 2 inputs (weights, x)"),
        ({"shapes": {"w": 3}}, ValueError, "shapes: `of` has no input 'w'"),
        ({"at": {"X": 3}}, ValueError, "at: `of` has no input 'X'"),
        ({"ranges": {"X": (0, 1)}}, ValueError, "ranges: `of` has no input 'X'"),
        ({"ranges": {"x": (1, 0)}}, ValueError, "the smaller first"),
        ({"at": {"x": [1.0, 2.0]}, "shapes": {"x": 3}}, ValueError, "give one of them"),
        ({"at": {"x": "2"}}, TypeError, "at['x']"),
        ({"points": 0}, ValueError, "points=0"),
        ({"claim": lambda weigths: 1.0}, ValueError, "no input of `of`: did you mean 'weights'?"),
        ({"claim": lambda x: None}, TypeError, "the claim: NoneType"),
        ({"claim": "2 * x"}, TypeError, "the claim: str"),
        ({"of": 3.0}, TypeError, "`of` is float: give the function"),
        ({"of": lambda *xs: xs[0]}, TypeError, "give its inputs names"),
        ({"of": lambda weights, x: [x, x]}, TypeError, "`of` returned list, not one number"),
        ({"of": lambda weights, x: weights * x, "shapes": {"x": 3}}, TypeError, "of shape (3,), not one number"),
        ({"claim": lambda a, b, c, /: a}, ValueError, "the claim takes more inputs than `of` has (weights, x)"),
        ({"of": lambda weights, x: x.T @ x}, ValueError, "an input without a shape is a scalar"),
        ({"of": lambda weights, x: log(-square(x))}, ValueError, "`of` has no gradient where it was tried"),
        ({"of": lambda weights, x: log(x) * weights, "at": {"x": -1.0}}, ValueError, "log(-1) is undefined"),
        ({"of": Value(1.0), "wrt": "x"}, TypeError, "the claim is a function, `of` a Value"),
        ({"of": Value(1.0), "wrt": "x", "claim": 1.0}, TypeError, "wrt is a Value of its graph"),
        ({"of": Value(1.0), "wrt": Value(1.0), "at": {"x": 1}}, TypeError, "go with a function"),
    ],
)  # fmt: skip
def test_bad_use_is_refused_with_the_remedy(arguments: dict[str, Any], error: type[Exception], says: str) -> None:
    usual: dict[str, Any] = {"claim": lambda x: x, "of": lambda weights, x: weights * x, "wrt": "weights"}
    with pytest.raises(error) as caught:
        check_claim(**{**usual, **arguments})
    assert says in str(caught.value)


@pytest.mark.parametrize("error", [KeyError("x"), ValueError("no such mode"), RuntimeError("x")])
def test_the_users_own_errors_come_through(error: Exception) -> None:
    def claim(x: float) -> float:
        raise error

    with pytest.raises(type(error)) as caught:
        check_claim(claim, lambda x: 2 * x, "x")
    assert caught.value is error


@given(st.integers(2, 4), SEEDS, st.sampled_from([1, Fraction(1, 2)]))
@settings(max_examples=20, deadline=None)
def test_a_transposed_factor_is_named_where_the_rest_depends_on_it_too(n: int, seed: int, factor: Fraction) -> None:
    """Σ_j ∂L/∂y_j W_ji for Σ_j ∂L/∂y_j W_ij, where ∂L/∂y has W in it."""

    def loss(x: Any, W: Any, v: Any) -> Any:
        return (ag.tanh(x @ W) * v).sum()

    def claim(x: Any, W: Any, v: Any) -> Any:
        return float(factor) * ((v * (1.0 - np.tanh(x @ W) ** 2)) @ W)

    report = check_claim(claim, loss, "x", shapes={"x": n, "W": (n, n), "v": n}, seed=seed)
    assert (report.verdict, report.diagnosis, report.factor) == ("slip", "transposed", factor)
    assert "with Wᵀ in place of W as its last factor" in str(report)


def test_a_transposed_index_out_of_bounds_is_a_slip() -> None:
    report = check_claim(
        lambda W, G: np.array([sum(G[j] * W[j, i] for j in range(2)) for i in range(3)]),
        lambda x, W, G: ((x @ W) * G).sum(),
        "x",
        shapes={"x": 3, "W": (3, 2), "G": 2},
    )
    assert str(report) == "slip: transposed: with Wᵀ in place of W, the claim holds"


# ---- numbers from paper


def test_a_number_holds_to_the_digits_that_it_was_written_with() -> None:
    w = Value(2.0)
    L = (sigmoid(w * 0.5 - 2) - 1) ** 2
    L.backward()
    assert w.grad == pytest.approx(-0.14373484, abs=1e-8)
    report = check_claim(-0.143735, of=L, wrt=w)
    assert report
    assert "to the digits given" in report.message
    for wrong in (-0.143734, -0.143736, 0.143735, -0.1438, -0.14, -0.1, -0.14373485):
        assert not check_claim(wrong, of=L, wrt=w)
    assert check_claim(-0.143735, of=lambda w: (sigmoid(w * 0.5 - 2) - 1) ** 2, wrt="w", at={"w": 2.0})
    assert "digits" not in check_claim(2.0, of=w * 2, wrt=w).message


def test_a_graph_whose_numbers_were_changed_is_refused() -> None:
    x = Value(2.0)
    z = x * x
    x.data = 5.0
    with pytest.raises(ValueError, match="a Value was changed after `of` was computed from it"):
        check_claim(4.0, of=z, wrt=x)


def test_upside_down_with_the_opposite_sign():
    report = check_claim(lambda x: -1 / (2 * x), of=lambda x: x**2, wrt="x", shapes={"x": ()})
    assert report.message == "upside down, and the opposite sign: the claim is −1 over the gradient everywhere"


def test_a_function_that_does_not_tell_what_its_inputs_are_called():
    with pytest.raises(TypeError, match="`of` does not tell what its inputs are called: name them, as in lambda x: of"):
        check_claim(1.0, of=max, wrt="x", shapes={"x": ()})
