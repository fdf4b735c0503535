"""Closed forms: those of the notes are found, each is the gradient wherever it says so, and near misses are refused."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from programs import random_program, run

import nn
from autograd import Value, explain, log, maximum, minimum, relu, sigmoid, softmax, tanh
from autograd.__main__ import main
from autograd.expression import parse
from autograd.graph import topological_order
from autograd.show.formulas.algebra import Algebra, Term, times
from autograd.show.formulas.closed import MOST_NODES
from autograd.show.formulas.points import Point, Sampler
from autograd.show.formulas.proofs import PROOFS, SEARCHES, ClosedForm, Proofs, evaluate
from autograd.show.formulas.search import Factor, factors, plain, products
from autograd.show.layout import Block
from autograd.show.notation import Notation
from autograd.show.style import PLAIN
from autograd.symbol import Symbol

NUMBERS = {"w": 2.0, "x": 0.5, "b": -1.0, "t": 1.0, "z": 0.4, "y": 0.7, "u": 0.7, "c": 0.1}
NUMBERS |= {
    "z1": 1.0,
    "z2": 2.0,
    "z3": 0.5,
    "z4": -1.0,
    "t1": 1.0,
    "t2": 0.0,
    "t3": 0.0,
    "t4": 0.0,
    "x1": 0.5,
    "x2": -1.0,
}
SIGMOID = "y = sigmoid(z)"
BCE = "L = -(t*log(y) + (1 - t)*log(1 - y))"
THREE = "L = -(t1*log(a1) + t2*log(a2) + t3*log(a3))"
FOUR = "L = -(t1*log(a1) + t2*log(a2) + t3*log(a3) + t4*log(a4))"


def graph(text: str, **numbers: float) -> Value:
    program = parse(text)
    return program.evaluate({name: (NUMBERS | numbers)[name] for name in program.variables})


def spelt_softmax(n: int, loss: str) -> str:
    exps = [f"e{k} = exp(z{k})" for k in range(1, n + 1)]
    outputs = [f"a{k} = e{k} / S" for k in range(1, n + 1)]
    return "; ".join([*exps, f"S = {' + '.join(f'e{k}' for k in range(1, n + 1))}", *outputs, loss])


def by_operation(n: int, loss: str) -> str:
    logits = ", ".join(f"z{k}" for k in range(1, n + 1))
    return f"a = softmax([{logits}]); " + re.sub(r"a(\d)", lambda m: f"a[{int(m[1]) - 1}]", loss)


def forms(root: Value, names: dict[str, Any] | None = None, wrt: Any = None) -> dict[str, ClosedForm]:
    found = explain(root, wrt=wrt, names=names, simplify=True)
    return {found.notation.name(v): form for v, form in found.closed_forms.items()}


def shown(root: Value, name: str, **options: Any) -> str:
    return (
        str(forms(root, **options).get(name, "nothing"))
        .removesuffix("equal at 64 random points, within 1e-12")
        .strip(", ")
    )


# ---- the notes' closed forms


@pytest.mark.parametrize(
    ("text", "name", "form"),
    [
        (f"{SIGMOID}; {BCE}", "z", "y − t"),
        (f"z = w*x + b; {SIGMOID}; {BCE}", "w", "(y − t) · x"),
        (f"z = w*x + b; {SIGMOID}; {BCE}", "b", "y − t"),
        (f"y = 1 / (1 + exp(-z)); {BCE}", "z", "y − t"),
        ("L = t*softplus(-z) + (1 - t)*softplus(z)", "z", "sigmoid(z) − t"),
        ("L = -t*log_sigmoid(z) - (1 - t)*log_sigmoid(-z)", "z", "sigmoid(z) − t"),
        ("z = w*x + b; y = sigmoid(z); L = (y - t)**2", "w", "2 · (y − t) · y · (1 − y) · x"),
        ("z = w*x + b; y = sigmoid(z); L = (y - t)**2", "z", "2 · (y − t) · y · (1 − y)"),
        ("z = w*x + b; y = tanh(z); L = (y - t)**2/2", "z", "(y − t) · (1 − y²)"),
        ("y = 1 / (1 + exp(-z)); y", "z", "y · (1 − y)"),
        ("p = exp(z); n = exp(-z); h = (p - n) / (p + n); h", "z", "1 − h²"),
        ("y = w*x + b; L = (y - t)**2", "w", "2 · (y − t) · x"),
        ("L = (y - t)**2", "t", "−2 · (y − t)"),  # 2 · (t − y) is not so much shorter
        ("L = logsumexp([z1, z2, z3]) - z1", "z1", "softmax([z1, z2, z3])[0] − 1"),
        ("L = logsumexp([z1, z2, z3]) - z1", "z2", "softmax([z1, z2, z3])[1]"),
        ("y1 = w*x1 + b; y2 = w*x2 + b; L = mean([(y1 - t1)**2, (y2 - t2)**2])", "b", "y1 − t1 + y2 − t2"),
    ],
)
def test_what_a_chain_collapses_to(text: str, name: str, form: str) -> None:
    assert shown(graph(text), name) == form


@pytest.mark.parametrize("n", [3, 4])
@pytest.mark.parametrize("spelling", [spelt_softmax, by_operation])
def test_softmax_with_cross_entropy(n: int, spelling: Callable[[int, str], str]) -> None:
    found = forms(graph(spelling(n, THREE if n == 3 else FOUR)))
    total = " + ".join(f"t{k}" for k in range(1, n + 1))
    for k in range(1, n + 1):
        name = f"a{k}" if spelling is spelt_softmax else f"a[{k - 1}]"
        expected = f"{name} − t{k}   given {total} = 1, equal at 64 random points, within 1e-12"
        assert str(found[f"z{k}"]) == expected
    if spelling is spelt_softmax:
        assert str(found["S"]).startswith(f"1 / S   given {total} = 1")


def test_the_mean_over_a_batch() -> None:
    n = 3
    terms = [f"t{k}*log(y{k}) + (1 - t{k})*log(1 - y{k})" for k in range(1, n + 1)]
    lines = [f"z{k} = w*x{k} + b; y{k} = sigmoid(z{k})" for k in range(1, n + 1)]
    root = graph("; ".join([*lines, f"L = -mean([{', '.join(terms)}])"]), x3=2.0)
    found = forms(root)
    assert [str(found[f"z{k}"]).split("   ")[0] for k in range(1, n + 1)] == [
        f"(y{k} − t{k}) / 3" for k in range(1, n + 1)
    ]
    assert shown(root, "w") == "((y1 − t1) · x1 + (y2 − t2) · x2 + (y3 − t3) · x3) / 3"


def test_the_batches_of_nn() -> None:
    logits = [
        [Value(x, f"z{i}{j}") for j, x in enumerate(row)] for i, row in enumerate([[1.0, 0.2, -1.0], [0.4, 0.1, 0.6]])
    ]
    outputs = [softmax(row) for row in logits]
    found = forms(nn.cross_entropy(outputs, [[0.2, 0.3, 0.5], [0.0, 1.0, 0.0]]), {"p": outputs})
    assert str(found["z01"]).startswith("(p[0][1] − 0.3) / 2   equal")
    assert str(found["z11"]).startswith("(p[1][1] − 1) / 2   equal")
    assert str(found["z12"]).startswith("softmax([z10, z11, z12])[2] / 2   equal")
    found = forms(nn.cross_entropy_from_logits(logits, [0, 2]))
    assert str(found["z00"]).startswith("(softmax([z00, z01, z02])[0] − 1) / 2   equal")


@pytest.mark.parametrize("activation", ["tanh", "relu", "sigmoid"])
def test_a_network_of_nn(activation: str) -> None:
    random.seed(3)
    net = nn.MLP(2, [3, 1], activation=activation)
    output = net([Value(0.5, "x1"), Value(-0.3, "x2")])
    z = output[0] if isinstance(output, list) else output
    y = sigmoid(z)
    assert shown(nn.binary_cross_entropy([y], [0.3]), "z", names={"y": y, "z": z}) == "y − 0.3"
    assert shown(nn.binary_cross_entropy_from_logits([z], [1]), "z", names={"z": z}) == "sigmoid(z) − 1"
    assert shown(nn.mean_squared_error([y], [0.3]), "z", names={"y": y, "z": z}) == "2 · (y − 0.3) · y · (1 − y)"


def test_unlabelled_results_serve_where_nothing_has_a_label() -> None:
    w, t = Value(0.3, "w"), Value(1.0, "t")
    y = sigmoid(w * 2.0)
    root = -(t * log(y) + (1 - t) * log(1 - y))
    assert shown(root, "w") == "2 · (v2 − t)"


# ---- each is the gradient, to an engine that shares nothing with the search


def central(root: Value, name: str, at: dict[str, float], program: str) -> float:
    """∂root/∂leaf by differences, at other numbers."""
    h = 1e-5
    ends = [parse(program).evaluate(at | {name: at[name] + sign * h}).data for sign in (1.0, -1.0)]
    return (ends[0] - ends[1]) / (2.0 * h)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize(
    "text",
    [
        f"{SIGMOID}; {BCE}",
        "z = w*x + b; y = sigmoid(z); L = (y - t)**2",
        "L = logsumexp([z1, z2, z3]) - z1",
        spelt_softmax(3, THREE),
    ],
)
def test_forms_are_the_gradient_elsewhere(text: str, seed: int) -> None:
    dice = random.Random(seed)
    program = parse(text)
    at = {name: dice.uniform(0.1, 0.9) for name in program.variables}
    if "t3" in at:
        whole = at["t1"] + at["t2"] + at["t3"]
        at |= {name: at[name] / whole for name in ("t1", "t2", "t3")}
    root = graph(text)
    moved = program.evaluate(at)
    numbers = {v.label: v.data for v in topological_order(moved)}
    found = {name: form for name, form in forms(root).items() if name in program.variables}
    assert found
    for name, form in found.items():
        if name[0] != "t":  # whose own gradient holds beside their sum being 1
            assert evaluate(form.tree, numbers) == pytest.approx(central(root, name, at, text), rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("seed", range(25))
def test_what_is_shown_of_any_graph_is_its_gradient(seed: int) -> None:
    program, numbers = random_program(seed, length=8)
    inputs = [Value(x, f"x{k}") for k, x in enumerate(numbers)]
    root = run(program, inputs)[-1]
    found = explain(root, simplify=True)
    values = {found.notation.name(v): v.data for v in found.notation.order}
    sizes = Sampler(found.notation.order)._point({v: v.data for v in found.notation.order if not v.op})
    for v, form in found.closed_forms.items():
        size = sizes.sizes[v] if sizes else 1.0
        assert evaluate(form.tree, values) == pytest.approx(found.gradient(v), rel=1e-9, abs=1e-9 * size)


def test_forms_are_found_in_random_graphs_too() -> None:
    count = 0
    for seed in range(10):
        program, numbers = random_program(seed, length=8)
        count += len(
            explain(run(program, [Value(x, f"x{k}") for k, x in enumerate(numbers)])[-1], simplify=True).closed_forms
        )
    assert count > 10


# ---- a wrong one is never shown


def proved(root: Value, name: str, tree: Any) -> ClosedForm | None:
    """What becomes of a form that somebody proposes."""
    notation = Notation(root)
    (v,) = (v for v in notation.order if notation.name(v) == name)
    return Proofs(notation).proved(v, tree)


y, t, z, x, a1, a2, t1, t2, t3 = map(Symbol, ("y", "t", "z", "x", "a1", "a2", "t1", "t2", "t3"))


@pytest.mark.parametrize(
    "tree",
    [
        y - 0.999 * t,
        y - t + 1e-9,
        (y - t) * (1 + 1e-10),
        t - y,
        y - t * t,  # t is 1, or 0
        y - t**3.0,
        y * y - t,
        (y - t) / 2.0,
        2.0 * (y - t),
        y - 1.0,  # at the recorded point t is 1
        y - x,
        Symbol("nobody") - t,
        y / (t - t),
        (y - t) * x,
    ],
)
def test_near_misses_of_y_minus_t_are_refused(tree: Any) -> None:
    root = graph(f"z = w*x + b; {SIGMOID}; {BCE}")
    assert proved(root, "z", y - t) is not None
    assert proved(root, "z", tree) is None


def test_what_holds_at_the_recorded_point_alone_is_refused() -> None:
    root = graph("z = w*x + b; y = sigmoid(z); L = (y - t)**2", t=0.0)
    gradient = explain(root, wrt="z").routes[0].gradient
    exact = Symbol("y") * gradient / next(v.data for v in topological_order(root) if v.label == "y")
    values = {v.label: v.data for v in topological_order(root)}
    assert evaluate(exact, values) == pytest.approx(gradient)
    assert proved(root, "z", exact) is None
    assert proved(root, "z", 2.0 * y * y * (1 - y)) is None  # t is 0 there
    assert proved(root, "z", 2.0 * (y - t) * y * (1 - y)) is not None


@pytest.mark.parametrize(
    "tree", [a2 - t1, a1 - t2, a1 - t1 * t1, (a1 - t1) / 3.0, a1 - t1 + t2 * t3, a1 * (t1 + t2) - t1]
)
def test_near_misses_of_softmax_are_refused(tree: Any) -> None:
    root = graph(spelt_softmax(3, THREE))
    assert proved(root, "z1", tree) is None


def test_the_condition_stands_where_it_is_needed_alone() -> None:
    root = graph(spelt_softmax(3, THREE))
    with_sum, without = proved(root, "z1", a1 * (t1 + t2 + t3) - t1), proved(root, "z1", a1 - t1)
    assert with_sum is not None and with_sum.given == ()
    assert without is not None and without.given == (("t1", "t2", "t3"),)
    assert shown(root, "a1") == "−t1 / a1"


def test_targets_that_do_not_sum_to_1_have_no_such_form() -> None:
    found = forms(graph(spelt_softmax(3, THREE), t1=0.5, t2=0.2, t3=0.2))
    assert not {"z1", "z2", "z3"} & {name for name, form in found.items() if form.given or "−" in str(form.tree)}


def test_the_samples_of_a_batch_have_conditions_of_their_own() -> None:
    loss = " + ".join(f"t{i}{j}*log(a{i}[{j}])" for i in (1, 2) for j in (0, 1, 2))
    lines = [f"a{i} = softmax([z{i}0, z{i}1, z{i}2])" for i in (1, 2)]
    numbers = {f"z{i}{j}": 0.3 * i - 0.4 * j for i in (1, 2) for j in (0, 1, 2)}
    targets = {f"t{i}{j}": float(i == j) for i in (1, 2) for j in (0, 1, 2)}
    found = forms(graph("; ".join([*lines, f"L = -({loss})/2"]), **numbers, **targets))
    expected = "(a1[2] − t12) / 2   given t10 + t11 + t12 = 1, equal at 64 random points, within 1e-12"
    assert str(found["z12"]) == expected
    assert found["z20"].given == (("t20", "t21", "t22"),)


def test_what_holds_on_one_side_of_a_kink_says_so() -> None:
    h, u, inputs = Value(0.4, "h"), Value(0.7, "u"), {"t": Value(0.3, "t")}
    root = (relu(h) * u - inputs["t"]) ** 2
    root.label = "L"
    one_side = proved(root, "h", 2.0 * Symbol("u") * (Symbol("h") * Symbol("u") - t))
    assert one_side is not None and one_side.one_side
    assert "equal at 64 random points on this side of the kinks" in str(one_side)


def test_a_search_that_is_misled_is_caught_by_the_proof() -> None:
    """Points at which y is 0 or 1 cannot tell y² from y; the fresh ones can."""
    values = np.array([0.0, 1.0] * 4) + 1.0  # 1 or 2: y³ − 3y² + 2y is 0 there
    found = list(products(values, np.abs(values), factors([Factor(Symbol("y"), values)], {"y": 1.0})))
    assert found
    root = graph("y = z*z; L = y*y*y", z=1.2)
    assert proved(root, "y", 3.0 * Symbol("y")) is None
    assert proved(root, "y", 3.0 * Symbol("y") ** 2.0) is not None


def test_too_few_points_prove_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    root = graph(f"{SIGMOID}; {BCE}")
    monkeypatch.setattr("autograd.show.formulas.proofs.PROOFS", PROOFS + 1)
    whole = Sampler.draw
    monkeypatch.setattr(Sampler, "draw", lambda self, count: whole(self, SEARCHES + PROOFS))
    assert forms(root) == {}


def test_a_graph_without_points() -> None:
    """log of −z², which has no value anywhere else either, cannot be sampled: nothing is shown, nothing breaks."""
    root = graph("L = arccosh(1 + z*z*0.0000001) * sqrt(1 - z*z) * log(z - 0.39999)", z=0.4)
    assert all("equal at 64" in str(form) for form in forms(root).values())


# ---- points


def test_points_are_where_the_forward_pass_has_a_value() -> None:
    root = graph(f"{SIGMOID}; {BCE}")
    order = topological_order(root)
    points = Sampler(order).draw(80)
    assert len(points) == 80
    assert all(0.0 < p.values[v] < 1.0 for p in points for v in order if v.label == "y")
    assert len({p.values[order[0]] for p in points}) == 80
    assert [p.values for p in points] == [p.values for p in Sampler(order).draw(80)]


def gradients(order: Sequence[Value], point: Point) -> dict[Value, float]:
    """By the engine: the graph built again at the point."""
    twins: dict[Value, Value] = {}
    for v in order:
        operands = [twins[o] if isinstance(o, Value) else o for o in v.operands]
        twins[v] = v.op(*operands) if v.op else Value(point.values[v])
    twins[order[-1]].backward()
    return {v: twin.grad for v, twin in twins.items()}


def test_gradients_at_points_are_those_of_the_engine() -> None:
    root = graph(f"z = w*x + b; {SIGMOID}; {BCE}")
    order = topological_order(root)
    for point in Sampler(order).draw(20):
        found = gradients(order, point)
        assert all(point.gradients[v] == pytest.approx(found[v], rel=1e-12, abs=1e-14) for v in order)
        assert all(abs(point.gradients[v]) <= point.sizes[v] * (1 + 1e-12) for v in order)


def test_a_side_of_a_kink_is_kept_or_noted() -> None:
    root = relu(Value(0.5, "x") * Value(2.0, "w")) + tanh(Value(0.1, "b")) ** 2
    order = topological_order(root)
    kink = next(v for v in order if v.op and v.op.name == "relu")
    assert set(Sampler(order).sides) == {kink}  # x ** 2 has none
    assert all(p.values[kink] > 0.0 for p in Sampler(order).draw(40))
    both = Sampler(order, one_side=False).draw(40)
    assert {kink in p.crossed for p in both} == {True, False}
    assert all((p.values[kink] == 0.0) == (kink in p.crossed) for p in both)


def test_groups_are_sampled_on_the_simplex() -> None:
    root = graph(spelt_softmax(3, THREE))
    notation = Notation(root)
    (group,) = Proofs(notation).groups
    assert [notation.name(v) for v in group] == ["t1", "t2", "t3"]
    for point in Sampler(notation.order, [group]).draw(20):
        assert sum(point.values[v] for v in group) == pytest.approx(1.0, abs=1e-15)
        assert all(0.0 < point.values[v] < 1.0 for v in group)


# ---- the search


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (2.0, Fraction(2)),
        (1 / 3, Fraction(1, 3)),
        (-2 / 3, Fraction(-2, 3)),
        (0.35, 0.35),
        (0.123456789, None),
        (1e-30, 1e-30),
    ],
)
def test_numbers_that_people_write(number: float, written: Fraction | float | None) -> None:
    assert plain(number) == written


@pytest.mark.parametrize(
    ("factors", "text"),
    [
        ((Fraction(2), 1 / 3.0), "0.6666666666666666"),
        ((Fraction(6), Fraction(1, 4)), "3.0 / 2.0"),
        ((0.5, 4.0, Fraction(1, 3)), "2.0 / 3.0"),
        ((1e200, 1e200, 1e200), "inf"),
        ((float(2**52), float(2**52)), "2.028240960365167e+31"),
    ],
)
def test_whole_numbers_and_their_quotients_stay_exact(factors: tuple[Fraction | float, ...], text: str) -> None:
    assert str(Algebra().written(times(*map(Term, factors)))) == text


def test_a_product_of_three_is_found() -> None:
    dice = np.random.default_rng(0)
    a, b, c = dice.uniform(0.1, 0.9, (3, SEARCHES))
    found = factors([Factor(Symbol(n), values) for n, values in zip("abc", (a, b, c), strict=True)], {})
    gradient = -1.5 * (a - b) * c * (1 - c)
    texts = {str(Algebra().written(Term(n, tuple(fs)))) for n, *fs in products(gradient, np.abs(gradient), found)}
    assert texts == {"-(1.5 * (a - b) * c * (1.0 - c))"}
    assert not list(products(gradient + 1e-6, np.abs(gradient), found))


def test_labelled_nodes_are_preferred() -> None:
    d = Value(0.7, "y") - Value(0.2, "t")
    assert shown(tanh(d * d), "y", names={}).count("v") <= 2
    assert shown((Value(0.7, "y") - Value(0.2, "t")) ** 2, "y") == "2 · (y − t)"


# ---- in the derivation


def test_it_stands_in_the_derivation() -> None:
    root = graph(f"{SIGMOID}; {BCE}")
    text = str(explain(root, wrt="z", simplify=True))
    assert (
        """\
  ∂L/∂z  = ∂L/∂y · ∂y/∂z                       with ∂y/∂z = y · (1 − y) = 0.240261
         = −1.67032 · 0.240261 = −0.401312
         = y − t                               equal at 64 random points, within 1e-12"""
        in text
    )
    assert "random points" not in str(explain(root, wrt="z"))


def test_where_there_is_no_room_the_proof_stands_beside_the_form() -> None:
    text = explain(graph(by_operation(3, THREE)), wrt="z1", simplify=True).text
    expected = (
        "= a[0] − t1   given t1 + t2 + t3 = 1, equal at 64 random points, within 1e-12\n              with ∂a[2]/∂z1"
    )
    assert expected in text


def test_a_proof_stands_in_the_line_that_it_is_about() -> None:
    assert Block("h", ["a", "b", "c"], ["1"], "proof").beside == ["1", "", "proof"]
    assert Block("h", ["a", "b"], ["1", "2", "3"], "proof").beside == ["1", "proof", "2", "3"]
    assert Block("h", ["a", "b"], ["1"]).beside == ["1"]


def test_latex_html_and_records() -> None:
    found = explain(graph(spelt_softmax(3, THREE)), wrt="z1", simplify=True)
    assert r"&= a_{1} - t_{1} && \text{given }" in found.latex
    assert r"t_{1} + t_{2} + t_{3} = 1" in found.latex
    assert found.latex.count("{") == found.latex.count("}")
    assert "equal at 64 random points, within 1e-12".replace(" ", "\u00a0") in found.html
    record = json.loads(json.dumps(found.to_dict()))
    (of_z1,) = [form for form in record["closed_forms"] if form["node"] == "z1"]
    assert of_z1 == {
        "node": "z1",
        "formula": "a1 − t1",
        "latex": "a_{1} - t_{1}",
        "given": [["t1", "t2", "t3"]],
        "one_side": False,
        "points": 64,
        "within": 1e-12,
    }
    assert "closed_forms" not in explain(graph(f"{SIGMOID}; {BCE}")).to_dict()


def test_nothing_found_and_nothing_looked_for_are_said() -> None:
    nothing = explain(graph("L = sin(z)"), simplify=True)
    assert "no closed form was found" in nothing.text and r"\text{no closed form was found}" in nothing.latex
    v = Value(0.5, "x")
    for _ in range(MOST_NODES):
        v = tanh(v)
    text = explain(v, simplify=True).text
    assert f"no closed form was looked for: the graph has {MOST_NODES + 1} nodes, more than {MOST_NODES}" in text


def test_the_same_graph_gives_the_same_forms() -> None:
    one, two = (str(explain(graph(spelt_softmax(3, THREE)), simplify=True)) for _ in range(2))
    assert one == two


def test_values_and_grads_stay_as_they_are() -> None:
    root = graph(f"{SIGMOID}; {BCE}")
    before = [(v.data, v.grad) for v in topological_order(root)]
    explain(root, simplify=True)
    assert [(v.data, v.grad) for v in topological_order(root)] == before


def test_labels_that_look_like_formulas_are_names() -> None:
    p, q = Value(0.4, "y − t"), Value(0.3, "pi")
    found = explain((sigmoid(p) - q) ** 2, wrt=p, simplify=True)
    assert "(y − t)" in found.text


def test_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["explain", f"{SIGMOID}; {BCE}", "z=0.4", "t=1", "--wrt", "z"]
    assert main([*words, "--simplify"]) == 0
    assert "= y − t" in capsys.readouterr().out
    assert main([*words, "--simplify", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["closed_forms"][-1]["formula"] == "y − t"
    assert main(words) == 0
    assert "random points" not in capsys.readouterr().out


def test_both_sides_of_a_kink_far_away_are_not_claimed() -> None:
    w, x = Value(0.5, label="w"), Value(2.0, label="x")
    assert explain(x * minimum(w, 3.0) ** 2, simplify=True).closed_forms[w].one_side
    a, b = Value(0.3, label="a"), Value(-2.0, label="b")
    found = explain(relu(a) * maximum(b, 1.23) * b, simplify=True).closed_forms
    assert found and all(form.one_side for form in found.values())


def test_a_form_whose_numbers_would_be_rounded_is_none() -> None:
    z = Value(0.4, label="z")
    y = sigmoid(z)
    y.label = "y"

    def forms(target: float) -> set[str]:
        loss = -(target * log(y) + (1.0 - target) * log(1.0 - y))
        return {form.written(PLAIN) for form in explain(loss, simplify=True).closed_forms.values()}

    assert "y − 0.3" in forms(0.3)
    assert not any("0.12345" in form or "0.87654" in form for form in forms(0.123456789))
