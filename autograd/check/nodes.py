"""Each local derivative of a graph against differences of that one operation: small, well conditioned problems."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from autograd.check.complex_step import Complex, complex_derivative
from autograd.check.differences import EPSILON, FLOOR, UNKNOWN, Differences, Estimate, is_tiny
from autograd.check.report import AGREES, KINK, NOISE, NOT_SMOOTH, WRONG, slope
from autograd.codegen import condition, float_value, is_composed, partial_formulas
from autograd.errors import describe
from autograd.graph import adjoints, topological_order
from autograd.modes import ignore_domain, recording
from autograd.ops import Nary, where
from autograd.value import Value
from autograd.writing import text


@dataclass(frozen=True)
class EdgeCheck:
    """One local derivative: as `node` recorded it, and by differences of its operation alone.

    `index` counts the operands of `node`; `parent` is that operand. `left` and `right` are the slopes at a kink.
    """

    node: Value
    index: int
    recorded: float
    estimate: Estimate
    verdict: str
    left: Estimate = UNKNOWN
    right: Estimate = UNKNOWN

    @property
    def parent(self) -> Value:
        """The operand in which the derivative is taken."""
        return self.node.operands[self.index]  # type: ignore[return-value]

    @property
    def formula(self) -> str:
        """The row's formula of this derivative."""
        op = self.node.op
        if isinstance(op, Nary):
            return f" = {op.textbook[1]}" if len(op.textbook) > 1 else ""
        formula = text(partial_formulas(op)[self.index])  # type: ignore[arg-type]
        return f" = {formula}" if len(formula) <= 120 else f" = {formula[:119]}…"

    def __str__(self) -> str:
        op = self.node.op
        name = self.parent.label or f"operand {self.index + 1}" if isinstance(op, Nary) else op.operands[self.index]  # type: ignore[union-attr]
        slopes = f"{self.estimate.value:.10g}"
        if self.left is not UNKNOWN or self.right is not UNKNOWN:
            slopes = f"{slope(self.left)} on the left, {slope(self.right)} on the right"
        gives = f"∂y/∂{name}{self.formula} gives {self.recorded:.10g}, differences of the operation give {slopes}"
        return f"{describe(op, self.node.operands)}: {gives}"


def check_graph(root: Value) -> list[EdgeCheck]:
    """Every local derivative below `root` checked by itself, in topological order.

    >>> from autograd import exp
    >>> x = Value(0.5, label="x")
    >>> for checked in check_graph(exp(x) * 3):
    ...     print(checked.verdict, checked)
    agrees exp(x = 0.5): ∂y/∂a = y gives 1.648721271, differences of the operation give 1.648721271
    agrees 1.64872 * 3: ∂y/∂a = b gives 3, differences of the operation give 3
    """
    done: dict[Any, EdgeCheck] = {}
    return [_checked(node, index, d, done) for node in topological_order(root) for index, d in _recorded(node)]


def rounding(root: Value, wrt: list[Value]) -> float:
    """How far the roundings of the operations between `wrt` and `root` move it, to first order."""
    found = adjoints(root, 1.0, wrt, Value.edges)
    moves = (abs(adjoint * node.data) for node, adjoint in found.items() if node.op and node is not root)
    return EPSILON * float(sum(move for move in moves if not math.isnan(move)))


def at_kink(recorded: float, left: Estimate, right: Estimate) -> str:
    """The verdict on a derivative where the slopes differ: any between them will do, if nothing jumps."""
    if left.jumps or right.jumps:
        return NOT_SMOOTH
    low, high = sorted((left.value, right.value))
    room = 3.0 * max(left.error, right.error) + 1e-6 * abs(recorded)
    if recorded in (low, high) or low - room <= recorded <= high + room:
        return KINK
    return WRONG


def differ(left: Estimate, right: Estimate) -> bool:
    """Whether the slopes on the two sides are known and are not the same."""
    if not (known_enough(left) and known_enough(right)):
        return False
    if math.isinf(left.value) or math.isinf(right.value):
        return True
    room = 1e-3 * max(abs(left.value), abs(right.value)) + 3.0 * (left.error + right.error)
    return abs(left.value - right.value) > room


def known_enough(slope: Estimate) -> bool:
    """Whether a slope is known for its size, or is 0 where the other one is not."""
    return slope.known or slope.error <= 1e-6


def _recorded(node: Value) -> list[tuple[int, float]]:
    """The index of each operand that is a Value, and the local derivative in it; none of a condition."""
    indices = [k for k, x in enumerate(node.operands) if isinstance(x, Value)]
    pairs = zip(indices, node.local_derivatives, strict=True)
    return [(k, d) for k, d in pairs if not (node.op is where and k == 0)]


def _checked(node: Value, index: int, recorded: float, done: dict[Any, EdgeCheck]) -> EdgeCheck:
    key = (node.op, tuple(x.data if isinstance(x, Value) else x for x in node.operands), index, recorded)
    if key not in done:
        done[key] = _check(node, index, recorded)
    same = done[key]
    return EdgeCheck(node, index, recorded, same.estimate, same.verdict, same.left, same.right)


def _check(node: Value, index: int, recorded: float) -> EdgeCheck:
    noise, complex_noise = _noise(node, index)
    about = Differences(_slice(node, index), _data(node)[index], noise)
    left, right, central = about.left(), about.right(), about.central()
    if math.isnan(recorded):
        return EdgeCheck(node, index, recorded, central, NOT_SMOOTH)
    if differ(left, right) and not (math.isinf(left.value) or math.isinf(right.value)):
        return EdgeCheck(node, index, recorded, central, at_kink(recorded, left, right), left, right)
    stepped = complex_derivative(_complex_slice(node, index), about.x, complex_noise)
    if _declared_kink(node) or abs(stepped.value) < FLOOR < abs(recorded):
        stepped = UNKNOWN  # it sees one branch, or it may have underflowed on the way
    estimates = [central, stepped, _tail(node, about.x)]
    for estimate in estimates:
        if _settles(estimate, recorded) and estimate.agrees(recorded):
            return EdgeCheck(node, index, recorded, estimate, AGREES)
    if stepped.decides(recorded) and not is_tiny(about.x):
        return EdgeCheck(node, index, recorded, stepped, WRONG)
    if math.isinf(left.value) or math.isinf(right.value) or math.isinf(recorded):
        return _vertical(node, index, recorded, left, right)
    if not _declared_kink(node):
        estimates += [right, left]  # at an end of the domain there is one side only
    for estimate in estimates:
        if estimate.decides(recorded) and (estimate.agrees(recorded) or not is_tiny(about.x)):
            return EdgeCheck(node, index, recorded, estimate, AGREES if estimate.agrees(recorded) else WRONG)
    best = min(estimates, key=lambda estimate: estimate.error)
    return EdgeCheck(node, index, recorded, best, _undecided(node, index, recorded, best, about))


def _declared_kink(node: Value) -> bool:
    """Whether the row says that it has a kink at these operands."""
    return bool(node.op and node.op.kinks and condition(node.op, "kinks")(*_data(node)))


def _vertical(node: Value, index: int, recorded: float, left: Estimate, right: Estimate) -> EdgeCheck:
    """The operation jumps or is vertical: only an infinite derivative of the right sign is one."""
    slopes = {slope.value for slope in (left, right) if math.isinf(slope.value) and not slope.jumps}
    verdict = KINK if recorded in slopes else NOT_SMOOTH
    return EdgeCheck(node, index, recorded, right if math.isinf(right.value) else left, verdict, left, right)


def _settles(estimate: Estimate, recorded: float) -> bool:
    return estimate.decides(recorded) or (recorded == 0.0 and estimate.value == 0.0 and estimate.error == 0.0)


def _undecided(node: Value, index: int, recorded: float, best: Estimate, about: Differences) -> str:
    """Rounding hides the derivative at this very point: what the row's formula is worth nearby has to do."""
    if not about.points:
        return NOT_SMOOTH
    verdicts = {_nearby(node, index, about, direction) for direction in (1.0, -1.0)}
    if verdicts == {NOISE}:
        moves = max(abs(about.at(t)) for t in about.points) / max(abs(about.x), 1.0)
        return AGREES if recorded == 0.0 and best.agrees(0.0) and best.error <= 1e-9 * moves else NOISE
    return WRONG if WRONG in verdicts else AGREES


def _nearby(node: Value, index: int, about: Differences, direction: float) -> str:
    """The verdict on the row's formula at the nearest operand, in this direction, where differences decide."""
    if isinstance(node.op, Nary):
        return NOISE
    beside_x = [about.x + direction * max(abs(about.x), 1.0) * 4.0**-power for power in range(10, -2, -1)]
    nearer_0 = [about.x * 2.0**-power for power in range(1, 13) if direction * about.x < 0.0]
    for x in sorted({*beside_x, *nearer_0}, key=lambda x: abs(x - about.x)):
        data = [x if k == index else other for k, other in enumerate(_data(node))]
        if node.op and condition(node.op, "kinks")(*data):
            continue
        beside = Differences(about.at, x, about.noise)
        central = beside.central()
        with ignore_domain():
            derivative = node.op(*(Value(t) for t in data)).local_derivatives[index]  # type: ignore[misc]
        if central.known and math.isfinite(central.value) and not differ(beside.left(), beside.right()):
            return AGREES if central.agrees(derivative) else WRONG
    return NOISE


def _data(node: Value) -> list[float]:
    return [x.data if isinstance(x, Value) else x for x in node.operands]


def _slice(node: Value, index: int) -> Callable[[float], float]:
    """The node's operation as a function of one operand."""
    op, data = node.op, _data(node)
    if isinstance(op, Nary):
        return lambda x: op.kernel([*data[:index], x, *data[index + 1 :]])
    function = float_value(op)
    return lambda x: function(*data[:index], x, *data[index + 1 :])


def _complex_slice(node: Value, index: int) -> Callable[[Complex], Any]:
    data = _data(node)
    return lambda z: Complex.__operation__(node.op, [*data[:index], z, *data[index + 1 :]])  # type: ignore[arg-type]


def _tail(node: Value, x: float) -> Estimate:
    """The slope of erf, by its complement: near ±1, erf itself has no digits left."""
    if node.op is None or node.op.name not in ("erf", "erfc"):
        return UNKNOWN
    sign = 1.0 if (node.op.name == "erf") == (x < 0.0) else -1.0
    return Differences(lambda t: sign * math.erfc(math.copysign(1.0, x) * t), x).central()


def _noise(node: Value, index: int) -> tuple[float, float]:
    """What rounding does inside the row's own formula: to its value, and to its derivative in one operand."""
    if node.op is None or not is_composed(node.op):
        return 0.0, 0.0
    with ignore_domain(), recording():
        operands = [Value(x) for x in _data(node)]
        y = node.op.value(*operands)  # type: ignore[misc]
    if not isinstance(y, Value):
        return 0.0, 0.0
    terms = adjoints(y, 1.0, operands, lambda v, wanted: [(p, abs(d)) for p, d in Value.edges(v, wanted)])
    size = terms.get(operands[index], 0.0)
    return rounding(y, operands), 0.0 if math.isnan(size) else 16.0 * EPSILON * size
