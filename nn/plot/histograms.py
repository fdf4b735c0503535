"""Gradients and outputs, layer by layer: do gradients vanish, do neurons die or saturate?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import no_grad
from nn.layers import Layer
from nn.plain import Floats, data_of
from nn.plot.style import BLUE, VERMILLION, axes, tint

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BINS = 40
HEIGHT = 0.85  # of the highest bar, where layers are 1 apart


def gradient_histograms(model: Any, ax: Axes | None = None) -> Axes:
    """For each layer, how the sizes |∂loss/∂w| of its weights are spread, after a backward pass.

    The axis is logarithmic, so that gradients which vanish move to the left from layer to layer. The line marks the
    median; those that are exactly 0 are counted beside it. `model` has `layers` of neurons, or is one Layer.

    Raises ValueError where all gradients are 0, or one is not finite.

    >>> from matplotlib.figure import Figure
    >>> from nn import MLP
    >>> model = MLP(2, [3, 1], "tanh", seed=0)
    >>> model([1.0, -1.0]).backward()
    >>> ax = gradient_histograms(model, Figure().subplots())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['layer 1', 'layer 2']
    """
    layers = _layers("gradient_histograms", model)
    sizes = [np.array([abs(w.grad) for neuron in layer.neurons for w in neuron.w]) for layer in layers]
    for k, numbers in enumerate(sizes, 1):
        if not np.isfinite(numbers).all():
            raise ValueError(f"gradient_histograms: a gradient of layer {k} is not finite: look for an overflow")
    nonzero = [numbers[numbers > 0] for numbers in sizes]
    if not any(len(numbers) for numbers in nonzero):
        raise ValueError("gradient_histograms: all gradients are 0: call loss.backward() first")
    ax = axes("gradient_histograms", ax)
    ax.set(xscale="log", xlabel="|∂loss/∂w|; the line is the median", ylabel="weights of each layer")
    low, high = _ends(nonzero)
    notes = [_gradient_note(numbers) for numbers in sizes]
    return _ridge(ax, nonzero, np.geomspace(low / 1.3, high * 1.3, BINS + 1), notes)


def activation_histograms(model: Any, X: ArrayLike, ax: Axes | None = None) -> Axes:
    """For each layer, how the outputs of its neurons are spread over the samples X, an array (samples, inputs).

    The line marks the median. Outputs that are exactly 0, as of a relu that is off, are counted beside it, and so are
    the dead neurons, whose output is 0 for every sample. `model` has `layers` of neurons, or is one Layer.

    Raises ValueError where there are no samples, or an output is not finite.

    >>> from matplotlib.figure import Figure
    >>> from nn import MLP
    >>> ax = activation_histograms(MLP(2, [3, 1], "tanh", seed=0), [[1.0, -1.0], [0.5, 2.0]], Figure().subplots())
    >>> [label.get_text() for label in ax.get_yticklabels()]
    ['layer 1', 'layer 2']
    """
    outputs = _outputs(_layers("activation_histograms", model), np.asarray(X, dtype=float).tolist())
    for k, numbers in enumerate(outputs, 1):
        if not np.isfinite(numbers).all():
            raise ValueError(f"activation_histograms: an output of layer {k} is not finite: look for an overflow")
    ax = axes("activation_histograms", ax)
    ax.set(xlabel="output; the line is the median", ylabel="outputs of each layer")
    nonzero = [numbers[numbers != 0] for numbers in outputs]
    low, high = _ends(nonzero)
    room = 0.03 * (high - low) or 1.0
    notes = [_output_note(numbers) for numbers in outputs]
    return _ridge(ax, nonzero, np.linspace(low - room, high + room, BINS + 1), notes)


def _layers(user: str, model: Any) -> list[Layer]:
    layers = [model] if isinstance(model, Layer) else getattr(model, "layers", None)
    if not layers or not all(isinstance(layer, Layer) for layer in layers):
        raise TypeError(
            f"{user}: model is a {type(model).__name__}, not an MLP or another model whose `layers` are Layers"
        )
    return list(layers)


def _outputs(layers: list[Layer], samples: list[Any]) -> list[Floats]:
    """What every layer gives, an array (samples, outputs) each."""
    if not samples:
        raise ValueError("activation_histograms: X has no samples: give at least one")
    found: list[list[list[float]]] = [[] for _ in layers]
    with no_grad():
        for x in samples:
            for layer, rows in zip(layers, found, strict=True):
                x = layer(x)
                rows.append([data_of(y) for y in (x if isinstance(x, list) else [x])])
    return [np.array(rows) for rows in found]


def _ends(groups: list[Floats]) -> tuple[float, float]:
    """The least and the greatest number; 0 where there are none."""
    numbers = np.concatenate(groups)
    return (float(numbers.min()), float(numbers.max())) if numbers.size else (0.0, 0.0)


def _gradient_note(sizes: Floats) -> str:
    zeros = int((sizes == 0).sum())
    return f"{zeros} of {sizes.size} are 0" if zeros else f"{sizes.size} weights" if sizes.size > 1 else "1 weight"


def _output_note(outputs: Floats) -> str:
    zeros, neurons = np.mean(outputs == 0), outputs.shape[1]
    dead = int((outputs == 0).all(axis=0).sum())
    lines = [f"{zeros:.1%} are 0"] * bool(zeros) + [f"{dead} of {neurons} dead"] * bool(dead)
    return "\n".join(lines)


def _ridge(ax: Axes, groups: list[Floats], edges: Floats, notes: list[str]) -> Axes:
    """A histogram a layer, the first on top, each as high as the others."""
    for k, (numbers, note) in enumerate(zip(groups, notes, strict=True)):
        foot = len(groups) - 1 - k
        counts = np.histogram(numbers, edges)[0]
        heights = foot + HEIGHT * counts / max(1, counts.max())
        ax.stairs(heights, edges, baseline=foot, fill=True, facecolor=tint(BLUE), edgecolor=BLUE)
        if numbers.size:
            ax.vlines(np.median(numbers), foot, foot + HEIGHT, color=VERMILLION, linewidth=2)
        ax.text(1.02, foot + HEIGHT / 2, note, transform=ax.get_yaxis_transform(), verticalalignment="center")
        ax.axhline(foot, color="black", linewidth=0.5)
    numbered = range(1, len(groups) + 1)
    ax.set_yticks([len(groups) - k + HEIGHT / 2 for k in numbered], [f"layer {k}" for k in numbered])
    ax.tick_params(axis="y", length=0)
    ax.set_ylim(-0.1, len(groups))
    ax.grid(axis="x", alpha=0.3)
    return ax
