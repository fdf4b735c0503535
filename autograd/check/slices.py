"""One operation of a graph by itself, as a function of one of its operands; and what rounding does to it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise, product
from typing import Any, cast

from autograd.check.complex_step import Complex
from autograd.check.differences import Differences
from autograd.check.estimate import EPSILON, UNKNOWN, Estimate
from autograd.codegen import compute, condition, is_composed
from autograd.graph import adjoints
from autograd.modes import ignore_domain, recording
from autograd.ops import Operation
from autograd.value import Value, data_of


class Slice:
    """The operation that made `node` as a function of operand `slot`; the others stay at their numbers.

    >>> product = Value(3.0) * 2.0
    >>> Slice(product, 0)(5.0), Slice(product, 1)(5.0)
    (10.0, 15.0)
    """

    def __init__(self, node: Value, slot: int) -> None:
        self.node, self.slot = node, slot
        self.op = cast(Operation, node.op)  # only a leaf has none, and it has no operands either
        self.data = [data_of(x) for x in node.operands]
        self.x = self.data[slot]

    def operands(self, x: Any) -> list[Any]:
        """All operands, with x in its place."""
        return [*self.data[: self.slot], x, *self.data[self.slot + 1 :]]

    def __call__(self, x: float) -> float:
        return compute(self.op, self.operands(x))

    def of_complex(self, z: Complex) -> Any:
        """The same function at a complex number."""
        return Complex.__operation__(self.op, self.operands(z))

    def kink_at(self, x: float) -> bool:
        """Whether the row says that it has a kink there."""
        return condition(self.op, "kinks")(*self.operands(x)) if self.op.kinks else False

    @property
    def has_no_kink(self) -> bool:
        """Whether there is none at x for sure, nor a turn, as of hypot(x, 1e-74), that complex steps would miss too.

        The table's own rows name all their kinks.
        """
        others = (abs(t) for k, t in enumerate(self.data) if k != self.slot and t)
        return not self.op.users_own and not self.kink_at(self.x) and min(others, default=1.0) > 2.0**-60

    def derivative_at(self, x: float) -> float:
        """The row's own formula of the derivative."""
        with ignore_domain():
            return self.op(*(Value(t) for t in self.operands(x))).local_derivatives[self.slot]

    def slope_of_tail(self) -> Estimate:
        """The slope of erf, by its complement: near ±1, erf itself has no digits left."""
        if self.op.name not in ("erf", "erfc"):
            return UNKNOWN
        side = math.copysign(1.0, self.x)  # of -0.0 too
        sign = -side if self.op.name == "erf" else side
        return Differences(lambda t: sign * math.erfc(side * t), self.x).central()

    def noise(self) -> tuple[float, float]:
        """What rounding does inside the row's own formula: to its value, and to its derivative."""
        if not is_composed(self.op):
            return (min(self._measured_noise(1.0), self._measured_noise(-1.0)) if self.op.users_own else 0.0), 0.0
        formula, operands = cast(Callable[..., Any], self.op.value), [Value(x) for x in self.data]
        with ignore_domain(), recording():
            y = formula(*operands)
        if not isinstance(y, Value):
            return 0.0, 0.0
        terms = adjoints(y, 1.0, operands, lambda v, wanted: [(p, abs(d)) for p, d in Value.edges(v, wanted)])
        size = terms.get(operands[self.slot], 0.0)
        return noise(y, operands), 0.0 if math.isnan(size) else 16.0 * EPSILON * size

    def _measured_noise(self, direction: float) -> float:
        """How rough a function of floats is beside x: its fourth differences, where smoothness leaves nothing else.

        lgamma is off by 1e-16 where it is 0, at 1 and 2 (Moré and Wild 2011, Estimating Computational Noise).
        """
        about = Differences(self, self.x)
        for size, power in product((abs(self.x), 1.0), (-36, -28, -20, -12)):
            step = direction * math.ldexp(size, power)
            values = [about.at(self.x + k * step) for k in range(12)]
            if len(set(values)) > 6:  # else it is flat, as far as floats can tell at such steps
                for _ in range(4):
                    values = [after - before for before, after in pairwise(values)]
                return 0.5 * max(map(abs, values)) if not any(map(math.isnan, values)) else 0.0
        return 0.0


class Along:
    """One operation as its operands move at once, as `speeds` says, from t = 0; and the slope that it recorded.

    >>> x = Value(3.0)
    >>> both = Along(x * x, {x: 1})
    >>> both(0.0), both.recorded == 6.0 * both.unit
    (9.0, True)
    """

    def __init__(self, node: Value, speeds: Mapping[Any, Any]) -> None:
        self.op, self.data = cast(Operation, node.op), [data_of(x) for x in node.operands]
        speed = [float(speeds.get(x, 0.0)) if isinstance(x, Value) else 0.0 for x in node.operands]
        self.unit = (max(map(abs, self.data)) or 1.0) / (max(map(abs, speed)) or 1.0)  # they move by their size
        self.moves = [v * self.unit for v in speed]
        self.recorded = sum(float(speeds.get(x, 0.0)) * self.unit * slope for x, slope in node.edges())

    def __call__(self, t: float) -> float:
        return compute(self.op, [x + t * move for x, move in zip(self.data, self.moves, strict=True)])


def noise(root: Value, wrt: list[Value]) -> float:
    """How far the roundings of the operations between `wrt` and `root` move it, to first order."""
    found = adjoints(root, 1.0, wrt, Value.edges)
    moves = (abs(adjoint * node.data) for node, adjoint in found.items() if node.op and node is not root)
    return EPSILON * float(sum(move for move in moves if not math.isnan(move)))
