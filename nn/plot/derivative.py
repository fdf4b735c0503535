"""An activation and its derivative, with what happens at kinks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from autograd import positive
from nn.activations import Activation, activation_function, activation_name
from nn.plain import Floats
from nn.plot.jumps import JUMP, Kink, curve
from nn.plot.style import BLUE, VERMILLION, axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes


POLE = 10  # times the range of 80 % of the points


def activation(function: Activation, ax: Axes | None = None, xlim: tuple[float, float] = (-5.0, 5.0)) -> Axes:
    """An activation, by name or as a function of one Value, and its derivative as the engine computes it.

    At a kink the derivative's line has a gap: circles are the slopes on either side, the dot is the derivative
    chosen there. Raises what `activation_name` does for an unknown one, ValueError for an empty range.

    >>> from matplotlib.figure import Figure
    >>> ax = activation("tanh", Figure().subplots())
    >>> [line.get_label() for line in ax.lines]
    ['tanh(x)', 'its derivative']
    """
    name, f = activation_name(function), activation_function(function) or positive
    name = "f" if name == "<lambda>" else name.strip("<>")
    if not xlim[0] < xlim[1]:
        raise ValueError(f"activation: xlim = {xlim}: give the lower end first")
    ax = axes("activation", ax)
    drawn = curve(f, *xlim)
    ax.plot(drawn.x, drawn.y, color=BLUE, linewidth=2, label=f"{name}(x)")
    ax.plot(drawn.x, drawn.slope, color=VERMILLION, linewidth=2, linestyle="--", label="its derivative")
    for kink in drawn.kinks:
        _mark(ax, kink)
    ax.set(xlabel="x", ylabel="y and dy/dx", xlim=xlim)
    if drawn.poles:
        _leave_poles_out(ax, np.concatenate([drawn.y, drawn.slope]))
    ax.grid(alpha=0.3)
    ax.legend()
    return ax


def _leave_poles_out(ax: Axes, numbers: Floats) -> None:
    """Where a few points near a pole would flatten all the others, the axis ends before them."""
    low, high = np.nanquantile(numbers, [0.1, 0.9])
    bottom, top = ax.get_ylim()
    if top - bottom > POLE * (high - low):
        ax.set_ylim(max(bottom, 2 * low - high), min(top, 2 * high - low))


def _mark(ax: Axes, kink: Kink) -> None:
    """Where a line jumps: open circles where its sides end, a dot on what was chosen."""
    for colour, left, chosen, right in zip((BLUE, VERMILLION), kink.left, kink.chosen, kink.right, strict=True):
        if abs(left - right) > JUMP:
            ax.plot([kink.x] * 2, [left, right], "o", color=colour, markerfacecolor="white")
            ax.plot([kink.x], [chosen], "o", color=colour)
