"""What checking notes came to: a report a file, as text, as records, as Markdown for a notebook, as a page."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from autograd.files import suffix_of, write_whole
from autograd.notes.finding import HOLDS, SLIP, UNCHECKED, Finding
from autograd.notes.report.html import rendered
from autograd.notes.report.listing import counts, listed, one_line
from autograd.notes.report.typeset import typeset
from autograd.value import Value


@dataclass(frozen=True, repr=False)
class Report:
    """What was found in the notes `text`: false where a slip was. Prints as a linter does.

    `losses` are the graphs that the notes define, by name.
    """

    name: str
    text: str
    findings: tuple[Finding, ...]
    losses: Mapping[str, Value] = field(default_factory=dict, compare=False)

    @property
    def holds(self) -> list[Finding]:
        """The claims that hold."""
        return self._with(HOLDS)

    @property
    def slips(self) -> list[Finding]:
        """The claims that are wrong."""
        return self._with(SLIP)

    @property
    def unchecked(self) -> list[Finding]:
        """What could not be read or decided, with the reason."""
        return self._with(UNCHECKED)

    def __bool__(self) -> bool:
        return not self.slips

    def __str__(self) -> str:
        return self.listing()

    __repr__ = __str__

    def listing(self, verbose: bool = False) -> str:
        """A few lines for every finding that does not hold, with `verbose` for all, and a summary."""
        shown = self.findings if verbose else [f for f in self.findings if not f]
        return "\n".join([*(listed(self._name, finding) for finding in shown), self.summary])

    @property
    def summary(self) -> str:
        """How many claims there are, and how many of them hold."""
        return f"{self._name}: {counts(self.findings)}"

    def to_dict(self) -> dict[str, Any]:
        """The same as dicts, lists, strings and numbers, for JSON."""
        found = {"holds": len(self.holds), "slips": len(self.slips), "unchecked": len(self.unchecked)}
        return {"file": self.name, **found, "findings": [finding.to_dict() for finding in self.findings]}

    @property
    def html(self) -> str:
        """The notes as a page of their own, with a mark beside each formula; needs nothing from the network."""
        return rendered([self])

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the page. Raises ValueError where the suffix is not .html, OSError where it can't be written."""
        return Reports((self,)).save(path)

    # Notebooks get Markdown: viewers typeset its formulas in notebooks of others too, where they strip MathML.
    def _repr_markdown_(self) -> str:
        return typeset(self.summary, self.findings)

    def _with(self, verdict: str) -> list[Finding]:
        return [finding for finding in self.findings if finding.verdict == verdict]

    @property
    def _name(self) -> str:
        return one_line(self.name)


@dataclass(frozen=True, repr=False)
class Reports:
    """The reports on several files: false where one of them has a slip."""

    reports: tuple[Report, ...]

    def __bool__(self) -> bool:
        return all(self.reports)

    def __str__(self) -> str:
        return self.listing()

    __repr__ = __str__

    def listing(self, verbose: bool = False) -> str:
        """Each report, and of several the sum."""
        found = [finding for report in self.reports for finding in report.findings]
        total = [f"{len(self.reports)} files: {counts(found)}"] if len(self.reports) != 1 else []
        return "\n".join([*(report.listing(verbose) for report in self.reports), *total])

    def _repr_markdown_(self) -> str:
        return "\n\n".join(report._repr_markdown_() for report in self.reports)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write them as one page. Raises ValueError for another suffix than .html, OSError where it fails."""
        suffix_of(path, [".html"], "save")
        write_whole(path, rendered(self.reports).encode("utf-8", "replace"))
        return Path(path)

    def to_dict(self) -> dict[str, Any]:
        """The same as dicts, lists, strings and numbers, for JSON."""
        return {"files": [report.to_dict() for report in self.reports]}
