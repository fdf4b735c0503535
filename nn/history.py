"""What training went through, epoch by epoch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Those that fit makes; others are metrics.
COLUMNS = ("loss", "validation_loss", "learning_rate")


class History:
    """A row an epoch: `loss`, `learning_rate`, and where there is validation data `validation_loss`; metrics too.

    `ended` says why training ended: "all epochs", "no improvement", "stopped by a callback", "interrupted".

    >>> history = History([{"loss": 0.5, "accuracy": 0.75}, {"loss": 0.25, "accuracy": 1.0}])
    >>> history.loss, history["accuracy"], history.best_epoch
    ([0.5, 0.25], [0.75, 1.0], 1)
    """

    def __init__(self, rows: list[dict[str, float]] | None = None, ended: str = "") -> None:
        self.rows = rows or []
        self.ended = ended

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Mapping[str, float]]:
        return iter(self.rows)

    def __getitem__(self, column: str) -> list[float]:
        """A column, a number an epoch. Raises KeyError where there is none of that name."""
        if column not in self.columns:
            raise KeyError(f"history has no {column!r}; it has {', '.join(self.columns) or 'no epochs yet'}")
        return [row[column] for row in self.rows]

    @property
    def columns(self) -> list[str]:
        """The names of the columns."""
        return list(self.rows[0]) if self.rows else []

    @property
    def loss(self) -> list[float]:
        """The loss of every epoch: the mean over its samples, each before the step of its batch."""
        return self["loss"] if self.rows else []

    @property
    def validation_loss(self) -> list[float]:
        """The loss on the validation data after every epoch; empty without such data."""
        return self["validation_loss"] if "validation_loss" in self.columns else []

    @property
    def metrics(self) -> dict[str, list[float]]:
        """The columns that are neither losses nor the learning rate."""
        return {name: self[name] for name in self.columns if name not in COLUMNS}

    @property
    def best_epoch(self) -> int:
        """The epoch, from 0, of the least validation loss, or of the least loss where there is none.

        Raises ValueError before the first epoch.
        """
        judged = self.validation_loss or self.loss
        if not judged:
            raise ValueError("history has no epochs yet")
        return judged.index(min(judged))

    def plot(self, ax: Any = None) -> Any:
        """Draw the losses over the epochs; returns matplotlib's Axes. See `nn.plot.loss_curve`."""
        from nn.plot import loss_curve

        return loss_curve(self, ax)

    def __repr__(self) -> str:
        if not self.rows:
            return f"<History: no epochs{', ' + self.ended if self.ended else ''}>"
        last = ", ".join(f"{name} {value:.4g}" for name, value in self.rows[-1].items())
        return f"<History: {len(self)} epoch{'s' * (len(self) > 1)} ({self.ended or 'training'}); the last: {last}>"
