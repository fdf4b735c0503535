"""The scaling plot: what an operation costs in small graphs and in large ones."""

from __future__ import annotations

import statistics
from collections.abc import Mapping

from table import Measured

from nn.plot.style import COLOURS, MARKERS, cycled


def draw(grown: Mapping[str, Measured], path: str) -> None:
    """A line for each workload, its contenders being the sizes; written as the path's ending says."""
    import matplotlib
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 5.0), layout="constrained")
    axes = figure.add_subplot()
    for k, (title, measured) in enumerate(grown.items()):
        points = sorted((int(contender.task[0]), statistics.median(numbers)) for contender, numbers in measured.items())
        sizes, times = zip(*points, strict=True)
        look = {"color": cycled(COLOURS, k), "marker": cycled(MARKERS, k)}
        axes.loglog(sizes, [1e9 * t for t in times], label=title.removeprefix("growth: "), **look)
    axes.set(xlabel="operations in the graph", ylabel="ns an operation and sample, value and gradient")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside lower center", ncols=2, frameon=False)
    with matplotlib.rc_context({"svg.hashsalt": "scaling", "svg.fonttype": "none"}):
        figure.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)
