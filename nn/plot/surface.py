"""A function of two numbers, as contours and as a surface, with the paths of optimizers on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from autograd import ignore_domain, no_grad
from nn.plain import Floats, data_of
from nn.plot.style import COLOURS, DASHES, MARKERS, axes, cycled

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from mpl_toolkits.mplot3d import Axes3D  # type: ignore[import-untyped]  # it has no types

Range = tuple[float, float]
Function = Callable[[float, float], Any]
Paths = Mapping[str, ArrayLike]

OUTLINE: dict[str, Any] = {"markeredgecolor": "white", "markeredgewidth": 0.6}


class Surface(NamedTuple):
    """Numbers x (columns,) and y (rows,), and f of them (rows, columns)."""

    x: Floats
    y: Floats
    z: Floats


def loss_surface(
    f: Function,
    xlim: Range,
    ylim: Range,
    paths: Paths | None = None,
    ax: Axes | None = None,
    levels: int | Sequence[float] = 20,
    log: bool = False,
    resolution: int = 100,
) -> Axes:
    """The contours of f(x, y), a loss of two parameters, and the paths of optimizers over it.

    f is called with floats. `paths` are arrays (steps, 2) by name, as `nn.descent.descend` makes them: a marker a
    step, a large one at the end. `levels` is how many contours there are about, or which; with `log` each is a
    multiple of the one before, for narrow valleys.

    Raises ValueError for a path of another shape, an empty range, and where f is nowhere a number (above 0, with
    `log`).

    >>> from matplotlib.figure import Figure
    >>> ax = loss_surface(lambda x, y: x**2 + y**2, (-1, 1), (-1, 1), {"SGD": [[1, 1], [0, 0]]}, Figure().subplots())
    >>> ax.lines[0].get_xydata().tolist()
    [[1.0, 1.0], [0.0, 0.0]]
    """
    found = _paths("loss_surface", paths)
    surface = _surface("loss_surface", f, xlim, ylim, resolution)
    ax = axes("loss_surface", ax)
    filled = ax.contourf(*surface, cmap="viridis", alpha=0.6, **_spacing(surface.z, levels, log))
    ax.contour(filled, colors="black", linewidths=0.4, alpha=0.5)
    ax.figure.colorbar(filled, ax=ax, label="loss", **(_powers_of_ten() if log else {}))
    for k, (name, path) in enumerate(found.items()):
        ax.plot(*path.T, label=name, **_strokes(k, len(path)))
        ax.plot(*path[-1:].T, color=cycled(COLOURS, k), marker=cycled(MARKERS, k), markersize=9, **OUTLINE)
    ax.set(xlabel="$w_1$", ylabel="$w_2$", xlim=xlim, ylim=ylim)
    if found:
        ax.legend(handlelength=3)
    return ax


def loss_surface_3d(
    f: Function,
    xlim: Range,
    ylim: Range,
    paths: Paths | None = None,
    ax: Axes3D | None = None,
    resolution: int = 60,
) -> Axes3D:
    """The same as a surface over the plane, with the paths lifted onto it; what leaves the plane is left out.

    `ax`, if given, is one made by `subplot_kw={"projection": "3d"}`. Raises what `loss_surface` does.
    """
    found = _paths("loss_surface_3d", paths)
    surface = _surface("loss_surface_3d", f, xlim, ylim, resolution)
    ax = axes("loss_surface_3d", ax, "3d")
    ax.computed_zorder = False  # the paths on top, or the surface would cut them up
    x, y = np.meshgrid(surface.x, surface.y)
    ax.plot_surface(
        x, y, surface.z, rcount=resolution, ccount=resolution, cmap="viridis", alpha=0.7, linewidth=0, zorder=1
    )
    for k, (name, path) in enumerate(found.items()):
        inside = np.all((path >= [xlim[0], ylim[0]]) & (path <= [xlim[1], ylim[1]]), axis=1)
        height = _values(f, *np.where(inside[:, None], path, np.nan).T)
        ax.plot(*path.T, height, label=name, zorder=2, **_strokes(k, len(path)))
    ax.set(xlabel="$w_1$", ylabel="$w_2$", xlim=xlim, ylim=ylim)
    ax.set_zlabel("loss", labelpad=10)
    if found:
        ax.legend(loc="upper left", handlelength=3)
    return ax


def _paths(user: str, paths: Paths | None) -> dict[str, Floats]:
    found = {name: np.asarray(path, dtype=float) for name, path in (paths or {}).items()}
    for name, path in found.items():
        if path.ndim != 2 or path.shape[1] != 2 or not len(path):
            raise ValueError(f"{user}: the path {name!r} has shape {path.shape}, not (steps, 2): give a point a step")
    return found


def _surface(user: str, f: Function, xlim: Range, ylim: Range, resolution: int) -> Surface:
    for name, (low, high) in (("xlim", xlim), ("ylim", ylim)):
        if not low < high:
            raise ValueError(f"{user}: {name} = {(low, high)}: give the lower end first")
    x, y = np.linspace(*xlim, resolution), np.linspace(*ylim, resolution)
    z = _values(f, *np.meshgrid(x, y))
    if not np.isfinite(z).any():
        raise ValueError(f"{user}: f is nowhere a finite number for x in {xlim} and y in {ylim}")
    return Surface(x, y, np.where(np.isfinite(z), z, np.nan))


def _values(f: Function, x: Floats, y: Floats) -> Floats:
    """f point by point, since not every function of two numbers takes arrays; nan where x is."""
    with no_grad(), ignore_domain():
        pairs = zip(x.ravel().tolist(), y.ravel().tolist(), strict=True)
        numbers = [np.nan if np.isnan(a) else float(data_of(f(a, b))) for a, b in pairs]
    return np.array(numbers).reshape(x.shape)


def _spacing(z: Floats, levels: int | Sequence[float], log: bool) -> dict[str, Any]:
    """What `contourf` is to be told of the levels."""
    if not log:
        return {"levels": levels}
    from matplotlib.colors import LogNorm

    above = z[z > 0]
    if not above.size:
        raise ValueError("loss_surface: f is nowhere above 0: leave log=True out")
    spaced = np.geomspace(above.min(), above.max(), levels) if isinstance(levels, int) else levels
    return {"levels": spaced, "norm": LogNorm()}


def _powers_of_ten() -> dict[str, Any]:
    """Ticks for a colour bar whose levels are odd numbers."""
    from matplotlib.ticker import LogFormatterMathtext, LogLocator

    return {"ticks": LogLocator(), "format": LogFormatterMathtext()}


def _strokes(k: int, steps: int) -> dict[str, Any]:
    """How the k-th path is drawn: with white around it, markers on all steps or on about 15 of them."""
    from matplotlib.patheffects import withStroke

    kinds = {"color": cycled(COLOURS, k), "linestyle": cycled(DASHES, k), "marker": cycled(MARKERS, k)}
    around = [withStroke(linewidth=2.5, foreground="white", alpha=0.7)]
    return {**kinds, "markersize": 3.5, "markevery": max(1, steps // 15), "path_effects": around}
