"""Vanishing gradients: squared error through a sigmoid that is sure and wrong, and layers of sigmoids."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from autograd import Value, grad, sigmoid
from nn import MLP, binary_cross_entropy, data, mean_squared_error

DEPTHS = range(2, 9)
# What differs between the networks: activation, initial weights, loss. The last layer of all is a sigmoid.
NETWORKS: dict[str, tuple[str, str, Callable[..., Any]]] = {
    "sigmoid, squared error": ("sigmoid", "glorot_uniform", mean_squared_error),
    "sigmoid, cross entropy": ("sigmoid", "glorot_uniform", binary_cross_entropy),
    "relu, cross entropy": ("relu", "he_normal", binary_cross_entropy),
}


class OneNeuron(NamedTuple):
    """A neuron y = σ(z) whose label is t."""

    z: float
    t: int
    slope: float  # σ'(z)
    squared_error: float  # ∂(y − t)²/∂z = 2 (y − t) σ'(z)
    cross_entropy: float  # of cross entropy, where σ'(z) cancels: y − t


class Result(NamedTuple):
    """`layers` is the mean |∂L/∂w| in each layer, by the network's name and its depth."""

    neurons: list[OneNeuron]
    layers: dict[str, dict[int, list[float]]]


def run(width: int = 16, samples: int = 16, bias: float = -10.0, seed: int = 0) -> Result:
    """One neuron at several z, then networks whose output has this bias: near −10, they say 0 whatever the label."""
    neurons = [one_neuron(z, t) for z, t in ((-10.0, 1), (0.0, 1), (10.0, 0))]
    X, y, *_ = data.moons(samples, seed=seed)
    layers: dict[str, dict[int, list[float]]] = {name: {} for name in NETWORKS}
    for name, (activation, init, loss) in NETWORKS.items():
        for depth in DEPTHS:
            sizes = [width] * (depth - 1) + [1]
            model = MLP(2, sizes, activation=activation, output="sigmoid", init=init, seed=seed)
            model.layers[-1].biases = [bias]
            L: Any = loss([model(x) for x in X.tolist()], y)
            L.backward()
            layers[name][depth] = [
                float(np.mean([abs(w.grad) for neuron in layer.neurons for w in neuron.w])) for layer in model.layers
            ]
    return Result(neurons, layers)


def one_neuron(z: float, t: int) -> OneNeuron:
    """The derivatives, by the engine."""

    def squared_error(z: Value) -> Any:
        return mean_squared_error(sigmoid(z), t)

    def cross_entropy(z: Value) -> Any:
        return binary_cross_entropy(sigmoid(z), t)

    return OneNeuron(z, t, grad(sigmoid)(z), grad(squared_error)(z), grad(cross_entropy)(z))


def main() -> Result:
    """Print the derivatives of one neuron, then the gradients in the first and the last layer of networks."""
    result = run()
    print("     z  t   sigmoid'(z)   d/dz squared error   d/dz cross entropy")
    for z, t, slope, squared_error, cross_entropy in result.neurons:
        print(f"{z:6g}  {t}   {slope:11.1e}   {squared_error:18.1e}   {cross_entropy:18.5f}")
    print("mean |dL/dw| in the first and the last layer, of networks that are sure of 0 where half the labels are 1")
    print("layers" + "".join(f"{name:>26}" for name in result.layers))
    for depth in DEPTHS:
        ends = [(of_depth[depth][0], of_depth[depth][-1]) for of_depth in result.layers.values()]
        print(f"{depth:6}" + "".join(f"{f'{first:.0e}  {last:.0e}':>26}" for first, last in ends))
    return result


if __name__ == "__main__":
    main()
