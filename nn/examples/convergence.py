"""The perceptron convergence theorem: where a line separates, at most (R/gamma)^2 mistakes, then none."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np

from nn import data
from nn.perceptron import Perceptron, mistake_bound


class Run(NamedTuple):
    """One cloud. Inputs count with the 1 that the bias is the weight of: (x, 1) has the length √(|x|² + 1)."""

    margin: float  # of the data: the distance of the nearest point from the line
    R: float  # the largest length of (x, 1)
    gamma: float  # the margin as the rule sees it, margin / √(1 + bias²) for |w| = 1
    outcome: str
    mistakes: int  # over all epochs, until one has none
    bound: float  # (R/γ)²


def run(
    margins: tuple[float, ...] = (1.0, 0.5, 0.2, 0.1, 0.05, 0.02), clouds: int = 10, samples: int = 100
) -> list[Run]:
    """Learn several clouds of each margin from weights 0, and count the mistakes."""
    return [counted(margin, samples, seed) for margin in margins for seed in range(clouds)]


def counted(margin: float, samples: int, seed: int) -> Run:
    """The mistakes on one cloud, and what bounds them."""
    cloud = data.clouds(samples, margin=margin, seed=seed)
    line: Any = cloud.separator
    learning = Perceptron(2).fit(cloud.X, cloud.y)
    bound = mistake_bound(cloud.X, cloud.y, line.weights, line.bias)
    R = math.sqrt(np.max(np.sum(cloud.X**2, axis=1)) + 1)
    return Run(margin, R, line.margin / math.hypot(1, line.bias), learning.outcome, learning.mistakes, bound)


def main() -> list[Run]:
    """Print for each margin the means over its clouds, and how near any came to the bound."""
    result = run()
    print("margin      R   gamma   mistakes   (R/gamma)^2   most of it used")
    for margin in dict.fromkeys(each.margin for each in result):
        of_margin = [each for each in result if each.margin == margin]
        means = [np.mean([getattr(each, name) for each in of_margin]) for name in ("R", "gamma", "mistakes", "bound")]
        most = max(each.mistakes / each.bound for each in of_margin)
        print("{:6g} {:6.2f}  {:.4f}   {:8.1f}   {:11.0f}".format(margin, *means) + f"   {most:15.1%}")
    print(f"means over {len(of_margin)} clouds of each margin")
    separated = sum(each.outcome == "separated" for each in result)
    within = sum(each.mistakes <= each.bound for each in result)
    print(f"of {len(result)} clouds {separated} were separated, {within} within the bound")
    return result


if __name__ == "__main__":
    main()
