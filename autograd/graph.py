"""The graph behind a result: its order, the backward pass, its paths. Nothing recurses, for graphs are deep."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from threading import RLock
from typing import Any, NamedTuple

from autograd.ops import Nary

ONE_AT_A_TIME = RLock()  # the marks are on the nodes, which threads may share
if hasattr(os, "register_at_fork"):  # a fork waits its turn, or in the copy nobody would end the walk that is under way
    os.register_at_fork(
        before=ONE_AT_A_TIME.acquire, after_in_parent=ONE_AT_A_TIME.release, after_in_child=ONE_AT_A_TIME.release
    )
EdgesOf = Callable[[Any, Container[Any]], Iterable[tuple[Any, Any]]]


def topological_order(root: Any) -> list[Any]:
    """Every node that `root` depends on, operands before results: first the leaves, `root` last.

    A gradient may be handed on only when all of its terms have arrived: that is what the order is for. It
    follows from the graph alone, so the same program adds up in the same order on every run.
    """
    leaves, interior = leaves_and_interior(root)
    return leaves + interior


def leaves_and_interior(root: Any) -> tuple[list[Any], list[Any]]:
    """The two parts of the topological order."""
    mark = object()
    leaves: list[Any] = []
    interior: list[Any] = []
    stack: list[Any] = [root]
    push, pop = stack.append, stack.pop
    with ONE_AT_A_TIME:
        while stack:
            node = pop()
            if node is None:  # what was pushed after it is in the order, so now the node below may be
                interior.append(pop())
            elif node._mark is not mark:
                node._mark = mark
                if node.op is None:
                    leaves.append(node)
                    continue
                push(node)
                push(None)
                if node._db is not None:  # pushed first, popped last: operands come in the order written
                    if node._b.__class__ is tuple:
                        stack += [x for x in node._b if x._mark is not mark][::-1]
                    else:
                        push(node._b)
                if node._da is not None:
                    push(node._a)
    return leaves, interior


def backpropagate(root: Any, interior: list[Any], gradient: float) -> None:
    """Hands `gradient` from `root` down to the leaves: every step is grad += local · upstream.

    Leaves accumulate over calls; an interior node's `grad` is that of the latest pass.
    """
    for node in interior:
        node.grad = 0.0
    root.grad += gradient
    for node in reversed(interior):
        upstream = node.grad
        if (local := node._da) is not None:
            node._a.grad += local * upstream
        if (local := node._db) is not None:
            if local.__class__ is tuple:
                if upstream == 0.0 and isinstance(node.op, Nary) and math.isfinite(node._data):
                    continue  # finite numbers times 0: what a relu that is off hands to its neuron
                for parent, one in zip(node._b, local):  # noqa: B905, the check costs 10 %
                    parent.grad += one * upstream
            else:
                node._b.grad += local * upstream


def dependents(order: Iterable[Any], wrt: Iterable[Any]) -> set[Any]:
    """The nodes of a topological order that depend on those of `wrt`, and these."""
    found = set(wrt)
    for node in order:
        if not found.isdisjoint(node.parents):
            found.add(node)
    return found


def adjoints(root: Any, seed: Any, wrt: Collection[Any], edges_of: EdgesOf) -> dict[Any, Any]:
    """∂root/∂node · seed for the nodes from `root` down to `wrt`; touches no `grad`.

    `edges_of(node, wanted)` gives the wanted parents of a node with local derivatives, floats or Values.
    """
    order = topological_order(root)
    wanted = dependents(order, wrt)
    found: dict[Any, Any] = {root: seed}
    for node in reversed(order):
        if node not in found or node not in wanted:
            continue
        for parent, local in edges_of(node, wanted):
            term = _times(found[node], local)
            found[parent] = found[parent] + term if parent in found else term
    return found


def tangents(roots: Iterable[Any], seeds: dict[Any, Any], edges_of: EdgesOf) -> dict[Any, Any]:
    """Forward mode: how the nodes below `roots` move, per unit, when those of `seeds` move so."""
    moved = dict(seeds)
    for root in roots:
        for node in topological_order(root):
            terms = [] if node in moved else [_times(moved[parent], local) for parent, local in edges_of(node, moved)]
            if terms:
                moved[node] = sum(terms[1:], start=terms[0])
    return moved


def _times(upstream: Any, local: Any) -> Any:
    """upstream · local, without a node where one of them is the number 1."""
    if isinstance(local, float) and local == 1.0:
        return upstream
    if isinstance(upstream, float) and upstream == 1.0:
        return local
    return upstream * local


class Path(NamedTuple):
    """One way from an input to a result: its nodes, the local derivative of each edge, and their product."""

    nodes: tuple[Any, ...]
    derivatives: tuple[float, ...]

    @property
    def product(self) -> float:
        """The product of the local derivatives along the path."""
        return math.prod(self.derivatives)


class Paths:
    """All paths from `wrt` to `of`: `count` counts and `total` sums them without listing; iteration lists them.

    The sum over all paths of the products of local derivatives is the gradient: an oracle that shares no
    code with the backward pass.

    >>> from autograd import Value
    >>> x = Value(3.0, label="x")
    >>> found = Paths(x, x * x + x)
    >>> found.count, found.total, [path.product for path in found]
    (3, 7.0, [3.0, 3.0, 1.0])
    """

    def __init__(self, wrt: Any, of: Any) -> None:
        self.wrt, self.of = wrt, of
        sums = tangents([of], {wrt: 1.0}, lambda node, wanted: node.edges(wanted))
        counts = tangents([of], {wrt: 1}, lambda node, wanted: [(parent, 1) for parent, _ in node.edges(wanted)])
        self._on_the_way = counts
        self.count: int = counts.get(of, 0)
        self.total: float = sums.get(of, 0.0)

    def __len__(self) -> int:
        return self.count

    def __bool__(self) -> bool:
        return self.count > 0

    def __repr__(self) -> str:
        return f"<{self.count} paths, whose products sum to {self.total:.6g}>"

    def __iter__(self) -> Iterator[Path]:
        """Each path from `wrt` to `of`, found from the end."""
        if not self.count:
            return
        stack: list[tuple[Any, Any]] = [(self.of, None)]  # a node, and the way on from it: (node, derivative, way on)
        while stack:
            node, way = stack.pop()
            if node is self.wrt:
                yield _unrolled(node, way)
                continue
            for parent, local in reversed(node.edges(self._on_the_way)):
                stack.append((parent, (node, local, way)))


def _unrolled(node: Any, way: Any) -> Path:
    nodes, derivatives = [node], []
    while way:
        node, local, way = way
        nodes.append(node)
        derivatives.append(local)
    return Path(tuple(nodes), tuple(derivatives))


def paths(wrt: Any, of: Any) -> Paths:
    """Every path from `wrt` to `of` in the graph. See Paths. Raises TypeError where one of them is no Value.

    >>> from autograd import Value
    >>> a = Value(2.0)
    >>> [path.derivatives for path in paths(a, a * a)]
    [(2.0,), (2.0,)]
    """
    for node in (wrt, of):
        if not hasattr(node, "parents"):
            raise TypeError(f"paths: {node!r:.40} is {type(node).__name__}, not a Value")
    return Paths(wrt, of)
