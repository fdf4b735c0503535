"""Indices that names have without saying so: J = Σ_i L, where L is made of x^{(i)}, is a sum over L's i."""

from __future__ import annotations

from autograd.notes.formulas.syntax import Big, Indexed, Name, Node, Primed, Tagged
from autograd.notes.markdown.declared import AnyFunction, Input, Slices
from autograd.notes.meaning.knowledge import Definition, Knowledge
from autograd.notes.meaning.names import REFERENCES, is_index, only_index, stem

NOTHING: frozenset[Node] = frozenset()


def implied(knowledge: Knowledge, name: Node) -> frozenset[str]:
    """The indices that a name has a value for each of, without saying so."""
    return knowledge.remembered(("implied", name), lambda: _of_name(knowledge, name, NOTHING))


def implied_in(knowledge: Knowledge, formula: Node) -> frozenset[str]:
    """Those of the names in a formula, and its own free indices, but for what sums bind."""
    return knowledge.remembered(("implied in", formula), lambda: _in(knowledge, formula, NOTHING))


def _of_name(knowledge: Knowledge, name: Node, seen: frozenset[Node]) -> frozenset[str]:
    """The same, by what the name means; `seen` are the names that led here."""
    known = knowledge.find(name)
    if known is None or known[0] in seen:
        return frozenset()
    key, meaning = known
    if isinstance(meaning, Input):
        return frozenset({meaning.per} - {""})
    if isinstance(meaning, Slices):
        is_whole = isinstance(meaning.name, Tagged) and name == key
        return frozenset({only_index(meaning.name)} - {""} if is_whole else ())
    if isinstance(meaning, AnyFunction):
        return frozenset()
    body, own = meaning.body, meaning.indices
    return knowledge.remembered(("implied below", key), lambda: _in(knowledge, body, seen | {key}) - {*own})


def _in(knowledge: Knowledge, node: Node, seen: frozenset[Node]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    stack: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
    while stack:
        part, bound = stack.pop()
        if isinstance(part, Big):
            bound = bound | {i.text for i in part.indices if isinstance(i, Name)}
        if isinstance(part, REFERENCES):
            found |= _of_reference(knowledge, part, seen) - bound
        else:
            stack += [(child, bound) for child in part.children()]
    return found


def _of_reference(knowledge: Knowledge, part: Node, seen: frozenset[Node]) -> frozenset[str]:
    """The letters among a name's scripts, and what it implies, unless its scripts say that already."""
    inner = part.base if isinstance(part, Primed) else part
    scripts = _counting(knowledge, inner)
    said = frozenset(i.text for i in scripts if isinstance(i, Name) and is_index(i) and not _is_name(knowledge, i))
    known = knowledge.find(inner)
    meaning = known[1] if known else None
    if isinstance(meaning, Input):
        is_said = len(scripts) > len(meaning.axes or ())
    else:
        is_plain = isinstance(meaning, Definition) and not meaning.indices
        is_said = is_plain and scripts != () and len(_of_name(knowledge, inner, seen)) == 1
    return said if is_said else said | _of_name(knowledge, inner, seen)


def _counting(knowledge: Knowledge, name: Node) -> tuple[Node, ...]:
    """The scripts of a name that may be indices: not the superscript of one that is known with it."""
    below = name.indices if isinstance(name, Indexed) else ()
    base = stem(name)
    return (base.tag, *below) if isinstance(base, Tagged) and base not in knowledge.names else below


def _is_name(knowledge: Knowledge, index: Name) -> bool:
    return index in knowledge.names or index.text in knowledge.sizes
