"""Every derivative of a run, checked: its operations by differences, and what backward() handed on by the paths."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from threading import Lock
from typing import Any

from autograd import functional
from autograd.check.estimate import EPSILON, TINY
from autograd.check.nodes import EdgeCheck
from autograd.errors import describe
from autograd.graph import adjoints, dependents, leaves_and_interior, topological_order
from autograd.modes import is_recording, recording
from autograd.show.drawing.folded_dot import counted
from autograd.testing.assertions import GradientError
from autograd.testing.counts import Counts
from autograd.testing.sampled import checked_operations
from autograd.tree import leaves
from autograd.value import Value

Nodes = list[Value]
ENOUGH = 20


@dataclass
class Passes:
    """Inside `with`, every `backward()` is checked; a wrong one raises GradientError, and is kept in `wrong`.

    So are the graphs of `grad`, `jacobian` and the like, which they record of a function. Of a graph of more than
    `most` operations so many are checked, one of each kind first, the others are left out; and of every graph a
    hundredth of `most`, once 20 times `most` were checked since `begin`, as in training. Left out are also operations
    an operand of which was moved (`x.data = …`) since. What `backward()` handed on is compared with the paths in all of
    its graph. Nothing is done while `resting`, and to what `check_gradient` computes, which judges for itself.

    >>> from autograd import tanh
    >>> x = Value(0.5)
    >>> with Passes() as passes:
    ...     tanh(x * x).backward()
    >>> print(passes.counts)
    1 backward() call checked, 2 operations
    """

    most: int = 2000
    counts: Counts = field(default_factory=Counts)
    wrong: list[GradientError] = field(default_factory=list)
    resting: bool = False
    _begin: int = 0
    _lock: Any = field(default_factory=Lock, repr=False)

    def __enter__(self) -> Passes:
        self._before = Value.backward, functional._call
        Value.backward = self._checking(Value.backward)  # type: ignore[method-assign]  # that is what is watched
        functional._call = self._checking_graph(functional._call)
        return self

    def __exit__(self, *exception: object) -> None:
        Value.backward, functional._call = self._before  # type: ignore[method-assign]  # as it was

    def begin(self, resting: bool) -> None:
        """A new test."""
        self.resting, self._begin = resting, self.counts.operations

    def _checking(self, original: Callable[..., None]) -> Callable[..., None]:
        @wraps(original)
        def backward(v: Value, gradient: float = 1.0) -> None:
            __tracebackhide__ = True  # pytest shows the test's own line
            if self.resting or _is_judged():
                return original(v, gradient)
            inputs, interior = leaves_and_interior(v)
            before = {leaf: leaf.grad for leaf in inputs}
            original(v, gradient)
            found = self._found(interior, Counts(passes=1))
            with recording():
                wrong = list(map(str, found)) or misled(v, float(gradient), before, interior)
            self._require_right(wrong, f"backward() of a graph of {counted(len(interior), 'operation')}")

        return backward

    def _checking_graph(self, original: Callable[..., functional._Call]) -> Callable[..., functional._Call]:
        """The graph that grad and the like walk: the numbers in it are as those that backward() takes."""

        @wraps(original)
        def called(*args: Any, **named: Any) -> functional._Call:
            __tracebackhide__ = True
            call = original(*args, **named)
            if not (self.resting or is_recording() or _is_judged()):
                interior = _between(call)
                wrong = list(map(str, self._found(interior, Counts(derivatives=1))))
                self._require_right(wrong, f"a derivative of a graph of {counted(len(interior), 'operation')}")
            return call

        return called

    def _found(self, interior: Nodes, call: Counts) -> list[EdgeCheck]:
        """The wrong operations among those that are checked; all are counted, with the call."""
        spent = self.counts.operations - self._begin >= ENOUGH * self.most
        with recording():
            found, counts = checked_operations(interior, -(-self.most // 100) if spent else self.most)
        with self._lock:
            self.counts.add(counts.to_dict())
            self.counts.add(call.to_dict())
        return found

    def _require_right(self, wrong: list[str], what: str) -> None:
        __tracebackhide__ = True
        if wrong:
            more = f" (and {len(wrong) - 1} more)" * (len(wrong) > 1)
            error = GradientError(f"{what} is wrong{more}:\n{wrong[0]}")
            self.wrong.append(error)
            raise error


def _is_judged() -> bool:
    """Whether `check_gradient` or the like is at work."""
    frame = sys._getframe(2)
    while frame.f_back and not frame.f_globals.get("__name__", "").startswith("autograd.check"):
        frame = frame.f_back
    return frame.f_back is not None


def _between(call: functional._Call) -> Nodes:
    """The operations between the arguments of a call and what came out."""
    order = [node for y in leaves(call.output) if isinstance(y, Value) for node in topological_order(y)]
    on_the_way = dependents(order, call.wrt) - set(call.wrt)
    return [node for node in dict.fromkeys(order) if node in on_the_way]


def misled(root: Value, gradient: float, before: dict[Value, float], interior: Nodes) -> list[str]:
    """What has another gradient than the sum over all paths from it to `root`, the nearest to `root` first."""
    sums = adjoints(root, gradient, before, Value.edges)
    sizes = adjoints(root, abs(gradient), before, lambda v, wanted: [(p, abs(d)) for p, d in Value.edges(v, wanted)])
    told = []
    for node in [*reversed(interior), *before]:
        expected, start = sums.get(node, 0.0), before.get(node, 0.0)
        room = 4.0 * EPSILON * (len(interior) + 4) * (sizes.get(node, 0.0) + abs(start)) + 100.0 * TINY
        if math.isfinite(room) and math.isfinite(expected) and not abs(start + expected - node.grad) <= room:
            name = describe(node.op, node.operands) if node.op else node.label or f"an input, {node.data:.6g},"
            since = f" (it was {start:.10g} before)" * bool(start)
            paths = f"the products of local derivatives along all paths sum to {expected:.10g}"
            told.append(f"{name} has grad {node.grad:.10g}{since}, but {paths}")
    return told
