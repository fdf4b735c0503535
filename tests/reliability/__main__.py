"""Tries the package, section by section, and prints what was tried how often: `python -m tests.reliability --long`."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from reliability.sections import SECTIONS
from reliability.trials import Count, Trials


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 where something failed."""
    parser = argparse.ArgumentParser(prog="python -m tests.reliability", description=__doc__)
    parser.add_argument("--long", action="store_true", help="all trials, not one in a hundred")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=600.0, help="the time for each thing that is tried")
    parser.add_argument("--only", nargs="+", choices=list(SECTIONS), default=list(SECTIONS), help="these sections")
    chosen = parser.parse_args(arguments)
    failed = False
    print("| what was tried | how often | failed | seconds |\n| --- | --- | --- | --- |")
    for name in chosen.only:
        trials, begin = Trials(name, chosen.seed, chosen.long, chosen.seconds), time.monotonic()
        for count in SECTIONS[name].run(trials):
            begin = _tell(count, begin)
            failed = failed or not count.passed
    return int(failed)


def _tell(count: Count, begin: float) -> float:
    """A row of the table, and the failures on stderr; the time now."""
    now = time.monotonic()
    print(f"| {count.what} | {count.tried:,} | {count.failed:,} | {now - begin:.0f} |", flush=True)
    for failure in count.failures:
        print(f"{count.what}: {failure}", file=sys.stderr)
    return now


if __name__ == "__main__":
    sys.exit(main())
