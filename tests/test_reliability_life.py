"""The section `life`: graphs stay what a naive model says they are; and it notices where they do not."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from reliability import life
from reliability.trials import Trials

from autograd import Tape, value

TestLife = life.Life.TestCase
TestLife.settings = settings(max_examples=3, stateful_step_count=40, suppress_health_check=list(HealthCheck))


def count():
    (found,) = life.run(Trials("life"))
    return found


def test_the_short_profile():
    found = count()
    assert (found.failed, found.failures) == (0, []) and found.tried > 100


# ---- mistakes that it is to find


def assigning(root, interior, gradient):
    for node in interior:
        node.grad = 0.0
    root.grad += gradient
    for node in reversed(interior):
        for parent, local in node.edges():
            parent.grad = local * node.grad


def without_a_reset(root, interior, gradient):
    root.grad += gradient
    for node in reversed(interior):
        for parent, local in node.edges():
            parent.grad += local * node.grad


def with_leaves_reset(root, interior, gradient, backpropagate=value.backpropagate):
    for node in interior:
        for parent in node.parents:
            parent.grad = 0.0
    backpropagate(root, interior, gradient)


def in_wrong_order(root, order=value.leaves_and_interior):
    leaves, interior = order(root)
    return leaves, interior[-2::-1] + interior[-1:]


def shared_by_copies(x, memo):
    return x


PLANTED = {
    "= for +=": ("backpropagate", assigning),
    "interior nodes are not reset": ("backpropagate", without_a_reset),
    "leaves are reset": ("backpropagate", with_leaves_reset),
    "order": ("leaves_and_interior", in_wrong_order),
    "copies share their operands": ("_twin", shared_by_copies),
    "zero_grad of nothing": ("zero_grad", lambda values: None),
}


@pytest.mark.parametrize("name", PLANTED)
def test_a_mistake_is_noticed(monkeypatch, name):
    monkeypatch.setattr(life, "PHASES", (Phase.generate,))  # it need not be made small
    monkeypatch.setattr(life, "LIVES", 100)  # the first that fails is the last
    attribute, mistake = PLANTED[name]
    monkeypatch.setattr(life if attribute == "zero_grad" else value, attribute, mistake)
    found = count()
    assert found.failed == 1 and "state = Life()" in found.failures[0]


def test_a_wrong_replay_is_noticed(monkeypatch):
    right = Tape.gradient_for

    def reversed_(self, *asked):
        y, gradient = right(self, *asked)
        return y, gradient[::-1]

    monkeypatch.setattr(life, "PHASES", (Phase.generate,))
    monkeypatch.setattr(Tape, "gradient_for", reversed_)
    found = count()
    assert found.failed == 1 and "AssertionError" in found.failures[0]
