"""Find the cat: logistic regression on the colours in patches of real photographs."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from nn import Adam, Neuron, accuracy, fit, predict
from nn.pictures import cats


class Result(NamedTuple):
    """`majority` is the test accuracy of always answering what is most frequent in training."""

    train_size: int
    test_size: int
    losses: list[float]
    train_accuracy: float
    test_accuracy: float
    majority: float
    by_photograph: dict[str, float]  # the test accuracy on each photograph's patches


def run(features: str = "histogram", epochs: int = 40, seed: int = 0) -> Result:
    """Train a neuron on the left 70 % of each photograph, and judge it by patches of the right 30 %."""
    train, test = cats(features=features, seed=seed)
    neuron = Neuron(train.X.shape[1], init="zeros")  # start with w = 0, b = 0
    descent, loss = Adam(neuron, lr=0.1), "binary_cross_entropy_from_logits"
    history = fit(neuron, train.X, train.y, loss=loss, optimizer=descent, epochs=epochs, seed=seed)  # find the best
    right = (predict(neuron, test.X) > 0) == test.y  # a cat where σ(w·x + b) > ½, that is w·x + b > 0
    names = np.array([place.photograph for place in test.places])
    return Result(
        train_size=len(train.X),
        test_size=len(test.X),
        losses=history.loss,
        train_accuracy=accuracy(predict(neuron, train.X), train.y, threshold=0),
        test_accuracy=float(np.mean(right)),
        majority=float(np.mean(test.y == (np.mean(train.y) > 0.5))),
        by_photograph={str(name): float(np.mean(right[names == name])) for name in np.unique(names)},
    )


def main() -> Result:
    """Print how often the neuron is right, beside an answer that needs no picture."""
    result = run()
    print(f"{result.train_size} patches to train on, {result.test_size} of other places to test; half of them cat")
    print(f"loss: {result.losses[0]:.3f} in the first epoch, {result.losses[-1]:.3f} in the last")
    print(f"accuracy: train {result.train_accuracy:.3f}, test {result.test_accuracy:.3f}")
    print(f"  always the majority's answer: {result.majority:.3f}")
    for name, share in result.by_photograph.items():
        print(f"  patches of the {name}: {share:.3f}")
    return result


if __name__ == "__main__":
    main()
