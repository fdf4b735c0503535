"""Functions that a loop can compute for several samples at once; math's are called for one after the other.

exp(x) is 2^k exp(r) where x = k ln 2 + r and |r| ≤ ½ ln 2; tanh and the others follow from it. The error of exp is
within 1.1 units in the last place, that of the others within 2.5.
"""

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
def _expm1_near_0(r):
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
    return p * r * r + r


@njit(error_model="numpy")
def _reduced(x):
    """k and exp(r) − 1, for |x| < 750."""
    k = (x * LOG2E + ROUND) - ROUND
    return k, _expm1_near_0((x - k * LN2_HIGH) - k * LN2_LOW)


@njit(error_model="numpy")
def exp(a):
    k, rest = _reduced(select(a > 710.0, 710.0, select(a < -746.0, -746.0, a)))
    half = (k * 0.5 + ROUND) - ROUND  # two factors, for 2^k itself may overflow, or be subnormal
    return (rest + 1.0) * _power_of_two(half + ROUND) * _power_of_two((k - half) + ROUND)


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
    """(1 − e) / (1 + e) of e = exp(−2|a|), a power of two and a rest: so that nothing cancels where a is small."""
    k, rest = _reduced(-2.0 * select(abs(a) > 20.0, 20.0, abs(a)))  # tanh 20 is 1
    power = _power_of_two(k + ROUND)
    rest *= power
    return math.copysign(((1.0 - power) - rest) / ((1.0 + power) + rest), a)
