"""A number that a claim is off by, named: ½, −3, ln 2, 1/X.shape[0]."""

from __future__ import annotations

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from autograd.check.arrays import Array

SAME = 1e-9  # relative: numbers that differ by less are equal
GLYPHS = {"1/2": "½", "1/3": "⅓", "2/3": "⅔", "1/4": "¼", "3/4": "¾", "1/5": "⅕", "1/6": "⅙", "1/8": "⅛"}
CONSTANTS = {"ln 2": math.log(2.0), "ln 10": math.log(10.0), "π": math.pi, "√2": math.sqrt(2.0)}
SUPERSCRIPTS = {1: "", 2: "²", 3: "³"}


class Factor(NamedTuple):
    """A number, as a simple fraction (if it has one) times powers of symbols: 1/(2·m) is ½ and m to −1."""

    value: float
    rational: Fraction | float
    symbols: tuple[tuple[str, int], ...] = ()

    @property
    def number(self) -> Fraction | float:
        """The factor itself, exact where it is a simple fraction."""
        return simple(self.value) or self.value

    def share(self) -> str:
        """`½ of the gradient`, `−3 times the gradient`."""
        over, under = self._parts()
        sign = "−" if self.rational < 0 else ""
        text = over + (f"/{_whole(under)}" if under else "")
        link = "times" if not under or abs(self.value) > 1.0 else "of"
        return f"{sign}{GLYPHS.get(text, text)} {link} the gradient"

    def remedy(self) -> str:
        """What is missing, or too much."""
        over, under = self._parts()
        if not under:
            return f"a factor {over} is too much"
        return f"a factor {under} is missing" if over == "1" else f"multiply it by {_whole(under)}/{_whole(over)}"

    def _parts(self) -> tuple[str, str]:
        if isinstance(self.rational, Fraction):
            over, under = [str(abs(self.rational.numerator))], [str(self.rational.denominator)]
        else:
            over, under = [f"{abs(self.rational):.12g}"], []
        for symbol, power in self.symbols:
            (over if power > 0 else under).append(symbol + SUPERSCRIPTS.get(abs(power), f"^{abs(power)}"))
        over, under = ([x for x in part if x != "1"] for part in (over, under))
        return "·".join(over) or "1", "·".join(under)


def _whole(product: str) -> str:
    return f"({product})" if "·" in product or " " in product else product


def simple(x: float, largest: int = 1000) -> Fraction | None:
    """`x` as a fraction of small numbers, if it is one.

    >>> simple(-0.75), simple(3.14159)
    (Fraction(-3, 4), None)
    """
    fraction = Fraction(x).limit_denominator(largest)
    is_one = fraction and abs(fraction.numerator) <= largest and abs(float(fraction) - x) <= SAME * abs(x)
    return fraction if is_one else None


def named(x: float, symbols: tuple[tuple[str, int], ...] = ()) -> Factor:
    """A factor with its simplest name.

    >>> named(-0.5).share(), named(1.0 / math.log(2.0)).share()
    ('−½ of the gradient', '1/(ln 2) times the gradient')
    """
    if fraction := simple(x):
        return Factor(x, fraction, symbols)
    for name, constant in CONSTANTS.items():
        for power in (1, -1):
            if fraction := simple(x / constant**power, largest=12):
                return Factor(x, fraction, (*symbols, (name, power)))
    return Factor(x, x, symbols)


def close(claimed: Sequence[Array], target: Sequence[Array]) -> bool:
    """Whether two arrays are the same at every point, but for rounding."""
    return all(c.shape == t.shape and _near(c, t) for c, t in zip(claimed, target, strict=True))


def _near(c: Array, t: Array) -> bool:
    size = np.abs(t)
    return bool(np.isfinite(t).all() and (np.abs(c - t) <= SAME * size + 1e-3 * SAME * size.max(initial=0.0)).all())


def common_factor(claimed: Sequence[Array], target: Sequence[Array]) -> float | None:
    """The r with claimed = r · target at every point and entry.

    None without one, and where all targets are one number and neither r nor 1/r is whole: any two have a ratio.
    """
    if any(c.shape != t.shape for c, t in zip(claimed, target, strict=True)):
        return None
    c, t = (np.concatenate([x.ravel() for x in arrays]) for arrays in (claimed, target))
    if not t.any() or not c.any():
        return None
    largest = np.abs(t).argmax()
    r = float(c[largest] / t[largest])
    if r == 0.0 or not math.isfinite(r) or not close(claimed, [r * x for x in target]):
        return None
    several = np.ptp(t[t != 0.0]) > 1e-6 * np.abs(t).max()
    return r if several or _whole_number(r) or _whole_number(1.0 / r) else None


def _whole_number(r: float) -> bool:
    return abs(r) < 12.5 and abs(r - round(r)) <= SAME * abs(r)
