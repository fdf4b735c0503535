"""What stands in brackets: groups, vectors, absolute values and norms, matrices; and what is transposed."""

from __future__ import annotations

import numpy as np

from autograd import ops
from autograd.notes.formulas.syntax import Group, Matrix, Relation, Transposed
from autograd.notes.meaning import functions
from autograd.notes.meaning.arrays import Array, MisfitError, as_array, filled, scalar, shape_of
from autograd.notes.meaning.conditions import indicated
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.world import NotCheckableError


def group(evaluator: Evaluates, node: Group, env: Env) -> Array:
    """What stands in brackets: a value, a vector of several, an indicator."""
    if len(node.parts) != 1:
        return _vector(evaluator, node, env)
    if isinstance(node.parts[0], Relation):
        return indicated(evaluator, node.parts[0], env)
    value = evaluator.evaluate(node.parts[0], env)
    if node.bracket == "|":
        return evaluator.world.arithmetic.each(ops.absolute, value)
    return functions.norm(evaluator.world.arithmetic, value) if node.bracket == "‖" else value


def _vector(evaluator: Evaluates, node: Group, env: Env) -> Array:
    if node.bracket not in "([":
        raise NotCheckableError("a list of values, which is no number")
    return filled([scalar(evaluator.evaluate(part, env)) for part in node.parts], (len(node.parts),))


def matrix(evaluator: Evaluates, node: Matrix, env: Env) -> Array:
    """Rows of entries or blocks. Raises MisfitError where they do not go together."""
    rows = [[_block(evaluator.evaluate(part, env)) for part in row] for row in node.rows]
    if len({len(row) for row in rows}) != 1:
        raise MisfitError("the rows of a matrix differ in length")
    try:
        return np.block(rows)
    except ValueError:
        raise MisfitError("the blocks of a matrix do not go together") from None


def _block(value: Array) -> Array:
    """A vector is a column."""
    return value[:, None] if len(shape_of(value)) == 1 else np.atleast_2d(as_array(value))


def transposed(evaluator: Evaluates, node: Transposed, env: Env) -> Array:
    """A transpose: of a vector, a row; of (1, 2), a column."""
    value = evaluator.evaluate(node.base, env)
    if not shape_of(value):
        return value
    if isinstance(node.base, Group) and len(node.base.parts) > 1:
        return value[:, None]
    return value[None, :] if value.ndim == 1 else value.T
