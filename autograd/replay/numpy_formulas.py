"""Formulas of the table's rows in NumPy's words, and statements that compute them where the result is to be."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from autograd import ops
from autograd.codegen import ARITHMETIC_ERRORS, is_composed
from autograd.ops import Nary, Operation
from autograd.symbol import ATOM, BINDS, Python, Symbol

UFUNCS = {"add": "add", "sub": "subtract", "mul": "multiply", "div": "divide", "neg": "negative", "power": "power"}
# Composed rows that are functions of NumPy as well. (np.sign is not one of them: the sign of −0 is −0 in the table.)
SAME = {"square", "reciprocal", "maximum", "minimum", "less", "less_equal", "greater", "greater_equal", "equal"}
WRITTEN = {"relu": lambda a: ops.maximum(a, 0.0), "step": lambda a: ops.greater(a, 0.0)}

Numbers = tuple[float | None, ...]


class NumpyCode(Python):
    """Writes formulas of arrays; `names` says what the letters of a formula are called here.

    `functions` are the rows that it calls and NumPy does not have.
    """

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self.names = names or {}
        self.functions: list[Operation] = []

    def name(self, name: str) -> str:
        return self.names.get(name, name)

    def number(self, x: float) -> str:
        return repr(float(x)) if np.isfinite(x) else f"np.{float(x)}"

    def infix(self, e: Symbol) -> tuple[str, int]:
        if _is_condition(e):  # a Boolean, where a number is asked for
            return f"np.where({super().infix(e)[0]}, 1.0, 0.0)", ATOM
        if _has_boolean(e):
            return f"{self.operand(e.args[0], BINDS['*'])} * ({self.condition(e.args[1].args[0])})", BINDS["*"]
        return super().infix(e)

    def condition(self, e: Any) -> str:
        """What `where` asks."""
        return super().infix(e)[0] if _is_condition(e) else f"{self.operand(e, BINDS['=='] + 1)} != 0.0"

    def call(self, e: Symbol) -> tuple[str, int]:
        if e.op is ops.where:
            chosen, other = (self.write(arg)[0] for arg in e.args[1:])
            return f"np.where({self.condition(e.args[0])}, {chosen}, {other})", ATOM
        if function := ufunc(e.op):
            return f"np.{function}({', '.join(self.write(arg)[0] for arg in e.args)})", ATOM
        self.functions.append(e.op)
        return super().call(e)


def _is_condition(e: Any) -> bool:
    return isinstance(e, Symbol) and e.op is not None and BINDS.get(e.op.infix) == BINDS["=="]


def _has_boolean(e: Symbol) -> bool:
    """Whether it is d · where(c, 1, 0), which is d · c in NumPy."""
    if e.op is not ops.mul:
        return False
    chosen = [isinstance(x, Symbol) and x.op is ops.where and x.args[1:] == (1.0, 0.0) for x in e.args]
    return chosen == [False, True] and not _is_condition(e.args[0])


def ufunc(op: Operation) -> str | None:
    """What NumPy calls it, if it has it."""
    if op.name in UFUNCS or op.name in SAME:
        return UFUNCS.get(op.name, op.name)
    return (
        op.name
        if op.value is None and not isinstance(op, Nary) and isinstance(getattr(np, op.name, None), np.ufunc)
        else None
    )


# ---- formulas, in which operands that are numbers stand as such


@cache
def value(op: Operation, numbers: Numbers) -> Any:
    """y over the operands' names."""
    if op.name in WRITTEN:
        return WRITTEN[op.name](*map(Symbol, op.operands))
    if is_composed(op) and not ufunc(op):
        return _of(op, op.value or op, numbers)
    return Symbol(op.name, op, _operands(op, numbers))


@cache
def slope(op: Operation, k: int, numbers: Numbers) -> Any:
    """dy/d(operand k) · d, over the operands' names, y, and d."""
    return product(Symbol("d"), _of(op, lambda *operands: op.partials[k](Symbol("y"), *operands), numbers))


def _operands(op: Operation, numbers: Numbers) -> list[Any]:
    return [Symbol(name) if x is None else x for name, x in zip(op.operands, numbers, strict=True)]


def _of(op: Operation, formula: Callable[..., Any], numbers: Numbers) -> Any:
    try:
        return formula(*_operands(op, numbers))
    except ARITHMETIC_ERRORS:  # such as the logarithm of a constant that has none
        return formula(*map(Symbol, op.operands))


def product(d: Any, factor: Any) -> Any:
    """d · factor, in as few operations as it takes."""
    if not isinstance(factor, Symbol):
        return ops.neg(d) if factor == -1.0 else 0.0 if factor == 0.0 else ops.mul(d, factor)
    if factor.op is ops.neg:
        return ops.neg(product(d, factor.args[0]))
    if factor.op is ops.div and not isinstance(factor.args[0], Symbol):
        return ops.div(product(d, factor.args[0]), factor.args[1])
    return ops.mul(d, factor)


def names_in(formula: Any) -> set[str]:
    """The names that a formula takes."""
    if not isinstance(formula, Symbol):
        return set()
    return {formula.name} if formula.op is None else {name for arg in formula.args for name in names_in(arg)}


# ---- terms


class Term(NamedTuple):
    """What is computed: an expression, and a statement that puts it into {}. With `minus`, what is meant is −text.

    `rows` says of a term of one row how many it stands for, all of them the same.
    """

    text: str
    statement: str
    minus: bool = False
    binds: int = ATOM
    rows: tuple[int, ...] = ()

    @classmethod
    def of_call(cls, text: str, minus: bool = False) -> Term:
        """What a function gives that takes `out`."""
        return cls(text, f"np.negative({text}, out={{}})" if minus else f"{text[:-1]}, out={{}})", minus)

    @classmethod
    def plain(cls, text: str, minus: bool = False, binds: int = ATOM) -> Term:
        """What is copied."""
        found = cls(text, "", minus, binds)
        return found._replace(statement=f"{{}}[:] = {found.signed}")

    @property
    def atom(self) -> str:
        """The expression, in brackets where it needs them."""
        return self.text if self.binds == ATOM else f"({self.text})"

    @property
    def signed(self) -> str:
        """The expression with its sign."""
        return f"-{self.atom}" if self.minus else self.text

    @property
    def added(self) -> str:
        """The end of a statement that adds it."""
        return f"-= {self.text}" if self.minus else f"+= {self.text}"

    def into(self, target: str) -> str:
        """The statement that puts it there."""
        return self.statement.format(target)

    def onto(self, target: str) -> str:
        """The statement that adds it to what is there."""
        return f"np.{'subtract' if self.minus else 'add'}({target}, {self.text}, out={target})"

    def total(self, axis: int) -> Term:
        """The sum along an axis, which stays, with one entry."""
        return Term.of_call(f"{self.atom}.sum(axis={axis}, keepdims=True)", self.minus)._replace(rows=self.rows)

    def whole(self, samples: str) -> Term:
        """With all of its rows."""
        if not self.rows:
            return self
        shape = ", ".join(map(str, self.rows))
        return Term.plain(f"np.broadcast_to({self.text}, ({shape}, {samples}))", self.minus)


def term(formula: Any, code: NumpyCode) -> Term:
    """A formula as a term."""
    minus = isinstance(formula, Symbol) and formula.op is ops.neg
    text, binds = code.write(formula.args[0] if minus else formula)
    function = ufunc(formula.op) if isinstance(formula, Symbol) and formula.op else None
    if not function:
        return Term.plain(text, minus, binds)
    args = [
        code.condition(x.args[0]) if k and _has_boolean(formula) else code.write(x)[0]
        for k, x in enumerate(formula.args)
    ]
    return Term(text, f"np.{function}({', '.join(args)}, out={{}})", minus, binds)
