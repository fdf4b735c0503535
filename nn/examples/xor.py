"""XOR: no perceptron computes it, three of them in two layers do, and a small network learns it."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from nn import MLP, Adam, accuracy, data, fit, predict
from nn.perceptron import Learning, Perceptron
from nn.separability import separable

NAND, OR, AND = Perceptron(2, [-1, -1], 1.5), Perceptron(2, [1, 1], -0.5), Perceptron(2, [1, 1], -1.5)


class Result(NamedTuple):
    """`proof` has a weight for each row: the mean of those of label 1 is the same point as that of label 0."""

    rule: Learning  # what one perceptron went through
    weights: tuple[float, float, float]  # w₁, w₂ and b where it cycles
    proof: tuple[Fraction, ...]
    table: list[list[int]]  # a, b, NAND, OR, AND of these two
    outputs: list[float]  # of a trained network, for 00, 01, 10, 11
    learned: dict[int, list[bool]]  # whether it was, from each of several first weights, by hidden neurons


def run(starts: int = 10, epochs: int = 100) -> Result:
    """Try one perceptron, prove that it can't, and use two layers: by hand, then trained from several first weights."""
    X, y, *_ = data.gate("xor")
    single = Perceptron(2)
    rule = single.fit(X, y)
    proof: Any = separable(X, y).multipliers

    nand, either = NAND.predict(X), OR.predict(X)
    both = AND.predict(np.column_stack([nand, either]))
    table = np.column_stack([X, nand, either, both]).astype(int).tolist()

    networks = {hidden: [trained(hidden, epochs, seed) for seed in range(starts)] for hidden in (2, 4)}
    learned = {
        hidden: [accuracy(predict(model, X), y, threshold=0.5) == 1 for model in models]
        for hidden, models in networks.items()
    }
    return Result(rule, (*single.weights, single.bias), proof, table, predict(networks[4][0], X).tolist(), learned)


def trained(hidden: int, epochs: int, seed: int) -> MLP:
    """A network that gives the probability of 1."""
    X, y, *_ = data.gate("xor")
    model = MLP(2, [hidden, 1], activation="tanh", output="sigmoid", seed=seed)
    fit(model, X, y, loss="binary_cross_entropy", optimizer=Adam(model, lr=0.2), epochs=epochs, batch_size=None)
    return model


def main() -> Result:
    """Print why one is not enough, the truth table of three, and what was learned."""
    result = run()
    rule, (w1, w2, b) = result.rule, result.weights
    counts, period = ", ".join(map(str, rule.mistakes_per_epoch)), rule.period or 0
    print(f"one perceptron, by the rule: {counts} mistakes in its epochs; it {rule.outcome}, period {period}:")
    print(f"  w = ({w1:g}, {w2:g}), b = {b:g} after epoch {rule.epochs - period}, and again after epoch {rule.epochs}")
    p00, p01, p10, p11 = result.proof
    print(f"no line can: {p01} (0,1) + {p10} (1,0) = {p00} (0,0) + {p11} (1,1), which would be on both sides")
    print("a b  nand or  and(nand, or)")
    for a, b, nand, either, both in result.table:
        print(f"{a} {b}    {nand}  {either}        {both}")
    print(f"trained, 4 hidden neurons, P(1): {' '.join(f'{p:.3f}' for p in result.outputs)}")
    for hidden, successes in result.learned.items():
        print(f"  {hidden} hidden neurons learn it from {sum(successes)} of {len(successes)} first weights")
    return result


if __name__ == "__main__":
    main()
