"""Formulas that people type, as in "z = w*x + b; sigmoid(z)": parsed and checked, never executed as Python.

The grammar is Python's, read by `ast`; the functions are the table's.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from typing import Any

from autograd import ops
from autograd.errors import DomainError
from autograd.expression.grammar import (
    CONSTANTS,
    OPERATORS,
    Statement,
    free_names,
    functions,
    operator,
    parts,
    read,
    unindented,
)
from autograd.expression.mistakes import ExpressionError, pointing
from autograd.ops import Nary
from autograd.symbol import Symbol
from autograd.value import Value

# Arithmetic that a formula shown to people has done: b - 1 is 2, but a quotient stays.
FOLDED = {ops.add, ops.sub, ops.mul, ops.neg}
Apply = Callable[[Any, list[Any]], Any]


class Program:
    """A parsed text. `variables` are the names that need a value, in the order of their first use.

    >>> program = parse("z = w*x + 1; sigmoid(z)")
    >>> program.variables
    ('w', 'x')
    >>> program.evaluate({"w": Value(2.0), "x": -0.5}).data
    0.5
    """

    def __init__(self, text: str, statements: list[Statement], functions: Mapping[str, Any]) -> None:
        self.text, self.statements, self._functions = text, statements, functions
        self._first_use = free_names(statements)
        self.variables = tuple(self._first_use)
        self.assigned = tuple(statement.name for statement in statements if statement.name)

    def evaluate(self, values: Mapping[str, Any]) -> Value:
        """The result, for a Value, a number or a list of them for each variable. Names become labels.

        Raises ExpressionError where a variable has no value, where numbers alone have no result, or where a
        list stands in a number's place; DomainError where an operation of Values has no value. Both show the place.
        """
        if missing := [name for name in self.variables if name not in values]:
            raise self._error(f"no value is given for {', '.join(missing)}", self._first_use[missing[0]])
        environment = CONSTANTS | {name: _labelled(name, values[name]) for name in self.variables}
        result: Any = None
        for name, nodes in self.statements:
            result = self.run(nodes, environment, lambda function, args: function(*args))
            if name:
                result = environment[name] = _labelled(name, result)
        if isinstance(result, list):
            raise self._error("the result is a list: take one of its entries, as in softmax([a, b])[0]", nodes[-1])
        return result if isinstance(result, Value) else Value(result)

    def run(self, nodes: list[Any], environment: Mapping[str, Any], apply: Apply) -> Any:
        """What one statement's nodes come to, where `apply` does the operations."""
        done: dict[Any, Any] = {}
        for node in nodes:
            try:
                done[node] = self._value(node, done, environment, apply)
            except ExpressionError:
                raise
            except (TypeError, ValueError) as error:
                raise self._located(error, node, done) from None
        return done[nodes[-1]]

    def _value(self, node: Any, done: dict[Any, Any], environment: Mapping[str, Any], apply: Apply) -> Any:
        match node:
            case ast.Constant(value=number):
                return float(number)  # type: ignore[arg-type]  # the grammar lets no other constants through
            case ast.Name():
                return environment[node.id]
            case ast.List() | ast.Tuple():
                return [self._number(entry, done) for entry in node.elts]
            case ast.Subscript():
                return self._entry(node, done[node.value])
            case ast.Call():
                return self._call(node, done, apply)
            case ast.UnaryOp(op=ast.UAdd()):
                return self._number(node.operand, done)
        return apply(OPERATORS[type(operator(node))], [self._number(x, done) for x in parts(node) or []])

    def _call(self, node: Any, done: dict[Any, Any], apply: Apply) -> Any:
        function = self._functions[node.func.id]
        bound = signature(function).bind(*node.args, **{k.arg: k.value for k in node.keywords})
        args = []
        for name, parameter in signature(function).parameters.items():
            if name not in bound.arguments:
                args.append(parameter.default)
            elif _takes_list(function, parameter):
                args.append(self._list(node, bound.arguments[name], done))
            else:
                args.append(self._number(bound.arguments[name], done))
        return apply(function, args)

    def _number(self, node: Any, done: dict[Any, Any]) -> Any:
        if isinstance(done[node], list):
            raise self._error("a list stands where one number is needed: take an entry, as in p[0]", node)
        return done[node]

    def _list(self, call: Any, node: Any, done: dict[Any, Any]) -> Any:
        if not isinstance(done[node], list):
            raise self._error(f"{call.func.id} needs a list here: write [a, b, c]", node)
        return done[node]

    def _entry(self, node: Any, held: Any) -> Any:
        if not isinstance(held, list):
            raise self._error("this is one number: it has no entries", node.value)
        if node.slice.value >= len(held):
            raise self._error(f"there is no entry {node.slice.value}: they are numbered 0 to {len(held) - 1}", node)
        return held[node.slice.value]

    def _located(self, error: Exception, node: Any, done: dict[Any, Any]) -> Exception:
        """The error with its place in the text; one in numbers alone is an error of the expression."""
        if not isinstance(error, DomainError):
            return self._error(str(error), node)
        message = str(error).removesuffix(f" (at {error.location})")
        if not any(isinstance(done[x], (Value, list)) for x in parts(node) or []):
            return self._error(message, node)
        where = pointing(self.text, message, node)
        return error.retold(where)

    def _error(self, message: str, node: Any) -> ExpressionError:
        return ExpressionError(pointing(self.text, message, node))


def parse(text: str) -> Program:
    """Read statements `name = expression`, apart by ; or on lines of their own; the last one is the result.

    Raises ExpressionError, with the place and a suggestion, where the text is not such.

    >>> parse("sigmod(w*x + b)")
    Traceback (most recent call last):
    autograd.expression.mistakes.ExpressionError: unknown function 'sigmod': did you mean 'sigmoid'?
      sigmod(w*x + b)
      ^^^^^^
    """
    return _program(text, functions())


def formula(text: str, names: Mapping[str, Any] | None = None) -> Any:
    """A formula of the table, written in `names`: symbols, or numbers, in place of its letters.

    Raises ExpressionError where the text is not a formula.

    >>> from autograd.writing import text
    >>> text(formula("y * (1 - y)", {"y": Symbol("p")})), text(formula("b * a ** (b - 1)", {"b": 3.0}))
    ('p · (1 − p)', '3 · a²')
    >>> text(formula("2 / sqrt(pi) * exp(-a**2)"))
    '2 / sqrt(π) · exp(−a²)'
    """
    program = _program(text, functions() | {"sum": SUM})
    known = {"pi": Symbol("pi"), "e": Symbol("e")} | dict(names or {})
    environment = {name: known.get(name, Symbol(name)) for name in (*program.variables, *CONSTANTS)}
    return program.run(program.statements[-1].nodes, environment, _written)


class _Sum:
    """The Σ of a formula about any number of operands; only for show."""

    name, infix, latex, operands = "sum", "", r"\sum{<a>}", ("a",)

    def __call__(self: Any, a: Any) -> Symbol:
        return Symbol(self.name, self, [a])


SUM = _Sum()


def _written(function: Any, args: list[Any]) -> Any:
    """A symbol for a call. Arithmetic on numbers is done (b - 1 is 2), functions of numbers stay: log(2)."""
    if function is ops.softmax:
        return [Symbol("softmax", ops.softmax_output, [k, *args[0]]) for k in range(len(args[0]))]
    if isinstance(function, Nary):
        return Symbol(function.name, function, function.arrange(*args))
    if function in FOLDED or any(isinstance(x, Symbol) for x in args):
        return function(*args)
    return Symbol(function.name, function, args)


def _program(text: str, functions: Mapping[str, Any]) -> Program:
    text = unindented(text)
    return Program(text, read(text, functions), functions)


def _takes_list(function: Any, parameter: Parameter) -> bool:
    return (isinstance(function, Nary) or function is ops.softmax) and parameter.default is Parameter.empty


def _labelled(name: str, held: Any) -> Any:
    """What `name` stands for: a Value, labelled where it has no label; a list of them as name[0], name[1], …"""
    if isinstance(held, (list, tuple)):
        return [_labelled(f"{name}[{k}]", x) for k, x in enumerate(held)]
    if not isinstance(held, Value):
        return Value(held, label=name)
    held.label = held.label or name
    return held
