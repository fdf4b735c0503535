"""What mathematics says, to 50 digits: each operation's value and derivatives, from their definitions.

Nothing here reads the table's formulas. Derivatives are written over the operands alone, never over y, and
`test_ops` compares them with mpmath's own differentiation of the values, so neither can be wrong unseen.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath

mp: Any = mpmath.mp.clone()  # a context of its own: nobody else's digits change
mp.dps = 50
LARGEST, SMALLEST_NORMAL = mp.mpf(2) ** 1024, mp.mpf(2) ** -1022

Definition = tuple[Callable[..., Any], ...]  # the value, then a derivative for each operand


def sigmoid(a: Any) -> Any:
    return 1 / (1 + mp.exp(-a))


def pdf(a: Any) -> Any:
    return mp.exp(-a * a / 2) / mp.sqrt(2 * mp.pi)


def erfc(a: Any) -> Any:
    return mp.erfc(a) if a < 1e4 else mp.mpf(0)  # exp(-1e8) is beyond every float, and mpmath gives up later


def cdf(a: Any) -> Any:
    return erfc(-a / mp.sqrt(2)) / 2


def power(a: Any, b: Any) -> Any:
    if a == 0:
        return mp.mpf(0 if b > 0 else 1)
    size = mp.exp(b * mp.log(abs(a)))
    return -size if a < 0 and b % 2 == 1 else size


def power_in_base(a: Any, b: Any) -> Any:
    return b * power(a, b) / a if a != 0 else holds(b == 1)


def power_in_exponent(a: Any, b: Any) -> Any:
    return mp.mpf(0) if a == 0 else mp.nan if a < 0 else power(a, b) * mp.log(a)


def arctan2(a: float, b: float) -> Any:
    """With the signs of zeros, which mpmath's numbers do not have."""
    b = math.copysign(1.0, b) if a == b == 0 else b
    return math.copysign(1, a) * mp.atan2(abs(a), b)


def cbrt(a: Any) -> Any:
    return mp.sign(a) * mp.cbrt(abs(a))


def clip(a: Any, low: Any, high: Any) -> Any:
    return min(max(a, low), high)


def holds(condition: bool) -> Any:
    return mp.mpf(bool(condition))


def flat(*operands: Any) -> Any:
    return mp.mpf(0)


def one(*operands: Any) -> Any:
    return mp.mpf(1)


DEFINITIONS: dict[str, Definition] = {
    "add": (lambda a, b: a + b, one, one),
    "sub": (lambda a, b: a - b, one, lambda a, b: mp.mpf(-1)),
    "mul": (lambda a, b: a * b, lambda a, b: b, lambda a, b: a),
    "div": (lambda a, b: a / b, lambda a, b: 1 / b, lambda a, b: -a / b**2),
    "neg": (lambda a: -a, lambda a: mp.mpf(-1)),
    "power": (power, power_in_base, power_in_exponent),
    "positive": (lambda a: a, one),
    "square": (lambda a: a**2, lambda a: 2 * a),
    "reciprocal": (lambda a: 1 / a, lambda a: -1 / a**2),
    "absolute": (abs, mp.sign),
    "sign": (mp.sign, flat),
    "sqrt": (mp.sqrt, lambda a: 1 / (2 * mp.sqrt(a))),
    "cbrt": (cbrt, lambda a: 1 / (3 * mp.cbrt(abs(a)) ** 2)),
    "exp": (mp.exp, mp.exp),
    "exp2": (lambda a: mp.exp(a * mp.ln2), lambda a: mp.exp(a * mp.ln2) * mp.ln2),
    "expm1": (mp.expm1, mp.exp),
    "log": (mp.log, lambda a: 1 / a),
    "log2": (lambda a: mp.log(a) / mp.ln2, lambda a: 1 / (a * mp.ln2)),
    "log10": (lambda a: mp.log(a) / mp.ln10, lambda a: 1 / (a * mp.ln10)),
    "log1p": (mp.log1p, lambda a: 1 / (1 + a)),
    "sin": (mp.sin, mp.cos),
    "cos": (mp.cos, lambda a: -mp.sin(a)),
    "tan": (mp.tan, lambda a: 1 / mp.cos(a) ** 2),
    "arcsin": (mp.asin, lambda a: 1 / mp.sqrt(1 - a**2)),
    "arccos": (mp.acos, lambda a: -1 / mp.sqrt(1 - a**2)),
    "arctan": (mp.atan, lambda a: 1 / (1 + a**2)),
    "arctan2": (mp.atan2, lambda a, b: b / (a**2 + b**2), lambda a, b: -a / (a**2 + b**2)),
    "sinh": (mp.sinh, mp.cosh),
    "cosh": (mp.cosh, mp.sinh),
    "tanh": (mp.tanh, lambda a: 1 / mp.cosh(a) ** 2),
    "sech": (mp.sech, lambda a: -mp.sinh(a) / mp.cosh(a) ** 2),
    "arcsinh": (mp.asinh, lambda a: 1 / mp.sqrt(1 + a**2)),
    "arccosh": (mp.acosh, lambda a: 1 / mp.sqrt(a**2 - 1)),
    "arctanh": (mp.atanh, lambda a: 1 / (1 - a**2)),
    "hypot": (mp.hypot, lambda a, b: a / mp.hypot(a, b), lambda a, b: b / mp.hypot(a, b)),
    "erf": (mp.erf, lambda a: 2 / mp.sqrt(mp.pi) * mp.exp(-(a**2))),
    "erfc": (erfc, lambda a: -2 / mp.sqrt(mp.pi) * mp.exp(-(a**2))),
    "gaussian": (lambda a: mp.exp(-(a**2)), lambda a: -2 * a * mp.exp(-(a**2))),
    "normal_pdf": (pdf, lambda a: -a * pdf(a)),
    "sigmoid": (sigmoid, lambda a: sigmoid(a) * sigmoid(-a)),
    "log_sigmoid": (lambda a: -mp.log1p(mp.exp(-a)), lambda a: sigmoid(-a)),
    "softplus": (lambda a: mp.log1p(mp.exp(a)), sigmoid),
    "relu": (lambda a: max(a, 0 * a), lambda a: holds(a > 0)),
    "leaky_relu": (
        lambda a, slope: a if a > 0 else slope * a,
        lambda a, slope: mp.mpf(1) if a > 0 else slope,
        lambda a, slope: min(a, 0 * a),
    ),
    "elu": (
        lambda a, alpha: a if a > 0 else alpha * mp.expm1(a),
        lambda a, alpha: mp.mpf(1) if a > 0 else alpha * mp.exp(a),
        lambda a, alpha: mp.expm1(min(a, 0 * a)),
    ),
    "gelu": (lambda a: a * cdf(a), lambda a: cdf(a) + a * pdf(a)),
    "silu": (lambda a: a * sigmoid(a), lambda a: sigmoid(a) + a * sigmoid(a) * sigmoid(-a)),
    "maximum": (max, lambda a, b: holds(a > b), lambda a, b: holds(b > a)),
    "minimum": (min, lambda a, b: holds(a < b), lambda a, b: holds(b < a)),
    "clip": (
        clip,
        lambda a, low, high: holds(low < a < high),
        lambda a, low, high: holds(a < low <= high),
        lambda a, low, high: holds(high < max(a, low)),
    ),
    "step": (lambda a: holds(a > 0), flat),
    "where": (
        lambda condition, a, b: a if condition else b,
        flat,
        lambda condition, a, b: holds(condition),
        lambda condition, a, b: holds(not condition),
    ),
    "less": (lambda a, b: holds(a < b), flat, flat),
    "less_equal": (lambda a, b: holds(a <= b), flat, flat),
    "greater": (lambda a, b: holds(a > b), flat, flat),
    "greater_equal": (lambda a, b: holds(a >= b), flat, flat),
    "equal": (lambda a, b: holds(a == b), flat, flat),
}

# ---- any number of operands: the value, and all derivatives at once


def logsumexp(xs: Sequence[Any]) -> Any:
    *others, top = sorted(xs)
    return top + mp.log1p(mp.fsum(mp.exp(x - top) for x in others))


def softmax(xs: Sequence[Any]) -> list[Any]:
    exps = [mp.exp(x - max(xs)) for x in xs]
    return [e / mp.fsum(exps) for e in exps]


def softmax_derivatives(operands: Sequence[Any]) -> list[Any]:
    """∂p_k/∂x_j = p_k (δ_kj − p_j)."""
    k, p = int(operands[0]), softmax(operands[1:])
    others = mp.fsum(q for j, q in enumerate(p) if j != k)
    return [mp.mpf(0), *(p[k] * (others if j == k else -q) for j, q in enumerate(p))]


def exact_sum(xs: Sequence[Any]) -> Any:
    with mp.workprec(2200):
        return mp.fsum(xs)


def dot(operands: Sequence[Any]) -> Any:
    """Of w₁ … w_n, x₁ … x_n, bias."""
    n = len(operands) // 2
    products = [mp.fmul(w, x, exact=True) for w, x in zip(operands[:n], operands[n:-1], strict=True)]
    return exact_sum([*products, operands[-1]])


def dot_derivatives(operands: Sequence[Any]) -> list[Any]:
    n = len(operands) // 2
    return [*operands[n:-1], *operands[:n], mp.mpf(1)]


NARY: dict[str, tuple[Callable[[Sequence[Any]], Any], Callable[[Sequence[Any]], list[Any]]]] = {
    "total": (exact_sum, lambda xs: [mp.mpf(1)] * len(xs)),
    "mean": (lambda xs: exact_sum(xs) / len(xs), lambda xs: [mp.mpf(1) / len(xs)] * len(xs)),
    "dot": (dot, dot_derivatives),
    "logsumexp": (logsumexp, softmax),
    "softmax": (lambda operands: softmax(operands[1:])[int(operands[0])], softmax_derivatives),
}


def value(name: str, operands: Sequence[Any]) -> Any:
    """y, to 50 digits."""
    if name == "arctan2":
        return arctan2(*operands)
    exact = [mp.mpf(x) for x in operands]
    return NARY[name][0](exact) if name in NARY else DEFINITIONS[name][0](*exact)


def derivatives(name: str, operands: Sequence[Any]) -> list[Any]:
    """∂y/∂operand for each operand, to 50 digits; nan where there is none."""
    exact = [mp.mpf(x) for x in operands]
    if name in NARY:
        return NARY[name][1](exact)
    return [derivative(*exact) for derivative in DEFINITIONS[name][1:]]


def error(found: float, exact: Any, scale: Any = 0) -> float:
    """|found − exact| relative to what is larger: `exact`, or `scale`; below the smallest normal it is 0."""
    difference = max(abs(mp.mpf(found) - exact) - SMALLEST_NORMAL, 0)
    return float(difference / max(abs(exact), scale, SMALLEST_NORMAL)) if difference else 0.0
