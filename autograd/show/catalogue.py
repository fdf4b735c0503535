"""The table of operations for people: values, local derivatives, domains, and what is chosen at kinks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product, zip_longest
from typing import NamedTuple

from autograd.codegen import condition, partial_formulas, value_formula
from autograd.expression import formula
from autograd.ops import TABLE, Nary, Operation
from autograd.show.style import PLAIN, printable
from autograd.symbol import Symbol
from autograd.value import Value

HEADER = ("operation", "value", "local derivatives", "domain", "kinks, and the derivative there")
LONGEST_VALUE, LONGEST = 24, 100
# Numbers tried for the operands when a point of a kink is looked for, how many combinations, and what is listed.
TRIED, MOST_TRIED, MOST_CHOICES = (0.0, 1.0, 2.0, -1.0, 0.5), 10_000, 2
SIGNS = {"==": "=", "!=": "≠", "<=": "≤", ">=": "≥", "-": "−"}
# Rows of many operands that are not the same for each of them: (value, derivatives).
OF_MANY = {
    "dot": ("w1 · x1 + w2 · x2 + … + bias", "x in w, w in x, 1 in bias"),
    "softmax": ("exp(a) / sum(exp(a))", "y · (1 − y) in its own operand, −y · y′ in that of another output y′"),
}


class Choice(NamedTuple):
    """A point of a kink, and the local derivatives that the row has there."""

    point: dict[str, float]
    derivatives: tuple[float, ...]


def call(op: Operation) -> str:
    """How the operation is called: clip(a, low, high)."""
    return f"{op.name}({', '.join(op.operands)})" if op.name != "softmax" else "softmax(values)"


def value(op: Operation) -> str:
    """The value as a textbook has it; else as it is computed, if that is short."""
    if op.name in OF_MANY:
        return OF_MANY[op.name][0]
    if op.textbook:
        return PLAIN.text(formula(op.textbook[0]))
    letters = [Symbol(name) for name in op.operands]
    written = PLAIN.text(Symbol(op.name, op, letters) if op.infix else value_formula(op))
    return written if len(written) <= LONGEST_VALUE else call(op)


def derivatives(op: Operation) -> list[str]:
    """The local derivatives as a textbook has them, an operand each."""
    if isinstance(op, Nary):
        return [OF_MANY[op.name][1]] if op.name in OF_MANY else [PLAIN.text(formula(op.textbook[1]))]
    if op.textbook:
        return [PLAIN.text(formula(text)) for text in op.textbook[1:]]
    return [PLAIN.text(partial) for partial in partial_formulas(op)]


def choices(op: Operation) -> list[Choice]:
    """The derivatives at a kink, found by evaluating the row where its kinks' condition holds.

    Different ones are listed, two at most, each with the first point found.

    >>> from autograd import relu
    >>> choices(relu)
    [Choice(point={'a': 0.0}, derivatives=(0.0,))]
    """
    found: dict[tuple[float, ...], Choice] = {}
    for point in islice(_points(op), MOST_TRIED) if op.kinks else ():
        local = op(*map(Value, point)).local_derivatives
        found.setdefault(local, Choice(dict(zip(op.operands, point, strict=True)), local))
    return list(found.values())[:MOST_CHOICES]


def kink_lines(op: Operation) -> list[tuple[str, str]]:
    """(where, the derivative chosen) for each line of the table of kinks."""
    found = choices(op)
    if len(found) == 1:
        defaults = "".join(f", {name} = {PLAIN.number(x)}" for name, x in _defaults(op).items())
        return [(_signs(op.kinks) + defaults, ", ".join(_in_each(op, found[0].derivatives)))]
    points = [", ".join(f"{name} = {PLAIN.number(x)}" for name, x in c.point.items()) for c in found]
    return [(point, ", ".join(_in_each(op, c.derivatives))) for point, c in zip(points, found, strict=True)]


def text() -> str:
    """All rows: the first line of each has its value, each line a local derivative and a kink."""
    rows = [HEADER, *(line for op in TABLE.values() for line in _lines(op))]
    widths = [max(len(row[k]) for row in rows) for k in range(len(HEADER))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def _lines(op: Operation) -> Iterator[tuple[str, ...]]:
    first = [[call(op)], [value(op)], _in_each(op, derivatives(op)), [_signs(op.domain) or "all"]]
    kinks = [f"{where}: {chosen}" for where, chosen in kink_lines(op)]
    return zip_longest(*first, kinks or ["none"], fillvalue="")


def markdown() -> str:
    """The kinks as a table in Markdown."""
    rows = [(call(op), *line) for op in TABLE.values() for line in kink_lines(op)]
    cells = [" | ".join(f"`{name}`" if not k else name for k, name in enumerate(row)) for row in rows]
    return "\n".join(["| operation | where | derivative chosen |", "| --- | --- | --- |", *(f"| {c} |" for c in cells)])


def details(op: Operation) -> str:
    """One row, with everything that it declares."""
    lines = [("value", value(op)), *(("derivative", d) for d in _in_each(op, derivatives(op)))]
    if not isinstance(op, Nary):
        computed = [value_formula(op), *partial_formulas(op)]
        declared = [value(op), *derivatives(op)]
        pairs = zip([PLAIN.text(f) for f in computed], declared, strict=True)
        lines += [("computed as", f"{printable(how, LONGEST)}   for {what}") for how, what in pairs if how != what]
    lines.append(("domain", _signs(op.domain) or "all numbers"))
    lines += [("kink", f"{where}: {chosen}") for where, chosen in kink_lines(op)] or [("kinks", "none")]
    lines += [("instead", remedy) for remedy in dict.fromkeys(op.stable.values())]
    return "\n".join([call(op), *(f"  {what:11}  {written}" for what, written in lines)])


def _points(op: Operation) -> Iterator[tuple[float, ...]]:
    """Points of the domain at which the kinks' condition holds: with an operand's default value, if there are any."""
    in_domain, at_kink = condition(op, "domain"), condition(op, "kinks")
    defaults = _defaults(op)
    for tried in ([(defaults[x],) if x in defaults else TRIED for x in op.operands], [TRIED for _ in op.operands]):
        found = [point for point in islice(product(*tried), MOST_TRIED) if in_domain(*point) and at_kink(*point)]
        if found:
            yield from found
            return


def _defaults(op: Operation) -> dict[str, float]:
    parameters = op.__signature__.parameters.items()
    return {name: p.default for name, p in parameters if isinstance(p.default, float)}


def _in_each(op: Operation, partials: Sequence[float | str]) -> list[str]:
    """The derivatives, with their operands' names where there are several."""
    written = [d if isinstance(d, str) else PLAIN.number(d) for d in partials]
    if len(written) == 1:
        return written
    return [f"∂/∂{name} = {d}" for name, d in zip(op.operands, written, strict=True)]


def _signs(text: str) -> str:
    for python, sign in SIGNS.items():
        text = text.replace(python, sign)
    return text
