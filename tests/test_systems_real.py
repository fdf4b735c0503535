"""The systems that learn from real data: what they reach, against other programs, and what their commands print."""

import math
import subprocess
import sys
from importlib import import_module
from itertools import pairwise

import numpy as np
import pytest
from sklearn.linear_model import LinearRegression

from nn import data, train_test_split
from nn.__main__ import listing, main, names
from nn.examples import conditional, find_cat, logistic, regression, three_layers
from nn.losses import mean_squared_error

REAL = ["conditional", "digits", "find_cat", "iris", "logistic", "regression", "three_layers"]


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def falls(losses):
    return all(before > after for before, after in pairwise(losses))


# ---- regression


def distance_from_least_squares(result):
    """By scikit-learn's solver."""
    oracle = LinearRegression().fit(result.X, result.T)
    return max(np.abs(result.W - oracle.coef_.T).max(), np.abs(result.B - oracle.intercept_).max())


def test_regression_ends_where_least_squares_is(command):
    result = command("regression").result
    assert distance_from_least_squares(result) < 1e-6
    assert np.abs(np.vstack([result.W, result.B]) - result.closed_form).max() < 1e-6


def test_a_regression_cut_short_is_not_there():
    assert distance_from_least_squares(regression.run(outputs=1, steps=10)) > 1


def test_the_biases_are_the_means_of_the_targets_since_the_columns_of_x_have_mean_0(command):
    result = command("regression").result
    assert np.abs(result.B - result.T.mean(axis=0)).max() < 1e-6


def test_the_loss_is_the_mean_square_of_t_minus_xw_plus_b(command):
    X, T, W, B, losses, *_ = command("regression").result
    assert losses[-1] == pytest.approx(np.sum((T - (X @ W + B)) ** 2) / (442 * 2), rel=1e-12)


@pytest.mark.parametrize("outputs", [1, 2])
def test_the_engine_has_the_gradient_of_the_matrix_form(outputs):
    assert regression.run(outputs, steps=1).gradient_error < 1e-12


def test_a_gradient_of_another_factor_is_seen(monkeypatch):
    monkeypatch.setattr(regression, "mean_squared_error", lambda y, t: mean_squared_error(y, t, form="1/n"))
    assert regression.run(outputs=2, steps=1).gradient_error == pytest.approx(1.0)  # twice as large
    assert regression.run(outputs=1, steps=1).gradient_error < 1e-12


def test_an_output_learns_what_it_would_alone(command):
    both, alone = command("regression").result, regression.run(outputs=1)
    assert distance_from_least_squares(alone) < 1e-6
    assert np.abs(both.W[:, :1] - alone.W).max() < 1e-6


def test_what_regression_prints(command):
    result, printed = command("regression")
    assert "X (442, 9), T (442, 2) (progress, blood sugar), W (9, 2), B (2,)" in printed
    assert f"{result.losses[-1]:.4f} after 250 steps" in printed
    by_sklearn = np.mean((LinearRegression().fit(result.X, result.T).predict(result.X) - result.T) ** 2)
    assert f"in closed form: {by_sklearn:.4f}" in printed


# ---- logistic regression


def test_logistic_regression_tells_tumours_it_has_not_seen(command):
    result, printed = command("logistic")
    assert (result.train_size, result.test_size) == (398, 171)
    assert result.test_accuracy >= 0.95
    assert f"accuracy: train {result.train_accuracy:.3f}, test {result.test_accuracy:.3f}" in printed


def test_its_losses_are_those_of_numpy(command):
    losses = command("logistic").result.losses
    X, y, *_ = data.breast_cancer()
    X, _, y, _ = train_test_split(X, y, stratify=True, seed=0)
    X = (X - X.mean(axis=0)) / X.std(axis=0)
    w, b, expected = np.zeros(30), 0.0, []
    for _ in losses:
        y_hat = sigmoid(X @ w + b)
        expected.append(-np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)))
        w -= 0.5 * X.T @ (y_hat - y) / len(y)
        b -= 0.5 * np.mean(y_hat - y)
    assert losses == pytest.approx(expected, rel=1e-11)
    assert losses[0] == pytest.approx(math.log(2), rel=1e-15)  # from w = 0, b = 0
    assert falls(losses)


def test_the_gradient_in_z_is_y_hat_minus_y(command):
    assert command("logistic").result.gradient_error < 1e-12
    assert max(logistic.gradient_error(z, y) for z in (-6.0, -1.0, 0.0, 3.0, 6.0) for y in (0, 1)) < 1e-12


def test_an_untrained_neuron_tells_nothing():
    assert logistic.run(steps=0).test_accuracy < 0.7


# ---- find the cat


def test_the_cat_is_found(command):
    result, printed = command("find_cat")
    assert (result.train_size, result.test_size) == (360, 150)
    assert result.majority == 0.5
    assert result.test_accuracy >= 0.9
    assert f"test {result.test_accuracy:.3f}" in printed
    assert "always the majority's answer: 0.500" in printed


def test_it_is_found_in_each_photograph_and_not_by_naming_all_cats(command):
    shares = command("find_cat").result.by_photograph
    assert set(shares) == {"cat", "astronaut", "coffee", "motorcycle", "rocket"}
    assert min(shares.values()) > 0.8


def test_without_training_no_cat_is_found():
    result = find_cat.run(epochs=0)
    assert result.test_accuracy == result.majority
    assert result.by_photograph["cat"] == 0.0


# ---- iris


def test_softmax_is_one_distribution_and_three_sigmoids_are_not(command):
    result = command("iris").result
    assert np.abs(result.softmax.sum(axis=1) - 1).max() < 1e-12
    sums = result.sigmoids.sum(axis=1)
    assert sums.min() < 0.5
    assert sums.max() > 1.5


def test_iris_accuracies(command):
    result, printed = command("iris")
    assert np.bincount(result.labels).tolist() == [15, 15, 15]
    assert result.softmax_accuracy == np.mean(result.softmax.argmax(axis=1) == result.labels) >= 0.93
    assert result.sigmoid_accuracy == np.mean(result.sigmoids.argmax(axis=1) == result.labels) >= 0.85
    assert f"softmax:  the largest is right for {result.softmax_accuracy:.3f}" in printed
    assert f"sigmoids: the largest is right for {result.sigmoid_accuracy:.3f}" in printed


def test_each_sigmoid_answers_its_own_question(command):
    result = command("iris").result
    right = [np.mean((result.sigmoids[:, k] > 0.5) == (result.labels == k)) for k in range(3)]
    assert result.answers == right
    assert result.answers[0] == 1.0
    assert result.answers[1] == min(result.answers)  # versicolor, between the others


# ---- digits


def test_a_hidden_layer_reads_digits_and_beats_softmax_regression(command):
    result, printed = command("digits")
    assert (result.train_size, result.test_size) == (1258, 539)
    assert result.mlp.test_accuracy >= 0.96
    assert 0.9 <= result.softmax_regression.test_accuracy < result.mlp.test_accuracy
    assert f"train {result.mlp.train_accuracy:.3f}, test {result.mlp.test_accuracy:.3f}" in printed
    assert "softmax regression: 650 parameters" in printed
    assert "hidden layer: 2410 parameters" in printed


def test_its_accuracy_is_numpys_on_digits_held_back(command):
    result = command("digits").result
    X, y, *_ = data.digits()
    X, held, y, labels = train_test_split(X, y, stratify=True, seed=0)
    assert not set(map(bytes, X)) & set(map(bytes, held))
    hidden, last = result.mlp.model.layers
    logits = np.tanh(held @ hidden.weights.T + hidden.biases) @ last.weights.T + last.biases
    assert result.mlp.test_accuracy == np.mean(logits.argmax(axis=1) == labels)


# ---- three layers


def test_the_shapes_of_three_layers(command):
    result, printed = command("three_layers")
    m = 60
    assert result.shapes == [
        ((3, m), (3, 2), (2, m), (3, 1)),
        ((3, m), (3, 3), (3, m), (3, 1)),
        ((1, m), (1, 3), (3, m), (1, 1)),
    ]
    assert f"layer 1: z (3, {m}) = w (3, 2) times a (2, {m}) + b (3, 1)" in printed


def test_the_cost_falls_with_every_step_and_the_moons_are_told_apart(command):
    result, printed = command("three_layers")
    assert falls(result.costs)
    assert result.test_accuracy >= 0.95
    assert f"cost before step 400: {result.costs[-1]:.4f}" in printed
    assert f"test {result.test_accuracy:.3f}" in printed


def test_with_large_steps_the_cost_rises_too():
    assert not falls(three_layers.run(alpha=3.0, steps=60).costs)


def test_its_costs_and_weights_are_those_of_back_propagation_in_numpy():
    X, y, *_ = data.moons(120, noise=0.1, seed=0)
    X, y, m = X[:60].T, y[:60], 60
    result = three_layers.run(steps=25, alpha=0.5)
    (w1, b1), (w2, b2), (w3, b3) = numbers(three_layers.initial((2, 3, 3, 1), seed=0))
    costs = []
    for _ in result.costs:
        a1 = np.tanh(w1 @ X + b1)
        a2 = np.tanh(w2 @ a1 + b2)
        y_hat = sigmoid(w3 @ a2 + b3)
        costs.append(-np.mean(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat)))
        d3 = (y_hat - y) / m
        d2 = w3.T @ d3 * (1 - a2**2)
        d1 = w2.T @ d2 * (1 - a1**2)
        for w, b, d, a in ((w3, b3, d3, a2), (w2, b2, d2, a1), (w1, b1, d1, X)):
            w -= 0.5 * d @ a.T
            b -= 0.5 * d.sum(axis=1, keepdims=True)  # one bias for all samples: the sum over the batch
    assert result.costs == pytest.approx(costs, rel=1e-11)
    for (w, b), (expected_w, expected_b) in zip(numbers(result.layers), ((w1, b1), (w2, b2), (w3, b3)), strict=True):
        assert np.abs(w - expected_w).max() < 1e-12
        assert np.abs(b - expected_b).max() < 1e-12


def numbers(layers):
    data_of = np.vectorize(lambda v: v.data, otypes=[float])
    return [(data_of(w), data_of(b)) for w, b in layers]


# ---- conditional probability


def test_from_labels_0_and_1_the_probability_is_learned(command):
    result = command("conditional").result
    assert np.abs(result.P - sigmoid(1.5 * result.x - 0.5)).max() < 1e-15
    assert np.abs(result.P - result.Q).max() < 0.03
    assert np.unique(result.P).size == result.P.size > 20  # and not two labels alone


def test_the_cross_entropy_comes_near_its_least(command):
    result, printed = command("conditional")
    assert result.before == pytest.approx(math.log(2), rel=1e-12)  # Q = ½
    assert result.entropy < result.after < result.entropy + 0.001
    assert f"{result.after:.4f} learned; H(P,P), the least: {result.entropy:.4f}" in printed


def test_what_is_above_the_least_is_the_divergence(command):
    P, Q = command("conditional").result[1:3]
    divergence = np.mean(P * np.log(P / Q) + (1 - P) * np.log((1 - P) / (1 - Q)))
    result = command("conditional").result
    assert result.after - result.entropy == pytest.approx(divergence, rel=1e-9)


def test_more_labels_bring_it_nearer():
    def divergence(samples):
        runs = [conditional.run(samples, epochs=6000 // samples, seed=seed) for seed in range(5)]
        return np.mean([run.after - run.entropy for run in runs])

    assert divergence(1500) < divergence(100) / 4


# ---- the command line


@pytest.mark.parametrize("name", REAL)
def test_every_terminal_can_show_what_an_example_prints(name, command):
    printed = command(name).printed
    assert printed.isascii()
    assert 3 <= len(printed.splitlines()) <= 12


def test_the_list_has_every_example_and_what_it_is():
    assert set(REAL) <= set(names())
    for name in names():
        assert f"\n  {name} " in listing()
        assert (import_module(f"nn.examples.{name}").__doc__ or "").splitlines()[0] in listing()


@pytest.mark.parametrize("argv", [[], ["-h"], ["--help"]])
def test_without_a_name_there_is_the_list(argv, capsys):
    assert main(argv) == 0
    assert capsys.readouterr().out == listing() + "\n"


def test_a_name_runs_its_example(command, capsys):
    assert main(["conditional"]) == 0
    assert capsys.readouterr().out == command("conditional").printed


def test_an_unknown_name_is_refused_with_the_nearest(capsys):
    assert main(["digit"]) == 2
    assert capsys.readouterr().err == "nn: there is no example 'digit': did you mean 'digits'?\n"
    assert main(["qqq"]) == 2
    assert "there is no example 'qqq': there are accuracy_loss, " in capsys.readouterr().err


def test_more_than_one_name_is_refused(capsys):
    assert main(["iris", "digits"]) == 2
    assert capsys.readouterr().err == "nn: one example at a time, not 2: python -m nn iris\n"


def test_a_missing_package_is_named_with_the_line_that_installs_it(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    assert main(["iris"]) == 1
    expected = 'nn: iris: scikit-learn is not installed: pip install "scalar-autograd[train]"\n'
    assert capsys.readouterr().err == expected


def python(*arguments):
    return subprocess.run([sys.executable, "-m", *arguments], capture_output=True, text=True, check=False)


def test_the_commands_themselves(command):
    assert python("nn").stdout == listing() + "\n"
    assert python("nn", "conditional").stdout == command("conditional").printed
    assert python("nn.examples.conditional").stdout == command("conditional").printed
    assert python("nn", "digit").returncode == 2
