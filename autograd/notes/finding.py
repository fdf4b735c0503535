"""What was found of one statement in notes."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

HOLDS, SLIP, UNCHECKED = "holds", "slip", "not checked"


@dataclass(frozen=True)
class Finding:
    """One claim and its verdict: "holds", "slip" or "not checked".

    `line` and `column` are where the claim's formula begins in the file, from 1; `claim` is its LaTeX, of which
    `start` to `end` is the part that is wrong (or could not be read). `diagnosis` is "" or a kind of slip, `message`
    says it in words, `correction` is the claim's LaTeX put right, "" where there is none. `loss` names what was
    derived, "" where the claim is about no derivative. `formula` is the number of its formula in the notes, from 0.
    """

    line: int
    column: int
    claim: str
    verdict: str
    message: str
    diagnosis: str = ""
    correction: str = ""
    start: int = 0
    end: int = 0
    loss: str = ""
    formula: int = 0

    def __bool__(self) -> bool:
        return self.verdict == HOLDS

    def to_dict(self) -> dict[str, Any]:
        """A record for JSON."""
        return asdict(self)
