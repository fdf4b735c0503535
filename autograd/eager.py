"""Operations on Values, installed: operators, methods, NumPy's functions; and the cases that compiled code leaves.

A row's function is compiled when first used. It handles Values, floats and ints; what is rare comes here:
other types, results that are not finite, `with` blocks, operations on sequences.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Sequence
from itertools import compress
from typing import Any

import numpy as np

from autograd import ops
from autograd.codegen import (
    ARITHMETIC_ERRORS,
    compute,
    condition,
    eager_function,
    float_value,
    ieee_partials,
    ieee_value,
    partial_formulas,
    value_formula,
)
from autograd.errors import DomainError, not_finite, user_location
from autograd.modes import CURRENT, Mode, current
from autograd.number import number
from autograd.ops import Nary, Operation
from autograd.value import Value, data_of
from autograd.writing import text

# What NumPy calls the rows that have another name here, and the comparisons, which are Python's.
UFUNCS = {"subtract": "sub", "multiply": "mul", "divide": "div", "negative": "neg", "float_power": "power"}
COMPARISONS = {
    "equal": operator.eq,
    "not_equal": operator.ne,
    "less": operator.lt,
    "less_equal": operator.le,
    "greater": operator.gt,
    "greater_equal": operator.ge,
}

FLOATS = {float}


def _new(op: Operation, y: float, operands: tuple[Any, ...], parents: tuple[Any, ...], derivatives: Any) -> Value:
    v: Value = object.__new__(Value)
    v._data, v.grad, v.op, v.label = y, 0.0, op, ""
    v._a, v._b, v._da, v._db = operands, parents, None, derivatives
    v._mark = v._notes = None
    if y - y or CURRENT.get():
        finish(v)
    return v


def _node(op: Operation, operands: Sequence[Any], y: float, derivatives: Sequence[float]) -> Value | float:
    """Only Values have a derivative: numbers are constants."""
    kept = [isinstance(x, Value) for x in operands]
    if not any(kept):
        return y
    return _new(op, y, tuple(operands), tuple(compress(operands, kept)), tuple(map(float, compress(derivatives, kept))))


def finish(v: Value, mode: Mode | None = None) -> None:
    """Note where a number that is not finite arose; obey the `with` blocks around."""
    mode = mode or current()
    if mode.notes:
        v._notes = mode.notes
    if v._data - v._data and not mode.ieee:
        v._notes = {**v.notes, "origin": user_location()}
    if not mode.recording:
        if mode.tracer:
            mode.tracer.freeze("no_grad()", "leave it out: what needs no gradient costs none")
        v.op = v._a = v._b = v._da = v._db = None


def _recover(op: Operation, operands: Sequence[Any], error: Exception) -> Value | float:
    """Python's arithmetic refused: a value out of its domain is an error, an infinite local derivative is not."""
    if isinstance(error, DomainError):
        raise error
    operands = [x if isinstance(x, Value) else number(x, op.name) for x in operands]
    data = [data_of(x) for x in operands]
    with np.errstate(all="ignore"):
        wide = [np.float64(x) for x in data]
        y = float(ieee_value(op)(*wide))
        around = current()  # a function that is recorded has numbers of an example: its runs will tell
        if not around.ieee and not (around.tracer and any(isinstance(x, Value) for x in operands)):
            try:
                y = float_value(op)(*data)
            except ARITHMETIC_ERRORS:
                raise not_finite(op, operands, y, user_location(), condition(op, "domain")(*data)) from None
        return _node(op, operands, y, ieee_partials(op)(np.float64(y), *wide))


def _other(op: Operation, operands: Sequence[Any]) -> Any:
    """Operands that are neither floats, ints nor Values: symbols, arrays, NumPy's numbers, subclasses of Value."""
    for x in operands:
        if hasattr(x, "__operation__"):
            return x.__operation__(op, operands)
    if any(isinstance(x, np.ndarray) for x in operands):
        return _nary_of_arrays(op, operands) if isinstance(op, Nary) else _elementwise(op, operands)
    operands = [x if isinstance(x, Value) else number(x, op.name) for x in operands]
    try:
        data = [data_of(x) for x in operands]
        y = compute(op, data)
        partials = op.all_partials(y, data) if isinstance(op, Nary) else ieee_partials(op)(*map(np.float64, (y, *data)))
    except ARITHMETIC_ERRORS as error:
        return _recover(op, operands, error)
    return _node(op, operands, y, partials)


def _array_ufunc(self: Value, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
    """np.exp(v) is exp(v) and np.float64(2) * v is 2 * v; with arrays, element by element."""
    name = UFUNCS.get(ufunc.__name__, ufunc.__name__)
    function = COMPARISONS.get(name) or ops.TABLE.get(name)
    if method == "__call__" and function and not options:
        return _elementwise(function, inputs)
    return getattr(ufunc, method)(*(_object_array(x) for x in inputs), **options)


def _nary(op: Nary) -> Callable[..., Any]:
    def eager(*args: Any, **named: Any) -> Any:
        operands = op.arrange(*args, **named)
        try:
            data = [x._data for x in operands]
        except AttributeError:
            return _mixed(op, operands)
        y = op.kernel(data)
        parents = tuple(operands)
        return _new(op, y, parents, parents, tuple(op.all_partials(y, data))) if parents else y

    return eager


def _mixed(op: Nary, operands: Sequence[Any]) -> Any:
    """Values and numbers."""
    data = [x._data if type(x) is Value else x for x in operands]
    if not FLOATS.issuperset(map(type, data)):
        return _other(op, operands)
    y = op.kernel(data)
    return _node(op, operands, y, op.all_partials(y, data))


def _nary_of_arrays(op: Nary, operands: Sequence[Any]) -> Any:
    """An array without dimensions is a number; of others it is not clear what is meant."""
    shapes = [x.shape for x in operands if isinstance(x, np.ndarray) and x.ndim]
    if shapes:
        raise TypeError(f"{op.name}: an operand is an array of shape {shapes[0]}; give flat sequences, a row at a time")
    return _mixed(op, [x.item() if isinstance(x, np.ndarray) else x for x in operands])


def _describe(op: Operation) -> str:
    """What `exp?` shows: the formulas on paper, the domain, the kinks."""
    lines = [f"{op.name}({', '.join(op.operands)}), of Values or numbers"]
    if not isinstance(op, Nary):
        value, *partials = op.textbook or map(text, (value_formula(op), *partial_formulas(op)))
        lines += [f"y = {value}", *(f"∂y/∂{name} = {p}" for name, p in zip(op.operands, partials, strict=True))]
    lines += [f"domain: {op.domain}"] * bool(op.domain) + [f"kinks: {op.kinks}"] * bool(op.kinks)
    return "\n".join(lines)


def _compile(op: Operation, reflected: bool = False) -> Callable[..., Any]:
    return _nary(op) if isinstance(op, Nary) else eager_function(op, ENVIRONMENT, reflected)


ENVIRONMENT = {
    "Value": Value,
    "new": object.__new__,
    "mode": CURRENT.get,
    "finish": finish,
    "recover": _recover,
    "other": _other,
}
Operation.compiler = staticmethod(_compile)


class _Method:
    """An operation as a method of Value: compiled when first asked for."""

    def __init__(self, op: Operation) -> None:
        self.op = op

    def __get__(self, v: Value | None, cls: type[Value]) -> Callable[..., Any]:
        method = _compile(self.op)
        setattr(Value, self.op.name, method)
        return method.__get__(v, cls) if v is not None else method


for _op in ops.TABLE.values():
    _op.__doc__ = _describe(_op)
    if not isinstance(_op, Nary) and _op is not ops.where:
        setattr(Value, _op.name, _Method(_op))
for _name, _op in (("add", ops.add), ("sub", ops.sub), ("mul", ops.mul), ("truediv", ops.div), ("pow", ops.power)):
    setattr(Value, f"__{_name}__", _compile(_op))
    setattr(Value, f"__r{_name}__", _compile(_op, reflected=True))
_radd = Value.__radd__


def _add_to_sum(self: Value, other: Any) -> Any:
    """sum(values) begins with the int 0, which makes no node."""
    return self if type(other) is int and other == 0 else _radd(self, other)


setattr(Value, "__radd__", _add_to_sum)  # noqa: B010, like the others
for _name, _op in (("neg", ops.neg), ("pos", ops.positive), ("abs", ops.absolute)):
    setattr(Value, f"__{_name}__", _compile(_op))
setattr(Value, "__array_ufunc__", _array_ufunc)  # noqa: B010, the class has no such attribute for a type checker


def is_stale(v: Value) -> bool:
    """Whether an operand of v was moved (`x.data = …`) after v was computed from it.

    >>> x = Value(2.0)
    >>> y = x * x
    >>> x.data = 5.0
    >>> is_stale(y)
    True
    """
    if v.op is None or not math.isfinite(v.data):
        return False
    try:
        now = compute(v.op, [data_of(x) for x in v.operands])
    except ARITHMETIC_ERRORS:
        return True
    return not math.isclose(now, v.data, rel_tol=1e-9)


# ---- arrays


def _elementwise(function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
    arrays = [_object_array(x) for x in inputs]
    if not any(a.ndim for a in arrays):
        return function(*(a.item() for a in arrays))
    result = np.frompyfunc(function, len(arrays), 1)(*arrays)
    kinds = {type(x) for x in result.flat}
    return result.astype(kinds.pop()) if kinds in ({float}, {bool}) else result


def _object_array(x: Any) -> Any:
    if isinstance(x, (np.ndarray, list, tuple)):
        return np.asarray(x).astype(object)
    array = np.empty((), dtype=object)
    array[()] = x.item() if isinstance(x, np.generic) else x
    return array
