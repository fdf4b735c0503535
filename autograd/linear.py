"""The affine layer: what networks do most of the time, so it looks at each operand once."""

from __future__ import annotations

from collections.abc import Sequence
from operator import mul
from typing import Any

from autograd.eager import FLOATS, finish
from autograd.modes import current, inner_modes, scopes
from autograd.ops import dot
from autograd.value import Value


def affine(W: Sequence[Sequence[Any]], x: Sequence[Any], b: Sequence[Any], names: Sequence[str] = ()) -> list[Any]:
    """z = W x + b: a node `dot(w, x, bias)` for each row w of W and its bias, each in the scope of its name, if any.

    The same nodes as those calls make, at half their cost where W and b are Values and x are all Values or all floats.

    Raises ValueError where a row has not as many weights as there are inputs, or there are not as many biases, or
    names, as rows.

    >>> W = [[Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]]
    >>> z = affine(W, [1.0, -1.0], [Value(0.5), Value(0.0)])
    >>> [v.data for v in z], z[1].local_derivatives
    ([-0.5, -1.0], (1.0, -1.0, 1.0))
    """
    if not len(W) == len(b) == (len(names) or len(W)):
        raise ValueError(f"affine: {len(W)} rows of weights, {len(b)} biases, {len(names)} names: give as many of each")
    x = list(x)
    try:
        return _nodes(W, x, b, tuple(names))
    except (AttributeError, ValueError):  # some are numbers, or too few: `dot` takes them, or says what is wrong
        rows = zip(W, b, strict=True)
        if not names:
            return [dot(ws, x, bias) for ws, bias in rows]
        with scopes(names) as each:
            return [dot(ws, x, bias) for ws, bias in each(rows)]


def _nodes(W: Sequence[Sequence[Any]], xs: list[Any], b: Sequence[Any], names: tuple[str, ...]) -> list[Any]:
    """The row of `dot` written out, ∂/∂w = x, ∂/∂x = w, ∂/∂bias = 1, for Values; a test holds it to the row."""
    constant = FLOATS.issuperset(map(type, xs))
    inputs = xs if constant else [x._data for x in xs]
    of_constants = (*inputs, 1.0)
    mode = current()
    modes = inner_modes(mode, names) if names else [mode] * len(W)
    found = []
    for ws, bias, mode in zip(W, b, modes, strict=True):
        weights = [w._data for w in ws]
        if len(weights) != len(inputs):
            raise ValueError
        v: Value = object.__new__(Value)
        v._data = y = sum(map(mul, weights, inputs), bias._data)
        v.grad, v.op, v.label, v._mark, v._notes, v._da = 0.0, dot, "", None, None, None
        v._a = operands = (*ws, *xs, bias)
        if constant:
            v._b, v._db = (*ws, bias), of_constants
        else:
            v._b, v._db = operands, (*inputs, *weights, 1.0)
        if y - y or not mode.only_scope:
            finish(v, mode)
        elif mode.scope:
            v._notes = mode.notes
        found.append(v)
    return found
