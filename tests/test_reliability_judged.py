"""The judges are judged: nothing right is called wrong, nothing wrong right; and a judge that errs is found out."""

import random
from dataclasses import replace

import pytest
from reliability import judged, judged_claims, judged_notes
from reliability.terrain import is_at_kink, random_function
from reliability.trials import Trials

from autograd.check import GradientReport, check_gradient
from autograd.check.nodes import check_graph
from autograd.check.report import AGREES, NOISE, WRONG

SECTIONS = {"judged": judged, "judged_claims": judged_claims, "judged_notes": judged_notes}


def counts(section, whole):
    """What a section counts in so many trials."""
    trials = Trials(section)
    trials.count = lambda _: whole
    return list(SECTIONS[section].run(trials))


@pytest.mark.parametrize("section", SECTIONS)
def test_the_short_profile_passes(section):
    found = list(SECTIONS[section].run(Trials(section)))
    assert [str(count) for count in found if not count.passed] == []
    assert len({count.what for count in found}) == len(found)


# ---- what is tried


def test_functions_are_steep_flat_kinked_huge_and_tiny():
    graphs = [random_function(random.Random(seed)).graph() for seed in range(300)]
    slopes = [abs(d) for graph in graphs for node in graph for d in node.local_derivatives if d]
    numbers = [abs(node.data) for graph in graphs for node in graph if node.data]
    assert min(slopes) < 1e-12 and max(slopes) > 1e12
    assert min(numbers) < 1e-9 and max(numbers) > 1e12
    kinks = [sum(map(is_at_kink, graph)) for graph in graphs]
    assert max(kinks) == 1 and 10 < sum(kinks) < 100


def test_many_rows_take_part():
    names = {name for seed in range(300) for name, _ in random_function(random.Random(seed)).program}
    assert len(names) > 50


# ---- a judge that errs is found out


def always(verdict, monkeypatch):
    """Every operation gets the same verdict."""
    judge = "autograd.check.recorded.check_graph"
    monkeypatch.setattr(judge, lambda root: [replace(edge, verdict=verdict) for edge in check_graph(root)])


def answer(change, monkeypatch):
    """Every verdict is changed."""
    judge = "reliability.judged.check_gradient"
    monkeypatch.setattr(judge, lambda f, xs: GradientReport(tuple(map(change, check_gradient(f, xs)))))


def test_a_judge_that_calls_everything_wrong_is_counted(monkeypatch):
    always(WRONG, monkeypatch)
    right = counts("judged", 10)[0]
    assert right.failed == right.tried == 10


def test_a_judge_that_is_never_sure_is_counted(monkeypatch):
    answer(lambda verdict: replace(verdict, verdict=NOISE), monkeypatch)
    alarms, unsure, *wrong = counts("judged", 10)
    assert (alarms.failed, unsure.failed, unsure.passed) == (0, 10, False)
    assert [count.failed for count in wrong] == [5, 4, 1]


def test_a_judge_of_operations_that_is_blind_is_counted(monkeypatch):
    always(AGREES, monkeypatch)
    _, _, recorded, rows, _ = counts("judged", 10)
    assert (recorded.failed, rows.failed) == (5, 4)


def test_a_judge_of_sums_that_is_blind_is_counted(monkeypatch):
    monkeypatch.setattr("autograd.check.gradients._Input._accumulation", lambda self: None)
    assert counts("judged", 20)[-1].failed == 2


def test_naming_no_node_is_counted(monkeypatch):
    answer(lambda verdict: replace(verdict, node=None), monkeypatch)
    assert counts("judged", 3)[2].failed == 2


@pytest.mark.parametrize("slip", [False, True])
@pytest.mark.parametrize(("module", "section"), [(judged_claims, "judged_claims"), (judged_notes, "judged_notes")])
def test_a_judge_of_claims_that_always_says_the_same_is_counted(module, section, slip, monkeypatch):
    judged = module.judged
    _, said = judged(random.Random(0), slip)
    monkeypatch.setattr(module, "judged", lambda draw, slip: (judged(draw, slip)[0], said))
    right, refused, named = counts(section, 4)
    assert (right.failed, refused.failed) == ((4, 0) if slip else (0, 4))
    assert named.failed > 0
