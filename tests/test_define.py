"""Operations of one's own: they do all that the built-in ones do, and mistakes in them are refused by name."""

from __future__ import annotations

import copy
import math
import pickle

import numpy as np
import oracles
import pytest
from oracles import mp

from autograd import (
    DomainError,
    Value,
    compile,
    dot,
    exp,
    grad,
    hessian,
    ignore_domain,
    jvp,
    log,
    ops,
    paths,
    sin,
    total,
)
from autograd.codegen import ieee_value
from autograd.ops import TABLE, define, operation, where
from autograd.show.style import TYPESET
from autograd.symbol import Symbol
from autograd.writing import text

pytestmark = pytest.mark.usefixtures("table")


@pytest.fixture
def mish():
    return define(
        "mish",
        lambda a: a * ops.tanh(ops.softplus(a)),
        lambda y, a: ops.tanh(ops.softplus(a)) + a * ops.sech(ops.softplus(a)) ** 2.0 * ops.sigmoid(a),
    )


def exact_mish(a):
    return a * mp.tanh(mp.log1p(mp.exp(a)))


# ---- what a row of one's own does


def test_works_eagerly(mish):
    x = Value(0.7)
    y = mish(x)
    y.backward()
    assert (y.op, y.parents, y.data) == (mish, (x,), mish(0.7))
    assert y.data == pytest.approx(float(exact_mish(mp.mpf(0.7))), rel=1e-15)
    assert x.grad == pytest.approx(float(mp.diff(exact_mish, 0.7)), rel=1e-14)


def test_in_higher_orders_and_in_company(mish):
    f, exact = (lambda x: sin(mish(x * x))), (lambda x: mp.sin(exact_mish(x * x)))
    for order in range(1, 5):
        f = grad(f)
        assert f(0.7) == pytest.approx(float(mp.diff(exact, 0.7, order)), rel=1e-12)
    assert jvp(mish, (0.7,), (2.0,))[1] == 2 * grad(mish)(0.7)


def test_by_ieee_arithmetic(mish):
    assert ieee_value(mish)(0.7) == mish(0.7)
    with ignore_domain():
        assert mish(Value(0.7)).data == mish(0.7)


def test_is_found_by_name_and_survives_copies(mish):
    assert operation("mish") is mish
    x = Value(0.7)
    y = mish(x)
    for x2, y2 in (pickle.loads(pickle.dumps((x, y))), copy.deepcopy((x, y))):
        assert y2.op is mish
        assert paths(x2, y2).total == paths(x, y).total


def test_several_operands_with_defaults_and_names():
    swish = define(
        "swish",
        lambda a, beta=1.0: a * ops.sigmoid(beta * a),
        lambda y, a, beta: ops.sigmoid(beta * a) * (1.0 + beta * a * ops.sigmoid(-beta * a)),
        lambda y, a, beta: a * y * ops.sigmoid(-beta * a),
    )
    assert swish(0.7) == pytest.approx(ops.silu(0.7), rel=1e-15)
    assert swish(Value(0.7)).parents[0].data == 0.7
    assert swish(0.7, beta=Value(2.0)).local_derivatives == swish(0.7, Value(2.0)).local_derivatives
    exact = mp.diff(lambda a, b: a * oracles.sigmoid(b * a), (mp.mpf(0.7), mp.mpf(2)), (1, 1))
    assert hessian(lambda v: swish(*v))([0.7, 2.0])[0][1] == pytest.approx(float(exact), rel=1e-13)


def test_a_value_that_is_a_function_of_floats():
    trigamma = define("trigamma", lambda a: float(mp.polygamma(1, a)), lambda y, a: -1.0 / a**2, domain="a > 0")
    digamma = define("digamma", lambda a: float(mp.digamma(a)), lambda y, a: trigamma(a), domain="a > 0")
    lgamma = define("lgamma", math.lgamma, lambda y, a: digamma(a), domain="a > 0")
    assert lgamma(Value(2.5)).data == math.lgamma(2.5)
    assert grad(lgamma)(2.5) == float(mp.digamma(2.5))
    assert grad(grad(lgamma))(2.5) == float(mp.polygamma(1, 2.5))


def test_a_choice():
    huber = define(
        "huber",
        lambda a: where(abs(a) < 1.0, 0.5 * a * a, abs(a) - 0.5),
        lambda y, a: where(abs(a) < 1.0, a, ops.sign(a)),
    )
    assert [huber(x) for x in (-3.0, 0.5)] == [2.5, 0.125]
    assert [grad(huber)(x) for x in (-3.0, 0.5)] == [-1.0, 0.5]
    assert [grad(grad(huber))(x) for x in (-3.0, 0.5)] == [0.0, 1.0]


def test_is_written_by_name_or_as_told(mish):
    assert text(mish(Symbol("x")) + 1.0) == "mish(x) + 1"
    cosec = define("cosec", lambda a: 1.0 / sin(a), lambda y, a: -y * y * ops.cos(a), latex=r"\csc\left(<a>\right)")
    assert TYPESET.text(cosec(Symbol("x"))) == r"\csc\left(x\right)"


# ---- its domain


def test_a_domain_error_names_it_and_the_numbers():
    lgamma = define("lgamma", math.lgamma, lambda y, a: log(a), domain="a > 0")
    with pytest.raises(DomainError, match=r"lgamma\(n = -2\) is undefined: the domain of lgamma is a > 0"):
        lgamma(Value(-2.0, "n"))
    with ignore_domain():
        assert math.isnan(lgamma(Value(-2.0)).data)


@pytest.fixture
def share():
    partials = (lambda y, a, b: b / (a + b) ** 2, lambda y, a, b: -a / (a + b) ** 2)
    return define("share", lambda a, b: a / (a + b), *partials, domain="a > 0 and (b > 0 or b == -0.5)")


def test_a_domain_holds_where_arithmetic_goes_on(share):
    refused = r"share\(p = 0.25, -1\) is undefined: the domain of share is a > 0 and \(b > 0 or b == -0.5\)"
    with pytest.raises(DomainError, match=refused):
        share(Value(0.25, label="p"), Value(-1.0))
    with pytest.raises(DomainError, match="undefined"):
        share(0.25, -1.0)
    assert (share(Value(1.0), 3.0).data, share(1.0, -0.5)) == (0.25, 2.0)
    assert math.isnan(share(Value(math.nan), 1.0).data)  # what is no number already is carried on
    with ignore_domain():
        assert math.isnan(share(Value(0.25), Value(-1.0)).data)


def test_a_domain_holds_within_other_operations_and_in_replays(share):
    twice = define("twice", lambda a: 2.0 * share(a, 1.0), lambda y, a: 2.0 / (a + 1.0) ** 2)
    assert twice(Value(3.0)).data == 1.5
    with pytest.raises(DomainError, match="twice"):
        twice(Value(-0.5))
    for f, name in ((lambda a: share(a, 1.0), "share"), (twice, "twice")):
        replayed = compile(f, engine="numpy")
        assert replayed(np.array([3.0, 1.0])).tolist() == [f(3.0), f(1.0)]
        with pytest.raises(DomainError, match=rf"^replay: sample 1: .*{name}"):
            replayed.value_and_grad(np.array([3.0, -0.5]))


@pytest.mark.parametrize(
    ("domain", "inside", "outside"),
    [
        ("a > 0", [1e-300, 2.0], [0.0, -1.0]),
        ("0 < a <= 2 and a != 1", [0.5, 2.0], [0.0, 1.0, 2.5]),
        ("not a >= 1 or a == 3", [0.0, 3.0], [1.0, 4.0]),
        ("a * a < 4 - a", [0.0, 1.5], [-3.0, 2.0]),
    ],
)
def test_domains_of_every_form(domain, inside, outside):
    same = define("same", lambda a: 1.0 * a, lambda y, a: 1.0, domain=domain)
    assert [same(Value(x)).data for x in inside] == inside
    for x in outside:
        with pytest.raises(DomainError, match="the domain of same is"):
            same(Value(x))


@pytest.mark.parametrize(
    ("domain", "words"),
    [
        ("a", "a is no comparison, such as a > 0; several are joined by and, or, not"),
        ("a // 2 == 0", "a // 2 in a condition is not made of operands, numbers"),
        ("a in (1, 2)", "a condition compares by <, <=, >, >=, == and !="),
    ],
)
def test_a_domain_that_is_no_condition(domain, words):
    with pytest.raises(ValueError, match=f"^operation 'same': {words}"):
        define("same", lambda a: 1.0 * a, lambda y, a: 1.0, domain=domain)
    assert "same" not in TABLE


def test_an_overflow_inside_is_reported_as_its_own():
    bell = define("bell", lambda a: exp(a * a), lambda y, a: 2.0 * a * y)
    with pytest.raises(DomainError, match=r"bell\(x = 30\) overflows"):
        bell(Value(30.0, "x"))


def test_the_stable_alternative_is_named():
    define("log_of", lambda a: log(a), lambda y, a: 1.0 / a, domain="a > 0", stable={"exp": "the exponent itself"})
    with pytest.raises(DomainError, match="Instead: the exponent itself"):
        operation("log_of")(exp(Value(-1000.0)))


# ---- mistakes


def test_a_partial_of_floats_is_refused_by_name():
    with pytest.raises(
        TypeError, match="operation 'cube': its value, or a partial, is not a formula of autograd's operations"
    ):
        define("cube", lambda a: a * a * a, lambda y, a: 3.0 * math.pow(a, 2.0))
    assert "cube" not in TABLE


@pytest.mark.parametrize("called", ["total", "dot"])
def test_operations_of_any_number_of_operands_are_refused_in_formulas(called):
    formula = {"total": lambda a: total([a, a]), "dot": lambda a: dot([a], [a])}[called]
    for value, partial in ((formula, lambda y, a: a), (lambda a: a, lambda y, a: formula(a))):
        with pytest.raises(TypeError, match=rf"operation 'twice': .*: {called} has no fixed number of operands"):
            define("twice", value, partial)
        assert "twice" not in TABLE


def test_a_partial_that_branches_is_told_how_to():
    with pytest.raises(TypeError, match=r"operation 'ramp'.*a > 0.0 has no value yet.*where\(condition, a, b\)"):
        define("ramp", lambda a: ops.maximum(a, 0.0), lambda y, a: 1.0 if a > 0.0 else 0.0)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_or_too_many_partials(count):
    partials = [lambda y, a, b: b, lambda y, a, b: a, lambda y, a, b: 1.0][:count]
    with pytest.raises(ValueError, match=f"operation 'product' has 2 operands but {count} partials"):
        define("product", lambda a, b: a * b, *partials)


def test_a_partial_with_the_wrong_operands():
    with pytest.raises(TypeError, match=r"operation 'cube'.*takes 1 positional argument but 2 were given"):
        define("cube", lambda a: a * a * a, lambda a: 3.0 * a * a)


@pytest.mark.parametrize("name", ["two words", "", "2x", "lambda", "a.b"])
def test_names_that_are_no_names(name):
    with pytest.raises(ValueError, match="a name is one word of letters, digits and _"):
        define(name, lambda a: a, lambda y, a: 1.0)


def test_an_operand_called_y():
    with pytest.raises(ValueError, match="operation 'double': y is the result, so an operand needs another name"):
        define("double", lambda y: 2.0 * y, lambda y, a: 2.0)


def test_conditions_that_are_not_about_the_operands():
    with pytest.raises(ValueError, match="the condition 'a >' is not Python"):
        define("twice", lambda a: 2.0 * a, lambda y, a: 2.0, domain="a >")
    with pytest.raises(ValueError, match="the condition 'x == 0' names x, which is no operand"):
        define("twice", lambda a: 2.0 * a, lambda y, a: 2.0, kinks="x == 0")


@pytest.mark.parametrize("kind", ["domain", "kinks"])
@pytest.mark.parametrize("condition", [["a == 1", "a == -1"], (0, 1), lambda a: a > 0, None])
def test_a_condition_is_text(kind, condition):
    with pytest.raises(TypeError, match=rf"operation 'twice': {kind}=.* is no text: .* as 'a == 1 or a == -1'"):
        define("twice", lambda a: 2.0 * a, lambda y, a: 2.0, **{kind: condition})


# ---- defining again


def test_a_built_in_name_is_taken():
    tanh = TABLE["tanh"]
    with pytest.raises(ValueError, match="operation 'tanh' is already declared: choose another name"):
        define("tanh", lambda a: a, lambda y, a: 1.0)
    assert TABLE["tanh"] is tanh


def test_ones_own_is_replaced_so_that_a_cell_runs_twice():
    first = define("twice", lambda a: 2.0 * a, lambda y, a: 2.0)
    second = define("twice", lambda a: a + a, lambda y, a: 2.0)
    assert first is not second is operation("twice")
    assert first(3.0) == second(3.0) == 6.0


def test_a_failed_replacement_leaves_the_first():
    first = define("twice", lambda a: 2.0 * a, lambda y, a: 2.0)
    with pytest.raises(ValueError, match="operation 'twice' has 1 operands but 0 partials"):
        define("twice", lambda a: a + a)
    assert operation("twice") is first
