"""Rows of the table → fast functions: the only place where code is made and executed.

A row's formulas, applied to symbols, give trees; trees give Python source, kept where debuggers and
tracebacks find it (`inspect.getsource` works).
"""

from __future__ import annotations

import linecache
import math
from collections.abc import Callable, Sequence
from functools import wraps
from itertools import compress
from typing import Any, ClassVar, TypeVar
from weakref import WeakValueDictionary, finalize

import numpy as np

from autograd.conditions import chosen
from autograd.kept import keep
from autograd.ops import Nary, Operation, log, operation, power, where
from autograd.symbol import ATOM, Python, Symbol

# What the rows that are not composed are called in Python's math module, where it has another name for them.
MATH_NAMES = {"arcsin": "asin", "arccos": "acos", "arctan": "atan", "arctan2": "atan2", "absolute": "fabs"}
MATH_NAMES |= {"arcsinh": "asinh", "arccosh": "acosh", "arctanh": "atanh", "power": "pow"}
BEFORE_PYTHON_3_11: dict[str, Callable[..., float]] = {
    "exp2": lambda a: math.pow(2.0, a),
    "cbrt": lambda a: float(np.cbrt(a)),
}
ARITHMETIC_ERRORS = (ValueError, OverflowError, ZeroDivisionError)

T = TypeVar("T")


def kept_with_row(make: Callable[..., T]) -> Callable[..., T]:
    """`make(op, …)`, made once and kept in the row: a user may define rows without end, and they take it with them.

    A row keeps the latest of what was made, for there may be constants without end, too.
    """

    @wraps(make)
    def kept(op: Operation, *rest: Any) -> T:
        found: T | None = op.made.get((make, rest))
        return keep(op.made, (make, rest), make(op, *rest)) if found is None else found

    return kept


class Code(Python):
    """Writes Python and keeps the names of the operations that it calls."""

    def __init__(self) -> None:
        self.calls: set[str] = set()

    def call(self, e: Symbol) -> tuple[str, int]:
        self.calls.add(e.name)
        return super().call(e)


class FloatCode(Code):
    """Writes code for floats: composed operations in place where operands are names, `where` as a branch."""

    def infix(self, e: Symbol) -> tuple[str, int]:
        if e.op is power:  # math.pow refuses what ** turns into a complex number
            return self.call(e)
        return super().infix(e)

    def call(self, e: Symbol) -> tuple[str, int]:
        if e.op is where:
            condition, chosen, other = (self.operand(arg, 1) for arg in e.args)
            return f"({chosen} if {condition} else {other})", ATOM
        plain = not any(isinstance(arg, Symbol) and arg.op for arg in e.args)
        if plain and is_composed(e.op) and not is_guarded(e.op):
            return self.write(e.op.value(*e.args))
        return super().call(e)


class ValueCode(Code):
    """Writes code for Values: a node an operation. Conditions read the numbers, called a_, b_, y_."""

    def call(self, e: Symbol) -> tuple[str, int]:
        if e.op is where:
            numbers = _Condition()
            condition = numbers.operand(e.args[0], 1)
            self.calls |= numbers.calls  # operations take numbers too
            return f"({self.operand(e.args[1], 1)} if {condition} else {self.operand(e.args[2], 1)})", ATOM
        return super().call(e)


class _Condition(FloatCode):
    def name(self, name: str) -> str:
        return name + "_"


@kept_with_row
def is_composed(op: Operation) -> bool:
    """Whether the row's value is a formula over operations, and not a function of floats."""
    if op.value is None or isinstance(op, Nary):
        return False
    try:
        op.value(*map(Symbol, op.operands))
    except (TypeError, AttributeError):  # such as math.lgamma(symbol)
        return False
    return True


def value_formula(op: Operation) -> Any:
    """The formula of y over the operands' names."""
    names = [Symbol(name) for name in op.operands]
    return op.value(*names) if op.value and is_composed(op) else Symbol(op.name, op, names)


def is_guarded(op: Operation) -> bool:
    """Whether y is computed within the domain only: that of a user's formula is not known to any arithmetic."""
    has_domain = bool(op.domain) and "%" not in op.domain  # no operation computes %: there arithmetic has to refuse
    return op.users_own and has_domain and is_composed(op)


def computed_formula(op: Operation) -> Any:
    """The formula that y is computed by: of a guarded row, no number outside the domain; a nan is carried on."""
    if not is_guarded(op):
        return value_formula(op)
    outside = log(-1.0 - sum(0.0 * Symbol(name) for name in op.operands))
    try:
        return chosen(op.domain, op.operands, value_formula(op), outside)
    except ValueError as error:
        raise ValueError(f"operation {op.name!r}: {error}") from None


def partial_formulas(op: Operation) -> list[Any]:
    """The formula of each local derivative over y and the operands' names."""
    y, names = Symbol("y"), [Symbol(name) for name in op.operands]
    return [partial(y, *names) for partial in op.partials]


def compute(op: Operation, operands: Sequence[float]) -> float:
    """y of any row, of one operand or of many, on floats."""
    return op.kernel(operands) if isinstance(op, Nary) else float_value(op)(*operands)


def _is_written_out(op: Operation) -> bool:
    """Whether y is Python code over the operands, and not one call of a function of math or NumPy."""
    return bool(op.value or op is where or (op.infix and op is not power))


@kept_with_row
def float_value(op: Operation) -> Callable[..., float]:
    """y as a function of floats; raises where Python's arithmetic does, and TypeError of any number of operands."""
    if isinstance(op, Nary):
        raise TypeError(f"{op.name} has no fixed number of operands: write it out, as a + b")
    if op.value and not is_composed(op):
        return op.value
    if _is_written_out(op):
        return _function(op, "value", float_value)
    found: Callable[..., float] | None = getattr(math, MATH_NAMES.get(op.name, op.name), None)
    return found or BEFORE_PYTHON_3_11[op.name]


@kept_with_row
def ieee_value(op: Operation) -> Callable[..., float]:
    """y by IEEE 754, as a function of np.float64."""
    if op.value and not is_composed(op):
        return _nan_where_refused(op.value)
    if _is_written_out(op):
        return _function(op, "value", ieee_value)
    return getattr(np, op.name, None) or float_value(op)


def _nan_where_refused(function: Callable[..., float]) -> Callable[..., float]:
    def quiet(*operands: float) -> float:
        try:
            return function(*operands)
        except ARITHMETIC_ERRORS:
            return math.nan

    return quiet


@kept_with_row
def ieee_partials(op: Operation) -> Callable[..., tuple[float, ...]]:
    """The local derivatives by IEEE 754, as a function of y and the operands, all np.float64."""
    return _function(op, "partials", ieee_value)


@kept_with_row
def value_partial(op: Operation, index: int) -> Callable[..., Any]:
    """One local derivative as a Value, from the Value y and the operands: derivatives of it are exact too."""
    code = ValueCode()
    names = ("y", *op.operands)
    lines = [f"def {op.name}_({', '.join(names)}):"]
    lines += [f"    {name}_ = getattr({name}, 'data', {name})" for name in names]
    lines.append(f"    return {code.operand(partial_formulas(op)[index], 1)}")
    return compile_source(op.name, f"partial {index}", lines, {name: operation(name) for name in code.calls})


@kept_with_row
def condition(op: Operation, kind: str) -> Callable[..., bool]:
    """The row's "domain" or "kinks" as a function of floats; an empty domain is everything, no kinks are nowhere."""
    written = getattr(op, kind) or str(kind == "domain")
    lines = [f"def {op.name}_({', '.join(op.operands)}):", f"    return {written}"]
    return compile_source(op.name, kind, lines, {})


def _function(op: Operation, kind: str, called: Callable[[Operation], Any]) -> Callable[..., Any]:
    """The row's value, or its partials, as a function of floats; `called` says what the operations in it become."""
    code = FloatCode()
    if kind == "value":
        names, result = op.operands, code.operand(computed_formula(op), 1)
    else:
        names = ("y", *op.operands)
        result = f"({''.join(code.operand(p, 1) + ', ' for p in partial_formulas(op))})"
    lines = [f"def {op.name}_({', '.join(names)}):", f"    return {result}"]
    return compile_source(op.name, kind, lines, {name: called(operation(name)) for name in code.calls})


def eager_function(op: Operation, environment: dict[str, Any], reflected: bool = False) -> Callable[..., Any]:
    """`op` on Values and numbers: y, and the local derivatives in those operands that are Values.

    `environment` names Value and what `eager.py` does in rare cases: finish, recover, other.
    """
    code = FloatCode()
    y = code.operand(computed_formula(op), 1)
    partials = [code.operand(formula, 1) for formula in partial_formulas(op)]
    lines = [
        f"def {op.name}_{'(b, a)' if reflected else op.__signature__}:",
        "    " + "; ".join(f"{name}_ = {name}" for name in op.operands),
        "    try:",
        *_branches(op, y, partials, []),
        "    except ARITHMETIC_ERRORS as error:",
        f"        return recover(op, ({_kept(op)}), error)",
        "    if y - y:  # y is not finite",
        "        finish(v)",
        "    elif around := mode():  # a `with` block is around",
        "        if around.only_scope: v._notes = around.notes",
        "        else: finish(v)",
        "    return v",
    ]
    names = {name: float_value(operation(name)) for name in code.calls}
    environment = environment | names | {"op": op, "ARITHMETIC_ERRORS": ARITHMETIC_ERRORS}
    return compile_source(op.name, "reflected" if reflected else "on values", lines, environment)


def _kept(op: Operation) -> str:
    """The operands as they were given: once a Value is known as such, its name stands for its number."""
    return "".join(f"{name}_, " for name in op.operands)


def _branches(op: Operation, y: str, partials: list[str], kinds: list[bool]) -> list[str]:
    """A branch for each way in which operands are Values or numbers; `kinds` are those decided so far."""
    indent = "    " * (2 + len(kinds))
    if len(kinds) == len(op.operands):
        return [indent + line for line in _node(op, y, partials, kinds)]
    name = op.operands[len(kinds)]
    return [
        f"{indent}if type({name}) is Value:",
        f"{indent}    {name} = {name}._data",
        *_branches(op, y, partials, [*kinds, True]),
        f"{indent}else:",
        f"{indent}    if type({name}) is not float:",
        f"{indent}        if type({name}) is not int:",
        f"{indent}            return other(op, ({_kept(op)}))",
        f"{indent}        {name} = float({name})",
        *_branches(op, y, partials, [*kinds, False]),
    ]


def _node(op: Operation, y: str, partials: list[str], kinds: list[bool]) -> list[str]:
    """Two operands or one lie in slots of their own, which is smaller and faster than tuples; more in a tuple."""
    if not any(kinds):
        return [f"return {y}"]
    operands = [name + "_" * is_value for name, is_value in zip(op.operands, kinds, strict=True)]
    derivatives = [p if is_value else "None" for p, is_value in zip(partials, kinds, strict=True)]
    if len(operands) == 1:
        slots = f"v._a = {operands[0]}; v._da = {derivatives[0]}; v._b = v._db = None"
    elif len(operands) == 2:
        slots = f"v._a = {operands[0]}; v._da = {derivatives[0]}; v._b = {operands[1]}; v._db = {derivatives[1]}"
    else:
        parents, of_values = ("".join(x + ", " for x in compress(xs, kinds)) for xs in (operands, derivatives))
        slots = f"v._a = ({', '.join(operands)}); v._b = ({parents}); v._da = None; v._db = ({of_values})"
    return [
        f"v = new(Value); v._data = y = {y}; v.grad = 0.0; v.op = op; v.label = ''; v._mark = v._notes = None",
        slots,
    ]


def compile_source(name: str, kind: str, lines: list[str], environment: dict[str, Any]) -> Callable[..., Any]:
    """The function `name_` that the lines of source define, known as `name`."""
    filename, source = f"<autograd {name} {kind}>", "\n".join(lines) + "\n"
    exec(compile(source, filename, "exec"), environment)
    environment["__source__"] = _Source.of(filename, source)
    function = environment.pop(name + "_")  # no cycle: code goes at once where nothing needs it
    function.__name__ = function.__qualname__ = name
    return function  # type: ignore[no-any-return]  # what exec made has no type


class _Source:
    """The lines of code that was made. All of its functions hold it; with the last of them the lines go."""

    KNOWN: ClassVar[WeakValueDictionary[str, _Source]] = WeakValueDictionary()

    def __init__(self, filename: str, source: str) -> None:
        self.entry = (len(source), None, source.splitlines(True), filename)
        linecache.cache[filename] = self.entry
        finalize(self, _forget, filename, self.entry).atexit = False

    @classmethod
    def of(cls, filename: str, source: str) -> _Source:
        """That of code which is the same, or a new one."""
        known = cls.KNOWN.get(filename)
        if known is None or "".join(known.entry[2]) != source:
            known = cls.KNOWN[filename] = cls(filename, source)
        return known


def _forget(filename: str, entry: Any) -> None:
    """Drop the lines, unless newer code is called so."""
    if linecache.cache.get(filename) is entry:
        del linecache.cache[filename]
