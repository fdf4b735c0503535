"""Random networks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from hypothesis import strategies as st

from autograd.testing.asked import asked_list
from nn import MLP
from nn.activations import activation_name
from nn.ranges import whole_number

SMOOTH = ("tanh", "sigmoid", "softplus", "gelu", "silu")


def mlps(
    activations: str | Sequence[str] = (*SMOOTH, "relu"),
    outputs: str | Sequence[str] = ("linear", "tanh", "sigmoid"),
    *,
    max_inputs: int = 4,
    max_layers: int = 3,
    max_neurons: int = 5,
) -> st.SearchStrategy[MLP]:
    """Multilayer perceptrons of 1 to `max_layers` layers, of so many inputs and neurons at most, with random weights.

    Activations are names, as MLP takes them: one, or several to draw from. Networks shrink to one neuron of one input,
    and a test that fails prints the call of `nn.MLP` that makes its network again, with the seed. Raises ValueError
    where a number is below 1, no activation is named, or one is unknown; TypeError where one is no name, or a number is
    not whole.

    >>> from hypothesis import find
    >>> find(mlps(), lambda model: True)
    MLP(1, [1], activation='tanh', output='linear')
    """
    inputs = whole_number("mlps", "max_inputs", max_inputs, least=1)
    layers = whole_number("mlps", "max_layers", max_layers, least=1)
    neurons = whole_number("mlps", "max_neurons", max_neurons, least=1)
    return _networks(
        st.integers(1, inputs),
        st.lists(st.integers(1, neurons), min_size=1, max_size=layers),
        st.sampled_from(_names("activations", activations)),
        st.sampled_from(_names("outputs", outputs)),
    )


def _names(argument: str, given: Any) -> list[str]:
    names = [activation_name(x) for x in asked_list(given)]
    if not names:
        raise ValueError(f"mlps: {argument} is empty: name an activation, such as 'tanh'")
    if unnamed := [name for name in names if name.startswith("<")]:
        raise TypeError(f"mlps: {argument}: {unnamed[0]} is a function: give it a name by autograd.ops.define")
    return names


@st.composite
def _networks(draw: Any, *parts: st.SearchStrategy[Any]) -> MLP:
    arguments, seed = [draw(part) for part in parts], draw(st.integers(0, 2**16))
    model: Any = MLP(*arguments, seed=seed)
    # Hypothesis would print the repr, which has no seed, where the call is longer.
    model._repr_pretty_ = partial(_print, f"MLP({', '.join(map(repr, arguments))}, seed={seed})")
    found: MLP = model
    return found


def _print(text: str, printer: Any, cycle: bool) -> None:
    """What Hypothesis and IPython call."""
    printer.text(text)
