"""The published table of kinks: where the mathematics has no derivative, or two, and which one is recorded."""

from __future__ import annotations

from math import inf
from typing import NamedTuple

import pytest
from strategies import BUILT_IN

from autograd import Value, grad, maximum, minimum, ops
from autograd.codegen import condition
from autograd.ops import TABLE


class Kink(NamedTuple):
    """A row at a kink, and the derivative chosen for each operand."""

    name: str
    operands: tuple[float, ...]
    chosen: tuple[float, ...]


KINKS = [
    Kink("power", (0.0, 0.0), (0.0, 0.0)),  # x⁰ = 1
    Kink("power", (0.0, 0.5), (inf, 0.0)),
    Kink("absolute", (0.0,), (0.0,)),
    Kink("sign", (0.0,), (0.0,)),
    Kink("sqrt", (0.0,), (inf,)),
    Kink("cbrt", (0.0,), (inf,)),
    Kink("arcsin", (-1.0,), (inf,)),
    Kink("arcsin", (1.0,), (inf,)),
    Kink("arccos", (-1.0,), (-inf,)),
    Kink("arccos", (1.0,), (-inf,)),
    Kink("arccosh", (1.0,), (inf,)),
    Kink("arctan2", (0.0, 0.0), (0.0, 0.0)),
    Kink("hypot", (0.0, 0.0), (0.0, 0.0)),
    Kink("relu", (0.0,), (0.0,)),
    Kink("leaky_relu", (0.0, 0.01), (0.01, 0.0)),
    Kink("leaky_relu", (0.0, 2.0), (2.0, 0.0)),
    Kink("elu", (0.0, 2.0), (2.0, 0.0)),
    Kink("maximum", (3.0, 3.0), (0.5, 0.5)),
    Kink("minimum", (3.0, 3.0), (0.5, 0.5)),
    Kink("clip", (-1.0, -1.0, 2.0), (1.0, 0.0, 0.0)),
    Kink("clip", (2.0, -1.0, 2.0), (1.0, 0.0, 0.0)),
    Kink("clip", (2.0, 2.0, 2.0), (0.0, 0.0, 1.0)),
    Kink("step", (0.0,), (0.0,)),
    Kink("less", (3.0, 3.0), (0.0, 0.0)),
    Kink("less_equal", (3.0, 3.0), (0.0, 0.0)),
    Kink("greater", (3.0, 3.0), (0.0, 0.0)),
    Kink("greater_equal", (3.0, 3.0), (0.0, 0.0)),
    Kink("equal", (3.0, 3.0), (0.0, 0.0)),
]


@pytest.mark.parametrize("kink", KINKS, ids=lambda kink: f"{kink.name}{kink.operands}")
def test_chosen_derivative(kink):
    v = TABLE[kink.name](*map(Value, kink.operands))
    assert v.local_derivatives == kink.chosen
    assert condition(v.op, "domain")(*kink.operands) and condition(v.op, "kinks")(*kink.operands)


@pytest.mark.parametrize("kink", [k for k in KINKS if k.name != "sqrt"], ids=lambda kink: f"{kink.name}{kink.operands}")
def test_minus_0_is_0(kink):
    v = TABLE[kink.name](*(Value(-x if x == 0 else x) for x in kink.operands))
    assert v.local_derivatives == kink.chosen


def test_the_root_of_minus_0_is_minus_0():
    """By IEEE 754, and so its derivative 1 / 2y is -inf."""
    assert ops.sqrt(Value(-0.0)).local_derivatives == (-inf,)


def test_every_row_that_has_kinks_is_in_the_table():
    assert {op.name for op in BUILT_IN if op.kinks} == {kink.name for kink in KINKS}


def test_a_row_has_no_kink_elsewhere():
    assert not condition(ops.relu, "kinks")(1e-300)
    assert not condition(ops.elu, "kinks")(0.0, 1.0)
    assert not condition(ops.power, "kinks")(0.0, 1.0)


@pytest.mark.parametrize("choose", [maximum, minimum])
def test_both_slots_taken_by_one_value_make_1(choose):
    x = Value(3.0)
    choose(x, x).backward()
    assert x.grad == 1.0


def test_a_power_that_is_smooth_at_0():
    x = Value(0.0)
    assert [(x**n).local_derivatives for n in (1, 2, 3)] == [(1.0,), (0.0,), (0.0,)]


def test_bounds_of_clip_that_cross():
    """The upper one is obeyed, as by NumPy."""
    assert ops.clip(0.0, 2.0, -1.0) == -1.0
    assert ops.clip(Value(0.0), Value(2.0), Value(-1.0)).local_derivatives == (0.0, 0.0, 1.0)


def test_second_derivatives_at_kinks_are_those_of_the_chosen_side():
    assert grad(grad(ops.relu))(0.0) == 0.0
    assert grad(grad(lambda x: ops.elu(x, 2.0)))(0.0) == 2.0
    assert grad(grad(lambda x: x**0))(0.0) == 0.0
    assert grad(grad(abs))(0.0) == 0.0
