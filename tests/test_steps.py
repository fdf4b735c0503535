"""The steps of a backward pass: the engine's own numbers, in its order, with formulas that compute them."""

from __future__ import annotations

import dataclasses
import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from programs import random_program, run
from strategies import apply, every_row, points, values

from autograd import DomainError, Value, exp, ignore_domain, softmax, sqrt, tanh, total, where
from autograd.expression import parse
from autograd.graph import topological_order
from autograd.ops import Nary, Operation, define
from autograd.show.steps import FOLD, Step, Steps, steps

pytestmark = pytest.mark.usefixtures("table")


def random_graph(seed: int) -> Value:
    program, inputs = random_program(seed, length=25)
    return run(program, [Value(x, label=f"x{k}") for k, x in enumerate(inputs)])[-1]


seeds = st.integers(0, 10_000)


@given(seeds)
def test_the_totals_are_the_gradients_bit_for_bit(seed: int) -> None:
    root = random_graph(seed)
    found = steps(root)
    assert all(v.grad == 0.0 for v in topological_order(root))
    root.backward()
    final = {edge.parent: edge.total for edge in found.edges if edge.complete}
    assert final == {v: v.grad for v in topological_order(root) if v is not root}


@given(seeds)
def test_each_step_is_upstream_times_local_added_up(seed: int) -> None:
    so_far: dict[str, float] = {}
    records = list(steps(random_graph(seed)))
    for k, step in enumerate(records):
        assert step.number == k + 1
        assert step.contribution == step.local * step.upstream
        so_far[step.parent] = so_far.get(step.parent, 0.0) + step.contribution
        assert step.total == so_far[step.parent]
    for step in records:  # a gradient is handed on when all of it has arrived
        assert step.node == step.root or step.upstream == so_far[step.node]
    arrived = [step.parent for step in records]
    for step in records:
        assert step.complete == (step.parent not in arrived[step.number :])
        assert step.uses == arrived.count(step.parent)


@every_row
def test_the_formula_written_computes_the_local_derivative(op: Operation) -> None:
    """Read again as an expression over the names, and evaluated on the nodes' numbers."""
    for operands in points(op):
        y = apply(op, values(op, operands))
        notation = steps(y).notation
        numbers = {name: v.data for v, name in notation.names.items()}
        for edge in steps(y).edges:
            written = notation.local(edge.node, edge.slot)
            text = str(written)
            assert evaluated(text, numbers) == pytest.approx(edge.local, rel=1e-9, abs=1e-15), text


def evaluated(text: str, numbers: dict[str, float]) -> float:
    program = parse(text)  # u1 and v1, the names of nodes, are names of expressions too
    return program.evaluate({name: numbers[name] for name in program.variables}).data


def test_a_wrong_rule_is_shown_as_it_is() -> None:
    wrong = define("wrong_cube", lambda a: a * a * a, lambda y, a: 2.0 * a * a)
    x = Value(2.0, label="x")
    (step,) = steps(wrong(x))[:1]
    assert (step.formula, step.local) == ("2 · x · x", 8.0)


def test_one_step_in_full() -> None:
    z = Value(0.5, label="z")
    h = tanh(z)
    h.label = "h"
    L = h * h
    L.label = "L"
    first, second, third = steps(L)
    assert dataclasses.asdict(third) == {
        "number": 3,
        "root": "L",
        "node": "h",
        "parent": "z",
        "op": "tanh",
        "slot": 0,
        "use": 0,
        "formula": "1 − h²",
        "latex": "1 - h^{2}",
        "local": h.local_derivatives[0],
        "upstream": 2.0 * h.data,
        "contribution": 2.0 * h.data * h.local_derivatives[0],
        "total": 2.0 * h.data * h.local_derivatives[0],
        "uses": 1,
        "complete": True,
    }
    assert [(s.parent, s.slot, s.use, s.complete) for s in (first, second)] == [("h", 0, 1, False), ("h", 1, 2, True)]
    assert str(first) == "∂L/∂h += ∂L/∂L · ∂L/∂h₍₁₎ = 1 · 0.462117 = 0.462117, so far 0.462117"
    assert str(second).endswith(", in all 0.924234")


@pytest.mark.parametrize(
    ("text", "formula"),
    [
        ("x**3", "3 · x²"),
        ("x**2", "2 · x"),
        ("2**x", "2 ** x · log(2)"),
        ("3/x", "−3 / x²"),
        ("x/4", "1 / 4"),
        ("x*5", "5"),
        ("5 - x", "−1"),
        ("leaky_relu(x)", "where(x > 0, 1, 0.01)"),
        ("dot([x, 2], [7, 3])", "7"),
        ("mean([x, 1, 2])", "1 / 3"),
        ("total([x, 1])", "1"),
        ("logsumexp([x, 1])", "exp(x − y)"),
        ("softmax([x, 1])[0]", "y · (1 − y)"),
        ("softmax([x, 1])[1]", "−y · softmax([x, 1])[0]"),
    ],
)
def test_formulas_are_written_with_the_operands_that_are_there(text: str, formula: str) -> None:
    y = parse("y = " + text).evaluate({"x": 0.5})
    assert [step.formula for step in steps(y)] == [formula]


def test_other_outputs_of_a_softmax_go_by_their_names() -> None:
    p, q = softmax([Value(1.0, label="a"), Value(2.0, label="b")])
    p.label, q.label = "p", "q"
    formulas = {(s.node, s.parent): s.formula for s in steps(p * q)}
    assert formulas["p", "b"] == "−p · q"
    assert formulas["q", "a"] == "−q · p"
    assert formulas["q", "b"] == "q · (1 − q)"


def test_a_constant_alone_out_of_a_formulas_domain_is_written_as_it_is() -> None:
    row = define("guarded", lambda a, b: a * b, lambda y, a, b: b, lambda y, a, b: where(a > 0.0, sqrt(a), a))
    x = Value(2.0, label="x")
    assert [(s.formula, s.local) for s in steps(row(-1.0, x))] == [("where(−1 > 0, sqrt(−1), −1)", -1.0)]


def test_names_of_variables() -> None:
    w = [Value(1.0), Value(2.0)]
    hidden = w[0] * w[1]
    assert [(s.node, s.parent) for s in steps(hidden, names={"w": w, "hidden": hidden})] == [
        ("hidden", "w[0]"),
        ("hidden", "w[1]"),
    ]


def test_hostile_labels_stay_on_their_line() -> None:
    x = Value(2.0, label="a\nb\x1b[31m + c" + "d" * 1000)
    (line,) = str(steps(exp(x))).splitlines()
    assert line.isprintable()
    assert len(line) < 300


def test_it_is_a_sequence_of_json_records() -> None:
    found = steps(parse("L = x*y + x").evaluate({"x": 2.0, "y": 3.0}))
    assert isinstance(found[-1], Step)
    assert [step.number for step in found[1:3]] == [2, 3]
    assert json.loads(json.dumps(found.to_dict()))[0] == found[0].to_dict()
    with pytest.raises(IndexError):
        found[len(found)]


@given(seeds)
@settings(max_examples=20)
def test_json_reads_back_to_the_same_records(seed: int) -> None:
    found = steps(random_graph(seed))
    for indent in (None, 2):
        assert [Step(**record) for record in json.loads(found.to_json(indent))] == list(found)


def test_infinities_are_words_in_json() -> None:
    with ignore_domain():
        found = steps(sqrt(Value(0.0, label="\ud800 손실")) * -1e308 * 1e10)
    records = json.loads(found.to_json(), parse_constant=lambda name: pytest.fail(f"{name} is not JSON"))
    assert [type(record["total"]) for record in records] == [float, str, str]
    assert [float(record["total"]) for record in records] == [step.total for step in found]


def test_a_leaf_has_no_steps() -> None:
    assert str(steps(Value(2.0))) == "no steps: the result is an input"


def test_a_long_pass_is_folded_where_it_is_printed() -> None:
    x = Value(1.0, label="x")
    y = x
    for _ in range(100_000):
        y = y + 1e-9
    found = steps(y)
    lines = str(found).splitlines()
    assert len(found) == 100_000
    assert len(lines) == FOLD + 1
    assert lines[FOLD // 2].strip() == f"… {100_000 - FOLD} more steps"
    assert lines[-1].startswith("100000. ∂v100000/∂x = ")


def test_a_node_of_many_uses() -> None:
    x = Value(2.0, label="x")
    found = steps(total([x] * 1000))
    assert (found[-1].total, found[-1].uses, found[-1].use) == (1000.0, 1000, 1000)


def test_what_backward_refuses_is_refused() -> None:
    big, zero = Value(1e200, label="big"), Value(0.0, label="zero")
    with pytest.raises(DomainError, match="big = 1e\\+200"):
        steps(big * big)
    with pytest.raises(DomainError, match="has derivative inf in zero"):
        steps(sqrt(zero) * 0.0)
    with ignore_domain():
        assert math.isnan(steps(sqrt(zero) * 0.0)[-1].total)


def test_the_same_graph_prints_the_same_text() -> None:
    def printed(seed: int) -> str:
        found: Steps = steps(random_graph(seed))
        return str(found)

    assert printed(7) == printed(7)
    assert printed(7) != printed(8)


def test_rows_of_many_operands_are_covered() -> None:
    assert {op.name for op in (v.op for v in topological_order(random_graph(3))) if isinstance(op, Nary)} != set()
