"""Learning rates that fall with the epoch, as functions of it: nothing to save, and any epoch can be asked for.

By hand, `optimizer.lr = schedule(epoch)` at the start of each epoch; epochs count from 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from numbers import Integral, Real

Schedule = Callable[[int], float]

# Each is used as a function that returns a function, hence the lower case. As a class it shows its settings, equals
# another that has the same, and can be pickled.


@dataclass(frozen=True)
class step_decay:
    """lr · factor^⌊epoch / every⌋: after every so many epochs, the learning rate is multiplied by `factor`.

    `lr` ≥ 0 is that of epoch 0; `every` ≥ 1, in epochs; `factor` in (0, 1]. PyTorch's StepLR.
    Raises TypeError or ValueError for other settings, and for an epoch below 0.

    >>> schedule = step_decay(0.1, every=30)
    >>> schedule
    step_decay(lr=0.1, every=30, factor=0.1)
    >>> [round(schedule(epoch), 9) for epoch in (0, 29, 30, 60)]
    [0.1, 0.1, 0.01, 0.001]
    """

    lr: float
    every: int
    factor: float = 0.1

    def __post_init__(self) -> None:
        _refuse_outside(self, "lr", self.lr, 0.0, math.inf)
        _refuse_count(self, "every", self.every, 1)
        _refuse_outside(self, "factor", self.factor, math.ulp(0.0), 1.0)

    def __call__(self, epoch: int) -> float:
        _refuse_count(self, "epoch", epoch, 0)
        return float(self.lr * self.factor ** (epoch // self.every))


@dataclass(frozen=True)
class exponential_decay:
    """lr · factor^epoch: after every epoch, the learning rate is multiplied by `factor`.

    `lr` ≥ 0 is that of epoch 0; `factor` in (0, 1]. PyTorch's ExponentialLR.
    Raises TypeError or ValueError for other settings, and for an epoch below 0.

    >>> schedule = exponential_decay(0.1, factor=0.5)
    >>> [schedule(epoch) for epoch in range(3)]
    [0.1, 0.05, 0.025]
    """

    lr: float
    factor: float

    def __post_init__(self) -> None:
        _refuse_outside(self, "lr", self.lr, 0.0, math.inf)
        _refuse_outside(self, "factor", self.factor, math.ulp(0.0), 1.0)

    def __call__(self, epoch: int) -> float:
        _refuse_count(self, "epoch", epoch, 0)
        return float(self.lr * self.factor**epoch)


@dataclass(frozen=True)
class cosine_decay:
    """Half a cosine from `lr` at epoch 0 down to `lowest` at epoch `epochs` (Loshchilov and Hutter 2017).

    lowest + (lr − lowest) · (1 + cos(π · epoch / epochs)) / 2, PyTorch's CosineAnnealingLR; like that, it rises again
    when training goes on beyond `epochs`. `epochs` ≥ 1; 0 ≤ `lowest` ≤ `lr`.
    Raises TypeError or ValueError for other settings, and for an epoch below 0.

    >>> schedule = cosine_decay(0.1, 100)
    >>> [round(schedule(epoch), 9) for epoch in (0, 50, 100)]
    [0.1, 0.05, 0.0]
    """

    lr: float
    epochs: int
    lowest: float = 0.0

    def __post_init__(self) -> None:
        _refuse_outside(self, "lr", self.lr, 0.0, math.inf)
        _refuse_count(self, "epochs", self.epochs, 1)
        _refuse_outside(self, "lowest", self.lowest, 0.0, self.lr)

    def __call__(self, epoch: int) -> float:
        _refuse_count(self, "epoch", epoch, 0)
        return float(self.lowest + (self.lr - self.lowest) * (1.0 + math.cos(math.pi * epoch / self.epochs)) / 2.0)


def _refuse_outside(schedule: Schedule, name: str, value: float, low: float, high: float) -> None:
    who = type(schedule).__name__
    if not isinstance(value, Real) or isinstance(value, bool):
        raise TypeError(f"{who}: {name} = {value!r} is a {type(value).__name__}, not a number")
    if not (low <= value <= high and math.isfinite(value)):
        least = "above 0" if low > 0.0 else "0 or more"
        most = "finite" if high == math.inf else f"at most {high:g}"
        raise ValueError(f"{who}: {name} = {value!r} must be {least} and {most}")


def _refuse_count(schedule: Schedule, name: str, value: int, least: int) -> None:
    who = type(schedule).__name__
    if not isinstance(value, Integral) or isinstance(value, bool):
        raise TypeError(f"{who}: {name} = {value!r} is a {type(value).__name__}, not a whole number")
    if value < least:
        raise ValueError(f"{who}: {name} = {value!r} must be {least} or more")
