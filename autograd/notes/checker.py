"""Notes checked from top to bottom: definitions taken in, each claim given its verdict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from autograd.errors import DomainError
from autograd.notes import differentials, losses, membership, shapes, updates
from autograd.notes.arithmetic import MisfitError
from autograd.notes.claim import Claim, is_derivative, is_literal
from autograd.notes.declared import AnyFunction, Forget, Index, Input, LogBase, Mistake, Slices
from autograd.notes.definable import head_of
from autograd.notes.evaluate import Evaluator
from autograd.notes.finding import HOLDS, SLIP, UNCHECKED, Finding
from autograd.notes.judge import Reading, Trial, agrees, compared, misfit, trials
from autograd.notes.knowledge import REFERENCES, Definition, Knowledge, is_family, is_index, stem, untagged
from autograd.notes.latex import RELATIONS as SIGNS
from autograd.notes.latex import latex
from autograd.notes.learning import Learning
from autograd.notes.references import UnknownError
from autograd.notes.repairs import Diagnosis, diagnosed
from autograd.notes.statements import Stated, statements
from autograd.notes.syntax import At, Derivative, Indexed, Name, Node, Number, Primed, Relation, Sum, Unreadable
from autograd.notes.wording import readable
from autograd.notes.world import NotCheckableError
from autograd.notes.worlds import Worlds
from autograd.value import Value

ORDERS = {"<", ">", "≤", "≥", "≠"}
MOST_NAMES = 40  # learned for one claim
CLAIMING = {"=", "≈", ":=", "≡", "←"} | ORDERS


class Checker:
    """Reads statements in order and judges what they claim."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.knowledge = Knowledge()
        self.worlds = Worlds(self.knowledge)
        self.statements = statements(text)
        self.learning = Learning(self.knowledge, self.statements)
        self.findings: list[Finding] = []
        self.losses: dict[str, Value] = {}
        self._shown: dict[Value, str] = {}
        self.settings: dict[Node, float] = {}
        self.declared: dict[Node, int] = {}  # the part of the notes in which an input was declared last
        self.part = -1
        self.position = 0
        self.before: tuple[Node, str] | None = None  # the head of the statement before, and its LaTeX

    def run(self) -> list[Finding]:
        """A finding for every claim, in order."""
        for self.position, stated in enumerate(self.statements):
            if stated.part != self.part:
                self.part, self.settings = stated.part, {}
            self._take(stated)
        return self.findings

    def _take(self, stated: Stated) -> None:
        said = stated.said
        if isinstance(said, Unreadable):
            self._unreadable(stated, said)
        elif isinstance(said, Relation):
            self._relation(stated, said)
        elif isinstance(said, Mistake):
            self._add(stated, UNCHECKED, said.reason, (said.start, said.end))
        else:
            self._declare(said)

    # ---- declarations

    def _declare(self, line: object) -> None:
        knowledge = self.knowledge
        if isinstance(line, Index):
            knowledge.ranges[line.name] = line.axis
            knowledge.add_axes((line.axis,))
            knowledge.version += 1
        elif isinstance(line, LogBase):
            knowledge.bases[line.function] = line.base
        elif isinstance(line, Forget):
            for name in line.names:
                knowledge.forget(name)
        elif isinstance(line, Input):
            self._declare_input(line)
        elif isinstance(line, (AnyFunction, Slices)):
            name = line.name if isinstance(line, AnyFunction) else stem_of_slices(line.name)
            knowledge.know(name, line)

    def _declare_input(self, line: Input) -> None:
        self.knowledge.add_axes(line.axes)
        known = self.knowledge.names.get(line.name)
        if isinstance(known, Input) and line.axes is None and self.declared.get(line.name) == self.part:
            line = replace(line, axes=known.axes, per=line.per or known.per, kind=line.kind or known.kind)
        if isinstance(line.name, Name) and line.name.text in self.knowledge.sizes:
            del self.knowledge.sizes[line.name.text]
        self.declared[line.name] = self.part
        self.knowledge.fixed.pop(line.name, None)
        self.knowledge.displace(line.name, self.part)
        self.knowledge.know(line.name, replace(line, axes=line.axes or ()))

    # ---- statements

    def _relation(self, stated: Stated, said: Relation) -> None:
        said = stated.said = differentials.joined(said, self.knowledge)
        if said.sides[0] is None:
            if self.before is None or said.signs[0] not in CLAIMING:
                return
            head = self.before[0]
        else:
            head = said.sides[0]
        sides = _at_all([head, *(side for side in said.sides[1:] if side is not None)])
        if not said.signs or len(sides) != len(said.signs) + 1:
            return self._remarks(stated, sides)
        if said.signs[0] == "∈":
            membership.take(self.knowledge, sides[0], sides[1])
            return
        self.before = (head, stated.latex)
        if said.signs[0] in ORDERS:
            self._orders(stated, sides, said.signs)
            return
        if said.signs[0] in CLAIMING:
            self._equation(stated, said, sides)
            self._remarks(stated, sides)

    def _equation(self, stated: Stated, said: Relation, sides: list[Node]) -> None:
        head = sides[0]
        if shapes.is_shape_equation(sides):
            slip = shapes.equation_slip(sides, self.knowledge)
            self._add(stated, SLIP if slip else HOLDS, slip or "holds", said.span, kind="wrong shape" if slip else "")
            return
        if said.sides[0] is not None:
            if stated.used:
                sides = self._after_definition(sides)
            elif updates.is_update(sides, said.signs[0]):
                self._update(stated, sides)
                return
            elif self._is_setting(sides):
                return
            elif self._is_differential(head):
                self._differential(stated, sides)
                return
            elif self._defines(head, said.signs[0]) and self.learning.define(stated):
                sides = self._after_definition(sides)
        self._claims(stated, sides, said.signs[len(said.sides) - len(sides) :])

    def _after_definition(self, sides: list[Node]) -> list[Node]:
        """What is left to claim: the sides beyond the defining one, against it if it is a derivative."""
        return [sides[1] if is_derivative(sides[1]) else sides[0], *sides[2:]]

    def _defines(self, node: Node, sign: str) -> bool:
        """Whether an equation with this left side gives it a meaning, instead of claiming something of it."""
        head = head_of(node)
        if head is None or is_derivative(node):
            return False
        if isinstance(head.name, Name) and head.name.text in self.knowledge.sizes:
            return False
        known = self.knowledge.names.get(head.name)
        if known is None:
            pair = self.knowledge.find(node)
            if pair is not None and isinstance(node, Indexed) and any(isinstance(i, Number) for i in node.indices):
                return False  # a component of what is known: x_2 = 1 - x_1
            same_letter = (
                pair is not None
                and (not is_family(pair[0]) or not is_family(head.name))
                and (untagged(pair[0]) == untagged(head.name))
            )
            return pair is None or same_letter or not (isinstance(pair[1], Definition) and pair[1].part == self.part)
        return known.part != self.part if isinstance(known, Definition) else True

    def _is_setting(self, sides: list[Node]) -> bool:
        """`x = 2` for an input: a number for later numbers, no claim."""
        if len(sides) != 2 or not is_literal(sides[1]):
            return False
        if not isinstance(sides[0], REFERENCES):
            return False
        if isinstance(sides[0], Name) and sides[0].text in self.knowledge.sizes:
            return True
        known = self.knowledge.find(sides[0])
        if known is None and (not isinstance(sides[0], Indexed) or not any(map(is_index, sides[0].indices))):
            self.knowledge.know(
                sides[0], Input(sides[0], ())
            )  # a number for later; any number where formulas are checked
            known = self.knowledge.find(sides[0])
        if known is None:
            return False
        try:
            value = Evaluator(self.worlds.at(0)).evaluate(sides[1], {})
        except (NotCheckableError, MisfitError, ArithmeticError):
            return False
        if isinstance(known[1], Input) and not known[1].axes and not known[1].per and isinstance(value, (int, float)):
            self.settings[sides[0]] = float(value)
            return True
        if isinstance(known[1], Input) and isinstance(sides[0], Indexed) and isinstance(value, (int, float)):
            self.knowledge.fixed.setdefault(known[0], []).append((sides[0].indices, float(value)))
            self.knowledge.version += 1
            return True
        return False

    def _claims(self, stated: Stated, sides: list[Node], signs: tuple[str, ...]) -> None:
        truth = next((side for side in sides if is_derivative(side)), sides[0])
        for side, sign in zip([s for s in sides if s is not truth], signs, strict=False):
            self._judge(stated, self._claim(truth, side, sign, stated))

    def _claim(self, head: Node, body: Node, sign: str, stated: Stated) -> Claim:
        if is_derivative(head):
            variable = head.wrt[0] if isinstance(head, Derivative) and len(head.wrt) == 1 else None
            kind = "derivative"
        else:
            variable, kind = None, "numbers" if is_literal(head) and is_literal(body) else "equality"
        settings = tuple(self.settings.items()) if is_literal(body) or sign == "≈" else ()
        return Claim(kind, head, body, sign, stated.latex, variable, stated.words, settings)  # type: ignore[arg-type]

    def _orders(self, stated: Stated, sides: list[Node], signs: tuple[str, ...]) -> None:
        for left, sign, right in zip(sides, signs, sides[1:], strict=False):
            self._judge(stated, Claim("order", left, right, sign, stated.latex))

    def _is_differential(self, head: Node) -> bool:
        """dW = …, where W is known and dW is not."""
        name = differentials.meant(head)
        return name is not None and head not in self.knowledge.names and self.knowledge.find(name) is not None

    def _differential(self, stated: Stated, sides: list[Node]) -> None:
        """dW, which is what it is said to be from here on, is claimed to be ∂J/∂W."""
        name = differentials.meant(sides[0])
        found = differentials.heads(name, self.knowledge) if name else []
        for body in sides[1:]:
            claims = [Claim("derivative", head, body, "=", stated.latex, name) for head in found]
            holding = [claim for claim in claims if self._holds(claim)]
            if claims:
                self._judge(stated, (holding or claims)[0])
        self.learning.define(stated)

    def _holds(self, claim: Claim) -> bool:
        try:
            self._ground(claim)
            found = self._tried(claim)
        except (NotCheckableError, MisfitError):
            return False
        return not isinstance(found, NotCheckableError) and all(agrees(trial) for trial in found[1])

    def _remarks(self, stated: Stated, sides: list[Node]) -> None:
        """The shapes that stand under parts of a formula."""
        for part in (part for side in sides for part in shapes.remarks(side)):
            try:
                self._learned(part.body)
                world = self.worlds.at(0)
                slip = shapes.remark_slip(part, lambda node, w=world: Evaluator(w).evaluate(node, {}), world)  # type: ignore[misc]
            except (NotCheckableError, MisfitError, ArithmeticError):
                continue
            self._add(stated, SLIP if slip else HOLDS, slip or "holds", part.span, kind="wrong shape" if slip else "")

    def _update(self, stated: Stated, sides: list[Node]) -> None:
        try:
            along, gradient = updates.step(sides, self.knowledge)
        except NotCheckableError as error:
            self._add(stated, UNCHECKED, str(error), stated.said.span)  # type: ignore[union-attr]
            return
        self._judge(stated, Claim("update", gradient, along, "=", stated.latex, sides[0]))

    # ---- verdicts

    def _judge(self, stated: Stated, claim: Claim) -> None:
        try:
            self._ground(claim)
            found = self._tried(claim)
            if isinstance(found, NotCheckableError):
                raise found
            reading, tried = found
            if all(agrees(trial, claim.sign) for trial in tried):
                self._add(stated, HOLDS, "holds", claim.body.span, claim)
            else:
                self._slip(stated, claim, reading, tried)
        except NotCheckableError as error:
            self._add(stated, UNCHECKED, str(error), claim.body.span, claim)
        except MisfitError as error:
            self._add(stated, UNCHECKED, f"its left side does not go together: {error}", claim.head.span, claim)

    def _tried(self, claim: Claim) -> tuple[Reading, list[Trial]] | NotCheckableError:
        """The reading in which a claim holds; else the first in which it can be compared."""
        found: list[tuple[Reading, list[Trial]]] = []
        reason: NotCheckableError | None = None
        for reading in self._readings(claim):
            try:
                tried = trials(claim, self.worlds, reading)
            except NotCheckableError as error:
                reason = reason or error
                continue
            except MisfitError as error:
                reason = reason or NotCheckableError(f"its left side does not go together: {error}")
                continue
            if all(agrees(trial, claim.sign) for trial in tried):
                return reading, tried
            found.append((reading, tried))
        fitting = [pair for pair in found if not misfit(pair[1])]
        return next(iter(fitting or found), None) or reason or NotCheckableError("it could not be read")

    def _slip(self, stated: Stated, claim: Claim, reading: Reading, found: list) -> None:
        if any(trial.apart for trial in found):
            raise NotCheckableError("the left side is not computed through what it is derived in")
        slip = diagnosed(claim, found, self.worlds, reading)
        self._add(stated, SLIP, slip.message, slip.place, claim, slip.kind, self._corrected(stated, claim, slip))

    def _corrected(self, stated: Stated, claim: Claim, slip: Diagnosis) -> str:
        """The statement put right: all of an update, else the left side and the one that was wrong."""
        if not slip.body:
            return ""
        if claim.kind == "update" and isinstance(stated.said, Relation):
            (first, last), (start, end) = stated.said.span, claim.body.span
            body = stated.said.sides[-1]
            if slip.kind == "opposite sign" and isinstance(body, Sum) and body.signs[1] == "+":
                return f"{stated.latex[first : body.terms[0].span[1]]} - {stated.latex[body.terms[1].span[0] : last]}"
            return stated.latex[first:start] + slip.body + stated.latex[end:last]
        head = slip.head or self._head_text(stated, claim)
        return f"{head} {SIGNS.get(claim.sign, claim.sign)} {slip.body}"

    def _head_text(self, stated: Stated, claim: Claim) -> str:
        """The left side as written, if it stands in this formula."""
        start, end = claim.head.span
        said = stated.said.sides[0] if isinstance(stated.said, Relation) else None
        return stated.latex[start:end] if said is not None and start < end else latex(claim.head)

    def _ground(self, claim: Claim) -> None:
        """Gives every name of a claim its meaning."""
        self._grounded(lambda: compared(replace(claim, body=claim.head), self.worlds.at(0), Reading()), assume=True)
        self._grounded(lambda: compared(claim, self.worlds.at(0), Reading()), assume=is_literal(claim.head))

    def _grounded(self, attempt: Callable[[], object], assume: bool) -> None:
        for _ in range(MOST_NAMES):
            try:
                attempt()
                return
            except UnknownError as error:
                if not self.learning.learn(error.name, self.part, self.position, assume):
                    raise
            except (ArithmeticError, MisfitError, NotCheckableError):
                return  # another reading or point may do

    def _learned(self, node: Node) -> None:
        self._grounded(lambda: Evaluator(self.worlds.at(0)).evaluate(node, {}), assume=True)

    def _readings(self, claim: Claim) -> list[Reading]:
        readings = [Reading(), Reading(elementwise=True)]
        if claim.variable is not None and any(isinstance(n, Primed) for n in claim.body.walk()):
            readings.append(Reading(variable=claim.variable))
        if any(self.knowledge.per_in(side) for side in (claim.head, claim.body)):
            readings += [reading._replace(each=True) for reading in readings]
        return readings

    def _loss(self, claim: Claim | None, line: int) -> str:
        """What the loss that a claim derives is called in the report; its graph is kept."""
        head = claim.head.body if claim and isinstance(claim.head, At) else claim and claim.head
        if not isinstance(head, Derivative) or head.of is None:
            return ""
        world = self.worlds.at(0)
        try:
            value = Evaluator(world).evaluate(head.of, {})
        except (NotCheckableError, MisfitError, ArithmeticError, DomainError):
            return ""
        if not losses.is_loss(value):
            return ""
        if value not in self._shown:
            losses.label(world)
            name = readable(head.of)
            name = f"{name} (line {line})" if name in self.losses else name
            self.losses[name] = value
            self._shown[value] = name
            value.backward()
        return self._shown[value]

    def _unreadable(self, stated: Stated, said: Unreadable) -> None:
        self._add(stated, UNCHECKED, said.reason, said.span)

    def _add(
        self,
        stated: Stated,
        verdict: str,
        message: str,
        span: tuple[int, int],
        claim: Claim | None = None,
        kind: str = "",
        correction: str = "",
    ) -> None:
        start = stated.offset + (stated.said.span[0] if isinstance(stated.said, (Relation, Unreadable)) else 0)
        line = self.text.count("\n", 0, start) + 1
        column = start - (self.text.rfind("\n", 0, start) + 1) + 1
        head = f"{readable(claim.head)}: " if claim and is_derivative(claim.head) else ""
        self.findings.append(
            Finding(
                line,
                column,
                stated.latex,
                verdict,
                f"{head}{message}",
                kind,
                correction,
                start=span[0],
                end=span[1],
                loss=self._loss(claim, line),
                formula=stated.formula,
            )
        )


def _at_all(sides: list[Node]) -> list[Node]:
    """A condition behind the last side holds for all of them: a = b = c (x = 0)."""
    last = sides[-1]
    if len(sides) < 2 or not isinstance(last, At):
        return sides
    return [*(At(side, last.conditions, span=side.span) for side in sides[:-1]), last]


def stem_of_slices(name: Node) -> Node:
    """w for w_j, x for x^{(i)}."""
    inner = stem(name)
    return inner if not hasattr(inner, "tag") else inner.base  # type: ignore[union-attr]
