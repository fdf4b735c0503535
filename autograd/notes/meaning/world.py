"""One point at which notes are tried: a number for every size, and Values for every input, drawn by name.

The same name at the same point has the same numbers, whatever else the notes declare.
"""

from __future__ import annotations

import zlib
from typing import Any

import numpy as np

from autograd.notes.formulas.syntax import Node, Number
from autograd.notes.markdown.declared import AnyFunction, Axis, Input
from autograd.notes.meaning.arithmetic import Arithmetic
from autograd.notes.meaning.arrays import Array, filled
from autograd.notes.meaning.keys import ANY
from autograd.notes.meaning.knowledge import Knowledge
from autograd.ops import sin
from autograd.value import Value

SIZES = (4, 3, 2, 5, 6, 7)  # all different, so that a wrong shape shows; then by turns
SCALES = (1.0, 2.0, 0.5, 3.0)  # of a number; the entries of arrays are many, and stay near 1
ELSEWHERE = ((0.1, 0.9), (1.1, 3.0), (-0.9, 0.9))  # where functions are that a normal number does not suit
MOST_ENTRIES = 20_000  # of one input


class NotCheckableError(ValueError):
    """What a statement says cannot be computed; the text says why."""


class World:
    """Sizes and inputs at point `number`; each `attempt` draws other numbers for inputs without a range."""

    def __init__(self, knowledge: Knowledge, number: int = 0, attempt: int = 0) -> None:
        self.knowledge, self.number, self.attempt = knowledge, number, attempt
        turned = SIZES[number % 2 :] + SIZES[: number % 2]
        latest = list(knowledge.sizes)[::-1]
        self.sizes = {name: turned[k] if k < len(SIZES) else k + 2 for k, name in enumerate(latest)}
        self.arithmetic = Arithmetic()
        self.memo: dict[Any, Any] = {}
        self.disconnected: list[tuple[Node, Node]] = []  # derivatives of what is not computed through the other
        self.steps = 0

    def last(self, axis: Axis) -> int:
        """An axis's last index."""
        if isinstance(axis.last, int):
            return axis.last
        if axis.last not in self.sizes:
            self.sizes[axis.last] = SIZES[len(self.sizes) % len(SIZES)]
        return self.sizes[axis.last]

    def indices(self, axis: Axis) -> range:
        """The indices of an axis."""
        return range(axis.first, self.last(axis) + 1)

    def axes(self, given: Input) -> tuple[Axis, ...]:
        """The axes of an input, that of the index that it has a value for each of in front."""
        axes = given.axes or ()
        if not given.per:
            return axes
        if given.per not in self.knowledge.ranges:
            raise NotCheckableError(f"how far {given.per} runs is not said: declare `{given.per} = 1..m`")
        return (self.knowledge.ranges[given.per], *axes)

    def spans(self, given: Input) -> list[range]:
        """The indices along each of these axes."""
        return [self.indices(axis) for axis in self.axes(given)]

    def draw(self, given: Input) -> Array:
        """An input's Values."""
        shape = tuple(map(len, self.spans(given)))
        if np.prod(shape, dtype=float) > MOST_ENTRIES:
            raise NotCheckableError(f"{'×'.join(map(str, shape))} entries are more than {MOST_ENTRIES}")
        numbers = self._numbers(given, shape)
        if not shape:
            return Value(float(numbers))
        made = filled([Value(float(x)) for x in numbers.ravel()], shape)
        self._fix(given, made)
        return made

    def _fix(self, given: Input, made: Array) -> None:
        """Gives entries their number: x_{i0} = 1."""
        axes = self.spans(given)
        for pattern, number in self.knowledge.fixed.get(given.name, ()):
            pattern = (ANY,) * (len(axes) - len(pattern)) + pattern
            for place in np.ndindex(*made.shape):
                indices = (str(axis[k]) for axis, k in zip(axes, place, strict=True))
                if all(not isinstance(p, Number) or p.text == i for p, i in zip(pattern, indices, strict=True)):
                    made[place] = Value(number)

    def _numbers(self, given: Input, shape: tuple[int, ...]) -> Any:
        rng = self.rng(given.name)
        if given.kind:
            return _distributions(rng, given, shape)
        if given.values:
            return rng.choice(given.values, shape)
        if given.low is not None or given.high is not None:
            return _within(rng, given.low, given.high, shape)
        if self.attempt and (kind := rng.integers(4)):
            return rng.uniform(*ELSEWHERE[kind - 1], shape)
        return rng.normal(size=shape) * (1.0 if shape else SCALES[self.number % len(SCALES)])

    def rng(self, name: Node) -> np.random.Generator:
        """Random numbers for a name at this point."""
        return np.random.default_rng([self.number, self.attempt, zlib.crc32(repr(name).encode("utf-8", "replace"))])

    def smooth(self, meaning: AnyFunction, entries: list[Any]) -> Any:
        """Some smooth function of numbers: curved in each, and in all together."""
        ops = self.arithmetic
        slopes, curves, common = self.rng(meaning.name).normal(size=(3, len(entries))).tolist()
        joint = ops.sum([ops.times(x, c) for x, c in zip(entries, common, strict=True)])
        terms = [ops.times(x, ops.add(ops.times(x, c), s)) for x, s, c in zip(entries, slopes, curves, strict=True)]
        return ops.sum([*terms, ops.times(joint, joint)])

    def wave(self, meaning: AnyFunction, x: Array) -> Array:
        """Some smooth function of one number, of each entry."""
        ops = self.arithmetic
        slope, phase, height = (float(c) for c in self.rng(meaning.name).uniform(0.5, 1.5, 3))
        waves = ops.each(sin, ops.add(x, phase))
        return ops.add(ops.times(waves, height), ops.times(ops.times(x, x), slope / 4))


def _within(rng: np.random.Generator, low: float | None, high: float | None, shape: tuple[int, ...]) -> Any:
    """Uniform in an interval; above or below a number, a few units away from it at most."""
    if low is None:
        low = (0.0 if high is None else high) - 3.0
    if high is None:
        high = low + 3.0
    return rng.uniform(low, high, shape)


def _distributions(rng: np.random.Generator, given: Input, shape: tuple[int, ...]) -> Any:
    """Vectors that are one-hot or sum to 1: the rows, if it is not said otherwise."""
    across = given.along == "columns" and not given.per
    rows = shape[::-1] if across else shape
    if given.kind == "one-hot":
        made = np.eye(rows[-1])[rng.integers(rows[-1], size=rows[:-1])]
    else:
        made = rng.uniform(0.2, 1.0, rows)
        made = made / made.sum(axis=-1, keepdims=True)
    return made.T if across else made
