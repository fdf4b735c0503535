"""check_gradient: right gradients pass at any point, wrong ones are caught, and the operation to blame is named."""

import functools
import math
from contextlib import contextmanager
from itertools import combinations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from strategies import apply

from autograd import (
    DomainError,
    Value,
    absolute,
    cos,
    dot,
    elu,
    exp,
    hypot,
    leaky_relu,
    log,
    logsumexp,
    maximum,
    mean,
    ops,
    relu,
    sigmoid,
    sin,
    softmax,
    sqrt,
    step,
    tanh,
    where,
)
from autograd.check import check_gradient, check_graph
from autograd.graph import backpropagate
from autograd.ops import TABLE, define
from autograd.testing import points_in_domain

DISCRETE = {"sign", "step", "less", "less_equal", "greater", "greater_equal", "equal", "where"}
PARTIALS = [(op, k) for op in TABLE.values() for k, _ in enumerate(op.partials) if op.name not in DISCRETE]
SLOW = settings(deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@contextmanager
def wrong_copy(op, change, index=0):
    """A copy of a row with one partial changed, under another name; it leaves the table afterwards."""
    partials = [change(p) if k == index else p for k, p in enumerate(op.partials)]
    copy = define(f"wrong_{op.name}", _value(op), *partials, kinks=op.kinks, domain=op.domain)
    try:
        yield copy
    finally:
        del TABLE[copy.name]


def _value(op):
    """The row's value with the operands' names, as `define` wants it."""
    if op.value is not None:
        return op.value
    if len(op.operands) == 1:
        return lambda a: op(a)
    return (lambda a, b: op(a, b)) if len(op.operands) == 2 else (lambda condition, a, b: op(condition, a, b))


def _scaled(factor, partial):
    return lambda *args: factor * partial(*args)


# ---- right gradients


@pytest.mark.parametrize("op", TABLE.values(), ids=TABLE)
@settings(parent=SLOW, max_examples=25)
@given(data=st.data())
def test_every_row_is_right_all_over_its_domain(op, data):
    xs = data.draw(points_in_domain(op))
    assume(all(x == 0.0 or 1e-300 <= abs(x) <= 1e300 for x in xs))
    # Between a kink and an operand some ulps away there is no room for differences.
    assume(all(x == z or abs(x - z) > 1e-9 * abs(x) for x, z in combinations(xs, 2)))
    try:
        y = apply(op, [x if op.name == "softmax" and k == 0 else Value(x) for k, x in enumerate(xs)])
    except DomainError:
        assume(False)
    assume(isinstance(y, Value) and math.isfinite(y.data))
    assert [str(edge) for edge in check_graph(y) if edge.verdict in ("wrong", "noise")] == []


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (exp, 700.0),
        (exp, -700.0),
        (tanh, 30.0),
        (tanh, -30.0),
        (sigmoid, 1000.0),
        (sigmoid, -1000.0),
        (sigmoid, 40.0),
        (lambda x: x**3, 1e100),
        (lambda x: x**3, -1e-100),
        (log, 1e-300),
        (log, 1e300),
        (sin, 1e8),
        (sin, 1e300),
        (lambda x: (x + 1e8) - 1e8, 1.0),
        (lambda x: (x + 1e15) - 1e15, 0.001),
        (lambda x: x * 1e-300, 1e300),
        (lambda x: x * x, 1e-300),
        (lambda x: sin(1e8 * x), 1.0),
        (lambda x: exp(-x * x) * exp(x * x), 12.0),
        (lambda x: 5.0, 1.0),
        (lambda x: x, 2.0),
        (lambda x: maximum(x, x), 1.0),
        (lambda x: relu(x - 1e-20), 0.0),
        (lambda x: tanh(tanh(tanh(100 * x))), 0.5),
        (lambda x: (x - 1.0) ** 5, 1.0),
        (lambda x: log(1e-200 * x) * 1e200, 1e-100),
    ],
)
def test_right_gradients_agree_at_steep_flat_tiny_and_huge_points(f, x):
    report = check_gradient(f, x)
    assert [v.verdict for v in report] == ["agrees"], str(report)
    assert report


def test_inputs_on_which_nothing_depends():
    assert [v.verdict for v in check_gradient(lambda x, y: 2 * x, [1.0, 2.0])] == ["agrees", "agrees"]


def test_a_network_with_every_kind_of_node():
    def loss(w, b, v):
        hidden = [tanh(dot(row, [0.5, -1.0], bias)) for row, bias in zip(w, b, strict=True)]
        scores = [total * 2 for total in hidden] + [v]
        return logsumexp(scores) - scores[0] + mean(softmax(scores)) + sigmoid(v) * relu(v)

    report = check_gradient(loss, [[[0.1, 0.2], [0.3, -0.4]], [0.0, 0.5], 1.5])
    assert report, str(report)
    assert [v.name for v in report] == ["w[0][0]", "w[0][1]", "w[1][0]", "w[1][1]", "b[0]", "b[1]", "v"]


# ---- kinks


@pytest.mark.parametrize(
    ("f", "x", "left", "right"),
    [
        (relu, 0.0, 0.0, 1.0),
        (absolute, 0.0, -1.0, 1.0),
        (lambda x: maximum(x, 2 * x), 0.0, 1.0, 2.0),
        (lambda x: abs(x - 3.0) * exp(x), 3.0, -math.exp(3.0), math.exp(3.0)),
        (lambda x: x if x > 0 else -x, 0.0, -1.0, 1.0),
        (lambda x: where(ops.less(x, 0.0), -x, x), 0.0, -1.0, 1.0),
    ],
)
def test_at_a_kink_both_slopes_are_reported(f, x, left, right):
    (verdict,) = check_gradient(f, x)
    assert verdict.verdict == "kink" and verdict, verdict
    assert (verdict.left, verdict.right) == pytest.approx((left, right), rel=1e-8)
    assert left <= verdict.gradient <= right


def beside_another_kink(x):
    """leaky_relu is at its kink, relu an ulp away from its own."""
    return leaky_relu(1054.6970752332495 * x - 10.236622662691564, 0.3) - 1.5 * relu(
        cos(1054.6970752332495 * x) + 0.6881611666112889
    )


@pytest.mark.parametrize(
    ("f", "x"),
    [
        (lambda x: 4 * x + elu(1e-4 * x, 0.3), 0.0),  # the slopes hardly differ
        (lambda x: 4 * x + 1e-4 * (relu(x) + relu(2 * x)), 0.0),
        (lambda x: (2 * leaky_relu(x, 0.3) - 2 * x) + (x + 5e11) - 5e11, 0.0),  # digits are lost
        (beside_another_kink, 0.0097057467049747),
        (lambda x: maximum(x, x) - sqrt(x - 1.1717354105907025), 1.1717354105911606),  # vertical beside it
    ],
)
def test_any_slope_at_a_kink_is_right_though_the_whole_seems_smooth_or_other(f, x):
    (verdict,) = check_gradient(f, x)
    assert verdict.verdict == "kink", verdict


@pytest.mark.parametrize("factor", [1.0, 1.001, -1.0])
def test_an_operation_that_turns_within_one_step_has_no_kink(factor, monkeypatch):
    """Beside 1e98, logsumexp goes from one operand to the other in no time: it is smooth all the same."""
    right = logsumexp.all_partials
    monkeypatch.setattr(logsumexp, "all_partials", lambda y, xs: [factor * right(y, xs)[0], *right(y, xs)[1:]])
    first, second = check_gradient(lambda a, b: logsumexp([a, b]), [1e98, 1e98])
    assert (first.verdict, second.verdict) == ("agrees" if factor == 1.0 else "wrong", "agrees")


@pytest.mark.parametrize("b", [1e-10, 1e-25, 1e-74])
def test_a_turn_that_no_step_can_see_is_not_called_wrong(b):
    assert check_gradient(lambda x: hypot(x, b), 0.0)


def test_choices_of_one_operation_that_do_not_add_up():
    """Each is one between the slopes, 0 and 1, but with the other it makes 2."""
    chosen = lambda p: lambda y, a, b: where(ops.equal(a, b), 1.0, p(y, a, b))
    with wrong_copy(maximum, chosen) as one, wrong_copy(one, chosen, 1) as both:
        (wrong,) = check_gradient(lambda x: both(x, x), 1.0)
        (apart,) = check_gradient(lambda x: both(x, 2.0 - x), 1.0)
    assert (wrong.verdict, wrong.gradient) == ("wrong", 2.0)
    assert (apart.verdict, apart.gradient) == ("kink", 0.0)


def test_a_derivative_outside_of_the_slopes_is_wrong():
    with wrong_copy(relu, lambda p: lambda y, a: where(ops.equal(a, 0.0), 1.5, p(y, a))) as bad:
        (verdict,) = check_gradient(lambda x: 2 * bad(x), 0.0)
    assert verdict.verdict == "wrong" and verdict.node.op is bad
    assert "0 on the left, 1 on the right" in verdict.explanation


def test_choices_at_kinks_that_do_not_add_up():
    (verdict,) = check_gradient(lambda x: relu(x) - relu(-x), 0.0)
    assert (verdict.verdict, verdict.gradient, verdict.estimate) == ("wrong", 0.0, pytest.approx(1.0))
    assert "chosen at a kink" in verdict.explanation
    (bent,) = check_gradient(lambda x: 3.0 * relu(x) - 2.0 * relu(-x), [0.0])
    assert (bent.verdict, bent.gradient, bent.left, bent.right) == ("wrong", 0.0, 2.0, 3.0)
    assert "not between them: the derivative chosen at a kink does not fit (check beside it): relu(" in bent.explanation


def test_vertical_tangents_jumps_and_what_the_backward_pass_refuses():
    (vertical,) = check_gradient(sqrt, 0.0)
    assert (vertical.verdict, vertical.gradient, vertical.right) == ("kink", math.inf, math.inf)
    (jump,) = check_gradient(step, 0.0)
    assert jump.verdict == "not smooth enough" and "jump" in jump.explanation and not jump
    (refused,) = check_gradient(lambda x: sqrt(x * x), 0.0)
    assert refused.verdict == "not smooth enough" and "inf" in refused.explanation


# ---- wrong gradients


@pytest.mark.parametrize("factor", [1.001, -1.0])
@pytest.mark.parametrize(("op", "index"), PARTIALS, ids=lambda x: x if isinstance(x, int) else x.name)
@settings(parent=SLOW, max_examples=5)
@given(data=st.data())
def test_every_wrong_partial_is_caught(op, index, factor, data):
    xs = data.draw(points_in_domain(op))
    assume(all(x == 0.0 or 1e-100 < abs(x) < 1e100 for x in xs))
    try:
        right = op(*map(Value, xs))
    except DomainError:
        assume(False)
    assume(math.isfinite(right.data) and 1e-250 < abs(right.local_derivatives[index]) < 1e250)
    (was,) = (edge for edge in check_graph(right) if edge.slot == index)
    assume(was.verdict == "agrees")
    with wrong_copy(op, functools.partial(_scaled, factor), index) as wrong:
        edges = check_graph(exp(0.0 * wrong(*map(Value, xs))))
        found = [(edge.node.op, edge.slot) for edge in edges if edge.verdict == "wrong"]
        assert found == [(wrong, index)], [*map(str, edges)]


@pytest.mark.parametrize("x", [0.0, -0.0, 1.0, -6.0])
@pytest.mark.parametrize("op", [ops.erf, ops.erfc])
def test_the_opposite_sign_is_wrong_on_both_sides_of_the_normal_distribution(op, x):
    with wrong_copy(op, functools.partial(_scaled, -1.0)) as bad:
        wrong = replace_op(bad(Value(x)), op)
    assert [(edge.verdict, edge.estimate.value < 0.0) for edge in check_graph(wrong)] == [("wrong", op is ops.erfc)]


def replace_op(node, op):
    """The node as if `op` had made it: it keeps what it recorded."""
    node.op = op
    return node


@pytest.mark.parametrize("x", [0.3, 1e-200, 1e8, 1e300])
def test_the_first_wrong_operation_is_named_with_its_formula(x):
    with wrong_copy(sin, functools.partial(_scaled, 1.001)) as bad:
        (verdict,) = check_gradient(lambda v: bad(bad(v)) * cos(v), x)
    assert verdict.verdict == "wrong" and not verdict
    assert verdict.node.op is bad and verdict.node.operands[0].label == "v"
    assert f"wrong_sin(v = {x:.6g}): ∂y/∂a = 1.001 · cos(a) gives" in verdict.explanation


def test_a_wrong_operation_where_differences_of_the_whole_see_only_rounding():
    with wrong_copy(tanh, functools.partial(_scaled, 1.001)) as bad:
        (verdict,) = check_gradient(bad, 30.0)
    assert verdict.verdict == "wrong" and verdict.node.op is bad


def test_a_function_of_floats_whose_digits_are_lost_is_judged_nearby():
    for name, factor, expected in (("opaque", 1.0, "agrees"), ("wrong_opaque", 1.001, "wrong")):
        op = define(name, lambda a: math.tanh(a), functools.partial(_opaque_partial, factor))
        try:
            assert check_gradient(op, 30.0)[0].verdict == expected
        finally:
            del TABLE[name]


def _opaque_partial(factor, y, a):
    return factor * ops.sech(a) ** 2.0


def test_a_missing_term_is_caught():
    op = define("wrong_product", lambda a: a * exp(a), lambda y, a: exp(a))
    try:
        (verdict,) = check_gradient(op, 0.5)
        assert verdict.verdict == "wrong" and verdict.node.op is op
    finally:
        del TABLE["wrong_product"]


@pytest.mark.parametrize("name", ["logsumexp", "total", "mean"])
def test_wrong_partials_of_many_operands_are_caught(name, monkeypatch):
    op = TABLE[name]
    right = op.all_partials
    monkeypatch.setattr(op, "all_partials", lambda y, xs: [*right(y, xs)[:-1], right(y, xs)[-1] * 1.001])
    report = check_gradient(lambda xs: exp(op(xs)), [0.1, 0.2, 0.3])
    assert [v.verdict for v in report] == ["agrees", "agrees", "wrong"]
    assert f"{name}(xs[0] = 0.1, xs[1] = 0.2, xs[2] = 0.3): ∂y/∂xs[2]" in report["xs[2]"].explanation


def test_a_dependence_outside_of_the_graph_is_caught():
    report = check_gradient(lambda x, y: x * x.data + y, [3.0, 1.0])
    assert [v.verdict for v in report] == ["wrong", "agrees"]
    assert "outside of the graph" in report["x"].explanation


def test_a_wrong_accumulation_is_caught(monkeypatch):
    def overwrites(root, interior, gradient):
        backpropagate(root, interior, gradient)
        for node in interior:
            for parent in node.parents:
                parent.grad = node.grad * node.edges([parent])[0][1]

    monkeypatch.setattr("autograd.value.backpropagate", overwrites)
    (verdict,) = check_gradient(lambda x: x * x + x, 3.0)
    assert verdict.verdict == "wrong" and "accumulation is wrong" in verdict.explanation
    assert "sum to 7" in verdict.explanation


def test_a_function_that_does_not_repeat_itself_is_noise():
    numbers = iter(range(100))
    (verdict,) = check_gradient(lambda x: x * next(numbers), 1.0)
    assert verdict.verdict == "noise" and "another value each time" in verdict.explanation


# ---- the report


def test_the_report_prints_as_a_table_and_shows_as_html():
    report = check_gradient(lambda p: relu(p["<w>"]) * p["b"], {"<w>": 0.0, "b": 2.0})
    lines = str(report).splitlines()
    assert lines[0].split()[:3] == ["input", "value", "gradient"] and lines[1].startswith("<w>") and "0 | 2" in lines[1]
    assert "on the left" in lines[-1]
    assert "&lt;w&gt;" in report._repr_html_() and "<w>" not in report._repr_html_()
    assert len(report) == 2 and report["b"].verdict == "agrees"
    with pytest.raises(KeyError, match="the inputs are <w>, b"):
        report["c"]


def test_refusals():
    with pytest.raises(TypeError, match="what f returned: list"):
        check_gradient(lambda x: [x], 1.0)
    with pytest.raises(TypeError, match="check_gradient: str"):
        check_gradient(lambda x: x, "1")
    with pytest.raises(DomainError, match="log"):
        check_gradient(log, -1.0)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("x", [1.0, 2.0, 1e-9])
def test_a_function_of_floats_that_is_rough_where_it_is_zero(x):
    """lgamma has absolute, not relative, accuracy at its zeros 1 and 2."""
    slope = {1.0: -0.5772156649015329, 2.0: 0.42278433509846714, 1e-9: -0.5772156632565986}[x]
    shift = 1.0 if x < 1.0 else 0.0
    for factor, verdict in ((1.0, "agrees"), (1.001, "wrong")):
        rough = ops.define("rough", lambda a: math.lgamma(a + shift), _constant(factor * slope))
        assert check_gradient(rough, x)[0].verdict == verdict


def _constant(slope):
    return lambda y, a: slope


def test_gradients_of_what_f_knows_stay_as_they_were():
    w = Value(3.0)
    w.grad = 5.0
    assert check_gradient(lambda x: w * x, 2.0)
    assert w.grad == 5.0
