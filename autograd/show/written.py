"""How the nodes of a graph and their local derivatives are written: in symbols, in numbers; as text, as LaTeX."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import reduce
from typing import Any, cast

from autograd.expression import formula
from autograd.graph import topological_order
from autograd.ops import Nary, Operation, add, div, dot, mean, mul, neg, softmax_output, total, where
from autograd.show.names import names_of
from autograd.show.text import Writer, printable
from autograd.symbol import ATOM, BINDS, Symbol
from autograd.value import Value
from autograd.writing import Latex

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
DIGITS, MOST_TERMS, LONGEST_NAME = 6, 4, 40


class Notation:
    """The nodes of a graph by name, and formulas over those names."""

    def __init__(self, root: Value, names: Mapping[str, Any] | None = None) -> None:
        self.root = root
        self.order = topological_order(root)
        self.names = {v: printable(name, LONGEST_NAME) for v, name in names_of(root, names).items()}
        self._softmax = {v.operands: v for v in self.order if v.op is softmax_output}

    def name(self, v: Value) -> str:
        """What a node is called; one that is not of the graph by its label."""
        return self.names.get(v) or printable(v.label or "another value", LONGEST_NAME)

    def symbol(self, x: Value | float) -> Any:
        """The name of a node; a constant is itself."""
        return Symbol(self.names[x]) if isinstance(x, Value) else x

    def value(self, v: Value) -> Any:
        """The operation that made v, over its operands' names."""
        return _operation(v.op, v.operands, self.symbol) if v.op else v.data

    def numbers(self, v: Value) -> Any:
        """The operation that made v, over its operands' numbers."""
        return _operation(v.op, v.operands, _number) if v.op else v.data

    def local(self, v: Value, slot: int) -> Any:
        """∂v/∂(operand `slot`) as a formula over names: the textbook's, where the row has one."""
        if isinstance(v.op, Nary):
            return self._local_of_many(v, slot)
        op = cast(Operation, v.op)
        y, operands = self.symbol(v), [self.symbol(x) for x in v.operands]
        if op.textbook:
            return formula(op.textbook[1 + slot], dict(zip(op.operands, operands, strict=True)) | {"y": y})
        try:
            return op.partials[slot](y, *operands)
        except ValueError:  # the formula does arithmetic on the constants alone, and they have no result
            return op.partials[slot](y, *(_uncomputed(x) if isinstance(x, float) else x for x in operands))

    def _local_of_many(self, v: Value, slot: int) -> Any:
        n = len(v.operands) // 2
        if v.op is dot:
            return 1.0 if slot == 2 * n else self.symbol(v.operands[slot + n if slot < n else slot - n])
        if v.op is softmax_output:
            return self._local_of_softmax(v, slot - 1)
        letters = {"y": self.symbol(v), "a": self.symbol(v.operands[slot]), "n": float(len(v.operands))}
        return formula(cast(Operation, v.op).textbook[1], letters)

    def _local_of_softmax(self, v: Value, j: int) -> Any:
        """y (1 - y) in its own operand, -y times the j-th output in the others: by name, if it is in the graph."""
        y, operands = self.symbol(v), v.operands
        if j == operands[0]:
            return y * (1.0 - y)
        other = self._softmax.get((float(j), *operands[1:]))
        return -y * (self.symbol(other) if other else _operation(v.op, (j, *operands[1:]), self.symbol))


def _uncomputed(x: float) -> Any:
    """A number that is written as it is."""
    return neg(_uncomputed(-x)) if x < 0.0 else Symbol(PLAIN.number(x))


def _operation(op: Any, operands: Sequence[Any], written: Any) -> Any:
    """`op` of operands, none of it computed; sums and products of many operands as such, less the middle ones."""
    if op is dot:
        n = len(operands) // 2
        pairs = some([*zip(operands[:n], operands[n:-1], strict=True), *operands[-1:]])
        if isinstance(operands[-1], float) and operands[-1] == 0.0:
            pairs = some([*zip(operands[:n], operands[n:-1], strict=True)])
        return _sum(
            [Symbol("mul", mul, [written(x) for x in p]) if isinstance(p, tuple) else _term(p, written) for p in pairs]
        )
    if not isinstance(op, Nary):
        return Symbol(op.name, op, [written(x) for x in operands])
    if op is softmax_output:
        return Symbol(op.name, op, [operands[0], *(_term(x, written) for x in some(operands[1:]))])
    terms = [_term(x, written) for x in some(operands)]
    if op is mean:
        return Symbol("div", div, [_sum(terms), float(len(operands))])
    return _sum(terms) if op is total else Symbol(op.name, op, terms)


def some(terms: Sequence[Any], most: int = MOST_TERMS) -> list[Any]:
    """All of them; of more than `most` the first and the last, with "…" between."""
    return list(terms) if len(terms) <= most else [*terms[: most // 2], "…", *terms[1 - (most + 1) // 2 :]]


def _term(x: Any, written: Any) -> Any:
    return Symbol("…") if isinstance(x, str) else written(x)


def _sum(terms: Sequence[Any]) -> Any:
    return reduce(lambda a, b: Symbol("add", add, [a, b]), terms) if terms else 0.0


def _number(x: Value | float) -> float:
    return x.data if isinstance(x, Value) else x


class Plain(Writer):
    """Writes plain text: ∂L/∂p · ∂p/∂z."""

    times, steps, dots, right, wrong = " · ", " → ", "…", "✓", "✗"

    def __init__(self) -> None:
        super().__init__(DIGITS, LONGEST_NAME)

    def text(self, formula: Any) -> str:
        """A formula, or a number."""
        return self.write(formula)[0]

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

    times, steps, dots, right, wrong = r" \cdot ", r" \to ", r"\dots", r"\checkmark", r"\times"

    def text(self, formula: Any) -> str:
        """A formula, or a number."""
        return self.write(formula)[0]

    def name(self, name: str) -> str:
        """Greek letters, subscripts and primes as such; w[0] as w with a subscript."""
        if name == "…":
            return self.dots
        base = name.rstrip("′")
        return super().name(re.sub(r"\[(\d+)\]", r"_\1", base)) + "'" * (len(name) - len(base))

    def number(self, x: float) -> str:
        """Rounded to six digits; zero has no sign."""
        special = r"\text{not a number}" if math.isnan(x) else r"\infty" if x > 0.0 else r"-\infty"
        return super().number(x + 0.0) if math.isfinite(x) else special

    def operand(self, e: Any, binds: int) -> str:
        """`e`, in brackets where it binds less tightly than `binds`, or begins with a minus."""
        written, own = self.write(e)
        return written if own >= binds and not (binds and written[0] == "-") else rf"\left({written}\right)"

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
        which = f"_{{({use})}}" if use else ""
        return rf"\frac{{\partial {self.name(of)}}}{{\partial {self.name(wrt)}{which}}}"


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
