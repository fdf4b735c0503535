"""What was claimed of contenders, beside what they measured, as a table."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from contest import Contender

Measured = dict[Contender, list[float]]
PREFIXES = ((1e-9, "n"), (1e-6, "µ"), (1e-3, "m"), (1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G"))
HEAD = ("workload", "ours", "", "beside", "", "ratio", "(min to max)", "target", "")


class Claim(NamedTuple):
    """What `ours` measures is at most `at_most` times what `peer` does; without a peer, at most `at_most`."""

    ours: Contender
    peer: Contender | None = None
    at_most: float | None = None


class Workload(NamedTuple):
    """Claims in one unit, "s" or "B"; `others` are measured with those whom the claims name; `once` for first runs."""

    name: str
    title: str
    unit: str
    claims: Sequence[Claim]
    others: Sequence[Contender] = ()
    once: bool = False

    @property
    def contenders(self) -> list[Contender]:
        named = [c for claim in self.claims for c in (claim.ours, claim.peer) if c]
        return list(dict.fromkeys([*named, *self.others]))


def rows(workload: Workload, measured: Measured) -> list[tuple[str, ...]]:
    """A row for each claim whose contenders were there."""
    found = []
    for claim in workload.claims:
        ours, peer = measured.get(claim.ours), measured.get(claim.peer) if claim.peer else None
        if ours and (peer or not claim.peer):
            found.append((workload.title, *_row(claim, ours, peer, workload.unit)))
    return found


def _row(claim: Claim, ours: list[float], peer: list[float] | None, unit: str) -> tuple[str, ...]:
    names = claim.ours.name, quantity(statistics.median(ours), unit)
    if not (claim.peer and peer):
        shown = f"≤ {quantity(claim.at_most, unit)}" if claim.at_most else ""
        span = f"({quantity(min(ours), unit)} to {quantity(max(ours), unit)})" if len(ours) > 1 else ""
        return (*names, "", "", "", span, shown, verdict(claim, statistics.median(ours)))
    ratios = [a / b for a, b in zip(ours, peer, strict=True)]
    ratio = statistics.median(ratios)
    span = f"({min(ratios):.2f} to {max(ratios):.2f})"
    shown = f"≤ {claim.at_most:.2f}" if claim.at_most else ""
    theirs = claim.peer.name, quantity(statistics.median(peer), unit)
    return (*names, *theirs, f"{ratio:.2f}", span, shown, verdict(claim, ratio))


def verdict(claim: Claim, found: float) -> str:
    """Nothing was promised, or it was kept, or not."""
    return "" if claim.at_most is None else "met" if found <= claim.at_most else "missed"


def quantity(x: float, unit: str) -> str:
    """Three digits and a prefix.

    >>> quantity(4.567e-5, "s"), quantity(0.0, "B"), quantity(23.4e6, "B")
    ('45.7 µs', '0 B', '23.4 MB')
    """
    factor, prefix = next((pair for pair in reversed(PREFIXES) if abs(x) >= pair[0]), (1.0, ""))
    digits = f"{x / factor:.3g}" if abs(x / factor) < 100 else f"{x / factor:.0f}"
    return f"{digits} {prefix}{unit}"


def table(lines: Iterable[tuple[str, ...]]) -> str:
    """In Markdown, with columns of one width."""
    cells = [HEAD, *lines]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    rule = ["-" * max(3, width) for width in widths]
    shown = [
        "| " + " | ".join(cell.ljust(max(3, width)) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (cells[0], rule, *cells[1:])
    ]
    return "\n".join(shown)


def left_out(contenders: Iterable[Contender]) -> list[str]:
    """A line for each package that is not installed."""
    missing = dict.fromkeys(contender.package for contender in contenders if contender.missing)
    return [f"{package} is not installed: left out" for package in missing]
