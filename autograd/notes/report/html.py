"""Notes as a page of their own: beside each formula a mark, below it what is wrong, at the end the graphs.

The page asks the network for nothing, and nothing in it runs but what steps through a graph.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from importlib.resources import files
from typing import Protocol

from autograd.labels import readable
from autograd.notes.finding import HOLDS, SLIP, UNCHECKED, Finding
from autograd.notes.markdown.items import Formula
from autograd.notes.markdown.source import read_notes
from autograd.notes.report.listing import counts, one_line
from autograd.notes.report.mathml import formula
from autograd.notes.report.prose import Prose
from autograd.show.drawing import draw
from autograd.show.notebook import FAILURES
from autograd.show.page import page
from autograd.show.stepper import step_through
from autograd.value import Value

MARKS = {HOLDS: ("✓", "holds"), SLIP: ("✗", "slip"), UNCHECKED: ("?", "unchecked")}


class Checked(Protocol):
    """Notes from the file `name`, what was found in them, and the graphs of their losses."""

    @property
    def name(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def findings(self) -> Sequence[Finding]: ...
    @property
    def losses(self) -> Mapping[str, Value]: ...


def rendered(reports: Sequence[Checked]) -> str:
    """The page of notes, those of several files one below the other."""
    style = (files("autograd.notes.report") / "report.css").read_text("utf-8")
    several = len(reports) > 1
    notes = [_Notes(report, f"{k}-" if several else "").html for k, report in enumerate(reports, 1)]
    title = one_line(reports[0].name) if len(reports) == 1 else f"{len(reports)} files of notes"
    return page(title, "\n".join([f"<style>\n{style}</style>", *notes]), "46em")


class _Notes:
    """Puts the notes together. Findings and graphs are linked by their numbers, from 1, behind those of the file."""

    def __init__(self, report: Checked, prefix: str) -> None:
        self.name, self.findings, self.losses = report.name, report.findings, report.losses
        self.prefix = prefix
        self.formulas = [item for item in read_notes(report.text) if isinstance(item, Formula)]
        self.graphs = {name: f"{prefix}{number}" for number, name in enumerate(self.losses, 1)}
        self.numbers: dict[int, list[int]] = {}  # of the findings, by the formula that they are about
        for number, finding in enumerate(self.findings, 1):
            self.numbers.setdefault(finding.formula, []).append(number)
        self.shown: set[int] = set()
        prose = Prose(report.text, self.formulas, self.beside).html
        parts = [self.summary(), prose, self.others(), *map(self.graph, self.losses)]
        self.html = '<div class="notes">\n' + "\n".join(filter(None, parts)) + "\n</div>"

    def summary(self) -> str:
        """How many claims hold, and links to those that do not, and to the graphs."""
        lines = [self.entry(number) for number, finding in enumerate(self.findings, 1) if not finding]
        listed = "<ul>\n{}\n</ul>".format("\n".join(lines)) if lines else ""
        links = ", ".join(f'<a href="#graph-{k}">{_plain(name)}</a>' for name, k in self.graphs.items())
        graphs = f'<p class="graph">Graphs: {links}</p>' if links else ""
        head = f"<p><strong>{escape(one_line(self.name))}</strong>: {counts(self.findings)}</p>"
        return f'<header class="summary">\n{head}\n{listed}\n{graphs}</header>'

    def entry(self, number: int) -> str:
        """A link to a finding."""
        finding = self.findings[number - 1]
        sign, kind = MARKS[finding.verdict]
        link = f'<a href="#finding-{self.prefix}{number}">line {finding.line}: {escape(one_line(finding.message))}</a>'
        return f'<li><span class="mark {kind}">{sign}</span> {link}</li>'

    def beside(self, formula_number: int) -> tuple[str, str]:
        """The marks beside a formula, and what stands below it."""
        numbers = self.numbers.get(formula_number, [])
        self.shown.update(numbers)
        wrong = [number for number in numbers if not self.findings[number - 1]]
        below = "".join(self.found(number, self.formulas[formula_number]) for number in wrong)
        return "".join(map(self.mark, numbers if wrong else numbers[:1])), below

    def mark(self, number: int) -> str:
        """A sign for a verdict, which links to what is wrong."""
        finding = self.findings[number - 1]
        sign, kind = MARKS[finding.verdict]
        says = f'class="mark {kind}" title="{escape(one_line(f"{finding.verdict}: {finding.message}"))}"'
        if finding:
            return f'<span {says} role="img" aria-label="{finding.verdict}">{sign}</span>'
        return f'<a {says} href="#finding-{self.prefix}{number}" aria-label="{finding.verdict}">{sign}</a>'

    def found(self, number: int, about: Formula | None) -> str:
        """What is wrong, with the claim where it is not all of a formula right above, and the claim put right."""
        finding = self.findings[number - 1]
        sign, kind = MARKS[finding.verdict]
        where = f'<b class="{kind}">{sign} {finding.verdict}</b>, line {finding.line}'
        parts = [f"{where}: {escape(one_line(finding.message))}"]
        if finding.claim and not (about and about.display and about.latex.strip() == finding.claim.strip()):
            parts.append(_display(finding.claim))
        if finding.correction:
            parts += ["should be", _display(finding.correction)]
        if finding.loss in self.graphs:
            parts.append(
                f'<a class="graph" href="#graph-{self.graphs[finding.loss]}">The graph of {_plain(finding.loss)}</a>'
            )
        inside = " ".join(f"<span>{part}</span>" for part in parts)
        return f' <span class="found {kind}" id="finding-{self.prefix}{number}">{inside}</span> '

    def others(self) -> str:
        """What is wrong where no formula is shown, as in a declaration."""
        rest = [k for k, finding in enumerate(self.findings, 1) if k not in self.shown and not finding]
        return f"<h2>Elsewhere in the notes</h2>\n<p>{''.join(self.found(k, None) for k in rest)}</p>" if rest else ""

    def graph(self, name: str) -> str:
        """The drawing of a loss and its steps, folded up."""
        value = self.losses[name]
        parts = [f"<summary>The graph of {_plain(name)}</summary>", f'<p id="graph-{self.graphs[name]}"></p>']
        parts += [_or_why_not(lambda: draw(value)._repr_html_()), _or_why_not(lambda: step_through(value).html)]
        return "<details>{}</details>".format("\n".join(parts))


def _or_why_not(show: Callable[[], str]) -> str:
    try:
        return show()
    except FAILURES as error:
        return f"<p>{escape(str(error))}</p>"


def _display(latex: str) -> str:
    return f'<span class="scroll">{formula(latex, display=True)}</span>'


def _plain(name: str) -> str:
    return escape(one_line(readable(name)))
