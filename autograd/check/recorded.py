"""f at one point: its graph, its gradient by `backward()`, and f again near that point."""

from __future__ import annotations

from collections.abc import Callable
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal, localcontext
from typing import Any

from autograd.check.calling import call, leaf_names
from autograd.check.nodes import check_graph
from autograd.check.slices import noise
from autograd.codegen import compute
from autograd.errors import DomainError
from autograd.graph import leaves_and_interior, tangents, topological_order
from autograd.modes import ignore_domain, no_grad, recording
from autograd.tree import leaves, like
from autograd.value import Value, data_of

WIDER = Context(prec=60, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])  # no sum of paths is too large, small or long for it


class Recorded:
    """The graph of f at one point, checked operation by operation; what the verdicts on its inputs have in common.

    `trouble` is what the backward pass could not do, `noise` how far rounding moves the result. `user` is who asks.
    """

    def __init__(self, f: Callable[..., Any], xs: Any, user: str = "check_gradient") -> None:
        if hasattr(f, "value_and_grad"):
            raise TypeError(f"{user}: f is compiled, and what it returns has no graph: check f.__wrapped__")
        self.f, self.xs, self.user = f, xs, user
        self.names = leaf_names(f, xs)
        self.numbers = [data_of(x, user) for x in leaves(xs)]
        self.inputs = self._fresh(self.numbers)
        with recording():
            self.root = self._call(self.inputs)
        self.trouble = self._backward()
        self.edges = check_graph(self.root)
        self.noise = noise(self.root, self.inputs)

    @property
    def repeats(self) -> bool:
        """Whether f gives the same number again."""
        y = self.root.data
        return y != y or self._at(self.numbers) == y

    def _fresh(self, numbers: list[float]) -> list[Value]:
        return [Value(x, name) for x, name in zip(numbers, self.names, strict=True)]

    def _call(self, inputs: list[Value]) -> Value:
        y = call(self.f, like(self.xs, inputs))
        return y if isinstance(y, Value) else Value(data_of(y, f"{self.user}: what f returned"))

    def _backward(self) -> str:
        """Back-propagates; what went wrong, if something did. Other leaves, that f knows, keep their gradients."""
        before = {v: v.grad for v in leaves_and_interior(self.root)[0] if v not in self.inputs}
        try:
            self.root.backward()
        except DomainError as error:
            with ignore_domain():
                self.root.backward()
            return str(error)
        finally:
            for v, grad in before.items():
                v.grad = grad
        return ""

    def _at(self, numbers: list[float]) -> float:
        with no_grad():
            return self._call(self._fresh(numbers)).data

    def along(self, k: int) -> Callable[[float], float]:
        """f as a function of its k-th input."""
        return lambda x: self._at([*self.numbers[:k], x, *self.numbers[k + 1 :]])

    def replay(self, k: int) -> Callable[[float], float]:
        """The recorded graph as a function of its k-th input: unlike f, it has no other dependence on it."""
        order = topological_order(self.root)

        def replayed(x: float) -> float:
            data: dict[Value, float] = {self.inputs[k]: x}
            for node in order:
                operands = [data[p] if isinstance(p, Value) else p for p in node.operands]
                data[node] = compute(node.op, operands) if node.op else data.get(node, node.data)
            return data[self.root]

        return replayed


def path_sums(x: Value, root: Value) -> tuple[float, float, dict[Any, Any]]:
    """The sum over all paths from x to `root`, the sum of their sizes, and the nodes that depend on x.

    In forward mode and in 60 digits: an oracle that shares nothing with the backward pass but the derivatives.
    """
    with localcontext(WIDER):
        moved = tangents([root], {x: Decimal(1)}, lambda v, wanted: [(p, Decimal(d)) for p, d in v.edges(wanted)])
        sizes = tangents([root], {x: Decimal(1)}, lambda v, wanted: [(p, abs(Decimal(d))) for p, d in v.edges(wanted)])
        return float(moved.get(root, 0)), float(sizes.get(root, 0)), moved
