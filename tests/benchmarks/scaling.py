"""The scaling plot: what an operation costs in small graphs and in large ones."""

from __future__ import annotations

import statistics
from collections.abc import Mapping

from table import Measured

from nn.plot.style import COLOURS, MARKERS


def draw(grown: Mapping[str, Measured], path: str) -> None:
    """A line for each workload, its contenders being the sizes; written as the path's ending says."""
    import matplotlib
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7.0, 4.5), layout="constrained")
    axes = figure.add_subplot()
    for k, (title, measured) in enumerate(grown.items()):
        sizes = [int(contender.task[0]) for contender in measured]
        times = [1e9 * statistics.median(numbers) for numbers in measured.values()]
        axes.loglog(
            sizes,
            times,
            color=COLOURS[k % len(COLOURS)],
            marker=MARKERS[k % len(MARKERS)],
            label=title.removeprefix("growth: "),
        )
    axes.set(xlabel="operations in the graph", ylabel="ns an operation and sample, value and gradient")
    axes.grid(alpha=0.3)
    figure.legend(loc="outside right upper", frameon=False)
    with matplotlib.rc_context({"svg.hashsalt": "scaling", "svg.fonttype": "none"}):
        figure.savefig(path, metadata={"Date": None} if path.endswith(".svg") else None)
