"""Functions that formulas of notes are made of, and their derivatives, as Python: with NumPy's names, over arrays.

A loss is ∑ φ(Z) over the entries of Z, one of the forms, weighted or not. Its derivative in an input is D = φ′(Z),
times the weights, pulled back by the form's rule.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple


class Curve(NamedTuple):
    """φ and φ′ of {z}."""

    value: str
    slope: str


class Pullback(NamedTuple):
    """The derivative in an input by {D}; and the same with a slip, beside what the slip is."""

    right: str
    slips: Sequence[tuple[str, str]] = ()


class Form(NamedTuple):
    """Z of some inputs, their sizes by letters, those of Z, and the derivatives."""

    z: str
    shapes: Mapping[str, str]
    size: str
    pullbacks: Mapping[str, Pullback]


CURVES = (
    Curve("{z}", "1"),
    Curve("({z}) ** 2", "2 * ({z})"),
    Curve("({z}) ** 3", "3 * ({z}) ** 2"),
    Curve("np.sin({z})", "np.cos({z})"),
    Curve("np.exp({z})", "np.exp({z})"),
    Curve("np.tanh({z})", "(1 - np.tanh({z}) ** 2)"),
    Curve("1 / (1 + np.exp(-({z})))", "np.exp(-({z})) / (1 + np.exp(-({z}))) ** 2"),
    Curve("np.log(1 + np.exp({z}))", "1 / (1 + np.exp(-({z})))"),
    Curve("np.sqrt(1 + ({z}) ** 2)", "({z}) / np.sqrt(1 + ({z}) ** 2)"),
    Curve("np.log(1 + ({z}) ** 2)", "2 * ({z}) / (1 + ({z}) ** 2)"),
)

SUM, TRANSPOSE, ORDER = "missing sum", "transposed", "wrong order"

FORMS = (
    Form("w * x + b", {"w": "", "x": "", "b": ""}, "",
         {"w": Pullback("{D} * x"), "x": Pullback("{D} * w"), "b": Pullback("{D}")}),
    Form("x / (1 + y ** 2)", {"x": "", "y": ""}, "",
         {"x": Pullback("{D} / (1 + y ** 2)"), "y": Pullback("-2 * {D} * x * y / (1 + y ** 2) ** 2")}),
    Form("w * x - t", {"w": "", "x": "m", "t": "m"}, "m",
         {"w": Pullback("({D} * x).sum()", [(SUM, "{D} * x")]), "x": Pullback("{D} * w"), "t": Pullback("-({D})")}),
    Form("x * v + b", {"x": "k", "v": "k", "b": ""}, "k",
         {"x": Pullback("{D} * v"), "b": Pullback("({D}).sum()", [(SUM, "{D}")])}),
    Form("X @ w - t", {"X": "mk", "w": "k", "t": "m"}, "m",
         {"w": Pullback("X.T @ ({D})", [(TRANSPOSE, "X @ ({D})")]),
          "X": Pullback("np.outer({D}, w)", [(TRANSPOSE, "np.outer(w, {D})")]),
          "t": Pullback("-({D})")}),
    Form("x @ W + b", {"x": "k", "W": "kn", "b": "n"}, "n",
         {"x": Pullback("({D}) @ W.T", [(TRANSPOSE, "({D}) @ W")]),
          "W": Pullback("np.outer(x, {D})", [(TRANSPOSE, "np.outer({D}, x)")]),
          "b": Pullback("{D}")}),
    Form("X @ W + b", {"X": "mk", "W": "kn", "b": "n"}, "mn",
         {"X": Pullback("({D}) @ W.T", [(TRANSPOSE, "({D}) @ W"), (ORDER, "W.T @ ({D})")]),
          "W": Pullback("X.T @ ({D})", [(TRANSPOSE, "X @ ({D})"), (ORDER, "({D}) @ X.T")]),
          "b": Pullback("({D}).sum(axis=0)", [(SUM, "{D}")])}),
    Form("W @ X + B", {"W": "nk", "X": "km", "B": "n1"}, "nm",
         {"W": Pullback("({D}) @ X.T", [(TRANSPOSE, "({D}) @ X"), (ORDER, "X.T @ ({D})")]),
          "X": Pullback("W.T @ ({D})", [(TRANSPOSE, "W @ ({D})"), (ORDER, "({D}) @ W.T")]),
          "B": Pullback("({D}).sum(axis=1, keepdims=True)", [(SUM, "{D}")])}),
    Form("np.tanh(X @ V) @ W", {"X": "mk", "V": "kh", "W": "hn"}, "mn",
         {"V": Pullback("X.T @ ((({D}) @ W.T) * (1 - np.tanh(X @ V) ** 2))"),
          "W": Pullback("np.tanh(X @ V).T @ ({D})", [(ORDER, "({D}) @ np.tanh(X @ V).T")])}),
)  # fmt: skip
