"""What a step of training costs, beside micrograd: `python tests/benchmarks/training.py` (needs the extra `bench`).

moons: micrograd's demo, 100 samples, MLP(2, [16, 16, 1]), hinge loss + L2, the very program for both. digits: 64-32-10,
128 samples, softmax cross entropy, each library in its own words. Both start from the same weights, in processes of
their own, in turn, garbage collector on; losses are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
from peers import check_equal, in_process, micrograd_value, require_micrograd

Step = Callable[[], float]
STEPS = {("moons", "autograd"): 20, ("moons", "micrograd"): 4, ("digits", "autograd"): 10, ("digits", "micrograd"): 1}


def moons(name: str) -> Step:
    """A step of micrograd's demo, the same code for both."""
    if name == "autograd":
        from autograd import Value
        from nn import MLP
    else:
        from micrograd.nn import MLP

        Value = micrograd_value()

    import matplotlib.pyplot  # noqa: F401, as the demo does: what is loaded is walked by the garbage collector too
    from sklearn.datasets import make_moons

    X, y = make_moons(n_samples=100, noise=0.1, random_state=0)
    signs = (2 * y - 1).tolist()
    model = MLP(2, [16, 16, 1])
    place(model.parameters(), [2, 16, 16, 1])

    def step() -> float:
        inputs = [list(map(Value, row)) for row in X]
        scores = list(map(model, inputs))
        losses = [(1 + -sign * score).relu() for sign, score in zip(signs, scores, strict=True)]
        data_loss = sum(losses) * (1.0 / len(losses))
        return descend(model, data_loss + 1e-4 * sum(p * p for p in model.parameters()))

    return step


def digits(name: str) -> Step:
    """A step of softmax regression on a hidden layer, in the words of each library."""
    from nn import data

    X, y = (part[:128].tolist() for part in data.digits()[:2])
    model, loss = (autograd_digits if name == "autograd" else micrograd_digits)()
    place(model.parameters(), [64, 32, 10])

    def step() -> float:
        return descend(model, loss([model(row) for row in X], y))

    return step


def descend(model: Any, loss: Any) -> float:
    """The second half of a step, in words that both libraries have; returns the loss."""
    model.zero_grad()
    loss.backward()
    for p in model.parameters():
        p.data -= 0.1 * p.grad
    return float(loss.data)


def autograd_digits() -> tuple[Any, Any]:
    from nn import MLP, cross_entropy_from_logits

    return MLP(64, [32, 10]), cross_entropy_from_logits


def micrograd_digits() -> tuple[Any, Any]:
    from micrograd.nn import MLP

    micrograd_value()

    def loss(outputs: list[Any], labels: list[int]) -> Any:
        terms = []
        for row, label in zip(outputs, labels, strict=True):
            exps = [z.exp() for z in row]
            terms.append(-(exps[label] / sum(exps)).log())
        return sum(terms) * (1.0 / len(terms))

    return MLP(64, [32, 10]), loss


def weights(sizes: list[int]) -> list[float]:
    """The same for all contenders: neuron by neuron, its weights, then its bias."""
    draws = np.random.default_rng(0)
    numbers: list[float] = []
    for inputs, neurons in pairwise(sizes):
        for _ in range(neurons):
            numbers += [*(draws.uniform(-1, 1, inputs) / inputs**0.5).tolist(), 0.0]
    return numbers


def place(parameters: list[Any], sizes: list[int]) -> None:
    """Give a model these weights."""
    for p, number in zip(parameters, weights(sizes), strict=True):
        p.data = number


def measure(workload: str, name: str) -> dict[str, Any]:
    """Milliseconds of each step after the first, and all losses."""
    step = {"moons": moons, "digits": digits}[workload](name)
    losses, times = [step()], []
    for _ in range(STEPS[workload, name]):
        start = time.perf_counter()
        losses.append(step())
        times.append((time.perf_counter() - start) * 1e3)
    return {"times": times, "losses": losses}


def compare(rounds: int) -> None:
    """Both libraries in turn."""
    print(f"a full step, garbage collector on, median of {rounds} alternating runs\n")
    print(f"{'':8} {'autograd':>10} {'micrograd':>12} {'ratio':>7}  {'(min to max)':>14}")
    for workload in ("moons", "digits"):
        pairs = [[in_process(__file__, workload, name) for name in ("autograd", "micrograd")] for _ in range(rounds)]
        for ours, theirs in pairs:
            shared = min(len(ours["losses"]), len(theirs["losses"]))
            check_equal("the engines' losses", ours["losses"][:shared], theirs["losses"][:shared])
        mine, peers = ([statistics.median(run["times"]) for run in runs] for runs in zip(*pairs, strict=True))
        ratios = sorted(b / a for a, b in zip(mine, peers, strict=True))
        print(
            f"{workload:8} {statistics.median(mine):7.1f} ms {statistics.median(peers):9.0f} ms "
            f"{statistics.median(ratios):6.0f}x  {f'({ratios[0]:.0f} to {ratios[-1]:.0f})':>14}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("one", nargs="*", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    require_micrograd()
    if chosen.one:
        print(json.dumps(measure(*chosen.one)))
    else:
        compare(chosen.rounds)


if __name__ == "__main__":
    main()
