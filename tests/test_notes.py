"""The derivations of the notes, built as graphs and checked node by node.

Numbers such as 003.13 are note and claim. Each test walks the graph as the note does: the local derivative on
an edge, the gradient that arrives, their product.
"""

import math
import random

import numpy as np
import pytest

from autograd import Value, exp, log, paths, reciprocal, sigmoid, total, zero_grad


def close(expected):
    return pytest.approx(expected, rel=1e-13, abs=1e-15)


def local(result, operand):
    """The local derivative on the edge from `operand` to `result`."""
    return result.local_derivatives[result.parents.index(operand)]


def values(array):
    return np.vectorize(Value)(np.asarray(array, dtype=float))


def data(array):
    return np.vectorize(lambda v: v.data)(array)


def grads(array):
    return np.vectorize(lambda v: v.grad)(array)


# ---- 000: the single-layer perceptron with mean squared error; m samples, k inputs, n outputs

M, K, N = 4, 3, 2


@pytest.fixture
def slp():
    draw = np.random.default_rng(0)
    X, W, B = (values(draw.normal(size=shape)) for shape in ((M, K), (K, N), (N,)))
    T = draw.normal(size=(M, N))
    Y = X @ W + B
    squares = (T - Y) ** 2
    L = total(squares.ravel()) / (M * N)
    L.backward()
    return X, W, B, T, Y, L


def test_000_1_the_affine_layer(slp):
    X, W, B, _, Y, _ = slp
    for i in range(M):
        for j in range(N):
            terms = sum(X[i, k].data * W[k, j].data for k in range(K))
            assert Y[i, j].data == close(terms + B[j].data)


def test_000_2_the_loss(slp):
    *_, T, Y, L = slp
    assert L.data == close(((T - data(Y)) ** 2).sum() / (M * N))


def test_000_3_a_weight_acts_through_the_m_outputs_of_its_column(slp):
    _, W, _, _, Y, L = slp
    for i in range(K):
        for j in range(N):
            found = paths(W[i, j], L)
            assert found.count == M
            assert found.total == close(W[i, j].grad)
            for path in found:
                assert len({y for y in path.nodes if y in Y[:, j]}) == 1
            assert [paths(W[i, j], y).count for y in Y[:, 1 - j]] == [0] * M


def test_000_4_the_gradient_of_an_output(slp):
    *_, T, Y, _ = slp
    assert grads(Y) == close(1 / (M * N) * 2 * (T - data(Y)) * -1)


def test_000_5_the_local_derivative_of_an_output_in_a_weight_is_its_input(slp):
    X, W, _, _, Y, _ = slp
    for r in range(M):
        for i in range(K):
            for j in range(N):
                assert paths(W[i, j], Y[r, j]).total == X[r, i].data


def test_000_6_the_matrix_form(slp):
    X, W, _, T, Y, _ = slp
    transposed = data(X).T
    assert transposed.shape == (K, M)  # the note writes k × n
    assert grads(W) == close(-2 / (M * N) * transposed @ (T - data(Y)))


def test_000_7_the_component_sums_over_the_samples_of_its_own_column(slp):
    X, W, _, T, Y, _ = slp
    residual, x = T - data(Y), data(X)
    i, j = 1, 1
    terms = [2 * residual[r, j] * -1 * x[r, i] for r in range(M)]
    assert W[i, j].grad == close(sum(terms) / (M * N))
    as_written = [2 * residual[i, j] * -1 * x[0, i], *terms[1:]]  # the note's first term has index ij, not 1j
    assert W[i, j].grad != pytest.approx(sum(as_written) / (M * N), rel=1e-3)


def test_000_8_the_bias_sums_over_the_samples(slp):
    _, _, B, T, Y, _ = slp
    assert grads(B) == close(-2 / (M * N) * (T - data(Y)).sum(axis=0))


# ---- 001.14 and 001.15: two steps of gradient descent on x0² + x1²


def descend(point, rate):
    """One step w ← w − α ∂L/∂w; returns the gradient."""
    zero_grad(point)
    total([x**2 for x in point]).backward()
    gradient = [x.grad for x in point]
    for x in point:
        x.data -= rate * x.grad
    return gradient


def test_001_14_the_first_step():
    point = [Value(-3.0), Value(4.0)]
    assert descend(point, 0.1) == [-6.0, 8.0]
    assert [x.data for x in point] == close([-2.4, 3.2])


def test_001_15_the_second_step_ends_at_minus_1_92_not_minus_1_96():
    point = [Value(-3.0), Value(4.0)]
    descend(point, 0.1)
    assert descend(point, 0.1) == close([-4.8, 6.4])
    assert [x.data for x in point] == close([-1.92, 2.56])
    assert point[0].data != pytest.approx(-1.96, abs=0.03)


# ---- 003.13: the sigmoid by its four nodes, x → −x → e^−x → 1 + e^−x → 1 / (1 + e^−x)


@pytest.mark.parametrize("number", [-30.0, -2.0, 0.0, 0.5, 3.0, 20.0])
def test_003_13_the_sigmoid_by_its_four_nodes(number):
    x = Value(number)
    minus = -x
    power = exp(minus)
    denominator = 1 + power
    y = reciprocal(denominator)
    y.backward()
    assert local(y, denominator) == close(-1 / denominator.data**2) == close(-(y.data**2))
    assert local(denominator, power) == 1.0
    assert local(power, minus) == power.data == close(1 / y.data - 1)
    assert local(minus, x) == -1.0
    assert power.grad == close(-(y.data**2))
    assert minus.grad == close(-(y.data**2) * power.data)
    assert x.grad == close((1 / y.data - 1) * y.data**2)
    whole = Value(number)
    result = sigmoid(whole)
    result.backward()
    assert (result.data, whole.grad) == (close(y.data), close(x.grad))
    if number < 20:  # 1 − y has lost its digits there
        assert x.grad == close(y.data * (1 - y.data))


# ---- 003.14: softmax with cross entropy, node by node; e_i = exp of the logits, M their sum, a_i = e_i / M


@pytest.mark.parametrize("seed", range(3))
def test_003_14_softmax_with_cross_entropy(seed):
    draw = random.Random(seed)
    logits = [Value(draw.uniform(-2, 2)) for _ in range(4)]
    labels = [draw.random() for _ in logits]
    labels = [t / math.fsum(labels) for t in labels]  # Σt = 1: the derivation needs no more
    powers = [exp(x) for x in logits]
    M = total(powers)
    inverse = reciprocal(M)
    outputs = [e * inverse for e in powers]
    logs = [log(a) for a in outputs]
    loss = -total([t * b for t, b in zip(labels, logs, strict=True)])
    loss.backward()
    for x, t, e, a, b in zip(logits, labels, powers, outputs, logs, strict=True):
        assert b.grad == close(-t)
        assert local(b, a) == close(1 / a.data)
        assert a.grad == close(-t / a.data) == close(-t * M.data / e.data)
        assert local(a, inverse) == e.data
        assert local(a, e) == inverse.data
        assert a.grad * local(a, e) == close(-t / e.data)  # the branch through the product
        assert e.grad == close(1 / M.data - t / e.data)  # both branches
        assert local(e, x) == e.data
        assert x.grad == close(a.data - t)
    assert inverse.grad == close(-M.data * math.fsum(labels))
    assert local(inverse, M) == close(-1 / M.data**2)
    assert M.grad == close(-M.data * -1 / M.data**2) == close(1 / M.data)


# ---- 001.18: σ(x)(1 − σ(x)) · 3 at 0


def test_001_18_a_sigmoid_at_0_times_3():
    w = Value(0.0)
    sigmoid(w * 3).backward()
    assert w.grad == 0.75
