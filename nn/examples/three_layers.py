"""Three layers in matrix form, with every update written out, learn to tell two moons apart."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd import Value, mean, no_grad, sigmoid, zero_grad
from nn import accuracy, data
from nn.initializers import generator, glorot_uniform

Matrix = NDArray[Any]  # of Values; or of numbers, for the samples
Shape = tuple[int, ...]
Layers = list[tuple[Matrix, Matrix]]  # w⁽ˡ⁾ and b⁽ˡ⁾ for l = 1, 2, 3

each_value: Any = np.frompyfunc(Value, 1, 1)
each_sigmoid = np.frompyfunc(sigmoid, 1, 1)


class Result(NamedTuple):
    """`shapes` is those of z, w, the layer's inputs and b in z = w a + b, layer by layer."""

    shapes: list[tuple[Shape, Shape, Shape, Shape]]
    costs: list[float]
    layers: Layers
    train_accuracy: float
    test_accuracy: float


def run(samples: int = 60, steps: int = 400, alpha: float = 0.4, seed: int = 0) -> Result:
    """Learn the samples, all of them in every step, and judge by as many others."""
    points, labels, *_ = data.moons(2 * samples, noise=0.1, seed=seed)
    X, X_test = points[:samples].T, points[samples:].T  # a sample is a column
    y, y_test = labels[:samples], labels[samples:]

    layers = initial(sizes=(2, 3, 3, 1), seed=seed)
    costs = []
    for _ in range(steps):
        J = cost(forward(layers, X)[-1], y)
        zero_grad(p for w, b in layers for p in (*w.flat, *b.flat))
        J.backward()
        for w, b in layers:
            for p in (*w.flat, *b.flat):
                p.data -= alpha * p.grad  # w⁽ˡ⁾ ← w⁽ˡ⁾ − α ∂J/∂w⁽ˡ⁾, and b⁽ˡ⁾ likewise
        costs.append(J.data)

    with no_grad():
        a, a_test = forward(layers, X), forward(layers, X_test)
    pairs = zip(layers, pairwise(a), strict=True)
    return Result(
        shapes=[(after.shape, w.shape, before.shape, b.shape) for (w, b), (before, after) in pairs],
        costs=costs,
        layers=layers,
        train_accuracy=accuracy(a[-1][0], y, threshold=0.5),
        test_accuracy=accuracy(a_test[-1][0], y_test, threshold=0.5),
    )


def initial(sizes: tuple[int, ...], seed: int) -> Layers:
    """Random weights, and biases of 0: a matrix (neurons, inputs) and a column (neurons, 1) for each layer."""
    rng = generator(seed)
    return [(each_value(glorot_uniform(n, k, rng)), each_value(np.zeros((n, 1)))) for k, n in pairwise(sizes)]


def forward(layers: Layers, X: Matrix) -> tuple[Matrix, ...]:
    """What comes out of each layer, beginning with X: (neurons, m). The one column b is added to all m columns."""
    (w1, b1), (w2, b2), (w3, b3) = layers
    a1 = np.tanh(w1 @ X + b1)
    a2 = np.tanh(w2 @ a1 + b2)
    y_hat = each_sigmoid(w3 @ a2 + b3)
    return X, a1, a2, y_hat


def cost(y_hat: Matrix, y: Matrix) -> Any:
    """J = 1/m Σ J⁽ⁱ⁾, each the binary cross entropy of one sample."""
    each = -(y * np.log(y_hat) + (1 - y) * np.log(1 - y_hat))
    return mean(each.ravel())


def main() -> Result:
    """Print the shapes of every layer, the cost on the way, and the accuracies."""
    result = run()
    costs = result.costs
    for k, (z, w, a, b) in enumerate(result.shapes, 1):
        print(f"layer {k}: z {z} = w {w} times a {a} + b {b}")
    for step in (0, len(costs) // 2, len(costs) - 1):
        print(f"cost before step {step + 1:3}: {costs[step]:.4f}")
    print(f"accuracy: train {result.train_accuracy:.3f}, test {result.test_accuracy:.3f}")
    return result


if __name__ == "__main__":
    main()
