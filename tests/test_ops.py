"""Every row of the table against 50-digit arithmetic, over its whole domain; and that these tests can fail."""

from __future__ import annotations

import inspect
import math
from fractions import Fraction

import numpy as np
import oracles
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from oracles import mp
from strategies import BUILT_IN, apply, every_row, points, put, values

from autograd import DomainError, Value, kernels, ops
from autograd.codegen import condition, float_value, ieee_partials, ieee_value
from autograd.ops import TABLE, Nary, define
from autograd.symbol import Symbol
from autograd.testing import points_in_domain

ULPS = 4 * 2.0**-52
# Where a change of the operands' last digit changes more than four of y's: y is as good as its operands.
ILL_CONDITIONED = {"gelu", "logsumexp", "dot"}


# ---- the whole domain


def check_row(op, xs, name=None):
    """The value and every local derivative of `op` at xs, eager and by IEEE 754, are those of the oracle `name`."""
    name = name or op.name
    kink = not isinstance(op, Nary) and condition(op, "kinks")(*xs)
    y, derivatives = oracles.value(name, xs), [mp.nan] * len(xs) if kink else oracles.derivatives(name, xs)
    scale = max(abs(x * d) for x, d in zip(xs, derivatives, strict=True)) if name in ILL_CONDITIONED else 0
    try:
        v = apply(op, values(op, xs))
    except DomainError:
        v = None
    assert_close(math.copysign(math.inf, y) if v is None else v.data, y, ULPS, scale)
    if v is None or not math.isfinite(v.data):
        return
    assert apply(op, xs) == v.data
    assert {type(x) for x in (apply(op, xs), v.data, *v.local_derivatives)} == {float}
    for found, exact in zip(recorded(v), derivatives, strict=True):
        assert_close(found, exact, 1e-14)
    check_ieee(op, xs, y, scale, derivatives)


def recorded(v):
    """∂v/∂operand for every operand; None for a constant."""
    locals_ = iter(v.local_derivatives)
    return [next(locals_) if isinstance(x, Value) else None for x in v.operands]


def check_ieee(op, xs, y, scale, derivatives):
    """What replay on arrays starts from."""
    if isinstance(op, Nary):
        return
    with np.errstate(all="ignore"):
        wide = [np.float64(x) for x in xs]
        data = float(ieee_value(op)(*wide))
        partials = ieee_partials(op)(np.float64(data), *wide)
    assert_close(data, y, ULPS, scale)
    for found, exact in zip(partials, derivatives, strict=True):
        assert_close(found, exact, 1e-14)


def assert_close(found, exact, tolerance, scale=0):
    """Relative to `exact`, or to `scale` if that is larger; infinite where `exact` is beyond the floats."""
    if found is None or mp.isnan(exact):  # a constant; no derivative, or that of a kink
        return
    beyond = abs(exact) / oracles.LARGEST
    if math.isinf(found) and beyond > 1 - 1e-14:
        assert (found > 0) == (exact > 0)
    else:
        close = beyond < 1 and oracles.error(found, exact, scale) <= tolerance
        assert close, f"{found!r}, but exactly {mp.nstr(exact, 20)}"


@every_row
def test_value_and_derivatives_over_the_whole_domain(op):
    @given(points_in_domain(op).filter(lambda xs: not (op is ops.elu and xs[0] < -708.0)))
    def check(xs):
        check_row(op, xs)

    check()


@given(st.floats(-1e300, -708.0), st.floats(-1.0, 1.0))
def test_elu_where_its_exponential_is_subnormal(a, alpha):
    check_row(ops.elu, (a, alpha))  # a larger alpha would magnify what that rounds off


@pytest.mark.parametrize("x", [-1e300, -1000.0, -745.0, 745.0, 1000.0, 1e300])
@pytest.mark.parametrize("name", ["sigmoid", "log_sigmoid", "softplus", "tanh", "silu", "gelu", "erf", "erfc"])
def test_stable_far_out(name, x):
    check_row(TABLE[name], (x,))
    v = TABLE[name](Value(x))
    v.backward()
    assert math.isfinite(v.data) and math.isfinite(v.parents[0].grad)


@pytest.mark.parametrize("gap", [700.0, 745.0, 1000.0, 1e6, 1e308])
def test_stable_for_values_far_apart(gap):
    for xs in ((0.0, gap), (-gap, 1.0, gap), (gap, gap), (-gap, -gap, 1.0 - gap)):
        check_row(ops.logsumexp, xs)
        for k in range(len(xs)):
            check_row(ops.softmax_output, (float(k), *xs))
        assert math.fsum(ops.softmax(xs)) == pytest.approx(1.0, rel=1e-15)


def test_the_outputs_of_a_softmax_share_its_exponentials_and_no_others():
    a, b = ([Value(x) for x in xs] for xs in ((0.5, -1.0, 2.0), (0.5, -1.0, 2.5)))
    kernels.softmax.cache_clear()
    alone = [[(y.data, y.local_derivatives) for y in ops.softmax(xs)] for xs in (a, b)]
    assert kernels.softmax.cache_info().misses == 2
    in_turn = [[ops.softmax_output(k, xs) for xs in (a, b)] for k in range(3)]
    assert [[(y.data, y.local_derivatives) for y in ys] for ys in zip(*in_turn, strict=True)] == alone


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("exponent", [1e10, 1e15, 2.0**53 - 1, 2.0**53 + 2, 1e17, 1e18])
def test_power_with_exponents_whose_predecessor_is_no_float(exponent, sign):
    for k in range(-40, 41):
        check_row(ops.power, (1.0 + k * 2.0**-53, sign * exponent))


@given(st.floats(1e-9, 40.0))
def test_the_head_of_a_number_has_an_exact_square(a):
    head = ops._head(a)
    assert Fraction(head * head) == Fraction(head) ** 2
    assert abs(a - head) <= abs(a) * 2.0**-25


@pytest.mark.parametrize("root", ["GELU_FLAT", "SILU_FLAT"])
@given(st.floats(-0.06, 0.06))
def test_slopes_near_where_they_are_0(root, distance):
    op = TABLE[root.removesuffix("_FLAT").lower()]
    check_row(op, [getattr(ops, root) + distance])


def test_operators_of_symbols_are_rows_of_the_table():
    a, b = Symbol("a"), Symbol("b")
    written = [a + b, 1.0 + a, a - b, 1.0 - a, a * b, 2.0 * a, a / b, 1.0 / a, a**b, 2.0**a, -a, +a, abs(a)]
    names = ["add", "add", "sub", "sub", "mul", "mul", "div", "div", "power", "power", "neg", "positive", "absolute"]
    assert [e.op.name for e in written] == names
    assert [e.args for e in written[:10]] == [x for k in (1.0, 1.0, 2.0, 1.0, 2.0) for x in ((a, b), (k, a))]


# ---- the tests can fail


def planted(op, slot, factor):
    """A copy of the row whose partial number `slot` is wrong by `factor`; slot None is its value."""

    def wrong(partial):
        copy = lambda *args: partial(*args) * factor
        copy.__signature__ = inspect.signature(partial)
        return copy

    value = float_value(op)
    if slot is None:
        value = lambda a: float_value(op)(a) * factor
    partials = [wrong(p) if k == slot else p for k, p in enumerate(op.partials)]
    return define(f"wrong_{op.name}", value, *partials, domain=op.domain, kinks=op.kinks)


@pytest.mark.parametrize(
    ("name", "slot", "factor"),
    [
        ("exp", 0, 1 + 1e-12),
        ("tanh", 0, 1 + 1e-12),
        ("gelu", 0, 1 - 1e-12),
        ("log1p", 0, 1.001),
        ("arcsin", 0, -1.0),
        ("div", 1, 1 + 1e-12),
        ("power", 0, 1 + 1e-12),
        ("power", 1, 1 - 1e-12),
        ("hypot", 1, 1 + 1e-12),
        ("sin", None, 1 + 1e-14),
        ("softplus", None, 1 - 1e-14),
    ],
)
def test_a_planted_mistake_is_caught(table, name, slot, factor):
    wrong = planted(TABLE[name], slot, factor)

    @settings(phases=[Phase.generate])
    @given(points_in_domain(wrong))
    def check(xs):
        check_row(wrong, xs, name)

    with pytest.raises(AssertionError, match="but exactly"):
        check()


def test_a_faithful_copy_is_not(table):
    copy = planted(ops.gelu, 0, 1.0)
    for x in (-38.0, -0.7517915246935645, 1e-300, 3.0):
        check_row(copy, (x,), "gelu")


# ---- nothing is left out


def test_a_row_that_is_not_there():
    assert ops.operation("tanh") is ops.tanh
    with pytest.raises(ValueError, match="no operation 'tanhh': if it is your own, define it first"):
        ops.operation("tanhh")


def test_every_row_has_an_oracle_and_points():
    assert {op.name for op in BUILT_IN} == oracles.DEFINITIONS.keys() | oracles.NARY.keys()
    assert all(points(op) for op in BUILT_IN)
    assert all(len(oracles.DEFINITIONS[op.name]) == 1 + len(op.operands) for op in BUILT_IN if not isinstance(op, Nary))


@every_row
def test_oracle_derivatives_are_those_of_the_oracle_value(op):
    for xs in points(op):
        for k, exact in enumerate(oracles.derivatives(op.name, xs)):
            if (op.name == "softmax" and k == 0) or mp.isnan(exact):
                continue
            numerical = mp.diff(lambda x, k=k, xs=xs: oracles.value(op.name, put(xs, k, x)), xs[k])
            assert abs(numerical - exact) < 1e-40 * (1 + abs(exact))
