"""What is wrong with a formula that a person typed, where, and what they may have meant."""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterable
from difflib import get_close_matches
from inspect import Signature
from unicodedata import combining, east_asian_width

# What other notations call the operations, for a start of "did you mean".
ELSEWHERE = {
    "arccosine": "arccos", "arcsine": "arcsin", "arctangent": "arctan", "acos": "arccos", "acosh": "arccosh",
    "asin": "arcsin", "asinh": "arcsinh", "atan": "arctan", "atan2": "arctan2", "atanh": "arctanh", "tg": "tan",
    "tgh": "tanh", "average": "mean", "avg": "mean", "fabs": "abs", "heaviside": "step", "ifelse": "where",
    "lg": "log2", "ln": "log", "logistic": "sigmoid", "logsigmoid": "log_sigmoid", "lse": "logsumexp", "max": "maximum",
    "min": "minimum", "pow": "power", "relu6": "clip", "root": "sqrt", "sgm": "sigmoid", "sgn": "sign", "sqr": "square",
    "sum": "total", "swish": "silu", "inverse": "reciprocal", "clamp": "clip", "σ": "sigmoid", "Σ": "total",
}  # fmt: skip
SIGNS = {
    "×": "*",
    "·": "*",
    "⋅": "*",
    "∙": "*",
    "÷": "/",
    "−": "-",
    "–": "-",
    "√": "sqrt(…)",
    "≤": "<=",
    "≥": ">=",
    "∂": "d",
}
SIGNS |= {raised: f"**{digit}" for digit, raised in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")}
WIDEST = 76  # columns of the text that an error shows
LONGEST_MESSAGE = 500


class ExpressionError(ValueError):
    """A formula cannot be read or has no value: the message has the line, a caret under the place, the remedy."""


def pointing(text: str, message: str, place: ast.expr | ast.stmt | tuple[int, int]) -> str:
    """`message`, and below it the line of `text` with carets under a syntax node, or under (line, column)."""
    if isinstance(place, tuple):
        number, start, stop = *place, place[1] + 1
    else:
        number, start, stop = _span(text, place)
    line = lines(text)[number - 1]
    cut = max(0, start - WIDEST // 2) if len(line) > WIDEST else 0
    shown = line[cut : cut + WIDEST]
    before, after = "…" * (cut > 0), "…" * (len(line) > cut + WIDEST)
    carets = "^" * max(1, sum(map(_columns, line[start : min(stop, cut + WIDEST)])))
    indent = " " * (len(before) + sum(map(_columns, line[cut:start])))
    if len(message) > LONGEST_MESSAGE:  # a name in it may have any length
        message = f"{message[:LONGEST_MESSAGE]}…"
    return f"{message}\n  {before}{_printable(shown)}{after}\n  {indent}{carets}"


def refusal(node: ast.AST) -> str:
    """Why a piece of Python is not part of a formula, and what to write."""
    match node:
        case ast.BinOp(op=ast.BitXor()):
            return "a power is written **, as in x**2"
        case ast.BinOp(op=ast.MatMult()):
            return "there are no matrices here: write dot([w1, w2], [x1, x2])"
        case ast.BinOp(op=ast.Mod() | ast.FloorDiv()):
            return "// and % are not differentiable operations of the table"
        case ast.Compare(ops=[_, _, *_]):
            return "one comparison at a time: write where(0 < x, where(x < 1, a, b), b) for 0 < x < 1"
        case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
            return "conditions are < <= > >= ==; nest where(…) for `and`, `or`, `not`"
        case ast.IfExp():
            return "a choice is written where(condition, a, b)"
        case ast.Call(func=ast.Attribute(attr=name)):
            return f"functions go by their names alone: write {name}(…)"
        case ast.Call(func=ast.Name()):
            return "arguments with * or ** are not read here: write them out"
        case ast.Call():
            return "only a function can be called: for a product write *, as in 2 * (x + 1)"
        case ast.Attribute():
            return "dots are not read here: only names, numbers, + - * / ** and the functions of the table"
        case ast.Subscript():
            return "an index is a whole number, as in softmax([a, b])[0]"
        case ast.AugAssign():
            return "every name stands for one node: write v2 = v1 + … with a new name"
        case ast.Assign():
            return "write name = expression, one name at a time"
    return "this is not arithmetic: only names, numbers, + - * / ** and the functions of the table are read here"


def unknown_function(name: str, known: Iterable[str], is_variable: bool) -> str:
    """What to write in place of a function that there is none of."""
    if is_variable:
        return f"{name} is a variable, not a function: for a product write {name} * (…)"
    if len(name) == 1 and name not in ELSEWHERE:
        return f"unknown function {name!r}: for a product write {name} * (…)"
    meant = f": did you mean {ELSEWHERE[name]!r}?" if name in ELSEWHERE else did_you_mean(name.lower(), known)
    return f"unknown function {name!r}{meant or ': `autograd ops` lists those there are'}"


def did_you_mean(name: str, known: Iterable[str], least: float = 0.6) -> str:
    """The end of a message about an unknown name: the nearest known one; "" where none is as near as `least`.

    >>> did_you_mean("sigmod", ["sigmoid", "tanh"])
    ": did you mean 'sigmoid'?"
    """
    near = get_close_matches(name, list(known), n=1, cutoff=least)
    return f": did you mean {near[0]!r}?" if near else ""


def wrong_arguments(name: str, signature: Signature, error: TypeError) -> str:
    """What is wrong with the arguments of a call, and how the function is called."""
    return f"{name}: {error}; it is called as {name}{_plain(signature)}"


def unreadable(text: str, error: BaseException) -> str:
    """The report of what Python's own parser refused."""
    if not isinstance(error, SyntaxError):
        reason = str(error) if isinstance(error, ValueError) else ""
        return (
            f"the expression cannot be read: {reason or 'it is nested too deeply; give its parts names, as in z = …'}"
        )
    number = min(max(error.lineno or 1, 1), len(lines(text)))
    line = lines(text)[number - 1]
    column = min(max((error.offset or 1) - 1, 0), len(line))
    return pointing(text, _syntax_message(error, line, column), (number, column))


def _syntax_message(error: SyntaxError, line: str, column: int) -> str:
    sign = line[column : column + 1]
    if sign in SIGNS:
        return f"{sign!r} is not read here: write {SIGNS[sign]}"
    if "decimal literal" in error.msg:
        return "a name cannot begin with a digit; a product needs its sign, as in 2*x"
    before = re.search(r"\w+\s*$", line[:column])
    if sign == "=" and before and keyword.iskeyword(before[0].strip()):
        return f"{before[0].strip()!r} is a word of Python's: choose another name"
    if error.msg.startswith("invalid syntax"):
        return (
            "something is missing here"
            if column >= len(line.rstrip())
            else "this does not belong here, or a sign is missing before it"
        )
    return error.msg


def _span(text: str, node: ast.expr | ast.stmt) -> tuple[int, int, int]:
    """Line, first column and end of a node; `ast` counts columns in bytes of UTF-8."""
    line = lines(text)[node.lineno - 1]
    data = line.encode()
    start = len(data[: node.col_offset].decode())
    end = len(data[: node.end_col_offset].decode()) if node.end_lineno == node.lineno else len(line)
    return node.lineno, start, end


def lines(text: str) -> list[str]:
    """The lines of a text, however they end."""
    return re.split(r"\r\n|\r|\n", text)


def _columns(character: str) -> int:
    """How many columns of a terminal a character takes."""
    return 0 if combining(character) else 2 if east_asian_width(character) in "WF" else 1


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in text)


def _plain(signature: Signature) -> str:
    return str(
        signature.replace(
            parameters=[p.replace(annotation=p.empty) for p in signature.parameters.values()],
            return_annotation=Signature.empty,
        )
    )
