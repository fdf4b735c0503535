"""The battery's section on scale: it finds nothing, and what is wrong with large graphs it does find."""

from __future__ import annotations

import pytest
from reliability import growth, scale, surviving
from reliability.trials import Trials

from autograd import Value, graph

SMALL = 200  # operations, in graphs that are to fail


@pytest.fixture
def trials() -> Trials:
    return Trials("scale")


def failures(trials: Trials, survives) -> list[str]:
    """Which shapes fail."""
    count = scale.each_shape(trials, "planted", SMALL, survives)
    assert count.tried == len(scale.SHAPES)
    return count.failures


def test_nothing_fails(trials: Trials) -> None:
    for count in scale.run(trials):
        assert count.tried > 0 and not count.failed, count


def test_a_gradient_that_is_overwritten_is_found(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    def forgetful(root, interior, gradient):
        graph.backpropagate(root, interior, gradient)
        for leaf in graph.topological_order(root):
            leaf.grad = min(leaf.grad, 1.0) if leaf.op is None else leaf.grad

    monkeypatch.setattr("autograd.value.backpropagate", forgetful)
    assert len(failures(trials, scale.differentiated)) == len(scale.SHAPES)
    assert len(failures(trials, scale.copied)) == len(scale.SHAPES)
    assert len(failures(trials, scale.replayed)) == 0  # asks no backward pass


def test_recursion_is_found(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    def recursive(self: Value, memo: dict) -> Value:
        return [x.__deepcopy__(memo) for x in self.parents] and Value(self.data)

    monkeypatch.setattr(Value, "__deepcopy__", recursive)
    monkeypatch.setattr(surviving, "FIRST", 10)
    count = scale.each_shape(trials, "planted", 10_000, scale.copied)
    assert any("chain: RecursionError" in failure for failure in count.failures)


def test_a_graph_that_is_kept_is_found(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = []
    monkeypatch.setattr(Value, "backward", lambda self, backward=Value.backward: (kept.append(self), backward(self)))
    monkeypatch.setattr(surviving, "FIRST", 10)
    assert {failure.partition(":")[0] for failure in failures(trials, scale.freed)} >= {"chain", "fan", "wide"}


def test_a_drawing_that_grows_is_found(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(surviving, "TEXT", 100)
    assert len(failures(trials, scale.shown)) == len(scale.SHAPES)


def test_a_replay_of_another_graph_is_found(trials: Trials, monkeypatch: pytest.MonkeyPatch) -> None:
    record = surviving.Tape.record
    monkeypatch.setattr(surviving.Tape, "record", lambda output, **given: record(output * 1.000001, **given))
    assert len(failures(trials, scale.replayed)) == len(scale.SHAPES)


@pytest.mark.parametrize("long", [False, True])
def test_time_that_grows_with_the_square_is_found(monkeypatch: pytest.MonkeyPatch, long: bool) -> None:
    monkeypatch.setattr(growth, "seconds", lambda task, n: float(n) ** 2)
    count = growth.grown(Trials("scale", long=long), SMALL)
    assert count.tried == count.failed > len(growth.TASKS)
    monkeypatch.setattr(growth, "seconds", lambda task, n: float(n))
    assert not growth.grown(Trials("scale", long=long), SMALL).failed
