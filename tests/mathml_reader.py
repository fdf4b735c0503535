"""Reads MathML as a person does: what is seen, from left to right by the usual rules."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from operator import mul
from typing import Any, NamedTuple
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

FUNCTIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(math, name) for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh", "erf", "erfc", "log")},
    **{f"arc{name}": getattr(math, f"a{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
    "arctan2": math.atan2,
    "ln": math.log,
    "log_2": math.log2,
    "log_10": math.log10,
    "σ": lambda a: 1 / (1 + math.exp(-a)),
    "φ": lambda a: math.exp(-a * a / 2) / math.sqrt(2 * math.pi),
    "sech": lambda a: 1 / math.cosh(a),
    "sign": lambda a: math.copysign(1.0, a) if a else 0.0,
    "step": lambda a: float(a > 0),
    "relu": lambda a: max(a, 0.0),
    "leaky_relu": lambda a, slope: a if a > 0 else slope * a,
    "elu": lambda a, alpha: a if a > 0 else alpha * math.expm1(a),
    "gelu": lambda a: a * (1 + math.erf(a / math.sqrt(2))) / 2,
    "silu": lambda a: a / (1 + math.exp(-a)),
    "maximum": max,
    "minimum": min,
    "clip": lambda a, low, high: min(max(a, low), high),
    "total": lambda *xs: math.fsum(xs),
    "mean": lambda *xs: math.fsum(xs) / len(xs),
    "logsumexp": lambda *xs: math.log(math.fsum(map(math.exp, xs))),
    "dot": lambda *xs: sum(map(mul, xs[: len(xs) // 2], xs[len(xs) // 2 : -1])) + xs[-1],
    "softmax": lambda *xs: [math.exp(x) / sum(map(math.exp, xs)) for x in xs],
}
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda a, b: a < b,
    "≤": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    "≥": lambda a, b: a >= b,
    "=": lambda a, b: a == b,
}


class Misread(Exception):
    """What is drawn has no one meaning."""


class Token(NamedTuple):
    """A sign, a name, a number or text; or something built of parts."""

    kind: str
    text: str = ""
    parts: tuple[Element, ...] = ()


def read(mathml: str, numbers: Mapping[str, float]) -> Any:
    """The number that a formula comes to, where its names stand for `numbers`."""
    return Reader([ElementTree.fromstring(mathml)], numbers).everything()


def spelled(element: Element) -> str:
    """A name with its scripts, as in w_1^2; "" where it is none."""
    if element.tag in ("msub", "msup", "msubsup"):
        base, *scripts = visible(element)
        signs = {"msub": "_", "msup": "^", "msubsup": "_^"}[element.tag]
        return spelled(base) and spelled(base) + "".join(map(str.__add__, signs, map(seen, scripts)))
    return (element.text or "") if element.tag in ("mi", "mtext") else ""


def seen(element: Element) -> str:
    """The text that is drawn."""
    return (element.text or "") + "".join(map(seen, visible(element)))


def visible(element: Element) -> list[Element]:
    return [child for child in element if child.get("style") != "display:none"]


def tokens(element: Element, names: set[str]) -> Iterator[Token]:
    """What stands in a line: a group that is not drawn as one is none."""
    parts = visible(element)
    if spelled(element) in names:
        yield Token("name", spelled(element))
    elif element.tag == "mrow":
        for part in parts:
            yield from tokens(part, names)
    elif element.tag in ("msup", "msub"):
        yield from tokens(parts[0], names)
        yield Token("^" if element.tag == "msup" else "_", "", (parts[1],))
    elif element.tag == "msubsup":
        lowered = Element("msub")
        lowered.extend(parts[:2])
        yield from tokens(lowered, names)
        yield Token("^", "", (parts[2],))
    else:
        yield Token({"mo": "sign", "mn": "number"}.get(element.tag, element.tag), element.text or "", tuple(parts))


class Reader:
    """Recursive descent over what is seen in a line."""

    def __init__(self, elements: list[Element], numbers: Mapping[str, float]) -> None:
        self.numbers = {"e": math.e, "π": math.pi} | dict(numbers)
        names = set(self.numbers) | set(FUNCTIONS)
        self.line = [token for element in elements for token in tokens(element, names)]

    def everything(self) -> Any:
        """The whole line."""
        value = self.comparison()
        if self.line:
            raise Misread(f"{self.line[0]} follows")
        return value

    def take(self, *texts: str) -> str:
        """The sign that comes next, if it is one of these."""
        if self.line and self.line[0].kind == "sign" and self.line[0].text in texts:
            return self.line.pop(0).text
        return ""

    def comparison(self) -> Any:
        value = self.sum()
        if sign := self.take(*COMPARISONS):
            return float(COMPARISONS[sign](value, self.sum()))
        return value

    def sum(self) -> Any:
        value = -self.product() if self.take("−") else self.product()
        while sign := self.take("+", "−"):
            value = value + self.product() if sign == "+" else value - self.product()
        return value

    def product(self) -> Any:
        value = self.power()
        while self.take("·"):
            value *= self.power()
        return value

    def power(self) -> Any:
        """One thing with what is raised and lowered beside it."""
        bare = bool(self.line) and self.line[0].kind in ("mfrac", "mtable")
        value = self.one()
        while self.line and self.line[0].kind in "^_":
            if bare:
                raise Misread("the power of a fraction without brackets")
            kind, _, (part,) = self.line.pop(0)
            beside = Reader([part], self.numbers).everything()
            value = value**beside if kind == "^" else value[int(beside)]
        return value

    def one(self) -> Any:
        if sign := self.take("(", "|"):
            value = self.comparison()
            self.expect(")" if sign == "(" else "|")
            return value if sign == "(" else abs(value)
        if self.take("{"):
            return self.built(self.line.pop(0))
        if not self.line or self.line[0].kind == "sign":
            raise Misread(f"a number is missing before {self.line[:1]}")
        token = self.line.pop(0)
        if token.kind == "name":
            return self.numbers[token.text] if token.text in self.numbers else FUNCTIONS[token.text](*self.arguments())
        return float(token.text) if token.kind == "number" else self.built(token)

    def arguments(self) -> list[Any]:
        if self.line and self.line[0].text in FUNCTIONS:  # ln σ(a)
            return [self.one()]
        self.expect("(")
        values = [self.comparison()]
        while self.take(","):
            values.append(self.comparison())
        self.expect(")")
        return values

    def expect(self, sign: str) -> None:
        if not self.take(sign):
            raise Misread(f"{sign} is missing before {self.line[:1]}")

    def built(self, token: Token) -> Any:
        """A fraction, a root, or a choice."""
        if token.kind == "mtable":
            return self.chosen(token.parts)
        values = [Reader([part], self.numbers).everything() for part in token.parts]
        if token.kind == "mfrac":
            return values[0] / values[1]
        if token.kind == "mroot":
            return math.copysign(abs(values[0]) ** (1 / values[1]), values[0])
        if token.kind == "msqrt":
            return math.sqrt(values[0])
        raise Misread(f"{token} is unknown")

    def chosen(self, lines: tuple[Element, ...]) -> Any:
        for value, condition in map(visible, lines):
            said = Reader([*visible(condition)], self.numbers)
            word = said.line.pop(0).text.strip()
            if word == "otherwise" or (word == "if" and said.everything()):
                return Reader(visible(value), self.numbers).everything()
        raise Misread("no line says otherwise")
