"""A program in the style that micrograd made common runs as it is: only its import line is ours."""

import random

import numpy as np
import pytest

from autograd import Value
from autograd.check.numerical import numerical_gradient


def expression(a, b):
    """Reused nodes, in-place operators, numbers on both sides, powers, relu."""
    c = a + b
    d = a * b + b**3
    c += c + 1
    c += 1 + c + (-a)
    d += d * 2 + relu(b + a)
    d += 3 * d + relu(b - a)
    e = c - d
    f = e**2
    g = f / 2.0
    g += 10.0 / f
    return g


def relu(x):
    return x.relu() if isinstance(x, Value) else max(x, 0.0)


@pytest.mark.parametrize(("a", "b"), [(-4.0, 2.0), (1.5, -0.5), (0.3, 0.7)])
def test_an_expression(a, b):
    x, y = Value(a), Value(b)
    g = expression(x, y)
    g.backward()
    assert g.data == pytest.approx(expression(a, b), rel=1e-15)
    numerical = numerical_gradient(expression, [a, b], h=1e-5)
    assert [x.grad, y.grad] == pytest.approx(numerical, rel=1e-6)


class Neuron:
    def __init__(self, inputs, draw):
        self.w = [Value(draw.uniform(-1, 1)) for _ in range(inputs)]
        self.b = Value(0)

    def __call__(self, x):
        return sum((wi * xi for wi, xi in zip(self.w, x, strict=True)), self.b).relu()


def test_a_network_learns_by_gradient_descent():
    draw = random.Random(1)
    hidden = [Neuron(2, draw) for _ in range(8)]
    output = Neuron(8, draw)
    parameters = [p for neuron in [*hidden, output] for p in [*neuron.w, neuron.b]]
    X = np.random.default_rng(0).normal(size=(20, 2))
    labels = np.sign(X[:, 0] * X[:, 1])

    def loss():
        inputs = [list(map(Value, row)) for row in X]
        scores = [sum((w * n(x) for w, n in zip(output.w, hidden, strict=True)), output.b) for x in inputs]
        losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
        return sum(losses) * (1.0 / len(losses)) + 1e-4 * sum(p * p for p in parameters)

    first = loss()
    for _ in range(60):
        for p in parameters:
            p.grad = 0
        total = loss()
        total.backward()
        for p in parameters:
            p.data -= 0.1 * p.grad
    assert total.data < 0.5 * first.data
