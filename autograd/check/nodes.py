"""Each local derivative of a graph against differences of that one operation: small, well conditioned problems."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, cast

from autograd.check.complex_step import complex_derivative
from autograd.check.differences import Differences
from autograd.check.estimate import FLOOR, UNKNOWN, Estimate, differ, is_tiny
from autograd.check.report import AGREES, KINK, NOISE, NOT_SMOOTH, WRONG, slope
from autograd.check.slices import Slice
from autograd.codegen import partial_formulas
from autograd.errors import describe
from autograd.graph import topological_order
from autograd.ops import Nary, Operation, where
from autograd.value import Value
from autograd.writing import text


@dataclass(frozen=True, repr=False)
class EdgeCheck:
    """One local derivative: as `node` recorded it, and by differences of its operation alone.

    `slot` is the place of the operand `parent` in the operation. `left` and `right` are the slopes at a kink.
    """

    node: Value
    slot: int
    recorded: float
    estimate: Estimate
    verdict: str
    left: Estimate = UNKNOWN
    right: Estimate = UNKNOWN

    @property
    def parent(self) -> Value:
        """The operand in which the derivative is taken."""
        return cast(Value, self.node.operands[self.slot])  # constants have no derivative to check

    @property
    def formula(self) -> str:
        """The row's formula of this derivative; "" where the row has no single one."""
        op = cast(Operation, self.node.op)
        if isinstance(op, Nary):
            return op.textbook[1] if len(op.textbook) > 1 else ""
        formula = text(partial_formulas(op)[self.slot])
        return formula if len(formula) <= 120 else f"{formula[:119]}…"

    def __repr__(self) -> str:
        return f"<{self.verdict}: {self}>"

    def __str__(self) -> str:
        op = cast(Operation, self.node.op)
        name = self.parent.label or f"operand {self.slot + 1}" if isinstance(op, Nary) else op.operands[self.slot]
        formula = f" = {self.formula}" if self.formula else ""
        slopes = f"{self.estimate.value:.10g}"
        if self.left is not UNKNOWN or self.right is not UNKNOWN:
            slopes = f"{slope(self.left)} on the left, {slope(self.right)} on the right"
        gives = f"∂y/∂{name}{formula} gives {self.recorded:.10g}, differences of the operation give {slopes}"
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
    return [_checked(node, slot, d, done) for node in topological_order(root) for slot, d in recorded_derivatives(node)]


def at_kink(recorded: float, left: Estimate, right: Estimate) -> str:
    """The verdict on a derivative where the slopes differ: any between them will do, if nothing jumps."""
    if left.jumps or right.jumps:
        return NOT_SMOOTH
    low, high = sorted((left.value, right.value))
    room = 3.0 * max(left.error, right.error) + 1e-6 * abs(recorded)
    if recorded in (low, high) or low - room <= recorded <= high + room:
        return KINK
    return WRONG


def recorded_derivatives(node: Value) -> list[tuple[int, float]]:
    """The place of each operand that is a Value, and the local derivative in it; none of a condition."""
    indices = [k for k, x in enumerate(node.operands) if isinstance(x, Value)]
    pairs = zip(indices, node.local_derivatives, strict=True)
    return [(k, d) for k, d in pairs if not (node.op is where and k == 0)]


def _checked(node: Value, slot: int, recorded: float, done: dict[Any, EdgeCheck]) -> EdgeCheck:
    one = Slice(node, slot)
    key = (one.op, tuple(one.data), slot, recorded)
    if key not in done:
        done[key] = check_edge(one, recorded)
    return replace(done[key], node=node, recorded=recorded)


def check_edge(one: Slice, recorded: float) -> EdgeCheck:
    """The verdict on one local derivative: what differences and the complex step say, the surest first."""
    noise, complex_noise = one.noise()
    about = Differences(one, one.x, noise)
    left, right, central = about.left(), about.right(), about.central()
    found = partial(EdgeCheck, one.node, one.slot, recorded)
    if math.isnan(recorded):
        return found(central, NOT_SMOOTH)
    stepped = _by_complex_step(one, recorded, complex_noise)
    if differ(left, right) and not (math.isinf(left.value) or math.isinf(right.value)):
        if stepped.decides(recorded) and one.has_no_kink:  # it turns faster than differences can see
            return found(stepped, AGREES if stepped.agrees(recorded) else WRONG)
        return found(central, at_kink(recorded, left, right), left, right)
    estimates = [central, stepped, one.slope_of_tail()]
    for estimate in estimates:
        if _settles(estimate, recorded) and estimate.agrees(recorded):
            return found(estimate, AGREES)
    if stepped.decides(recorded) and not is_tiny(one.x):
        return found(stepped, WRONG)
    if math.isinf(left.value) or math.isinf(right.value) or math.isinf(recorded):
        return found(right if math.isinf(right.value) else left, _vertical(recorded, left, right), left, right)
    if not one.kink_at(one.x):
        estimates += [right, left]  # at an end of the domain there is one side only
    for estimate in estimates:
        if estimate.decides(recorded) and (estimate.agrees(recorded) or not is_tiny(one.x)):
            return found(estimate, AGREES if estimate.agrees(recorded) else WRONG)
    best = min(estimates, key=lambda estimate: estimate.error)
    return found(best, _undecided(one, recorded, best, about))


def _by_complex_step(one: Slice, recorded: float, noise: float) -> Estimate:
    """Unknown at a kink, of which it sees one branch, and where it may have underflowed on the way."""
    stepped = complex_derivative(one.of_complex, one.x, noise)
    return UNKNOWN if one.kink_at(one.x) or abs(stepped.value) < FLOOR < abs(recorded) else stepped


def _settles(estimate: Estimate, recorded: float) -> bool:
    return estimate.decides(recorded) or (recorded == 0.0 and estimate.value == 0.0 and estimate.error == 0.0)


def _vertical(recorded: float, left: Estimate, right: Estimate) -> str:
    """The operation jumps or is vertical: only an infinite derivative of the right sign is one."""
    slopes = {slope.value for slope in (left, right) if math.isinf(slope.value) and not slope.jumps}
    return KINK if recorded in slopes else NOT_SMOOTH


def _undecided(one: Slice, recorded: float, best: Estimate, about: Differences) -> str:
    """Rounding hides the derivative at this very point: what the row's formula is worth nearby has to do."""
    if not about.points:
        return NOT_SMOOTH
    verdicts = {_nearby(one, about, direction) for direction in (1.0, -1.0)}
    if verdicts == {NOISE}:
        moves = max(abs(about.at(t)) for t in about.points) / max(abs(one.x), 1.0)
        return AGREES if recorded == 0.0 and best.agrees(0.0) and best.error <= 1e-9 * moves else NOISE
    return WRONG if WRONG in verdicts else AGREES


def _nearby(one: Slice, about: Differences, direction: float) -> str:
    """The verdict on the row's formula at the nearest operand, in this direction, where differences decide."""
    if isinstance(one.op, Nary):
        return NOISE
    beside_x = [one.x + direction * max(abs(one.x), 1.0) * 4.0**-power for power in range(10, -2, -1)]
    nearer_0 = [one.x * 2.0**-power for power in range(1, 13) if direction * one.x < 0.0]
    for x in sorted({*beside_x, *nearer_0}, key=lambda x: abs(x - one.x)):
        if one.kink_at(x):
            continue
        beside = Differences(about.at, x, about.noise)
        central, derivative = beside.central(), one.derivative_at(x)
        if central.known and math.isfinite(central.value) and not differ(beside.left(), beside.right()):
            return AGREES if central.agrees(derivative) else WRONG
    return NOISE
