"""Losses and gradients of trainings with every activation and loss: against PyTorch's, live and recorded."""

import json
from functools import partial

import numpy as np
import pytest
from trainings import ACTIVATIONS, CASES, COMPARED, EPOCHS, RECORD, Case, model_of, shortened, torch_training, training

from autograd import leaky_relu
from nn import LOSSES, huber
from nn.activations import activation_names

every_case = pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def torch():
    torch = pytest.importorskip("torch")
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # numbers this few are handed round for longer than they are computed
    yield torch
    torch.set_num_threads(threads)


@pytest.fixture(scope="module")
def recorded():
    return json.loads(RECORD.read_text())


@every_case
def test_every_step_has_the_loss_and_gradients_of_pytorch(torch, case):
    losses, gradients = training(case)
    their_losses, their_gradients = torch_training(torch, case)
    assert len(losses) == 2 * EPOCHS
    np.testing.assert_allclose(losses, their_losses, rtol=1e-10, atol=0)
    np.testing.assert_allclose(gradients, their_gradients, rtol=1e-10, atol=0)


@every_case
def test_every_training_goes_as_it_went_with_pytorch(case, recorded):
    losses, gradients = shortened(*training(case))
    np.testing.assert_allclose(losses, recorded[case.name][0], rtol=1e-10, atol=0)
    np.testing.assert_allclose(gradients, recorded[case.name][1], rtol=1e-10, atol=1e-13)


def test_the_record_holds_the_cases_and_no_others(recorded):
    assert set(recorded) == {"recorded from", *(case.name for case in CASES)}


def test_every_loss_there_is_and_every_common_activation_is_compared():
    assert {name.split()[0] for name in COMPARED} == set(LOSSES)
    assert set(ACTIVATIONS) <= {*activation_names(), "softmax"}


def test_the_trainings_learn_and_the_cases_differ(recorded):
    trainings = {name: numbers for name, numbers in recorded.items() if name != "recorded from"}
    for (first, *_, _last), gradients in trainings.values():
        assert np.isfinite(first)
        assert np.count_nonzero(gradients) > len(gradients) / 2
    # Of two outputs, 1/(2m) is 1/(mn); of probabilities that come from logits, both cross entropies are the same.
    alike = {f"tanh, mean_squared_error 1/(2m), {optimizer}" for optimizer in ("sgd", "adam")}
    alike |= {name for name in trainings if "from_logits" in name}
    told_apart = {json.dumps(numbers) for name, numbers in trainings.items() if name not in alike}
    assert len(told_apart) == len(trainings) - len(alike)


@pytest.mark.parametrize(
    ("case", "wrong"),
    [
        (Case("tanh", "huber", "sgd"), {"loss": partial(huber, delta=1.0 + 1e-8)}),
        (Case("tanh", "cross_entropy_from_logits", "adam"), {"batch_size": 3}),
        (Case("tanh", "mean_squared_error", "adam"), {"shuffle": True, "seed": 0}),
        (Case("silu", "mean_squared_error", "sgd"), {"clip": 0.1}),
    ],
    ids=["huber's delta", "batches", "order", "clipped"],
)
def test_the_comparison_sees_what_is_wrong(case, wrong, recorded):
    losses, gradients = shortened(*training(case, **wrong))
    differences = np.array([*losses, *gradients]) / np.concatenate(recorded[case.name]) - 1
    assert np.abs(differences).max() > 1e-9


def test_the_comparison_sees_a_wrong_activation(recorded):
    case = Case("leaky_relu", "mean_squared_error", "sgd")
    wrong = model_of(case)
    for layer in wrong.layers[:-1]:
        for neuron in layer.neurons:
            neuron.function = lambda z: leaky_relu(z, 0.0100001)
    losses, _ = shortened(*training(case, wrong))
    assert np.abs(np.array(losses) / recorded[case.name][0] - 1).max() > 1e-9
