"""The derivative as one expression: equal to the gradient wherever it is evaluated, and written as a textbook does."""

from __future__ import annotations

import re
from typing import Any

import pytest
from programs import forward, random_program, run
from test_draw import HOSTILE

import autograd
from autograd import Value, derivative_formula, dot, exp, log, logsumexp, maximum, sigmoid, softmax, square, tanh, total
from autograd.expression import parse
from autograd.ops import normal_pdf
from autograd.show.formulas.algebra import Algebra
from autograd.show.formulas.formula import Formula
from autograd.symbol import Symbol


def value_of(text: str, **numbers: float) -> Value:
    return parse(text).evaluate(numbers)


def by_python(found: Formula, inputs: dict[str, float]) -> float:
    """What Python says after `from autograd import *`."""
    return float(eval(found.python, {name: getattr(autograd, name) for name in autograd.__all__}, dict(inputs)))


# ---- it is the gradient


def small_graph(seed: int) -> tuple[Value, list[Value], Any]:
    program, numbers = random_program(seed, length=6)
    inputs = [Value(x, label=f"x{k}") for k, x in enumerate(numbers)]
    return run(program, inputs)[-1], inputs, program


@pytest.mark.parametrize("seed", range(60))
def test_it_is_the_gradient_here_and_at_other_points(seed: int) -> None:
    root, inputs, program = small_graph(seed)
    for shift in (0.0, 1e-3, -2e-3):  # kinks are 0.01 away
        numbers = [x.data * (1.0 + shift) for x in inputs]
        exact = forward(program, numbers)[-1]
        for k, x in enumerate(inputs):
            found = derivative_formula(root, x)
            given = {f"x{j}": number for j, number in enumerate(numbers)}
            expected = pytest.approx(float(exact.gradient[k]), rel=1e-10, abs=1e-10 * float(exact.sizes[k]))
            assert by_python(found, given) == expected
            assert parse(found.python).evaluate({name: given[name] for name in found.inputs}).data == expected


def test_the_comparison_can_fail() -> None:
    root, inputs, _ = small_graph(1)
    x = next(x for x in inputs if derivative_formula(root, x).inputs)
    found = derivative_formula(root, x)
    moved = {name: number * 1.001 for name, number in found.inputs.items()}
    assert by_python(found, moved) != pytest.approx(by_python(found, found.inputs), rel=1e-10)


def test_the_programs_are_of_many_operations() -> None:
    seen = {step.name for seed in range(60) for step in random_program(seed, length=6)[0]}
    assert {"tanh", "sigmoid", "softmax", "logsumexp", "mean", "total", "maximum", "where", "power", "div"} <= seen


def test_sums_over_uses_and_shared_parts() -> None:
    x = Value(0.7, label="x")
    y = tanh(x) * x
    root = y * y + exp(y)
    root.backward()
    found = derivative_formula(root, x)
    assert by_python(found, {"x": 0.7}) == pytest.approx(x.grad, rel=1e-14)
    assert by_python(found, {"x": 0.0}) == 0.0


def test_many_operands_are_written_out() -> None:
    xs = [Value(0.1 * k, label=f"x{k}") for k in range(6)]
    root = square(dot(xs, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], 0.5)) + logsumexp(xs) + softmax(xs)[2]
    root.backward()
    found = derivative_formula(root, xs[2])
    assert "…" not in found.text + found.python
    assert by_python(found, found.inputs) == pytest.approx(xs[2].grad, rel=1e-14)


# ---- how it is written


@pytest.mark.parametrize(
    ("graph", "wrt", "text"),
    [
        ("y = sigmoid(w*x); L = (y - t)**2", "w", "2 · (y − t) · y · (1 − y) · x"),
        ("L = (y - t)**2", "y", "2 · (y − t)"),
        ("L = (t - y)**2", "y", "−2 · (t − y)"),
        ("L = -(y - t)", "t", "1"),
        ("L = -(a*b) - a*c", "a", "−(b + c)"),
        ("L = x*x*x", "x", "3 · x²"),
        ("L = x + x + x", "x", "3"),
        ("L = x - x", "x", "0"),
        ("L = x*1 + 0", "x", "1"),
        ("L = -(-x)*y", "x", "y"),
        ("L = (2*a*x) * (3*x)", "x", "12 · x · a"),
        ("L = x / (a*b)", "a", "−x · b / (a · b)²"),
        ("L = mean([(w*x1 - t1)**2, (w*x2 - t2)**2])", "w", "(w · x1 − t1) · x1 + (w · x2 − t2) · x2"),
        ("L = mean([w*x1, w*x2, w*x3])", "w", "(x1 + x2 + x3) / 3"),
        ("L = -(t*log(y) + (1 - t)*log(1 - y))", "y", "(1 − t) / (1 − y) − t / y"),
        ("y = tanh(z); L = log(y)", "z", "(1 − y²) / y"),
        ("L = exp(z)", "z", "L"),
        ("L = a + b", "a", "1"),
    ],
)
def test_it_reads_like_a_textbook(graph: str, wrt: str, text: str) -> None:
    names = sorted(set(parse(graph).variables))
    root = value_of(graph, **{name: 0.3 + 0.1 * k for k, name in enumerate(names)})
    assert derivative_formula(root, wrt).text == text


def test_labelled_results_stand_by_their_names_and_are_explained() -> None:
    root = value_of("z = w*x + b; y = sigmoid(z); L = (y - t)**2", w=2.0, x=0.5, b=-1.0, t=1.0)
    found = derivative_formula(root, "w")
    assert found.where == {"y": "sigmoid(z)", "z": "w · x + b"}
    assert found.latex == r"2 \cdot \left(y - t\right) \cdot y \cdot \left(1 - y\right) \cdot x"
    assert found.html.startswith("<math>") and "<mi>y</mi>" in found.html
    assert found.python.count("sigmoid(w * x + b)") == 3
    assert found.inputs == {"w": 2.0, "x": 0.5, "b": -1.0, "t": 1.0}
    assert str(found).splitlines()[0] == "∂L/∂w = 2 · (y − t) · y · (1 − y) · x"
    assert found._repr_latex_().startswith("$$\n\\frac{\\partial L}{\\partial w} = 2")


def test_unlabelled_results_are_written_out() -> None:
    w, x = Value(2.0, label="w"), Value(0.5, label="x")
    found = derivative_formula((sigmoid(w * x) - 1.0) ** 2, w)
    assert found.text == "2 · (sigmoid(w · x) − 1) · sigmoid(w · x) · (1 − sigmoid(w · x)) · x"
    assert found.where == {}


def test_what_the_result_does_not_depend_on() -> None:
    x, other = Value(3.0, label="x"), Value(1.0, label="other")
    found = derivative_formula(x * x, other)
    assert (found.text, found.python, found.inputs) == ("0", "0.0", {})
    assert derivative_formula(x, x).text == "1"


def test_names_that_python_does_not_read() -> None:
    ws = [Value(2.0), Value(3.0)]
    root = ws[0] * ws[1]
    for k, label in enumerate(("w₁", "exp", "lambda", "a b", "π", "w[0]", "1", "x′")):
        root = root * Value(1.5 + k, label=label)
    found = derivative_formula(root, ws[0], names={"w": ws})
    assert set(found.inputs) == {"w[1]", "w1", "exp_", "lambda_", "a_b", "π", "w_0__", "_1", "x_"}
    plain = {re.sub(r"\W", "_", name): number for name, number in found.inputs.items()}
    root.backward()
    assert by_python(Formula("", "", 0, {}, found.python.replace("w[1]", "w_1_"), {}), plain) == ws[0].grad
    assert set(parse(found.python).variables) == {name.replace("[1]", "") for name in found.inputs}


def test_entries_of_lists_are_those_of_the_user() -> None:
    w = [Value(2.0), Value(3.0)]
    found = derivative_formula(tanh(w[0] * w[1]), w[0], names={"w": w})
    assert found.python == "(1.0 - tanh(w[0] * w[1]) ** 2.0) * w[1]"
    assert parse(found.python).evaluate({"w": [2.0, 3.0]}).data == by_python(found, {"w": [2.0, 3.0]})


def test_pi_in_python_is_a_number() -> None:
    x = Value(0.3, label="x")
    root = normal_pdf(x) * autograd.gelu(x)
    root.backward()
    assert by_python(derivative_formula(root, x), {"x": 0.3}) == pytest.approx(x.grad, rel=1e-13)


def test_labels_that_are_cut_to_the_same_text_are_not_one_name() -> None:
    a, b = Value(2.0, label="a" * 60 + "1"), Value(3.0, label="a" * 60 + "2")
    found = derivative_formula(a * b * b, b)
    assert len(found.inputs) == 2
    assert by_python(found, found.inputs) == value_of(found.python, **found.inputs).data == 12.0


@pytest.mark.parametrize("label", HOSTILE)
def test_labels_are_inert(label: str) -> None:
    x, y = Value(2.0, label=label), Value(3.0, label="y")
    found = derivative_formula(x * x * y, x)
    assert by_python(found, found.inputs) == 12.0
    assert parse(found.python).evaluate(found.inputs).data == 12.0
    assert "<script" not in found.html.lower() and "<img" not in found.html.lower()
    assert all(line.isprintable() for line in str(found).splitlines())


def test_at_a_kink_it_says_what_the_graph_says() -> None:
    a, b = Value(1.0, label="a"), Value(1.0, label="b")
    found = derivative_formula(maximum(a, b), a)
    assert [by_python(found, {"a": x, "b": 1.0}) for x in (0.5, 1.0, 2.0)] == [0.0, 0.5, 1.0]


def test_the_same_graph_gives_the_same_formula() -> None:
    one, two = (derivative_formula(small_graph(3)[0], "x0") for _ in range(2))
    assert one.python == two.python and one.text == two.text and hash(one.python) == hash(two.python)


# ---- what cannot be read


def test_refusals() -> None:
    x = Value(2.0, label="x")
    with pytest.raises(TypeError, match=r"derivative_formula: float 2\.0 is not a Value"):
        derivative_formula(2.0, x)
    with pytest.raises(TypeError, match=r"derivative_formula: w=2\.0 is float: give a Value, or its name"):
        derivative_formula(x * x, 2.0)
    with pytest.raises(ValueError, match="derivative_formula: w='b': no node is called that; there are x, v1"):
        derivative_formula(x * x, "b")


def test_too_many_operations() -> None:
    x = Value(0.5, label="x")
    y = x
    for _ in range(61):
        y = -y
    expected = r"61 operations lead from x to v61, more than 60: read explain\(v61, wrt=x\) instead"
    with pytest.raises(ValueError, match=expected):
        derivative_formula(y, x)
    assert derivative_formula(-y, y).text == "−1"


def test_too_long_a_text() -> None:
    x = Value(0.5, label="x")
    y = x
    for _ in range(30):
        y = sigmoid(y + x)
    with pytest.raises(
        ValueError, match=r"derivative_formula: the formula has \d+ .*more than .*explain\(v60, wrt=x\)"
    ):
        derivative_formula(y, x)


def test_a_graph_that_doubles_is_refused_at_once() -> None:
    x = Value(0.5, label="x")
    y = x
    for _ in range(50):
        y = y * y
    with pytest.raises(ValueError, match=r"has \d{10,} names, numbers and signs"):
        derivative_formula(y, x)


def test_a_deep_value_beside_the_way_is_refused_and_not_a_crash() -> None:
    deep = Value(0.5, label="x")
    for _ in range(20_000):
        deep = deep * 1.0
    a = Value(2.0, label="a")
    with pytest.raises(ValueError, match="levels"):
        derivative_formula(a * deep, a)
    assert derivative_formula(total([a * 2.0, deep]), a).text == "2"


@pytest.mark.parametrize("label", ["৹", "x৹", "<৹-z", "½x", "²", "①", "\u0301", "가\u0301", "_", "1", "·", "℘", "゛"])
def test_any_character_of_a_label_leaves_a_name_that_python_reads(label: str) -> None:
    x, y = Value(2.0, label=label), Value(3.0, label="x")
    found = derivative_formula(x * x * y, x)
    assert all(name.isidentifier() for name in found.inputs)
    assert by_python(found, found.inputs) == 12.0


def test_names_are_no_formulas() -> None:
    """A label that reads like a product is not the product."""
    a, b, c = (Value(x, label=name) for x, name in ((2.0, "a"), (3.0, "b"), (5.0, "a * b")))
    found = derivative_formula(c * (a * b) * log(c), c)
    c_root = c * (a * b) * log(c)
    c_root.backward()
    assert by_python(found, found.inputs) == pytest.approx(c.grad)
    algebra = Algebra()
    assert algebra.key(Symbol("a * b")) != algebra.key(Symbol("a") * Symbol("b"))
    assert algebra.key(Symbol("a") * Symbol("b")) == algebra.key(Symbol("a") * Symbol("b"))
