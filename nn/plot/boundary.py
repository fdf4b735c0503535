"""What a classifier says over two features."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nn.plain import Floats
from nn.plot.asking import ask, members
from nn.plot.style import COLOURS, MARKERS, axes, cycled, diverging, tint
from nn.ranges import whole_number

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MARGIN = 0.1  # around the data, in their range


class Grid(NamedTuple):
    """Points in rows and columns over the data."""

    x: Floats  # (columns,)
    y: Floats  # (rows,)

    @property
    def points(self) -> Floats:
        """All of them, (rows · columns, 2)."""
        return np.stack(np.meshgrid(self.x, self.y), axis=-1).reshape(-1, 2)

    def plane(self, numbers: Floats) -> Floats:
        """A number a point, as (rows, columns)."""
        return numbers.reshape(len(self.y), len(self.x))


def decision_boundary(
    model: Any,
    X: ArrayLike,
    y: ArrayLike,
    ax: Axes | None = None,
    resolution: int = 80,
    classes: Sequence[str] | None = None,
    threshold: float | None = None,
) -> Axes:
    """The regions that a classifier tells apart in the plane of two features, with the data.

    `model` is one of this package, or a function of one sample, or has a method `predict` of many, as in
    scikit-learn. X has the shape (samples, 2); y has a label a sample; `classes` are names, in the order of labels.
    A model of several outputs says the class of the largest. One of one output says class 1 above `threshold` (which
    a last layer tells: ½ after a sigmoid, 0 without it): its output is shaded. `resolution` points a side are asked.

    Raises ValueError for X and y of other shapes, for labels that the model has no class for, and where the threshold
    is not known.

    >>> from matplotlib.figure import Figure
    >>> line = lambda x: x[0] + x[1] - 1
    >>> ax = decision_boundary(line, [[0, 0], [1, 1]], [0, 1], Figure().subplots(), threshold=0, classes=["off", "on"])
    >>> [text.get_text() for text in ax.get_legend().texts]
    ['off', 'on']
    """
    points, labels = _data(X, y)
    grid = _grid(points, resolution)
    answer = ask(model, grid.points, labels, threshold)
    if bad := np.flatnonzero(~np.isfinite(answer.scores).all(axis=1)).tolist():
        where = grid.points[bad[0]].tolist()
        raise ValueError(f"decision_boundary: the model's output is not finite at {where}: did training diverge?")
    classed = members(answer, labels)
    names = [str(name) for name in (answer.classes if classes is None else classes)]
    if len(names) < len(answer.classes):
        raise ValueError(f"decision_boundary: classes names {len(names)} of {len(answer.classes)} classes: name all")
    ax = axes("decision_boundary", ax)
    if answer.threshold is None:
        _regions(ax, grid, answer.scores)
    else:
        _shades(ax, grid, answer.scores[:, 0], answer.threshold, names[1])
    for k, name in enumerate(names):
        if (chosen := points[classed == k]).size:
            ax.scatter(*chosen.T, color=cycled(COLOURS, k), marker=cycled(MARKERS, k), edgecolor="white", label=name)
    ax.set(xlabel="$x_1$", ylabel="$x_2$")
    ax.legend(framealpha=0.9)
    return ax


# ---- the data


def _data(X: ArrayLike, y: ArrayLike) -> tuple[Floats, NDArray[Any]]:
    """Points (samples, 2) and labels (samples,), from indices or one-hot rows."""
    points, labels = np.asarray(X, dtype=float), np.asarray(y)
    if points.ndim != 2 or points.shape[1] != 2:
        raise ValueError(f"decision_boundary: X has shape {points.shape}, not (samples, 2): train on two features")
    labels = labels.argmax(axis=1) if labels.ndim == 2 and labels.shape[1] > 1 else labels.ravel()
    if len(points) != len(labels) or not len(points):
        raise ValueError(f"decision_boundary: X has {len(points)} samples, y {len(labels)} labels: give one for each")
    if bad := np.flatnonzero(~np.isfinite(points).all(axis=1)).tolist():
        raise ValueError(
            f"decision_boundary: sample {bad[0]} of X is {points[bad[0]].tolist()}, not finite: leave it out"
        )
    return points, labels


def _grid(points: Floats, resolution: int) -> Grid:
    resolution = whole_number("decision_boundary", "resolution", resolution, least=2)
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.where(high > low, MARGIN * (high - low), 1.0)
    x, y = np.linspace(low - room, high + room, resolution).T
    return Grid(x, y)


# ---- the picture


def _shades(ax: Axes, grid: Grid, scores: Floats, threshold: float, name: str) -> None:
    """The output from blue to vermillion, white at the boundary, and the boundary as a line."""
    from matplotlib.colors import CenteredNorm

    plane = grid.plane(scores)
    norm = CenteredNorm(threshold)
    mesh = ax.pcolormesh(grid.x, grid.y, plane, cmap=diverging(0.5), norm=norm, shading="gouraud")
    probability = threshold == 0.5 and plane.min() >= 0 and plane.max() <= 1
    ax.figure.colorbar(mesh, ax=ax, label=f"probability of {name}" if probability else "output of the model")
    if plane.min() < threshold < plane.max():
        ax.contour(grid.x, grid.y, plane, levels=[threshold], colors="black")


def _regions(ax: Axes, grid: Grid, scores: Floats) -> None:
    """Each class where its score is largest. The lines run where two scores are equal, between grid points too."""
    for k in reversed(range(scores.shape[1])):  # of equal scores the first class wins, and covers the others
        margin = grid.plane(scores[:, k] - np.delete(scores, k, axis=1).max(axis=1))
        if margin.max() > 0:
            ax.contourf(grid.x, grid.y, margin, levels=[0, margin.max()], colors=[tint(cycled(COLOURS, k))])
            if margin.min() < 0:
                ax.contour(grid.x, grid.y, margin, levels=[0], colors="black", linewidths=1)
