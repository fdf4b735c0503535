"""Sums, products, fractions, powers and roots of formulas."""

from __future__ import annotations

import math

import numpy as np

from autograd import ops
from autograd.notes.formulas.syntax import Fraction, Name, Node, Number, Power, Product, Root, Sum, Tagged
from autograd.notes.meaning import calculus
from autograd.notes.meaning.applying import applied
from autograd.notes.meaning.arrays import Array, shape_of
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.references import UnknownError
from autograd.notes.meaning.world import NotCheckableError

IDENTITY = Name("I")  # the identity matrix, where it has no other meaning
INVERSE = Sum((Number("1"),), ("-",))


def added(evaluator: Evaluates, node: Sum, env: Env) -> Array:
    """Terms with their signs. Raises NotCheckableError for ±."""
    arithmetic = evaluator.world.arithmetic
    if any(map(_is_identity, node.terms)) and _is_unsaid(evaluator, env):
        env = {**env, IDENTITY.text: _identity_beside(evaluator, node, env)}
    total: Array = None
    for sign, term in zip(node.signs, node.terms, strict=True):
        if sign == "±":
            raise NotCheckableError("± has two values")
        value = evaluator.evaluate(term, env)
        if total is None:
            total = arithmetic.neg(value) if sign == "-" else value
        else:
            total = (arithmetic.sub if sign == "-" else arithmetic.add)(total, value)
    return total


def _is_identity(term: Node) -> bool:
    """I, or λI."""
    return term == IDENTITY or (isinstance(term, Product) and IDENTITY in term.factors)


def _is_unsaid(evaluator: Evaluates, env: Env) -> bool:
    """Whether nothing was said of I."""
    return IDENTITY.text not in env and evaluator.world.knowledge.find(IDENTITY) is None


def _identity_beside(evaluator: Evaluates, node: Sum, env: Env) -> Array:
    """The I of X^T X + λI, as large as what it stands beside."""
    others = [term for term in node.terms if not _is_identity(term)]
    shape = shape_of(evaluator.evaluate(others[0], env)) if others else ()
    if len(shape) != 2 or shape[0] != shape[1]:
        raise UnknownError(IDENTITY)
    return np.eye(shape[0]).astype(object)


def multiplied(evaluator: Evaluates, node: Product, env: Env) -> Array:
    """Factors, functions applied and chains joined, from left to right."""
    total: Array = None
    before: Node | None = None
    for sign, factor, value in applied(evaluator, node, env):
        if total is None:
            total = value
        elif (joined := calculus.chained(evaluator, before, factor, total, value, sign)) is not None:
            total = joined
        else:
            total = _times(evaluator, total, value, sign)
        before = factor
    return total


def _times(evaluator: Evaluates, x: Array, y: Array, sign: str) -> Array:
    """x times y, as the sign between them says."""
    arithmetic = evaluator.world.arithmetic
    rows, columns = shape_of(x), shape_of(y)
    if rows and columns:
        evaluator.world.steps += math.prod(rows) * columns[-1] // 4  # a product of matrices is not done in one step
    if sign == "/":
        return arithmetic.divide(x, y)
    are_vectors = len(rows) == 1 and rows == columns
    if sign == "⊙" or (are_vectors and evaluator.elementwise) or (sign == "*" and shape_of(x) == shape_of(y)):
        return arithmetic.times(x, y)
    return arithmetic.product(x, y)


def divided(evaluator: Evaluates, node: Fraction, env: Env) -> Array:
    """A fraction."""
    return evaluator.world.arithmetic.divide(evaluator.evaluate(node.over, env), evaluator.evaluate(node.under, env))


def power(evaluator: Evaluates, node: Power, env: Env) -> Array:
    """A power; the square of a matrix is its product with itself. Raises NotCheckableError for an inverse."""
    arithmetic = evaluator.world.arithmetic
    exponent = evaluator.evaluate(node.exponent, env)
    if node.base == Name("e") and node.base not in evaluator.world.knowledge.names:
        return arithmetic.each(ops.exp, exponent)
    base = evaluator.evaluate(node.base, env)
    if len(shape_of(base)) == 2 and node.exponent == INVERSE:
        raise NotCheckableError("the inverse of a matrix is not read")
    return arithmetic.product(base, base) if _is_of_matrix(node, base) else arithmetic.power(base, exponent)


def _is_of_matrix(node: Power, base: Array) -> bool:
    """A² of a square matrix by its name; a square of what stands in brackets is meant entry by entry."""
    shape = shape_of(base)
    is_square = len(shape) == 2 and shape[0] == shape[1] > 1
    return is_square and isinstance(node.base, (Name, Tagged)) and node.exponent == Number("2")


def root(evaluator: Evaluates, node: Root, env: Env) -> Array:
    """A root of each entry."""
    arithmetic = evaluator.world.arithmetic
    value = evaluator.evaluate(node.radicand, env)
    if node.degree is None:
        return arithmetic.each(ops.sqrt, value)
    return arithmetic.power(value, arithmetic.divide(1.0, evaluator.evaluate(node.degree, env)))
