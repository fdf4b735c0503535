"""What an operation costs, beside micrograd: `python tests/benchmarks/eager.py` (needs the extra `bench`).

One graph of random operands is built, back-propagated and freed by both engines, in processes of their own,
in turn. Printed are medians and the ratio of each pair of runs; gradients are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import gc
import json
import random
import statistics
import time
from typing import Any

from peers import check_equal, in_process, micrograd_value, require_micrograd

OPERATIONS = 12  # in one block: 5 mul, 2 add, 1 sub, 1 div, 1 power, 1 tanh, 1 exp


def block(a: Any, b: Any, c: Any) -> Any:
    """Twelve operations."""
    t = (a * c + b).tanh()
    v = t / (t * t + 1.5)
    w = v.exp() * b
    return w**2 * 0.25 - a * t


def program(leaves: list[Any], operations: int) -> Any:
    """Chains of eight blocks over random leaves, summed pairwise: next to no subexpression comes twice."""
    draw = random.Random(7)
    ends = []
    for k in range(operations // OPERATIONS):
        start = draw.choice(leaves) if k % 8 == 0 else ends.pop()
        ends.append(block(draw.choice(leaves), draw.choice(leaves), start))
    while len(ends) > 1:
        ends = [a + b for a, b in zip(ends[::2], ends[1::2], strict=False)] + ends[len(ends) // 2 * 2 :]
    return ends[0]


def engine(name: str) -> Any:
    """The class of Values of an engine."""
    if name == "micrograd":
        return micrograd_value()
    from autograd import Value

    return Value


def resident_bytes() -> int:
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4096


def measure(name: str, operations: int, collect: bool, repeats: int) -> dict[str, Any]:
    """Nanoseconds an operation of each repeat, the gradients, and the bytes an operation of one graph."""
    Value = engine(name)
    leaves = [Value(random.Random(k).uniform(-1, 1)) for k in range(64)]
    program(leaves, 120).backward()
    for leaf in leaves:
        leaf.grad = 0.0
    program(leaves, operations).backward()
    gradients = [leaf.grad for leaf in leaves]
    (gc.enable if collect else gc.disable)()
    times = []
    for _ in range(repeats):
        start = time.perf_counter_ns()
        root = program(leaves, operations)
        root.backward()
        del root
        times.append((time.perf_counter_ns() - start) / operations)
    return {"times": times, "gradients": gradients, "bytes": memory(Value, leaves)}


def memory(Value: Any, leaves: list[Any], operations: int = 300_000) -> float:
    """Growth of resident memory by a graph that has been back-propagated, an operation."""
    before = resident_bytes()
    root = program(leaves, operations)
    root.backward()
    return (resident_bytes() - before) / operations


def compare(operations: int, rounds: int) -> None:
    """Both engines in turn, with the garbage collector on and off."""
    print(f"{operations} operations, forward + backward + free, median of {rounds} alternating runs\n")
    print(f"{'garbage collector':18} {'autograd':>10} {'micrograd':>10} {'ratio':>7}  {'(min to max)':>14}")
    for collect in (True, False):
        pairs = [
            [
                in_process(__file__, "--engine", name, "--operations", str(operations), *["--collect"] * collect)
                for name in ("autograd", "micrograd")
            ]
            for _ in range(rounds)
        ]
        ours, theirs = ([statistics.median(run["times"]) for run in runs] for runs in zip(*pairs, strict=True))
        for mine, peers in pairs:
            check_equal("the engines' gradients", mine["gradients"], peers["gradients"])
        ratios = sorted(b / a for a, b in zip(ours, theirs, strict=True))
        print(
            f"{'on' if collect else 'off':18} {statistics.median(ours):7.0f} ns {statistics.median(theirs):7.0f} ns "
            f"{statistics.median(ratios):6.1f}x  ({ratios[0]:.1f} to {ratios[-1]:.1f})"
        )
    print(f"{'bytes an operation':18} {pairs[0][0]['bytes']:10.0f} {pairs[0][1]['bytes']:10.0f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--engine", choices=("autograd", "micrograd"), help=argparse.SUPPRESS)
    parser.add_argument("--collect", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.engine:
        print(json.dumps(measure(chosen.engine, chosen.operations, chosen.collect, chosen.repeats)))
    else:
        require_micrograd()
        compare(chosen.operations, chosen.rounds)


if __name__ == "__main__":
    main()
