"""What all plots share: an Axes to draw on, and colours, dashes and markers that do not need colour vision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nn.optional import optional

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap

# Okabe and Ito 2008: Color Universal Design; without the yellow, which is too pale for a line on white.
BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY = "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"
COLOURS = (BLUE, VERMILLION, GREEN, PURPLE, ORANGE, SKY, "#000000")
DASHES = ("-", "--", "-.", (0, (5, 1, 1, 1, 1, 1)))  # dots are for validation
MARKERS = ("o", "^", "s", "D", "v", "P", "X", "<", ">", "p")


def axes(user: str, ax: Axes | None, projection: str | None = None) -> Any:
    """The given Axes, or one of a new figure, for the function `user`. Raises ImportError or TypeError."""
    matplotlib_axes = optional(user, "matplotlib.axes", "matplotlib")
    if ax is None:
        plt = optional(user, "matplotlib.pyplot", "matplotlib")
        return plt.subplots(layout="constrained", subplot_kw={"projection": projection})[1]
    if not isinstance(ax, matplotlib_axes.Axes):
        raise TypeError(f"{user}: ax is a {type(ax).__name__}: give one Axes, as in axes[0] of plt.subplots(1, 2)")
    if projection and ax.name != projection:
        raise TypeError(f"{user}: ax is flat: make it by plt.subplots(subplot_kw={{'projection': {projection!r}}})")
    return ax


def cycled(of: tuple[Any, ...], k: int) -> Any:
    """The k-th, beginning anew after the last."""
    return of[k % len(of)]


def diverging(strength: float = 1.0) -> Colormap:
    """From blue over white to vermillion."""
    from matplotlib.colors import LinearSegmentedColormap

    ends = [tint(BLUE, strength), tint(BLUE, 0), tint(VERMILLION, strength)]
    return LinearSegmentedColormap.from_list("blue and vermillion", ends)


def tint(colour: str, strength: float = 0.3) -> tuple[float, ...]:
    """The colour mixed with white."""
    from matplotlib.colors import to_rgb

    return tuple(1 - strength * (1 - x) for x in to_rgb(colour))
