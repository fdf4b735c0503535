"""Labels are 0 or 1, yet what logistic regression learns from them is the probability P(y = 1 given x)."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nn import Neuron, binary_cross_entropy, cosine_decay, fit, predict
from nn.initializers import generator

Floats = NDArray[np.float64]

WEIGHT, BIAS = 1.5, -0.5  # of the probability to be found


class Result(NamedTuple):
    """Cross entropies are means over `x`, evenly spaced; H(P, Q) is H(P, P) where Q is P, and more elsewhere."""

    x: Floats
    P: Floats  # P(y = 1 given x)
    Q: Floats  # what was learned
    entropy: float  # H(P, P)
    before: float  # H(P, Q) before training
    after: float  # H(P, Q) after it


def run(samples: int = 2000, epochs: int = 10, seed: int = 0) -> Result:
    """Draw labels by a known probability, train a neuron on them, and compare."""
    rng = generator(seed)
    drawn = rng.uniform(-3, 3, samples)
    labels = rng.random(samples) < probability(drawn)

    x = np.linspace(-3, 3, 25)
    P = probability(x)
    neuron = Neuron(1, "sigmoid", init="zeros")
    before = cross_entropy(P, predict(neuron, x))
    rate = cosine_decay(0.1, epochs)
    fit(neuron, drawn, labels, loss="binary_cross_entropy", schedule=rate, epochs=epochs, seed=seed)  # by Adam
    Q = predict(neuron, x)
    return Result(x, P, Q, cross_entropy(P, P), before, cross_entropy(P, Q))


def probability(x: Floats) -> Floats:
    """P(y = 1 given x)."""
    return 1 / (1 + np.exp(-(WEIGHT * x + BIAS)))


def cross_entropy(P: Floats, Q: Floats) -> float:
    """H(P, Q) = −Σ P ln Q over both labels, averaged over x."""
    return float(binary_cross_entropy(Q, P))


def main() -> Result:
    """Print P beside Q at some x, and the cross entropies."""
    result = run()
    print("    x    P(1|x)  Q(1|x)")
    for x, p, q in list(zip(result.x, result.P, result.Q, strict=True))[::4]:
        print(f"{x:5.1f}   {p:.3f}   {q:.3f}")
    print(f"H(P,Q): {result.before:.4f} at first, {result.after:.4f} learned; H(P,P), the least: {result.entropy:.4f}")
    return result


if __name__ == "__main__":
    main()
