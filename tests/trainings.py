"""Trainings with every activation and loss that PyTorch has too, and what PyTorch's losses and gradients are in them.

`python tests/trainings.py` records torch_trainings.json anew; it needs torch.
"""

from __future__ import annotations

import json
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from nn import LOSSES, MLP, OPTIMIZERS, fit, mean_squared_error

RECORD = Path(__file__).with_name("torch_trainings.json")
RECORDED_STEPS = (1, 2, 10, 50)
EPOCHS, BATCH = 25, 4  # of six samples: batches of four and of two, so 50 steps, whose gradients never settle
INPUTS, HIDDEN = 2, [3, 2]
OPTIONS = {"sgd": {"lr": 0.02, "momentum": 0.9}, "adam": {"lr": 0.01}}

# As PyTorch writes them: z is a tensor, F is torch.nn.functional.
ACTIVATIONS = {
    "linear": lambda torch, z: z,
    "relu": lambda torch, z: torch.relu(z),
    "leaky_relu": lambda torch, z: torch.nn.functional.leaky_relu(z),
    "elu": lambda torch, z: torch.nn.functional.elu(z),
    "gelu": lambda torch, z: torch.nn.functional.gelu(z),
    "silu": lambda torch, z: torch.nn.functional.silu(z),
    "softplus": lambda torch, z: torch.nn.functional.softplus(z),
    "log_sigmoid": lambda torch, z: torch.nn.functional.logsigmoid(z),
    "sigmoid": lambda torch, z: torch.sigmoid(z),
    "tanh": lambda torch, z: torch.tanh(z),
    "sin": lambda torch, z: torch.sin(z),
    "cos": lambda torch, z: torch.cos(z),
    "arctan": lambda torch, z: torch.arctan(z),
    "arcsinh": lambda torch, z: torch.arcsinh(z),
    "sinh": lambda torch, z: torch.sinh(z),
    "erf": lambda torch, z: torch.erf(z),
    "absolute": lambda torch, z: torch.abs(z),
    "square": lambda torch, z: torch.square(z),
    "expm1": lambda torch, z: torch.expm1(z),
    "softmax": lambda torch, z: torch.softmax(z, dim=1),
}


def squares(torch, y, t, factor):
    m, n = y.shape
    return factor(m, n) * ((y - t) ** 2).sum()


# Loss: ours, PyTorch's, the activation of the output that it needs, and the targets.
NUMBERS = [[0.3, -0.8], [1.1, 0.4], [-0.6, 0.9], [0.2, 1.7], [-1.3, -0.2], [0.7, 0.1]]
CLASSES = [0, 2, 1, 1, 0, 2]
SIGNS = [1, -1, -1, 1, 1, -1]
YES_NO = [[0, 1], [1, 1], [0, 0], [1, 0], [0.25, 1], [0.5, 0.75]]
DISTRIBUTIONS = [[0.5, 0.25, 0.25], [0, 1, 0], [0, 0.5, 0.5], [1, 0, 0], [0.125, 0.125, 0.75], [0.25, 0.5, 0.25]]
COMPARED = {
    "mean_squared_error": (lambda torch, y, t: torch.nn.functional.mse_loss(y, t), "linear", NUMBERS),
    "mean_squared_error 1/n": (lambda torch, y, t: squares(torch, y, t, lambda m, n: 1 / m), "linear", NUMBERS),
    "mean_squared_error 1/2": (lambda torch, y, t: squares(torch, y, t, lambda m, n: 0.5), "linear", NUMBERS),
    "mean_squared_error 1/(2m)": (lambda torch, y, t: squares(torch, y, t, lambda m, n: 0.5 / m), "linear", NUMBERS),
    "mean_absolute_error": (lambda torch, y, t: torch.nn.functional.l1_loss(y, t), "linear", NUMBERS),
    "huber": (lambda torch, y, t: torch.nn.functional.huber_loss(y, t), "linear", NUMBERS),
    "hinge": (lambda torch, y, t: torch.clamp(1 - t * y[:, 0], min=0).mean(), "linear", SIGNS),
    "binary_cross_entropy": (
        lambda torch, y, t: torch.nn.functional.binary_cross_entropy(y, t),
        "sigmoid",
        YES_NO,
    ),
    "binary_cross_entropy_from_logits": (
        lambda torch, y, t: torch.nn.functional.binary_cross_entropy_with_logits(y, t),
        "linear",
        YES_NO,
    ),
    "cross_entropy": (lambda torch, y, t: torch.nn.functional.nll_loss(torch.log(y), t), "softmax", CLASSES),
    "cross_entropy of distributions": (lambda torch, y, t: -(t * torch.log(y)).sum(1).mean(), "softmax", DISTRIBUTIONS),
    "cross_entropy_from_logits": (
        lambda torch, y, t: torch.nn.functional.cross_entropy(y, t),
        "linear",
        CLASSES,
    ),
    "cross_entropy_from_logits of distributions": (
        lambda torch, y, t: torch.nn.functional.cross_entropy(y, t),
        "linear",
        DISTRIBUTIONS,
    ),
}


class Case(NamedTuple):
    activation: str
    loss: str
    optimizer: str

    @property
    def name(self):
        return f"{self.activation}, {self.loss}, {self.optimizer}"

    @property
    def outputs(self):
        targets = COMPARED[self.loss][2]
        return len(targets[0]) if isinstance(targets[0], list) else 3 if targets is CLASSES else 1


CASES = [Case(activation, "mean_squared_error", optimizer) for activation in ACTIVATIONS for optimizer in OPTIONS]
CASES += [Case("tanh", loss, optimizer) for loss in list(COMPARED)[1:] for optimizer in OPTIONS]

X = [[0.5, -1.25], [1.5, 0.75], [-0.75, 0.25], [0.25, 1.0], [-1.0, -0.5], [1.25, -0.25]]


def start(count):
    """Weights that no two parameters share, exact in binary."""
    return [((61 * k) % 97 - 48) / 64 for k in range(1, count + 1)]


def model_of(case):
    model = MLP(INPUTS, [*HIDDEN, case.outputs], case.activation, COMPARED[case.loss][1])
    model.load_state_dict(dict(zip(model.state_dict(), start(len(model.parameters())), strict=True)))
    return model


def loss_of(case):
    name, _, form = case.loss.partition(" ")
    return partial(mean_squared_error, form=form) if form.startswith("1/") else LOSSES[name]


def training(case, model=None, loss=None, **options):
    """The loss and the gradients of every step that `fit` makes."""
    model, loss = model or model_of(case), loss or loss_of(case)
    losses, gradients = [], []
    optimizer = OPTIMIZERS[case.optimizer](model, **OPTIONS[case.optimizer])
    update = optimizer.update

    def noted_update(w, g):
        gradients.append(g.tolist())
        return update(w, g)

    def noted_loss(predictions, targets):
        value = loss(predictions, targets)
        if value.parents:  # a step, no look at the targets
            losses.append(value.data)
        return value

    optimizer.update = noted_update
    targets = COMPARED[case.loss][2]
    settings = {"epochs": EPOCHS, "batch_size": BATCH, "shuffle": False, **options}
    fit(model, X, targets, loss=noted_loss, optimizer=optimizer, **settings)
    return losses, gradients


def torch_training(torch, case):
    """The same by PyTorch."""
    loss, output, targets = COMPARED[case.loss]
    layers = torch_layers(torch, [INPUTS, *HIDDEN, case.outputs])
    parameters = [p for layer in layers for p in layer]
    optimizer = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}[case.optimizer](
        parameters, **OPTIONS[case.optimizer]
    )
    x = torch.tensor(X, dtype=torch.float64)
    t = torch.tensor(targets) if targets is CLASSES else torch.tensor(targets, dtype=torch.float64)
    losses, gradients = [], []
    for first in [0, BATCH] * EPOCHS:
        y = x[first : first + BATCH]
        for k, (W, b) in enumerate(layers):
            y = ACTIVATIONS[case.activation if k < len(HIDDEN) else output](torch, y @ W.T + b)
        optimizer.zero_grad()
        value = loss(torch, y, t[first : first + BATCH])
        value.backward()
        losses.append(value.item())
        gradients.append(as_listed([(W.grad.tolist(), b.grad.tolist()) for W, b in layers]))
        optimizer.step()
    return losses, gradients


def torch_layers(torch, widths):
    """W and b of each layer, of the numbers of `start`: a neuron's weights, then its bias."""
    numbers = iter(start(sum((n + 1) * m for n, m in pairwise(widths))))
    layers = []
    for n, m in pairwise(widths):
        rows = [[next(numbers) for _ in range(n + 1)] for _ in range(m)]
        parts = [row[:-1] for row in rows], [row[-1] for row in rows]
        layers.append(tuple(torch.tensor(part, dtype=torch.float64, requires_grad=True) for part in parts))
    return layers


def as_listed(layers):
    """Matrices and biases in the order of `parameters()`."""
    return [number for W, b in layers for row, bias in zip(W, b, strict=True) for number in (*row, bias)]


def shortened(losses, gradients):
    """What is recorded of a training: some losses, and the last gradients, which follow from all that went before."""
    return [[losses[step - 1] for step in RECORDED_STEPS], gradients[-1]]


def record():
    """Writes what PyTorch's trainings go through, one line a case."""
    import torch

    torch.set_num_threads(1)
    lines = [f"{json.dumps(case.name)}: {json.dumps(shortened(*torch_training(torch, case)))}" for case in CASES]
    what = f"torch {torch.__version__}, float64: losses of steps {RECORDED_STEPS}, gradients of the last"
    RECORD.write_text("{\n" + ",\n".join([f'"recorded from": {json.dumps(what)}', *lines]) + "\n}\n")


if __name__ == "__main__":
    record()
