"""How far indices run that notes do not give limits: as far as the axes that they are used on, or as declared."""

from __future__ import annotations

from collections.abc import Sequence

from autograd.notes.formulas.syntax import Big, Indexed, Name, Node, Number, Tagged
from autograd.notes.markdown.declared import Input, Slices
from autograd.notes.meaning.arrays import shape_of
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.indices import limits
from autograd.notes.meaning.keys import scripts
from autograd.notes.meaning.knowledge import Definition, Knowledge, Meaning
from autograd.notes.meaning.names import other_case, outer_scripts
from autograd.notes.meaning.references import UnknownError, is_unshaped
from autograd.notes.meaning.wholes import whole
from autograd.notes.meaning.world import NotCheckableError


def span(evaluator: Evaluates, index: str, nodes: Sequence[Node], env: Env) -> range:
    """How far an index runs in formulas.

    Raises UnknownError for a name with this index whose axes are not known, else NotCheckableError.
    """
    parts = [part for node in nodes for part in node.walk()]
    for part in parts:
        if (found := _on_part(evaluator, index, part, env)) is not None:
            return found
    knowledge = evaluator.world.knowledge
    if index in knowledge.ranges:
        return evaluator.world.indices(knowledge.ranges[index])
    for part in parts:
        if (layers := _layers(knowledge, index, part)) is not None:
            return layers
    for part in parts:
        if Name(index) in outer_scripts(part) and _is_unknown(knowledge, part):
            raise UnknownError(part)
    raise NotCheckableError(f"how far {index} runs is not said: declare `{index} = 1..m`")


def _is_unknown(knowledge: Knowledge, part: Node) -> bool:
    known = knowledge.find(part)
    return known is None or is_unshaped(known[1])


def _layers(knowledge: Knowledge, index: str, part: Node) -> range | None:
    """How far l runs in W^{(l)}, where there are W^{(1)}, W^{(2)}, …"""
    if not isinstance(part, Tagged) or part.tag != Name(index):
        return None
    tags = [n.tag for n in knowledge.names if isinstance(n, Tagged) and n.base in (part.base, other_case(part.base))]
    numbers = sorted(int(tag.text) for tag in tags if isinstance(tag, Number) and tag.text.isdigit())
    layers = range(numbers[0], numbers[-1] + 1) if numbers else range(0)
    return layers if numbers and numbers == list(layers) else None


# ---- the axis on which an index stands


def _on_part(evaluator: Evaluates, index: str, part: Node, env: Env) -> range | None:
    """As far as a sum says, or as the axis of the name that has this index."""
    if isinstance(part, Big) and Name(index) in part.indices and part.upper is not None:
        return limits(evaluator, part, part.upper, env)
    known = evaluator.world.knowledge.find(part) if isinstance(part, (Indexed, Tagged)) else None
    if known is None or is_unshaped(known[1]):
        return None
    tags, below = scripts(part, known[0])
    if Name(index) not in (*tags, *below):
        return None
    return _on_name(evaluator, index, *known, tags, below)


def _on_name(
    evaluator: Evaluates, index: str, name: Node, meaning: Meaning, tags: tuple[Node, ...], below: tuple[Node, ...]
) -> range | None:
    place = (*tags, *below).index(Name(index))
    if isinstance(meaning, Definition) and place < len(meaning.indices):
        return None if evaluator.is_open(name) else evaluator.span(meaning.indices[place], [meaning.body], {})
    axes = _axes(evaluator, name, meaning, bool(tags))
    per = meaning.per if isinstance(meaning, Input) else ""
    if len(axes) == 2 and len(tags) + len(below) == 1 and not per and not isinstance(meaning, Slices):
        long = [axis for axis in axes if len(axis) > 1]  # of a row or a column
        return long[0] if len(long) == 1 else None
    is_within = per and not tags and Name(per) not in below and len(below) < len(axes)  # the sample's axis is first
    place += 1 if is_within else 0
    return axes[place] if place < len(axes) else None


def _axes(evaluator: Evaluates, name: Node, meaning: Meaning, tagged: bool) -> list[range]:
    """The axes of what a name means, in the order in which its indices stand."""
    if isinstance(meaning, Input):
        return evaluator.world.spans(meaning)
    value = evaluator.evaluate(meaning.of, {}) if isinstance(meaning, Slices) else whole(evaluator, name, meaning, {})
    axes = [range(1, size + 1) for size in shape_of(value)]
    if not isinstance(meaning, Slices) or meaning.along == "rows":
        return axes
    return axes[::-1] if tagged or isinstance(meaning.name, Indexed) else axes
