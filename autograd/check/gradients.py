"""The verdict on the engine's gradients: operation by operation, by differences of f as a whole, and by the paths."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from autograd.check.differences import NARROW, WIDE, Differences
from autograd.check.estimate import EPSILON, TINY, differ
from autograd.check.nodes import EdgeCheck, at_kink
from autograd.check.recorded import Recorded, path_sums
from autograd.check.report import AGREES, KINK, NOISE, NOT_SMOOTH, WRONG, GradientReport, Verdict, slope
from autograd.check.slices import Along
from autograd.codegen import ARITHMETIC_ERRORS
from autograd.value import Value


def check_gradient(f: Callable[..., Any], xs: Any) -> GradientReport:
    """A verdict on ∂f/∂x by `backward()` for each number of `xs`; the report is true where all are right.

    f takes Values as `call` says (`xs` is a number, a list, tuple, dict or array, or a nest of them) and returns
    one. Three things are compared: each recorded local derivative with differences of its own operation, which
    are well conditioned; f as a whole with differences at many step sizes; the gradient with the sum over all
    paths of the products of local derivatives. The first operation whose local derivative is wrong is named.

    Raises TypeError where f does not return one number, and what f itself raises at `xs`.

    >>> from autograd import relu, sin, tanh
    >>> report = check_gradient(lambda w, x: tanh(w * x), [2.0, 0.5])
    >>> bool(report), [verdict.name for verdict in report]
    (True, ['w', 'x'])
    >>> at_kink = check_gradient(relu, 0.0)[0]
    >>> at_kink.verdict, at_kink.left, at_kink.right
    ('kink', 0.0, 1.0)
    >>> check_gradient(lambda x: sin(x) * x.data, 1.0)[0].verdict
    'wrong'
    """
    return judged(Recorded(f, xs))


def judged(recorded: Recorded) -> GradientReport:
    """The verdict on each input of a graph that was recorded at one point."""
    return GradientReport(tuple(_Input(recorded, k).verdict() for k in range(len(recorded.inputs))))


TOO_NOISY = "differences of f as a whole are too noisy here; each operation was checked by itself"
CHOICE = "the derivative chosen at a kink does not fit (check beside it)"
ENDINGS = {KINK: ": any between them will do", WRONG: ", and the gradient is not between them"}


class _Input:
    """One input: the operations between it and the result, and f as a function of it alone."""

    def __init__(self, recorded: Recorded, k: int) -> None:
        self.recorded, self.k = recorded, k
        self.input, self.gradient = recorded.inputs[k], recorded.inputs[k].grad
        self.sum, self.size, self.moved = path_sums(self.input, recorded.root)
        self.edges = [edge for edge in recorded.edges if edge.parent in self.moved]
        self._look(NARROW)
        plain = all(edge.verdict == AGREES for edge in self.edges)
        if not (plain and self.central.decides(self.gradient) and self.central.agrees(self.gradient)) or self._kinked():
            self._look(WIDE)

    def _look(self, powers: range) -> None:
        f = self.recorded.along(self.k)
        self.about = Differences(f, self.input.data, self.recorded.noise, powers)
        self.central, self.left, self.right = self.about.central(), self.about.left(), self.about.right()

    def _kinked(self) -> bool:
        return differ(self.left, self.right)

    def verdict(self) -> Verdict:
        """The first of these that has something to say."""
        if not self.recorded.repeats:
            return self._say(NOISE, "f gives another value each time that it is called: fix what is random in it")
        for judge in (self._wrong_node, self._accumulation, self._trouble, self._kink, self._bypass, self._whole):
            if (found := judge()) is not None:
                return found
        return self._say(NOISE, "differences of f, and of an operation on the way, are too noisy here to tell")

    def _wrong_node(self) -> Verdict | None:
        wrong = next((edge for edge in self.edges if edge.verdict == WRONG), None)
        return self._say(WRONG, f"the first wrong local derivative is that of {wrong}", wrong.node) if wrong else None

    def _accumulation(self) -> Verdict | None:
        """The sum over all paths must be the gradient, up to the rounding of so many operations."""
        room = 4.0 * EPSILON * (len(self.edges) + 4) * self.size + 100.0 * TINY
        if not math.isfinite(self.sum) or not math.isfinite(self.gradient) or abs(self.sum - self.gradient) <= room:
            return None
        paths = f"the paths' products sum to {self.sum:.10g}, the backward pass gives {self.gradient:.10g}"
        return self._say(WRONG, f"every local derivative is right, but their accumulation is wrong: {paths}")

    def _trouble(self) -> Verdict | None:
        return self._say(NOT_SMOOTH, self.recorded.trouble) if self.recorded.trouble else None

    def _kink(self) -> Verdict | None:
        """Where slopes differ, any one between them is right; where they don't, the choices at kinks may not add up."""
        special = [edge for edge in self.edges if edge.verdict in (KINK, NOT_SMOOTH)]
        infinite = math.isinf(self.left.value) or math.isinf(self.right.value)
        kinked = self._kinked() or (infinite and bool(special))
        if not special and not (kinked and self._bypassed()):
            return None  # if there is a kink, it is beside x, not at it: the operations know better
        found = self._at_kink(special) if kinked else self._at_choices(special)
        if found is not None and (found.verdict != WRONG or not self._one_choice(special)):
            return found
        edge = next((edge for edge in special if edge.verdict == NOT_SMOOTH), special[0])
        return self._say(edge.verdict, str(edge))

    def _one_choice(self, special: list[EdgeCheck]) -> bool:
        """Whether one operation alone is at a kink: any slope between its own is right, whatever differences see."""
        if {edge.verdict for edge in special} != {KINK} or len({edge.node for edge in special}) > 1 or self._bypassed():
            return False
        along = Along(special[0].node, self.moved)
        about = Differences(along, 0.0)
        return len(special) == 1 or at_kink(along.recorded, about.left(), about.right()) == KINK

    def _at_choices(self, special: list[EdgeCheck]) -> Verdict | None:
        """Where operations are at kinks, and f looks smooth; slopes that hardly differ do so too."""
        if not self.central.decides(self.gradient):
            return None
        if self.central.agrees(self.gradient):
            return self._say(AGREES)
        known = math.isfinite(self.left.error + self.right.error)
        if not known or at_kink(self.gradient, self.left, self.right) != WRONG:
            return None
        return self._say(WRONG, f"f is smooth here, but {CHOICE}: {special[0]}")

    def _at_kink(self, special: list[EdgeCheck]) -> Verdict:
        verdict = at_kink(self.gradient, self.left, self.right)
        text = f"the slope is {slope(self.left)} on the left and {slope(self.right)} on the right"
        vertical = verdict == KINK and (math.isinf(self.left.value) or math.isinf(self.right.value))
        text += ": a vertical tangent" if vertical else ENDINGS.get(verdict, "")
        text += f": {CHOICE}: {special[0]}" if verdict == WRONG and special else ""
        return self._say(verdict, text, at_kink=True)

    def _bypass(self) -> Verdict | None:
        """f moves, the recorded graph does not move with it: something was taken out of the graph."""
        if not self.central.decides(self.gradient) or self.central.agrees(self.gradient) or not self._bypassed():
            return None
        text = "every local derivative is right, but f depends on this input also outside of the graph (by .data?): "
        return self._say(WRONG, text + f"the graph's part is {self.gradient:.10g}, the whole {self.central.value:.10g}")

    def _bypassed(self) -> bool:
        replay = self.recorded.replay(self.k)
        nearest = sorted(self.about.points, key=lambda t: abs(t - self.input.data))[: 2 * len(NARROW) + 8]
        return any(not _same(replay, t, self.about.at(t)) for t in nearest)

    def _whole(self) -> Verdict | None:
        """Operations that are all right make a right gradient; where one can't be told, f as a whole has to do."""
        unsure = next((edge for edge in self.edges if edge.verdict != AGREES), None)
        settled = self.central.decides(self.gradient)
        right = settled and self.central.agrees(self.gradient)
        if right or (unsure is None and self.central.value == self.gradient == 0.0):
            return self._say(AGREES)
        if unsure is None and (settled or not self._bypassed()):
            return self._say(AGREES, TOO_NOISY)
        if unsure is not None and settled:
            return self._say(WRONG, f"the operation that may be wrong, though not by its own differences: {unsure}")
        return None

    def _say(self, verdict: str, text: str = "", node: Value | None = None, at_kink: bool = False) -> Verdict:
        return Verdict(
            self.input.label,
            self.input.data,
            self.gradient,
            self.central.value,
            self.central.error,
            verdict,
            text,
            self.left.value if at_kink else None,
            self.right.value if at_kink else None,
            node,
        )


def _same(replay: Callable[[float], float], t: float, y: float) -> bool:
    try:
        return abs(replay(t) - y) <= 4.0 * EPSILON * abs(y)
    except ARITHMETIC_ERRORS:
        return False
