"""One row, many ways to compute and to write it: all agree."""

from __future__ import annotations

import math
import operator
from itertools import compress

import numpy as np
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracles import mp
from strategies import BUILT_IN, every_row_of_fixed_arity, points

from autograd import DomainError, Value, affine, dot, ignore_domain, no_grad, ops, relu, scope, sqrt, total
from autograd.codegen import ieee_value, partial_formulas
from autograd.ops import TABLE, Nary
from autograd.symbol import Symbol
from autograd.value import data_of

finite = st.floats(allow_nan=False, allow_infinity=False)
BINARY = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv, "**": operator.pow}
# The others choose by comparing, or NumPy has no complex version of what they are made of.
# fmt: off
ANALYTIC = [
    "add", "sub", "mul", "div", "neg", "power", "positive", "square", "reciprocal",
    "sqrt", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin", "arccos", "arctan",
    "sinh", "cosh", "tanh", "arcsinh", "arccosh", "arctanh",
]
# fmt: on


def computed(v):
    """All that v is, as text, in which nan equals nan."""
    return repr((v.op, v.data, v.local_derivatives))


@every_row_of_fixed_arity
def test_method_and_function_agree(op):
    if op is ops.where:  # its first operand is a condition, not a Value
        assert not hasattr(Value, "where")
        return
    for a, *others in points(op):
        method = getattr(Value(a), op.name)
        assert computed(method(*map(Value, others))) == computed(op(Value(a), *map(Value, others)))
        assert computed(method(*others)) == computed(op(Value(a), *others))


@pytest.mark.parametrize(
    "op", [op for op in BUILT_IN if op.infix in BINARY and op is not ops.neg], ids=lambda op: op.name
)
def test_operator_and_function_agree(op):
    sign = BINARY[op.infix]
    for a, b in points(op):
        both = op(Value(a), Value(b))
        assert computed(sign(Value(a), Value(b))) == computed(both)
        assert sign(Value(a), b).data == sign(a, Value(b)).data == op(a, b) == both.data
        assert repr(sign(Value(a), b).local_derivatives) == repr(both.local_derivatives[:1])
        assert repr(sign(a, Value(b)).local_derivatives) == repr(both.local_derivatives[1:])


def test_signs_and_functions_agree():
    x = Value(-0.6)
    assert computed(-x) == computed(ops.neg(x))
    assert computed(abs(x)) == computed(ops.absolute(x))


@every_row_of_fixed_arity
def test_ieee_arithmetic_changes_nothing_inside_the_domain(op):
    for xs in points(op):
        with ignore_domain():
            v = op(*map(Value, xs))
        assert computed(v) == computed(op(*map(Value, xs)))


@pytest.mark.parametrize("name", ANALYTIC)
def test_complex_step(name):
    """Im f(x + ih) / h has no cancellation, so h may be 1e-200 (Squire and Trapp 1998)."""
    op = TABLE[name]
    for xs in points(op):
        for k, local in enumerate(op(*map(Value, xs)).local_derivatives):
            if not math.isnan(local):
                moved = [np.complex128(complex(x, 1e-200 if j == k else 0.0)) for j, x in enumerate(xs)]
                assert ieee_value(op)(*moved).imag / 1e-200 == pytest.approx(local, rel=1e-14)


# ---- what is printed is what is computed


def evaluate(e, names):
    """A formula of the table, to 50 digits."""
    if not isinstance(e, Symbol):
        return mp.mpf(e)
    if e.op is None:
        return names[e.name]
    if e.op is ops.where:
        return evaluate(e.args[1] if evaluate(e.args[0], names) else e.args[2], names)
    return oracles.value(e.name, [evaluate(arg, names) for arg in e.args])


def read(textbook, names):
    """A textbook formula, to 50 digits."""
    calls = {name: lambda *xs, name=name: oracles.value(name, xs) for name in oracles.DEFINITIONS}
    if isinstance(names["a"], np.ndarray):
        calls = {name: np.frompyfunc(f, 1, 1) for name, f in calls.items()}
    return eval(textbook, {"pi": mp.pi, "sum": sum} | calls, names)


@every_row_of_fixed_arity
def test_formulas(op):
    for xs in points(op):
        names = dict(zip(op.operands, map(mp.mpf, xs), strict=True))
        names["y"] = oracles.value(op.name, xs)
        exact = oracles.derivatives(op.name, xs)
        pairs = [*zip([evaluate(e, names) for e in partial_formulas(op)], exact, strict=True)]
        if op.textbook:
            printed = [read(formula, names) for formula in op.textbook]
            pairs += zip(printed, [names["y"], *exact], strict=True)
        for found, truth in pairs:
            if not mp.isnan(truth):
                assert abs(found - truth) <= 1e-15 * abs(truth)  # constants such as log(2) are floats


@pytest.mark.parametrize("op", [op for op in BUILT_IN if isinstance(op, Nary) and op.textbook], ids=lambda op: op.name)
def test_formulas_of_any_number_of_operands(op):
    (xs,) = points(op)
    y, exact = oracles.value(op.name, xs), oracles.derivatives(op.name, xs)
    names = {"a": np.array([mp.mpf(x) for x in xs], dtype=object), "n": mp.mpf(len(xs)), "y": y}
    assert abs(read(op.textbook[0], names) - y) < 1e-45
    for found, truth in zip(np.broadcast_to(read(op.textbook[1], names), len(xs)), exact, strict=True):
        assert abs(found - truth) < 1e-45


@given(st.lists(st.tuples(finite, finite, st.booleans(), st.booleans()), max_size=6), finite, st.booleans())
def test_dot_and_affine_which_writes_it_out_for_speed_are_the_row(pairs, bias, bias_is_value):
    def given_as(number, is_value):
        return Value(number) if is_value else number

    ws = [given_as(w, is_value) for w, _, is_value, _ in pairs]
    xs = [given_as(x, is_value) for _, x, _, is_value in pairs]
    b = given_as(bias, bias_is_value)
    row, operands = TABLE["dot"], [*ws, *xs, b]
    numbers = [data_of(x) for x in operands]
    value = row.kernel(numbers)
    kept = [isinstance(x, Value) for x in operands]
    with ignore_domain():
        made = [dot(ws, xs, b), *affine([ws, ws], xs, [b, b], names=["first", "second"])]
    for y in made:
        assert data_of(y) == value or math.isnan(value)
        if any(kept):
            assert y.operands == tuple(operands) and y.parents == tuple(compress(operands, kept))
            assert y.local_derivatives == tuple(compress(row.all_partials(value, numbers), kept))
    if any(kept):
        assert [y.scope for y in made] == [(), ("first",), ("second",)]


def test_affine_heeds_the_blocks_around():
    W, x, b = [[Value(1e200)], [Value(2.0)]], [1e200], [Value(0.0), Value(0.0)]
    with no_grad(), scope("layer"):
        (_, z) = affine(W, x, b, ["a", "b"])
    assert (z.data, z.parents, z.scope) == (2e200, (), ("layer", "b"))
    with pytest.raises(DomainError, match=r"overflows.*test_forms"):
        affine(W, x, b)[0].backward()
    assert affine([], x, []) == []


@pytest.mark.parametrize(
    ("W", "b", "names", "text"),
    [
        ([[1.0]], [], [], "1 rows of weights, 0 biases"),
        ([[1.0]], [1.0], ["a", "b"], "2 names"),
        ([[Value(1.0)]], [Value(1.0)], [], "dot pairs 1 weights with 2 inputs"),
    ],
)
def test_affine_refuses_what_does_not_fit(W, b, names, text):
    with pytest.raises(ValueError, match=text):
        affine(W, [1.0, 2.0], b, names)


def test_a_neuron_that_is_off_hands_on_zeros_and_infinity_times_zero_is_still_seen():
    w, x = [Value(2.0), Value(3.0)], [Value(0.5), Value(-1.0)]
    relu(dot(w, x, -10.0)).backward()
    assert [v.grad for v in w + x] == [0.0] * 4
    root = sqrt(Value(0.0, label="r"))
    with pytest.raises(DomainError, match="r"):
        (0.0 * total([root, 1.0])).backward()
