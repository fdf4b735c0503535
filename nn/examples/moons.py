"""Two moons, told apart by the network that made micrograd known: 2-16-16-1, hinge loss and L2."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from typing import Any, NamedTuple

from nn import MLP, SGD, accuracy, data, fit, predict
from nn.data import Dataset


class Result(NamedTuple):
    """`losses` are the hinge loss before each step, without L2."""

    model: MLP
    train: Dataset
    losses: list[float]
    train_accuracy: float
    test_accuracy: float


def run(samples: int = 100, epochs: int = 100, seed: int = 1) -> Result:
    """Learn all samples in every step, and judge by as many others."""
    X, y, *_ = train = data.moons(samples, noise=0.1, seed=seed)
    X_test, y_test, *_ = data.moons(samples, noise=0.1, seed=seed + 1)
    model = MLP(2, [16, 16, 1], activation="relu", seed=seed)
    # L2 is 1e-4 Σ p². A decay λ is what ½ λ Σ p² gives: λp is added to the gradient of p.
    descent = SGD(model, lr=1.0, weight_decay=2e-4)
    history = fit(
        model,
        X,
        2 * y - 1,  # hinge's labels are −1 and 1
        loss="hinge",
        optimizer=descent,
        schedule=lambda epoch: 1.0 - 0.9 * epoch / epochs,
        epochs=epochs,
        batch_size=None,
    )
    train_accuracy, test_accuracy = (accuracy(predict(model, A), b, threshold=0) for A, b in ((X, y), (X_test, y_test)))
    return Result(model, train, history.loss, train_accuracy, test_accuracy)


def plot(result: Result, file: str) -> None:
    """Save what the network says of the plane, with the samples."""
    from nn.plot import decision_boundary

    figure: Any = decision_boundary(result.model, result.train.X, result.train.y).figure
    figure.savefig(file)


def main(arguments: Sequence[str] = ()) -> Result:
    """Print the loss on the way and the accuracies; `--plot FILE` saves a picture of the decision boundary."""
    parser = ArgumentParser(prog="python -m nn.examples.moons", description=__doc__)
    parser.add_argument("--plot", metavar="FILE", help="save the decision boundary, as .png, .svg or .pdf")
    file = parser.parse_args(arguments).plot
    result = run()
    losses = result.losses
    print(f"moons: {len(result.train.X)} samples, {len(result.model.parameters())} parameters")
    for step in (0, len(losses) // 2, len(losses) - 1):
        print(f"hinge loss before step {step + 1:3}: {losses[step]:.4f}")
    print(f"accuracy: train {result.train_accuracy:.3f}, test {result.test_accuracy:.3f}")
    if file:
        plot(result, file)
        print(f"the decision boundary is in {file}")
    return result


if __name__ == "__main__":
    main(sys.argv[1:])
