"""A claim's verdict: both sides evaluated at several points, and compared."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from autograd.check.arrays import rounding
from autograd.check.evidence import Evidence
from autograd.check.factors import SAME
from autograd.errors import DomainError
from autograd.modes import recording
from autograd.notes.formulas.syntax import Name, Node, Number
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import Input
from autograd.notes.meaning.arithmetic import MisfitError, as_array, scalar, shape_of, written
from autograd.notes.meaning.calculus import COMPARISONS
from autograd.notes.meaning.claim import Claim, free_indices, is_literal
from autograd.notes.meaning.digits import half_unit
from autograd.notes.meaning.digits import rounding as rounding_of_digits
from autograd.notes.meaning.evaluate import Evaluator
from autograd.notes.meaning.references import RangeError
from autograd.notes.meaning.world import NotCheckableError, World
from autograd.notes.meaning.worlds import ATTEMPTS, POINTS, Worlds, held
from autograd.value import Value, data_of

NEARLY = 1e-3  # relative: what ≈ lets pass
MOST_ROUNDING = 1e-6  # of an entry's size: what a side may lose to cancellation and still be equal
Numbers = Any  # an array of floats


class Reading(NamedTuple):
    """One way to understand what a formula leaves open."""

    elementwise: bool = False  # vectors side by side are multiplied entry by entry
    variable: Node | None = None  # what a prime derives in
    denominator: bool = False  # ∂y/∂x of vectors has a row for each x, not for each y
    each: bool = False  # what has a value for each index i is compared for each i


@dataclass
class Trial:
    """Both sides at one point, and how far rounding can have parted them."""

    world: World
    actual: Numbers
    claimed: Numbers | ValueError  # which says why there are none
    blur: Callable[[], Numbers]
    fog: Callable[[], Numbers]  # the same, where rounding may have taken every digit
    apart: bool  # whether the head is not computed through what it derives in


def trials(claim: Claim, worlds: Worlds, reading: Reading, points: Iterable[int] = range(POINTS)) -> list[Trial]:
    """Both sides at each point. Raises NotCheckableError for a side that has no value."""
    return [_trial(claim, worlds, reading, number) for number in points]


def _trial(claim: Claim, worlds: Worlds, reading: Reading, number: int) -> Trial:
    reason: Exception | None = None
    for attempt in range(ATTEMPTS):
        world = worlds.at(number, attempt)
        try:
            return compared(claim, held(world, claim.settings) if claim.settings else world, reading)
        except (DomainError, ArithmeticError) as error:
            reason = error
    words = str(reason).split("\n")[0]
    raise NotCheckableError(f"it has no value where it was tried ({words}): declare ranges where it has")


def compared(claim: Claim, world: World, reading: Reading) -> Trial:
    """Both sides in one world."""
    evaluator = Evaluator(world, reading.elementwise, reading.variable)
    outer = indices(claim.head, evaluator, reading.each)
    inner = [i for i in indices(claim.body, evaluator, reading.each) if i not in outer]
    spans = _spans(evaluator, [*outer, *inner], claim)
    with recording():
        heads = _values(evaluator, claim.head, outer, spans)
        apart = bool(world.disconnected) and not any(numbers(head).any() for head in heads)
        try:
            bodies = _values(evaluator, claim.body, [*outer, *inner], spans)
            head, body = _stacked(heads, bodies, [len(spans[i]) for i in outer], [len(spans[i]) for i in inner])
        except (MisfitError, RangeError) as error:
            head, _ = _stacked(heads, heads, [len(spans[i]) for i in outer], [])
            return Trial(world, numbers(head), error, lambda: 0.0, lambda: 0.0, apart)
    head = as_array(head).T if reading.denominator else head
    actual = numbers(head)
    claimed = _fitted(numbers(body), actual.shape)
    if claim.body == Number("0") and claimed.ndim == 0:
        claimed = np.zeros(actual.shape)  # ∂L/∂w = 0, for a w of any shape
    written = _written(claim, evaluator)
    sides = (head, body)
    blur, fog = (
        lambda most=most: sum(_blur(side, actual, most) for side in sides) + written for most in (MOST_ROUNDING, np.inf)
    )
    return Trial(world, actual, claimed, blur, fog, apart)


def _written(claim: Claim, evaluator: Evaluator) -> float:
    """How far the digits of numbers leave open where a side is."""
    if claim.kind == "numbers":
        largest = max(
            (float(n.text) for side in (claim.head, claim.body) for n in side.walk() if isinstance(n, Number)),
            default=0.0,
        )
        return 1e-15 * largest + max((half_unit(side) for side in (claim.head, claim.body)), default=0.0)

    def value(node: Node) -> float:
        found = evaluator.evaluate(node, {})
        return 0.0 if shape_of(found) else float(data_of(scalar(found), "a side"))

    exact = [number for _, number in claim.settings]
    return sum(rounding_of_digits(side, value, exact) for side in (claim.head, claim.body) if is_literal(side))


def indices(node: Node, evaluator: Evaluator, each: bool = False) -> list[str]:
    """The free indices of a side: those that have no other meaning here; with those that it does not say, if `each`."""
    knowledge = evaluator.world.knowledge
    found = dict.fromkeys([*free_indices(node), *(sorted(knowledge.per_in(node)) if each else ())])
    return [i for i in found if i not in evaluator.world.sizes and Name(i) not in knowledge.names]


def _spans(evaluator: Evaluator, names: list[str], claim: Claim) -> dict[str, range]:
    return {name: evaluator.span(name, [claim.head, claim.body], {}) for name in names}


def _values(evaluator: Evaluator, node: Node, names: list[str], spans: Mapping[str, range]) -> list[Any]:
    """A side for every value of its free indices."""
    places = product(*(spans[name] for name in names))
    return [as_array(evaluator.evaluate(node, dict(zip(names, place, strict=True)))) for place in places]


def _stacked(heads: list[Any], bodies: list[Any], outer: list[int], inner: list[int]) -> tuple[Any, Any]:
    """Both sides as arrays, an axis in front for each free index; in one row where entries differ in shape."""
    if len({head.shape for head in heads}) > 1 and not inner:
        wrong = next(((b, h) for b, h in zip(bodies, heads, strict=True) if _long(b.shape) != _long(h.shape)), None)
        if wrong:
            raise MisfitError(f"{written(wrong[0].shape)} instead of {written(wrong[1].shape)}")
        return np.concatenate([h.ravel() for h in heads]), np.concatenate([b.ravel() for b in bodies])
    if len({body.shape for body in bodies}) > 1:
        raise MisfitError("it has another shape for each index")
    return _joined(heads, outer), _joined(bodies, [*outer, *inner])


def _long(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(size for size in shape if size != 1)


def _joined(values: list[Any], sizes: list[int]) -> Any:
    made = np.empty((len(values), *values[0].shape), dtype=object)
    for k, value in enumerate(values):
        made[k] = value if value.ndim else value.item()
    return made.reshape((*sizes, *values[0].shape))


def numbers(value: Any) -> Numbers:
    """The floats of a side."""
    array = as_array(value)
    made = np.empty(array.shape)
    made.ravel()[:] = [data_of(x, "a side") for x in array.ravel().tolist()] if array.size else []
    return made if array.ndim else np.asarray(float(data_of(array.item(), "a side")))


def _fitted(claimed: Numbers, shape: tuple[int, ...]) -> Numbers:
    """Numbers in the shape that they are compared in: a vector of one axis has no orientation."""
    if claimed.shape == shape or claimed.size != math.prod(shape):
        return claimed
    long = _long(claimed.shape), _long(shape)
    oriented = len(claimed.shape) == len(shape) == 2 and claimed.size > 1
    return claimed.reshape(shape) if long[0] == long[1] and not oriented else claimed


def _blur(value: Any, actual: Numbers, most: float) -> Numbers:
    """A bound on the rounding of a side, up to a share of it."""
    array = as_array(value)
    if not any(isinstance(x, Value) for x in array.ravel().tolist()):
        return 0.0
    lost = rounding(array)
    return _fitted(lost if most == np.inf else np.minimum(lost, most * np.abs(numbers(value))), actual.shape)


def agrees(trial: Trial, sign: str = "=") -> bool:
    """Whether the sides are as the sign says: equal but for rounding, nearly equal for ≈, or in order."""
    if sign in COMPARISONS and sign != "=":
        return _ordered(trial, sign)
    return _equal(trial, NEARLY if sign == "≈" else SAME)


def in_fog(trial: Trial) -> bool:
    """Whether the sides may be equal but for rounding that took every digit: 1 − σ(50)."""
    if isinstance(trial.claimed, ValueError) or trial.claimed.shape != trial.actual.shape:
        return False
    return bool((np.abs(trial.claimed - trial.actual) <= trial.fog()).all())


def _ordered(trial: Trial, sign: str) -> bool:
    if isinstance(trial.claimed, ValueError):
        return False
    try:
        pairs = np.broadcast_arrays(trial.actual, trial.claimed)
    except ValueError:
        return False
    slack = 1e-12 * np.maximum(np.abs(pairs[0]), np.abs(pairs[1])) * {"≤": -1.0, "≥": 1.0}.get(sign, 0.0)
    return all(COMPARISONS[sign](a, b) for a, b in zip((pairs[0] + slack).ravel(), pairs[1].ravel(), strict=True))


def _equal(trial: Trial, same: float) -> bool:
    if isinstance(trial.claimed, ValueError) or trial.claimed.shape != trial.actual.shape:
        return False
    apart, allowed = np.abs(trial.claimed - trial.actual), same * np.abs(trial.actual)
    if (apart <= allowed).all():
        return True
    return bool((apart <= allowed + trial.blur() * (1.0 + 1e-9)).all())


def evidence(claim: Claim, found: list[Trial], worlds: Worlds, reading: Reading) -> Evidence:
    """What is known of a claim that is wrong, for a diagnosis: the points of one choice of sizes."""
    first = found[0].world
    alike = [trial for trial in found if trial.world.sizes == first.sizes]
    names = {size: name for name, size in first.sizes.items()}

    def resized(sizes: Mapping[int, int]) -> Evidence | None:
        changed = {names[old]: new for old, new in sizes.items() if old in names}
        try:
            other = [
                compared(claim, worlds.resized(trial.world.number, trial.world.attempt, changed), reading)
                for trial in alike[:2]
            ]
        except (NotCheckableError, DomainError, ArithmeticError):
            return None
        if any(isinstance(trial.claimed, ValueError) for trial in other):
            return None
        return _evidence(claim, other, names, lambda _: None)

    return _evidence(claim, alike, names, resized)


def _evidence(claim: Claim, found: list[Trial], sizes: Mapping[int, str], resized: Any) -> Evidence:
    points = [_inputs(claim, trial.world) for trial in found]
    return Evidence(points, [t.claimed for t in found], [t.actual for t in found], sizes, lambda _: None, resized)


def _inputs(claim: Claim, world: World) -> dict[str, Numbers]:
    """The inputs of a claim at a point, by name."""
    knowledge = world.knowledge
    found = {n for side in (claim.head, claim.body) for part in side.walk() for n in knowledge.upstream(part)}
    inputs = sorted((n for n in found if isinstance(knowledge.names[n], Input)), key=repr)
    made = {readable(n): world.memo.get(("input", n)) for n in inputs}
    return {name: numbers(value) for name, value in made.items() if value is not None}


def misfit(found: list[Trial]) -> str:
    """What does not go together; "" where the sides have one shape."""
    claimed, actual = found[0].claimed, found[0].actual
    if isinstance(claimed, ValueError):
        return str(claimed)
    return "" if claimed.shape == actual.shape else f"{written(claimed.shape)} instead of {written(actual.shape)}"
