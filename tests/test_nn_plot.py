"""Plots: what is drawn is what it should be, on the Axes given, with labels; and what can't be drawn is said."""

from __future__ import annotations

import math
import subprocess
import sys
from types import SimpleNamespace

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import QuadMesh
from matplotlib.colors import to_rgb
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from sklearn.linear_model import LinearRegression, LogisticRegression, Perceptron
from sklearn.neighbors import KNeighborsClassifier

import nn.plot
from autograd import Value, absolute, log, relu, sin, tanh, total
from autograd.codegen import condition
from autograd.ops import TABLE, define
from nn import MLP, Layer
from nn.activations import activation_names
from nn.descent import descend
from nn.history import History
from nn.module import Module
from nn.optimizers import SGD
from nn.perceptron import Perceptron as StepUnit
from nn.plot import (
    activation,
    activation_histograms,
    decision_boundary,
    gradient_histograms,
    loss_curve,
    loss_surface,
    loss_surface_3d,
    weights_image,
)
from nn.plot.jumps import curve
from nn.plot.style import COLOURS

SQUARE = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    left = plt.get_fignums()
    plt.close("all")
    assert left == []


@pytest.fixture
def ax():
    return Figure().subplots()


@pytest.fixture
def ax3d():
    return Figure().subplots(subplot_kw={"projection": "3d"})


def history(loss, validation=(), best=0):
    return SimpleNamespace(loss=list(loss), validation_loss=list(validation), best_epoch=best, metrics={})


def drawn(ax, kind):
    return [artist for artist in ax.collections if isinstance(artist, kind)]


def vertices(contours):
    """The points of all lines of a contour set."""
    return np.concatenate([path.vertices for path in contours.get_paths()])


def legend(ax):
    return [text.get_text() for text in ax.get_legend().texts]


def small_mlp(activation="tanh", sizes=(3, 1), **options):
    model = MLP(2, list(sizes), activation, seed=0, **options)
    total([y for x in SQUARE for y in np.atleast_1d(model(x)).tolist()]).backward()
    return model


# ---- what all have in common

CALLS = {
    "loss_curve": lambda ax: loss_curve(history([2.0, 1.0]), ax),
    "decision_boundary": lambda ax: decision_boundary(MLP(2, [1], seed=0), SQUARE, [0, 1, 1, 0], ax, resolution=5),
    "loss_surface": lambda ax: loss_surface(lambda x, y: x + y, (0, 1), (0, 1), ax=ax, resolution=5),
    "activation": lambda ax: activation("tanh", ax),
    "gradient_histograms": lambda ax: gradient_histograms(small_mlp(), ax),
    "activation_histograms": lambda ax: activation_histograms(small_mlp(), SQUARE, ax),
    "weights_image": lambda ax: weights_image(Layer(4, 3, seed=0), (2, 2), ax),
}


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_the_axes_given_is_drawn_on_and_returned(call, ax):
    assert call(ax) is ax
    assert ax.has_data()
    assert plt.get_fignums() == []
    ax.figure.canvas.draw()  # no warning


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_without_an_axes_there_is_a_new_figure(call):
    ax = call(None)
    assert plt.figure(plt.get_fignums()[-1]) is ax.figure
    ax.figure.canvas.draw()
    plt.close(ax.figure)


@pytest.mark.parametrize("name", CALLS)
def test_axes_are_labelled(name, ax):
    CALLS[name](ax)
    assert ax.get_xlabel()
    assert ax.get_ylabel() or name == "weights_image"  # rows and columns of pictures


@pytest.mark.parametrize("name", CALLS)
def test_several_axes_are_refused_with_the_remedy(name):
    with pytest.raises(TypeError, match=rf"{name}: ax is a ndarray: give one Axes, as in axes\[0\] of plt.subplots"):
        CALLS[name](Figure().subplots(1, 2))


@pytest.mark.parametrize("name", CALLS)
def test_without_matplotlib_the_error_says_what_to_install(name, monkeypatch):
    for module in [m for m in sys.modules if m.split(".")[0] == "matplotlib"]:
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError, match=rf'{name}: matplotlib is not installed: pip install "scalar-autograd\[train'):
        CALLS[name](None)


def test_importing_does_not_load_matplotlib():
    code = "import sys, nn.plot, nn.descent; print('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_every_public_function_is_tested_for_it():
    assert set(nn.plot.__all__) == {*CALLS, "loss_surface_3d"}


# The three kinds of missing cones as matrices on linear RGB, for full dichromacy (Viénot, Brettel, Mollon 1999).
LMS = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
MISSING = {
    "protanopia": np.array([[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]]),
    "deuteranopia": np.array([[1, 0, 0], [0.494207, 0, 1.24827], [0, 0, 1]]),
}


def least_distance(colours, missing):
    linear = np.array([to_rgb(colour) for colour in colours]) ** 2.2
    seen = np.clip(linear @ (np.linalg.inv(LMS) @ missing @ LMS).T, 0, 1) ** (1 / 2.2)
    return min(np.abs(a - b).max() for k, a in enumerate(seen) for b in seen[:k])


@pytest.mark.parametrize("missing", MISSING.values(), ids=MISSING)
def test_colours_can_be_told_apart_without_red_or_green_cones(missing):
    assert least_distance(COLOURS, missing) > 0.1
    assert least_distance(matplotlib.colormaps["tab10"].colors, missing) < 0.1  # matplotlib's own can't


# ---- loss curve


def test_lines_are_the_history(ax):
    loss_curve(history([1.0, 0.5, 0.25], [1.5, 0.75, 1.0], best=1), ax)
    training, validation, best = ax.lines[:3]
    assert training.get_xydata().tolist() == [[0, 1.0], [1, 0.5], [2, 0.25]]
    assert validation.get_xydata().tolist() == [[0, 1.5], [1, 0.75], [2, 1.0]]
    assert best.get_xydata().tolist() == [[1, 0.75]]
    assert training.get_linestyle() != validation.get_linestyle()
    assert legend(ax) == ["training", "validation", "best epoch (1)"]
    assert ax.get_yscale() == "linear"
    assert all(tick == round(tick) for tick in ax.get_xticks())


def test_the_best_epoch_without_validation_lies_on_the_training_loss(ax):
    loss_curve(history([1.0, 0.25, 0.5], best=1), ax, log=True)
    assert ax.lines[1].get_xydata().tolist() == [[1, 0.25]]
    assert legend(ax) == ["training", "best epoch (1)"]
    assert ax.get_yscale() == "log"


def test_several_histories_differ_in_colour_dashes_and_marker(ax):
    runs = {name: history([k + 2.0, k + 1.0], [k + 3.0, k + 2.0], 1) for k, name in enumerate("ABC")}
    loss_curve(runs, ax)
    lines = [line for line in ax.lines if line.get_label() in runs]
    assert [line.get_ydata().tolist() for line in lines] == [run.loss for run in runs.values()]
    assert len({line.get_color() for line in lines}) == len({line.get_linestyle() for line in lines} - {":"}) == 3
    assert legend(ax) == ["A", "B", "C", "validation", "best epoch"]
    markers = [line.get_marker() for line in ax.lines if len(line.get_xdata()) == 1]
    assert len(set(markers)) == 3


def test_a_history_of_fit_draws_itself(ax):
    rows = [{"loss": 3.0, "validation_loss": 2.0}, {"loss": 1.0, "validation_loss": 2.5}]
    assert History(rows).plot(ax) is ax
    assert [line.get_ydata().tolist() for line in ax.lines[:3]] == [[3.0, 1.0], [2.0, 2.5], [2.0]]


def test_a_history_without_epochs_is_refused(ax):
    with pytest.raises(ValueError, match="loss_curve: the history has no epochs: train first"):
        loss_curve(History(), ax)
    with pytest.raises(ValueError, match="loss_curve: the history 'Adam' has no epochs"):
        loss_curve({"SGD": history([1.0]), "Adam": history([])}, ax)
    with pytest.raises(ValueError, match="there is no history in the dict"):
        loss_curve({}, ax)


# ---- decision boundary


def line_model(w1, w2, b, output="linear"):
    model = MLP(2, [1], output=output, seed=0)
    model.layers[0].weights, model.layers[0].biases = [[w1, w2]], [b]
    return model


@pytest.mark.parametrize("output", ["linear", "sigmoid", "tanh"])
def test_the_boundary_of_a_linear_model_is_its_line(output, ax):
    decision_boundary(line_model(2.0, -3.0, 0.5, output), SQUARE, [0, 0, 1, 0], ax, resolution=81)
    x, y = vertices(drawn(ax, QuadContourSet)[0]).T
    tolerance = 1e-12 if output == "linear" else 1e-3  # interpolated between grid points
    np.testing.assert_allclose(2 * x - 3 * y + 0.5, 0, atol=tolerance)
    assert x.min() == pytest.approx(-0.1) and x.max() == pytest.approx(1.1)


def test_the_wrong_threshold_is_seen(ax):
    decision_boundary(line_model(2.0, -3.0, 0.5), SQUARE, [0, 0, 1, 0], ax, threshold=0.5)
    x, y = vertices(drawn(ax, QuadContourSet)[0]).T
    assert np.abs(2 * x - 3 * y + 0.5).min() > 0.4


def test_the_output_is_shaded_white_at_the_boundary(ax):
    model = line_model(2.0, -3.0, 0.5, "sigmoid")
    decision_boundary(model, SQUARE, [0, 0, 1, 0], ax, resolution=9)
    mesh = drawn(ax, QuadMesh)[0]
    corners = np.linspace(-0.1, 1.1, 9)
    expected = [[1 / (1 + math.exp(-(2 * x - 3 * y + 0.5))) for x in corners] for y in corners]
    np.testing.assert_allclose(mesh.get_array().reshape(9, 9), expected, rtol=1e-12)
    np.testing.assert_allclose(mesh.to_rgba(0.5), 1, atol=0.01)
    assert mesh.colorbar.ax.get_ylabel() == "probability of 1"


def test_a_perceptron_is_drawn_by_its_line_not_by_its_steps(ax):
    decision_boundary(StepUnit(2, [2.0, -3.0], 0.5), SQUARE, [0, 0, 1, 0], ax, resolution=11)
    x, y = vertices(drawn(ax, QuadContourSet)[0]).T
    np.testing.assert_allclose(2 * x - 3 * y + 0.5, 0, atol=1e-12)


def test_no_graph_is_recorded_and_training_is_left_as_it_was(ax):
    seen = []

    class Watched(Module):
        def __init__(self):
            self.w = Value(2.0)

        def __call__(self, x):
            y = self.w * x[0] - x[1]
            seen.append((y.parents, self.training))
            return y

    model = Watched()
    decision_boundary(model, SQUARE, [0, 1, 0, 1], ax, resolution=3, threshold=0)
    assert seen == [((), False)] * 9
    assert model.training


def test_the_data_has_a_marker_and_a_colour_for_each_class(ax):
    X, y = np.random.default_rng(0).normal(size=(30, 2)), np.arange(30) % 3
    decision_boundary(MLP(2, [3], seed=0), X, y, ax, resolution=5, classes=["cat", "lion", "iguana"])
    clouds = [c for c in ax.collections if c.get_label() in ("cat", "lion", "iguana")]
    for k, cloud in enumerate(clouds):
        np.testing.assert_array_equal(cloud.get_offsets(), X[y == k])
    assert legend(ax) == ["cat", "lion", "iguana"]
    assert len({cloud.get_paths()[0].vertices.tobytes() for cloud in clouds}) == 3
    assert len({tuple(cloud.get_facecolor()[0]) for cloud in clouds}) == 3


def test_regions_of_several_outputs_meet_where_scores_are_equal(ax):
    decision_boundary(lambda x: [x[0], x[1], 0.25], SQUARE, [2, 1, 0, 0], ax, resolution=13)
    lines = [c for c in drawn(ax, QuadContourSet) if not c.filled]
    for contours in lines:
        x, y = vertices(contours).T
        first, second = np.sort([x, y, np.full_like(x, 0.25)], axis=0)[:0:-1]
        # Exact where one score is the second largest throughout a cell, else within the cell's width.
        assert np.quantile(first - second, 0.75) < 1e-12 and (first - second).max() < 0.1
    assert len(lines) == 3


def test_a_classifier_with_predict_alone_is_asked_for_labels(ax):
    X, y = np.array([[0.0, 0.0], [1.0, 0.0], [2.0, 0.0]]), np.array(["a", "b", "c"])
    decision_boundary(KNeighborsClassifier(1).fit(X, y), X, y, ax, resolution=49)
    edges = np.concatenate([vertices(c)[:, 0] for c in drawn(ax, QuadContourSet) if not c.filled])
    step = 2.4 / 48
    assert (np.minimum(abs(edges - 0.5), abs(edges - 1.5)) <= step).all()
    assert legend(ax) == ["a", "b", "c"]


@pytest.mark.parametrize("kind", [LogisticRegression, Perceptron])
def test_classifiers_of_scikit_learn_are_shaded_by_probability_or_score(kind, ax):
    X = np.random.default_rng(1).normal(size=(40, 2))
    model = kind().fit(X, np.where(X @ [1, 2] > 0.3, "yes", "no"))
    decision_boundary(model, X, np.where(X @ [1, 2] > 0.3, "yes", "no"), ax, resolution=101)
    points = vertices(drawn(ax, QuadContourSet)[0])
    np.testing.assert_allclose(points @ model.coef_[0] + model.intercept_[0], 0, atol=2e-3)
    assert legend(ax) == ["no", "yes"]


def test_probabilities_that_do_not_decide_are_not_drawn(ax):
    class Cautious(LogisticRegression):
        def predict(self, X):
            return (self.predict_proba(X)[:, 1] > 0.9).astype(int)

    X = np.random.default_rng(1).normal(size=(40, 2))
    model = Cautious().fit(X, X[:, 0] > 0)
    decision_boundary(model, X, X[:, 0] > 0, ax, resolution=41)
    assert drawn(ax, QuadMesh) == []
    points = np.concatenate([vertices(c) for c in drawn(ax, QuadContourSet) if not c.filled])
    at = (math.log(9) - model.intercept_[0] - model.coef_[0, 1] * points[:, 1]) / model.coef_[0, 0]
    np.testing.assert_allclose(points[:, 0], at, atol=np.ptp(X[:, 0]) * 1.2 / 40)


@pytest.mark.parametrize(
    "labels", [[-1, 1, 1, -1], [0.0, 1.0, 1.0, 0.0], [[0], [1], [1], [0]], [False, True, True, False]]
)
def test_labels_of_two_classes_in_all_their_forms(labels, ax):
    decision_boundary(line_model(1.0, 1.0, -0.5), SQUARE, labels, ax, resolution=5)
    clouds = [c for c in ax.collections if c.get_label() in legend(ax)]
    assert [len(cloud.get_offsets()) for cloud in clouds] == [2, 2]
    assert legend(ax) == (["-1", "1"] if labels[0] == -1 else ["0", "1"])


def test_one_hot_labels_and_a_class_without_samples(ax):
    decision_boundary(MLP(2, [3], seed=0), SQUARE, np.eye(3)[[0, 2, 2, 0]], ax, resolution=5)
    assert legend(ax) == ["0", "2"]


def test_a_model_that_says_the_same_everywhere_has_no_boundary(ax):
    decision_boundary(line_model(0.0, 0.0, 1.0), SQUARE, [1, 1, 1, 1], ax, resolution=5)
    assert drawn(ax, QuadContourSet) == []
    other = Figure().subplots()
    decision_boundary(lambda x: [2.0, 1.0], [[1.0, 1.0], [1.0, 2.0]], [0, 1], other, resolution=5)
    assert [c.filled for c in drawn(other, QuadContourSet)] == [True]


def test_boundary_errors_say_what_to_do(ax):
    model, y = MLP(2, [1], seed=0), [0, 1, 1, 0]
    refused = [
        (ValueError, r"X has shape \(4, 3\), not \(samples, 2\)", lambda: (model, np.zeros((4, 3)), y)),
        (ValueError, "X has 4 samples, y 3 labels: give one for each", lambda: (model, SQUARE, y[:3])),
        (ValueError, "sample 1 of X is .nan, 0.0., not finite", lambda: (model, [[0, 0], [math.nan, 0]], [0, 1])),
        (
            ValueError,
            r"sample 2 has the label 3, which is none of the model's \[0, 1\]",
            lambda: (model, SQUARE, [0, 1, 3, 0]),
        ),
        (ValueError, "say threshold=0 for logits and scores, threshold=0.5", lambda: (lambda x: x[0], SQUARE, y)),
        (
            ValueError,
            "gives numbers, not one class a sample",
            lambda: (LinearRegression().fit(SQUARE, [0, 1, 2, 4]), SQUARE, y),
        ),
        (TypeError, "model is a int: give a model, or a function", lambda: (3, SQUARE, y)),
    ]
    for kind, text, arguments in refused:
        with pytest.raises(kind, match=f"decision_boundary: .*{text}"):
            decision_boundary(*arguments(), ax)
    with pytest.raises(ValueError, match=r"output is not finite at \[-0\.1, -0\.1\]: did training diverge\?"):
        decision_boundary(lambda x: math.nan, SQUARE, y, ax, threshold=0)
    with pytest.raises(ValueError, match="classes names 1 of 2 classes: name all"):
        decision_boundary(model, SQUARE, y, ax, classes=["a"])
    with pytest.raises(ValueError, match="resolution = 1 must be 2 or more"):
        decision_boundary(model, SQUARE, y, ax, resolution=1)


# ---- surfaces


def bowl(x, y):
    return x**2 + 2 * y**2


def test_contours_are_those_of_the_function(ax):
    loss_surface(bowl, (-2, 2), (-1, 1), ax=ax, levels=[0.5, 1.0, 1.5], resolution=101)
    lines = next(c for c in drawn(ax, QuadContourSet) if not c.filled)
    assert lines.levels.tolist() == [0.5, 1.0, 1.5]
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        np.testing.assert_allclose(bowl(*path.vertices.T), level, atol=2e-3)


def test_with_log_the_levels_have_a_constant_ratio(ax):
    loss_surface(lambda x, y: bowl(x, y) + 0.1, (-2, 2), (-1, 1), ax=ax, levels=7, log=True)
    levels = drawn(ax, QuadContourSet)[0].levels
    np.testing.assert_allclose(levels[1:] / levels[:-1], (levels[-1] / levels[0]) ** (1 / 6), rtol=1e-9)
    assert len(levels) == 7


def test_a_function_of_values_and_a_domain(ax):
    loss_surface(lambda x, y: log(x) + y * Value(2.0), (-1, 1), (0, 1), ax=ax, resolution=21, levels=[-1.0, 0.0])
    x, y = vertices(next(c for c in drawn(ax, QuadContourSet) if not c.filled)).T
    assert x.min() > 0
    assert np.minimum(abs(np.log(x) + 2 * y), abs(np.log(x) + 2 * y + 1)).max() < 0.1


def test_paths_are_drawn_point_by_point(ax):
    paths = {"SGD": descend(bowl, (-2, 1), lambda p: SGD(p, lr=0.1), 10), "by hand": [[1, 1], [0, 0]]}
    loss_surface(bowl, (-2, 2), (-1, 1), paths, ax, resolution=5)
    lines = {line.get_label(): line for line in ax.lines if len(line.get_xdata()) > 1}
    np.testing.assert_array_equal(lines["SGD"].get_xydata(), paths["SGD"])
    assert lines["by hand"].get_xydata().tolist() == [[1, 1], [0, 0]]
    assert len({(line.get_color(), line.get_marker(), line.get_linestyle()) for line in lines.values()}) == 2
    assert [line.get_xydata().tolist() for line in ax.lines if len(line.get_xdata()) == 1] == [
        [paths["SGD"][-1].tolist()],
        [[0, 0]],
    ]
    assert legend(ax) == ["SGD", "by hand"]
    assert (ax.get_xlim(), ax.get_ylim()) == ((-2, 2), (-1, 1))


def test_paths_are_lifted_onto_the_surface(ax3d):
    path = np.array([[-2.0, 1.0], [0.5, 0.5], [0.0, 0.0], [9.0, 0.0]])
    assert loss_surface_3d(bowl, (-2, 2), (-1, 1), {"SGD": path}, ax3d, resolution=9) is ax3d
    x, y, z = np.array(ax3d.lines[0].get_data_3d())
    assert (x[:3].tolist(), y[:3].tolist(), z[:3].tolist()) == ([-2, 0.5, 0], [1, 0.5, 0], [6, 0.75, 0])
    assert math.isnan(z[3])  # out of the plane
    assert (ax3d.get_xlabel(), ax3d.get_ylabel(), ax3d.get_zlabel()) == ("$w_1$", "$w_2$", "loss")
    low, high = ax3d.get_zlim()
    assert low <= 0 and 6 <= high < 7
    ax3d.figure.canvas.draw()


def test_a_surface_on_a_figure_of_its_own():
    ax = loss_surface_3d(bowl, (-2, 2), (-1, 1), resolution=5)
    assert ax.name == "3d"
    assert ax.get_legend() is None
    plt.close(ax.figure)


def test_surface_errors_say_what_to_do(ax):
    with pytest.raises(ValueError, match=r"loss_surface: the path 'SGD' has shape \(3, 1\), not \(steps, 2\)"):
        loss_surface(bowl, (0, 1), (0, 1), {"SGD": [[1], [2], [3]]}, ax)
    with pytest.raises(ValueError, match=r"loss_surface: ylim = \(1, 0\): give the lower end first"):
        loss_surface(bowl, (0, 1), (1, 0), ax=ax)
    with pytest.raises(ValueError, match=r"f is nowhere a finite number for x in \(-2, -1\)"):
        loss_surface(lambda x, y: log(x), (-2, -1), (0, 1), ax=ax)
    with pytest.raises(ValueError, match="f is nowhere above 0: leave log=True out"):
        loss_surface(lambda x, y: -1.0 - x, (0, 1), (0, 1), ax=ax, log=True)
    with pytest.raises(TypeError, match=r"loss_surface_3d: ax is flat: make it by plt.subplots\(subplot_kw="):
        loss_surface_3d(bowl, (0, 1), (0, 1), ax=ax)


# ---- activation

CLOSED_FORMS = {
    "tanh": (np.tanh, lambda x: 1 / np.cosh(x) ** 2),
    "sigmoid": (lambda x: 1 / (1 + np.exp(-x)), lambda x: np.exp(-x) / (1 + np.exp(-x)) ** 2),
    "relu": (lambda x: np.maximum(x, 0), lambda x: (x > 0) * 1.0),
    "linear": (lambda x: x, np.ones_like),
    "square": (lambda x: x**2, lambda x: 2 * x),
    "log": (np.log, lambda x: 1 / x),
}


@pytest.mark.parametrize("name", CLOSED_FORMS)
def test_both_lines_are_the_closed_forms(name, ax):
    activation(name, ax, xlim=(-3, 2))
    assert (ax.get_xlim(), legend(ax)) == ((-3, 2), [f"{name}(x)", "its derivative"])
    for line, exact in zip(ax.lines, CLOSED_FORMS[name], strict=False):
        x, y = line.get_xydata()[~np.isnan(line.get_ydata())].T
        assert len(x) >= 150
        np.testing.assert_allclose(y, exact(x), rtol=1e-12)


def test_a_wrong_derivative_is_seen(table, ax):
    wrong = define("wrong_tanh", lambda a: tanh(a), lambda y, a: 1.0 - y)
    activation(wrong, ax)
    assert np.nanmax(abs(ax.lines[1].get_ydata() - CLOSED_FORMS["tanh"][1](ax.lines[1].get_xdata()))) > 0.1


def infinite_at(op, x):
    return not math.isfinite(op(Value(x)).local_derivatives[0])


@pytest.mark.parametrize("name", activation_names()[1:])
def test_the_kinks_found_are_those_of_the_row(name):
    """Those at which both sides have a slope; the others are poles, and so are ends of domains."""
    op = TABLE[name]
    defaults = [p.default for p in list(op.__signature__.parameters.values())[1:]]
    at_kink = condition(op, "kinks")
    places = [x for x in (-1.0, 0.0, 1.0) if at_kink(x, *defaults)]
    assert [kink.x for kink in curve(op, -4.1, 3.7).kinks] == [x for x in places if not infinite_at(op, x)]


def test_kinks_of_a_composed_function(ax):
    def f(x):
        return relu(x) - relu(x - 2) + absolute(x - 1 / 3) + 0.1 * sin(3 * x)

    kinks = curve(f, -5, 5).kinks
    np.testing.assert_allclose([kink.x for kink in kinks], [0, 1 / 3, 2], atol=1e-9)
    np.testing.assert_allclose([kink.right[1] - kink.left[1] for kink in kinks], [1, 2, -1], atol=1e-6)
    activation(f, ax)
    assert legend(ax)[0] == "f(x)"


@pytest.mark.parametrize(
    "name, jumps", [("relu", ([], [(0, 1)])), ("step", ([(0, 1)], [])), ("absolute", ([], [(-1, 1)]))]
)
def test_there_is_a_gap_where_a_line_jumps_and_the_chosen_number_is_marked(name, jumps, ax):
    activation(name, ax)
    for line, jump in zip(ax.lines[:2], jumps, strict=True):
        x, y = line.get_xydata().T
        assert x[np.isnan(y)].tolist() == [0.0] * len(jump)
        jumped = abs(np.diff(y)) > 0.1
        assert not jumped.any()
    circles, dots = [line for line in ax.lines[2:]][::2], [line for line in ax.lines[2:]][1::2]
    np.testing.assert_allclose([c.get_ydata() for c in circles], jumps[0] + jumps[1], atol=1e-7)
    assert [dot.get_xydata().tolist() for dot in dots] == [[[0, 0]]]


@pytest.mark.parametrize("name, poles", [("tan", [-np.pi / 2, np.pi / 2]), ("reciprocal", [0.0]), ("log", [0.0])])
def test_lines_are_broken_at_poles_and_the_axis_ends_before_them(name, poles, ax):
    found = curve(TABLE[name], -2, 2)
    np.testing.assert_allclose(found.poles, poles, atol=1e-9)
    assert found.kinks == []
    activation(name, ax, xlim=(-2, 2))
    low, high = ax.get_ylim()
    assert -100 < low < 0 < high < 100
    assert all(np.isnan(found.y[abs(found.x - pole) < 1e-9]).all() for pole in found.poles)


def test_activation_errors_say_what_to_do(ax):
    with pytest.raises(ValueError, match="activation 'swich' is unknown"):
        activation("swich", ax)
    with pytest.raises(ValueError, match="'softmax' takes all outputs of a layer"):
        activation("softmax", ax)
    with pytest.raises(ValueError, match=r"activation: xlim = \(1, 1\): give the lower end first"):
        activation("relu", ax, xlim=(1, 1))


# ---- histograms


def histograms(ax):
    """(counts in units of the highest bar, edges) of each layer, first layer first."""
    found = []
    for patch in ax.patches:
        values, edges, baseline = patch.get_data()
        found.append((values - np.min(baseline), edges))
    return found


def assert_histogram(bars, edges, numbers):
    """The bars are the counts of the numbers, up to their unit: and they count all of them."""
    counts = np.histogram(numbers, edges)[0]
    np.testing.assert_allclose(bars * counts.max(), counts * bars.max(), atol=1e-9)
    assert counts.sum() == len(numbers)
    assert edges[0] <= min(numbers) and max(numbers) <= edges[-1]


def test_gradients_are_counted_by_size(ax):
    model = small_mlp("relu", (16, 16, 2))
    gradient_histograms(model, ax)
    assert ax.get_xscale() == "log"
    bars = histograms(ax)
    assert len(bars) == 3
    for k, (layer, (heights, edges)) in enumerate(zip(model.layers, bars, strict=True)):
        gradients = [abs(w.grad) for neuron in layer.neurons for w in neuron.w]
        nonzero = [g for g in gradients if g]
        assert_histogram(heights, edges, nonzero)
        zeros = len(gradients) - len(nonzero)
        assert ax.texts[k].get_text() == (
            f"{zeros} of {len(gradients)} are 0" if zeros else f"{len(gradients)} weights"
        )
        median = ax.collections[k].get_segments()[0]
        assert median[0][0] == pytest.approx(np.median(nonzero))
    assert any("are 0" in text.get_text() for text in ax.texts)


def test_the_first_layer_is_on_top(ax):
    gradient_histograms(small_mlp("tanh", (4, 3, 2)), ax)
    feet = [np.min(patch.get_data().baseline) for patch in ax.patches]
    assert feet == sorted(feet, reverse=True)
    heights = dict(zip([label.get_text() for label in ax.get_yticklabels()], ax.get_yticks(), strict=True))
    assert heights["layer 1"] > heights["layer 2"] > heights["layer 3"]
    assert all(foot < heights[f"layer {k}"] < foot + 1 for k, foot in enumerate(feet, 1))


def test_vanishing_gradients_are_seen(ax):
    model = small_mlp("sigmoid", (6, 6, 6, 6, 1))
    gradient_histograms(model, ax)
    medians = [lines.get_segments()[0][0][0] for lines in ax.collections]
    assert medians == sorted(medians) and medians[0] < 1e-2 * medians[-1]


def test_outputs_are_counted_over_samples_and_neurons(ax):
    model, X = MLP(2, [8, 5, 1], "relu", seed=1), np.random.default_rng(0).normal(size=(20, 2))
    activation_histograms(model, X, ax)
    first = np.maximum(X @ model.layers[0].weights.T + model.layers[0].biases, 0)
    second = np.maximum(first @ model.layers[1].weights.T + model.layers[1].biases, 0)
    third = second @ model.layers[2].weights.T + model.layers[2].biases
    for text, (heights, edges), outputs in zip(ax.texts, histograms(ax), (first, second, third), strict=True):
        assert_histogram(heights, edges, outputs[outputs != 0])
        assert text.get_text().startswith(f"{np.mean(outputs == 0):.1%} are 0") or not (outputs == 0).any()


def test_dead_neurons_are_counted(ax):
    layer = Layer(2, 3, "relu", seed=0)
    layer.weights, layer.biases = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]], [1.0, -9.0, -9.0]
    activation_histograms(layer, SQUARE, ax)
    assert ax.texts[0].get_text() == "66.7% are 0\n2 of 3 dead"
    activation_histograms(MLP(2, [3, 2], "relu", init="zeros"), SQUARE, all_dead := Figure().subplots())
    assert [text.get_text() for text in all_dead.texts] == ["100.0% are 0\n3 of 3 dead", "100.0% are 0\n2 of 2 dead"]


def test_histogram_errors_say_what_to_do(ax):
    with pytest.raises(ValueError, match=r"all gradients are 0: call loss.backward\(\) first"):
        gradient_histograms(MLP(2, [1]), ax)
    with pytest.raises(TypeError, match="gradient_histograms: model is a Value, not an MLP"):
        gradient_histograms(Value(1.0), ax)
    with pytest.raises(ValueError, match="activation_histograms: X has no samples"):
        activation_histograms(MLP(2, [1]), [], ax)
    model = small_mlp()
    model.layers[1].neurons[0].w[0].grad = math.nan
    with pytest.raises(ValueError, match="a gradient of layer 2 is not finite"):
        gradient_histograms(model, ax)


# ---- weights


def test_each_picture_is_the_weights_of_its_neuron(ax):
    layer = Layer(6, 5, seed=0)
    weights_image(layer, (2, 3), ax)
    board = np.ma.filled(ax.images[0].get_array(), np.nan)
    for k, weights in enumerate(layer.weights):
        top, left = 3 * (k // 3), 4 * (k % 3)
        assert board[top : top + 2, left : left + 3].ravel().tolist() == weights.tolist()
    assert np.isfinite(board).sum() == layer.weights.size
    low, high = ax.images[0].get_clim()
    assert -low == high == abs(layer.weights).max()


def test_pictures_of_another_shape_are_refused(ax):
    with pytest.raises(ValueError, match="weights_image: pictures of 8 × 8 are 64 inputs, not 6"):
        weights_image(Layer(6, 5), (8, 8), ax)


def test_histograms_of_outputs_that_overflow():
    model = MLP(2, [2, 1], "linear", seed=0)
    for parameter in model.parameters():
        parameter.data = 1e200
    with pytest.raises(ValueError, match=r"an output of layer 1 is not finite: look for an overflow"):
        nn.plot.activation_histograms(model, np.full((2, 2), 1e200))
