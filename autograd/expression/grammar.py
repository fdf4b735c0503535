"""The grammar of formulas: Python's, read by `ast`, cut down to arithmetic and the functions of the table."""

from __future__ import annotations

import ast
import math
import warnings
from collections.abc import Mapping
from inspect import signature
from typing import Any, NamedTuple

from autograd import ops
from autograd.expression.mistakes import (
    ExpressionError,
    lines,
    pointing,
    refusal,
    unknown_function,
    unreadable,
    wrong_arguments,
)

LONGEST = 10_000  # characters: more than anyone types, and Python's own parser stays within its stack
CONSTANTS = {"pi": math.pi, "e": math.e}
OPERATORS: dict[type[ast.AST], ops.Operation] = {
    ast.Add: ops.add,
    ast.Sub: ops.sub,
    ast.Mult: ops.mul,
    ast.Div: ops.div,
    ast.Pow: ops.power,
    ast.USub: ops.neg,
    ast.Lt: ops.less,
    ast.LtE: ops.less_equal,
    ast.Gt: ops.greater,
    ast.GtE: ops.greater_equal,
    ast.Eq: ops.equal,
}


class Statement(NamedTuple):
    """`name = …`, or an expression alone (name ""): its syntax nodes, operands before operations."""

    name: str
    nodes: list[Any]


def functions() -> dict[str, Any]:
    """What can be called: the rows of the table by name, and softmax, which gives a list."""
    return {**ops.TABLE, "softmax": ops.softmax, "abs": ops.absolute}


def unindented(text: str) -> str:
    """The text as it is read and shown in errors: no line is indented."""
    return "\n".join(line.strip() for line in lines(text))


def read(text: str, functions: Mapping[str, Any]) -> list[Statement]:
    """The statements of a text; raises ExpressionError at the first place that is not of the grammar."""
    body = _python_body(text)
    statements = [_statement(text, node, is_last=node is body[-1]) for node in body]
    variables = set(free_names(statements))
    for node, statement in zip(body, statements, strict=True):
        for part in statement.nodes:
            if message := _complaint(part, functions, variables):
                raise ExpressionError(pointing(text, message, getattr(part, "func", part)))
        if taken := _taken(statement.name, functions, variables):
            raise ExpressionError(pointing(text, f"{statement.name} {taken} already: choose another name", node))
        variables |= {statement.name} - {""}
    return statements


def free_names(statements: list[Statement]) -> dict[str, Any]:
    """Where each name that no statement before has given a value is used first."""
    found: dict[str, Any] = {}
    assigned: set[str] = set(CONSTANTS)
    for statement in statements:
        for node in statement.nodes:
            if isinstance(node, ast.Name) and node.id not in assigned:
                found.setdefault(node.id, node)
        assigned.add(statement.name)
    return found


def parts(node: Any) -> list[Any] | None:
    """The operands of a syntax node in order; None for what is no part of a formula."""
    match node:
        case ast.Constant(value=bool()):
            return None
        case ast.Name() | ast.Constant(value=int() | float()):
            return []
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=operand):
            return [operand]
        case ast.BinOp(left=left, right=right) | ast.Compare(left=left, ops=[_], comparators=[right]):
            return [left, right] if type(operator(node)) in OPERATORS else None
        case ast.Call(func=ast.Name(), args=args, keywords=keywords):
            starred = any(isinstance(x, ast.Starred) for x in args) or any(k.arg is None for k in keywords)
            return None if starred else [*args, *(k.value for k in keywords)]
        case ast.List(elts=entries) | ast.Tuple(elts=entries):
            return entries
        case ast.Subscript(value=held, slice=ast.Constant(value=int())):
            return [held]
    return None


def operator(node: Any) -> ast.AST:
    """The operator between the operands of a syntax node."""
    found: ast.AST = node.ops[0] if isinstance(node, ast.Compare) else node.op
    return found


def _python_body(text: str) -> list[Any]:
    if len(text) > LONGEST:
        raise ExpressionError(f"the expression has {len(text)} characters: no more than {LONGEST} are read")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python's remarks on style, such as "invalid decimal literal"
            body = ast.parse(text).body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise ExpressionError(unreadable(text, error)) from None
    if not body:
        raise ExpressionError("the expression is empty: write one, as in sigmoid(w*x + b)")
    return body


def _statement(text: str, node: Any, is_last: bool) -> Statement:
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=expression):
            pass
        case ast.Expr(value=expression) if is_last:
            name = ""
        case ast.Expr():
            raise ExpressionError(pointing(text, "only the last part may go without a name: write v = …", node))
        case _:
            raise ExpressionError(pointing(text, refusal(node), node))
    nodes, stack = [], [expression]
    while stack:
        nodes.append(stack.pop())
        if (operands := parts(nodes[-1])) is None:
            raise ExpressionError(pointing(text, refusal(nodes[-1]), nodes[-1]))
        stack += operands
    return Statement(name, nodes[::-1])


def _complaint(node: Any, functions: Mapping[str, Any], variables: set[str]) -> str:
    """What is wrong with a name, a number or a call; "" if nothing is."""
    match node:
        case ast.Constant(value=number) if not _is_finite(number):
            return "this number is too large for a float"
        case ast.Name(id=name) if name in functions:
            return f"{name} is a function: give it arguments in brackets"
        case ast.Name(id=name) if "·" in name:  # to Python it is a letter
            return "'·' is not read here: write *"
        case ast.Call(func=ast.Name(id=name)) if name not in functions:
            return unknown_function(name, functions, name in variables)
        case ast.Call(func=ast.Name(id=name)):
            try:
                signature(functions[name]).bind(*node.args, **{str(k.arg): k.value for k in node.keywords})
            except TypeError as error:
                return wrong_arguments(name, signature(functions[name]), error)
    return ""


def _taken(name: str, functions: Mapping[str, Any], variables: set[str]) -> str:
    """Why a name cannot be assigned; "" if it can."""
    if name in functions:
        return "is a function"
    return "is a constant" if name in CONSTANTS else "has a value" if name in variables else ""


def _is_finite(number: Any) -> bool:
    try:
        return math.isfinite(number)
    except OverflowError:
        return False
