"""What a name is taken for that nothing was said of, from how the formulas around it use it."""

from __future__ import annotations

from typing import NamedTuple

from autograd.notes.formulas.syntax import Big, Indexed, Name, Node, Number, Primed, Product, Tagged, Transposed
from autograd.notes.markdown.declared import Axis, Input
from autograd.notes.meaning.functions import CONSTANTS
from autograd.notes.meaning.knowledge import Knowledge
from autograd.notes.meaning.names import is_index, mentioned, stem

FUNCTION_LETTERS = set("fghφψFGH")


OWN = "n_"  # begins the name of a size that no one named


class Use(NamedTuple):
    """A letter, and its scripts above and below, as a formula has them."""

    letter: Node
    above: tuple[Node, ...]
    below: tuple[Node, ...]


def assume(name: Node, nodes: list[Node], knowledge: Knowledge) -> bool:
    """Takes a name for a number, or for an array as long as its indices run; False where it could be more."""
    use = _use(name)
    if not isinstance(use.letter, Name) or use.letter in _counting(nodes):
        return False
    uses = [other for node in nodes for other in map(_use, mentioned(node)) if other.letter == use.letter]
    indexed = [u for u in [use, *uses] if _runs(u)]
    if len({len(u.below) for u in indexed if u.below}) > 1:
        return False  # x_i and x_ij
    if indexed:
        return _assume_array(use.letter, max(indexed, key=lambda u: len(u.below) + len(u.above)), nodes, knowledge)
    if use.letter.text in (*CONSTANTS, "∞") or _may_be_more(use.letter, nodes):
        return False
    knowledge.assume(name, Input(name, ()), "numbers")
    return True


def _use(name: Node) -> Use:
    inner = name.base if isinstance(name, Primed) else name
    below = inner.indices if isinstance(inner, Indexed) else ()
    base = stem(inner)
    return Use(base.base, (base.tag,), below) if isinstance(base, Tagged) else Use(base, (), below)


def _runs(use: Use) -> bool:
    return any(map(is_index, (*use.above, *use.below)))


def _counting(nodes: list[Node]) -> set[Node]:
    """The letters that count: those of sums, and those that stand as indices."""
    bound = {i for node in nodes if isinstance(node, Big) for i in node.indices}
    return bound | {
        i for node in nodes for name in mentioned(node) for i in (*_use(name).above, *_use(name).below) if is_index(i)
    }


def _assume_array(letter: Node, use: Use, nodes: list[Node], knowledge: Knowledge) -> bool:
    """x_{ij} has two axes; x^{(i)} is one value for each i, and x_j^{(i)} has an axis beside."""
    if not all(map(is_index, use.above)) or not all(isinstance(i, (Name, Number)) for i in use.below):
        return False
    known = knowledge.names.get(letter)
    given = known if isinstance(known, Input) else Input(letter)
    axes = tuple(_axis_at(p, letter, i, nodes, knowledge) for p, i in enumerate(use.below) if is_index(i))
    beside = _axes_beside(letter, nodes, knowledge)
    axes = beside if len(beside) == len(axes) or (use.above and not axes) else axes
    per = ""
    if use.above:
        per = use.above[0].text  # type: ignore[attr-defined]  # an index is a Name
        knowledge.ranges.setdefault(per, axis_of(use.above[0], nodes, knowledge))
    knowledge.add_axes((*axes, *([knowledge.ranges[per]] if per else [])))
    made = Input(letter, axes, given.low, given.high, given.values, given.kind, given.along, per)
    knowledge.assume(letter, made, "arrays as long as their indices run")
    return True


def _axis_at(place: int, letter: Node, index: Node, nodes: list[Node], knowledge: Knowledge) -> Axis:
    """How far the index at a place runs; where nothing says it, as far as another one that stands at this place."""
    uses = [use.below for node in nodes for use in map(_use, mentioned(node)) if use.letter == letter]
    found = [axis_of(i, nodes, knowledge) for i in (index, *(below[place] for below in uses if len(below) > place))]
    return next((axis for axis in found if not str(axis.last).startswith(OWN)), found[0])


def axis_of(index: Node, nodes: list[Node], knowledge: Knowledge) -> Axis:
    """How far an index runs: as a sum says, else as far as a size of its own."""
    text = index.text if isinstance(index, Name) else ""
    if text in knowledge.ranges:
        return knowledge.ranges[text]
    for node in nodes:
        if isinstance(node, Big) and index in node.indices and isinstance(node.upper, (Name, Number)):
            lower = int(node.lower.text) if isinstance(node.lower, Number) and node.lower.text.isdigit() else 1
            if isinstance(node.upper, Name):
                return Axis(lower, node.upper.text)
            if node.upper.text.isdigit():
                return Axis(lower, int(node.upper.text))
    return Axis(1, f"{OWN}{text}")


def _axes_beside(letter: Node, nodes: list[Node], knowledge: Knowledge) -> tuple[Axis, ...]:
    """The axes of x in wᵀx, which are those of w."""
    for node in nodes:
        pairs = zip(node.factors, node.factors[1:], strict=False) if isinstance(node, Product) else ()
        for first, second in pairs:
            if isinstance(first, Transposed) and _use(second).letter == letter:
                known = knowledge.find(first.base)
                if known and isinstance(known[1], Input) and known[1].axes:
                    return known[1].axes
    return ()


def _may_be_more(letter: Name, nodes: list[Node]) -> bool:
    """Whether a letter may stand for a function or a matrix: f, a capital, what is transposed or stands beside that."""
    if letter.text in FUNCTION_LETTERS or "A" <= letter.text <= "Z":
        return True
    for node in nodes:
        if isinstance(node, Transposed) and _use(node.base).letter == letter:
            return True
        if isinstance(node, Product):
            pairs = zip(node.factors, node.factors[1:], strict=False)
            if any(isinstance(a, Transposed) and _use(b).letter == letter for a, b in pairs):
                return True
    return False
