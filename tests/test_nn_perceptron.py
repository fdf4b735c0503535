"""Perceptrons: gates, the learning rule and the bound on its mistakes; XOR, which takes two layers."""

from __future__ import annotations

from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autograd import Value, draw, total
from nn.data import clouds, gate
from nn.layers import MLP
from nn.optimizers import SGD, Adam
from nn.perceptron import Learning, Perceptron, homogeneous, mistake_bound
from nn.separability import Separability, exactly, separable, simplex

CORNERS = [[0, 0], [0, 1], [1, 0], [1, 1]]
BY_HAND = {"and": ([1, 1], -1.5), "or": ([1, 1], -0.5), "nand": ([-1, -1], 1.5), "nor": ([-1, -1], 0.5)}
SEPARABLE, INSEPARABLE = list(BY_HAND), ["xor", "xnor"]
SEEDS = st.integers(0, 2**32)


def labels(name):
    return gate(name).y.tolist()


def rosenblatt(X, t, epochs, w=None, lr=1):
    """The rule in fractions: the weights with the bias at the end of each epoch, and the mistakes of each."""
    w = list(w or [0] * (len(X[0]) + 1))
    states, mistakes = [], []
    for _ in range(epochs):
        wrong = 0
        for x, target in zip(X, t, strict=True):
            z = [*map(Fraction, x), 1]
            y = sum(a * b for a, b in zip(w, z, strict=True)) > 0
            w = [a + Fraction(lr) * (target - y) * b for a, b in zip(w, z, strict=True)]
            wrong += y != target
        states.append(tuple(w))
        mistakes.append(wrong)
    return states, mistakes


def state(perceptron):
    return (*perceptron.weights.tolist(), perceptron.bias)


# ---- a step unit


def test_it_is_a_step_of_a_dot_node():
    perceptron = Perceptron(2, [2.0, -1.0], 0.5)
    y = perceptron([1.0, 2.0])
    (z,) = y.parents
    assert (y.op.name, z.op.name, z.data, y.data) == ("step", "dot", 0.5, 1.0)
    assert [p.label for p in perceptron.parameters()] == ["w₁", "w₂", "b"]
    assert perceptron.state_dict() == {"w1": 2.0, "w2": -1.0, "b": 0.5}
    assert repr(perceptron) == "Perceptron(2)"


def test_it_starts_at_zero():
    assert state(Perceptron(3)) == (0.0, 0.0, 0.0, 0.0)


def test_the_step_is_one_above_zero_only():
    assert [Perceptron(1, [1.0])([x]).data for x in (-0.5, 0.0, 5e-324, 0.5)] == [0.0, 0.0, 1.0, 1.0]


def test_a_step_has_no_slope():
    perceptron = Perceptron(2, [2.0, -1.0], 0.5)
    perceptron([1.0, 2.0]).backward()
    assert [p.grad for p in perceptron.parameters()] == [0.0] * 3


@given(st.lists(st.tuples(*[st.floats(-3, 3)] * 2), min_size=1, max_size=5), st.tuples(*[st.floats(-3, 3)] * 3))
def test_predict_gives_the_graphs_numbers_as_integers(X, numbers):
    perceptron = Perceptron(2, numbers[:2], numbers[2])
    predicted = perceptron.predict(X)
    assert predicted.dtype == np.int64
    assert predicted.tolist() == [perceptron(x).data for x in X]


def test_wrong_weights_are_refused():
    with pytest.raises(ValueError, match=r"^weights have shape \(2,\), not \(3,\)$"):
        Perceptron(2, [1, 2, 3])
    with pytest.raises(ValueError, match=r"^weights: \[1.0, nan\] must be finite$"):
        Perceptron(2, [1, np.nan])
    with pytest.raises(ValueError, match=r"^bias: inf must be finite$"):
        Perceptron(2, [1, 2], np.inf)


# ---- gates


@pytest.mark.parametrize("name", SEPARABLE)
def test_gates_by_hand(name):
    perceptron = Perceptron(2, *BY_HAND[name])
    assert [perceptron(x).data for x in CORNERS] == labels(name)
    assert perceptron.predict(CORNERS).tolist() == labels(name)


@pytest.mark.parametrize("order", list(product(range(4), repeat=2))[::5])
@pytest.mark.parametrize("name", SEPARABLE)
def test_gates_by_the_rule_from_any_weights(name, order):
    perceptron = Perceptron(2, np.array(order) - 1.5, 1.0)
    learning = perceptron.fit(CORNERS, labels(name))
    assert learning.outcome == "separated" and learning.mistakes_per_epoch[-1] == 0 and learning.period is None
    assert perceptron.predict(CORNERS).tolist() == labels(name)


def test_xor_of_nand_or_and_and():
    nand, either, both = (Perceptron(2, *BY_HAND[name]) for name in ("nand", "or", "and"))
    outputs = [both([nand(x), either(x)]) for x in CORNERS]
    assert [y.data for y in outputs] == [0.0, 1.0, 1.0, 0.0]


def test_the_drawing_of_xor_shows_its_values():
    nand, either, both = (Perceptron(2, *BY_HAND[name]) for name in ("nand", "or", "and"))
    a, b = Value(1.0, label="a"), Value(0.0, label="b")
    p, q = nand([a, b]), either([a, b])
    y = both([p, q])
    drawn = draw(y, names={"p": p, "q": q, "y": y}).source
    boxes = [line for line in drawn.splitlines() if "step(" in line]
    shown = {box.split("<B>")[1].split("</B>")[0]: box.split("data ")[1].split("<")[0] for box in boxes}
    assert shown == {"p": "1", "q": "1", "y": "1"}
    assert drawn.count("data −1.5") == 1 and drawn.count("data 1.5") == 1  # the biases of AND and NAND


# ---- the rule


def test_and_step_by_step():
    """By hand, on 00, 01, 10, 11: epoch 1 errs at 11 and adds (1, 1, 1); epoch 2 errs at 00, 01 and 11, and so on."""
    states = []
    perceptron = Perceptron(2)
    for _ in range(6):
        perceptron.fit(CORNERS, labels("and"), epochs=1)
        states.append(state(perceptron))
    assert states == [(1, 1, 1), (2, 1, 0), (2, 1, -1), (2, 2, -1), (2, 1, -2), (2, 1, -2)]
    assert Perceptron(2).fit(CORNERS, labels("and")) == Learning("separated", (1, 3, 3, 2, 1, 0))


POINTS = st.lists(st.tuples(*[st.integers(-2, 2)] * 2), min_size=1, max_size=6)


@given(POINTS, st.data(), st.tuples(*[st.integers(-3, 3)] * 3), st.sampled_from([1, 2, 0.5]))
def test_the_rule_is_rosenblatts(X, data, start, lr):
    t = data.draw(st.lists(st.integers(0, 1), min_size=len(X), max_size=len(X)))
    perceptron = Perceptron(2, start[:2], start[2])
    learning = perceptron.fit(X, t, lr=lr, epochs=20)
    states, mistakes = rosenblatt(X, t, learning.epochs, start, lr)
    assert state(perceptron) == states[-1]
    assert list(learning.mistakes_per_epoch) == mistakes
    assert learning.mistakes == sum(mistakes)


@given(POINTS, st.data())
def test_the_rule_stops_or_cycles_as_the_linear_programs_say(X, data):
    t = data.draw(st.lists(st.integers(0, 1), min_size=len(X), max_size=len(X)))
    found = Perceptron(2).fit(X, t, epochs=5000).outcome
    assert found == ("separated" if separable(X, t) else "cycles")


@pytest.mark.parametrize("name", INSEPARABLE)
@pytest.mark.parametrize("start", [(0, 0, 0), (1, -1, 0.5), (0.25, 3, -2), (-7, 5, 1)])
def test_on_xor_the_rule_cycles(name, start):
    perceptron = Perceptron(2, start[:2], start[2])
    learning = perceptron.fit(CORNERS, labels(name))
    assert learning.outcome == "cycles" and min(learning.mistakes_per_epoch) > 0
    came_to = state(perceptron)
    states, mistakes = rosenblatt(CORNERS, labels(name), learning.period, list(map(Fraction, came_to)))
    assert states[-1] == came_to and came_to not in states[:-1]
    assert perceptron.fit(CORNERS, labels(name)) == Learning("cycles", tuple(mistakes), learning.period)


def test_a_cycle_longer_than_an_epoch_is_found():
    X, t = [[-3], [-3], [2], [3]], [1, 0, 0, 1]
    learning = Perceptron(1).fit(X, t)
    states, mistakes = rosenblatt(X, t, 50)
    assert learning == Learning("cycles", tuple(mistakes[:8]), 7)
    assert states[7] == states[0] and len(set(states)) == 7 and (0, 0) not in states


def test_too_few_epochs_are_told_from_cycles():
    assert Perceptron(2).fit(CORNERS, labels("and"), epochs=5) == Learning("stopped", (1, 3, 3, 2, 1))
    assert Perceptron(2).fit(CORNERS, labels("xor"), epochs=1).outcome == "stopped"


def test_what_is_learned_already_takes_an_epoch_without_mistakes():
    perceptron = Perceptron(2, *BY_HAND["and"])
    assert perceptron.fit(CORNERS, labels("and")) == Learning("separated", (0,))
    assert state(perceptron) == (1, 1, -1.5)


def test_from_zero_the_rate_only_scales():
    one, eighth = Perceptron(2), Perceptron(2)
    assert one.fit(CORNERS, labels("nand")) == eighth.fit(CORNERS, labels("nand"), lr=0.125)
    assert state(eighth) == tuple(0.125 * number for number in state(one))


@pytest.mark.parametrize(
    "t", [[0, 0, 0, 1], (False, False, False, True), np.array([0, 0, 0, 1]), np.array([0, 0, 0, 1]) > 0, [0.0, 0, 0, 1]]
)
def test_labels_may_be_of_any_kind(t):
    for labels in (t, np.reshape(t, (4, 1)), [[label] for label in t]):
        assert Perceptron(2).fit(np.array(CORNERS), labels).mistakes == 10
        assert separable(CORNERS, labels)


REFUSED = {
    r"the label of sample 2 is -1: labels are 0 and 1$": dict(t=[1, 1, -1, 1]),
    r"the label of sample 0 is 'cat': labels are 0 and 1$": dict(t=["cat", 1, 0, 1]),
    r"the label of sample 1 is nan: labels are 0 and 1$": dict(t=[0, float("nan"), 0, 1]),
    r"the label of sample 3 is None: labels are 0 and 1$": dict(t=[0, 1, 1, None]),
    r"there are 4 samples but 3 labels: give one for each$": dict(t=[0, 1, 1]),
    r"the labels are of shape \(4, 2\): give one, 0 or 1, for each sample$": dict(t=[[0, 1]] * 4),
    r"sample 0 has 3 inputs, not 2, the number of weights$": dict(X=[[0, 0, 1]] * 4),
    r"X: sample 1 has nan in feature 0": dict(X=[[0, 0], [float("nan"), 1], [1, 0], [1, 1]]),
    r"lr = 0 must be above 0 and finite$": dict(lr=0),
    r"lr = inf must be above 0 and finite$": dict(lr=float("inf")),
    r"epochs = 0 must be 1 or more$": dict(epochs=0),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_cannot_be_learned_is_refused(message):
    perceptron = Perceptron(2, [1, 2], 3)
    with pytest.raises(ValueError, match=f"^Perceptron.fit: {message}"):
        perceptron.fit(**{"X": CORNERS, "t": [0, 0, 0, 1], **REFUSED[message]})
    assert state(perceptron) == (1, 2, 3)


def test_a_learning_rate_that_is_no_number_is_refused():
    with pytest.raises(TypeError, match=r"^Perceptron.fit: lr = '1' is a str, not a number$"):
        Perceptron(2).fit(CORNERS, [0, 0, 0, 1], lr="1")


def test_weights_that_overflow_leave_the_perceptron_as_it_was():
    perceptron = Perceptron(1, [-1.0], 2.0)
    with pytest.raises(ValueError, match=r"^Perceptron.fit: weights and bias: \[inf, 1e\+308\] must be finite$"):
        perceptron.fit([[1e10]], [1], lr=1e308)
    assert state(perceptron) == (-1.0, 2.0)


def test_predict_refuses_other_numbers_of_inputs():
    with pytest.raises(ValueError, match=r"^Perceptron.predict: sample 0 has 1 inputs, not 2, the number of weights$"):
        Perceptron(2).predict([0, 1])


# ---- the convergence theorem


@given(SEEDS, st.sampled_from([0.05, 0.2, 1.0]), st.integers(1, 4))
def test_mistakes_are_at_most_the_bound(seed, margin, features):
    X, y, *_, separator, _ = clouds(30, margin, features, seed=seed)
    bound = mistake_bound(X, y, separator.weights, separator.bias)
    perceptron = Perceptron(features)
    learning = perceptron.fit(X, y, epochs=int(bound) + 1)  # every epoch but the last has a mistake
    assert learning.outcome == "separated" and learning.mistakes <= bound
    assert perceptron.predict(X).tolist() == y.tolist()


@given(SEEDS, st.sampled_from([0.05, 0.2, 1.0]))
def test_the_bound_is_novikoffs(seed, margin):
    X, y, *_, separator, _ = clouds(20, margin, 3, seed=seed)
    w, b, nearest = separator
    expected = (np.max(np.sum(X**2, axis=1)) + 1) / (nearest / np.sqrt(w @ w + b**2)) ** 2
    assert mistake_bound(X, y, w, b) == pytest.approx(expected, rel=1e-12)
    assert mistake_bound(X, y, 1024 * w, 1024 * b) == mistake_bound(X, y, w, b)


@pytest.mark.parametrize("samples", [1, 2, 4, 8, 16])
def test_no_smaller_bound_holds(samples):
    """Rows of a Hadamard matrix are orthogonal: no sample learns from another, each is mistaken once."""
    H = np.ones((1, 1))
    while len(H) < samples:
        H = np.kron(H, [[1, 1], [1, -1]])
    X, t = np.hstack([H[:, 1:], np.zeros((samples, 1))]), np.ones(samples)  # column 0 is the input that is always 1
    weights = np.zeros(samples)
    assert Perceptron(samples).fit(X, t).mistakes == samples == mistake_bound(X, t, weights, 1.0)


def test_the_bound_needs_the_input_that_is_always_one():
    X, t = [[0.0]], [1]
    assert Perceptron(1).fit(X, t).mistakes == mistake_bound(X, t, [0.0], 1.0) == 1
    assert max(x**2 for (x,) in X) == 0  # R² without it: no mistake at all would be allowed


@pytest.mark.parametrize("name", SEPARABLE)
def test_gates_stay_below_every_bound(name):
    mistakes = Perceptron(2).fit(CORNERS, labels(name)).mistakes
    planes = [BY_HAND[name], (separable(CORNERS, labels(name)).weights, separable(CORNERS, labels(name)).bias)]
    assert all(mistakes <= mistake_bound(CORNERS, labels(name), *plane) for plane in planes)


def test_a_bound_beyond_the_floats_is_infinite():
    X = [[1e-300], [1e300]]
    assert mistake_bound(X, [0, 1], [1.0], -1e-299) == float("inf")
    with pytest.raises(ValueError, match=r"sample 1 of label 0 is not separated: w·x \+ b = inf at \[1e\+300\]$"):
        mistake_bound(X, [1, 0], [1e300], 0.0)
    with pytest.raises(ValueError, match=r"sample 1 of label 1 is not separated: w·x \+ b = -inf at \[1e\+300\]$"):
        mistake_bound(X, [0, 1], [-1e300], 0.0)


def test_a_plane_that_does_not_separate_has_no_bound():
    with pytest.raises(
        ValueError, match=r"^mistake_bound: sample 1 of label 0 is not separated: w·x \+ b = 0.5 at \[0.0, 1.0\]$"
    ):
        mistake_bound(CORNERS, labels("and"), *BY_HAND["or"])
    with pytest.raises(ValueError, match=r"^mistake_bound: sample 0 of label 0 is not separated: w·x \+ b = 0 at"):
        mistake_bound(CORNERS, labels("or"), [1, 1], 0)  # the step is right there, the margin is 0
    with pytest.raises(ValueError, match=r"^mistake_bound: weights and bias \[1.0, nan, 0.0\] must be finite$"):
        mistake_bound(CORNERS, labels("or"), [1, np.nan], 0)
    with pytest.raises(ValueError, match=r"^mistake_bound: the label of sample 0 is 2: labels are 0 and 1$"):
        mistake_bound(CORNERS, [2, 1, 1, 1], [1, 1], 0)


# ---- which labels a plane separates


def separates(X, t, found):
    """The sign of w·x + b, in fractions, is that of every label."""
    v = [*map(Fraction, found.weights), Fraction(found.bias)]
    sides = [sum(a * Fraction(b) for a, b in zip(v, [*x, 1], strict=True)) for x in X]
    return all(side > 0 if label else side < 0 for side, label in zip(sides, t, strict=True))


def meet(X, t, found):
    """The means that the multipliers weigh of the two classes are one point."""
    weighed = list(zip(found.multipliers, X, t, strict=True))
    means = [[sum(m * Fraction(z) for m, z, *_ in column) for column in coordinates(weighed, c)] for c in (0, 1)]
    sums = [sum(m for m, _, label in weighed if label == c) for c in (0, 1)]
    return min(found.multipliers) >= 0 and sums == [1, 1] and means[0] == means[1]


def coordinates(weighed, c):
    members = [(m, x) for m, x, label in weighed if label == c]
    return [[(m, x[k]) for m, x in members] for k in range(len(members[0][1]))]


@pytest.mark.parametrize("name", SEPARABLE)
def test_gates_that_a_line_separates(name):
    found = separable(CORNERS, labels(name))
    assert found and found.multipliers is None
    assert separates(CORNERS, labels(name), found)
    assert Perceptron(2, found.weights, found.bias).predict(CORNERS).tolist() == labels(name)


def test_no_line_separates_xor():
    """½ (0, 1) + ½ (1, 0) and ½ (0, 0) + ½ (1, 1) are both (½, ½): w·x + b can't be above 0 and not."""
    found = separable(CORNERS, labels("xor"))
    assert not found and found.weights is None
    half = Fraction(1, 2)
    assert found.multipliers == (half, half, half, half)
    assert [half * 0 + half * 1, half * 1 + half * 0] == [half * 0 + half * 1, half * 0 + half * 1] == [half, half]
    assert meet(CORNERS, labels("xor"), found)


def test_no_weights_of_a_grid_give_xor():
    grid = np.linspace(-3, 3, 25)
    w1, w2, b = (axis.ravel()[:, None] for axis in np.meshgrid(grid, grid, grid))
    x1, x2 = np.array(CORNERS).T
    outputs = (w1 * x1 + w2 * x2 + b > 0).astype(int)
    found = {tuple(row) for row in np.unique(outputs, axis=0).tolist()}
    assert {tuple(labels(name)) for name in SEPARABLE} <= found
    assert {tuple(labels(name)) for name in INSEPARABLE} & found == set()
    assert len(found) == 14  # of the 16 truth tables of two inputs


@given(st.integers(1, 3), st.integers(1, 12), SEEDS)
def test_every_answer_has_its_proof(features, samples, seed):
    rng = np.random.default_rng(seed)
    X = (rng.integers(-3, 4, (samples, features)) * rng.choice([1.0, 0.1, 1e-6, 1e6])).tolist()
    t = rng.integers(0, 2, samples).tolist()
    try:
        found = separable(X, t)
    except ValueError as error:
        assert "touch to within rounding" in str(error)
        assume(False)
    assert separates(X, t, found) if found else meet(X, t, found)


@given(SEEDS, st.sampled_from([1e-3, 0.2, 1.0]), st.integers(1, 4))
def test_clouds_are_separable_and_mixed_ones_are_not(seed, margin, features):
    X, y, *_ = clouds(30, margin, features, seed=seed)
    found = separable(X, y)
    assert found and separates(X.tolist(), y.tolist(), found)
    middle = [X[y == 0].mean(axis=0), *X]  # a point inside one class, of the other
    mixed = separable(middle, [1, *y])
    assert not mixed and meet(np.array(middle).tolist(), [1, *y.tolist()], mixed)


@pytest.mark.parametrize("X", [[[1e-320], [-1e-320]], [[5e-324, 1e308], [-5e-324, 1e308]]])
def test_samples_may_be_tiny(X):
    for t in ([0, 1], [1, 0]):
        found = separable(X, t)
        assert found and separates(X, t, found)


def test_one_class_alone_is_separable():
    assert separable(CORNERS, [1, 1, 1, 1]) and separable(CORNERS, [0, 0, 0, 0])


def test_the_same_sample_with_both_labels_is_not_separable():
    found = separable([[0.1, 0.7], [2.0, 3.0], [0.1, 0.7]], [1, 1, 0])
    assert found.multipliers == (1, 0, 1)


def test_classes_that_touch_to_within_rounding_get_no_answer():
    collinear = [[0.1, 0.03], [0.2, 0.06], [0.3, 0.09]]
    with pytest.raises(
        ValueError, match=r"^separable: the classes touch to within rounding of the largest numbers: make "
    ):
        separable(collinear, [0, 1, 0])
    assert not separable(np.array(collinear) @ np.diag([10, 100]).round(), [0, 1, 0])


class Lying:
    """A solver that says v = 0 separates, then that samples 0 and 1 have a mean in common."""

    success = True

    def linprog(self, c, **program):
        self.x = np.zeros(len(c)) if "A_ub" in program else np.array([1.0, 1.0, 0.0, 0.0])
        return self


@pytest.mark.parametrize("name", [*SEPARABLE, *INSEPARABLE])
def test_the_solver_is_not_believed(monkeypatch, name):
    monkeypatch.setattr("nn.separability.optional", lambda *_: Lying())
    found = separable(CORNERS, labels(name))
    assert separates(CORNERS, labels(name), found) if name in SEPARABLE else meet(CORNERS, labels(name), found)
    monkeypatch.setattr("nn.separability.SMALL", 11)
    with pytest.raises(ValueError, match=r"or give fewer samples$"):
        separable(CORNERS, labels(name))


@pytest.mark.parametrize("far", [1e12, 1e200])
def test_numbers_of_very_different_sizes(far):
    X = [[0], [1], [far]]
    assert separates(X, [1, 0, 0], separable(X, [1, 0, 0]))
    found = separable(X, [0, 1, 0])
    assert not found and meet(X, [0, 1, 0], found)


@given(st.integers(1, 3), st.integers(1, 10), SEEDS)
def test_fractions_decide_as_the_solver_does(features, samples, seed):
    rng = np.random.default_rng(seed)
    X, t = rng.integers(-3, 4, (samples, features)).tolist(), rng.integers(0, 2, samples).tolist()
    found = simplex([homogeneous(x, label) for x, label in zip(X, t, strict=True)])
    assert separates(X, t, found) if found else meet(X, t, found)
    assert bool(found) == bool(separable(X, t))


def test_multipliers_are_not_negative():
    zs = [homogeneous([float(x)], label) for x, label in ((0, 0), (1, 0), (2, 1))]
    assert exactly(zs, [0, 1, 2]) is None  # 2 is twice 1, minus 0
    zs[2] = homogeneous([0.25], 1)
    assert exactly(zs, [0, 1, 2]) == (Fraction(3, 4), Fraction(1, 4), 1)


def test_without_scipy_the_remedy_is_named(monkeypatch):
    def missing(name):
        raise ImportError(name=name)

    monkeypatch.setattr("nn.optional.import_module", missing)
    with pytest.raises(
        ImportError, match=r'^separable: SciPy is not installed: pip install "scalar-autograd\[train\]"$'
    ):
        separable(CORNERS, labels("xor"))


# ---- XOR, learned by two layers


@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_a_network_learns_xor(optimizer):
    model = MLP(2, [4, 1], activation="tanh", seed=1)
    steps = optimizer(model.parameters(), lr=0.1)
    for _ in range(300):
        loss = total([(model(x) - t) ** 2 for x, t in zip(CORNERS, labels("xor"), strict=True)])
        steps.zero_grad()
        loss.backward()
        steps.step()
    assert loss.data < 1e-3
    assert [round(model(x).data) for x in CORNERS] == labels("xor")


def test_a_separability_says_its_proof():
    assert str(Separability((-2.0, 0.5), -1.0)) == "separable: -2 x1 + 0.5 x2 - 1 > 0 for label 1"
    assert str(separable([[1.0], [1.0]], [1, 0])) == (
        "not separable: the same point in both classes is 1 of sample 0, 1 of sample 1"
    )
