"""The numbers of indices, and the limits of sums."""

from __future__ import annotations

from autograd.notes.formulas.syntax import Big, Node, Relation
from autograd.notes.formulas.wording import readable
from autograd.notes.meaning.arrays import scalar
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.world import NotCheckableError
from autograd.value import data_of


def number_of(evaluator: Evaluates, node: Node, env: Env) -> int:
    """The number of an index. Raises NotCheckableError for what is no whole number."""
    number = data_of(scalar(evaluator.evaluate(node, env)), "an index")
    if number != int(number):
        raise NotCheckableError(f"index {readable(node)} is {number:g}, no whole number")
    return int(number)


def limits(evaluator: Evaluates, node: Big, upper: Node, env: Env) -> range:
    """From the lower limit of a sum, 1 where none is written, to its upper one."""
    lower = 1 if node.lower is None or isinstance(node.lower, Relation) else number_of(evaluator, node.lower, env)
    return range(lower, number_of(evaluator, upper, env) + 1)
