"""A derivative in question: the function, its inputs, and the points at which it is evaluated."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from autograd.check.arrays import Array, Point, gradient_of, map_array, numbers, plain
from autograd.errors import DomainError
from autograd.expression import did_you_mean
from autograd.modes import recording
from autograd.value import Value

TRIES = 100  # draws for one point, before a function is called undefined
SCALES = (1.0, 2.0, 0.5, 3.0)  # of a scalar; the entries of an array are many, and stay near 1
ELSEWHERE = ((0.1, 0.9), (1.1, 3.0), (-0.9, 0.9))  # where functions are that a normal number does not suit


@dataclass(frozen=True)
class Problem:
    """∂of/∂wrt. `of` takes named inputs; those `held` have one value, the others are drawn."""

    of: Callable[..., Any]
    wrt: str
    shapes: dict[str, tuple[int, ...]]
    held: Point = field(default_factory=dict)
    ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    def graph(self, point: Point) -> tuple[Any, Array]:
        """The result at a point, and the Values of `wrt`."""
        inputs = {name: map_array(Value, x) for name, x in point.items()}
        args, named = matched(self.of, {name: plain(x) for name, x in inputs.items()})
        try:
            with recording():
                y = self.of(*args, **named)
        except DomainError:
            raise
        except (AttributeError, IndexError, TypeError, ValueError) as error:
            raise ValueError(f"`of` failed with {self._inputs()}: {error}") from error
        if isinstance(y, np.ndarray) and y.size == 1:
            y = y.item()
        if not isinstance(y, (Value, int, float)):
            shape = f" of shape {y.shape}" if isinstance(y, np.ndarray) else ""
            raise TypeError(f"`of` returned {type(y).__name__}{shape}, not one number: take one entry, or their sum")
        return y, inputs[self.wrt]

    def points(self, count: int, seed: int, move_wrt: bool) -> Iterator[tuple[Point, Array]]:
        """Points, and the gradient there. A held `wrt` is at its value first, and then moves if it may."""
        move_wrt = move_wrt and self.wrt in self.held
        rng = np.random.default_rng(seed)
        held = self.held.keys() == self.shapes.keys()
        for k in range(1 if held and not move_wrt else count):
            tries = range(1 if held and not (move_wrt and k) else TRIES)
            yield self._first_defined(self._draw(rng, k, attempt, move_wrt and k > 0) for attempt in tries)

    def _first_defined(self, points: Iterable[Point]) -> tuple[Point, Array]:
        reason: Exception | str = "no point"
        for point in points:
            try:
                gradient = gradient_of(*self.graph(point))
            except (DomainError, ArithmeticError) as error:
                reason = error
            else:
                if np.isfinite(gradient).all():
                    return point, gradient
                reason = "it is not finite"
        raise ValueError(f"`of` has no gradient where it was tried ({reason}): give `ranges` or `at` where it has")

    def _inputs(self) -> str:
        shown = ", ".join(f"{name} {shape or 'a scalar'}" for name, shape in self.shapes.items())
        return f"{shown} (an input without a shape is a scalar: see shapes)" if () in self.shapes.values() else shown

    def _draw(self, rng: np.random.Generator, k: int, attempt: int, move_wrt: bool) -> Point:
        held = {name: x for name, x in self.held.items() if not (move_wrt and name == self.wrt)}
        return {name: held[name] if name in held else self._drawn(rng, name, k, attempt) for name in self.shapes}

    def _drawn(self, rng: np.random.Generator, name: str, k: int, attempt: int) -> Array:
        shape, limits = self.shapes[name], self.ranges.get(name)
        if limits is None and name not in self.held and attempt and (kind := rng.integers(4)):
            limits = ELSEWHERE[kind - 1]
        if limits is not None:
            return np.asarray(rng.uniform(*limits, shape))
        scale = 1.0 if shape else SCALES[k % len(SCALES)]
        if name in self.held:  # closer and closer to where it is defined
            at = self.held[name]
            return np.asarray(at + np.maximum(np.abs(at), 1.0) * rng.normal(size=shape) * scale * 0.9**attempt)
        return np.asarray(rng.normal(size=shape) * scale)

    def resized(self, sizes: Mapping[int, int]) -> Problem:
        """The same with other sizes of its arrays; ValueError where a held array has one of them."""
        shapes = {name: tuple(sizes.get(d, d) for d in shape) for name, shape in self.shapes.items()}
        if held := [name for name in self.held if shapes[name] != self.shapes[name]]:
            raise ValueError(f"{held[0]} is held, with its size")
        return replace(self, shapes=shapes)

    @property
    def sizes(self) -> dict[int, str]:
        """What the sizes of its arrays are called: {5: "X.shape[0]"}."""
        found: dict[int, str] = {}
        for name, shape in self.shapes.items():
            for axis, size in enumerate(shape):
                found.setdefault(size, f"{name}.shape[{axis}]")
        return found


def state(
    of: Callable[..., Any],
    wrt: str | int,
    at: Mapping[str, Any],
    shapes: Mapping[str, int | Sequence[int]],
    ranges: Mapping[str, tuple[float, float]],
) -> Problem:
    """The problem in the user's words. Raises ValueError or TypeError where they do not fit the function."""
    wrt, names = _inputs(of, wrt, [*at, *shapes, *ranges])
    for word, mentioned in (("wrt", [wrt]), ("at", at), ("shapes", shapes), ("ranges", ranges)):
        for name in mentioned:
            _known(name, names, f"{word}: `of` has no input {name!r}")
    held = {name: numbers(at[name], f"at[{name!r}]") for name in names if name in at}
    sizes = {name: _shape(shapes[name]) if name in shapes else np.shape(held.get(name, 0.0)) for name in names}
    for name, x in held.items():
        if x.shape != sizes[name]:
            raise ValueError(f"at[{name!r}] has shape {x.shape}, shapes[{name!r}] is {sizes[name]}: give one of them")
    for name, (low, high) in ranges.items():
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise ValueError(f"ranges[{name!r}] = ({low}, {high}): give two finite numbers, the smaller first")
    return Problem(of, wrt, sizes, held, ranges)


def _inputs(of: Callable[..., Any], wrt: str | int, mentioned: Sequence[str]) -> tuple[str, list[str]]:
    """The name of `wrt`, and those of all inputs: parameters without a default, or that the user mentions."""
    try:
        parameters = inspect.signature(of).parameters
    except ValueError:
        raise TypeError("`of` does not tell what its inputs are called: name them, as in lambda x: of(x)") from None
    if any(p.kind is p.VAR_POSITIONAL for p in parameters.values()):
        raise TypeError("`of` takes *args: give its inputs names, as in lambda x, y: …")
    open_ended = any(p.kind is p.VAR_KEYWORD for p in parameters.values())
    given = {*mentioned, *([wrt] if isinstance(wrt, str) else [])}
    names = [n for n, p in parameters.items() if p.kind is not p.VAR_KEYWORD and (p.default is p.empty or n in given)]
    names += [name for name in dict.fromkeys(mentioned) if open_ended and name not in names]
    if isinstance(wrt, (int, np.integer)):
        if not -len(names) <= wrt < len(names):
            raise ValueError(f"wrt={wrt}: `of` has {len(names)} inputs ({', '.join(names)})")
        wrt = names[wrt]
    return wrt, names


def matched(function: Callable[..., Any], inputs: Mapping[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments of a call: the inputs that its parameters name, or all of them in order if it names none.

    Raises ValueError where it asks for what is no input.
    """
    try:
        signature = inspect.signature(function)
    except ValueError:  # a built-in that does not tell
        return tuple(inputs.values()), {}
    arguments: dict[str, Any] = {}
    in_order = iter(inputs.values())
    for name, p in signature.parameters.items():
        if p.kind is p.VAR_POSITIONAL:
            arguments[name] = tuple(in_order)
        elif p.kind is p.VAR_KEYWORD:
            arguments[name] = {key: x for key, x in inputs.items() if key not in arguments}
        elif p.kind is p.POSITIONAL_ONLY and p.default is p.empty:
            if len(arguments) == len(inputs):
                raise ValueError(f"the claim takes more inputs than `of` has ({', '.join(inputs)})")
            arguments[name] = next(in_order)
        elif p.default is p.empty or name in inputs:
            _known(name, inputs, f"the claim asks for {name!r}, which is no input of `of`")
            arguments[name] = inputs[name]
    bound = inspect.BoundArguments(signature, arguments)
    return bound.args, bound.kwargs


def _known(name: Any, names: Iterable[str], complaint: str) -> None:
    names = list(names)
    if name not in names:
        raise ValueError(complaint + (did_you_mean(str(name), names, least=0.5) or f": it has {', '.join(names)}"))


def _shape(shape: int | Sequence[int]) -> tuple[int, ...]:
    return tuple(map(int, np.atleast_1d(np.asarray(shape, dtype=int))))
