"""How names, numbers and formulas are written for people: as plain text, as LaTeX."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from autograd.ops import softmax_output, where
from autograd.symbol import ATOM, BINDS, Symbol
from autograd.writing import SUPERSCRIPTS, Latex, Text

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
DIGITS, LONGEST_NAME = 6, 40
# What XML cannot hold, what breaks a line, and what turns the direction of the text around it.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


def printable(text: object, longest: int) -> str:
    """Text in one line, without characters that cannot be drawn; never empty."""
    line = " ".join(UNPRINTABLE.sub(" ", str(text)).split()) or "?"
    return line if len(line) <= longest else line[: longest - 1] + "…"


class Writer(Text):
    """Writes formulas with names as they were given and numbers rounded to `precision` digits."""

    def __init__(self, precision: int, longest_name: int) -> None:
        self.precision, self.longest_name = precision, longest_name

    def name(self, name: str) -> str:
        """As the user wrote it; in brackets where it would read as part of the formula."""
        shown = printable(name, self.longest_name)
        return f"({shown})" if re.search(r"[\s+*/·=−-]", shown) else shown

    def number(self, x: float) -> str:
        """Rounded: −0.25, 1.5·10⁻⁷, ∞; zero has no sign."""
        mantissa, _, exponent = f"{x + 0.0:.{self.precision}g}".partition("e")
        shown = mantissa.replace("inf", "∞").replace("-", "−")
        return f"{shown}·10{str(int(exponent)).translate(SUPERSCRIPTS)}" if exponent else shown


class Plain(Writer):
    """Writes plain text: ∂L/∂p · ∂p/∂z."""

    times, steps, dots, right, wrong = " · ", " → ", "…", "✓", "✗"

    def __init__(self) -> None:
        super().__init__(DIGITS, LONGEST_NAME)

    def text(self, formula: Any) -> str:
        """A formula, or a number."""
        return self.write(formula)[0] if isinstance(formula, Symbol) else self.number(formula)

    def name(self, name: str) -> str:
        """As the user wrote it; in brackets where it would read as part of the formula."""
        return "π" if name == "pi" else super().name(name)

    def negative(self, operand: str) -> str:
        """Minus something: −(−2) for a number that has a minus of its own."""
        return f"−({operand})" if operand[0] == "−" else f"−{operand}"

    def number(self, x: float) -> str:
        """Rounded to six digits: −0.25, 1.5·10⁻⁷, ∞."""
        return "not a number" if math.isnan(x) else super().number(x)

    def words(self, words: str) -> str:
        """Text between formulas."""
        return words

    def partial(self, of: str, wrt: str, use: int = 0) -> str:
        """∂of/∂wrt; `use` says which operand is meant where wrt is several."""
        which = f"₍{str(use).translate(SUBSCRIPTS)}₎" if use else ""
        return f"∂{self.name(of)}/∂{self.name(wrt)}{which}"


class Typeset(Latex):
    """Writes LaTeX: \\frac{\\partial L}{\\partial p} \\cdot \\frac{\\partial p}{\\partial z}."""

    times, steps, dots, right, wrong = r" \cdot ", r" \to ", r"\dots", r"\checkmark\;", r"\times\;"

    def text(self, formula: Any) -> str:
        """A formula, or a number."""
        return self.write(formula)[0] if isinstance(formula, Symbol) else self.number(formula)

    def name(self, name: str) -> str:
        """Greek letters, scripts, accents and primes as such; anything else as text."""
        return self.dots if name == "…" else super().name(printable(name, LONGEST_NAME))

    def number(self, x: float) -> str:
        """Rounded to six digits; zero has no sign."""
        special = r"\text{not a number}" if math.isnan(x) else r"\infty" if x > 0.0 else r"-\infty"
        return super().number(x + 0.0) if math.isfinite(x) else special

    def call(self, e: Symbol) -> tuple[str, int]:
        """Choices as cases, an output of softmax with its index."""
        args = [self.write(a)[0] for a in e.args]
        if e.op is where:
            cases = rf"{args[1]} & \text{{if }} {args[0]} \\ {args[2]} & \text{{otherwise}}"
            return rf"\begin{{cases}} {cases} \end{{cases}}", BINDS["+"]
        if e.op is softmax_output:
            return rf"\operatorname{{softmax}}\left({', '.join(args[1:])}\right)_{{{args[0]}}}", ATOM
        return super().call(e)

    def words(self, words: str) -> str:
        """Text between formulas."""
        return rf"\text{{{words} }}"

    def partial(self, of: str, wrt: str, use: int = 0) -> str:
        """∂of/∂wrt; `use` says which operand is meant where wrt is several."""
        below = rf"{{{self.name(wrt)}}}_{{({use})}}" if use else self.name(wrt)
        return rf"\frac{{\partial {self.name(of)}}}{{\partial {below}}}"


Style = Plain | Typeset
PLAIN, TYPESET = Plain(), Typeset()


def product(style: Style, factors: Iterable[Any]) -> str:
    """Factors, numbers or text, with a sign between; a negative one that is not the first in brackets."""
    return style.times.join(_bracketed(style, factors))


def plus(style: Style, terms: Iterable[Any]) -> str:
    """Terms, numbers or text, with + between; a negative one that is not the first in brackets."""
    return " + ".join(_bracketed(style, terms))


def _bracketed(style: Style, parts: Iterable[Any]) -> list[str]:
    written = [x if isinstance(x, str) else style.number(x) for x in parts]
    return [f"({x})" if k and x[0] in "-−" else x for k, x in enumerate(written)]
