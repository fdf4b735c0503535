"""The battery's section of rows: it finds nothing, and what is planted it finds."""

from __future__ import annotations

import math

import pytest
from reliability import row_edges, row_engines, row_values, rows
from reliability.compare import Pair
from reliability.trials import Trials
from test_kinks import KINKS
from test_ops import planted

from autograd import ops
from autograd.ops import TABLE, define
from autograd.testing.domains import LARGEST

NAN, INF = math.nan, math.inf


@pytest.fixture(scope="module")
def counts():
    """The short profile."""
    return list(rows.run(Trials("rows")))


def test_nothing_is_found(counts):
    assert len(counts) >= len(rows.CHECKS) + 2
    for count in counts:
        assert count.tried > 0 and count.failed == 0, f"{count.what}: {count.failures}"


def found_in(word, row, name):
    """What the check with this word says of a row that passes itself off as another."""
    row.name = name
    (check,) = [check for check in rows.CHECKS if word in check.what]
    count = rows.compared(check._replace(rows=[row], points=60), Trials("planted"))
    assert count.tried > 0
    return count.failed


@pytest.mark.parametrize(
    ("word", "name", "slot", "factor"),
    [
        ("value", "sin", None, 1 + 1e-14),
        ("value", "softplus", None, 1 - 1e-14),
        ("first derivatives within", "tanh", 0, 1 + 1e-12),
        ("first derivatives within", "power", 1, 1 - 1e-12),
        ("complex step", "cbrt", 0, 1 + 1e-11),
        ("complex step", "hypot", 1, -1.0),
        ("second", "exp", 0, 1 + 1e-11),
        ("second", "arctan2", 0, 1 - 1e-11),
    ],
)
def test_a_wrong_value_or_derivative_is_found(table, word, name, slot, factor):
    assert found_in(word, planted(TABLE[name], slot, factor), name) > 0
    assert found_in(word, planted(TABLE[name], slot, 1.0), name) == 0


def test_a_row_that_is_not_odd_is_found(table):
    assert found_in("odd", define("nearly", lambda a: ops.sin(a) + 1e-20, lambda y, a: ops.cos(a)), "sin") > 0
    assert (
        found_in("odd", define("zero", lambda a: ops.sin(a) + 0.0 * ops.absolute(a), lambda y, a: ops.cos(a)), "sin")
        > 0
    )


def test_a_value_that_overflows_too_early_is_found(table):
    early = define("early", lambda a: ops.exp(a) * 8.0 / 8.0, lambda y, a: y)
    early.name = "exp"
    right, wrong = (max(pair.share for pair in row_values.value(row, (709.0,))) for row in (ops.exp, early))
    assert right < 1.0 and wrong == INF


def test_a_text_that_is_another_formula_is_found(monkeypatch):
    monkeypatch.setattr(row_values, "partial_formulas", lambda op: ["y * (1 - y)"])
    assert found_in("parsed", TABLE["sigmoid"], "sigmoid") > 0


def test_a_slope_that_is_on_no_side_of_a_kink_is_found(table):
    row = define("bent", ops.relu.value, lambda y, a: ops.where(a < 0.0, 0.0, 1.5), kinks="a == 0")
    assert found_in("between", row, "relu") > 0


def test_a_row_that_works_out_of_its_domain_is_found(table):
    row = define("bold", lambda a: math.sqrt(abs(a)), lambda y, a: 0.5 / y, domain="a >= 0")
    assert found_in("out of the domain", row, "sqrt") > 0


def test_nan_out_of_the_domain_is_found(monkeypatch):
    monkeypatch.setattr(row_edges, "apply", lambda op, operands: NAN)
    assert found_in("out of the domain", TABLE["sqrt"], "sqrt") > 0


def test_engines_run_every_row(monkeypatch):
    seen = []
    monkeypatch.setattr(row_engines, "with_engine", lambda op, points, engine: seen.append((engine, op)) or [])
    next(row_engines.comparisons(Trials("rows")))
    assert seen == [(row_engines.ENGINES[0], op) for op in row_engines.BUILT_IN]


def test_an_engine_that_runs_another_row_is_found(monkeypatch):
    whole = row_engines.engine_of_row
    monkeypatch.setattr(row_engines, "BUILT_IN", [ops.cosh])
    trials = Trials("planted")
    assert next(row_engines.comparisons(trials)).failed == 0
    monkeypatch.setattr(row_engines, "engine_of_row", lambda engine, op, *rest: whole(engine, ops.exp, *rest))
    monkeypatch.setattr(row_engines, "find_spec", lambda name: None)
    assert all(count.failed > 0 for count in row_engines.comparisons(trials))


def test_another_choice_at_a_kink_is_found(monkeypatch):
    monkeypatch.setattr(row_engines, "KINKS", [kink._replace(chosen=(0.25,) * len(kink.chosen)) for kink in KINKS])
    count = row_engines.at_published_kinks()
    assert count.failed == count.tried > 50


@pytest.mark.parametrize(
    ("pair", "right"),
    [
        (Pair(1.0, 1.0), True),
        (Pair(1.0, math.nextafter(1.0, 2.0)), False),
        (Pair(1.0, 1.0 + 1e-9, 1e-8), True),
        (Pair(NAN, NAN), True),
        (Pair(NAN, 1.0, INF), False),
        (Pair(1.0, NAN, INF), False),
        (Pair(1.0, 1.0, NAN), False),
        (Pair(INF, INF), True),
        (Pair(INF, -INF), False),
        (Pair(INF, LARGEST), True),
        (Pair(INF, 1e308), False),
        (Pair(LARGEST, INF), False),
        (Pair(-0.0, 0.0), True),
    ],
)
def test_near_enough(pair, right):
    assert (pair.share <= 1.0) is right
