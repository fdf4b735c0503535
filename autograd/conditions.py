"""Conditions of the table, texts such as "a > 0 and b != 1", as choices in a formula."""

from __future__ import annotations

import ast
import operator
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from autograd import ops
from autograd.symbol import Symbol

SIGNS = {
    ast.Lt: ops.less, ast.LtE: ops.less_equal, ast.Gt: ops.greater, ast.GtE: ops.greater_equal,
    ast.Eq: ops.equal, ast.NotEq: ops.equal,
}  # fmt: skip

ARITHMETIC = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip


def chosen(condition: str, names: Sequence[str], yes: Any, no: Any) -> Any:
    """The formula that is `yes` where the condition on the names holds, else `no`.

    Raises ValueError where it is not made of comparisons of numbers, `and`, `or` and `not`.

    >>> str(chosen("0 < a <= 2 and a != 1", ["a"], Symbol("a"), -1.0))
    'where(0.0 < a, where(a <= 2.0, where(a == 1.0, -1.0, a), -1.0), -1.0)'
    """
    return _choice(ast.parse(condition, mode="eval").body, {name: Symbol(name) for name in names}, yes, no)


def _choice(node: ast.expr, names: dict[str, Symbol], yes: Any, no: Any) -> Any:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return _choice(node.operand, names, no, yes)
    if isinstance(node, ast.BoolOp):
        for part in reversed(node.values):
            both = isinstance(node.op, ast.And)
            yes, no = (_choice(part, names, yes, no), no) if both else (yes, _choice(part, names, yes, no))
        return yes if both else no
    if not isinstance(node, ast.Compare):
        raise ValueError(f"{ast.unparse(node)} is no comparison, such as a > 0; several are joined by and, or, not")
    if any(type(sign) not in SIGNS for sign in node.ops):
        raise ValueError("a condition compares by <, <=, >, >=, == and !=")
    sides = pairwise(_number(side, names) for side in (node.left, *node.comparators))
    for (left, right), sign in reversed([*zip(sides, node.ops, strict=True)]):
        holds = SIGNS[type(sign)](left, right)
        yes = ops.where(holds, no, yes) if isinstance(sign, ast.NotEq) else ops.where(holds, yes, no)
    return yes


def _number(node: ast.expr, names: dict[str, Symbol]) -> Any:
    if isinstance(node, ast.Name):
        return names[node.id]
    if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return -_number(node.operand, names)
    if isinstance(node, ast.BinOp) and type(node.op) in ARITHMETIC:
        return ARITHMETIC[type(node.op)](_number(node.left, names), _number(node.right, names))
    raise ValueError(f"{ast.unparse(node)} in a condition is not made of operands, numbers, +, -, *, / and **")
