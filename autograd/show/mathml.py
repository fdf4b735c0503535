"""Formulas as MathML, which browsers draw by themselves: what Typeset writes in LaTeX, translated.

So one writer decides where brackets stand, and the table's templates are read here too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.show.style import TYPESET, plus, product
from autograd.show.tex import mathml as mathml
from autograd.show.tex import text


def math(fragment: str, display: bool = False) -> str:
    """A formula for a page: a fragment of MathML in its outer element, on a line of its own if `display`.

    >>> math("<mi>x</mi>")
    '<math><mi>x</mi></math>'
    """
    return f'<math display="block">{fragment}</math>' if display else f"<math>{fragment}</math>"


class Mathml:
    """Writes MathML, one element each: the same formulas, names and numbers as Typeset."""

    times, steps, dots = "<mo>·</mo>", "<mo>→</mo>", "<mo>…</mo>"
    right, wrong = "<mo>✓</mo>", "<mo>✗</mo>"

    def text(self, formula: Any) -> str:
        """A formula, or a number."""
        return mathml(TYPESET.text(formula))

    def name(self, name: str) -> str:
        """A label: Greek letters, scripts and primes as such, anything else as text."""
        return mathml(TYPESET.name(name))

    def number(self, x: float) -> str:
        """Rounded to six digits."""
        return mathml(TYPESET.number(x))

    def words(self, words: str) -> str:
        """Text between formulas."""
        return text(f"{words} ")

    def partial(self, of: str, wrt: str, use: int = 0) -> str:
        """∂of/∂wrt; `use` says which operand is meant where wrt is several."""
        return mathml(TYPESET.partial(of, wrt, use))

    def product(self, factors: Iterable[Any]) -> str:
        """Numbers with · between; a negative one that is not the first in brackets."""
        return mathml(product(TYPESET, factors))

    def plus(self, terms: Iterable[Any]) -> str:
        """Numbers with + between; a negative one that is not the first in brackets."""
        return mathml(plus(TYPESET, terms))


MATHML = Mathml()
