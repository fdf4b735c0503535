"""Notes checked from top to bottom: definitions taken in, each claim given its verdict."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from autograd.notes.finding import HOLDS, SLIP, UNCHECKED, Finding
from autograd.notes.formulas.syntax import (
    Annotated,
    At,
    Group,
    Indexed,
    Name,
    Node,
    Product,
    Relation,
    Span,
    Unreadable,
)
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import Fact, Mistake
from autograd.notes.meaning import differentials, membership, shapes, updates
from autograd.notes.meaning.arrays import shape_of
from autograd.notes.meaning.circumstances import ORDERS, is_circumstance, may_be_circumstance, taken_off
from autograd.notes.meaning.claim import Claim, Kind, claim_of, claimed, is_derivative, is_literal
from autograd.notes.meaning.declaring import declare
from autograd.notes.meaning.defining import Defining, unsquared
from autograd.notes.meaning.equations import define
from autograd.notes.meaning.evaluate import Evaluator
from autograd.notes.meaning.knowledge import Definition, Knowledge
from autograd.notes.meaning.learning import Learning
from autograd.notes.meaning.names import REFERENCES
from autograd.notes.meaning.statements import Stated, statements
from autograd.notes.meaning.world import NotCheckableError
from autograd.notes.meaning.worlds import NOT_HERE
from autograd.notes.verdicts.corrections import corrected
from autograd.notes.verdicts.losses import Losses
from autograd.notes.verdicts.verdicts import OTHERWISE, Judge, Verdict

MOST_CLAIMS = 5_000
EQUALITIES = {"=", "≈", ":=", "≡", "←"}


ASCENT = re.compile(r"\b(?:gradient )?ascen|\bmaximi[sz]|likelihood|최대화|우도|상승", re.IGNORECASE)


class Checker:
    """Reads statements in order and judges what they claim."""

    def __init__(self, text: str) -> None:
        self.statements = statements(text)
        self.ascends = ASCENT.search(text) is not None
        self.knowledge = Knowledge()
        self.learning = Learning(self.knowledge, self.statements)
        self.judge = Judge(self.knowledge, self.learning)
        self.defining = Defining(self.knowledge, self.judge.worlds, self.learning)
        self.losses = Losses(self.judge.worlds)
        self.before: Node | None = None  # the left side of the statement before
        self.beside: dict[int, list[Stated]] = {}  # what may be conditions, by paragraph

    def run(self) -> list[Finding]:
        """A finding for every claim, in order."""
        found: list[Finding] = []
        for stated in self.statements:
            if may_be_circumstance(stated.said):
                self.beside.setdefault(stated.paragraph, []).append(stated)
        for stated in self.statements:
            if len(found) >= MOST_CLAIMS:
                reason = f"the notes claim more than {MOST_CLAIMS} things: what follows is not checked"
                return [*found, self._finding(stated, Verdict(UNCHECKED, reason, (0, 0)))]
            found += self._found(stated)
        return found

    def _found(self, stated: Stated) -> Iterator[Finding]:
        said = stated.said
        self.defining.enter(stated.part)
        if isinstance(said, Unreadable):
            yield self._finding(stated, Verdict(UNCHECKED, said.reason, said.span))
        elif isinstance(said, Mistake):
            yield self._finding(stated, Verdict(UNCHECKED, said.reason, (said.start, said.end)))
        elif isinstance(said, Relation):
            yield from self._relation(stated, differentials.joined(said, self.knowledge))
        elif not isinstance(said, Fact):
            declare(said, self.knowledge, stated.part)

    def _relation(self, stated: Stated, said: Relation) -> Iterator[Finding]:
        """What a statement claims, after what it defines is taken in."""
        remarked = [side for side in said.sides if side is not None]
        stated.said = said = replace(said, sides=(_plain(said.sides[0]), *said.sides[1:]))
        stated.said = said = unsquared(said, self.knowledge)
        head = said.sides[0] or self.before
        goes_on = said.sides[0] is None
        if head is None or (goes_on and said.signs[0] not in EQUALITIES | ORDERS):
            return
        sides, behind = taken_off([head, *(side for side in said.sides[1:] if side is not None)])
        sides, stated.conditions = _at_all(sides), (*behind, *self._circumstances(stated))
        if said.signs and said.signs[0] == "∈":
            yield from self._membership(stated, sides[0], sides[1])
            return
        if "∈" in said.signs:
            count = said.signs.index("∈")
            yield from self._membership(stated, sides[count], sides[count + 1])
            stated.said = said = Relation(said.sides[: count + 1], said.signs[:count], span=said.span)
            sides = sides[: count + 1]
        if said.signs and said.signs[0] in EQUALITIES | ORDERS and len(sides) == len(said.signs) + 1:
            self.before = head
            yield from self._claims(stated, sides, said.signs, goes_on)
        yield from self._remarks(stated, remarked)

    def _membership(self, stated: Stated, name: Node, where: Node) -> Iterator[Finding]:
        """A set that tells what a name is, or claims a shape."""
        axes = membership.axes_of_set(where)
        if membership.take(self.knowledge, name, where) or not axes:
            return
        yield from self._remarks(
            stated, [Annotated(name, Group((Product(axes, ("", *("×",) * (len(axes) - 1))),)), span=name.span)]
        )

    def _claims(self, stated: Stated, sides: list[Node], signs: tuple[str, ...], goes_on: bool) -> Iterator[Finding]:
        said = stated.said
        if not goes_on and isinstance(said, Relation) and is_circumstance(said, self.knowledge):
            return
        if not goes_on and isinstance(sides[0], Name) and sides[0].text in self.knowledge.sizes and _is_computed(sides):
            reason = f"{sides[0].text} is a size here: give one of the two another name"
            yield self._finding(stated, Verdict(UNCHECKED, reason, sides[0].span))
        elif signs[0] in ORDERS:
            for left, sign, right in zip(sides, signs, sides[1:], strict=False):
                yield self._judged(stated, claim_of(stated, "order", left, right, sign))
        elif not goes_on and self.defining.sets_several(sides):
            return
        elif not goes_on and self.defining.moves(sides):
            yield from self._equations(stated, sides[1:], signs[1:])
            self.defining.sets([sides[0], sides[-1]])
        elif shapes.is_shape_equation(sides):
            slip = shapes.equation_slip(sides, self.knowledge)
            yield self._shaped(stated, slip, stated.said.span)  # type: ignore[union-attr]  # a Relation was said
        elif not goes_on and updates.is_update(updates.timeless(sides), signs[0]):
            moved = updates.timeless(sides)
            yield self._update(stated, moved)
            if len(moved) > 2:
                yield from self._equations(stated, moved[1:], signs[1:])
                self.defining.sets([moved[0], moved[-1]])
        elif not goes_on and differentials.is_one(sides[0], self.knowledge):
            yield from self._differential(stated, sides)
        elif goes_on or not self.defining.sets(sides):
            if self.defining.redefines(sides[0]):  # σ(z) = …: what everyone means by σ is claimed too
                yield self._judged(stated, claimed(sides[0], sides[1], signs[0], stated, {}))
            rest = sides if goes_on else self.defining.left_to_claim(stated, sides)
            yield from self._equations(stated, rest, signs[len(sides) - len(rest) :])

    def _equations(self, stated: Stated, sides: list[Node], signs: tuple[str, ...]) -> Iterator[Finding]:
        """Every side beside the one that is a derivative, or else the first."""
        truth = next((side for side in sides if is_derivative(side)), sides[0])
        for side, sign in zip([s for s in sides if s is not truth], signs, strict=False):
            claim = claimed(truth, side, sign, stated, self.defining.settings)
            found = self.judge.verdict(claim, stated)
            yield self._finding(stated, found, claim)
            if found.verdict == UNCHECKED and found.message.startswith(OTHERWISE):
                define(self.knowledge, stated)

    def _update(self, stated: Stated, sides: list[Node]) -> Finding:
        try:
            step = updates.step(sides, self.knowledge, self.ascends, self._is_number)
        except NotCheckableError as error:
            return self._finding(stated, Verdict(UNCHECKED, str(error), sides[1].span))
        kind: Kind = "update" if step.is_plain else "step"
        return self._judged(stated, claim_of(stated, kind, step.gradient, step.along, variable=sides[0]))

    def _differential(self, stated: Stated, sides: list[Node]) -> Iterator[Finding]:
        """dW, which is what it is said to be from here on, is claimed to be ∂J/∂W."""
        name = differentials.meant(sides[0])
        samples = self._samples(name, stated) if name else []
        heads = differentials.heads(name, self.knowledge, samples, self._is_number) if name else []
        if not heads:
            reason = f"no loss is defined that depends on {readable(name)}"
            yield self._finding(stated, Verdict(UNCHECKED, reason, sides[1].span))
        for body in sides[1:]:
            claims = [claim_of(stated, "derivative", head, body, variable=name) for head in heads]
            verdicts = [(claim, self.judge.verdict(claim, stated)) for claim in claims]
            if verdicts:
                claim, verdict = next((pair for pair in verdicts if pair[1].verdict == HOLDS), verdicts[0])
                yield self._finding(stated, verdict, claim)
        define(self.knowledge, stated)

    def _circumstances(self, stated: Stated) -> list[Relation]:
        """The conditions that stand in the same paragraph."""
        said = [other.said for other in self.beside.get(stated.paragraph, ()) if other is not stated]
        return [s for s in said if isinstance(s, Relation) and is_circumstance(s, self.knowledge)]

    def _is_number(self, name: Node) -> bool:
        """Whether a name is a single number; so it is taken to be where it has no value yet."""
        try:
            return not shape_of(Evaluator(self.judge.worlds.at(0)).evaluate(name, {}))
        except NOT_HERE:
            return not isinstance(name, Indexed)

    def _samples(self, name: Node, stated: Stated) -> list[str]:
        """The sizes of what is computed from the inputs: its last axis, or its first."""
        if not isinstance(self.knowledge.names.get(name), Definition):
            return []
        try:
            shape = shape_of(self.judge.value(name, stated))
        except NOT_HERE:
            return []
        return [size for size, number in self.judge.worlds.at(0).sizes.items() if number in shape]

    def _remarks(self, stated: Stated, sides: list[Node]) -> Iterator[Finding]:
        """The shapes that stand under parts of a formula."""
        for part in (part for side in sides for part in shapes.remarks(side)):
            try:
                value = self.judge.value(part.body, stated)
            except NOT_HERE:
                continue
            yield self._shaped(stated, shapes.remark_slip(part, value, self.judge.worlds.at(0)), part.span)

    # ---- findings

    def _judged(self, stated: Stated, claim: Claim) -> Finding:
        """A finding for a claim."""
        return self._finding(stated, self.judge.verdict(claim, stated), claim)

    def _shaped(self, stated: Stated, slip: str, place: Span) -> Finding:
        """About a shape, of which `slip` says what is wrong."""
        return self._finding(
            stated, Verdict(SLIP if slip else HOLDS, slip or "the shape is right", place), kind="wrong shape"
        )

    def _finding(self, stated: Stated, found: Verdict, claim: Claim | None = None, kind: str = "") -> Finding:
        head = f"{readable(claim.head)}: " if claim and is_derivative(claim.head) else ""
        is_slip = found.verdict == SLIP
        return Finding(
            line=stated.line,
            column=stated.column,
            claim=stated.latex,
            verdict=found.verdict,
            message=head + found.message,
            diagnosis=(found.slip.kind if found.slip else kind) if is_slip else "",
            correction=corrected(stated, claim, found.slip) if claim and found.slip else "",
            start=found.place[0],
            end=found.place[1],
            loss=self.losses.of(claim, stated.line) if claim else "",
            formula=stated.formula,
        )


def _is_computed(sides: list[Node]) -> bool:
    """Whether a size would be given what is no number."""
    return len(sides) > 1 and not all(map(is_literal, sides[1:]))


def _plain(side: Node | None) -> Node | None:
    """A left side without the shape below it."""
    return side.body if isinstance(side, Annotated) and isinstance(side.body, REFERENCES) else side


def _at_all(sides: list[Node]) -> list[Node]:
    """A condition behind the last side holds for all of them: a = b = c (x = 0)."""
    last = sides[-1]
    if len(sides) < 2 or not isinstance(last, At):
        return sides
    return [*(At(side, last.conditions, span=side.span) for side in sides[:-1]), last]
