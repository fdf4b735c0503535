r"""Shapes that notes claim: \underbrace{X^T}_{(k \times m)}, (3, m) = (3, n)(n, m) + (3, 1)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from autograd.notes.formulas.syntax import Annotated, Group, Name, Node, Number, Product, Sum
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import Input
from autograd.notes.meaning.arithmetic import Arithmetic
from autograd.notes.meaning.arrays import Array, MisfitError, shape_of
from autograd.notes.meaning.axes import axes_in
from autograd.notes.meaning.knowledge import Knowledge
from autograd.notes.meaning.world import World

Shape = tuple[int, ...]


def remarks(node: Node) -> Iterator[Annotated]:
    """The parts of a formula under which a shape stands."""
    for part in node.walk():
        if isinstance(part, Annotated) and axes_in(part.remark) is not None:
            yield part


def remark_slip(part: Annotated, value: Array, world: World) -> str:
    """How the shape below a part is not that of its value; "" where it is."""
    claimed = tuple(len(world.indices(axis)) for axis in axes_in(part.remark) or ())
    actual = shape_of(value)
    if _same(claimed, actual):
        return ""
    return f"wrong shape: {readable(part.body)} is {named(actual, world)}, not {named(claimed, world)}"


def _same(claimed: Shape, actual: Shape) -> bool:
    """A vector of one axis may be called a column or a row."""
    if len(claimed) == len(actual):
        return claimed == actual
    return tuple(n for n in claimed if n != 1) == tuple(n for n in actual if n != 1)


def named(shape: Shape, world: World) -> str:
    """A shape by the names of its sizes: k×m."""
    inputs = [meaning for meaning in world.knowledge.names.values() if isinstance(meaning, Input)]
    numbers = {axis.last for given in inputs for axis in given.axes or ()}
    names = {size: name for name, size in world.sizes.items() if size not in numbers}
    return "×".join(names.get(size, str(size)) for size in shape) or "a number"


def is_shape_equation(sides: list[Node]) -> bool:
    """Whether all that an equation names is pairs of sizes."""
    return all(_has_only_pairs(side) for side in sides)


def _has_only_pairs(node: Node) -> bool:
    if isinstance(node, Group):
        return node.bracket == "(" and len(node.parts) == 2 and all(isinstance(p, (Name, Number)) for p in node.parts)
    if isinstance(node, (Product, Sum)):
        return all(map(_has_only_pairs, node.children()))
    return isinstance(node, Annotated) and _has_only_pairs(node.body)


def equation_slip(sides: list[Node], knowledge: Knowledge) -> str:
    """How an equation of shapes is wrong; "" where it is right."""
    for side in sides:
        for part in side.walk():
            if isinstance(part, Name):
                knowledge.sizes.setdefault(part.text)
    world = World(knowledge)
    try:
        shapes = [shape_of(_zeros(side, world)) for side in sides]
    except MisfitError as error:
        return f"wrong shape: {error}"
    wrong = next((shape for shape in shapes[1:] if shape != shapes[0]), None)
    return f"wrong shape: {named(wrong, world)}, not {named(shapes[0], world)}" if wrong else ""


def _zeros(node: Node, world: World) -> Array:
    """An array of the shape that pairs of sizes come to."""
    if isinstance(node, Annotated):
        return _zeros(node.body, world)
    if isinstance(node, Group):
        sizes = [
            int(p.text) if isinstance(p, Number) else world.sizes[p.text]  # type: ignore[attr-defined]  # a Name
            for p in node.parts
        ]
        return np.zeros(sizes, dtype=object)
    arithmetic = Arithmetic()
    values = [_zeros(part, world) for part in node.children()]
    join = arithmetic.add if isinstance(node, Sum) else arithmetic.product
    total = values[0]
    for value in values[1:]:
        total = join(total, value)
    return total
