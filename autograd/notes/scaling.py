"""A formula times a factor, written where its own numbers stand: 1/(2m) becomes 1/m."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction as Ratio

from autograd.notes.latex import latex
from autograd.notes.syntax import Fraction, Name, Node, Number, Product, Sum

Symbols = Sequence[tuple[str, int]]  # names of sizes, with their powers


def scaled(body: Node, source: str, ratio: Ratio, symbols: Symbols = ()) -> str:
    """A formula's source times a factor, and powers of sizes."""
    start, end = body.span
    text = source[start:end]
    if isinstance(body, Sum) and len(body.terms) == 1:
        inner = body.terms[0]
        ratio = -ratio if body.signs == ("-",) else ratio
        return scaled(inner, source, ratio, symbols)
    if isinstance(body, Sum):
        number = _written(abs(ratio), symbols)
        return rf"{_sign(ratio)}{'' if number == '1' else number + ' '}\left({text}\right)"
    first = _first(body)
    if isinstance(first, Fraction) and (made := _fraction(first, ratio, symbols)):
        return source[start : first.span[0]] + made + source[first.span[1] : end]
    if isinstance(first, Number) and _whole(first) and not symbols:
        number = _written(abs(ratio) * int(first.text), ())
        rest = source[first.span[1] : end].lstrip()
        return _sign(ratio) + (rest if number == "1" and rest else f"{number} {rest}".rstrip())
    number = _written(abs(ratio), symbols)
    return _sign(ratio) + (text if number == "1" else f"{number} {text}")


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
