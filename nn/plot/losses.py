"""How the loss fell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from nn.plot.style import COLOURS, DASHES, MARKERS, axes, cycled

if TYPE_CHECKING:
    from matplotlib.axes import Axes


class Run(Protocol):
    """What a History has: a number an epoch, `validation_loss` empty where there is none."""

    @property
    def loss(self) -> Sequence[float]: ...
    @property
    def validation_loss(self) -> Sequence[float]: ...
    @property
    def best_epoch(self) -> int: ...


def loss_curve(history: Run | Mapping[str, Run], ax: Axes | None = None, log: bool = False) -> Axes:
    """The loss over the epochs, counted from 0, with the best epoch marked; validation loss in dots.

    `history` is what `fit` returns, or a dict of several by name, to compare them. With `log` the axis of the loss
    is logarithmic. Raises ValueError where there is no epoch to draw.

    >>> from matplotlib.figure import Figure
    >>> from nn import History
    >>> ax = loss_curve(History([{"loss": 0.5}, {"loss": 0.25}]), Figure().subplots())
    >>> ax.lines[0].get_xydata().tolist()
    [[0.0, 0.5], [1.0, 0.25]]
    """
    histories = dict(history) if isinstance(history, Mapping) else {"": history}
    for name, one in histories.items():
        if not one.loss:
            raise ValueError(f"loss_curve: the history{f' {name!r}' if name else ''} has no epochs: train first")
    if not histories:
        raise ValueError("loss_curve: there is no history in the dict: give at least one")
    ax = axes("loss_curve", ax)
    for k, (name, one) in enumerate(histories.items()):
        _draw(ax, name, one, k)
    _explain(ax, list(histories.values()))
    ax.set(xlabel="epoch", ylabel="loss")
    if log:
        ax.set_yscale("log")
    _whole_numbers(ax)
    ax.grid(alpha=0.3)
    return ax


def _whole_numbers(ax: Axes) -> None:
    from matplotlib.ticker import MaxNLocator

    ax.xaxis.set_major_locator(MaxNLocator(integer=True))


def _draw(ax: Axes, name: str, history: Run, k: int) -> None:
    """One run: a line for training, dots for validation, a marker on the best epoch."""
    colour = cycled(COLOURS, k)
    ax.plot(history.loss, color=colour, linestyle=cycled(DASHES, k), label=name or "training")
    if history.validation_loss:
        ax.plot(history.validation_loss, color=colour, linestyle=":", linewidth=2)
    best = history.best_epoch
    ax.plot([best], [(history.validation_loss or history.loss)[best]], color=colour, marker=cycled(MARKERS, k))


def _explain(ax: Axes, histories: list[Run]) -> None:
    """The legend: a line for each run, and once for all what dots and markers are."""
    colour = COLOURS[0] if len(histories) == 1 else "grey"
    if any(one.validation_loss for one in histories):
        ax.plot([], [], color=colour, linestyle=":", linewidth=2, label="validation")
    best = f"best epoch ({histories[0].best_epoch})" if len(histories) == 1 else "best epoch"
    ax.plot([], [], color=colour, marker=MARKERS[0], linestyle="none", label=best)
    ax.legend()
