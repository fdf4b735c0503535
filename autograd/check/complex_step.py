"""The complex step: f(x + ih) / h has the derivative as its imaginary part, and nothing is subtracted.

So it is exact to the last digits where differences see only rounding, as of tanh at 30 (Squire and Trapp 1998).
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from autograd.check.calling import call
from autograd.check.estimate import EPSILON, TINY, Estimate, is_tiny, trusted
from autograd.codegen import float_value, is_composed
from autograd.ops import TABLE, Nary, Operation, Operators
from autograd.tree import leaves, like
from autograd.value import data_of


def complex_step(f: Callable[..., Any], xs: Any, h: float = 1e-20) -> Any:
    """The imaginary part of f(x + ih) / h in each number of `xs`, shaped like `xs`.

    f is analytic where it is taken, and made of operations of this package or of what takes complex numbers;
    it gets `xs` as `call` says. Comparisons read the real part.

    Raises TypeError where f uses what is neither.

    >>> from autograd import tanh
    >>> complex_step(tanh, 30.0) == 1 / math.cosh(30.0) ** 2
    True
    """
    numbers = [data_of(x, "complex_step") for x in leaves(xs)]

    def derivative(k: int) -> float:
        moved = [Complex(complex(x, h if j == k else 0.0)) for j, x in enumerate(numbers)]
        return complex(call(f, like(xs, moved))).imag / h

    return like(xs, [derivative(k) for k in range(len(numbers))])


def complex_derivative(f: Callable[[Complex], Any], x: float, noise: float = 0.0) -> Estimate:
    """The derivative of f at x by several complex steps, each off by `noise`; unknown where f does not take them."""
    relative, absolute = (_ladder(f, x, size, noise) for size in (0.0 if is_tiny(x) else abs(x), 1.0))
    if abs(x) <= 1.0:
        return trusted(relative + absolute)
    return min(trusted(absolute + relative), trusted(relative), key=lambda estimate: estimate.error)


def _ladder(f: Callable[[Complex], Any], x: float, size: float, noise: float) -> list[tuple[float, float]]:
    entries = []
    for power in (100, 80, 60, 50, 40, 30, 20, 10):
        h = size * 2.0**-power
        try:
            value = complex(f(Complex(complex(x, h)))).imag / h if h else math.nan
        except (ValueError, ArithmeticError, TypeError):
            continue
        if math.isfinite(value):
            entries.append((value, noise + 64.0 * EPSILON * abs(value) + 4.0 * TINY / h))
    return entries


class Complex(Operators):
    """A complex number that the operations of this package take, by the formulas of their rows."""

    __slots__ = ("z",)

    def __init__(self, z: complex) -> None:
        self.z = z

    @staticmethod
    def __operation__(op: Operation, operands: Any) -> Any:
        """The row's value, as an analytic function of its operands near the real line."""
        zs = [complex(x) for x in operands]
        if op.name in FORMULAS:
            formula = FORMULAS[op.name]
            return Complex(complex(formula(zs) if isinstance(op, Nary) else formula(*zs)))
        if op.value and is_composed(op):
            return op.value(*map(Complex, zs))
        if not op.users_own and (function := getattr(np, op.name, None)):
            with np.errstate(all="ignore"):
                return Complex(complex(function(*zs)))
        raise TypeError(f"{op.name} has no value for complex numbers")

    @property
    def data(self) -> Complex:
        """Itself: what a function takes from the graph still counts."""
        return self

    def __complex__(self) -> complex:
        return self.z

    # fmt: off
    def __lt__(self, other: Any) -> bool: return self.z.real < complex(other).real
    def __le__(self, other: Any) -> bool: return self.z.real <= complex(other).real
    def __gt__(self, other: Any) -> bool: return self.z.real > complex(other).real
    def __ge__(self, other: Any) -> bool: return self.z.real >= complex(other).real
    # fmt: on


def _power(a: complex, b: complex) -> complex:
    if a.real < 0.0 and b.imag == 0.0 and b.real % 1.0 == 0.0:  # log(a) would be ±πi away
        return (-1.0 if b.real % 2.0 else 1.0) * _power(-a, b)
    return a**b


def _cbrt(a: complex) -> complex:
    return -_cbrt(-a) if a.real < 0.0 else a ** (1.0 / 3.0)


def _hypot(a: complex, b: complex) -> complex:
    small, large = sorted((a, b), key=lambda z: abs(z.real))
    large = large if large.real >= 0.0 else -large
    ratio = small / large
    if abs(ratio) < 1e-8:  # its square would underflow, as its imaginary part may
        slope = small.real / large.real
        return large + complex(0.5 * small.real * slope, small.imag * slope)
    return large * cmath.sqrt(1.0 + ratio * ratio)


def _arctan2(a: complex, b: complex) -> complex:
    tangent, sign = (a / b, 1.0) if abs(b.real) >= abs(a.real) else (b / a, -1.0)
    turned = math.atan2(a.real, b.real) - sign * math.atan(tangent.real)
    return turned + sign * cmath.atan(tangent)


def _logsumexp(zs: list[complex]) -> complex:
    top = max(z.real for z in zs)
    return top + cmath.log(sum(cmath.exp(z - top) for z in zs))


def _softmax(operands: list[complex]) -> complex:
    chosen, zs = int(operands[0].real), operands[1:]
    return 1.0 / (1.0 + sum(cmath.exp(z - zs[chosen]) for k, z in enumerate(zs) if k != chosen))


def _real(name: str) -> Callable[..., complex]:
    """Of a row that is constant between jumps."""
    return lambda *zs: complex(float_value(TABLE[name])(*(z.real for z in zs)))


# What NumPy has no complex function for, or one that is not analytic, or loses the small imaginary part.
FORMULAS: dict[str, Callable[..., complex]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "neg": lambda a: -a,
    "positive": lambda a: a,
    "power": _power,
    "absolute": lambda a: a if a.real >= 0.0 else -a,
    "cbrt": _cbrt,
    "hypot": _hypot,
    "arctan2": _arctan2,
    "where": lambda condition, a, b: a if condition.real else b,
    "total": sum,
    "mean": lambda zs: sum(zs) / len(zs),
    "dot": lambda zs: sum((w * x for w, x in zip(zs[: len(zs) // 2], zs[len(zs) // 2 : -1], strict=True)), zs[-1]),
    "logsumexp": _logsumexp,
    "softmax": _softmax,
}
FORMULAS |= {name: _real(name) for name in ("sign", "step", "less", "less_equal", "greater", "greater_equal", "equal")}
