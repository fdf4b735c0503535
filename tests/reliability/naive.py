"""Graphs as simply as they can be written: numbers by formulas from a book, gradients by plain recursion."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

Rule = tuple[Callable[..., float], Callable[..., Sequence[float]]]  # the value, and a derivative for each operand


def _exps(xs: Sequence[float]) -> list[float]:
    return [math.exp(x) for x in xs]


def _share(k: float, *xs: float) -> float:
    return _exps(xs)[int(k)] / math.fsum(_exps(xs))


def _share_slopes(k: float, *xs: float) -> list[float]:
    p = [_share(j, *xs) for j in range(len(xs))]
    others = math.fsum(q for j, q in enumerate(p) if j != k)
    return [0.0, *(p[int(k)] * (others if j == k else -q) for j, q in enumerate(p))]


def _product(*xs: float) -> float:
    half = len(xs) // 2
    return math.fsum([*(w * x for w, x in zip(xs[:half], xs[half:], strict=False)), xs[-1]])


def _logistic(a: float) -> float:
    return 1.0 / (1.0 + math.exp(-a))


def _half(a: float, b: float) -> float:
    return 0.5 if a == b else float(a > b)


RULES: dict[str, Rule] = {
    "neg": (lambda a: -a, lambda a: [-1.0]),
    "square": (lambda a: a * a, lambda a: [2.0 * a]),
    "sin": (math.sin, lambda a: [math.cos(a)]),
    "cos": (math.cos, lambda a: [-math.sin(a)]),
    "tanh": (math.tanh, lambda a: [math.cosh(a) ** -2]),
    "sigmoid": (_logistic, lambda a: [_logistic(a) * _logistic(-a)]),
    "relu": (lambda a: max(a, 0.0), lambda a: [float(a > 0.0)]),
    "add": (lambda a, b: a + b, lambda a, b: [1.0, 1.0]),
    "sub": (lambda a, b: a - b, lambda a, b: [1.0, -1.0]),
    "mul": (lambda a, b: a * b, lambda a, b: [b, a]),
    "maximum": (max, lambda a, b: [_half(a, b), _half(b, a)]),
    "where": (lambda c, a, b: a if c else b, lambda c, a, b: [0.0, float(c != 0.0), float(c == 0.0)]),
    "clip": (
        lambda a, low, high: min(max(a, low), high),
        lambda a, low, high: [0.0, 0.0, 1.0] if low >= high else [low <= a <= high, a < low, a > high],
    ),
    "total": (lambda *xs: math.fsum(xs), lambda *xs: [1.0] * len(xs)),
    "mean": (lambda *xs: math.fsum(xs) / len(xs), lambda *xs: [1.0 / len(xs)] * len(xs)),
    "dot": (_product, lambda *xs: [*xs[len(xs) // 2 : -1], *xs[: len(xs) // 2], 1.0]),
    "logsumexp": (lambda *xs: math.log(math.fsum(_exps(xs))), lambda *xs: [_share(k, *xs) for k in range(len(xs))]),
    "softmax": (_share, _share_slopes),
}


class Node:
    """A number, and where it came from. `size` is the sum of the sizes of all terms that `grad` is made of."""

    def __init__(self, data: float, label: str = "", scope: tuple[str, ...] = ()) -> None:
        self.data, self.label, self.scope = data, label, scope
        self.op, self.operands, self.locals = "", [], []  # type: str, list[Node | float], Sequence[float]
        self.grad = self.size = 0.0

    @classmethod
    def of(cls, op: str, operands: Sequence[Any], scope: tuple[str, ...] = ()) -> Node:
        """The result of an operation on nodes and numbers."""
        numbers = [x.data if isinstance(x, Node) else x for x in operands]
        node = cls(RULES[op][0](*numbers), scope=scope)
        node.op, node.operands, node.locals = op, list(operands), RULES[op][1](*numbers)
        return node

    @property
    def edges(self) -> list[tuple[Node, float]]:
        """Each operand that is a node, with the derivative in it."""
        return [(x, local) for x, local in zip(self.operands, self.locals, strict=True) if isinstance(x, Node)]

    def below(self) -> list[Node]:
        """Itself and all that it came from, each once."""
        found: dict[Node, None] = {}

        def visit(node: Node) -> None:
            if node not in found:
                found[node] = None
                for x, _ in node.edges:
                    visit(x)

        visit(self)
        return list(found)

    def derivative(self, wrt: Node, size: Callable[[float], float] = float) -> float:
        """∂self/∂wrt = Σ ∂self/∂operand · ∂operand/∂wrt; with `size` abs, the sum of the sizes of all paths."""

        @cache
        def of(node: Node) -> float:
            return 1.0 if node is wrt else math.fsum(size(local) * of(x) for x, local in node.edges)

        return of(self)

    def backward(self, gradient: float) -> None:
        """Leaves add; what is computed has the gradient of the latest pass."""
        for node in self.below():
            if node.op:
                node.grad = node.size = 0.0
            node.grad += gradient * self.derivative(node)
            node.size += abs(gradient) * self.derivative(node, abs)

    def again(self, numbers: dict[Node, float]) -> dict[Node, Node]:
        """The same graph with other numbers at its leaves, computed from scratch: of each node what it is there."""
        made = {leaf: Node(x) for leaf, x in numbers.items()}

        def of(node: Any) -> Any:
            if isinstance(node, Node) and node not in made:
                made[node] = Node.of(node.op, [of(x) for x in node.operands])
            return made[node] if isinstance(node, Node) else node

        of(self)
        return made

    def rounding(self) -> float:
        """By how much rounding may move the number and its derivatives: a unit for every node, each handed up and down.

        Two ways of arithmetic that are both right differ by so much, where functions turn no faster than numbers grow.
        """
        nodes = self.below()
        steepest = max(self._steepest(nodes, wrt) for wrt in nodes)
        return 1e-15 * len(nodes) * max(1.0, *(abs(node.data) for node in nodes)) * max(1.0, steepest) ** 2

    def _steepest(self, nodes: list[Node], wrt: Node) -> float:
        """The largest sum of the sizes of all paths from `wrt` to one of the nodes."""

        @cache
        def of(node: Node) -> float:
            return 1.0 if node is wrt else math.fsum(abs(local) * of(x) for x, local in node.edges)

        return max(map(of, nodes))
