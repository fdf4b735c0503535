"""Expressions for people: plain text, as in 1 − y², and LaTeX."""

from __future__ import annotations

import re
from typing import Any

from autograd.ops import power, square, sub
from autograd.symbol import ATOM, BINDS, Python, Symbol

SIGNS = {"*": " · ", "-": " − ", "/": " / ", "<=": " ≤ ", ">=": " ≥ ", "==": " = "}
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
# Scripts at the end of a name, as in w⁽¹⁾₂₃, and what they are in LaTeX.
SCRIPTS = re.compile("(.+?)([⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾]*)((?:[₀₁₂₃₄₅₆₇₈₉]+,)*[₀₁₂₃₄₅₆₇₈₉]*)")
PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁽⁾₀₁₂₃₄₅₆₇₈₉", "0123456789()0123456789")
LATEX_FUNCTIONS = set(["sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log"])
GREEK = {
    name: chr(code)
    for names, start in (
        ("alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi rho", 0x3B1),
        ("sigma tau upsilon phi chi psi omega", 0x3C3),
    )
    for code, name in enumerate(names.split(), start)
    if name != "xi"  # more often the i-th x than the letter
}
LETTERS = {letter: name for name, letter in GREEK.items()}


def text(expression: Any) -> str:
    """An expression, or a number, in plain text.

    >>> text(1 - Symbol("y") ** 2)
    '1 − y²'
    """
    return Text().write(expression)[0]


def latex(expression: Any) -> str:
    r"""An expression, or a number, in LaTeX.

    >>> print(latex(Symbol("theta") ** 2 / 3))
    \frac{\theta^{2}}{3}
    """
    return Latex().write(expression)[0]


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
        written = SCRIPTS.fullmatch(name)
        name, raised, lowered = written.groups() if written else (name, "", "")
        name = LETTERS.get(name, name)
        base, *subscripts = re.sub(r"(?<=[^\W\d_])(\d+)$", r"_\1", name).split("_")
        base = f"\\{base}" if base in GREEK else base if len(base) == 1 else rf"\mathrm{{{_escape(base)}}}"
        if lowered:
            subscripts.append(lowered.translate(PLAIN))
        below, above = _escape(",".join(subscripts)), raised.translate(PLAIN)
        base += f"_{{{below}}}" if below else ""
        return f"{{{base}^{{{above}}}}}" if above else base  # in braces, for it may be raised again

    def negative(self, operand: str) -> str:
        return f"-{operand}"

    def infix(self, e: Symbol) -> tuple[str, int]:
        binds = BINDS[e.op.infix]
        return self.fill(e, binds + (e.op in (power, sub))), ATOM if e.op.infix == "/" else binds

    def call(self, e: Symbol) -> tuple[str, int]:
        if "^" in e.op.latex or "<" in e.op.latex:
            return self.fill(e, ATOM), BINDS["**"] if "^" in e.op.latex else BINDS["-"] if " - " in e.op.latex else ATOM
        args = ", ".join(self.write(a)[0] for a in e.args)
        command = rf"\{e.name}" if e.name in LATEX_FUNCTIONS else rf"\operatorname{{{_escape(e.name)}}}"
        return rf"{command}\left({args}\right)", ATOM

    def fill(self, e: Symbol, binds: int) -> str:
        operands = dict(zip(e.op.operands, e.args, strict=True))

        def put(match: re.Match[str]) -> str:
            bracketed = match[0][0] in "{(|"
            return match[0][:bracketed] + self.operand(operands[match[1]], 0 if bracketed else binds)

        return re.sub(r"[{(|]?<(\w+)>", put, e.op.latex)


def _escape(name: str) -> str:
    return re.sub(r"[#$%&_{}]", r"\\\g<0>", re.sub(r"[\\^~]", " ", name))
