"""The battery of first numbers that are none passes, over every row that can make one, and sees what a report lacks."""

from __future__ import annotations

import pytest
from reliability import first_nan, nan_cases
from reliability.trials import Trials

from autograd import errors
from autograd.ops import TABLE

SAFE = {  # rows that give finite numbers, and finite derivatives, wherever they are asked with finite numbers
    "neg", "positive", "absolute", "sign", "sin", "cos", "tan", "arctan", "tanh", "sech", "arcsinh", "erf",
    "erfc", "gaussian", "normal_pdf", "sigmoid", "log_sigmoid", "softplus", "relu", "elu", "gelu", "silu",
    "maximum", "minimum", "clip", "step", "where", "less", "less_equal", "greater", "greater_equal", "equal",
    "mean", "logsumexp", "softmax",
}  # fmt: skip


def counts():
    return list(first_nan.run(Trials("first_nan")))


def test_the_short_profile_passes():
    for count in counts():
        assert count.tried > 0
        assert count.failures == [] and count.failed == 0


def test_every_row_that_can_make_such_a_number_has_cases():
    assert {op.name for op in TABLE.values() if not op.users_own} == {*nan_cases.cases(), *SAFE}
    assert not SAFE & set(nan_cases.cases())


@pytest.mark.parametrize(
    ("name", "broken"),
    [
        ("path_to", lambda op, operands: ()),
        ("user_location", lambda: ""),
        ("describe", lambda op, operands: "something"),
    ],
)
def test_a_report_that_lacks_something_is_seen(monkeypatch, name, broken):
    monkeypatch.setattr(errors, name, broken)
    if name == "user_location":
        monkeypatch.setattr("autograd.eager.user_location", broken)
    count = next(first_nan.run(Trials("first_nan")))
    assert (count.failed > 0) == (name != "describe")  # words are free: attributes are not


def test_a_number_that_slips_through_is_seen(monkeypatch):
    monkeypatch.setattr("autograd.value.first_non_finite", lambda order: ValueError("something"))
    with pytest.raises(ValueError, match="something"):
        next(first_nan.run(Trials("first_nan")))


def test_an_alternative_that_is_not_named_is_seen(monkeypatch):
    monkeypatch.setattr(TABLE["log"], "stable", {**TABLE["log"].stable, "sigmoid": "another"})
    real = errors.not_finite
    monkeypatch.setattr("autograd.eager.not_finite", lambda *a: real(*a).retold("undefined"))
    assert first_nan.alternative(TABLE["log"], "sigmoid") == "undefined"
