"""The systems that show a claim: perceptrons, XOR, vanishing gradients, accuracy as a loss, learning rates, convexity.

The figures are held to formulas written here in NumPy, SciPy or fractions, and to what is printed.
"""

import math
from fractions import Fraction
from itertools import islice, pairwise, product

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import expit

from autograd import grad, mean, numerical_gradient, relu, total
from nn import MLP, accuracy, data, hinge, mean_squared_error, predict
from nn.__main__ import names
from nn.examples import convergence, convexity, learning_rates, moons, vanishing, xor
from nn.perceptron import Perceptron

SHOWN = ["accuracy_loss", "convergence", "convexity", "gates", "learning_rates", "moons", "vanishing", "xor"]
CORNERS = [(0, 0), (0, 1), (1, 0), (1, 1)]
TRUTH = {"and": [0, 0, 0, 1], "nand": [1, 1, 1, 0], "or": [0, 1, 1, 1], "xor": [0, 1, 1, 0]}


@pytest.mark.parametrize("name", SHOWN)
def test_it_is_listed_and_prints_a_few_lines_that_every_terminal_shows(name, command):
    shown = command(name)
    assert name in names()
    assert shown.printed.isascii()
    assert 4 <= len(shown.lines) <= 13
    assert max(map(len, shown.lines)) <= 110


def rosenblatt(X, t):
    """The rule: w, with the bias at its end, after every epoch, and the mistakes of that epoch, for ever."""
    w = np.zeros(len(X[0]) + 1)
    while True:
        mistakes = 0
        for x, target in zip(X, t, strict=True):
            error = target - int(w @ [*x, 1] > 0)
            w, mistakes = w + error * np.array([*x, 1]), mistakes + abs(error)
        yield w.tolist(), int(mistakes)


# ---- gates


@pytest.mark.parametrize("name", ["and", "nand", "or"])
def test_a_gate_by_hand_and_by_the_rule(name, command):
    gate = command("gates").result[name]
    for perceptron in (gate.by_hand, gate.learned):
        w1, w2, b = *perceptron.weights, perceptron.bias
        assert [int(w1 * x1 + w2 * x2 + b > 0) for x1, x2 in CORNERS] == TRUTH[name]
    epochs = list(islice(rosenblatt(CORNERS, TRUTH[name]), gate.learning.epochs))
    assert epochs[-1] == ([*gate.learned.weights, gate.learned.bias], 0)
    assert gate.learning.mistakes_per_epoch == tuple(mistakes for _, mistakes in epochs)


@pytest.mark.parametrize("name", ["and", "nand", "or"])
def test_its_bound_is_the_least_that_any_line_gives(name, command):
    """(R/γ)² = R² |v|² where v · z ≥ 1 for all samples z = ±(x, 1), least for the v of the largest margin."""
    gate = command("gates").result[name]
    Z = np.array([(1 if t else -1) * np.array([*x, 1]) for x, t in zip(CORNERS, TRUTH[name], strict=True)])
    v = np.array([*gate.by_hand.weights, gate.by_hand.bias])
    assert gate.bound == 3 * (v @ v) / min(Z @ v) ** 2
    widest = minimize(lambda v: v @ v, 3 * v, constraints={"type": "ineq", "fun": lambda v: Z @ v - 1}, tol=1e-12)
    assert 3 * widest.fun == pytest.approx(gate.bound, rel=1e-8)
    assert 0 < gate.learning.mistakes <= gate.bound


def test_what_gates_prints(command):
    shown = command("gates")
    for name, (by_hand, learned, learning, bound) in shown.result.items():
        assert shown.words(name) == [name, "by", "hand", *written(by_hand), *map(str, TRUTH[name])]
        row = shown.lines[shown.lines.index(next(line for line in shown.lines if line.startswith(name))) + 1]
        ending = [f"{learning.mistakes},", "at", "most", f"{bound:g}"]
        assert row.split() == ["by", "the", "rule", *written(learned), *map(str, TRUTH[name]), *ending]


def written(perceptron):
    return [f"{number:g}" for number in (*perceptron.weights, perceptron.bias)]


# ---- XOR


def test_the_rule_cycles_on_xor(command):
    result, printed = command("xor")
    epochs = list(islice(rosenblatt(CORNERS, TRUTH["xor"]), 50))
    assert result.rule.outcome == "cycles"
    assert result.rule.mistakes_per_epoch == tuple(mistakes for _, mistakes in epochs[:3]) == (2, 3, 4)
    assert result.rule.period == 1
    assert all(epoch == (list(result.weights), 4) for epoch in epochs[2:])
    assert epochs[1][0] == list(result.weights) != epochs[0][0]
    assert "2, 3, 4 mistakes in its epochs; it cycles, period 1:\n  w = (-1, 0), b = 1 after epoch 2, and" in printed


def test_no_line_can_since_the_weighed_rows_meet_in_one_point(command):
    result, printed = command("xor")
    rows = list(zip(CORNERS, TRUTH["xor"], result.proof, strict=True))
    points = []
    for label in (0, 1):
        assert sum(part for _, t, part in rows if t == label) == 1
        points.append([sum(part * x[k] for x, t, part in rows if t == label) for k in (0, 1)])
    assert min(result.proof) >= 0
    assert points[0] == points[1] == [Fraction(1, 2), Fraction(1, 2)]
    assert "1/2 (0,1) + 1/2 (1,0) = 1/2 (0,0) + 1/2 (1,1)" in printed


def rows_right(table, w1, w2, b):
    return sum((w1 * x1 + w2 * x2 + b > 0) == t for (x1, x2), t in zip(CORNERS, table, strict=True))


def test_of_many_lines_none_has_all_four_rows_of_xor():
    lines = list(product(range(-6, 7), range(-6, 7), np.arange(-6.5, 7)))
    assert max(rows_right(TRUTH["xor"], *line) for line in lines) == 3
    assert max(rows_right(TRUTH["or"], *line) for line in lines) == 4


def test_nand_and_or_and_and_are_xor(command):
    result, printed = command("xor")
    assert result.table == [[*x, TRUTH["nand"][k], TRUTH["or"][k], TRUTH["xor"][k]] for k, x in enumerate(CORNERS)]
    assert "1 0    1  1        1\n1 1    0  1        0\n" in printed


def test_xor_is_learned(command):
    shown = command("xor")
    result = shown.result
    assert np.round(result.outputs).tolist() == TRUTH["xor"]
    assert np.abs(np.array(result.outputs) - TRUTH["xor"]).max() < 0.05
    assert all(result.learned[4]) and len(result.learned[4]) == 10
    assert 0 < sum(result.learned[2]) < 10
    assert shown.words("trained")[-4:] == [f"{p:.3f}" for p in result.outputs]
    for hidden in (2, 4):
        assert (
            f"{hidden} hidden neurons learn it from {sum(result.learned[hidden])} of 10 first weights" in shown.printed
        )


def test_a_learned_network_is_right_in_numpy_and_an_untrained_one_is_not():
    def outputs(model):
        hidden, last = model.layers
        return expit(np.tanh(CORNERS @ hidden.weights.T + hidden.biases) @ last.weights.T + last.biases)[:, 0]

    model = xor.trained(hidden=4, epochs=100, seed=3)
    assert np.round(outputs(model)).tolist() == TRUTH["xor"]
    assert np.round(outputs(xor.trained(hidden=4, epochs=0, seed=3))).tolist() != TRUTH["xor"]
    assert predict(model, CORNERS) == pytest.approx(outputs(model), rel=1e-14)


# ---- the convergence theorem


def test_mistakes_stay_within_the_bound(command):
    result, printed = command("convergence")
    assert len(result) == 60
    assert {each.outcome for each in result} == {"separated"}
    assert all(0 < each.mistakes <= each.bound for each in result)
    assert "of 60 clouds 60 were separated, 60 within the bound" in printed


def test_radius_margin_and_bound_are_those_of_the_data(command):
    for k, each in enumerate(command("convergence").result):
        X, y, *_, line, _ = data.clouds(100, margin=each.margin, seed=k % 10)
        z = np.column_stack([X, np.ones(100)])
        v = np.array([*line.weights, line.bias])
        assert pytest.approx(np.linalg.norm(z, axis=1).max(), rel=1e-14) == each.R
        assert each.gamma == pytest.approx(((2 * y - 1) * (z @ v)).min() / np.linalg.norm(v), rel=1e-9)
        assert each.bound == pytest.approx((each.R / each.gamma) ** 2, rel=1e-9)


@pytest.mark.parametrize("k", [0, 23, 59])
def test_the_mistakes_are_those_of_the_rule(k, command):
    each = command("convergence").result[k]
    X, y, *_ = data.clouds(100, margin=each.margin, seed=k % 10)
    mistakes = 0
    for _, wrong in islice(rosenblatt(X.tolist(), y.tolist()), 1000):
        mistakes += wrong
        if not wrong:
            break
    assert each.mistakes == mistakes


def test_narrow_margins_take_more_mistakes(command):
    shown = command("convergence")
    mistakes, bounds = (
        [np.mean([getattr(each, name) for each in shown.result[k : k + 10]]) for k in range(0, 60, 10)]
        for name in ("mistakes", "bound")
    )
    assert all(before < after for column in (mistakes, bounds) for before, after in pairwise(column))
    for k, margin in enumerate((1, 0.5, 0.2, 0.1, 0.05, 0.02)):
        assert shown.words(f"{margin:g} ")[3:5] == [f"{mistakes[k]:.1f}", f"{bounds[k]:.0f}"]


def test_where_one_label_is_wrong_the_mistakes_pass_every_bound():
    each = convergence.counted(margin=1.0, samples=100, seed=0)
    X, y, *_ = data.clouds(100, margin=1.0, seed=0)
    y[np.argmax(X @ X[0])] ^= 1
    assert Perceptron(2).fit(X, y, epochs=300).mistakes > each.bound


# ---- vanishing gradients


def test_one_neuron_that_is_sure_and_wrong(command):
    shown = command("vanishing")
    for z, t, slope, squared_error, cross_entropy in shown.result.neurons:
        y = expit(z)
        assert slope == pytest.approx(y * expit(-z), rel=1e-11)
        assert squared_error == pytest.approx(2 * (y - t) * y * expit(-z), rel=1e-11)
        assert cross_entropy == pytest.approx(y - t, rel=1e-11)
    (low, *_), (_, *_), (high, *_) = shown.result.neurons
    assert (low, high) == (-10.0, 10.0)
    assert shown.result.neurons[0].slope == pytest.approx(4.5e-5, rel=0.01)
    assert shown.words("-10 ") == ["-10", "1", "4.5e-05", "-9.1e-05", "-0.99995"]
    assert shown.words("10 ") == ["10", "0", "4.5e-05", "9.1e-05", "0.99995"]


def by_back_propagation(name, depth, bias=-10.0):
    """The mean |∂L/∂w| of each layer, in matrices."""
    sigmoids = name.startswith("sigmoid")
    activation, init = ("sigmoid", "glorot_uniform") if sigmoids else ("relu", "he_normal")
    model = MLP(2, [16] * (depth - 1) + [1], activation=activation, init=init, seed=0)
    X, y, *_ = data.moons(16, seed=0)
    outputs = [X]
    for layer in model.layers[:-1]:
        z = outputs[-1] @ layer.weights.T + layer.biases
        outputs.append(expit(z) if sigmoids else np.maximum(z, 0))
    z = outputs[-1] @ model.layers[-1].weights.T + bias
    p = expit(z)
    delta = (p - y[:, None]) / 16
    if "squared" in name:
        delta *= 2 * p * expit(-z)
    means = []
    for layer, a in zip(model.layers[::-1], outputs[::-1], strict=True):
        means.append(np.abs(delta.T @ a).mean())
        delta = delta @ layer.weights * (a * (1 - a) if sigmoids else a > 0)
    return means[::-1]


@pytest.mark.parametrize("depth", [2, 5, 8])
@pytest.mark.parametrize("name", vanishing.NETWORKS)
def test_the_gradients_of_layers_are_those_of_back_propagation(name, depth, command):
    measured = command("vanishing").result.layers[name][depth]
    assert measured == pytest.approx(by_back_propagation(name, depth), rel=1e-9)


def test_squared_error_through_a_sigmoid_starves_every_layer(command):
    squared_error, cross_entropy, _ = command("vanishing").result.layers.values()
    for depth in range(2, 9):
        assert len(squared_error[depth]) == depth
        # 2 σ'(z) where y is near −10
        assert all(a < 2e-4 * b for a, b in zip(squared_error[depth], cross_entropy[depth], strict=True))


def test_with_depth_the_first_layer_of_sigmoids_starves_whatever_the_loss_but_not_that_of_relus(command):
    squared_error, cross_entropy, relus = command("vanishing").result.layers.values()
    for sigmoids in (squared_error, cross_entropy):
        shares = [sigmoids[depth][0] / sigmoids[depth][-1] for depth in range(2, 9)]
        assert all(after < before for before, after in pairwise(shares))
        assert shares[-1] < 1e-4
        # σ' ≤ ¼: from layer to layer the gradient loses a factor, time and again
        assert all(before < after for before, after in pairwise(sigmoids[8]))
    assert min(relus[depth][0] / relus[depth][-1] for depth in range(2, 9)) > 0.1
    assert relus[8][0] > 1000 * cross_entropy[8][0] > 1000 * squared_error[8][0]


def test_an_output_that_is_not_sure_costs_squared_error_no_more_than_a_factor(command):
    squared_error, cross_entropy, _ = vanishing.run(bias=0.0).layers.values()
    ratios = [a / b for depth in squared_error for a, b in zip(squared_error[depth], cross_entropy[depth], strict=True)]
    assert 0.15 < min(ratios) <= max(ratios) < 0.6  # 2 σ'(z), ½ at z = 0


def test_what_vanishing_prints_of_the_layers(command):
    shown = command("vanishing")
    for depth in range(2, 9):
        ends = [end for layers in shown.result.layers.values() for end in (layers[depth][0], layers[depth][-1])]
        assert shown.words(f"{depth} ") == [str(depth), *(f"{end:.0e}" for end in ends)]


# ---- accuracy as the loss


def test_the_gradient_of_accuracy_is_exactly_0_and_that_of_cross_entropy_never(command):
    shown = command("accuracy_loss")
    error, likely = shown.result["1 - accuracy"], shown.result["cross entropy"]
    assert error.by_differences.shape == error.by_engine.shape == likely.by_engine.shape == (5, 17)
    assert not error.by_differences.any() and not error.by_engine.any()
    assert likely.by_engine.all()
    assert np.abs(likely.by_differences - likely.by_engine).max() < 1e-7
    assert shown.words("1 - accuracy")[3:9] == ["0", "of", "85", "0", "of", "85"]
    assert shown.words("cross entropy")[2:8] == ["85", "of", "85", "85", "of", "85"]


def moons_and_network(output):
    X, y, *_ = data.moons(50, seed=0)
    return X, y, MLP(2, [4, 1], activation="tanh", output=output, seed=0)


def test_the_loss_of_steps_is_the_share_of_wrong_answers():
    X, y, model = moons_and_network("step")
    rng = np.random.default_rng(1)
    for _ in range(10):
        for p in model.parameters():
            p.data = float(rng.normal())
        right = accuracy(predict(model, X), y, threshold=0.5)
        assert mean_squared_error([model(x) for x in X], y).data == pytest.approx(1 - right, abs=1e-15)


def test_accuracy_takes_few_values_and_jumps_between_them(command):
    shown = command("accuracy_loss")
    along = shown.result["1 - accuracy"].along_line
    assert np.abs(50 * along - np.round(50 * along)).max() < 1e-12  # of 50 samples
    assert 1 < len(np.unique(along)) < 15
    assert len(np.unique(shown.result["cross entropy"].along_line)) == len(along) == 301
    assert shown.words("1 - accuracy")[9:12] == [str(len(np.unique(along))), "of", "301"]


def test_across_a_jump_the_difference_is_not_0_but_tells_only_how_narrow_the_step_is():
    X, y, model = moons_and_network("step")
    *_, w, _ = model.parameters()

    def error(number):
        w.data = number
        return 1 - accuracy(predict(model, X), y, threshold=0.5)

    low, high = -3.0, 3.0
    first = error(low)
    assert error(high) != first
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if error(middle) == first else (low, middle)
    slopes = [numerical_gradient(error, low, h=h) for h in (1e-4, 1e-5)]
    assert slopes[0] != 0
    assert slopes[1] == pytest.approx(10 * slopes[0], rel=1e-6)


def test_nothing_is_learned_from_accuracy(command):
    shown = command("accuracy_loss")
    error, likely = shown.result["1 - accuracy"], shown.result["cross entropy"]
    assert error.before == error.after == likely.before < 0.6
    assert likely.after > 0.85
    assert shown.words("1 - accuracy")[-3:] == [f"{error.before:.2f}", "->", f"{error.before:.2f}"]
    assert shown.words("cross entropy")[-3:] == [f"{likely.before:.2f}", "->", f"{likely.after:.2f}"]


# ---- learning rates


def test_below_1_it_converges_at_1_it_bounces_above_it_diverges(command):
    outcomes = {way.rate: way.outcome for way in command("learning_rates").result.ways}
    below = dict.fromkeys((0.01, 0.1, 0.5, 0.9), "converges")
    assert outcomes == {**below, 1.0: "bounces", 1.1: "diverges"}
    near = learning_rates.run(rates=(0.999, 1.001)).ways
    assert [way.outcome for way in near] == ["converges", "diverges"]


def test_the_way_on_a_parabola_has_a_closed_form(command):
    for way in command("learning_rates").result.ways:
        expected = [float(3 * (1 - 2 * Fraction(str(way.rate))) ** k) for k in range(51)]
        assert way.x == pytest.approx(expected, rel=1e-12)
        assert way.closed_form == pytest.approx(expected, rel=1e-12)


def test_it_bounces_exactly_and_for_ever():
    [way] = learning_rates.run(rates=(1.0,), start=0.1, steps=1001).ways
    assert way.x.tolist() == [0.1, -0.1] * 501


def test_two_steps_on_a_bowl(command):
    result, printed = command("learning_rates")
    assert result.points == pytest.approx(np.array([[-3, 4], [-2.4, 3.2], [-1.92, 2.56]]), rel=1e-14)
    assert result.gradients.tolist()[0] == [-6, 8]
    assert result.gradients == pytest.approx(2 * result.points, rel=1e-15)
    assert "at (-3.00, 4.00) the gradient is (-6.00, 8.00)" in printed
    assert "at (-2.40, 3.20) the gradient is (-4.80, 6.40)" in printed
    assert "at (-1.92, 2.56)" in printed


def test_what_learning_rates_prints(command):
    shown = command("learning_rates")
    assert shown.words("0.9 ") == ["0.9", "-0.8", "3", "-2.4", "1.92", "-1.536", "0.3221", "4.282e-05", "converges"]
    assert shown.words("1 ") == ["1", "-1", "3", "-3", "3", "-3", "3", "3", "bounces"]
    assert shown.words("1.1 ") == ["1.1", "-1.2", "3", "-3.6", "4.32", "-5.184", "18.58", "2.73e+04", "diverges"]


# ---- convexity


def value(name, z, t):
    if "cross" in name:
        return np.logaddexp(0, z) - t * z
    return (activated(name, z) - t) ** 2


def activated(name, z):
    return {"linear": z, "sigmoid": expit(z), "relu": np.maximum(z, 0)}[name.split(",")[0]]


def second(name, z, t):
    """∂²/∂z² of the loss of one sample."""
    y = expit(z)
    slope = y * (1 - y)
    return {
        "linear, squared error": 2.0,
        "sigmoid, squared error": 2 * slope**2 + 2 * (y - t) * slope * (1 - 2 * y),
        "relu, squared error": 2.0 * (z > 0),
        "sigmoid, cross entropy": slope,
    }[name]


def of_formula(function, name, w, b):
    """The mean over both samples."""
    return sum(function(name, w * x + b, t) for x, t in ((1.0, 0.9), (5.0, 0.3))) / 2


def hessian_by_formula(name, w, b):
    each = [second(name, w * x + b, t) * np.outer([x, 1], [x, 1]) for x, t in ((1.0, 0.9), (5.0, 0.3))]
    return sum(each) / 2


@pytest.mark.parametrize("name", convexity.LOSSES)
def test_second_derivatives_and_chords_are_those_of_formulas(name, command):
    result = command("convexity").result
    found = result.losses[name]
    expected = np.array([hessian_by_formula(name, w, b) for w, b in result.points])
    assert found.hessians == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert found.curvatures == pytest.approx(np.linalg.eigvalsh(expected), rel=1e-9, abs=1e-12)
    start, end = result.points[:-1], result.points[1:]
    ends = (of_formula(value, name, *start.T) + of_formula(value, name, *end.T)) / 2
    assert found.chords == pytest.approx(ends - of_formula(value, name, *(start + end).T / 2), rel=1e-9, abs=1e-12)


def test_squared_error_of_a_linear_unit_is_quadratic_and_convex(command):
    found = command("convexity").result.losses["linear, squared error"]
    assert (found.hessians == [[26, 6], [6, 2]]).all()  # 2/n Σ (x, 1)(x, 1)ᵀ
    assert found.curvatures.min() > 0 and found.chords.min() > 0


def test_squared_error_of_a_sigmoid_unit_is_not_convex(command):
    found = command("convexity").result.losses["sigmoid, squared error"]
    assert (found.curvatures < -0.01).any(axis=1).sum() > 20
    assert found.curvatures.max() > 0.1
    assert found.chords.min() < -0.01
    along_w = grad(grad(lambda w: convexity.LOSSES["sigmoid, squared error"](w, 0.0)))
    assert along_w(0.0) > 0.1 and along_w(0.5) < -0.1  # it changes sign


def test_it_has_two_minima_and_is_flat_far_from_them(command):
    result, printed = command("convexity")

    def loss(w):
        return of_formula(value, "sigmoid, squared error", w, 0.0)

    def slope(w):
        samples = ((1.0, 0.9), (5.0, 0.3))
        return sum((expit(w * x) - t) * expit(w * x) * expit(-w * x) * x for x, t in samples)

    exact = [brentq(slope, -0.5, 0.1, xtol=1e-14), brentq(slope, 1.0, 4.0, xtol=1e-14)]
    assert [place.w for place in result.minima] == pytest.approx(exact, abs=1e-4)
    assert [place.loss for place in result.minima] == pytest.approx([loss(w) for w in exact], abs=1e-8)
    for w in exact:
        assert loss(w) < min(loss(w - 0.01), loss(w + 0.01))
        assert f"ends at w = {w:5.2f}, loss {loss(w):.3f}\n" in printed
    assert result.flat.loss == pytest.approx(loss(-10.0), rel=1e-12)
    assert result.flat.gradient[0] == pytest.approx(slope(-10.0), rel=1e-9)
    assert abs(result.flat.gradient[0]) < 1e-4 and result.flat.loss > 2 * max(loss(exact[0]), 0.2)


def test_squared_error_of_a_relu_unit_is_exactly_flat_on_its_dead_side_and_quadratic_on_the_other(command):
    result, printed = command("convexity")
    assert result.dead.gradient == (0.0, 0.0)
    assert result.dead.loss == pytest.approx((0.9**2 + 0.3**2) / 2, rel=1e-15)
    loss, linear = (convexity.LOSSES[f"{unit}, squared error"] for unit in ("relu", "linear"))
    assert grad(loss, (0, 1))(-2.0, -0.5) == (0.0, 0.0)
    assert [loss(w, b) for w, b in ((1.0, 0.5), (3.0, 2.0))] == [linear(1.0, 0.5), linear(3.0, 2.0)]
    hessians = result.losses["relu, squared error"].hessians
    assert (hessians == 0).all(axis=(1, 2)).any() and (hessians == [[26, 6], [6, 2]]).all(axis=(1, 2)).any()
    assert "relu: dead at w = -1, b = -1, loss 0.450, d/dw 0\n" in printed


def test_what_makes_it_not_convex_is_the_kink():
    """Its second derivatives are never negative, but where w·x passes 0 the slope falls from 0 to −2 t x."""
    slope = grad(lambda w: (relu(w * 5.0) - 0.3) ** 2)
    assert slope(-1e-9) == 0.0
    assert slope(1e-9) == pytest.approx(-2 * 0.3 * 5, rel=1e-6)


def test_cross_entropy_of_a_sigmoid_unit_is_convex_at_all_points(command):
    found = command("convexity").result.losses["sigmoid, cross entropy"]
    assert found.curvatures.min() > 0
    assert found.chords.min() > -1e-12


def test_what_convexity_prints(command):
    shown = command("convexity")
    assert shown.words("linear,")[-6:] == ["0.58", "27.4", "0%", "convex,", "Hessian", "constant"]
    assert 14 - math.sqrt(180) == pytest.approx(0.58, abs=0.01)  # the eigenvalues of ((26, 6), (6, 2))
    assert shown.words("sigmoid, squared")[-2:] == shown.words("relu, squared")[-2:] == ["not", "convex"]
    assert shown.words("sigmoid, cross")[-2:] == ["0%", "convex"]


# ---- moons


def test_the_moons_are_told_apart(command):
    result, printed = command("moons")
    assert result.losses[-1] < 0.1 * result.losses[0]
    assert min(result.train_accuracy, result.test_accuracy) >= 0.95
    assert f"hinge loss before step 100: {result.losses[-1]:.4f}" in printed
    assert f"accuracy: train {result.train_accuracy:.3f}, test {result.test_accuracy:.3f}" in printed
    assert "100 samples, 337 parameters" in printed


@pytest.mark.parametrize("epochs", [3, 100])
def test_their_accuracy_is_numpys_on_points_not_trained_on(epochs, command):
    result = command("moons").result if epochs == 100 else moons.run(epochs=epochs)
    X, y, *_ = data.moons(100, noise=0.1, seed=2)
    assert not set(map(bytes, X)) & set(map(bytes, result.train.X))
    shares = []
    for a, labels in ((result.train.X, result.train.y), (X, y)):
        for layer in result.model.layers[:-1]:
            a = np.maximum(a @ layer.weights.T + layer.biases, 0)
        scores = (a @ result.model.layers[-1].weights.T + result.model.layers[-1].biases)[:, 0]
        shares.append(np.mean((scores > 0) == labels))
    assert [result.train_accuracy, result.test_accuracy] == shares
    assert epochs == 100 or shares[0] != shares[1]


def test_its_steps_are_those_of_micrograds_loop():
    result = moons.run(samples=30, epochs=10)
    X, y, *_ = data.moons(30, noise=0.1, seed=1)
    model = MLP(2, [16, 16, 1], activation="relu", seed=1)
    losses = []
    for k in range(10):
        scores = [model(x) for x in X.tolist()]
        data_loss = mean([relu(1 - t * score) for t, score in zip((2 * y - 1).tolist(), scores, strict=True)])
        loss = data_loss + 1e-4 * total([p * p for p in model.parameters()])
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p.data -= (1.0 - 0.9 * k / 10) * p.grad
        losses.append(data_loss.data)
    assert result.losses == pytest.approx(losses, rel=1e-9)
    learned = [p.data for p in result.model.parameters()]
    assert learned == pytest.approx([p.data for p in model.parameters()], rel=1e-8, abs=1e-10)


def test_without_training_the_moons_are_not_told_apart():
    result = moons.run(samples=60, epochs=0)
    assert result.test_accuracy < 0.9
    assert result.losses == []
    X, y, *_ = result.train
    assert hinge(predict(result.model, X), 2 * y - 1) > 0.5


def test_the_decision_boundary_is_drawn_on_request(tmp_path, capsys, monkeypatch, command):
    monkeypatch.setattr(moons, "run", lambda: command("moons").result)
    file = tmp_path / "moons.png"
    moons.main(["--plot", str(file)])
    plt.close("all")
    assert capsys.readouterr().out == command("moons").printed + f"the decision boundary is in {file}\n"
    picture = plt.imread(file)
    assert picture.shape[0] > 200 and len(np.unique(picture.reshape(-1, picture.shape[2]), axis=0)) > 100


def test_an_unknown_option_is_refused(capsys):
    with pytest.raises(SystemExit) as stopped:
        moons.main(["--draw"])
    assert stopped.value.code == 2
    assert "unrecognized arguments: --draw" in capsys.readouterr().err
