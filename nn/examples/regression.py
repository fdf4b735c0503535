"""Linear regression of two targets, Y = XW + B, by gradient descent: it ends where the closed form is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nn import SGD, Layer, data, fit, mean_squared_error, predict, standardize

Floats = NDArray[np.float64]


class Result(NamedTuple):
    """`gradient_error` is relative: how far ∂L/∂W and ∂L/∂B by the engine are from the formula, at the start."""

    X: Floats  # (m, k): m patients, k measurements
    T: Floats  # (m, n): n targets of each
    W: Floats  # (k, n)
    B: Floats  # (n,)
    losses: list[float]
    closed_form: Floats  # (k + 1, n): W, and below it B
    gradient_error: float


def run(outputs: int = 2, steps: int = 250, seed: int = 0) -> Result:
    """Learn one target, the progress of diabetes in a year, or two: that, and the blood sugar."""
    patients, progress, *_ = data.diabetes()
    T = np.column_stack([progress, patients[:, 9]])[:, :outputs]
    [X] = standardize(patients[:, :9])
    layer = Layer(9, outputs, seed=seed)
    gradient_error = compare_gradients(layer, X, T)

    A = np.column_stack([X, np.ones(len(X))])  # B is the weight of an input that is always 1
    closed_form = np.linalg.lstsq(A, T, rcond=None)[0]

    # The loss is a quadratic bowl, `stretch` times as steep across as along. Its curvatures give the best rate and
    # momentum (Polyak 1964): √stretch decides how many steps it takes, without momentum stretch itself.
    curvatures = np.linalg.eigvalsh(2 / T.size * A.T @ A)
    slow, fast = np.sqrt(curvatures[[0, -1]])
    descent = SGD(layer, lr=4 / (fast + slow) ** 2, momentum=((fast - slow) / (fast + slow)) ** 2)
    history = fit(layer, X, T, loss="mean_squared_error", optimizer=descent, epochs=steps, batch_size=None)
    return Result(X, T, layer.weights.T, layer.biases, history.loss, closed_form, gradient_error)


def compare_gradients(layer: Layer, X: Floats, T: Floats) -> float:
    """∂L/∂W = −2/(mn) Xᵀ(T − Y), and ∂L/∂B the column sums of −2/(mn) (T − Y): the engine's, against these."""
    Y = predict(layer, X).reshape(T.shape)
    by_formula = np.vstack([X.T @ (T - Y), (T - Y).sum(axis=0)]) * -2 / T.size
    loss = mean_squared_error([layer(x) for x in X.tolist()], T)
    loss.backward()
    by_engine = np.array([[p.grad for p in neuron.parameters()] for neuron in layer.neurons]).T  # w₁ … w₉, b
    return float(np.abs(by_engine - by_formula).max() / np.abs(by_formula).max())


def main() -> Result:
    """Print how near gradient descent comes to least squares."""
    result = run()
    X, T, W, B, losses, closed_form, gradient_error = result
    distance = np.abs(np.vstack([W, B]) - closed_form).max()
    print(f"diabetes: X {X.shape}, T {T.shape} (progress, blood sugar), W {W.shape}, B {B.shape}")
    print(f"gradients at the start, engine against formula: relative difference {gradient_error:.0e}")
    print(f"mean squared error: {losses[0]:.1f} at first, {losses[-1]:.4f} after {len(losses)} steps")
    print(f"  least squares in closed form: {np.mean((X @ closed_form[:-1] + closed_form[-1] - T) ** 2):.4f}")
    print(f"largest distance of a weight from the closed form: {distance:.0e}, of weights up to {np.abs(W).max():.0f}")
    return result


if __name__ == "__main__":
    main()
