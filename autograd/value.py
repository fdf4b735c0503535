"""Value: a number that remembers how it was computed."""

from __future__ import annotations

import copyreg
import math
from collections.abc import Callable, Container, Iterable
from numbers import Real
from typing import TYPE_CHECKING, Any
from weakref import ref

from autograd.codegen import value_partial
from autograd.errors import first_nan_edge, first_non_finite
from autograd.graph import backpropagate, leaves_and_interior, topological_order
from autograd.modes import CURRENT, Tracer, current, ignore_domain, refuse_frozen
from autograd.number import number
from autograd.ops import Nary, Operation, Operators


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
    # More operands are the tuple _a; those that are Values are the tuple _b, and their derivatives the tuple _db.
    # _notes holds what is rare, or is None: scope, origin.
    __slots__ = ("_a", "_b", "_da", "_data", "_db", "_mark", "_notes", "grad", "label", "op")
    op: Operation | None
    _a: Any
    _b: Any
    _da: Any
    _db: Any
    _mark: Any
    _notes: dict[str, Any] | None

    if TYPE_CHECKING:  # the operations of the table as methods: see eager.py

        def __getattr__(self, name: str) -> Callable[..., Value]: ...

    def __init__(self, data: float, label: str = "") -> None:
        self._data: float = data if type(data) is float else number(data, "Value")
        self.grad = 0.0
        self.label = label
        self.op = None
        self._a = self._b = self._da = self._db = self._mark = None
        self._notes = mode.notes if (mode := CURRENT.get()) else None

    # ---- what it knows

    @property
    def data(self) -> float:
        """The number. Set it to move a leaf; results computed before keep theirs."""
        if (mode := CURRENT.get()) and mode.tracer:  # asked often, and so without a call
            mode.tracer.freeze("v.data", "compute with v itself, or compute the number outside of the function")
        return self._data

    @data.setter
    def data(self, data: float) -> None:
        refuse_frozen("setting v.data", "set it outside of the function: here it is set once, not at every run")
        self._data = data if type(data) is float else number(data, "Value.data")

    @property
    def operands(self) -> tuple[Value | float, ...]:
        """All operands in order, constants too."""
        if isinstance(self._a, tuple):
            return self._a
        return () if self.op is None else (self._a,) if self._b is None else (self._a, self._b)

    @property
    def parents(self) -> tuple[Value, ...]:
        """The operands that are Values, in order, one entry a use."""
        return self._b if isinstance(self._b, tuple) else tuple(x for x in self.operands if isinstance(x, Value))

    @property
    def local_derivatives(self) -> tuple[float, ...]:
        """∂self/∂parent for each of `parents`, recorded when self was computed."""
        refuse_frozen("v.local_derivatives", "write grad(f)(v), which gives Values")
        return self._db if isinstance(self._db, tuple) else tuple(d for d in (self._da, self._db) if d is not None)

    def edges(self, wanted: Container[Value] | None = None) -> list[tuple[Value, float]]:
        """Each parent, or each that is `wanted`, with the local derivative in it."""
        pairs = zip(self.parents, self.local_derivatives, strict=True)
        return [(parent, local) for parent, local in pairs if wanted is None or parent in wanted]

    def differentiable_edges(self, wanted: Container[Value] | None = None) -> list[tuple[Value, Any]]:
        """Like `edges`, with local derivatives that are Values, made by the same formulas: they have derivatives."""
        op, operands = self.op, self.operands
        if op is None:
            return []
        kept = [(k, x) for k, x in enumerate(operands) if isinstance(x, Value) and (wanted is None or x in wanted)]
        if isinstance(op, Nary):
            partials = op.all_partials(self, operands)
            return [(x, partials[k]) for k, x in kept]
        if _tracer():  # no branch may be chosen by the numbers at hand: both are recorded, with the choice
            with ignore_domain():
                pairs = [(x, op.partials[k](self, *operands)) for k, x in kept]
            return [(x, d) for x, d in pairs if d.__class__ is not float or d != 0.0]  # 0: a constant rules it out
        return [(x, value_partial(op, k)(self, *operands)) for k, x in kept]

    @property
    def scope(self) -> tuple[str, ...]:
        """The names of the `scope` blocks in which it was made."""
        return tuple(self.notes.get("scope", ()))

    @property
    def notes(self) -> dict[str, Any]:
        """What is known of few nodes: their `scope`; `origin`, the line that made a number that is not finite."""
        return self._notes or {}

    def __repr__(self) -> str:
        label = f", label={self.label!r}" if self.label else ""
        return f"Value(data={self._data!r}, grad={self.grad!r}{label})"

    def __format__(self, spec: str) -> str:
        """As the number, where the format is one of numbers: f"{loss:.4f}"."""
        return format(self._data, spec) if spec else str(self)

    # ---- what it does

    def backward(self, gradient: float = 1.0) -> None:
        """Back-propagate `gradient` (∂L/∂self): adds ∂L/∂leaf to the `grad` of every leaf below.

        Interior nodes get the `grad` of this pass alone, so calling it twice is right.

        Raises DomainError where the result, or a gradient, is not a number: it names the first node or edge;
        ValueError where `gradient` is nan.
        """
        refuse_frozen("backward()", "write grad(f)(x), which gives Values, or value_and_grad of the recording")
        gradient = number(gradient, "backward")
        if gradient != gradient:
            raise ValueError("backward: the gradient from above is nan")
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
        return Value(self.data, self.label)

    # ---- comparisons read the data; == is identity. In a recording they are operations, and `if` asks the tracer.

    def __lt__(self, other: Any) -> Any:
        return tracer.compared("less", self, other) if (tracer := _tracer()) else self._data < data_of(other, "<")

    def __le__(self, other: Any) -> Any:
        if tracer := _tracer():
            return tracer.compared("less_equal", self, other)
        return self._data <= data_of(other, "<=")

    def __gt__(self, other: Any) -> Any:
        return tracer.compared("greater", self, other) if (tracer := _tracer()) else self._data > data_of(other, ">")

    def __ge__(self, other: Any) -> Any:
        if tracer := _tracer():
            return tracer.compared("greater_equal", self, other)
        return self._data >= data_of(other, ">=")

    def __eq__(self, other: object) -> bool:
        if self is not other and isinstance(other, (Real, Value)) and (tracer := _tracer()):
            tracer.freeze("v == w, which is False for any two Values,", "write equal(v, w), or `v is w`")
        return True if self is other else NotImplemented

    __hash__ = object.__hash__

    def __and__(self, other: Any) -> Any:
        return tracer.joined("and", self, other) if (tracer := _tracer()) else NotImplemented

    def __or__(self, other: Any) -> Any:
        return tracer.joined("or", self, other) if (tracer := _tracer()) else NotImplemented

    __rand__, __ror__ = __and__, __or__

    def __bool__(self) -> bool:
        return tracer.branch(self) if (tracer := _tracer()) else self._data != 0.0

    def __float__(self) -> float:
        refuse_frozen("float(v), as math.exp(v) asks for it,", "write autograd.exp(v), or compute with v itself")
        raise TypeError(
            "float(v), like math.exp(v), would drop the graph: write v.data for the number, autograd.exp(v) for a node"
        )

    # ---- pickling and copying, without recursion

    def __reduce__(self) -> tuple[Any, ...]:
        refuse_frozen("a copy of a Value", "compute with the Value itself")
        # The first node that a pickler meets lists its ancestors, operands first, so that when a node's turn comes
        # its operands are there. The marks that say so die with the pickler's memory of the list.
        listed: _Listed | None = None
        if not (isinstance(self._mark, ref) and self._mark()):
            listed = _Listed(topological_order(self)[:-1])
            for node in listed:
                node._mark = ref(listed)
        return copyreg.__newobj__, (type(self),), (listed, self._state())  # type: ignore[attr-defined]  # typeshed lacks it

    def __deepcopy__(self, memo: dict[int, Any]) -> Value:
        refuse_frozen("a copy of a Value", "compute with the Value itself")
        for node in topological_order(self):
            if id(node) not in memo:
                memo[id(node)] = twin = object.__new__(type(node))
                twin.__setstate__((None, tuple(_twin(x, memo) for x in node._state())))
        return memo[id(self)]  # type: ignore[no-any-return]  # a memo holds anything

    def _state(self) -> tuple[Any, ...]:
        return self._data, self.grad, self.label, self.op, self._a, self._b, self._da, self._db, self.notes

    def __setstate__(self, state: tuple[object, tuple[Any, ...]]) -> None:
        self._data, self.grad, self.label, self.op, self._a, self._b, self._da, self._db, notes = state[1]
        self._mark, self._notes = None, notes or None


class _Listed(list[Value]):
    """A list that a weak reference can tell the end of."""

    __slots__ = ("__weakref__",)


def _twin(x: Any, memo: dict[int, Any]) -> Any:
    """What stands in a copied node for a part of the original: the copies of its operands."""
    if isinstance(x, tuple):
        return tuple(_twin(y, memo) for y in x)
    return memo.get(id(x), x) if isinstance(x, Value) else x


def _tracer() -> Tracer | None:
    """Who records what happens here, if anyone does."""
    return mode.tracer if (mode := CURRENT.get()) else None


def data_of(x: Any, what: str = "operand") -> float:
    """The number of a Value, or the number itself."""
    return x._data if isinstance(x, Value) else number(x, what)


def zero_grad(values: Value | Iterable[Value]) -> None:
    """Set the `grad` of each, or of the one, to 0, before the next pass.

    >>> x = Value(3.0)
    >>> (x * 2).backward()
    >>> zero_grad([x])
    >>> x.grad
    0.0
    """
    for v in [values] if isinstance(values, Value) else values:
        v.grad = 0.0
