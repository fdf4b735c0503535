"""The functions that notes call by name, each of the arrays of `Arithmetic`."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import numpy as np

from autograd import ops
from autograd.notes.meaning.arithmetic import Arithmetic
from autograd.notes.meaning.arrays import Array, MisfitError, entries_of

ENTRYWISE = {
    **{name: ops.TABLE[name] for name in ("exp", "sin", "cos", "tan", "sinh", "cosh", "tanh", "sqrt", "sign")},
    **{name: ops.TABLE[name] for name in ("arcsin", "arccos", "arctan", "sigmoid", "relu", "softplus", "gelu", "silu")},
    **{"abs": ops.absolute, "σ": ops.sigmoid, "logistic": ops.sigmoid, "swish": ops.silu, "sgn": ops.sign},
    **{"leakyrelu": ops.leaky_relu, "elu": ops.elu, "erf": ops.erf, "sech": ops.sech},
}
LOGARITHMS = {"log", "ln", "lg"}
FOLDS = {"max": ops.maximum, "min": ops.minimum}
CONSTANTS = {"e": math.e, "π": math.pi}


def logarithm(arithmetic: Arithmetic, x: Array, base: float | None) -> Array:
    """log x, natural where there is no base."""
    found = arithmetic.each(ops.log, x)
    return found if base is None else arithmetic.divide(found, math.log(base))


def fold(arithmetic: Arithmetic, name: str, arguments: Sequence[Array]) -> Array:
    """The largest or smallest of several arguments, or of the entries of one."""
    operands = entries_of(arguments[0]) if len(arguments) == 1 else arguments
    return reduce(lambda x, y: arithmetic.pairwise(FOLDS[name], x, y, name), operands)


def softmax(arithmetic: Arithmetic, x: Array, along: str) -> Array:
    """Each entry's exponential by their sum: of a vector, a single row or column, or of each row or column.

    Raises MisfitError for a matrix where it is not said along what.
    """
    if not isinstance(x, np.ndarray):
        raise MisfitError("softmax of a single number")
    if x.ndim == 1 or 1 in x.shape:
        return _softmax(arithmetic, x)
    if not along:
        raise MisfitError("softmax of a matrix: declare `softmax: rows` or `softmax: columns`")
    vectors = x if along == "rows" else x.T
    made = np.stack([_softmax(arithmetic, vector) for vector in vectors])
    return made if along == "rows" else made.T


def _softmax(arithmetic: Arithmetic, x: Array) -> Array:
    powers = arithmetic.each(ops.exp, x)
    return arithmetic.divide(powers, arithmetic.sum(entries_of(powers)))


def norm(arithmetic: Arithmetic, x: Array) -> Any:
    """The Euclidean length."""
    return arithmetic.call(ops.sqrt, arithmetic.sum([arithmetic.call(ops.mul, v, v) for v in entries_of(x)]))


def trace(arithmetic: Arithmetic, x: Array) -> Any:
    """The sum of the diagonal."""
    if not isinstance(x, np.ndarray) or x.ndim != 2 or x.shape[0] != x.shape[1]:
        raise MisfitError("the trace of what is no square matrix")
    return arithmetic.sum(x.diagonal().tolist())


def diagonal(arithmetic: Arithmetic, x: Array) -> Any:
    """A vector as a diagonal matrix; the diagonal of a matrix."""
    if not isinstance(x, np.ndarray) or not x.ndim:
        raise MisfitError("diag of a single number")
    if x.ndim == 2 and 1 not in x.shape:
        return x.diagonal()
    made = np.full((x.size, x.size), 0.0, dtype=object)
    np.fill_diagonal(made, x.ravel())
    return made


WHOLE: dict[str, Callable[[Arithmetic, Array], Any]] = {"tr": trace, "norm": norm, "diag": diagonal}
