"""What a replay costs, beside its peers: `python tests/benchmarks/replay.py --plot scaling.svg` (extra `bench`).

Every contender has a process of its own, on one thread, in double precision; they are asked in turn, round by round.
Shown are medians of the rounds, and the median of the rounds' ratios; results are compared before anything is timed.
"""

from __future__ import annotations

import argparse
import sys

from contest import race, tell
from scaling import draw
from table import Measured, Workload, left_out, rows, table
from workloads import WORKLOADS


def compare(workloads: list[Workload], rounds: int, plot: str = "") -> None:
    """Print the table, also of what is done when it is stopped or something fails; draw how costs grow."""
    lines: list[tuple[str, ...]] = []
    grown: dict[str, Measured] = {}
    try:
        for workload in workloads:
            measured = race(workload.title, workload.contenders, 1 if workload.once else rounds)
            lines += rows(workload, measured)
            if workload.name == "growth" and measured:
                grown[workload.title] = measured
    finally:
        tell("")
        print(f"medians of {rounds} rounds, one thread, float64\n\n{table(lines)}")
    print("\n".join(["", *left_out(c for workload in workloads for c in workload.contenders)]).rstrip())
    if plot:
        draw(grown, plot)


def main() -> None:
    names = list(dict.fromkeys(workload.name for workload in WORKLOADS))
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--only", nargs="+", choices=names, default=names, help="these workloads")
    parser.add_argument("--plot", default="", help="where the growth is drawn, as .svg or .png")
    chosen = parser.parse_args()
    try:
        compare([workload for workload in WORKLOADS if workload.name in chosen.only], chosen.rounds, chosen.plot)
    except KeyboardInterrupt:
        sys.exit("\nstopped: nothing is still running")


if __name__ == "__main__":
    main()
