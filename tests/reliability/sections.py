"""The sections, in the order of the table."""

from __future__ import annotations

from types import ModuleType

from reliability import (
    determinism,
    files,
    first_nan,
    hostile,
    judged,
    judged_claims,
    judged_notes,
    leaks,
    life,
    random_programs,
    rows,
    scale,
    threads,
)

SECTIONS: dict[str, ModuleType] = {
    "leaks": leaks,  # first: what others left in caches would be replaced meanwhile, and so counted as new
    "rows": rows,
    "programs": random_programs,
    "life": life,
    "judged": judged,
    "judged_claims": judged_claims,
    "judged_notes": judged_notes,
    "hostile": hostile,
    "files": files,
    "first_nan": first_nan,
    "scale": scale,
    "threads": threads,
    "determinism": determinism,
}
