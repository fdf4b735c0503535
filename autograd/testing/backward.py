"""Every backward pass of a run, checked: its operations by differences, and what it handed on by the paths."""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import wraps
from threading import Lock
from typing import Any, cast

from autograd.check.differences import NARROW, Differences
from autograd.check.estimate import EPSILON, TINY
from autograd.check.nodes import EdgeCheck, check_edge, recorded_derivatives
from autograd.check.report import AGREES, KINK, WRONG
from autograd.check.slices import Slice
from autograd.eager import is_stale
from autograd.errors import describe
from autograd.graph import adjoints, leaves_and_interior
from autograd.modes import ignore_domain, recording
from autograd.ops import Operation
from autograd.replay.diagnosis import applied
from autograd.testing.assertions import GradientError
from autograd.value import Value

Nodes = list[Value]
ENOUGH = 20


@dataclass
class Counts:
    """How many backward passes, and operations in them, were checked; how many were not, and how many can't be told."""

    passes: int = 0
    operations: int = 0
    left_out: int = 0
    unsure: int = 0

    def add(self, more: dict[str, int]) -> None:
        """Add those of another process."""
        for name, number in more.items():
            setattr(self, name, getattr(self, name) + number)

    def to_dict(self) -> dict[str, int]:
        """The counts by name, for JSON."""
        return asdict(self)

    def __str__(self) -> str:
        unsure = f", {self.unsure} too noisy or not smooth enough to tell" * bool(self.unsure)
        checked = f"{self.passes} backward passes checked, {self.operations} operations"
        return f"{checked}, {self.left_out} left out{unsure}"


@dataclass
class Passes:
    """Inside `with`, every `backward()` is checked; a wrong one raises GradientError, and is kept in `wrong`.

    Of a graph of more than `most` operations so many are checked, drawn by its size alone, the others are left out; and
    of every graph a hundredth of `most`, once 20 times `most` were checked since `begin`, as in training. Left out are
    also operations an operand of which was moved (`x.data = …`) since. What a pass handed on is compared with the paths
    in all of its graph. Nothing is done while `resting`, and to passes of `check_gradient`, which are its own.

    >>> from autograd import tanh
    >>> x = Value(0.5)
    >>> with Passes() as passes:
    ...     tanh(x * x).backward()
    >>> print(passes.counts)
    1 backward passes checked, 2 operations, 0 left out
    """

    most: int = 2000
    counts: Counts = field(default_factory=Counts)
    wrong: list[GradientError] = field(default_factory=list)
    resting: bool = False
    _begin: int = 0
    _lock: Any = field(default_factory=Lock, repr=False)

    def __enter__(self) -> Passes:
        self._before = Value.backward
        Value.backward = self._checking(Value.backward)  # type: ignore[method-assign]  # that is what is watched
        return self

    def __exit__(self, *exception: object) -> None:
        Value.backward = self._before  # type: ignore[method-assign]  # as it was

    def begin(self, resting: bool) -> None:
        """A new test."""
        self.resting, self._begin = resting, self.counts.operations

    def _checking(self, original: Callable[..., None]) -> Callable[..., None]:
        @wraps(original)
        def backward(v: Value, gradient: float = 1.0) -> None:
            __tracebackhide__ = True  # pytest shows the test's own line
            if self.resting or sys._getframe(1).f_globals.get("__name__", "").startswith("autograd.check"):
                return original(v, gradient)
            leaves, interior = leaves_and_interior(v)
            before = {leaf: leaf.grad for leaf in leaves}
            original(v, gradient)
            self._check(v, float(gradient), before, interior)

        return backward

    def _check(self, root: Value, gradient: float, before: dict[Value, float], interior: Nodes) -> None:
        __tracebackhide__ = True
        with recording():
            spent = self.counts.operations - self._begin >= ENOUGH * self.most
            found, counts = checked_operations(interior, -(-self.most // 100) if spent else self.most)
            wrong = [str(edge) for edge in found] or misled(root, gradient, before, interior)
        self._count(counts)
        if wrong:
            more = f" (and {len(wrong) - 1} more)" * (len(wrong) > 1)
            error = GradientError(f"backward() of a graph of {len(interior)} operations is wrong{more}:\n{wrong[0]}")
            self.wrong.append(error)
            raise error

    def _count(self, counts: Counts) -> None:
        with self._lock:
            self.counts.add(counts.to_dict())


def checked_operations(interior: Nodes, most: int) -> tuple[list[EdgeCheck], Counts]:
    """The wrong local derivatives among these operations, of which `most` are checked."""
    chosen = interior
    if len(interior) > most:
        places = random.Random(len(interior)).sample(range(len(interior)), most)
        chosen = [interior[k] for k in sorted(places)]
    wrong: list[EdgeCheck] = []
    done: dict[Any, EdgeCheck | None] = {}
    stale = unsure = 0
    for node in chosen:
        bad = [edge for slot, d in recorded_derivatives(node) if (edge := _not_right(Slice(node, slot), d, done))]
        found = [edge for edge in bad if edge.verdict == WRONG]
        if found and moved(node):
            stale += 1
        else:
            wrong += found
            unsure += len(found) < len(bad)
    checked = len(chosen) - stale
    return wrong, Counts(1, checked, len(interior) - checked, unsure)


def _not_right(one: Slice, recorded: float, done: dict[Any, EdgeCheck | None]) -> EdgeCheck | None:
    """The check of a derivative that is not plainly right. A few differences are enough for most."""
    key = one.op, tuple(one.data), one.slot, recorded
    if key not in done:
        central = Differences(one, one.x, powers=NARROW).central()
        done[key] = None
        if not (central.decides(recorded) and central.agrees(recorded)):
            edge = check_edge(one, recorded)
            done[key] = None if edge.verdict in (AGREES, KINK) else edge
    return done[key]


def moved(node: Value) -> bool:
    """Whether an operand was moved since: then what `node` recorded is the derivative at another point."""
    if is_stale(node):
        return True
    op = cast(Operation, node.op)  # it is no leaf
    with ignore_domain():
        again = applied(op, [Value(x.data) if isinstance(x, Value) else x for x in node.operands])
    is_of_leaves = any(parent.op is None for parent in node.parents)
    return is_of_leaves and again.local_derivatives != node.local_derivatives


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
