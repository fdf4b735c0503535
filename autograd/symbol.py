"""An expression written out: a tree of operations over names, and its text as Python, for reading, or as LaTeX.

Formulas of the table, applied to symbols, give such trees.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from autograd.ops import (
    Nary,
    Operation,
    Operators,
    add,
    greater,
    greater_equal,
    less,
    less_equal,
    mul,
    neg,
    power,
    softmax_output,
    square,
    sub,
    where,
)

# How tightly an infix binds; a name or a call binds tightest.
BINDS = {"==": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "+": 2, "-": 2, "*": 3, "/": 3, "neg": 4, "**": 5}
ATOM = 6
SIGNS = {"*": " · ", "-": " − ", "/": " / ", "<=": " ≤ ", ">=": " ≥ ", "==": " = "}
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
GREEK = {
    name: chr(code)
    for names, start in (
        ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho", 0x3B1),
        ("sigma tau upsilon phi chi psi omega", 0x3C3),
    )
    for code, name in enumerate(names.split(), start)
}


class Symbol(Operators):
    """A name, or an operation applied to symbols and numbers.

    >>> from autograd.ops import tanh
    >>> a, y = Symbol("a"), Symbol("y")
    >>> str(tanh(a) * a), str(1 - y**2), (1 - y**2).latex()
    ('tanh(a) · a', '1 − y²', '1 - y^{2}')
    """

    __slots__ = ("args", "name", "op")
    op: Any  # an Operation, or None for a name

    def __init__(self, name: str, op: Operation | None = None, args: Sequence[Any] = ()) -> None:
        self.name, self.op, self.args = name, op, tuple(args)

    @staticmethod
    def __operation__(op: Operation, operands: Sequence[Any]) -> Any:
        """`op` of `operands`, less what changes nothing: x + 0, x · 1, x ** 1, a choice already made."""
        if isinstance(op, Nary):
            return Symbol(op.name, op, op.arrange(*operands))
        a, b = operands[0], operands[1] if len(operands) > 1 else None
        if op is where and not isinstance(a, Symbol):
            return operands[1] if a else operands[2]
        if (_is(b, 0.0) and op in (add, sub)) or (_is(b, 1.0) and op in (mul, power)):
            return a
        if (_is(a, 0.0) and op is add) or (_is(a, 1.0) and op is mul):
            return b
        if op is mul and _is(a, -1.0):
            return neg(b)
        return Symbol(op.name, op, operands)

    # fmt: off
    def __lt__(self, other: Any) -> Any: return less(self, other)
    def __le__(self, other: Any) -> Any: return less_equal(self, other)
    def __gt__(self, other: Any) -> Any: return greater(self, other)
    def __ge__(self, other: Any) -> Any: return greater_equal(self, other)
    # fmt: on

    def __bool__(self) -> bool:
        raise TypeError(f"{self} has no value yet, so `if` can't choose: write where(condition, a, b)")

    def __str__(self) -> str:
        return text(self)

    def __repr__(self) -> str:
        return f"Symbol({text(self)!r})"

    def python(self) -> str:
        """The expression in Python's syntax, as it is parsed again."""
        return Python().write(self)[0]

    def latex(self) -> str:
        """The expression in LaTeX."""
        return Latex().write(self)[0]


def text(expression: Any) -> str:
    """An expression for people, as in 1 − y². A number is an expression too."""
    return Text().write(expression)[0]


def latex(expression: Any) -> str:
    """An expression, or a number, in LaTeX."""
    return Latex().write(expression)[0]


def _is(x: Any, number: float) -> bool:
    return isinstance(x, (int, float)) and x == number


class Python:
    """Writes Python that computes, or is parsed to, the same tree. The other styles override parts of it.

    Each method returns text and how tightly that binds, so that brackets stand where they must.
    """

    def write(self, e: Any) -> tuple[str, int]:
        if not isinstance(e, Symbol):
            return self.number(e), ATOM if math.copysign(1.0, e) > 0 else BINDS["neg"]
        if e.op is None:
            return self.name(e.name), ATOM
        if e.op is neg:
            return self.negative(self.operand(e.args[0], BINDS["neg"])), BINDS["neg"]
        return self.infix(e) if e.op.infix else self.call(e)

    def operand(self, e: Any, binds: int) -> str:
        """`e`, in brackets where it binds less tightly than `binds`."""
        written, own = self.write(e)
        return written if own >= binds else f"({written})"

    def number(self, x: float) -> str:
        return repr(float(x))

    def name(self, name: str) -> str:
        return name

    def negative(self, operand: str) -> str:
        return f"-{operand}"

    def infix(self, e: Symbol) -> tuple[str, int]:
        binds = BINDS[e.op.infix]
        left = self.operand(e.args[0], binds + (e.op is power))
        return f"{left} {e.op.infix} {self.operand(e.args[1], binds + (e.op is not power))}", binds

    def call(self, e: Symbol) -> tuple[str, int]:
        args = [self.write(a)[0] for a in e.args]
        if e.op is softmax_output:
            return f"{e.name}([{', '.join(args[1:])}])[{int(e.args[0])}]", ATOM
        return f"{e.name}([{', '.join(args)}])" if isinstance(e.op, Nary) else f"{e.name}({', '.join(args)})", ATOM


class Text(Python):
    """Writes plain text for people: y · (1 − y), x², θ."""

    def number(self, x: float) -> str:
        return f"{x:.6g}".replace("-", "−")

    def name(self, name: str) -> str:
        return GREEK.get(name, name)

    def negative(self, operand: str) -> str:
        return f"−{operand}"

    def infix(self, e: Symbol) -> tuple[str, int]:
        if e.op is power and isinstance(e.args[1], (int, float)) and e.args[1] in range(-99, 100):
            return self.squared(e.args[0], int(e.args[1])), BINDS["**"]
        binds = BINDS[e.op.infix]
        left = self.operand(e.args[0], binds + (e.op is power))
        right = self.operand(e.args[1], binds + (e.op.infix not in "+*"))
        if right[0] in "-−":  # 2 · (−3), not 2 · −3
            right = f"({right})"
        return left + SIGNS.get(e.op.infix, f" {e.op.infix} ") + right, binds

    def call(self, e: Symbol) -> tuple[str, int]:
        return (self.squared(e.args[0], 2), BINDS["**"]) if e.op is square else super().call(e)

    def squared(self, base: Any, exponent: int) -> str:
        return self.operand(base, ATOM) + str(exponent).translate(SUPERSCRIPTS)


class Latex(Text):
    """Writes LaTeX by the row's template, whose braces and \\left( \\right) bracket what stands in them."""

    def number(self, x: float) -> str:
        mantissa, _, exponent = f"{x:.6g}".partition("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa

    def name(self, name: str) -> str:
        base, *subscripts = re.sub(r"(?<=[^\W\d_])(\d+)$", r"_\1", name).split("_")
        base = f"\\{base}" if base in GREEK else base if len(base) == 1 else rf"\mathrm{{{_escape(base)}}}"
        return base + (f"_{{{_escape(','.join(subscripts))}}}" if subscripts else "")

    def negative(self, operand: str) -> str:
        return f"-{operand}"

    def infix(self, e: Symbol) -> tuple[str, int]:
        binds = BINDS[e.op.infix]
        return self.fill(e, binds + (e.op in (power, sub))), ATOM if e.op.infix == "/" else binds

    def call(self, e: Symbol) -> tuple[str, int]:
        if "^" in e.op.latex or "<" in e.op.latex:
            return self.fill(e, ATOM), BINDS["**"] if "^" in e.op.latex else BINDS["-"] if " - " in e.op.latex else ATOM
        args = ", ".join(self.write(a)[0] for a in e.args)
        return rf"\operatorname{{{_escape(e.name)}}}\left({args}\right)", ATOM

    def fill(self, e: Symbol, binds: int) -> str:
        operands = dict(zip(e.op.operands, e.args, strict=True))

        def put(match: re.Match[str]) -> str:
            bracketed = match[0][0] in "{(|"
            return match[0][:bracketed] + self.operand(operands[match[1]], 0 if bracketed else binds)

        return re.sub(r"[{(|]?<(\w+)>", put, e.op.latex)


def _escape(name: str) -> str:
    return re.sub(r"[#$%&_{}]", r"\\\g<0>", re.sub(r"[\\^~]", " ", name))
