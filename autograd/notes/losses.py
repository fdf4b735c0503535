"""The graphs of the losses that notes define, with the notes' names on their nodes."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograd.graph import topological_order
from autograd.notes.arithmetic import as_array
from autograd.notes.declared import Input
from autograd.notes.latex import latex
from autograd.notes.syntax import Indexed, Node, Number, Tagged
from autograd.notes.world import World
from autograd.value import Value


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
    if isinstance(base, Tagged) and indices and base.tag.text == "·":  # type: ignore[attr-defined]
        base, indices = Tagged(base.base, Number(indices[0])), indices[1:]
    return latex(Indexed(base, tuple(map(Number, indices))) if indices else base)


def is_loss(value: Any) -> bool:
    """Whether there is a graph to show."""
    return isinstance(value, Value) and len(topological_order(value)) > 1
