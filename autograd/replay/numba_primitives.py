"""Functions that a loop can compute for several samples at once; math's are called for one after the other.

Errors are within 2 units in the last place. exp(x) is 2^k exp(r) where x = k ln 2 + r and |r| ≤ ½ ln 2; tanh and the
others follow from it.
"""

# mypy: disable-error-code="no-untyped-def, untyped-decorator"

from __future__ import annotations

import math
from typing import Any

from llvmlite import ir
from numba import float64, njit
from numba.extending import intrinsic

LOG2E = 1.4426950408889634
LN2_HIGH, LN2_LOW = 6.93147180369123816490e-01, 1.90821492927058770002e-10  # their sum is ln 2, to 107 bits
ROUND = 6755399441055744.0  # 1.5 · 2⁵²: a number added to it is rounded to a whole one, in the last bits of the sum


@intrinsic
def _power_of_two(_: Any, lifted: Any) -> Any:
    """2^k of ROUND + k, for a whole k between −1022 and 1023: k moves into the exponent."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        bits = builder.bitcast(arguments[0], ir.IntType(64))
        biased = builder.add(bits, ir.Constant(ir.IntType(64), 1023))
        return builder.bitcast(builder.shl(biased, ir.Constant(ir.IntType(64), 52)), ir.DoubleType())

    return float64(float64), generate


@njit(error_model="numpy")
def select(condition, chosen, other):
    return chosen if condition else other


@njit(error_model="numpy", fastmath={"contract"})
def _exp_near_0(r):
    """The Taylor series, for |r| ≤ 0.35."""
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    return (p * r * r + r) + 1.0


@njit(error_model="numpy")
def exp(a):
    x = select(a > 710.0, 710.0, select(a < -746.0, -746.0, a))
    k = (x * LOG2E + ROUND) - ROUND
    r = (x - k * LN2_HIGH) - k * LN2_LOW
    half = (k * 0.5 + ROUND) - ROUND  # two factors, for 2^k itself may overflow, or be subnormal
    return _exp_near_0(r) * _power_of_two(half + ROUND) * _power_of_two((k - half) + ROUND)


@njit(error_model="numpy")
def sigmoid(a):
    e = exp(-abs(a))
    return select(a < 0.0, e, 1.0) / (1.0 + e)


@njit(error_model="numpy")
def sech(a):
    e = exp(-abs(a))
    return 2.0 * e / (1.0 + e * e)


@njit(error_model="numpy")
def tanh(a):
    size = abs(a)
    e = exp(-2.0 * size)
    return math.copysign(select(size < 0.15, _tanh_near_0(size), (1.0 - e) / (1.0 + e)), a)


@njit(error_model="numpy", fastmath={"contract"})
def _tanh_near_0(a):
    """The Taylor series, for |a| ≤ 0.15."""
    square = a * a
    p = -929569.0 / 638512875.0
    p = p * square + 21844.0 / 6081075.0
    p = p * square - 1382.0 / 155925.0
    p = p * square + 62.0 / 2835.0
    p = p * square - 17.0 / 315.0
    p = p * square + 2.0 / 15.0
    p = p * square - 1.0 / 3.0
    return a + a * (square * p)
