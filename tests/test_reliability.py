"""The battery's command: its table, its exit status, and that the same seed gives the same trials."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from reliability import __main__ as command
from reliability.sections import SECTIONS
from reliability.trials import Count, Trials


def section(*failing):
    """A section that makes 1000 trials, of which the given ones fail."""

    def run(trials):
        count = Count("coins that were thrown")
        for k, _ in enumerate(trials.of("coins", 1000)):
            count.note(k not in failing, f"coin {k} stood")
        yield count

    return SimpleNamespace(run=run)


def run(monkeypatch, capsys, a_section, *arguments):
    monkeypatch.setattr(command, "SECTIONS", {"coins": a_section})
    monkeypatch.setattr(command.time, "monotonic", lambda: 5.0)
    status = command.main(list(arguments))
    return status, capsys.readouterr()


def test_the_table(monkeypatch, capsys):
    status, shown = run(monkeypatch, capsys, section())
    assert status == 0 and shown.err == ""
    assert shown.out.splitlines() == [
        "| what was tried | how often | failed | seconds |",
        "| --- | --- | --- | --- |",
        "| coins that were thrown | 10 | 0 | 0 |",
    ]


def test_the_long_profile_and_failures(monkeypatch, capsys):
    status, shown = run(monkeypatch, capsys, section(3, *range(500, 600)), "--long")
    assert status == 1
    assert shown.out.splitlines()[-1] == "| coins that were thrown | 1,000 | 101 | 0 |"
    assert shown.err.splitlines() == [f"coins that were thrown: coin {k} stood" for k in (3, 500, 501, 502, 503)]


def test_nothing_tried_is_a_failure(monkeypatch, capsys):
    assert run(monkeypatch, capsys, section(), "--seconds", "-1")[0] == 1


def test_the_same_seed_gives_the_same_trials():
    def numbers(seed, section="rows"):
        return [draw.random() for draw in Trials(section, seed).of("points", 500)]

    assert numbers(0) == numbers(0) and len(set(numbers(0))) == 5
    assert not set(numbers(0)) & set(numbers(1)) and not set(numbers(0)) & set(numbers(0, "life"))


@pytest.mark.parametrize("name", list(SECTIONS))
def test_sections_are_described(name):
    assert callable(SECTIONS[name].run)
