"""What fit refuses, before anything is trained, and how numbers that leave the finite ones are reported."""

import math

import numpy as np
import pytest
from fitting import HELD, Line, X, Y, mlp, train

from autograd import DomainError, Value, exp, log, no_grad
from nn import MLP, SGD, Adam, accuracy, cross_entropy_from_logits, fit, mean_squared_error, predict


@pytest.fixture
def model():
    """A model that is not to change."""
    model = mlp()
    before = model.state_dict()
    yield model
    assert model.state_dict() == before


def at(i, row):
    """The samples, with another one at i."""
    return [*X[:i], row, *X[i + 1 :]]


# ---- X


@pytest.mark.parametrize(
    ("X", "error", "text"),
    [
        (at(5, [1.0, math.nan]), ValueError, "X: sample 5 has nan in feature 1; fill it in, or leave the sample out"),
        (at(3, [-math.inf, 1.0]), ValueError, "X: sample 3 has -inf in feature 0"),
        (at(3, [None, 1.0]), ValueError, "X: sample 3 has nan in feature 0"),
        (at(4, [1.0]), ValueError, "X: sample 4 has 1 numbers, but sample 0 has 2: give rows of one length"),
        (at(4, [1.0, "tall"]), TypeError, r"X: sample 4 is \[1.0, 'tall'\], not a row of numbers"),
        (at(2, [1.0, 10**400]), TypeError, "X: sample 2 is .*, not a row of numbers"),
        (at(2, [1.0, 1j]), TypeError, r"X: sample 2 is \[1.0, 1j\], not a row of numbers"),
        (np.array(at(2, [1.0, 1j])), TypeError, "X: sample 0 is .*, not a row of numbers"),
        (np.array([["1", "2"]] * 7), TypeError, "X: sample 0 is .*, not a row of numbers"),
        (np.array([[0, 1]] * 7, dtype="datetime64[s]"), TypeError, "X: sample 0 is .*, not a row of numbers"),
        ([[Value(1.0), 2.0]] * 7, TypeError, "X: sample 0 is .*, not a row of numbers"),
        ({"a": [1.0]}, TypeError, "X is a dict, not an array of numbers"),
        (np.zeros((7, 2, 1)), ValueError, r"X has shape \(7, 2, 1\); give \(samples, features\), at least one of each"),
        ([], ValueError, r"X has shape \(0,\); give \(samples, features\), at least one of each"),
        (1.0, ValueError, r"X has shape \(\); give \(samples, features\)"),
        ([x[:1] for x in X], ValueError, r"Layer\(2, 3, 'tanh'\) takes 2 inputs, x has 1"),
    ],
)
def test_samples_that_are_none_are_refused(model, X, error, text):
    with pytest.raises(error, match=text):
        train(model, X)
    with pytest.raises(error, match=text):
        predict(model, X)


def test_samples_of_the_validation_data_are_refused_as_such(model):
    with pytest.raises(ValueError, match="validation X: sample 1 has nan in feature 0"):
        train(model, validation=([[1.0, 2.0], [math.nan, 2.0]], [1.0, 2.0]))
    with pytest.raises(ValueError, match="takes 2 inputs, x has 3"):
        train(model, validation=([[1.0, 2.0, 3.0]], [1.0]))
    with pytest.raises(ValueError, match="validation X has 2 samples, but there are 3 targets: sample 2 has no input"):
        train(model, validation=([[1.0, 2.0]] * 2, [1.0] * 3))
    with pytest.raises(ValueError, match="validation y: sample 1 has nan; fill it in, or leave"):
        train(model, validation=([[1.0, 2.0]] * 2, [1.0, math.nan]))


MASKED = np.ma.masked_equal(X, 0.25)
DAYS = np.arange(7).astype("datetime64[D]")


@pytest.mark.parametrize("masked", [MASKED, list(MASKED)], ids=["array", "rows"])
def test_what_is_masked_is_refused(model, masked):
    for refused in (lambda: train(model, masked), lambda: predict(model, masked)):
        with pytest.raises(ValueError, match="X: sample 2 is masked; fill it in, or leave the sample out"):
            refused()
    with pytest.raises(ValueError, match="y: sample 4 is masked; fill it in"):
        train(model, y=np.ma.masked_equal(Y, Y[4]))
    with pytest.raises(ValueError, match="validation y: sample 0 is masked; fill it in"):
        train(model, validation=(X[:1], np.ma.masked_equal(Y[:1], Y[0])))


def test_an_array_of_which_nothing_is_masked_is_as_any_other():
    assert train(X=np.ma.array(X), y=np.ma.array(Y)).loss == train().loss


@pytest.mark.parametrize("times", [DAYS, DAYS - DAYS[0], list(DAYS), np.array([*DAYS, 0], dtype=object)[:7]])
def test_times_are_no_numbers(model, times):
    with pytest.raises(TypeError, match=r"X: sample 0 is .*, not a row of numbers"):
        train(model, times)
    with pytest.raises(TypeError, match=r"y has times, of type .*; give numbers, in a unit of your choice"):
        train(model, y=times)


# ---- y


@pytest.mark.parametrize("options", [{}, {"validation": 0.5}], ids=["all", "with a share set apart"])
@pytest.mark.parametrize("sample", [0, 3, 6])
@pytest.mark.parametrize(
    ("loss", "targets", "wrong", "text"),
    [
        ("mean_squared_error", Y, math.nan, "y: sample {} has nan; fill it in, or leave the sample out"),
        ("huber", Y, math.inf, "y: sample {} has inf; fill it in"),
        ("hinge", [1, -1, 1, 1, -1, 1, 1], 0, "fit: y: hinge: target 0 of sample {}: labels are -1 and \\+1"),
        ("binary_cross_entropy_from_logits", [0, 1, 1, 0, 1, 0, 0], 2, "target 2 of sample {}: a probability is"),
    ],
)
def test_targets_out_of_range_name_the_sample_before_any_training(model, loss, targets, wrong, text, sample, options):
    targets = [*targets[:sample], wrong, *targets[sample + 1 :]]
    with pytest.raises(ValueError, match=text.format(sample)):
        train(model, y=targets, loss=loss, **options)


@pytest.mark.parametrize("loss", ["cross_entropy", "cross_entropy_from_logits"])
def test_classes_out_of_range_name_the_sample(loss):
    three = MLP(2, [3], output="softmax" if loss == "cross_entropy" else "linear", seed=0)
    known = "there are 3 predictions, for classes 0 to 2"
    with pytest.raises(ValueError, match=f"fit: y: {loss}: class 3 of sample 5: {known}"):
        train(three, y=[0, 1, 2, 0, 1, 3, 0], loss=loss)
    with pytest.raises(ValueError, match=f"fit: y: {loss}: class 0.5 of sample 6: a class index is a whole number"):
        train(three, y=[0, 1, 2, 0, 1, 2, 0.5], loss=loss)


@pytest.mark.parametrize(
    ("y", "error", "text"),
    [
        (Y[:5], ValueError, "X has 7 samples, but there are 5 targets: sample 5 has no target"),
        ([*Y, 1.0, 2.0], ValueError, "X has 7 samples, but there are 9 targets: sample 7 has no input"),
        (1.0, ValueError, "y is 1.0; give a target for each sample"),
        ([[1.0], [1.0, 2.0], *Y[2:]], ValueError, "y: sample 1 has 2 numbers, but sample 0 has 1"),
        ([[1.0, 2.0]] * 7, ValueError, "fit: y: mean_squared_error: sample 0 has 1 prediction but 2 targets"),
        (["cat", "dog"] * 3 + ["cat"], TypeError, "the target of sample 0 is 'cat', not a number: number the classes"),
    ],
)
def test_targets_of_wrong_shapes_are_refused(model, y, error, text):
    with pytest.raises(error, match=text):
        train(model, y=y)


@pytest.mark.parametrize("loss", ["cross_entropy", "cross_entropy_from_logits", cross_entropy_from_logits])
def test_losses_of_classes_refuse_a_model_of_one_output(model, loss):
    """For a flat list of outputs is one sample to them, and these targets its classes."""
    with pytest.raises(ValueError, match=r"fit: loss .* takes an output for each class: for one output there"):
        train(model, y=[0, 0, 0, 0, 0, 0, 1], loss=loss)


def test_a_model_that_is_sure_of_one_sample_may_be_wrong_about_it_later():
    """That the loss of the first sample's output is infinite with other samples' targets says nothing of theirs."""
    model = MLP(1, [1], output="sigmoid", seed=0)
    model.layers[0].weights, model.layers[0].biases = [[1.0]], [0.0]
    history = fit(model, [-1000.0, 1.0], [0, 1], loss="binary_cross_entropy", optimizer=SGD(model, lr=0.0), epochs=1)
    assert history.loss[0] == pytest.approx(math.log1p(math.exp(-1.0)) / 2, rel=1e-14)


# ---- settings


@pytest.mark.parametrize(
    ("options", "error", "text"),
    [
        ({"loss": "mse"}, ValueError, "fit: loss 'mse' is unknown; there are mean_squared_error, mean_absolute_error"),
        ({"loss": None}, ValueError, "fit: loss None is unknown"),
        ({"loss": ["huber"]}, ValueError, r"fit: loss \['huber'\] is unknown"),
        ({"optimizer": "Adam"}, ValueError, "fit: optimizer 'Adam' is unknown; there are sgd, adagrad, rmsprop, adam"),
        ({"optimizer": lambda model: "sgd"}, TypeError, "fit: optimizer gave a str, not an nn.Optimizer"),
        ({"optimizer": Adam(mlp())}, ValueError, "fit: the optimizer has 13 parameters that are not of the model"),
        ({"epochs": -1}, ValueError, "fit: epochs = -1 must be 0 or more"),
        ({"epochs": 2.0}, TypeError, "fit: epochs = 2.0 is a float, not a whole number"),
        ({"epochs": True}, TypeError, "fit: epochs = True is a bool, not a whole number"),
        ({"batch_size": 0}, ValueError, "fit: batch_size = 0 must be 1 or more"),
        ({"batch_size": -3}, ValueError, "fit: batch_size = -3 must be 1 or more"),
        ({"batch_size": 2.5}, TypeError, "fit: batch_size = 2.5 is a float, not a whole number"),
        ({"patience": 0}, ValueError, "fit: patience = 0 must be 1 or more"),
        ({"seed": -1}, ValueError, "seed: -1 is negative"),
        ({"seed": True}, TypeError, "seed: True is bool"),
        ({"seed": "now"}, TypeError, "seed: 'now' is str, neither an int nor a numpy Generator"),
        ({"clip": 0}, ValueError, "fit: clip = 0 must be above 0"),
        ({"clip": math.nan}, ValueError, "fit: clip = nan must be above 0"),
        ({"clip": "1"}, TypeError, "fit: clip = '1' is a str, not a number"),
        ({"schedule": 0.1}, TypeError, "fit: schedule 0.1 is not a function"),
        ({"callbacks": print}, TypeError, "fit: callbacks=<built-in function print>; give a list of functions"),
        ({"callbacks": ["print"]}, TypeError, "fit: callbacks 'print' is not a function"),
        ({"metrics": [accuracy]}, TypeError, "fit: metrics=.*; give a dict of functions by name"),
        ({"metrics": {"accuracy": 1}}, TypeError, "fit: metric 'accuracy' 1 is not a function"),
        ({"metrics": {"loss": accuracy}}, ValueError, "fit: a metric can't be called 'loss'"),
        ({"metrics": {"learning_rate": accuracy}}, ValueError, "fit: a metric can't be called 'learning_rate'"),
        ({"metrics": {1: accuracy}}, ValueError, "fit: a metric can't be called 1"),
        ({"validation": 1}, ValueError, "fit: validation=1; give a share of the samples, as 0.2, or a pair"),
        ({"validation": 0.0}, ValueError, "fit: validation=0.0; give a share"),
        ({"validation": math.nan}, ValueError, "fit: validation=nan; give a share"),
        ({"validation": True}, TypeError, "fit: validation=True; give a share"),
        ({"validation": (*HELD, 1)}, TypeError, r"fit: validation=.*; give a share of the samples, as 0.2, or a pair"),
        ({"validation": "some"}, TypeError, "fit: validation='some'; give a share"),
        ({"resume": True}, ValueError, "fit: resume=True needs checkpoint=, the file to go on from"),
    ],
)
def test_settings_that_are_none_are_refused(model, options, error, text):
    with pytest.raises(error, match=text):
        train(model, **options)


def test_a_function_is_no_model():
    with pytest.raises(TypeError, match="fit: the model is a function, not an nn"):
        train(lambda x: x)


def test_learning_rates_of_a_schedule_have_to_be_some(model):
    with pytest.raises(ValueError, match=r"Adam: lr = -0.5 must be 0 or more and finite"):
        train(model, schedule=lambda epoch: -0.5)


@pytest.mark.parametrize("found", [0.5, np.float64(0.5), None, [Value(1.0)]])
def test_a_loss_has_to_give_a_value(model, found):
    with pytest.raises(TypeError, match=r"fit: the loss gave .*, not a Value computed from the model's outputs"):
        train(model, loss=lambda predictions, targets: found)


def test_a_loss_without_a_graph_is_refused(model):
    text = "fit: epoch 0, .*: the loss has no graph to learn by: is no_grad in force"
    with no_grad(), pytest.raises(ValueError, match=text):
        train(model)
    with pytest.raises(ValueError, match=text):
        train(model, loss=lambda predictions, targets: Value(predictions[0].data))


@pytest.mark.parametrize(
    ("metric", "text"),
    [
        (lambda p, t: "good", "fit: the metric 'm' is 'good', not a number"),
        (lambda p, t: [0.5, 0.5], "fit: metric 'm' is a list: give a plain number"),
        (lambda p, t: None, "fit: the metric 'm' is None, not a number"),
    ],
)
def test_a_metric_has_to_give_a_number(metric, text):
    with pytest.raises(TypeError, match=text):
        train(metrics={"m": metric})


# ---- numbers that leave the finite ones


def spoiled(loss, step):
    """A loss that gives another one at a step."""
    steps = []

    def spoiling(predictions, targets):
        value = mean_squared_error(predictions, targets)
        steps.extend([1] if value.parents else [])
        return loss(value) if len(steps) == step else value

    return spoiling


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        (lambda value: exp(value * 0.0 + 1e4), r"exp\(10000\) overflows"),
        (lambda value: log(value * 0.0), r"log\(0\) is undefined: the domain of log is a > 0"),
        (lambda value: value * 1e308 * 1e308, r" \* 1e\+308 overflows"),
    ],
)
def test_a_loss_that_is_not_finite_names_the_batch_and_makes_no_step(wrong, text):
    model, before = mlp(), {}

    def noted_and_wrong(value):
        before.update(model.state_dict())
        return wrong(value)

    loss = spoiled(noted_and_wrong, 6)  # the third batch of the second epoch
    with pytest.raises(DomainError, match=text) as caught:
        train(model, loss=loss, shuffle=False, engine="eager")  # a recorded loss is not called at every step
    assert str(caught.value).startswith("fit: epoch 1, batch of samples 6: ")
    assert str(caught.value).endswith("; a lower learning rate, clip=1.0 or standardized inputs may prevent it")
    assert caught.value.op == caught.value.__cause__.op != ""
    assert model.state_dict() == before != mlp().state_dict()


def test_a_step_that_leaves_the_finite_numbers_is_not_made():
    model = mlp()
    before = model.state_dict()
    with pytest.raises(ValueError, match=r"fit: epoch 0, batch of samples .*: SGD: the new value of .*: lower lr"):
        train(model, np.array(X) * 1e10, loss=lambda p, t: mean_squared_error(p, t) * 1e290, optimizer=SGD(model, 1e20))
    assert model.state_dict() == before


def test_an_error_in_a_batch_names_samples_by_their_numbers_in_x():
    """Also where some were set apart."""
    wrong = []

    def loss(predictions, targets):
        value = mean_squared_error(predictions, targets)
        if value.parents and 6 in targets:
            wrong.extend(int(t) for t in targets)
            raise ValueError("sample 1 is wrong")
        return value

    with pytest.raises(ValueError, match=r"sample \d is wrong") as caught:
        fit(Line(), np.arange(10) / 10, np.arange(10), loss=loss, batch_size=3, validation=0.1, seed=0)
    assert f"batch of samples {', '.join(map(str, wrong))}: sample {wrong[1]} is wrong" in str(caught.value)


@pytest.mark.parametrize(("as_loss", "where"), [(True, "after epoch 0, validation"), (False, "metrics")])
def test_an_error_in_a_share_set_apart_names_the_sample_by_its_number_in_x(as_loss, where):
    held = []

    def refuses(predictions, targets):
        if len(targets) == 3:
            held.extend(map(int, targets))
            raise ValueError("sample 2 is wrong, and sample 7 is none")
        return mean_squared_error(predictions, targets)

    options = {"loss": refuses} if as_loss else {"loss": mean_squared_error, "metrics": {"m": refuses}}
    with pytest.raises(ValueError, match="is wrong") as caught:
        fit(Line(), np.arange(10) / 10, np.arange(10), batch_size=7, validation=0.3, seed=0, **options)
    assert str(caught.value) == f"fit: {where}: sample {held[2]} is wrong, and sample 7 is none"
    assert held != [0, 1, 2]


def test_a_metric_refuses_the_data_before_any_training(model):
    with pytest.raises(ValueError, match="fit: metrics: accuracy: there is no threshold: for one output say"):
        train(model, y=[0, 1, 0, 1, 1, 0, 1], metrics={"accuracy": accuracy})
    with pytest.raises(ValueError, match="fit: metrics: accuracy: target 2 of sample 1: yes is 1"):
        train(model, validation=(X[:2], [0, 2]), metrics={"accuracy": lambda p, t: accuracy(p, t, threshold=0.0)})


@pytest.mark.parametrize("error", [ZeroDivisionError, DomainError])
def test_a_metric_that_is_infinite_at_first_may_be_finite_after_training(error):
    calls = []

    def metric(predictions, targets):
        calls.append(1)
        if len(calls) == 1:
            raise error("infinite")
        return 1.0

    assert train(metrics={"m": metric})["m"] == [1.0, 1.0, 1.0]


def test_long_batches_are_cut_in_messages():
    def loss(predictions, targets):
        raise ValueError("no")

    with pytest.raises(ValueError, match="fit: y: no"):
        fit(Line(), np.arange(10.0), np.arange(10), loss=loss)
    with pytest.raises(ValueError, match="fit: epoch 0, batch of samples 0, 1, 2, 3, 4, 5, 6, 7, …: no"):
        fit(Line(), np.arange(10.0), np.arange(10), loss=spoiled(loss_error, 1), shuffle=False, engine="eager")


def loss_error(value):
    raise ValueError("no")


def test_errors_of_another_kind_arrive_as_they_are():
    class Own(ValueError):
        pass

    def loss(value):
        raise Own("mine")

    with pytest.raises(Own, match=r"^mine$"):
        train(loss=spoiled(loss, 1), engine="eager")


def test_a_validation_loss_that_is_not_finite_says_so():
    far = [[1e200, 1.0]], [0.0]
    linear = MLP(2, [1], seed=0)
    with pytest.raises(ValueError, match="fit: after epoch 0, validation: the loss is inf: lower the learning rate"):
        train(linear, validation=far)
    sure = MLP(2, [1], output="sigmoid", seed=0)
    sure.layers[0].weights = [[1.0, 0.0]]
    with pytest.raises(DomainError, match="fit: after epoch 0, validation: binary_cross_entropy: sample 0 gives its"):
        train(sure, y=[0, 1, 0, 1, 0, 1, 0], loss="binary_cross_entropy", validation=([[1e4, 0.0]], [0]))


@pytest.mark.parametrize(("output", "loss"), [("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")])
def test_probabilities_are_not_taken_for_logits(output, loss):
    model = MLP(2, [1 if output == "sigmoid" else 2], output=output, seed=0)
    before = model.state_dict()
    with pytest.raises(ValueError, match=f"fit: {output} makes probabilities, no logits: take loss='{loss}'"):
        fit(model, X, [0, 1, 0, 1, 0, 1, 0], loss=f"{loss}_from_logits")
    assert model.state_dict() == before
    assert len(fit(model, X, [0, 1, 0, 1, 0, 1, 0], loss=loss, epochs=1)) == 1
