"""Random notes with one derivative, as textbooks write it: right, or with one known slip.

In a formula, @ is a number in front, P(·) is a function, and D(·) its derivative.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from typing import NamedTuple


class Note(NamedTuple):
    """Markdown whose last claim is the derivative, and what its slip is called: "" where it is right."""

    text: str
    slip: str

    def __str__(self) -> str:
        return self.text


class Curve(NamedTuple):
    """A function of #, its derivative, and a wrong one, after what that is called."""

    value: str
    slope: str
    wrong: tuple[str, str]


class Derivative(NamedTuple):
    """Its left side, its right side, and right sides with slips, each after what it is called."""

    left: str
    right: str
    slips: Sequence[tuple[str, str]] = ()


class Form(NamedTuple):
    """What a note declares and defines, and derivatives that follow."""

    declared: str
    defined: str
    derivatives: Sequence[Derivative]


# fmt: off
NUMBERS = ("", r"\frac{1}{2} \cdot ", r"3 \cdot ")
OF_SAMPLES = (*NUMBERS, r"\frac{1}{m} \cdot ", r"\frac{1}{2m} \cdot ")
CURVES = (
    Curve(r"\sin(#)", r"\cos(#)", ("wrong function", r"\sin(#)")),
    Curve(r"e^{#}", r"e^{#}", ("wrong", r"\ln(1 + e^{#})")),
    Curve(r"\tanh(#)", r"(1 - \tanh^2(#))", ("wrong", r"\tanh(#)")),
    Curve(r"\sigma(#)", r"\sigma'(#)", ("wrong function", r"\sigma(#)")),
    Curve(r"\ln(1 + e^{#})", r"\frac{1}{1 + e^{-#}}", ("wrong", r"\ln(1 + e^{#})")),
    Curve("#^2", "(2 #)", ("wrong power", "#^2")),
)
TRANSPOSED, ORDER, SUM = "transposed", "wrong order", "missing sum"
FORMS = (
    Form("w, x, b: number", r"$z = wx + b$ and $J = @P(z)$", [
        Derivative(r"\frac{\partial J}{\partial w}", r"@D(z) \cdot x",
                   [("missing factor", "@D(z)"), ("wrong name", r"@D(z) \cdot w")]),
        Derivative(r"\frac{\partial J}{\partial b}", "@D(z)", [("extra factor", r"@D(z) \cdot x")]),
    ]),
    Form("X: m×k; w: k; t: m", r"$z = Xw - t$ and $J = @\sum_{i=1}^m P(z_i)$", [
        Derivative(r"\frac{\partial J}{\partial w_j}", r"@\sum_{i=1}^m D(z_i) x_{ij}",
                   [(TRANSPOSED, r"@\sum_{i=1}^m D(z_i) x_{ji}"), (SUM, "@D(z_i) x_{ij}"),
                    ("extra factor", r"@\sum_{i=1}^m D(z_i) x_{ij} w_j")]),
        Derivative(r"\frac{\partial J}{\partial w}", "@X^T D(z)", [(TRANSPOSED, "@X D(z)")]),
        Derivative(r"\frac{\partial J}{\partial t_i}", "-@D(z_i)", [("opposite sign", "@D(z_i)")]),
    ]),
    Form("X: m×k; W: k×n; b: n; L: function of Y", "$Y = XW + b$", [
        Derivative(r"\frac{\partial L}{\partial X}", r"\frac{\partial L}{\partial Y} W^T",
                   [(TRANSPOSED, r"\frac{\partial L}{\partial Y} W"), (ORDER, r"W^T \frac{\partial L}{\partial Y}")]),
        Derivative(r"\frac{\partial L}{\partial W}", r"X^T \frac{\partial L}{\partial Y}",
                   [(TRANSPOSED, r"X \frac{\partial L}{\partial Y}"), (ORDER, r"\frac{\partial L}{\partial Y} X^T")]),
        Derivative(r"\frac{\partial L}{\partial b_j}", r"\sum_{i=1}^m \frac{\partial L}{\partial Y_{ij}}",
                   [(SUM, r"\frac{\partial L}{\partial Y_{ij}}")]),
    ]),
    Form("W: n×k; X: k×m; L: function of Y", "$Y = WX$", [
        Derivative(r"\frac{\partial L}{\partial X}", r"W^T \frac{\partial L}{\partial Y}",
                   [(TRANSPOSED, r"W \frac{\partial L}{\partial Y}"), (ORDER, r"\frac{\partial L}{\partial Y} W^T")]),
        Derivative(r"\frac{\partial L}{\partial W}", r"\frac{\partial L}{\partial Y} X^T",
                   [(TRANSPOSED, r"\frac{\partial L}{\partial Y} X"), (ORDER, r"X^T \frac{\partial L}{\partial Y}")]),
    ]),
    Form("X: m×k; W: k×n", r"$Y = XW$ and $J = @\sum_{i=1}^m \sum_{j=1}^n P(Y_{ij})$", [
        Derivative(r"\frac{\partial J}{\partial W_{ab}}", r"@\sum_{i=1}^m D(Y_{ib}) X_{ia}",
                   [(TRANSPOSED, r"@\sum_{i=1}^m D(Y_{ib}) X_{ai}"), (SUM, "@D(Y_{ib}) X_{ia}")]),
        Derivative(r"\frac{\partial J}{\partial W}", "@X^T D(Y)", [(TRANSPOSED, "@X D(Y)"), (ORDER, "@D(Y) X^T")]),
    ]),
)
# fmt: on


def random_note(draw: random.Random, slip: bool) -> Note:
    """A note with a slip, or without one."""
    form, curve = draw.choice(FORMS), draw.choice(CURVES)
    scale = draw.choice(OF_SAMPLES if "m×" in form.declared else NUMBERS)
    derivative = draw.choice(form.derivatives)
    kind, right = draw.choice(_slips(derivative, curve)) if slip else ("", derivative.right)
    defined, claim = (_filled(text, curve, scale) for text in (form.defined, f"{derivative.left} = {right}"))
    return Note(f"<!-- check\n{form.declared}\n-->\nWith {defined} we get\n\n$${claim}$$\n", kind)


def _slips(derivative: Derivative, curve: Curve) -> list[tuple[str, str]]:
    right = derivative.right
    minus, body = ("-", right[1:]) if right.startswith("-") else ("", right)
    found = [*derivative.slips, ("opposite sign", body if minus else f"-{body}")]
    found += [("constant factor", rf"{minus}{factor} \cdot {body}") for factor in ("2", r"\frac{1}{3}")]
    if "D(" in right:
        found.append((curve.wrong[0], right.replace("D(", "U(")))
    return found


def _filled(text: str, curve: Curve, scale: str) -> str:
    """With the function, its derivative and the wrong one (U) in their places."""
    for letter, formula in zip("PDU", (curve.value, curve.slope, curve.wrong[1]), strict=True):
        text = re.sub(rf"\b{letter}\(([^()]*)\)", lambda m, f=formula: f.replace("#", m[1]), text)
    return text.replace("@", scale)
