"""Learning rates that fall with the epoch, as functions of it: nothing to save, and any epoch can be asked for.

By hand, `optimizer.lr = schedule(epoch)` at the start of each epoch; epochs count from 0.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from nn.ranges import FACTOR, NOT_NEGATIVE, Range, in_range, whole_number

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
        in_range("step_decay", "lr", self.lr, NOT_NEGATIVE)
        whole_number("step_decay", "every", self.every, least=1)
        in_range("step_decay", "factor", self.factor, FACTOR)

    def __call__(self, epoch: int) -> float:
        whole_number("step_decay", "epoch", epoch, least=0)
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
        in_range("exponential_decay", "lr", self.lr, NOT_NEGATIVE)
        in_range("exponential_decay", "factor", self.factor, FACTOR)

    def __call__(self, epoch: int) -> float:
        whole_number("exponential_decay", "epoch", epoch, least=0)
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
        in_range("cosine_decay", "lr", self.lr, NOT_NEGATIVE)
        whole_number("cosine_decay", "epochs", self.epochs, least=1)
        upto_lr = Range(lambda x: 0.0 <= x <= self.lr, f"0 or more and at most {self.lr:g}")
        in_range("cosine_decay", "lowest", self.lowest, upto_lr)

    def __call__(self, epoch: int) -> float:
        whole_number("cosine_decay", "epoch", epoch, least=0)
        return float(self.lowest + (self.lr - self.lowest) * (1.0 + math.cos(math.pi * epoch / self.epochs)) / 2.0)
