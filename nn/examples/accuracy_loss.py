"""Accuracy as the loss: its gradient is 0 wherever it has one, and nothing is learned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import numerical_gradient
from nn import MLP, SGD, accuracy, binary_cross_entropy, data, fit, mean_squared_error, predict
from nn.initializers import generator

Floats = NDArray[np.float64]

# The output of the network, and its loss. Outputs of step are 0 or 1 as the labels are: the mean of (y − t)² is the
# share of wrong ones, 1 − accuracy.
LOSSES: dict[str, tuple[str, Callable[..., Any]]] = {
    "1 - accuracy": ("step", mean_squared_error),
    "cross entropy": ("sigmoid", binary_cross_entropy),
}


class Shown(NamedTuple):
    """One loss. Gradients have a row for each point, a column for each weight and bias."""

    by_differences: Floats
    by_engine: Floats
    along_line: Floats  # the loss, while one weight goes from −3 to 3
    before: float  # accuracy
    after: float  # accuracy, when the loss has been minimized by gradient descent


def run(samples: int = 50, points: int = 5, epochs: int = 100, seed: int = 0) -> dict[str, Shown]:
    """For both losses, gradients at random points, the loss along a line, and what is learned."""
    return {name: shown(output, loss, samples, points, epochs, seed) for name, (output, loss) in LOSSES.items()}


def shown(output: str, loss: Callable[..., Any], samples: int, points: int, epochs: int, seed: int) -> Shown:
    """The figures of one loss."""
    X, y, *_ = data.moons(samples, seed=seed)
    model = MLP(2, [4, 1], activation="tanh", output=output, seed=seed)
    before = accuracy(predict(model, X), y, threshold=0.5)
    fit(model, X, y, loss=loss, optimizer=SGD(model, lr=1.0), epochs=epochs, batch_size=None)
    after = accuracy(predict(model, X), y, threshold=0.5)

    parameters = model.parameters()

    def at(*numbers: float) -> Any:
        for p, number in zip(parameters, numbers, strict=True):
            p.data = number
        return loss([model(x) for x in X.tolist()], y)

    def gradient(*numbers: float) -> list[float]:
        model.zero_grad()
        at(*numbers).backward()
        return [p.grad for p in parameters]

    places = generator(seed).normal(size=(points, len(parameters))).tolist()
    by_differences = np.array([numerical_gradient(at, place, h=1e-4) for place in places])
    by_engine = np.array([gradient(*place) for place in places])
    *others, _, b = places[0]  # the last weight and the last bias
    along_line = np.array([at(*others, w, b).data for w in np.linspace(-3, 3, 301).tolist()])
    return Shown(by_differences, by_engine, along_line, before, after)


def main() -> dict[str, Shown]:
    """Print how many derivatives are not 0, how many values the loss takes on a line, and what was learned."""
    result = run()
    print("loss           derivatives not 0:             values on    accuracy by")
    print("               differences   by the engine    a line       minimizing it")
    for name, (by_differences, by_engine, along_line, before, after) in result.items():
        counts = [f"{np.count_nonzero(gradients):3} of {gradients.size}" for gradients in (by_differences, by_engine)]
        values = f"{len(np.unique(along_line)):3} of {len(along_line)}"
        print(f"{name:14} {counts[0]:13} {counts[1]:16} {values:12} {before:.2f} -> {after:.2f}")
    return result


if __name__ == "__main__":
    main()
