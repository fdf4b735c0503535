"""Why a claim is wrong: the one change that puts it right if there is one, else what its numbers tell."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction as Ratio
from typing import NamedTuple

import numpy as np

from autograd.check.diagnosis import diagnose, with_sizes
from autograd.check.evidence import Slip
from autograd.check.factors import Factor, common_factor, simple
from autograd.notes.formulas.latex import latex
from autograd.notes.formulas.parsing import parse_formula
from autograd.notes.formulas.syntax import Group, Indexed, Name, Node, Product, Relation, Span, Tagged
from autograd.notes.meaning.claim import Claim, free_indices, is_literal
from autograd.notes.meaning.digits import is_written
from autograd.notes.meaning.knowledge import Definition, Knowledge, mentioned
from autograd.notes.meaning.shapes import named
from autograd.notes.meaning.world import World
from autograd.notes.meaning.worlds import NOT_HERE, Worlds, held
from autograd.notes.verdicts.edits import MOST, Edit, Edits, spliced
from autograd.notes.verdicts.judge import Reading, Trial, agrees, compared, evidence, misfit
from autograd.notes.verdicts.scaling import scaled

MOST_STEPS = 60_000  # of evaluation, for all changes to one claim
TELL_LITTLE = ("wrong", "some entries", "wrong shape")  # kinds of slips that numbers find


class Diagnosis(NamedTuple):
    """The kind of slip, in words, the right side put right ("" where that is not known), and where it is wrong.

    `head` is the left side put right, where that is what is wrong.
    """

    kind: str
    message: str
    body: str
    place: Span
    head: str = ""


def diagnosed(claim: Claim, found: list[Trial], worlds: Worlds, reading: Reading) -> Diagnosis:
    """The most telling thing that can be said of a claim that is wrong."""
    ordered = sorted(found, key=lambda trial: agrees(trial, claim.sign))
    if _is_constant(claim, found):
        return _number(claim, ordered[0])
    if claim.kind == "order":
        return Diagnosis("wrong", _ordered(ordered[0], claim.sign), "", claim.body.span)
    if factor := _factor(claim, ordered, worlds, reading):
        return factor
    if claim.kind == "update" and (slip := _upside_down(claim, ordered, worlds, reading)):
        return slip
    if edit := next(_mending(claim, found, worlds, reading), None):
        return Diagnosis(edit.kind, edit.words, _spliced(claim, edit), edit.place)
    numbers = _by_numbers(claim, ordered, worlds, reading)
    if numbers.kind in TELL_LITTLE and (edit := next(_mending(claim, found, worlds, reading, True), None)):
        return Diagnosis(edit.kind, edit.words, _twice(claim, edit, found, worlds, reading), edit.place)
    return Diagnosis(numbers.kind, numbers.message, "", claim.body.span)


def _twice(claim: Claim, edit: Edit, found: list[Trial], worlds: Worlds, reading: Reading) -> str:
    """The body after a change, times the factor that is still missing; "" where it cannot be told."""
    text = _spliced(claim, edit)
    read = parse_formula(text, claim.words)
    if len(read) != 1 or not isinstance(read[0], Relation) or len(read[0].sides) != 1 or read[0].sides[0] is None:
        return ""
    other = replace(claim, body=read[0].sides[0], source=text)
    try:
        tried = [compared(other, _settled(claim, trial.world), reading) for trial in found]
    except NOT_HERE:
        return ""
    return "" if misfit(tried) else _rescaled(other, tried, worlds, reading)


def _is_constant(claim: Claim, found: list[Trial]) -> bool:
    """Whether a number is claimed of what is one number: ∂z/∂b = 0, f(1, 0) = 1."""
    if not is_literal(claim.body) or misfit(found) or found[0].actual.ndim:
        return False
    values = [float(trial.actual) for trial in found]
    return max(values) - min(values) <= 1e-12 * max(map(abs, values))


def _spliced(claim: Claim, edit: Edit) -> str:
    """The body after a change, in the writer's own LaTeX if that still reads as it should."""
    start, end = claim.body.span
    text = spliced(claim.source[:end], edit.changes)[start:]
    read = parse_formula(text, claim.words)
    is_readable = len(read) == 1 and isinstance(read[0], Relation) and len(read[0].sides) == 1
    return text if is_readable else "" if claim.kind == "step" else latex(edit.body)


def _upside_down(claim: Claim, found: list[Trial], worlds: Worlds, reading: Reading) -> Diagnosis | None:
    slip = _by_numbers(claim, found, worlds, reading)
    return Diagnosis(slip.kind, slip.message, latex(claim.head), claim.body.span) if slip.kind == "reciprocal" else None


# ---- factors


def _factor(claim: Claim, found: list[Trial], worlds: Worlds, reading: Reading) -> Diagnosis | None:
    """A constant factor, or the opposite sign."""
    if misfit(found):
        return None
    known = evidence(claim, found, worlds, reading)
    if common_factor(known.claimed, known.actual) is None:
        return None
    slip = diagnose(known)
    if slip.kind not in ("constant factor", "opposite sign"):
        return None
    right = "" if claim.kind == "step" else _rescaled(claim, found, worlds, reading)
    return Diagnosis(slip.kind, _of_sides(claim, slip.message), right, claim.body.span)


def _rescaled(claim: Claim, found: list[Trial], worlds: Worlds, reading: Reading) -> str:
    """The body times what it is off by, if that is the same at all sizes, or is made of them."""
    known = evidence(claim, found, worlds, reading)
    r = common_factor(known.claimed, known.actual)
    if r is None:
        return ""
    factor, _ = with_sizes(known, r)
    ratio = factor.rational if isinstance(factor.rational, Ratio) else simple(factor.value)
    symbols = _sizes(factor)
    if ratio is None or symbols is None:
        return ""
    return scaled(claim.body, claim.source, 1 / ratio, symbols)


def _sizes(factor: Factor) -> list[tuple[str, int]] | None:
    """The sizes that a factor is made of, to be divided by; None where it is made of other things."""
    if any(not name.isidentifier() for name, _ in factor.symbols):
        return None
    return [(name, -power) for name, power in factor.symbols]


# ---- single changes


def _mending(
    claim: Claim, found: list[Trial], worlds: Worlds, reading: Reading, scaled: bool = False
) -> Iterator[Edit]:
    """The changes after which the claim holds; with `scaled`, holds but for a constant factor."""
    edits = Edits(claim.body, claim.source, worlds.knowledge, _names(claim, worlds.knowledge), _indices(claim, worlds))
    points = [trial.world for trial in found]
    budget = Budget()
    for _, edit in zip(range(MOST), edits, strict=False):
        if budget.spent > MOST_STEPS:
            return
        if edit.body == claim.head or claim.head in edit.body.children():
            continue  # it would say nothing
        if (words := _mended(replace(claim, body=edit.body), points, reading, scaled, budget)) is not None:
            yield replace(edit, words=edit.words + words)


@dataclass
class Budget:
    """Steps that changes to one claim have taken."""

    spent: int = 0


def _mended(claim: Claim, points: list[World], reading: Reading, scaled: bool, budget: Budget) -> str | None:
    tried: list[Trial] = []
    for world in points[: 3 if scaled else None]:
        world.steps = 0
        try:
            trial = compared(claim, _settled(claim, world), reading)
        except NOT_HERE:
            return None
        finally:
            budget.spent += world.steps
        if misfit([trial]) or not (scaled or agrees(trial)):
            return None
        tried.append(trial)
    if not scaled:
        return ""
    r = common_factor([t.claimed for t in tried], [t.actual for t in tried])
    if r is None or simple(r) is None:
        return None
    return f", and {Factor(r, simple(r) or r).remedy()}"


def _settled(claim: Claim, world: World) -> World:
    return held(world, claim.settings) if claim.settings else world


def _names(claim: Claim, knowledge: Knowledge) -> list[Node]:
    """The names that could stand in a claim: those of it, and of what it is about."""
    found = dict.fromkeys([*mentioned(claim.body), *mentioned(claim.head)])
    for name in list(found):
        for known in knowledge.upstream(name):
            meaning = knowledge.names[known]
            found |= dict.fromkeys(mentioned(meaning.body) if isinstance(meaning, Definition) else ())
    for body in [
        claim.body,
        *(m.body for m in map(knowledge.names.get, knowledge.upstream(claim.head)) if isinstance(m, Definition)),
    ]:
        found |= dict.fromkeys(_applications(body))
    for name in list(found):
        if isinstance(name, Indexed):
            for other in list(found):
                if isinstance(other, Indexed) and len(other.indices) == len(name.indices):
                    found.setdefault(Indexed(name.base, other.indices))
    for name in list(found):
        if isinstance(name, (Name, Tagged)):
            found |= dict.fromkeys(Indexed(name, (Name(i),)) for i in free_indices(claim.head))
    return list(found)[:80]


def _applications(node: Node) -> Iterator[Node]:
    """The names with brackets behind them, P(x_i), which may be functions."""
    for part in node.walk():
        if isinstance(part, Product):
            for name, group, sign in zip(part.factors, part.factors[1:], part.signs[1:], strict=False):
                if isinstance(name, Name) and isinstance(group, Group) and sign == "":
                    yield Product((name, group), ("", ""))


def _indices(claim: Claim, worlds: Worlds) -> list[str]:
    per = worlds.knowledge.per_in(claim.body) | worlds.knowledge.per_in(claim.head)
    found = dict.fromkeys([*free_indices(claim.body), *free_indices(claim.head), *sorted(per)])
    return list(found)


# ---- numbers


def _by_numbers(claim: Claim, found: list[Trial], worlds: Worlds, reading: Reading) -> Slip:
    if isinstance(found[0].claimed, ValueError):
        words = str(found[0].claimed)
        return Slip("wrong index" if words.startswith("index") else "wrong order", words)
    with np.errstate(all="ignore"):
        slip = diagnose(evidence(claim, found, worlds, reading))
    if slip.kind == "missing sum":
        slip = slip._replace(message=_missing_sum(slip.message, found[0]))
    return slip._replace(message=_of_sides(claim, slip.message))


def _of_sides(claim: Claim, message: str) -> str:
    """The same of sides, where no gradient is claimed; entries are counted from 1, as notes do."""
    message = re.sub(r"\[\d+(?:, \d+)*\]", lambda m: re.sub(r"\d+", lambda n: str(int(n[0]) + 1), m[0]), message)
    if claim.kind in ("derivative", "update", "step"):
        return message
    return message.replace("the gradient", "the left side").replace("the claim", "the right side")


def _missing_sum(message: str, trial: Trial) -> str:
    """The same in the shapes of the notes."""
    claimed, actual = np.asarray(trial.claimed).shape, trial.actual.shape
    rows = len(claimed) == 2 and "axis 0" in message
    count = named(claimed[:1] if rows else claimed[1:], trial.world)
    over = f"its {count} {'rows' if rows else 'columns'}" if len(claimed) == 2 else "the batch"
    factor = message[message.index(", and a factor") :] if ", and a factor" in message else ""
    return f"the sum over {over} is missing: {named(claimed, trial.world)}, not {named(actual, trial.world)}{factor}"


def _number(claim: Claim, trial: Trial) -> Diagnosis:
    left, right = (float(np.asarray(side).ravel()[0]) for side in (trial.actual, trial.claimed))
    if is_written(claim.body) or not is_written(claim.head):
        place, value = claim.body.span, left
        message = f"wrong number: {_short(right)} should be {_short(left)}"
        return Diagnosis("wrong number", message, _short(value, "-") if is_written(claim.body) else "", place)
    body = claim.source[slice(*claim.body.span)]
    message = f"wrong number: {_short(left)} should be {_short(right)}"
    return Diagnosis("wrong number", message, body, claim.head.span, _short(right, "-"))


def _short(x: float, minus: str = "−") -> str:
    return f"{x:.10g}".replace("-", minus)


def _ordered(trial: Trial, sign: str) -> str:
    if isinstance(trial.claimed, ValueError):
        return str(trial.claimed)
    return f"{_short(float(np.ravel(trial.actual)[0]))} {sign} {_short(float(np.ravel(trial.claimed)[0]))} is not so"
