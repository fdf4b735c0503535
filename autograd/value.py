"""Value: a number that remembers how it was computed."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Container, Iterable, Sequence
from numbers import Real
from typing import Any
from weakref import ref

import numpy as np

from autograd import ops
from autograd.codegen import ARITHMETIC_ERRORS, eager_function, float_value, ieee_partials, ieee_value, value_partial
from autograd.errors import DomainError, first_nan_edge, first_non_finite, out_of_domain, user_location
from autograd.graph import backpropagate, leaves_and_interior, topological_order
from autograd.modes import CURRENT, current
from autograd.ops import Nary, Operation, Operators

# What NumPy calls the rows that have another name here.
UFUNCS = {"subtract": "sub", "multiply": "mul", "divide": "div", "negative": "neg", "float_power": "power"}
COMPARISONS = {name: getattr(operator, op) for name, op in (("less", "lt"), ("less_equal", "le"), ("greater", "gt"), ("greater_equal", "ge"))}


class Value(Operators):
    """A number, and the operation and operands that it came from.

    `data` and `grad` are floats. `op` is the row of the table (None for a leaf), `parents` the operands that
    are Values, one entry a use, and `local_derivatives` the ∂self/∂parent, recorded when self was computed.
    Numbers in an operation are constants and make no node. `==` is identity; `<` compares data.

    Raises TypeError for data that is not a real number.

    >>> x = Value(3.0, label="x")
    >>> y = x * x + 2
    >>> y.backward()
    >>> y.data, x.grad, y.parents[0].local_derivatives
    (11.0, 6.0, (3.0, 3.0))
    """

    # One operand or two are _a and _b, constants included; their derivatives _da and _db are None for constants.
    # More operands are the tuple _b, and their derivatives the tuple _db. _notes holds what is rare: scope, origin.
    __slots__ = ("_a", "_b", "_da", "_data", "_db", "_mark", "_notes", "grad", "label", "op")

    def __init__(self, data: float, label: str = "") -> None:
        self._data: float = data if type(data) is float else number(data, "Value")
        self.grad = 0.0
        self.label = label
        self.op: Operation | None = None
        self._a = self._b = self._da = self._db = self._mark = None
        if mode := CURRENT.get():
            self._notes = {"scope": mode.scope}

    # ---- what it knows

    @property
    def data(self) -> float:
        """The number. Set it to move a leaf; results computed before keep theirs."""
        return self._data

    @data.setter
    def data(self, data: float) -> None:
        self._data = number(data, "Value.data")

    @property
    def operands(self) -> tuple[Value | float, ...]:
        """All operands in order, constants too."""
        if isinstance(self._db, tuple):
            return self._b
        return () if self.op is None else (self._a,) if self._b is None else (self._a, self._b)

    @property
    def parents(self) -> tuple[Value, ...]:
        """The operands that are Values, in order, one entry a use."""
        return tuple(x for x in self.operands if isinstance(x, Value))

    @property
    def local_derivatives(self) -> tuple[float, ...]:
        """∂self/∂parent for each of `parents`, recorded when self was computed."""
        derivatives = self._db if isinstance(self._db, tuple) else (self._da, self._db)
        return tuple(d for d in derivatives if d is not None)

    def edges(self, wanted: Container[Value] | None = None) -> list[tuple[Value, float]]:
        """Each parent, or each that is `wanted`, with the local derivative in it."""
        pairs = zip(self.parents, self.local_derivatives, strict=True)
        return [(parent, local) for parent, local in pairs if wanted is None or parent in wanted]

    def differentiable_edges(self, wanted: Container[Value] | None = None) -> list[tuple[Value, Any]]:
        """Like `edges`, with local derivatives that are Values, made by the same formulas: they have derivatives."""
        kept = [isinstance(x, Value) and (wanted is None or x in wanted) for x in self.operands]
        if isinstance(self.op, Nary):
            partials = self.op.all_partials(self, self.operands)
            return [(x, p) for x, p, keep in zip(self.operands, partials, kept, strict=True) if keep]  # type: ignore[misc]
        return [
            (x, value_partial(self.op, k)(self, *self.operands))  # type: ignore[arg-type,misc]
            for k, x in enumerate(self.operands)
            if kept[k]
        ]

    @property
    def scope(self) -> tuple[str, ...]:
        """The names of the `scope` blocks in which it was made."""
        return self.notes.get("scope", ())

    @property
    def notes(self) -> dict[str, Any]:
        """What is known of few nodes: their `scope`; `origin`, the line that made a number that is not finite."""
        return getattr(self, "_notes", {})

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}, grad={self.grad!r}{label})"

    # ---- what it does

    def backward(self, gradient: float = 1.0) -> None:
        """Back-propagate `gradient` (∂L/∂self): adds ∂L/∂leaf to the `grad` of every leaf below.

        Interior nodes get the `grad` of this pass alone, so calling it twice is right.

        Raises DomainError where the result, or a gradient, is not a number: it names the first node or edge.
        """
        gradient = number(gradient, "backward")
        leaves, interior = leaves_and_interior(self)
        if current().ieee:
            return backpropagate(self, interior, gradient)
        if not math.isfinite(self._data):
            raise first_non_finite(leaves + interior)
        before = [v.grad for v in leaves]
        backpropagate(self, interior, gradient)
        if any(v.grad != v.grad and grad == grad for v, grad in zip(leaves, before, strict=True)):
            error = first_nan_edge(leaves + interior, {v: v.grad for v in leaves + interior})
            for v, grad in zip(leaves, before, strict=True):
                v.grad = grad
            raise error

    def detach(self) -> Value:
        """A leaf of the same number: gradients stop there."""
        return Value(self._data, self.label)

    # ---- comparisons read the data; == is identity

    def __lt__(self, other: Any) -> bool:
        return self._data < data_of(other, "<")

    def __le__(self, other: Any) -> bool:
        return self._data <= data_of(other, "<=")

    def __gt__(self, other: Any) -> bool:
        return self._data > data_of(other, ">")

    def __ge__(self, other: Any) -> bool:
        return self._data >= data_of(other, ">=")

    def __bool__(self) -> bool:
        return self._data != 0.0

    def __float__(self) -> float:
        raise TypeError(
            "float(v), and math's functions, would drop the graph: write v.data for the number, autograd.exp(v) for math.exp(v)"
        )

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        """np.exp(v) is exp(v) and np.float64(2) * v is 2 * v; with arrays, element by element."""
        name = UFUNCS.get(ufunc.__name__, ufunc.__name__)
        function = COMPARISONS.get(name) or ops.TABLE.get(name)
        if method == "__call__" and function and not options:
            return _elementwise(function, inputs)
        return getattr(ufunc, method)(*(_object_array(x) for x in inputs), **options)

    # ---- pickling and copying, without recursion

    def __reduce__(self) -> tuple[Any, ...]:
        # The first node that a pickler meets lists its ancestors, operands first, so that when a node's turn comes
        # its operands are there. The marks that say so die with the pickler's memory of the list.
        listed: _Listed | None = None
        if not (isinstance(self._mark, ref) and self._mark()):
            listed = _Listed(topological_order(self)[:-1])
            for node in listed:
                node._mark = ref(listed)
        state = {name: getattr(self, name) for name in self.__slots__ if name != "_mark" and hasattr(self, name)}
        return object.__new__, (type(self),), (listed, state)

    def __setstate__(self, state: tuple[Any, dict[str, Any]]) -> None:
        for name, x in state[1].items():
            setattr(self, name, x)
        self._mark = None


class _Listed(list[Value]):
    __slots__ = ("__weakref__",)


def zero_grad(values: Iterable[Value]) -> None:
    """Set the `grad` of each to 0, before the next pass."""
    for v in values:
        v.grad = 0.0


# ---- numbers


def number(x: Any, what: str) -> float:
    """`x` as a float; TypeError, naming `what` was given it, where it is not a real number."""
    if isinstance(x, (Real, np.bool_)):
        try:
            return float(x)
        except OverflowError:
            raise ValueError(f"{what}: an integer of {x.bit_length()} bits is too large for a float") from None
    remedies = {
        str: f"write float({x!r})",
        complex: "make its real and its imaginary part a Value each",
        Value: "it is a Value already; v.detach() makes a leaf of it",
        np.ndarray: "np.vectorize(Value)(array) makes an array of Values",
        list: "[Value(x) for x in xs] makes a list of Values",
    }
    remedy = next((text for kind, text in remedies.items() if isinstance(x, kind)), "write float(x), if it is one")
    raise TypeError(f"{what}: {type(x).__name__} {_short(x)} is not a real number; {remedy}")


def data_of(x: Any, what: str = "operand") -> float:
    """The number of a Value, or the number itself."""
    return x._data if isinstance(x, Value) else number(x, what)


def _short(x: Any) -> str:
    shown = repr(x)
    return shown if len(shown) <= 40 else shown[:37] + "…"


# ---- operations: what the compiled functions leave to rare cases


def _node(op: Operation, operands: Sequence[Any], y: float, derivatives: Sequence[float]) -> Value | float:
    if not any(isinstance(x, Value) for x in operands):
        return y
    v = Value(y)
    v.op, v._b = op, tuple(operands)
    v._db = tuple(float(d) if isinstance(x, Value) else None for x, d in zip(operands, derivatives, strict=True))
    if y - y or CURRENT.get():
        _finish(v)
    return v


def _finish(v: Value) -> None:
    """Note where a number that is not finite arose; obey the `with` blocks around."""
    mode = current()
    if mode.scope:
        v._notes = {"scope": mode.scope}
    if v._data - v._data and not mode.ieee:
        v._notes = {**v.notes, "origin": user_location()}
    if not mode.recording:
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
        if not current().ieee:
            try:
                y = float_value(op)(*data)
            except ARITHMETIC_ERRORS:
                raise out_of_domain(op, operands, y, user_location()) from None
        return _node(op, operands, y, ieee_partials(op)(np.float64(y), *wide))


def _other(op: Operation, operands: Sequence[Any]) -> Any:
    """Operands that are neither floats, ints nor Values: symbols, arrays, NumPy's numbers, subclasses of Value."""
    for x in operands:
        if hasattr(x, "__operation__"):
            return x.__operation__(op, operands)
    if any(isinstance(x, np.ndarray) for x in operands):
        return _elementwise(op, operands)
    operands = [x if isinstance(x, Value) else number(x, op.name) for x in operands]
    try:
        data = [data_of(x) for x in operands]
        y = op.value(data) if isinstance(op, Nary) and op.value else float_value(op)(*data)
        partials = op.all_partials(y, data) if isinstance(op, Nary) else ieee_partials(op)(*map(np.float64, (y, *data)))
    except ARITHMETIC_ERRORS as error:
        return _recover(op, operands, error)
    return _node(op, operands, y, partials)


def _nary(op: Nary) -> Callable[..., Any]:
    def eager(*args: Any, **named: Any) -> Any:
        operands = op.arrange(*args, **named)
        data = [x._data if type(x) is Value else x for x in operands]
        if not all(type(x) is float for x in data):
            return _other(op, operands)
        y = op.value(data)
        return _node(op, operands, y, op.all_partials(y, data))

    return eager


def _compile(op: Operation, reflected: bool = False) -> Callable[..., Any]:
    return _nary(op) if isinstance(op, Nary) else eager_function(op, ENVIRONMENT, reflected)


ENVIRONMENT = {"Value": Value, "new": object.__new__, "mode": CURRENT.get, "finish": _finish, "recover": _recover, "other": _other}
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
    if not isinstance(_op, Nary) and _op is not ops.where:
        setattr(Value, _op.name, _Method(_op))
for _name, _op in (("add", ops.add), ("sub", ops.sub), ("mul", ops.mul), ("truediv", ops.div), ("pow", ops.power)):
    setattr(Value, f"__{_name}__", _compile(_op))
    setattr(Value, f"__r{_name}__", _compile(_op, reflected=True))
Value.__neg__ = _compile(ops.neg)
Value.__abs__ = _compile(ops.absolute)


# ---- arrays


def _elementwise(function: Callable[..., Any], inputs: Sequence[Any]) -> Any:
    arrays = [_object_array(x) for x in inputs]
    if not any(a.ndim for a in arrays):
        return function(*(a.item() for a in arrays))
    result = np.frompyfunc(function, len(arrays), 1)(*arrays)
    kinds = {type(x) for x in result.flat}
    return result.astype(kinds.pop()) if kinds in ({float}, {bool}) else result


def _object_array(x: Any) -> Any:
    array = np.empty((), dtype=object)
    array[()] = x.item() if isinstance(x, np.generic) else x
    return np.asarray(x).astype(object) if isinstance(x, (np.ndarray, list, tuple)) else array

