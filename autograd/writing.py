"""Expressions for people: plain text, as in 1 − y², and LaTeX."""

from __future__ import annotations

import math
import re
from typing import Any

from autograd.labels import LETTERS, SPELLED, SUPERSCRIPTS, read
from autograd.ops import power, softmax_output, square, sub, where
from autograd.symbol import ATOM, BINDS, Python, Symbol

SIGNS = {"*": " · ", "-": " − ", "/": " / ", "<=": " ≤ ", ">=": " ≥ ", "==": " = "}
LATEX_FUNCTIONS = set(["sin", "cos", "tan", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "log"])
COMMANDS = {letter: rf"\{name}" for name, letter in reversed(LETTERS.items())}
CONSTANTS = {math.e: "e", math.pi: "π"}
# Runs of a label: text as it is, or a sign that means something to TeX.
RUNS = re.compile(f"[{''.join(COMMANDS)}]" + r"|[A-Za-z]{3,}|[A-Za-z0-9 ()\[\],.+*/:;=-]+|[^\x00-\x7f]+|.", re.DOTALL)
SPECIAL = {"\\": r"\backslash", "^": r"\wedge", "~": r"\sim", "<": "{<}", ">": "{>}", "|": "{|}"}
SPECIAL |= {c: rf"\{c}" for c in "#$%&_{}"}


def text(expression: Any) -> str:
    """An expression, or a number, in plain text.

    >>> text(1 - Symbol("y") ** 2)
    '1 − y²'
    """
    return Text().write(expression)[0]


class Text(Python):
    """Writes plain text for people: y · (1 − y), x², θ, e."""

    precision = 6

    def text(self, expression: Any) -> str:
        """An expression, or a number: in digits, even where it is e."""
        return self.write(expression)[0] if isinstance(expression, Symbol) else self.number(expression)

    def write(self, e: Any) -> tuple[str, int]:
        """A number with a power of ten binds like the product it is, a name with something raised like a power."""
        if type(e) is float and abs(e) in CONSTANTS:
            return self.constant(e)
        written, binds = super().write(e)
        if not isinstance(e, Symbol):
            return written, BINDS["*"] if "·" in written or "cdot" in written else binds
        return written, BINDS["**"] if e.op is None and self.is_raised(e.name) else binds

    def constant(self, x: float) -> tuple[str, int]:
        """e or π, exactly."""
        letter = self.name(CONSTANTS[abs(x)])
        return (letter, ATOM) if x > 0.0 else (self.negative(letter), BINDS["neg"])

    def number(self, x: float) -> str:
        """Rounded: −0.25, 1.5·10⁻⁷, ∞; zero has no sign."""
        mantissa, _, exponent = f"{x + 0.0:.{self.precision}g}".partition("e")
        shown = mantissa.replace("inf", "∞").replace("-", "−")
        return f"{shown}·10{str(int(exponent)).translate(SUPERSCRIPTS)}" if exponent else shown

    def name(self, name: str) -> str:
        return SPELLED.get(name, name)

    def is_raised(self, name: str) -> bool:
        """Whether a power of it needs brackets: (w⁽¹⁾)²."""
        label = read(name)
        return label is not None and label.above != ""

    def negative(self, operand: str) -> str:
        """Minus something: −(−2) for a number that has a minus of its own."""
        return f"−({operand})" if operand[0] == "−" else f"−{operand}"

    def infix(self, e: Symbol) -> tuple[str, int]:
        if e.op is power and isinstance(e.args[1], (int, float)) and e.args[1] in range(-99, 100):
            return self.squared(e.args[0], int(e.args[1])), BINDS["**"]
        binds = BINDS[e.op.infix]
        left = self.operand(e.args[0], binds + (e.op is power or binds == BINDS["<"]))
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
        """Rounded; zero has no sign."""
        if not math.isfinite(x):
            return r"\text{not a number}" if math.isnan(x) else r"\infty" if x > 0.0 else r"-\infty"
        mantissa, _, exponent = f"{x + 0.0:.{self.precision}g}".partition("e")
        return rf"{mantissa} \cdot 10^{{{int(exponent)}}}" if exponent else mantissa

    def name(self, name: str) -> str:
        label = read(name)
        if label is None:
            return _words(name)
        base = rf"\{label.accent}{{{_base(label.base)}}}" if label.accent else _base(label.base)
        below, above = (f"{sign}{{{_script(x)}}}" if x else "" for sign, x in (("_", label.below), ("^", label.above)))
        return base + "'" * label.primes + above + below

    def negative(self, operand: str) -> str:
        return f"-{operand}"

    def operand(self, e: Any, binds: int, first: bool = False) -> str:
        """`e`, in brackets where it binds less tightly than `binds`, or has a minus after another sign."""
        written, own = self.write(e)
        return written if own >= binds and (first or written[0] != "-") else rf"\left({written}\right)"

    def infix(self, e: Symbol) -> tuple[str, int]:
        return self.fill(e, BINDS[e.op.infix]), BINDS["**"] if e.op.infix == "/" else BINDS[e.op.infix]

    def call(self, e: Symbol) -> tuple[str, int]:
        """By the row's template, or by name; choices as cases, an output of softmax with its index."""
        if "^" in e.op.latex or "<" in e.op.latex:
            return self.fill(e, ATOM), _binds(e.op.latex)
        args = [self.write(a)[0] for a in e.args]
        if e.op is where:
            cases = rf"{args[1]} & \text{{if }} {args[0]} \\ {args[2]} & \text{{otherwise}}"
            return rf"\begin{{cases}} {cases} \end{{cases}}", BINDS["+"]
        if e.op is softmax_output:
            return rf"\operatorname{{softmax}}\left({', '.join(args[1:])}\right)_{{{args[0]}}}", ATOM
        name = e.name.replace("_", r"\_")
        command = rf"\{name}" if name in LATEX_FUNCTIONS else rf"\operatorname{{{name}}}"
        return rf"{command}\left({', '.join(args)}\right)", ATOM

    def fill(self, e: Symbol, binds: int) -> str:
        """The row's template with the operands in it, in brackets where none of its own stand around them."""
        operands = dict(zip(e.op.operands, e.args, strict=True))
        tighter = e.op.operands[e.op is sub] if e.op in (power, sub) else ""

        def put(match: re.Match[str]) -> str:
            operand = operands[match["bare"] or match["closed"]]
            if match["closed"]:
                return self.write(operand)[0]
            needed = binds + (match["bare"] == tighter or binds == BINDS["<"])
            return self.operand(operand, needed, first=match.start() == 0)

        return re.sub(r"(?<=[{(|])<(?P<closed>\w+)>(?=\}|\\right)|<(?P<bare>\w+)>", put, e.op.latex)


def _binds(template: str) -> int:
    """How tightly a template binds, by what stands outside of its brackets."""
    before = ""
    while before != template:
        before, template = template, re.sub(r"\\left.((?!\\left).)*?\\right.|\{[^{}]*\}|\[[^][]*\]", "", template)
    for signs, name in (
        (" [-+] ", "+"),
        (r"\\cdot|\\times|<\w+>\w|\w<", "*"),
        ("^ *-", "neg"),
        (r"\^|\\frac|.<|>.", "**"),
    ):
        if re.search(signs, template):
            return BINDS[name]
    return ATOM


def _base(base: str) -> str:
    """A letter, a word or a sign of its own in math mode."""
    if base in COMMANDS:
        return COMMANDS[base]
    return base if len(base) == 1 and base.isascii() else rf"\{'mathrm' if base.isascii() else 'text'}{{{base}}}"


def _script(text: str) -> str:
    """A script in math mode, its words upright."""
    runs = RUNS.findall(text)
    return " ".join(SPECIAL.get(run) or (_base(run) if run.isalpha() and len(run) != 2 else run) for run in runs)


def _words(text: str) -> str:
    """Any text as such; signs that mean something to TeX stand outside of it, where all readers of LaTeX know them."""
    runs = re.findall(r"[^\\^~<>|#$%&_{}]+|.", text, re.DOTALL)
    written = "".join(SPECIAL.get(run) or rf"\text{{{run}}}" for run in runs)
    return written if len(runs) == 1 else f"{{{written}}}"
