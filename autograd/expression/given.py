"""Values for the variables of an expression, as they are given on a command line: w=2 x=0.5."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from autograd.expression.grammar import CONSTANTS, functions
from autograd.expression.mistakes import ExpressionError, did_you_mean
from autograd.expression.program import Program, parse


def given_values(program: Program, words: Sequence[str]) -> dict[str, Any]:
    """A number, or a list of numbers, for each variable of the program.

    Raises ExpressionError where a word is not name=value, names what is no variable, or one is missing.

    >>> given_values(parse("w*x + b"), ["b=-1", "w=2", "x=pi/2"])
    {'w': 2.0, 'x': 1.5707963267948966, 'b': -1.0}
    """
    values: dict[str, Any] = {}
    for given in words:
        name, equals, value = given.partition("=")
        name = unicodedata.normalize("NFKC", name.strip())  # as Python reads names
        if problem := _problem(name, equals, program, values):
            raise ExpressionError(f"{_short(given)}: {problem}")
        values[name] = _value(given, value.strip())
    if missing := [name for name in program.variables if name not in values]:
        raise ExpressionError(f"no value for {', '.join(missing)}: write {' '.join(f'{name}=…' for name in missing)}")
    return {name: values[name] for name in program.variables}


def _problem(name: str, equals: str, program: Program, values: dict[str, Any]) -> str:
    if not equals or not name:
        return "write name=value, as in x=0.5; an expression with blanks goes in quotes"
    if name in functions() or name in CONSTANTS:
        return f"{name} is a {'function' if name in functions() else 'constant'}: choose another name"
    if name in values:
        return f"{name} has a value already"
    if name in program.assigned:
        return f"{name} is computed in the expression"
    if name not in program.variables:
        known = f"; its variables are {', '.join(program.variables)}" if program.variables else ""
        return f"{name} is not in the expression{did_you_mean(name, program.variables) or known}"
    return ""


def _value(given: str, text: str) -> Any:
    """A number, also as in 2*pi or 1e-3, or a list of them."""
    is_list = text.startswith("[") and text.endswith("]")
    parts = text[1:-1].split(",") if is_list else [text]
    numbers = [_number(given, part.strip()) for part in parts]
    return numbers if is_list else numbers[0]


def _number(given: str, text: str) -> float:
    try:
        return parse(text).evaluate({}).data
    except ValueError as error:
        reason = "too large for a float" if "too large" in str(error) else "not a finite number"
        raise ExpressionError(f"{_short(given)}: {_short(text) or 'nothing'} is {reason}") from None


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
