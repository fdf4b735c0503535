"""The backward pass, event by event: the right one, and those with a classical mistake in them."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from autograd.graph import topological_order
from autograd.value import Value

Edge = tuple[Value, int]  # a node, and which of its parents


class Event(NamedTuple):
    """`node` hands `contribution` to the `place`-th of its parents, which then has `total`, and should have `due`.

    A pass begins with an event whose place is -1: the root's own gradient, 1.
    """

    node: Value
    place: int
    upstream: float
    contribution: float
    total: float
    due: float

    @property
    def edge(self) -> Edge:
        """Where it happens."""
        return self.node, self.place

    @property
    def is_seed(self) -> bool:
        """Whether a pass begins with it."""
        return self.place < 0

    @property
    def receiver(self) -> Value:
        """Whose gradient it changes."""
        return self.node if self.is_seed else self.node.parents[self.place]

    @property
    def error(self) -> float:
        """How far the total is from what it should be."""
        return 0.0 if self.total == self.due else self.total - self.due


class Rule(NamedTuple):
    """How a backward pass is done: in one line of code what is done at each edge, and in words what comes of it."""

    title: str
    code: str
    because: str
    adds: bool = True
    chains: bool = True
    orders: Sequence[Callable[[Value], list[Value]]] = (lambda root: topological_order(root)[::-1],)
    passes: int = 1


class Run(NamedTuple):
    """A pass by a rule: its events, and for every node the gradient at the end, beside the right one."""

    rule: Rule
    events: list[Event]
    gradients: dict[Value, float]

    @property
    def first_error(self) -> int | None:
        """The number of the event at which it goes wrong."""
        return next((k for k, event in enumerate(self.events) if event.error), None)


def breadth_first(root: Value) -> list[Value]:
    """Nodes as they are reached, nearest first."""
    return _as_reached(root, deque.popleft, reverse=False)


def depth_first(root: Value) -> list[Value]:
    """Nodes as they are reached, the first operand's before those of the next."""
    return _as_reached(root, deque.pop, reverse=True)


def last_first(root: Value) -> list[Value]:
    """Nodes as they are reached, the last operand's before those of the others."""
    return _as_reached(root, deque.pop, reverse=False)


def _as_reached(root: Value, take: Callable[[deque[Value]], Value], reverse: bool) -> list[Value]:
    waiting, order = deque([root]), dict[Value, None]()
    while waiting:
        node = take(waiting)
        if node not in order:
            order[node] = None
            waiting += node.parents[::-1] if reverse else node.parents
    return list(order)


RULE = Rule("The backward pass", "parent.grad += local * node.grad", "")
MISTAKES = {
    "order": Rule(
        "No topological order",
        "for node in {order}(root): …",
        "A node handed its gradient down before all terms of it had arrived; those that came later never went further.",
        orders=(breadth_first, depth_first, last_first),
    ),
    "assign": Rule(
        "= instead of +=",
        "parent.grad = local * node.grad",
        "A node that is used several times kept the last term alone, not the sum.",
        adds=False,
    ),
    "zero": Rule(
        "Not zeroed between two passes",
        "root.backward(); root.backward()  # and nothing is ever set to 0",
        "The second pass added to the first. Leaves are the user's to zero; an engine that does not zero the others "
        "itself, as this package does, hands their old gradients down once more.",
        passes=2,
    ),
    "upstream": Rule(
        "Upstream factor forgotten",
        "parent.grad += local",
        "Each step took its local derivative alone, so the chain was cut: no product, no chain rule.",
        chains=False,
    ),
}


def right_run(root: Value) -> Run:
    """The backward pass as it should be."""
    return _run(root, RULE, RULE.orders[0], {})


def wrong_run(root: Value, rule: Rule) -> Run:
    """The pass with a mistake; of several orders, the first that goes wrong."""
    terms = {event.edge: event.contribution for event in right_run(root).events}
    runs = [_run(root, rule, order, terms) for order in rule.orders]
    return next((run for run in runs if run.first_error is not None), runs[0])


def _run(root: Value, rule: Rule, order: Callable[[Value], list[Value]], right: dict[Edge, float]) -> Run:
    rule = rule._replace(code=rule.code.replace("{order}", order.__name__))
    gradients = dict.fromkeys(topological_order(root), 0.0)
    events: list[Event] = []
    for _ in range(rule.passes):
        due, size = dict.fromkeys(gradients, 0.0), dict.fromkeys(gradients, 0.0)
        for node, place, upstream, contribution in _handed_down(root, rule, order(root), gradients):
            event = Event(node, place, upstream, contribution, 0.0, 0.0)
            receiver = event.receiver
            keeps = rule.adds and not event.is_seed  # a pass begins by setting root.grad = 1
            gradients[receiver] = (gradients[receiver] if keeps else 0.0) + contribution
            term = right.get(event.edge, contribution)
            due[receiver] += term
            size[receiver] += abs(term)
            is_rounding = abs(gradients[receiver] - due[receiver]) <= 1e-9 * size[receiver] < math.inf
            total = gradients[receiver]
            events.append(event._replace(total=total, due=total if is_rounding else due[receiver]))
    return Run(rule, events, gradients)


def _handed_down(
    root: Value, rule: Rule, order: list[Value], gradients: dict[Value, float]
) -> Iterator[tuple[Value, int, float, float]]:
    """Each (node, place, upstream, contribution), the gradients read as they stand then."""
    yield root, -1, 1.0, 1.0
    for node in order:
        for place, (_, local) in enumerate(node.edges()):
            upstream = gradients[node]
            yield node, place, upstream, local * upstream if rule.chains else local
