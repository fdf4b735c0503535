"""How names, numbers and formulas are written for people: as plain text, as LaTeX."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from typing import Any

from autograd.labels import SUBSCRIPTS
from autograd.writing import Latex, Text

LONGEST_NAME = 40
# What XML cannot hold, what breaks a line, and what turns the direction of the text around it.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]+")


def printable(text: object, longest: int) -> str:
    """Text in one line, without characters that cannot be drawn; never empty."""
    line = " ".join(UNPRINTABLE.sub(" ", str(text)).split()) or "?"
    if len(line) <= longest:
        return line
    tail = longest // 3  # names made by a program often differ at their ends
    return f"{line[: longest - tail - 1]}…{line[len(line) - tail :]}"


class Writer(Text):
    """Writes formulas with names as they were given and numbers rounded to `precision` digits."""

    def __init__(self, precision: int = Text.precision, longest_name: int = LONGEST_NAME) -> None:
        self.precision, self.longest_name = precision, longest_name

    def name(self, name: str) -> str:
        """As the user wrote it; in brackets where it would read as part of the formula."""
        shown = printable(name, self.longest_name)
        return f"({shown})" if re.search(r"[\s+*/·=−-]", shown) else shown


class Plain(Writer):
    """Writes plain text: ∂L/∂p · ∂p/∂z."""

    times, steps, dots, right, wrong = " · ", " → ", "…", "✓", "✗"

    def name(self, name: str) -> str:
        """As the user wrote it; in brackets where it would read as part of the formula."""
        return "π" if name == "pi" else super().name(name)

    def number(self, x: float) -> str:
        """Rounded to six digits: −0.25, 1.5·10⁻⁷, ∞."""
        return "not a number" if math.isnan(x) else super().number(x)

    def words(self, words: str) -> str:
        """Text between formulas."""
        return words

    def partial(self, of: str, wrt: str, use: int = 0) -> str:
        """∂of/∂wrt; `use` says which operand is meant where wrt is several."""
        which = f"({use})".translate(SUBSCRIPTS) if use else ""
        return f"∂{self.name(of)}/∂{self.name(wrt)}{which}"


class Typeset(Latex):
    """Writes LaTeX: \\frac{\\partial L}{\\partial p} \\cdot \\frac{\\partial p}{\\partial z}."""

    times, steps, dots, right, wrong = r" \cdot ", r" \to ", r"\dots", r"\checkmark\;", r"\times\;"

    def name(self, name: str) -> str:
        """Greek letters, scripts, accents and primes as such; anything else as text."""
        return self.dots if name == "…" else super().name(printable(name, LONGEST_NAME))

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
