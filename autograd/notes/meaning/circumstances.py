"""Conditions beside a formula, x > 0, i ≠ j: where it is claimed, and no claims themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeGuard

from autograd.notes.formulas.syntax import At, Name, Node, Relation
from autograd.notes.markdown.declared import Input
from autograd.notes.meaning.claim import is_literal
from autograd.notes.meaning.knowledge import Knowledge
from autograd.notes.meaning.names import REFERENCES

ORDERS = {"<", ">", "≤", "≥", "≠"}
COUNTING = frozenset("ijkl")


def may_be_circumstance(said: object) -> TypeGuard[Relation]:
    """Whether a statement has the form of one."""
    return isinstance(said, Relation) and bool(said.signs) and (set(said.signs) <= ORDERS or of_indices(said))


def is_circumstance(said: Node, knowledge: Knowledge) -> bool:
    """Whether a relation only says where others hold: of inputs, of indices, and of numbers, and nothing else."""
    if not may_be_circumstance(said):
        return False
    if of_indices(said):
        return set(said.signs) <= {*ORDERS, "="}
    free = [side for side in said.sides if side is None or not is_literal(side)]
    return bool(free) and all(side is not None and _is_free(side, knowledge) for side in free)


def of_indices(said: Relation) -> bool:
    """Whether a relation is between indices: i ≠ j."""
    return all(isinstance(side, Name) and side.text in COUNTING for side in said.sides)


def _is_free(side: Node, knowledge: Knowledge) -> bool:
    """Whether a side is a name that stands for any number."""
    if not isinstance(side, REFERENCES):
        return False
    known = knowledge.find(side)
    return known is None or isinstance(known[1], Input) or (isinstance(side, Name) and side.text in knowledge.sizes)


def taken_off(sides: list[Node]) -> tuple[list[Node], list[Relation]]:
    """The sides of a statement without the orders behind the last one: a = b (i ≠ j)."""
    last = sides[-1]
    if not isinstance(last, At):
        return sides, []
    behind = [condition for condition in last.conditions if may_be_circumstance(condition)]
    if len(behind) != len(last.conditions):
        return sides, []
    return [*sides[:-1], last.body], behind


def letters(conditions: Iterable[Relation]) -> set[str]:
    """The indices of conditions between indices."""
    return {side.text for c in conditions if of_indices(c) for side in c.sides if isinstance(side, Name)}
