"""One neuron: activation(w·x + b).

Letters, as on paper: w weights, b bias, x inputs, z = w·x + b, y = activation(z).
"""

from __future__ import annotations

from collections.abc import Sequence
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import Value, dot
from nn.activations import Activation, activation_function, activation_name, saved_activation
from nn.initializers import Initializer, Seed, initial_weights
from nn.module import Module
from nn.ranges import whole_number

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


class Neuron(Module):
    """activation(w·x + b), of a list of inputs: one `dot` node and one activation.

    `activation` is a name of the table of operations ("relu", "tanh", "linear", …) or a function of one Value.
    Weights come from `init` and `seed`, the bias is 0. With `spelt_out`, every product and sum is a node of its own:
    the same numbers and gradients (to rounding, where Python's sum is a compensated one), for stepping through.

    Raises ValueError for an unknown activation or initializer, or fewer than one input.

    >>> neuron = Neuron(2, "sigmoid")
    >>> neuron.weights, neuron.bias = [2.0, -1.0], 0.5
    >>> y = neuron([1.0, 3.0])
    >>> round(y.data, 6), [p.label for p in neuron.parameters()]
    (0.377541, ['w₁', 'w₂', 'b'])
    """

    def __init__(
        self,
        inputs: int,
        activation: Activation = "linear",
        *,
        init: str | Initializer = "glorot_uniform",
        seed: Seed = None,
        spelt_out: bool = False,
    ) -> None:
        whole_number("Neuron", "inputs", inputs, least=1)
        self._activation, self.function = activation_name(activation), activation_function(activation)
        self.spelt_out = spelt_out
        weights = initial_weights(init, 1, inputs, seed)[0]
        self.w = [Value(w, label=f"w{k}".translate(SUBSCRIPTS)) for k, w in enumerate(weights, 1)]
        self.b = Value(0.0, label="b")

    def __call__(self, x: Any) -> Value:
        """The output for inputs x: Values or numbers, as many as there are weights."""
        xs = inputs_of(x)
        z = spelt_out_dot(self.w, xs, self.b) if self.spelt_out else dot(self.w, xs, self.b)
        return self.function(z) if self.function else z

    @property
    def activation(self) -> str:
        """The name of its activation."""
        return self._activation

    @property
    def weights(self) -> NDArray[np.float64]:
        """The numbers of w. Set them to place the neuron by hand."""
        return np.array([w.data for w in self.w])

    @weights.setter
    def weights(self, numbers: ArrayLike) -> None:
        set_numbers("weights", self.w, numbers)

    @property
    def bias(self) -> float:
        """The number of b."""
        return self.b.data

    @bias.setter
    def bias(self, number: float) -> None:
        set_numbers("bias", [self.b], number, shape=())

    def architecture(self) -> dict[str, Any]:
        """The arguments that build such a neuron."""
        activation = saved_activation(self.activation)
        return {"inputs": len(self.w), "activation": activation, "spelt_out": self.spelt_out}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.w)}, {self.activation!r})"


def inputs_of(x: Any) -> list[Any]:
    """The inputs as a list: of a list, tuple or array; one number or Value is a list of one.

    Raises ValueError where x is a table of samples.
    """
    if type(x) is not list and isinstance(x, (Value, Real)):
        return [x]
    xs: list[Any] = x if type(x) is list else x.tolist() if isinstance(x, np.ndarray) and x.ndim == 1 else list(x)
    if xs and isinstance(xs[0], (list, tuple, np.ndarray)):
        raise ValueError(f"x is a table of {len(xs)} rows, not one sample: write [model(x) for x in X]")
    return xs


def spelt_out_dot(ws: Sequence[Value], xs: Sequence[Any], b: Value) -> Value:
    """b + w₁x₁ + w₂x₂ + …, a node for every product and sum."""
    if len(ws) != len(xs):
        raise ValueError(f"a neuron of {len(ws)} weights was given {len(xs)} inputs")
    z = b
    for w, x in zip(ws, xs, strict=True):
        z = z + w * x
    return z


def set_numbers(what: str, values: Sequence[Value], numbers: ArrayLike, shape: tuple[int, ...] | None = None) -> None:
    """Give each Value its number. Raises ValueError where the shape differs or a number is not finite."""
    array = np.asarray(numbers, dtype=float)
    expected = (len(values),) if shape is None else shape
    if array.shape != expected:
        raise ValueError(f"{what} have shape {expected}, not {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{what}: {array.tolist()} must be finite")
    for v, number in zip(values, array.ravel().tolist(), strict=True):
        v.data = number
