"""The path of an optimizer on a function of a few numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from autograd import Value
from nn.optimizer import Optimizer
from nn.plain import Floats
from nn.ranges import whole_number


def descend(
    f: Callable[..., Value], start: Sequence[float], optimizer: Callable[[list[Value]], Optimizer], steps: int = 50
) -> Floats:
    """The points that an optimizer visits on its way down f, an array (steps + 1, numbers) that begins with `start`.

    f takes as many Values as `start` has numbers; `optimizer` makes an optimizer of them, as in
    `lambda p: SGD(p, lr=0.1)`. `nn.plot.loss_surface` draws the path on the surface of f.

    Raises TypeError where f does not return a Value, ValueError for fewer than 0 steps or where the path leaves the
    finite numbers.

    >>> from nn.optimizers import SGD
    >>> descend(lambda x, y: x**2 + y**2, (-3, 4), lambda p: SGD(p, lr=0.1), steps=2).round(12).tolist()
    [[-3.0, 4.0], [-2.4, 3.2], [-1.92, 2.56]]
    """
    steps = whole_number("descend", "steps", steps, least=0)
    values = [Value(float(x)) for x in start]
    mover = optimizer(values)
    points = [[v.data for v in values]]
    for _ in range(steps):
        mover.zero_grad()
        y = f(*values)
        if not isinstance(y, Value):
            raise TypeError(f"descend: f returned {y!r:.40}, not a Value: write it with autograd's operations")
        y.backward()
        mover.step()
        points.append([v.data for v in values])
    return np.array(points)
