"""Declarations taken in: what each line makes known."""

from __future__ import annotations

from dataclasses import replace

from autograd.notes.formulas.syntax import Name, Node, Tagged
from autograd.notes.markdown.declared import AnyFunction, Forget, Index, Input, Line, LogBase, Slices, Softmax
from autograd.notes.meaning.knowledge import Knowledge
from autograd.notes.meaning.names import stem


def declare(line: Line, knowledge: Knowledge, part: int) -> None:
    """Learns what a line of part `part` says."""
    if isinstance(line, Index):
        knowledge.ranges[line.name] = line.axis
        knowledge.add_axes((line.axis,))
    elif isinstance(line, LogBase):
        knowledge.bases[line.function] = line.base
    elif isinstance(line, Softmax):
        knowledge.along["softmax"] = line.along
    elif isinstance(line, Forget):
        for name in line.names:
            knowledge.forget(name)
    elif isinstance(line, Input):
        _input(line, knowledge, part)
    elif isinstance(line, AnyFunction):
        knowledge.know(line.name, line)
    elif isinstance(line, Slices):
        knowledge.know(_sliced(line.name), line)
    knowledge.version += 1


def _input(line: Input, knowledge: Knowledge, part: int) -> None:
    """An input; a line that says no shape adds to what the same declaration said before."""
    known = knowledge.names.get(line.name)
    if isinstance(known, Input) and line.axes is None and knowledge.declared.get(line.name) == part:
        line = replace(line, axes=known.axes, per=line.per or known.per, kind=line.kind or known.kind)
    knowledge.add_axes(line.axes)
    if isinstance(line.name, Name):
        knowledge.sizes.pop(line.name.text, None)
    knowledge.declared[line.name] = part
    knowledge.fixed.pop(line.name, None)
    knowledge.displace(line.name, part)
    knowledge.know(line.name, replace(line, axes=line.axes or ()))


def _sliced(name: Node) -> Node:
    """w for w_j, x for x^{(i)}."""
    inner = stem(name)
    return inner.base if isinstance(inner, Tagged) else inner
