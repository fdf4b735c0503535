"""Derivations: every number and every sum in them is right, many are folded, and the text is what a student reads."""

from __future__ import annotations

import json
import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from programs import random_program, run

from autograd import DomainError, Value, log, softmax, tanh, total
from autograd.expression import parse
from autograd.graph import topological_order
from autograd.show.derivation.derivation import Derivation, explain
from autograd.show.derivation.routes import MOST_PATHS, route
from autograd.show.steps import FOLD, steps


def random_graph(seed: int) -> tuple[Value, list[Value]]:
    program, numbers = random_program(seed, length=25)
    inputs = [Value(x, label=f"x{k}") for k, x in enumerate(numbers)]
    return run(program, inputs)[-1], inputs


def value_of(text: str, **numbers: float) -> Value:
    return parse(text).evaluate(numbers)


def node(root: Value, label: str) -> Value:
    return next(v for v in topological_order(root) if v.label == label)


LOGISTIC = "z = w*x + b; p = sigmoid(z); L = -(t*log(p) + (1 - t)*log(1 - p))"

# ---- the text


def test_a_derivation_reads_like_this() -> None:
    L = value_of("z = w*x + b; p = sigmoid(z); L = p*p", w=2.0, x=0.5, b=-1.0)
    assert (
        str(explain(L, wrt=node(L, "w")))
        == """\
Inputs
  w = 2,  x = 0.5,  b = −1

Forward: the values
  v1 = w · x      = 2 · 0.5    = 1
  z  = v1 + b     = 1 + (−1)   = 0
  p  = sigmoid(z) = sigmoid(0) = 0.5
  L  = p · p      = 0.5 · 0.5  = 0.25

Backward: the chain rule, from L to w
  ∂L/∂L  = 1

  ∂L/∂p  = p + p                since L = p · p
         = 0.5 + 0.5 = 1

  ∂L/∂z  = ∂L/∂p · ∂p/∂z        with ∂p/∂z = p · (1 − p) = 0.25
         = 1 · 0.25 = 0.25

  ∂L/∂v1 = ∂L/∂z · ∂z/∂v1       with ∂z/∂v1 = 1
         = 0.25 · 1 = 0.25

  ∂L/∂w  = ∂L/∂v1 · ∂v1/∂w      with ∂v1/∂w = x = 0.5
         = 0.25 · 0.5 = 0.125

The 2 paths from w to L
  w → v1 → z → p → L
      0.5 · 1 · 0.25 · 0.5 = 0.0625

  w → v1 → z → p → L
      0.5 · 1 · 0.25 · 0.5 = 0.0625

  ∂L/∂w = 0.0625 + 0.0625 = 0.125   ✓ as the backward pass found"""
    )


def test_a_node_used_in_several_places_sums_them() -> None:
    text = str(explain(value_of("v = exp(x); L = x*v", x=0.0)))
    assert (
        """\
  ∂L/∂x = v + ∂L/∂v · ∂v/∂x   since L = x · v
        = 1 + 0 · 1           with ∂v/∂x = v = 1
        = 1 + 0 = 1"""
        in text
    )


def test_remarks_stand_below_where_there_is_no_room_beside() -> None:
    text = str(explain(value_of("y = x*x*x; L = exp(y*y)", x=-1.0)))
    assert (
        """\
  ∂L/∂y  = ∂L/∂v2 · ∂v2/∂y₍₁₎ + ∂L/∂v2 · ∂v2/∂y₍₂₎
         = 2.71828 · (−1) + 2.71828 · (−1)
         = −2.71828 + (−2.71828) = −5.43656
            with ∂v2/∂y₍₁₎ = y = −1
            with ∂v2/∂y₍₂₎ = y = −1"""
        in text
    )


def test_only_what_leads_to_wrt_is_derived() -> None:
    L = value_of(LOGISTIC, w=2.0, x=0.5, b=-1.0, t=1.0)
    derived = re.findall(r"^  ∂L/∂(\w+) += ", str(explain(L, wrt=node(L, "w"))), re.MULTILINE)
    on_the_way = {"L", "w", "z", "p"} | {name for name in derived if name.startswith("v")}
    assert set(derived) == on_the_way
    assert {"x", "b", "t"} <= set(re.findall(r"^  ∂L/∂(\w+) += ", str(explain(L)), re.MULTILINE))


def test_a_list_of_values_to_derive() -> None:
    L = value_of(LOGISTIC, w=2.0, x=0.5, b=-1.0, t=1.0)
    text = str(explain(L, wrt=[node(L, "w"), node(L, "b")]))
    assert "from L to w, b" in text
    assert "The 2 paths from w to L" in text
    assert "The 2 paths from b to L" in text


def test_what_the_result_does_not_depend_on() -> None:
    y, other = value_of("y = x*x", x=3.0), Value(1.0, label="other")
    text = str(explain(y, wrt=other))
    assert "No path leads from other to y" in text
    assert "∂y/∂other = 0   ✓" in text


def test_the_result_itself() -> None:
    x = Value(3.0, label="x")
    text = str(explain(x, wrt=x))
    assert "∂x/∂x = 1" in text
    assert "Inputs\n  x = 3" in text


def test_nodes_by_the_names_of_variables() -> None:
    w, x = [Value(1.0), Value(2.0)], Value(3.0)
    hidden = w[0] * x + w[1]
    text = str(explain(hidden, names=locals()))
    assert "∂hidden/∂w[1]   = 1" in text
    assert "with ∂v1/∂w[0] = x = 3" in text


def test_numbers_that_are_negative_stand_in_brackets() -> None:
    text = str(explain(value_of("L = -(a - b)**2", a=-1.0, b=-2.0)))
    assert "v1 = a − b = −1 − (−2) = 1" in text
    assert "L  = −v2   = −1        = −1" in text
    assert "= −1 · 2 = −2" in text


def test_hostile_labels() -> None:
    x = Value(2.0, label="a\nb \x1b[31m} $ \\end{aligned} & \u202e" + "x" * 500)
    found = explain(x * x, wrt=x)
    assert all(line.isprintable() for line in str(found).splitlines())
    assert max(map(len, str(found).splitlines())) < 300
    assert found.latex.count(r"\begin{aligned}") == found.latex.count(r"\end{aligned}") == 3


# ---- the numbers


@given(st.integers(0, 10_000))
def test_every_equation_holds(seed: int) -> None:
    """Each line of numbers, computed by Python, is what the text says it comes to."""
    root, inputs = random_graph(seed)
    checked = 0
    for line in str(explain(root, wrt=inputs[0])).splitlines():
        if re.search(r"…|\(.* = .*\)", line):  # a sum that is cut, or a comparison
            continue
        left, _, right = line.split("   with")[0].split("   since")[0].split("   ✓")[0].rpartition(" = ")
        computed = left.split(" = ")[-1].strip()
        if right and re.fullmatch(r"[−()·+ \d.⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+", computed):
            assert number(computed) == pytest.approx(number(right), rel=1e-4, abs=1e-4 * size(computed)), line
            checked += 1
    assert checked


def test_equations_are_computed_right() -> None:
    assert number("−2 · 0.25 + 3² · (−1·10⁻²)") == pytest.approx(-0.59)
    assert size("−2 · 0.25 + (−1)") == 1.5


def number(text: str) -> float:
    """A sum of products, as it is printed."""
    return float(eval(python(text)))


def size(text: str) -> float:
    """The sum of the sizes of its terms, on which they are rounded."""
    return float(eval(python(text).replace("-", "+")))


def python(text: str) -> str:
    text = re.sub(r"·10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)", lambda m: "e" + m[1].translate(DIGITS), text)
    return (
        re.sub(r"(?<=[\d)])([²³⁴])", lambda m: "**" + m[1].translate(DIGITS), text).replace("·", "*").replace("−", "-")
    )


DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


@given(st.integers(0, 10_000))
def test_paths_add_up_to_the_gradient(seed: int) -> None:
    root, inputs = random_graph(seed)
    found = explain(root, wrt=inputs)
    root.backward()
    for path_sum, x in zip(found.routes, inputs, strict=True):
        assert path_sum.agrees
        assert path_sum.gradient == x.grad
        assert path_sum.total == pytest.approx(x.grad, rel=1e-9, abs=1e-12 * list(path_sum.sizes.values())[-1])


def test_a_sum_that_is_not_the_gradient_is_marked() -> None:
    x = Value(2.0, label="x")
    y = x * x
    assert route(x, y, 4.0).agrees
    assert not route(x, y, 4.001).agrees
    found = explain(y, wrt=x)
    found.routes[:] = [route(x, y, 4.001)]
    assert "✗ the backward pass found 4.001" in str(found)


def test_values_and_grads_stay_as_they_are() -> None:
    L = value_of(LOGISTIC, w=2.0, x=0.5, b=-1.0, t=1.0)
    str(explain(L, wrt=node(L, "w")))
    assert {v.grad for v in topological_order(L)} == {0.0}


# ---- many


def test_a_graph_of_a_thousand_nodes_is_folded() -> None:
    x = Value(0.5, label="x")
    y = x
    for _ in range(1000):
        y = tanh(y) + x
    text = str(explain(y, wrt=x))
    assert f"… {2000 - FOLD} more values" in text
    assert f"… {2002 - 1 - FOLD} more gradients" in text
    assert f"… {1001 - MOST_PATHS + 1} more paths" in text
    assert len(text.splitlines()) < 250


def test_more_paths_than_can_be_counted_on_fingers() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(200):
        y = y + y
    text = str(explain(y, wrt=x))
    assert "The about 10⁶⁰ paths from x to v200" in text
    assert "✓ as the backward pass found" in text


def test_the_last_path_is_shown_last() -> None:
    x = Value(2.0, label="x")
    powers = [x]
    for _ in range(9):
        powers.append(powers[-1] * 1.0)
    found = route(x, total(powers), 10.0)
    assert [len(path.nodes) for path in found.listed] == [2, 3, 4, 5, 11]


def test_a_sum_of_many_operands_is_cut() -> None:
    xs = [Value(float(k), label=f"x{k}") for k in range(100)]
    text = str(explain(total(xs)))
    assert "v1 = x0 + x1 + … + x99 = 0 + 1 + … + 99 = 4950" in text
    assert "… 88 more inputs" in text


def test_a_node_of_many_uses_is_cut() -> None:
    x = Value(0.0, label="x")
    y = total([tanh(x) for _ in range(100)])
    y.label = "y"
    text = str(explain(y))
    assert "= 1 + 1 + … + 1 = 100" in text


def test_a_deep_graph_needs_no_recursion() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(20_000):
        y = y * 1.0
    assert "x → v1 → v2 → v3 → v4 → … → v19997 → v19998 → v19999 → v20000" in str(explain(y, wrt=x))


# ---- other forms


def test_latex() -> None:
    L = value_of("z = w*x; h = tanh(z); c = h > 0; q = h**2; L = where(c, q, 0)", w=2.0, x=-0.5)
    latex = explain(L, wrt=node(L, "w")).latex
    assert r"h &= \tanh\left(z\right) = \tanh\left(-1\right) = -0.761594" in latex
    assert r"\frac{\partial h}{\partial z} = 1 - h^{2} = 0.419974" in latex
    assert r"\begin{cases} q & \text{if } c \\ 0 & \text{otherwise} \end{cases}" in latex
    assert r"w \to z \to h" in latex


@given(st.integers(0, 10_000))
def test_latex_is_balanced(seed: int) -> None:
    root, inputs = random_graph(seed)
    found = explain(root, wrt=inputs[0])
    for latex in (found.latex, found._repr_latex_(), found._repr_markdown_()):
        assert latex.count("{") == latex.count("}")
        assert latex.count(r"\left(") == latex.count(r"\right)")
        assert latex.count(r"\begin{") == latex.count(r"\end{")
        assert "−" not in latex
        assert "…" not in latex


def test_notebooks_get_titles_and_formulas() -> None:
    shown = explain(value_of("y_1 = x*x", x=2.0))._repr_markdown_()
    assert "**Backward: the chain rule, from y\\_1 to the inputs**" in shown
    assert shown.count("$$") == 4


def test_records_hold_everything() -> None:
    L = value_of("p = sigmoid(x); L = p*p", x=0.0)
    record = json.loads(json.dumps(explain(L, wrt=node(L, "x")).to_dict()))
    assert record["result"] == {"name": "L", "value": 0.25}
    assert record["inputs"] == [{"name": "x", "value": 0.0, "gradient": 0.25}]
    assert record["forward"][1] == {
        "name": "L",
        "value": 0.25,
        "gradient": 1.0,
        "op": "mul",
        "formula": "p · p",
        "numbers": "0.5 · 0.5",
    }
    assert [step["parent"] for step in record["steps"]] == ["p", "p", "x"]
    (found,) = record["paths"]
    assert (found["wrt"], found["count"], found["sum"], found["agrees"]) == ("x", "2", 0.25, True)
    assert found["paths"][0] == {"nodes": ["x", "p", "L"], "derivatives": [0.25, 0.5], "product": 0.125}


def test_the_same_graph_gives_the_same_text() -> None:
    (one, ones), (two, twos) = random_graph(5), random_graph(5)
    assert str(explain(one, wrt=ones)) == str(explain(two, wrt=twos))
    assert str(explain(one)) != str(explain(random_graph(6)[0]))


def test_the_softmax_cross_entropy_of_the_textbooks() -> None:
    logits = [Value(x, label=f"z{k}") for k, x in enumerate((1.0, 2.0, 0.5))]
    p = softmax(logits)
    p[1].label = "p"
    L = -log(p[1])
    found: Derivation = explain(L, wrt=logits)
    expected = [math.exp(z.data) / sum(math.exp(x.data) for x in logits) - (k == 1) for k, z in enumerate(logits)]
    assert [r.gradient for r in found.routes] == pytest.approx(expected)


def test_refusals() -> None:
    with pytest.raises(TypeError, match=r"explain: float 2\.0 is not a Value"):
        explain(2.0)
    result = Value(1.0, label="w") * 2
    with pytest.raises(ValueError, match="explain: wrt='b': no node is called that; there are w, v1"):
        explain(result, wrt="b")
    with pytest.raises(TypeError, match=r"explain: wrt=2\.0 is float: give a Value, or its name"):
        explain(result, wrt=[2.0])
    big = Value(1e200)
    with pytest.raises(DomainError, match="overflows"):
        explain(big * big)


def test_wrt_is_a_node_a_name_or_an_array_of_them() -> None:
    w = [Value(2.0, label="a"), Value(3.0, label="b")]
    result = w[0] * w[1]
    assert str(explain(result, wrt=w)) == str(explain(result, wrt=["a", "b"])) == str(explain(result, wrt=np.array(w)))
    assert str(explain(result, wrt="a")) == str(explain(result, wrt=w[0]))


def test_a_graph_whose_numbers_were_changed_is_not_explained() -> None:
    x = Value(2.0, label="x")
    z = x * x + 1
    x.data = 5.0
    with pytest.raises(ValueError, match=r"v1 = x · x was computed as 4, before its operands were changed"):
        explain(z, wrt=x)
    with pytest.raises(ValueError, match=r"compute v2 again to see its steps"):
        steps(z)


@pytest.mark.parametrize(
    ("label", "latex"),
    [
        ("w⁽¹⁾₂₃", r"\left(w^{(1)}_{23}\right)"),
        ("w⁽¹⁾₁₂,₃", r"\left(w^{(1)}_{12,3}\right)"),
        ("b₁", "b_{1}"),
        ("θ₁", r"\theta_{1}"),
        ("w1", "w_{1}"),
    ],
)
def test_scripts_of_a_label_are_those_of_latex(label: str, latex: str) -> None:
    w = Value(3.0, label=label)
    assert f"{latex}^2 = 3^2 = 9" in explain(w.square(), wrt=w).latex


def test_swapped_arguments_are_said_to_be_so() -> None:
    w = Value(2.0, label="w")
    loss = w * w
    loss.label = "L"
    with pytest.raises(ValueError, match="explain: wrt=L depends on w, not the other way round: swap the two"):
        explain(w, wrt=loss)
    assert "No path leads from other to L" in str(explain(loss, wrt=Value(1.0, label="other")))
