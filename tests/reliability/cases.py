"""A random program, and what is known of it: its graph, its gradient on 50 digits, its second derivatives."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import programs

from autograd import Value, grad, hessian
from autograd.graph import tangents

SHORTEST = 5
REACHES = (None, None, 12, 5)  # how far back operands lie: the nearer, the more paths there are


class Second(NamedTuple):
    """The Hessian, and for each entry the sum of the sizes of all paths from input to gradient that make it."""

    hessian: Any
    sizes: Any


class Case:
    """`random_program(*recipe)`, as a function of its inputs."""

    def __init__(self, *recipe: Any) -> None:
        self.recipe = recipe
        self.program, self.inputs = programs.random_program(*recipe)

    @classmethod
    def drawn(cls, draw: random.Random, longest: int) -> Case:
        """One of 5 to so many operations, mostly of few."""
        length = SHORTEST * (longest / SHORTEST) ** (draw.random() ** 3)
        return cls(draw.getrandbits(32), round(length), draw.choice(REACHES))

    def __call__(self, xs: Sequence[Any]) -> Any:
        return programs.run(self.program, xs)[-1]

    @cached_property
    def exact(self) -> programs.Dual:
        """The result by forward mode on 50 digits."""
        return programs.forward(self.program, self.inputs)[-1]

    @cached_property
    def sizes(self) -> list[float]:
        """For each input, the sum of the sizes of all paths from it."""
        return [float(size) for size in self.exact.sizes]

    @cached_property
    def direction(self) -> list[float]:
        """In which the inputs move, for derivatives that need one."""
        draw = random.Random(self.recipe[0])
        return [draw.gauss(0.0, 1.0) for _ in self.inputs]

    @cached_property
    def graph(self) -> tuple[list[Value], Value]:
        """The inputs and the result, after the backward pass."""
        xs = list(map(Value, self.inputs))
        y = self(xs)
        y.backward()
        return xs, y

    @property
    def gradient(self) -> list[float]:
        """What the backward pass left in the inputs."""
        return [x.grad for x in self.graph[0]]

    @cached_property
    def second(self) -> Second:
        """The second derivatives."""
        xs = list(map(Value, self.inputs))
        slopes = grad(self)(xs)
        unit = dict(zip(xs, np.eye(len(xs)), strict=True))
        moved = tangents(slopes, unit, lambda v, wanted: [(x, np.abs(d)) for x, d in v.edges(wanted)])
        sizes = [moved.get(slope, np.zeros(len(xs))) for slope in slopes]
        return Second(np.array(hessian(self)(self.inputs)), np.array(sizes))
