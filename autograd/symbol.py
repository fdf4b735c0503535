"""An expression written out: a tree of operations over names, and its text in Python's syntax.

Formulas of the table, applied to symbols, give such trees.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from autograd import ops
from autograd.ops import Nary, Operation, Operators

# How tightly an infix binds; a name or a call binds tightest.
BINDS = {"==": 1, "<": 1, "<=": 1, ">": 1, ">=": 1, "+": 2, "-": 2, "*": 3, "/": 3, "neg": 4, "**": 5}
ATOM = 6


class Symbol(Operators):
    """A name, or an operation applied to symbols and numbers.

    >>> from autograd.ops import tanh
    >>> a, y = Symbol("a"), Symbol("y")
    >>> str(tanh(a) * a), str(1 - y**2)
    ('tanh(a) * a', '1.0 - y ** 2.0')
    """

    __slots__ = ("args", "name", "op")
    op: Any  # an Operation, or None for a name

    def __init__(self, name: str, op: Operation | None = None, args: Sequence[Any] = ()) -> None:
        self.name, self.op, self.args = name, op, tuple(args)

    @staticmethod
    def __operation__(op: Operation, operands: Sequence[Any]) -> Any:
        """`op` of `operands`, less what changes nothing: x + 0, x · 1, x ** 1, a choice already made."""
        if isinstance(op, Nary):
            return Symbol(op.name, op, operands)
        a, b = operands[0], operands[1] if len(operands) > 1 else None
        if op is ops.where and not isinstance(a, Symbol):
            return operands[1] if a else operands[2]
        if (_is(b, 0.0) and op in (ops.add, ops.sub)) or (_is(b, 1.0) and op in (ops.mul, ops.power)):
            return a
        if (_is(a, 0.0) and op is ops.add) or (_is(a, 1.0) and op is ops.mul):
            return b
        if op is ops.mul and _is(a, -1.0):
            return ops.neg(b)
        return Symbol(op.name, op, operands)

    # fmt: off
    def __lt__(self, other: Any) -> Any: return ops.less(self, other)
    def __le__(self, other: Any) -> Any: return ops.less_equal(self, other)
    def __gt__(self, other: Any) -> Any: return ops.greater(self, other)
    def __ge__(self, other: Any) -> Any: return ops.greater_equal(self, other)
    # fmt: on

    def __bool__(self) -> bool:
        raise TypeError(f"{self} has no value yet, so `if` can't choose: write where(condition, a, b)")

    def __str__(self) -> str:
        return Python().write(self)[0]

    def __repr__(self) -> str:
        return f"Symbol({str(self)!r})"


def _is(x: Any, number: float) -> bool:
    return isinstance(x, (int, float)) and x == number


def names_in(e: Any) -> set[str]:
    """The names in an expression."""
    if not isinstance(e, Symbol):
        return set()
    return {e.name} if e.op is None else {name for arg in e.args for name in names_in(arg)}


class Python:
    """Writes Python that computes, or is parsed to, the same tree. The other styles override parts of it.

    Each method returns text and how tightly that binds, so that brackets stand where they must.
    """

    def write(self, e: Any) -> tuple[str, int]:
        if not isinstance(e, Symbol):
            return self.number(e), ATOM if math.copysign(1.0, e) > 0 else BINDS["neg"]
        if e.op is None:
            return self.name(e.name), ATOM
        if e.op is ops.neg:
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
        left = self.operand(e.args[0], binds + (e.op is ops.power or binds == BINDS["<"]))  # a < b < c is a chain
        return f"{left} {e.op.infix} {self.operand(e.args[1], binds + (e.op is not ops.power))}", binds

    def call(self, e: Symbol) -> tuple[str, int]:
        args = [self.write(a)[0] for a in e.args]
        if e.op is ops.softmax_output:
            index = args[0] if isinstance(e.args[0], Symbol) else int(e.args[0])
            return f"{e.name}([{', '.join(args[1:])}])[{index}]", ATOM
        return f"{e.name}([{', '.join(args)}])" if isinstance(e.op, Nary) else f"{e.name}({', '.join(args)})", ATOM
