"""The section `leaks`: memory returns to where it was; and it notices where it does not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from reliability import leaks
from reliability.steps import Step, neuron
from reliability.trials import Trials

from autograd import Value, codegen

ROOT = Path(__file__).parent.parent


def test_the_short_profile():
    """In a process of its own: what other tests left in caches would be replaced meanwhile, and so counted as new."""
    command = [sys.executable, "-m", "tests.reliability", "--only", "leaks"]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=500)
    assert shown.returncode == 0, shown.stderr
    rows = [[cell.strip() for cell in line.split("|")[2:4]] for line in shown.stdout.splitlines()[2:]]
    assert len(rows) == 2 and all(failed == "0" and int(tried.replace(",", "")) > 20 for tried, failed in rows)


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
