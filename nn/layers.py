"""Layers of neurons, and networks of layers.

Letters, as on paper: w weights, b bias, x inputs, z = w·x + b, y = activation(z).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import Value, affine, scope, scopes, softmax
from nn.activations import Activation, activation_function, activation_name, saved_activation
from nn.initializers import Initializer, Seed, generator, initial_weights
from nn.module import Module
from nn.neuron import SUBSCRIPTS, Neuron, inputs_of, set_numbers
from nn.ranges import whole_number

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


class Layer(Module):
    """Neurons that share their inputs: y = activation(W x + b), W with a row a neuron.

    Arguments are those of Neuron; `activation` may also be "softmax", of all outputs together. A layer of one neuron
    gives its Value, of more a list. Its nodes carry the scope of their neuron, "neuron 1" and so on.

    >>> layer = Layer(3, 2, "tanh", seed=0)
    >>> layer.weights.shape, len(layer([1.0, 2.0, 3.0]))
    ((2, 3), 2)
    """

    def __init__(
        self,
        inputs: int,
        outputs: int,
        activation: Activation = "linear",
        *,
        init: str | Initializer = "glorot_uniform",
        seed: Seed = None,
        spelt_out: bool = False,
    ) -> None:
        whole_number("Layer", "inputs", inputs, least=1)
        whole_number("Layer", "outputs", outputs, least=1)
        self._activation = activation_name(activation)
        each: Activation = "linear" if self._activation == "softmax" else activation
        self._function = activation_function(each)
        self._scopes = tuple(f"neuron {k}" for k in range(1, outputs + 1))
        self.neurons: list[Neuron] = []
        for name, weights in zip(self._scopes, initial_weights(init, outputs, inputs, seed), strict=True):
            with scope(name):
                self.neurons.append(Neuron(inputs, each, init="zeros", spelt_out=spelt_out))
            self.neurons[-1].weights = weights
        label_parameters(self)

    def __call__(self, x: Any) -> Any:
        """The outputs for inputs x. Raises ValueError where x has another number of inputs than the layer."""
        xs = inputs_of(x)
        if len(xs) != self.inputs:
            raise ValueError(f"{self!r} takes {self.inputs} inputs, x has {len(xs)}")
        function = self._function
        as_made = [type(n) is Neuron and n.function is function and not n.spelt_out for n in self.neurons]
        outputs = self._together(xs) if all(as_made) else self._one_by_one(xs)
        if self._activation == "softmax":
            outputs = softmax(outputs)
        return outputs if len(outputs) > 1 else outputs[0]

    def _together(self, xs: list[Any]) -> list[Value]:
        """The outputs of neurons as the layer made them."""
        zs = affine([neuron.w for neuron in self.neurons], xs, [neuron.b for neuron in self.neurons], self._scopes)
        function = self._function
        if not function:
            return zs
        with scopes(self._scopes) as each:
            return [function(z) for z in each(zs)]

    def _one_by_one(self, xs: list[Any]) -> list[Value]:
        """The outputs of neurons of any kind, such as a Perceptron put in the place of one."""
        with scopes(self._scopes) as each:
            return [neuron(xs) for neuron in each(self.neurons)]

    @property
    def inputs(self) -> int:
        """How many inputs it takes."""
        return len(self.neurons[0].w)

    @property
    def activation(self) -> str:
        """The name of its activation."""
        return self._activation

    @property
    def weights(self) -> NDArray[np.float64]:
        """The numbers of W, (outputs, inputs). Set them to place the layer by hand."""
        return np.array([neuron.weights for neuron in self.neurons])

    @weights.setter
    def weights(self, numbers: ArrayLike) -> None:
        rows = np.asarray(numbers, dtype=float)
        set_numbers("weights", [w for neuron in self.neurons for w in neuron.w], rows, shape=self.weights.shape)

    @property
    def biases(self) -> NDArray[np.float64]:
        """The numbers of b, (outputs,)."""
        return np.array([neuron.bias for neuron in self.neurons])

    @biases.setter
    def biases(self, numbers: ArrayLike) -> None:
        set_numbers("biases", [neuron.b for neuron in self.neurons], numbers)

    def architecture(self) -> dict[str, Any]:
        """The arguments that build such a layer."""
        neurons = self.neurons
        given = {"inputs": self.inputs, "outputs": len(neurons), "activation": saved_activation(self.activation)}
        return given | {"spelt_out": neurons[0].spelt_out}

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.inputs}, {len(self.neurons)}, {self.activation!r})"


class MLP(Module):
    """A multilayer perceptron: layers of the given sizes, one feeding the next.

    `activation` is that of the hidden layers, `output` that of the last ("linear", "sigmoid", "softmax", …); the other
    arguments are those of Neuron. A model of one output gives a Value, of more a list. Nodes carry the scopes
    "layer 1", "neuron 1" and so on.

    Raises ValueError where a size is below 1, an activation or an initializer unknown; TypeError where `sizes` is not
    a list of whole numbers.

    >>> model = MLP(2, [3, 1], activation="tanh", seed=0)
    >>> y = model([0.5, -1.0])
    >>> y.scope, len(model.parameters())
    (('layer 2', 'neuron 1'), 13)
    >>> [name for name, _ in model.named_parameters()][:4]
    ['layers.0.neurons.0.w1', 'layers.0.neurons.0.w2', 'layers.0.neurons.0.b', 'layers.0.neurons.1.w1']
    """

    def __init__(
        self,
        inputs: int,
        sizes: Iterable[int],
        activation: Activation = "relu",
        output: Activation = "linear",
        *,
        init: str | Initializer = "glorot_uniform",
        seed: Seed = None,
        spelt_out: bool = False,
    ) -> None:
        whole_number("MLP", "inputs", inputs, least=1)
        self.sizes = sizes_of(sizes)
        draws = generator(seed)
        self.layers: list[Layer] = []
        widths = [inputs, *self.sizes]
        for k, (before, after) in enumerate(zip(widths, self.sizes, strict=False), 1):
            each = output if k == len(self.sizes) else activation
            with scope(f"layer {k}"):
                self.layers.append(Layer(before, after, each, init=init, seed=draws, spelt_out=spelt_out))
            label_parameters(self.layers[-1], k)
        self._activation, self._output = activation_name(activation), activation_name(output)

    def __call__(self, x: Any) -> Any:
        """The output for one sample x, a list or array of numbers or Values."""
        for k, layer in enumerate(self.layers, 1):
            with scope(f"layer {k}"):
                x = layer(x)
        return x

    @property
    def inputs(self) -> int:
        """How many inputs it takes."""
        return self.layers[0].inputs

    @property
    def activation(self) -> str:
        """The name of the hidden layers' activation."""
        return self._activation

    @property
    def output(self) -> str:
        """The name of the last layer's activation."""
        return self._output

    def architecture(self) -> dict[str, Any]:
        """The arguments that build such a network."""
        named = {"activation": saved_activation(self.activation), "output": saved_activation(self.output)}
        return {"inputs": self.inputs, "sizes": self.sizes, **named, "spelt_out": self.layers[0].neurons[0].spelt_out}

    def __repr__(self) -> str:
        return f"MLP({self.inputs}, {self.sizes}, activation={self.activation!r}, output={self.output!r})"


def label_parameters(layer: Layer, number: int | None = None) -> None:
    """Label as on paper: w⁽¹⁾₂₃ is the weight from input 3 to neuron 2 of layer 1."""
    raised = f"⁽{number}⁾".translate(SUPERSCRIPTS) if number else ""
    comma = "," if max(layer.inputs, len(layer.neurons)) > 9 else ""
    for j, neuron in enumerate(layer.neurons, 1):
        for k, w in enumerate(neuron.w, 1):
            w.label = f"w{raised}" + f"{j}{comma}{k}".translate(SUBSCRIPTS)
        neuron.b.label = f"b{raised}" + f"{j}".translate(SUBSCRIPTS)


def sizes_of(sizes: Any) -> list[int]:
    """The sizes of layers as a list. Raises TypeError or ValueError where they are none."""
    if isinstance(sizes, (int, str)) or not isinstance(sizes, Iterable):
        raise TypeError(f"MLP: sizes={sizes!r} is not a list of whole numbers, such as [16, 1]")
    found = list(sizes)
    if not found:
        raise ValueError("MLP: sizes=[] has no layer; the last size is the number of outputs, as in [16, 1]")
    return [whole_number("MLP", "a size", size, least=1) for size in found]
