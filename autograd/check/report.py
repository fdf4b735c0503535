"""What check_gradient found, as records and as a table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import Any

from autograd.check.estimate import Estimate
from autograd.value import Value

AGREES, WRONG, KINK, NOT_SMOOTH, NOISE = "agrees", "wrong", "kink", "not smooth enough", "noise"


@dataclass(frozen=True)
class Verdict:
    """One input: its gradient by the engine, by differences (± `error`), and what to think of it.

    `verdict` is "agrees", "wrong", "kink" (the slopes on the two sides, `left` and `right`, differ, and the
    gradient is one between them), "not smooth enough" or "noise"; `node` is the first one whose local derivative
    is wrong, if one is.
    """

    name: str
    value: float
    gradient: float
    estimate: float
    error: float
    verdict: str
    explanation: str = ""
    left: float | None = None
    right: float | None = None
    node: Value | None = None

    def __bool__(self) -> bool:
        """Whether the gradient is right, or as right as it can be at a kink."""
        return self.verdict in (AGREES, KINK)

    def to_dict(self) -> dict[str, Any]:
        """The record as a dict of strings and numbers, for JSON: without the node."""
        return {name: held for name, held in vars(self).items() if name != "node"}


@dataclass(frozen=True)
class GradientReport:
    """The verdict on each input of f: true where all gradients are right. Prints as a table."""

    verdicts: tuple[Verdict, ...]

    def __bool__(self) -> bool:
        return all(self.verdicts)

    def __len__(self) -> int:
        return len(self.verdicts)

    def __iter__(self) -> Iterator[Verdict]:
        return iter(self.verdicts)

    def __getitem__(self, key: int | str) -> Verdict:
        """The verdict on an input, by its place or by its name."""
        if isinstance(key, int):
            return self.verdicts[key]
        for verdict in self.verdicts:
            if verdict.name == key:
                return verdict
        raise KeyError(f"no input {key!r}: the inputs are {', '.join(v.name for v in self.verdicts)}")

    def __str__(self) -> str:
        rows = [HEADER, *map(_cells, self.verdicts)]
        widths = [max(len(row[k]) for row in rows) for k in range(len(HEADER))]
        table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
        return "\n".join(table + [f"{', '.join(names)}: {text}" for text, names in self._explanations().items()])

    __repr__ = __str__

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(cell)}</th>" for cell in HEADER)
        body = "".join(f"<tr>{''.join(f'<td>{escape(c)}</td>' for c in _cells(v))}</tr>" for v in self.verdicts)
        found = self._explanations().items()
        notes = "".join(f"<p>{escape(', '.join(names))}: {escape(text)}</p>" for text, names in found)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{notes}"

    def _explanations(self) -> dict[str, list[str]]:
        """Each explanation once, with the inputs that it is for."""
        found: dict[str, list[str]] = {}
        for verdict in self.verdicts:
            if verdict.explanation:
                found.setdefault(verdict.explanation, []).append(verdict.name)
        return found


HEADER = ("input", "value", "gradient", "by differences", "verdict")


def _cells(v: Verdict) -> tuple[str, ...]:
    if v.left is not None and v.right is not None:
        numerical = f"{v.left:.8g} | {v.right:.8g}"
    else:
        numerical = f"{v.estimate:.8g} ± {v.error:.1g}"
    return v.name, f"{v.value:.8g}", f"{v.gradient:.8g}", numerical.replace("nan ± inf", "?"), v.verdict


def slope(side: Estimate) -> str:
    """A one-sided slope in words."""
    if side.jumps:
        return "a jump"
    return "unknown" if side.value != side.value else f"{side.value:.10g}".replace("inf", "∞")
