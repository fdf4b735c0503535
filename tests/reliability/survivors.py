"""The list of mutants that survive, each with the reason why no test can tell it, or does: survivors.md."""

from __future__ import annotations

import re
from pathlib import Path

FILE = Path(__file__).with_name("survivors.md")
ENTRY = re.compile(r"- `(?P<name>.+?)`: (?P<why>.+)")


def explained() -> dict[str, dict[str, str]]:
    """For each file, its survivors by name, and why they do."""
    found: dict[str, dict[str, str]] = {}
    for line in FILE.read_text().splitlines():
        if line.startswith("## "):
            entries = found.setdefault(line[3:].strip(), {})
        elif entry := ENTRY.fullmatch(line):
            entries[entry["name"]] = entry["why"]
    return found
