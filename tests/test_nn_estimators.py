"""Classifier and Regressor: scikit-learn's own checks, closed forms, and the tools that take estimators."""

from __future__ import annotations

import pickle
import re
import subprocess
import sys

import numpy as np
import pandas
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler
from sklearn.utils.estimator_checks import check_estimators_overwrite_params, parametrize_with_checks

import nn
from autograd import Value, draw
from nn import MLP, SGD, Adam, Classifier, Regressor, mean_squared_error

# By estimator and check, why it fails; a check that passes although it is here is a failure. There is none.
EXCLUDED: dict[str, dict[str, str]] = {"Classifier": {}, "Regressor": {}}

CHECKED = [
    Classifier(hidden=(4,), lr=0.1, epochs=5),
    Regressor(hidden=(4,), lr=0.1, epochs=10),
    Classifier(
        hidden=(), activation="tanh", optimizer="sgd", lr=0.5, epochs=10, scale=False, validation=0.2, patience=3
    ),
    Regressor(hidden=(), loss="huber", optimizer="sgd", lr=0.1, epochs=10, scale=False, validation=0.2, patience=3),
]


CHECKS = parametrize_with_checks(CHECKED, expected_failed_checks=lambda given: EXCLUDED[type(given).__name__])
names, checks = CHECKS.args  # a generator of checks before scikit-learn 1.9, which pytest 9 does not take


@pytest.mark.parametrize(names, list(checks), **CHECKS.kwargs)
def test_scikit_learns_checks(estimator, check, monkeypatch):
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")  # or the check of array namespaces would not run
    check(estimator)


def test_the_checks_see_a_fault():
    class Restless(Regressor):
        def fit(self, X, y):
            self.lr /= 2
            return super().fit(X, y)

    with pytest.raises(AssertionError, match="should not change or mutate  the parameter lr"):
        check_estimators_overwrite_params("Restless", Restless(epochs=1))


# ---- what they compute


def samples(classes=0, m=40, features=3, outputs=None, noise=0.5):
    """Inputs on different scales; labels of overlapping classes, or noisy linear targets."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(m, features)) * 10.0 ** np.arange(features) + 5.0
    scores = (X - X.mean(axis=0)) / X.std(axis=0) @ rng.normal(size=(features, classes or outputs or 1))
    scores += noise * rng.normal(size=scores.shape)
    if classes:
        return X, scores.argmax(axis=1) if classes > 2 else (scores[:, 0] > 0).astype(int)
    return X, 100.0 + 20.0 * (scores if outputs else scores[:, 0])


def outputs_on_paper(estimator, X):
    """The network's outputs from its weights, in matrices."""
    a = estimator.scaler_.transform(X)
    *hidden, last = estimator.model_.layers
    for layer in hidden:
        a = np.tanh(a @ layer.weights.T + layer.biases)
    return a @ last.weights.T + last.biases


@pytest.mark.parametrize("classes", [2, 3])
def test_probabilities_are_those_of_the_weights(classes):
    X, y = samples(classes)
    classifier = Classifier(hidden=(5, 4), activation="tanh", epochs=3, random_state=0).fit(X, y)
    z = outputs_on_paper(classifier, X)
    if classes == 2:
        on_paper = np.hstack([1 / (1 + np.exp(z)), 1 / (1 + np.exp(-z))])
    else:
        on_paper = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
    assert classifier.model_.sizes == [5, 4, 1 if classes == 2 else classes]
    np.testing.assert_allclose(classifier.predict_proba(X), on_paper, rtol=1e-12)
    assert (classifier.predict(X) == on_paper.argmax(axis=1)).all()


def test_probabilities_stay_finite_far_out():
    X, y = samples(2)
    classifier = Classifier(hidden=(), lr=0.1, epochs=20, random_state=0).fit(X, y)
    p = classifier.predict_proba(X * 1e9)
    assert np.isfinite(p).all() and {0.0, 1.0} <= set(p.ravel().tolist())


@pytest.mark.parametrize("outputs", [None, 1, 3])
def test_predictions_are_those_of_the_weights(outputs):
    X, y = samples(outputs=outputs)
    regressor = Regressor(hidden=(5,), activation="tanh", epochs=3, random_state=0).fit(X, y)
    on_paper = outputs_on_paper(regressor, X) * y.std(axis=0) + y.mean(axis=0)
    assert regressor.predict(X).shape == y.shape
    np.testing.assert_allclose(regressor.predict(X), on_paper.reshape(y.shape), rtol=1e-12)


@pytest.mark.parametrize("outputs", [None, 2])
def test_without_hidden_layers_it_is_linear_regression(outputs):
    X, y = samples(outputs=outputs)
    regressor = Regressor(hidden=(), optimizer="sgd", lr=0.3, epochs=200, batch_size=None, random_state=0).fit(X, y)
    np.testing.assert_allclose(regressor.predict(X), LinearRegression().fit(X, y).predict(X), rtol=1e-9)
    regressor.set_params(loss="mean_absolute_error").fit(X, y)  # the comparison can fail
    assert abs(regressor.predict(X) - LinearRegression().fit(X, y).predict(X)).max() > 0.1


@pytest.mark.parametrize("classes", [2, 3])
def test_without_hidden_layers_it_is_logistic_regression(classes):
    X, y = samples(classes, noise=1.0)
    fitted = Classifier(hidden=(), optimizer="sgd", lr=4.0, epochs=200, batch_size=None, random_state=0).fit(X, y)
    inputs = fitted.scaler_.transform(X)
    known = LogisticRegression(C=1e12, solver="newton-cholesky", tol=1e-10).fit(inputs, y).predict_proba(inputs)
    assert known.min(axis=1).max() > 0.2  # classes overlap: the weights are finite
    np.testing.assert_allclose(fitted.predict_proba(X), known, atol=1e-10)
    fitted.set_params(weight_decay=0.01).fit(X, y)  # the comparison can fail
    assert abs(fitted.predict_proba(X) - known).max() > 0.01


def test_it_is_nn_fit():
    X, y = samples(3)
    settings = {"epochs": 4, "batch_size": 8, "patience": 2}
    classifier = Classifier(hidden=(4,), lr=0.05, weight_decay=0.1, random_state=7, **settings).fit(X, y)
    seed = np.random.RandomState(7).randint(2**31)
    model = MLP(3, [4, 3], seed=seed)
    adam = Adam(model, lr=0.05, weight_decay=0.1)
    inputs = classifier.scaler_.transform(X)
    history = nn.fit(model, inputs, y, loss="cross_entropy_from_logits", optimizer=adam, seed=seed, **settings)
    assert classifier.model_.state_dict() == model.state_dict()
    assert classifier.history_.rows == history.rows


def test_optimizer_activation_and_loss_may_be_functions():
    X, y = samples()
    named = Regressor(activation="tanh", optimizer="sgd", loss="mean_squared_error", epochs=2, random_state=0)
    given = Regressor(activation=Value.tanh, optimizer=SGD, loss=mean_squared_error, epochs=2, random_state=0)
    assert (named.fit(X, y).predict(X) == given.fit(X, y).predict(X)).all()


# ---- scaling


def test_units_of_the_data_do_not_matter():
    X, y = samples()
    settings = {"hidden": (4,), "epochs": 5, "random_state": 0}
    one, other = Regressor(**settings).fit(X, y), Regressor(**settings).fit(1000 * X - 3, 7 * y + 2)
    np.testing.assert_allclose(other.predict(1000 * X - 3), 7 * one.predict(X) + 2, rtol=1e-9)
    settings["scale"] = False
    one, other = Regressor(**settings).fit(X, y), Regressor(**settings).fit(2 * X - 3, 7 * y + 2)
    assert abs(other.predict(2 * X - 3) - 7 * one.predict(X) - 2).min() > 1.0


def test_without_scale_the_model_takes_the_inputs():
    X, y = samples()
    regressor = Regressor(hidden=(4,), epochs=2, scale=False, random_state=0).fit(X, y)
    assert (nn.predict(regressor.model_, X) == regressor.predict(X)).all()


# ---- labels, seeds, copies


@pytest.mark.parametrize("labels", [["no", "yes"], ["c", "a", "b"], [False, True], [-1, 1], [2.0, 7.0]])
def test_any_labels(labels):
    X, y = samples(len(labels))
    named = Classifier(hidden=(), lr=0.1, epochs=10, random_state=0).fit(X, np.array(labels)[y])
    assert named.classes_.tolist() == sorted(labels)
    assert set(named.predict(X).tolist()) == set(labels)
    assert named.predict(X).dtype == np.array(labels).dtype
    assert named.score(X, np.array(labels)[y]) > 0.6


def test_seeds():
    X, y = samples(2)
    classifier = Classifier(hidden=(4,), epochs=2, random_state=0)
    first = classifier.fit(X, y).predict_proba(X)
    assert (classifier.fit(X, y).predict_proba(X) == first).all()
    assert (clone(classifier).fit(X, y).predict_proba(X) == first).all()
    for other in (1, None, np.random.RandomState(1)):
        assert (classifier.set_params(random_state=other).fit(X, y).predict_proba(X) != first).any()
    np.random.seed(3)
    drawn = classifier.set_params(random_state=None).fit(X, y).predict_proba(X)
    np.random.seed(3)
    assert (classifier.fit(X, y).predict_proba(X) == drawn).all()


@pytest.mark.parametrize("estimator", [Classifier(epochs=2), Regressor(epochs=2, activation="tanh")])
def test_pickled(estimator):
    X, y = samples(3)
    again = pickle.loads(pickle.dumps(clone(estimator).fit(X, y).set_params(lr=0.5)))
    assert again.lr == 0.5 and again.get_params() == clone(estimator).set_params(lr=0.5).get_params()
    fitted = pickle.loads(pickle.dumps(again))
    assert (fitted.predict(X) == again.predict(X)).all()
    assert fitted.model_.state_dict() == again.model_.state_dict()
    assert fitted.history_.rows == again.history_.rows


def test_the_model_can_be_drawn():
    X, y = samples(2, features=2)
    classifier = Classifier(hidden=(2,), activation="tanh", epochs=1).fit(X, y)
    z = classifier.model_(classifier.scaler_.transform(X[:1])[0].tolist())
    assert z.data == nn.predict(classifier.model_, classifier.scaler_.transform(X[:1]))[0]
    assert "w⁽²⁾₁₂" in draw(z).source


# ---- with scikit-learn's tools


def test_in_a_pipeline():
    X, y = samples(2)
    pipeline = make_pipeline(MinMaxScaler(), Classifier(hidden=(), lr=0.1, epochs=10, random_state=0)).fit(X, y)
    assert (pipeline.predict(X) == pipeline[-1].predict(pipeline[0].transform(X))).all()
    assert pipeline.score(X, y) > 0.7


def test_in_a_grid_search():
    X, y = samples(m=60)
    grid = {"hidden": [(), (3,)], "lr": [1e-6, 0.1], "batch_size": [16]}
    search = GridSearchCV(Regressor(epochs=10, random_state=0), grid, cv=3).fit(X, y)
    assert search.best_params_["lr"] == 0.1
    assert search.best_score_ > 0.5 > search.cv_results_["mean_test_score"].min()


def test_cross_validated():
    X, y = load_iris(return_X_y=True)
    classifier = Classifier(hidden=(), lr=0.1, epochs=10, random_state=0)
    assert cross_val_score(classifier, X, y, cv=3).min() > 0.9
    assert cross_val_score(classifier, X, y, cv=3, scoring="neg_log_loss").min() > -0.5


def test_names_of_features():
    X, y = samples(2)
    frame = pandas.DataFrame(X, columns=["a", "b", "c"])
    classifier = Classifier(epochs=1, random_state=0).fit(frame, y)
    assert classifier.feature_names_in_.tolist() == ["a", "b", "c"]
    unnamed = Classifier(epochs=1, random_state=0).fit(X, y)
    np.testing.assert_allclose(classifier.predict_proba(frame), unnamed.predict_proba(X), rtol=1e-12)
    with pytest.raises(ValueError, match="feature names should match"):
        classifier.predict(frame[["b", "a", "c"]])


# ---- validation


def test_a_share_is_set_apart():
    X, y = samples()
    regressor = Regressor(epochs=3, validation=0.25, random_state=0).fit(X, y)
    assert len(regressor.history_.validation_loss) == 3
    assert (
        regressor.scaler_.n_samples_seen_ == regressor.target_scaler_.n_samples_seen_ == 30
    )  # and it is not looked at
    assert regressor.scaler_.mean_.tolist() != X.mean(axis=0).tolist()


@pytest.mark.parametrize("seed", range(5))
def test_every_class_is_in_both_parts(seed):
    y = np.repeat(["a", "b"], [36, 4])
    classifier = Classifier(validation=0.25, random_state=seed)
    _, (_, held) = classifier._parts(np.arange(40.0)[:, None], y)
    assert sorted(held) == ["a"] * 9 + ["b"]
    with pytest.raises(ValueError, match="class 'c' has 1 sample: stratify needs 2 or more of every class"):
        classifier.fit(np.arange(41.0)[:, None], [*y, "c"])


def test_a_pair_is_judged_by():
    X, y = samples()
    (X, held_X), (y, held_y) = np.split(X, 2), np.split(y, 2)
    regressor = clone(Regressor(epochs=3, validation=(held_X, held_y), random_state=0)).fit(X, y)
    error = np.mean((regressor.predict(held_X) - held_y) ** 2) / y.var()
    assert regressor.history_.validation_loss[-1] == pytest.approx(error, rel=1e-12)


def test_labels_of_the_pair_are_read_like_y():
    X, y = samples(3)
    names = np.array(["a", "b", "c"])[y]
    numbered = Classifier(epochs=3, validation=(X, y), random_state=0).fit(X, y)
    named = Classifier(epochs=3, validation=(X, names), random_state=0).fit(X, names)
    assert named.history_.rows == numbered.history_.rows


def test_patience():
    X, y = samples(2)
    classifier = Classifier(lr=1.0, epochs=50, validation=0.3, patience=2, random_state=0).fit(X, y)
    judged = classifier.history_.validation_loss
    assert classifier.history_.ended == "no improvement"
    assert len(judged) == judged.index(min(judged)) + 3 < 50


# ---- refused


X, Y = samples(3)
NAN = np.where(np.arange(40)[:, None] == 1, np.nan, X)


@pytest.mark.parametrize(
    ("settings", "X", "y", "error", "text"),
    [
        ({}, X, ["only"] * 40, ValueError, "Classifier: y has 1 class, 'only': give samples of two classes or more"),
        ({}, NAN, Y, ValueError, "Input X contains NaN"),
        ({}, X, np.where(Y == 1, np.nan, Y), ValueError, "Input y contains NaN"),
        ({}, X, Y + 0.5, ValueError, "Unknown label type: continuous"),
        ({}, X, Y[1:], ValueError, "inconsistent numbers of samples: [40, 39]"),
        ({"optimizer": "adm"}, X, Y, ValueError, "fit: optimizer 'adm' is unknown; there are sgd, adagrad"),
        ({"activation": "rlu"}, X, Y, ValueError, "activation 'rlu' is unknown; there are linear"),
        ({"hidden": (4, 2.5)}, X, Y, TypeError, "MLP: a size = 2.5 is a float, not a whole number"),
        ({"hidden": (0,)}, X, Y, ValueError, "MLP: a size = 0 must be 1 or more"),
        ({"hidden": None}, X, Y, TypeError, "MLP: a size = None is a NoneType, not a whole number"),
        ({"lr": -1.0}, X, Y, ValueError, "Adam: lr = -1.0 must be 0 or more"),
        ({"epochs": 2.5}, X, Y, TypeError, "fit: epochs = 2.5 is a float, not a whole number"),
        ({"batch_size": 0}, X, Y, ValueError, "fit: batch_size = 0 must be 1 or more"),
        ({"validation": "x"}, X, Y, TypeError, "Classifier: validation='x': give a share, as 0.2, or a pair (X, y)"),
        ({"validation": 1.5}, X, Y, ValueError, "test = 1.5: give a share between 0 and 1"),
        ({"validation": (X, Y + 1)}, X, Y, ValueError, "y contains previously unseen labels"),
        ({"validation": (X[:, :2], Y)}, X, Y, ValueError, "X has 2 features, but Classifier is expecting 3"),
        ({"random_state": "a"}, X, Y, ValueError, "'a' cannot be used to seed"),
    ],
)
def test_refused(settings, X, y, error, text):
    with pytest.raises(error, match=re.escape(text)):
        Classifier(**{"epochs": 1, **settings}).fit(X, y)


def test_predict_refuses():
    with pytest.raises(NotFittedError, match="This Classifier instance is not fitted yet"):
        Classifier().predict(X)
    with pytest.raises(NotFittedError, match="This Regressor instance is not fitted yet"):
        Regressor().predict(X)
    classifier = Classifier(epochs=1).fit(X, Y)
    with pytest.raises(ValueError, match="Input X contains NaN"):
        classifier.predict(NAN)
    with pytest.raises(ValueError, match="X has 2 features, but Classifier is expecting 3 features"):
        classifier.predict_proba(X[:, :2])


# ---- real data


def test_breast_cancer():
    X, held_X, y, held_y = train_test_split(*load_breast_cancer(return_X_y=True), test_size=0.3, random_state=0)
    classifier = Classifier(epochs=10, random_state=0).fit(X, y)
    assert classifier.score(held_X, held_y) >= 0.95


def test_diabetes():
    X, held_X, y, held_y = train_test_split(*load_diabetes(return_X_y=True), test_size=0.3, random_state=0)
    regressor = Regressor(hidden=8, activation="tanh", weight_decay=0.02, epochs=30, random_state=0).fit(X, y)
    assert regressor.score(held_X, held_y) > LinearRegression().fit(X, y).score(held_X, held_y) - 0.05


# ---- loaded when asked for


def printed(code):
    run = subprocess.run([sys.executable, "-c", f"import sys; {code}"], capture_output=True, text=True, check=True)
    return run.stdout.strip()


@pytest.mark.parametrize("statement", ["from nn import *", "import nn; dir(nn); nn.MLP(1, [1])"])
def test_scikit_learn_stays_unloaded(statement):
    assert printed(f"{statement}; print('sklearn' in sys.modules)") == "False"


def test_an_estimator_loads_it():
    assert printed("import nn; nn.Classifier; print('sklearn' in sys.modules)") == "True"


@pytest.mark.parametrize("statement", ["import nn; nn.Classifier", "from nn import Regressor"])
def test_without_scikit_learn(statement):
    code = f"sys.modules['sklearn'] = None\ntry:\n    {statement}\nexcept ImportError as error:\n    print(error)"
    install = 'Classifier and Regressor: scikit-learn is not installed: pip install "scalar-autograd[train]"'
    assert printed(code) == install
    assert printed("sys.modules['sklearn'] = None\nimport nn\nprint(nn.MLP(1, [1], seed=0))").startswith("MLP(1, [1]")


def test_names_of_the_package():
    assert {"Classifier", "Regressor", "MLP"} <= set(dir(nn))
    with pytest.raises(AttributeError, match="module 'nn' has no attribute 'Clasifier'"):
        nn.Clasifier  # noqa: B018, to ask is what fails


def test_an_interruption_goes_on_to_the_search_around(monkeypatch):
    monkeypatch.setattr("nn.estimators.fit", lambda *given, **settings: nn.History(ended="interrupted"))
    with pytest.raises(KeyboardInterrupt):
        Classifier().fit([[0.0], [1.0]], [0, 1])
