"""The battery's section of random programs: it finds nothing, and what is planted it finds."""

from __future__ import annotations

import numpy as np
import programs
import pytest
from reliability import random_programs
from reliability.cases import Case
from reliability.compare import Comparison
from reliability.random_programs import COMPARED, compare
from reliability.trials import Trials

from autograd import Value, graph, ops


@pytest.fixture(scope="module")
def counts():
    """The short profile."""
    return list(random_programs.run(Trials("programs")))


def test_nothing_is_found(counts):
    assert len(counts) >= len(COMPARED)
    for count in counts:
        assert count.tried > 0 and count.failed == 0, f"{count.what}: {count.failures}"


def test_programs_are_short_and_long_flat_and_deep():
    cases = [Case.drawn(draw, 200) for draw in Trials("programs").of("programs", 6_000)]
    lengths = sorted(case.recipe[1] for case in cases)
    assert lengths[0] == 5 and lengths[-1] > 100
    assert {case.recipe[2] for case in cases} == {None, 12, 5}
    used = {step.name for case in cases for step in case.program}
    assert used == {op.name for op in programs.BUILT_IN}


def failed(word, case):
    """Whether the comparison with this word fails."""
    what = min((what for what in COMPARED if word in what), key=len)
    comparison = Comparison(what)
    compare(comparison, COMPARED[what], case)
    assert comparison.count.tried == 1
    return comparison.count.failed == 1


def case_with_a_wrong_edge():
    """Of one program, a local derivative is wrong in the tenth digit."""
    case = Case(0, 60, None)
    values = list(map(Value, case.inputs))
    result = case(values)
    node = next(v for v in graph.topological_order(result) if v.op is ops.tanh)
    node._da *= 1 + 1e-9
    result.backward()
    case.graph = values, result
    return case


@pytest.mark.parametrize("word", ["forward mode on 50", "grad, bit", "numpy"])
def test_a_wrong_local_derivative_is_found(word):
    assert failed(word, case_with_a_wrong_edge()) and not failed(word, Case(0, 60, None))


@pytest.mark.parametrize("word", ["listed", "60 digits", "backward pass = forward mode"])
def test_a_backward_pass_that_loses_a_path_is_found(word):
    case = Case(0, 60, None)
    assert not failed(word, case)
    case.graph[0][2].grad -= 1e-9
    assert failed(word, case)


@pytest.mark.parametrize("word", ["transpose", "differences"])
def test_a_wrong_second_derivative_is_found(word):
    case = Case(3, 20, None)
    assert not failed(word, case)
    h, sizes = case.second
    i, j = divmod(int(np.triu(sizes, 1).argmax()), len(h))
    h[i, j] += 1e-9 * sizes[i, j]
    assert failed(word, case)


def test_what_raises_has_failed(monkeypatch):
    monkeypatch.setattr(random_programs, "grad", lambda f: 1 / 0)
    assert failed("grad, bit", Case(0, 6, None))
