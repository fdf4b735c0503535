"""Random networks."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from nn import MLP

SMOOTH = ("tanh", "sigmoid", "softplus", "gelu", "silu")


def mlps(
    activations: Sequence[str] = (*SMOOTH, "relu"),
    outputs: Sequence[str] = ("linear", "tanh", "sigmoid"),
    *,
    max_inputs: int = 4,
    max_layers: int = 3,
    max_neurons: int = 5,
) -> st.SearchStrategy[MLP]:
    """Multilayer perceptrons of 1 to `max_layers` layers, of so many inputs and neurons at most, with random weights.

    Activations are names, as MLP takes them. They shrink to one neuron of one input. Raises ValueError where a number
    is below 1 or no activation is named.

    >>> from hypothesis import find
    >>> find(mlps(), lambda model: True)
    MLP(1, [1], activation='tanh', output='linear')
    """
    if min(max_inputs, max_layers, max_neurons) < 1:
        raise ValueError(f"mlps: {max_inputs} inputs, {max_layers} layers, {max_neurons} neurons: 1 or more of each")
    if not (activations and outputs):
        raise ValueError("mlps: name an activation, and one of the output")
    return st.builds(
        MLP,
        st.integers(1, max_inputs),
        st.lists(st.integers(1, max_neurons), min_size=1, max_size=max_layers),
        st.sampled_from(activations),
        st.sampled_from(outputs),
        seed=st.integers(0, 2**16),
    )
