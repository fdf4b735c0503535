"""A row as text, as LaTeX and in a file: what is written has to say what is computed."""

from __future__ import annotations

import copy
import math
import pickle
from typing import Any

from autograd.codegen import partial_formulas, value_formula
from autograd.errors import DomainError
from autograd.expression import ExpressionError, parse
from autograd.modes import ignore_domain
from autograd.ops import Nary
from autograd.show import derivative_formula
from autograd.show.style import TYPESET
from autograd.symbol import Python, Symbol
from autograd.testing.places import Point
from autograd.testing.row import Finding, Findings, Row, differ

AS_COMPUTED = 1e-14
ON_PAPER = 1e-9  # a formula of a textbook, such as 1 - y**2, loses digits to cancellation


def formulas(row: Row) -> Findings:
    """The texts of its formulas, read again."""
    for point, y, xs in row.graphs(row.places.inside):
        for wrt, local in y.edges():
            written = derivative_formula(y, wrt)
            yield _read(point, written.python, written.inputs, local, ON_PAPER)
        if isinstance(row.op, Nary):
            continue
        numbers = {x.label: x.data for x in xs} | {"y": y.data}
        expected = [y.data, *(d for _, d in y.edges())]
        for formula, number in zip([value_formula(row.op), *partial_formulas(row.op)], expected, strict=True):
            yield _read(point, Python().write(formula)[0], numbers, number, AS_COMPUTED)
        for text, number in zip(row.op.textbook, expected, strict=bool(row.op.textbook)):
            yield _read(point, text, numbers, number, ON_PAPER)


def _read(point: Point, text: str, numbers: dict[str, float], expected: float, tolerance: float) -> Finding:
    try:
        program = parse(text)
        given = {name: numbers[name] for name in program.variables}
        with ignore_domain():  # a branch that is not chosen may have no value
            found = program.evaluate(given).data
        if not math.isfinite(found):
            program.evaluate(given)  # tells why
    except (ExpressionError, KeyError) as error:
        return Finding(point, f"its formula can't be read again, {text!r}: {error}")
    except DomainError as error:
        return Finding(point, f"its formula, {text!r}, has no value: {error}".partition("\n")[0])
    return Finding(point, differ(f"the formula {text!r} and the operation give", found, expected, tolerance, 1.0))


def latex(row: Row) -> Findings:
    """There is LaTeX of it, in which brackets match."""
    point = row.places.inside[0]
    names: list[Any] = [Symbol(f"x_{k}") for k in range(len(point))]
    operands = [point[0], *names[1:]] if row.first else names
    try:
        written = TYPESET.text(Symbol(row.op.name, row.op, operands))
    except KeyError as error:
        yield Finding(point, f"its latex, {row.op.latex!r}, names {error}, which is no operand")
        return
    plain = written.replace(r"\{", "").replace(r"\}", "")
    pairs = [(plain.count("{"), plain.count("}")), (plain.count(r"\left"), plain.count(r"\right"))]
    matches = bool(written) and all(opened == closed for opened, closed in pairs)
    yield Finding(point, "" if matches else f"brackets do not match in its LaTeX, {written!r}")


def copies(row: Row) -> Findings:
    """The row, and a graph with it, come back from pickle and from copy.deepcopy."""
    found = pickle.loads(pickle.dumps(row.op))
    text = f"pickle finds another operation {row.op.name!r}: it was defined again since"
    yield Finding(row.places.inside[0], text * (found is not row.op))
    for point, y, xs in row.graphs(row.places.inside):
        expected = [sum((d for x, d in y.edges() if x is v), 0.0) for v in xs]
        for again, others in (pickle.loads(pickle.dumps((y, xs))), copy.deepcopy((y, xs))):
            with ignore_domain():
                again.backward()
            found = [v.grad for v in others]
            same = repr([again.data, *found]) == repr([y.data, *expected])  # nan is nan
            yield Finding(point, "" if same else f"of a copy of its graph, gradients are {found} and not {expected}")
