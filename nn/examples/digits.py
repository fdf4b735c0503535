"""Handwritten digits: softmax regression, and a network with a hidden layer that beats it."""

from __future__ import annotations

from typing import NamedTuple

from nn import MLP, accuracy, cosine_decay, data, fit, predict, train_test_split


class Score(NamedTuple):
    """A network, and how it did."""

    model: MLP
    losses: list[float]
    train_accuracy: float
    test_accuracy: float


class Result(NamedTuple):
    """Both networks, on the same digits."""

    train_size: int
    test_size: int
    softmax_regression: Score
    mlp: Score


def run(hidden: int = 32, epochs: int = 8, seed: int = 0) -> Result:
    """Train on 70 % of the digits, with as many of each in both parts, and judge by the others."""
    X, y, *_ = data.digits()
    X, X_test, y, y_test = train_test_split(X, y, test=0.3, stratify=True, seed=seed)

    def score(sizes: list[int]) -> Score:
        model = MLP(64, sizes, activation="tanh", seed=seed)  # 64 pixels in, 10 logits out
        loss, rate = "cross_entropy_from_logits", cosine_decay(0.02, epochs)  # of Adam
        history = fit(model, X, y, loss=loss, schedule=rate, epochs=epochs, batch_size=16, seed=seed)
        return Score(model, history.loss, accuracy(predict(model, X), y), accuracy(predict(model, X_test), y_test))

    return Result(len(X), len(X_test), softmax_regression=score([10]), mlp=score([hidden, 10]))


def main() -> Result:
    """Print the size of both networks, their losses and accuracies."""
    result = run()
    print(f"digits: {result.train_size} to train on, {result.test_size} to test")
    for name, (model, losses, train, test) in (
        ("softmax regression", result.softmax_regression),
        ("hidden layer", result.mlp),
    ):
        print(f"{name}: {len(model.parameters())} parameters, loss {losses[0]:.3f} -> {losses[-1]:.3f}")
        print(f"  accuracy: train {train:.3f}, test {test:.3f}")
    return result


if __name__ == "__main__":
    main()
