"""Local derivatives of a graph, checked by differences; of a large graph those of a sample."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, cast

from autograd.check.differences import NARROW, Differences
from autograd.check.nodes import EdgeCheck, check_edge, recorded_derivatives
from autograd.check.report import AGREES, KINK, WRONG
from autograd.check.slices import Slice
from autograd.eager import is_stale
from autograd.modes import ignore_domain
from autograd.ops import Nary, Operation
from autograd.replay.diagnosis import applied
from autograd.testing.counts import Counts
from autograd.value import Value


def checked_operations(interior: Sequence[Value], most: int) -> tuple[list[EdgeCheck], Counts]:
    """The wrong local derivatives among these operations, of which `most` are checked, and one of each kind."""
    chosen = sample(interior, most)
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
    left_out = len(interior) - len(chosen)
    return wrong, Counts(operations=len(chosen) - stale, too_many=left_out, moved=stale, unsure=unsure)


def sample(interior: Sequence[Value], most: int) -> Sequence[Value]:
    """The first of each kind of operation, then others up to `most`, drawn by how many there are; in their order."""
    if len(interior) <= most:
        return interior
    firsts: dict[Any, int] = {}
    for k, node in enumerate(interior):
        firsts.setdefault(kind(node), k)
    chosen = set(firsts.values())
    others = [k for k in range(len(interior)) if k not in chosen]
    chosen.update(random.Random(len(interior)).sample(others, max(most - len(chosen), 0)))
    return [interior[k] for k in sorted(chosen)]


def kind(node: Value) -> Any:
    """Its operation, and the operands in which it has derivatives: x ** 2 has not the one that 2 ** x has."""
    return node.op, None if isinstance(node.op, Nary) else tuple(isinstance(x, Value) for x in node.operands)


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
