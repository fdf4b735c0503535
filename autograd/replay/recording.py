"""From a graph of Values to a program; and from a function, by calling it once with Values that are watched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from autograd import ops
from autograd.collector import gc_paused
from autograd.errors import RecordingError, user_location
from autograd.graph import ONE_AT_A_TIME, leaves_and_interior
from autograd.modes import traced
from autograd.number import number
from autograd.replay.program import Builder, Program
from autograd.value import Value


class Branch(NamedTuple):
    """An `if` on the way: what it asked, and what the answer was."""

    condition: Value
    outcome: bool


class Watch:
    """Watches a function while it is recorded: comparisons become operations; what would be frozen is refused.

    With `guards`, `if` is allowed, and kept: a run in which it comes out differently is not what was recorded.
    """

    def __init__(self, guards: bool = False) -> None:
        self.guards = guards
        self.branches: list[Branch] = []
        self.conditions: set[Any] = set()

    def compared(self, name: str, a: Any, b: Any) -> Any:
        """What `a < b` and the like are: the operation `name` of both."""
        found = ops.operation(name)(a, b)
        self.conditions.add(found)
        return found

    def joined(self, word: str, a: Any, b: Any) -> Any:
        """`a & b` and `a | b` of conditions, which are 0 or 1: the smaller, or the larger one."""
        if not all(isinstance(x, bool) or (isinstance(x, Value) and x in self.conditions) for x in (a, b)):
            return NotImplemented
        found = (ops.minimum if word == "and" else ops.maximum)(a, b)
        self.conditions.add(found)
        return found

    def branch(self, condition: Any) -> bool:
        """Which way Python goes at `if condition`: that of the numbers at hand."""
        outcome = bool(condition._data != 0.0)
        if not self.guards:
            asked = _shown(condition)
            raise RecordingError(
                f"recording: Python asks whether {asked} (at {user_location()}), and a recording would freeze "
                "the answer: write where(condition, a, b), or maximum, minimum, clip, or compile(f, guards=True)"
            )
        self.branches.append(Branch(condition, outcome))
        return outcome

    def freeze(self, what: str, remedy: str) -> None:
        """Refuse to read a number."""
        raise RecordingError(f"recording: {what} (at {user_location()}) would freeze a number: {remedy}")


def _shown(condition: Value) -> str:
    a, b, *_ = (*condition.operands, None, None)
    if condition.op is None or condition.op.infix not in ("<", "<=", ">", ">=", "=="):
        return f"{condition.label or 'a Value'} is not 0"
    return f"{_name(a)} {condition.op.infix} {_name(b)}"


def _name(x: Any) -> str:
    return (x.label or (x.op.name + "(…)" if x.op else "an input")) if isinstance(x, Value) else f"{x:g}"


class Recorded(NamedTuple):
    """A program, and the leaves outside of it: parameters of a closure, whose numbers are read at every run."""

    program: Program
    captured: list[Value]


def traced_call(f: Callable[..., Any], args: Sequence[Any], guards: bool) -> tuple[Any, list[Branch]]:
    """What f of these Values returns, and the branches that it took."""
    watch = Watch(guards)
    try:
        with gc_paused(), traced(watch):
            output = f(*args)
        return output, watch.branches
    finally:  # the Values made inside know who watched: without these they are no cycle
        watch.conditions, watch.branches = set(), []


def recorded(outputs: Sequence[Any], inputs: Sequence[Value]) -> Recorded:
    """The program from inputs to outputs, Values or numbers; other leaves are inputs too, after those given."""
    with gc_paused(), ONE_AT_A_TIME:  # the marks of the nodes are their numbers in the program
        leaves, interior = _order([y for y in outputs if isinstance(y, Value)])
        given = set(inputs)
        if any(x.op is not None for x in inputs):  # what they come from is not recorded
            leaves, interior = _beside(given, leaves, interior, outputs)
        captured = [v for v in leaves if v not in given and "tracer" not in v.notes]
        builder = Builder(len(inputs) + len(captured))
        for v in leaves:  # those made inside of the function are constants
            if v not in given and "tracer" in v.notes:
                v._mark = builder.constant(v._data)
        for k, v in enumerate([*inputs, *captured]):
            v._mark = k
        _append_all(builder, interior)
        found = [y._mark if isinstance(y, Value) else builder.constant(number(y, "a result")) for y in outputs]
    return Recorded(builder.finish(found), captured)


def made_before(outputs: Sequence[Any]) -> list[Value]:
    """Results of operations below outputs of a recorded function that were there before it was called.

    A recording has the operations that they came from, and runs them on the numbers of the day: they were not to move.
    """
    _, interior = _order([y for y in outputs if isinstance(y, Value)])
    return [v for v in interior if "tracer" not in v.notes]


def _beside(
    given: set[Value], leaves: list[Value], interior: list[Value], outputs: Sequence[Any]
) -> tuple[list[Value], list[Value]]:
    """Those leaves and operations that outputs need beside what is given."""
    needed = {y for y in outputs if isinstance(y, Value)}
    for v in reversed(interior):
        if v in needed and v not in given:
            needed.update(v.parents)
    return [v for v in leaves if v in needed], [v for v in interior if v in needed and v not in given]


def _order(outputs: Sequence[Value]) -> tuple[list[Value], list[Value]]:
    """The leaves and the operations below outputs."""
    root: Value = object.__new__(Value)
    root.op, root._mark, root._a, root._da = ops.total, None, None, None
    root._b, root._db = tuple(outputs), ()
    leaves, interior = leaves_and_interior(root)
    return leaves, interior[:-1]


def _append_all(builder: Builder, interior: list[Value]) -> None:
    """One pass in topological order. It is most of what recording costs: it looks at slots, not at properties, and
    adds what needs no second look by itself."""
    known, add, append, constant = builder.known, builder.add, builder.append, builder.constant
    rows, scopes, positive = builder.rows, builder.scopes, ops.positive
    for v in interior:
        op, a, b, notes = v.op, v._a, v._b, v._notes
        scope = scopes.setdefault(notes["scope"], len(scopes)) if notes and "scope" in notes else 0
        if a.__class__ is tuple:
            operands = tuple([x._mark if isinstance(x, Value) else constant(x) for x in a])
            v._mark = append(op, operands, scope)  # type: ignore[arg-type]  # it has one
        elif v._da is None:
            v._mark = append(op, (constant(a), b._mark), scope)  # type: ignore[arg-type]  # it has one
        elif v._db is None and b is not None:
            v._mark = append(op, (a._mark, constant(b)), scope)  # type: ignore[arg-type]  # it has one
        else:
            i, j = a._mark, None if b is None else b._mark
            if op not in rows or i < 0 or op is positive or (j is not None and (i == j or j < 0)):
                v._mark = append(op, (i,) if j is None else (i, j), scope)  # type: ignore[arg-type]  # it has one
                continue
            key = (rows[op], i) if j is None else (rows[op], i, j)
            node = known.get(key)
            if node is None:
                known[key] = node = add(key, scope)
            v._mark = node
