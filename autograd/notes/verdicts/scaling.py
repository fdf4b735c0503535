"""A formula times a factor, written where its own numbers stand: 1/(2m) becomes 1/m."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction as Ratio

from autograd.notes.formulas.latex import latex
from autograd.notes.formulas.syntax import Fraction, Name, Node, Number, Product, Sum

Symbols = Sequence[tuple[str, int]]  # names of sizes, with their powers


def scaled(body: Node, source: str, ratio: Ratio, symbols: Symbols = ()) -> str:
    """A formula's source times a factor, and powers of sizes."""
    start, end = body.span
    if isinstance(body, Sum) and len(body.terms) > 1:
        number = _written(abs(ratio), symbols)
        return rf"{_sign(ratio)}{'' if number == '1' else number + ' '}\left({source[start:end]}\right)"
    if isinstance(body, Sum):
        return scaled(body.terms[0], source, -ratio if body.signs == ("-",) else ratio, symbols)
    first, size, rest = _first(body), abs(ratio), start
    fraction = _fraction(first, size, symbols) if isinstance(first, Fraction) else None
    if fraction is not None:
        number, rest = fraction, first.span[1]
    elif isinstance(first, Number) and _whole(first):
        number, rest = _written(size * int(first.text), symbols), first.span[1]
    else:
        number = _written(size, symbols)
    left = re.sub(r"^\s*(\\cdot|\\times)?\s*", "", source[rest:end]) if number == "1" else source[rest:end]
    return _sign(ratio) + (left if number == "1" and left else f"{number} {left.strip()}".strip())


def _sign(ratio: Ratio) -> str:
    return "-" if ratio < 0 else ""


def _first(body: Node) -> Node:
    """What stands first in a product."""
    while isinstance(body, Product):
        body = body.factors[0]
    return body


def _fraction(node: Fraction, ratio: Ratio, symbols: Symbols) -> str | None:
    """A fraction of numbers and names times a factor."""
    top, bottom = _parts(node.over), _parts(node.under)
    if top is None or bottom is None:
        return None
    (over, above), (under, below) = top, bottom
    for name, power in symbols:
        above, below = _times(above, below, name, power)
    number = Ratio(over, under) * ratio
    sign = "-" if number < 0 else ""
    numerator, denominator = _side(abs(number.numerator), above), _side(number.denominator, below)
    return f"{sign}{numerator}" if denominator == "1" else rf"{sign}\frac{{{numerator}}}{{{denominator}}}"


def _parts(node: Node) -> tuple[int, list[str]] | None:
    """A product's number and names; None for anything else."""
    number, names = 1, []
    for factor in node.factors if isinstance(node, Product) else (node,):
        if _whole(factor) and isinstance(factor, Number):
            number *= int(factor.text)
        elif isinstance(factor, Name):
            names.append(latex(factor))
        else:
            return None
    return None if (isinstance(node, Product) and "/" in node.signs) or not number else (number, names)


def _whole(node: Node) -> bool:
    return isinstance(node, Number) and node.text.isdigit() and len(node.text) < 10


def _times(above: list[str], below: list[str], name: str, power: int) -> tuple[list[str], list[str]]:
    onto, off = (above, below) if power > 0 else (below, above)
    for _ in range(abs(power)):
        if name in off:
            off.remove(name)
        else:
            onto.append(name)
    return above, below


def _side(number: int, names: list[str]) -> str:
    return " ".join([*([str(number)] if number != 1 or not names else []), *names])


def _written(size: Ratio, symbols: Symbols) -> str:
    above = [name for name, power in symbols for _ in range(power)]
    below = [name for name, power in symbols for _ in range(-power)]
    top, bottom = _side(size.numerator, above), _side(size.denominator, below)
    return top if bottom == "1" else rf"\frac{{{top}}}{{{bottom}}}"
