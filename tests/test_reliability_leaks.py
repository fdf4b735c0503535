"""The section `leaks`: memory returns to where it was; and it notices where it does not."""

from __future__ import annotations

import pytest
from reliability import leaks
from reliability.steps import Step, neuron
from reliability.trials import Trials

from autograd import Value, codegen


def test_the_short_profile():
    for count in leaks.run(Trials("leaks")):
        assert (count.failed, count.failures) == (0, []) and count.tried > 20


def a_list_that_grows():
    kept: list[Value] = []
    return Step(lambda k: kept.append(neuron()))


def a_cycle(k):
    v = neuron()
    v.label = [v]


@pytest.mark.parametrize(
    ("make", "notes"),
    [(a_list_that_grows, ["objects", "Values are left"]), (lambda: Step(a_cycle), ["Values are left"])],
    ids=["a list", "a cycle"],
)
def test_what_is_left_is_noticed(monkeypatch, make, notes):
    monkeypatch.setattr(leaks, "STEPS", {"planted": make})
    told = [failure for count in leaks.run(Trials("leaks")) for failure in count.failures]
    assert len(told) == len(notes) and all(note in failure for note, failure in zip(notes, told, strict=True))


def test_code_that_is_never_forgotten_is_noticed(monkeypatch):
    name = "another function, numpy"
    monkeypatch.setattr(leaks, "STEPS", {name: leaks.STEPS[name]})
    monkeypatch.setattr(codegen, "_forget", lambda filename, entry: None)
    first, _ = leaks.run(Trials("leaks"))
    assert first.failed == 1 and "objects" in first.failures[0]
