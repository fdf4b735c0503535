"""Learning rates on x^2: below 1 gradient descent converges, at 1 it bounces for ever, above 1 it diverges."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from autograd import Value, grad
from nn import SGD
from nn.descent import descend
from nn.plain import Floats


class Way(NamedTuple):
    """The points x₀, x₁, … of gradient descent on x², and those of the closed form x_k = (1 − 2η)^k x₀."""

    rate: float  # η
    x: Floats
    closed_form: Floats

    @property
    def outcome(self) -> str:
        """What became of the distance from the least point, 0."""
        before, after = abs(self.x[0]), abs(self.x[-1])
        return "converges" if after < before else "diverges" if after > before else "bounces"


class Result(NamedTuple):
    """`gradients` are those of x₀² + x₁² at `points`, a row each."""

    ways: list[Way]
    points: Floats
    gradients: Floats


def run(rates: tuple[float, ...] = (0.01, 0.1, 0.5, 0.9, 1.0, 1.1), start: float = 3.0, steps: int = 50) -> Result:
    """Go down x² with several learning rates, and two steps of 0.1 down x₀² + x₁² from (−3, 4)."""
    ways = [way(rate, start, steps) for rate in rates]
    points = descend(bowl, (-3.0, 4.0), lambda p: SGD(p, lr=0.1), steps=2)
    return Result(ways, points, np.array([grad(bowl, (0, 1))(*point) for point in points.tolist()]))


def way(rate: float, start: float, steps: int) -> Way:
    """Down x², by the optimizer and by the formula."""
    x = descend(lambda x: x**2, [start], lambda p: SGD(p, lr=rate), steps)[:, 0]
    return Way(rate, x, start * np.power(1 - 2 * rate, np.arange(steps + 1)))


def bowl(x0: Value, x1: Value) -> Value:
    """x₀² + x₁²."""
    return x0**2 + x1**2


def main() -> Result:
    """Print some points of each way, and the steps on the bowl."""
    result = run()
    chosen = [0, 1, 2, 3, 10, 50]
    print("gradient descent on x^2: each step multiplies x by 1 - 2 rate")
    print("  rate  1 - 2 rate" + "".join(f"{f'x_{k}':>11}" for k in chosen))
    for way in result.ways:
        numbers = "".join(f"{x:11.4g}" for x in way.x[chosen])
        print(f"{way.rate:6g}  {1 - 2 * way.rate:10.3g}{numbers}   {way.outcome}")
    print("y = x0^2 + x1^2, rate 0.1:")
    for point, gradient in zip(result.points, result.gradients, strict=True):
        print("  at ({:5.2f}, {:.2f}) the gradient is ({:5.2f}, {:.2f})".format(*point, *gradient))
    return result


if __name__ == "__main__":
    main()
