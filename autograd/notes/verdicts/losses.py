"""The graphs of the losses that notes define, with the notes' names on their nodes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from autograd.notes.formulas.latex import latex
from autograd.notes.formulas.syntax import At, Derivative, Indexed, Node, Number, Tagged
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import Input
from autograd.notes.meaning.arrays import as_array, scalar
from autograd.notes.meaning.claim import Claim
from autograd.notes.meaning.evaluate import Evaluator
from autograd.notes.meaning.keys import ANY
from autograd.notes.meaning.world import World
from autograd.notes.meaning.worlds import NOT_HERE, Worlds
from autograd.value import Value


class Losses(Mapping[str, Value]):
    """The losses that claims derive, by the names that the report has for them."""

    def __init__(self, worlds: Worlds) -> None:
        self.worlds = worlds
        self._by_name: dict[str, Value] = {}
        self._names: dict[Value, str] = {}

    def __getitem__(self, name: str) -> Value:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def of(self, claim: Claim, line: int) -> str:
        """The name of the loss that a claim of this line derives; "" where there is no graph of one."""
        head = claim.head.body if isinstance(claim.head, At) else claim.head
        if not isinstance(head, Derivative) or head.of is None:
            return ""
        world = self.worlds.at(0)
        try:
            value = scalar(Evaluator(world).evaluate(head.of, {}))  # a 1×1 loss is one too
        except NOT_HERE:
            return ""
        if not isinstance(value, Value) or not value.parents:
            return ""
        if value not in self._names:
            label(world)
            self._keep(value, readable(head.of), line)
        return self._names[value]

    def _keep(self, value: Value, name: str, line: int) -> None:
        name = f"{name} (line {line})" if name in self._by_name else name
        self._by_name[name], self._names[value] = value, name
        value.backward()


def label(world: World) -> None:
    """Gives each Value of a world the name that the notes have for it."""
    for key, value in world.memo.items():
        if key[0] not in ("input", "whole", "entry", "any"):
            continue
        name, bound = key[1], key[2:]
        given = world.knowledge.names.get(name)
        firsts = [axis.first for axis in world.axes(given)] if isinstance(given, Input) else []
        _label(name, as_array(value), [str(number) for _, number in bound], firsts)


def _label(name: Node, array: Any, bound: list[str], firsts: list[int]) -> None:
    for place in np.ndindex(*array.shape):
        node = array[place] if array.ndim else array.item()
        if isinstance(node, Value) and not node.label:
            starts = firsts or [1] * array.ndim
            node.label = _written(name, [*bound, *(str(i + first) for i, first in zip(place, starts, strict=False))])


def _written(name: Node, indices: list[str]) -> str:
    base = name.base if isinstance(name, Indexed) else name
    if isinstance(base, Tagged) and indices and base.tag == ANY:
        base, indices = Tagged(base.base, Number(indices[0])), indices[1:]
    return latex(Indexed(base, tuple(map(Number, indices))) if indices else base)
