"""AND, NAND and OR, each by one perceptron: with weights set by hand, and with weights that the rule finds."""

from __future__ import annotations

from typing import NamedTuple

from nn import data
from nn.perceptron import Learning, Perceptron, mistake_bound

BY_HAND = {"and": ([1.0, 1.0], -1.5), "nand": ([-1.0, -1.0], 1.5), "or": ([1.0, 1.0], -0.5)}  # w and b of step(w·x + b)


class Gate(NamedTuple):
    """`bound` is (R/γ)² of the line set by hand: the rule can't make more mistakes."""

    by_hand: Perceptron
    learned: Perceptron
    learning: Learning
    bound: float


def run() -> dict[str, Gate]:
    """Both perceptrons for each gate."""
    return {name: solved(name, w, b) for name, (w, b) in BY_HAND.items()}


def solved(name: str, w: list[float], b: float) -> Gate:
    """Learn a truth table from w = 0, b = 0, and bound the mistakes by a line that is known to separate it."""
    X, y, *_ = data.gate(name)
    learned = Perceptron(2)
    learning = learned.fit(X, y)  # w ← w + (t − y) x and b ← b + (t − y), until an epoch has no mistake
    return Gate(Perceptron(2, w, b), learned, learning, mistake_bound(X, y, w, b))


def main() -> dict[str, Gate]:
    """Print the weights, what comes out for each pair of inputs, and the mistakes on the way."""
    result = run()
    print("gate  weights      w1    w2     b   y for 00 01 10 11   mistakes, at most (R/gamma)^2")
    for name, (by_hand, learned, learning, bound) in result.items():
        print(row(name, "by hand", by_hand))
        print(row("", "by the rule", learned) + f"   {learning.mistakes}, at most {bound:g}")
    return result


def row(name: str, how: str, perceptron: Perceptron) -> str:
    """The weights of a perceptron, and its outputs."""
    numbers = "".join(f"{number:6g}" for number in (*perceptron.weights, perceptron.bias))
    outputs = "".join(f"{y:3}" for y in perceptron.predict(data.gate("and").X))
    return f"{name:5} {how:11}{numbers}       {outputs}"


if __name__ == "__main__":
    main()
