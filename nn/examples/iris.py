"""Three sigmoids (any number of labels) and a softmax (exactly one class), side by side on iris flowers.

Versicolor lies between the other two, where no straight cut separates it: the sigmoid that is asked about it alone errs
often, while softmax only needs its logit to be the largest.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nn import Adam, Layer, accuracy, data, fit, one_hot, predict, standardize, train_test_split

Floats = NDArray[np.float64]


class Result(NamedTuple):
    """Everything of the test samples."""

    species: tuple[str, ...]
    labels: NDArray[np.int64]
    sigmoids: Floats  # (samples, species): three probabilities, each an answer of its own
    softmax: Floats  # (samples, species): one distribution
    answers: list[float]  # how often the answer of each sigmoid is right
    sigmoid_accuracy: float  # of the largest
    softmax_accuracy: float


def run(epochs: int = 40, seed: int = 0) -> Result:
    """Train two layers of three neurons on the same flowers: they differ in activation and loss alone."""
    X, y, _, species, *_ = data.iris()
    X, X_test, y, y_test = train_test_split(X, y, test=0.3, stratify=True, seed=seed)
    X, X_test = standardize(X, X_test)

    # Several may hold: each is a yes/no question, with a loss −[y log ŷ + (1 − y) log(1 − ŷ)] of its own.
    questions = Layer(4, 3, "sigmoid", seed=seed)
    descent = Adam(questions, lr=0.1)
    fit(questions, X, one_hot(y), loss="binary_cross_entropy", optimizer=descent, epochs=epochs, seed=seed)
    # Exactly one holds: one question with three answers, and a loss −Σ y log ŷ.
    choice = Layer(4, 3, "softmax", seed=seed)
    descent = Adam(choice, lr=0.1)
    fit(choice, X, y, loss="cross_entropy", optimizer=descent, epochs=epochs, seed=seed)

    sigmoids, softmax = predict(questions, X_test), predict(choice, X_test)
    return Result(
        species=species,
        labels=y_test,
        sigmoids=sigmoids,
        softmax=softmax,
        answers=[accuracy(sigmoids[:, k], y_test == k, threshold=0.5) for k in range(3)],
        sigmoid_accuracy=accuracy(sigmoids, y_test),
        softmax_accuracy=accuracy(softmax, y_test),
    )


def main() -> Result:
    """Print accuracies, and what the outputs of a flower sum to."""
    result = run()
    print(f"iris: {len(result.labels)} flowers to test, of {', '.join(result.species)}")
    for name, outputs, share in (
        ("sigmoids", result.sigmoids, result.sigmoid_accuracy),
        ("softmax", result.softmax, result.softmax_accuracy),
    ):
        sums = outputs.sum(axis=1)
        print(f"{name + ':':9} the largest is right for {share:.3f}; they sum to {sums.min():.3f} ... {sums.max():.3f}")
    for name, share in zip(result.species, result.answers, strict=True):
        print(f"  'is it {name}?' answered right for {share:.3f}")
    return result


if __name__ == "__main__":
    main()
