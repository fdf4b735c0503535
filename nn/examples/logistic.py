"""Logistic regression, written out: is a tumour benign, judged by 30 measures of its cells?"""

from __future__ import annotations

from typing import NamedTuple

from autograd import Value, sigmoid
from nn import Neuron, accuracy, binary_cross_entropy, data, predict, standardize, train_test_split


class Result(NamedTuple):
    """`gradient_error` is how far ∂loss/∂z by the engine is from ŷ − y, at most, over the test samples."""

    train_size: int
    test_size: int
    losses: list[float]
    train_accuracy: float
    test_accuracy: float
    gradient_error: float


def run(steps: int = 80, rate: float = 0.5, seed: int = 0) -> Result:
    """Train a neuron ŷ = σ(w·x + b) on 70 % of the tumours, and judge it by the others."""
    X, y, *_ = data.breast_cancer()
    X, X_test, y, y_test = train_test_split(X, y, test=0.3, stratify=True, seed=seed)
    X, X_test = standardize(X, X_test)

    neuron = Neuron(30, "sigmoid", init="zeros")  # start with w = 0, b = 0
    losses = []
    for _ in range(steps):  # find the best w and b
        y_hat = [neuron(x) for x in X.tolist()]
        loss = binary_cross_entropy(y_hat, y)  # the mean of −[y log ŷ + (1 − y) log(1 − ŷ)]
        neuron.zero_grad()
        loss.backward()
        for p in neuron.parameters():
            p.data -= rate * p.grad
        losses.append(loss.data)

    z = X_test @ neuron.weights + neuron.bias
    return Result(
        train_size=len(X),
        test_size=len(X_test),
        losses=losses,
        train_accuracy=accuracy(predict(neuron, X), y, threshold=0.5),
        test_accuracy=accuracy(predict(neuron, X_test), y_test, threshold=0.5),
        gradient_error=max(map(gradient_error, z.tolist(), y_test.tolist())),
    )


def gradient_error(logit: float, y: int) -> float:
    """|∂loss/∂z − (ŷ − y)| of one sample: the chain rule's σ'(z) cancels."""
    z = Value(logit)
    y_hat = sigmoid(z)
    loss = binary_cross_entropy(y_hat, y)
    loss.backward()
    return abs(z.grad - (y_hat.data - y))


def main() -> Result:
    """Print the loss on the way, and how often the neuron is right."""
    result = run()
    losses = result.losses
    print(f"breast cancer: {result.train_size} tumours to train on, {result.test_size} to test")
    for step in (0, 10, len(losses) - 1):
        print(f"loss before step {step + 1:3}: {losses[step]:.4f}")
    print(f"accuracy: train {result.train_accuracy:.3f}, test {result.test_accuracy:.3f}")
    print(f"d loss / d z = y_hat - y, within {result.gradient_error:.0e}")
    return result


if __name__ == "__main__":
    main()
