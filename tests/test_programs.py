"""Random programs of all operations against the engine of `programs`, which is independent of the package."""

from __future__ import annotations

import copy
import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest
from programs import forward, random_program, run, second_derivatives
from strategies import BUILT_IN

from autograd import Value, grad, hvp, paths, zero_grad
from autograd.graph import topological_order

SEEDS = range(60)
every_program = pytest.mark.parametrize("seed", SEEDS)
DIRECTION = [1.0, -0.5, 0.25, 2.0, -1.0]


def built(seed):
    """The inputs as Values, and the result."""
    program, inputs = random_program(seed)
    values = [Value(x) for x in inputs]
    return values, run(program, values)[-1]


def test_programs_are_of_all_operations():
    used = {step.name for seed in SEEDS for step in random_program(seed)[0]}
    assert used == {op.name for op in BUILT_IN}
    assert sum(len(random_program(seed)[0]) for seed in SEEDS) > 45 * len(SEEDS)


@every_program
def test_gradients(seed):
    program, inputs = random_program(seed)
    values, result = built(seed)
    result.backward()
    exact = forward(program, inputs)[-1]
    assert result.data == pytest.approx(float(exact.value), rel=1e-12)
    assert [v.grad for v in values] == pytest.approx([float(g) for g in exact.gradient], rel=1e-12, abs=0)
    assert [paths(v, result).total for v in values] == pytest.approx([v.grad for v in values], rel=1e-12, abs=0)
    assert grad(lambda xs: run(program, xs)[-1])(inputs) == [v.grad for v in values]


@every_program
def test_second_derivatives(seed):
    program, inputs = random_program(seed)
    exact = [float(h) for h in second_derivatives(program, inputs, DIRECTION)]
    found = hvp(lambda xs: run(program, xs)[-1], (inputs,), (DIRECTION,))
    assert found == pytest.approx(exact, rel=1e-9, abs=1e-12 * max(map(abs, exact)))


@pytest.mark.parametrize("seed", range(10))
def test_backward_again(seed):
    values, result = built(seed)
    result.backward()
    once, nodes = [v.grad for v in values], topological_order(result)
    interior = [v.grad for v in nodes if v.op]
    result.backward()
    assert [v.grad for v in values] == pytest.approx([2 * g for g in once], rel=1e-15, abs=0)
    assert [v.grad for v in nodes if v.op] == interior
    zero_grad(values)
    result.backward(gradient=-0.5)
    assert [v.grad for v in values] == [-0.5 * g for g in once]


@pytest.mark.parametrize("seed", range(10))
def test_copies(seed):
    values, result = built(seed)
    result.backward()
    for values_2, result_2 in (pickle.loads(pickle.dumps((values, result))), copy.deepcopy((values, result))):
        nodes, nodes_2 = topological_order(result), topological_order(result_2)
        assert [(v.op, v.data, v.grad) for v in nodes] == [(v.op, v.data, v.grad) for v in nodes_2]
        assert not {*nodes} & {*nodes_2}
        zero_grad(values_2)
        result_2.backward()
        assert [v.grad for v in values_2] == [v.grad for v in values]


PRINT_BITS = """
from test_programs import built
for seed in range(10):
    values, result = built(seed)
    result.backward()
    print([v.grad.hex() for v in [*values, result]])
"""


def test_the_same_bits_in_every_process():
    here = Path(__file__).parent
    outputs = []
    for hash_seed in ("0", "1"):
        environment = os.environ | {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": f"{here}{os.pathsep}{here.parent}"}
        command = [sys.executable, "-c", PRINT_BITS]
        outputs.append(subprocess.run(command, env=environment, capture_output=True, check=True, text=True).stdout)
    assert outputs[0].count("0x") > 50
    assert outputs[0] == outputs[1]


def test_the_comparison_can_fail():
    """One local derivative of one program, wrong in the tenth digit, is noticed."""
    values, result = built(0)
    node = next(v for v in topological_order(result) if v.op and v.op.name == "tanh")
    node._da *= 1 + 1e-9
    result.backward()
    program, inputs = random_program(0)
    exact = [float(g) for g in forward(program, inputs)[-1].gradient]
    assert [v.grad for v in values] != pytest.approx(exact, rel=1e-12, abs=0)
