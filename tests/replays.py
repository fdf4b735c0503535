"""Runs of an engine, and what the eager engine says to them."""

from __future__ import annotations

import math

import numpy as np
from strategies import apply, values

from autograd import Value, ignore_domain

NONE = np.zeros((0, 1))
ONE = np.array(1.0)


def run(engine, columns, seeds=None):
    """Outputs and gradients, input by input, of numbers or of arrays (samples,); seeds are 1 where none are given."""
    batched = engine.plan.store[: len(columns)] != 0
    shared = np.array([x for x, many in zip(columns, batched, strict=True) if not many], dtype=float)
    batch = np.array([x for x, many in zip(columns, batched, strict=True) if many]) if batched.any() else NONE
    if seeds is None:
        stores = engine.plan.store[engine.plan.program.outputs]
        seeds = [np.ones(batch.shape[1]) if store else ONE for store in stores]
    found = engine.gradients(shared, batch, seeds)
    rows = {True: iter(found.batch), False: iter(found.shared)}
    return found.outputs, [next(rows[bool(many)], np.zeros(batch.shape[1])) for many in batched]


def close(found, expected, tolerance=1e-12, scale=0.0):
    """Whether numbers are equal to so many digits; of one that is not finite, only that neither is."""
    if not math.isfinite(expected):
        return not math.isfinite(found)
    return abs(found - expected) <= tolerance * max(abs(expected), scale) + 1e-300


def eager(op, numbers):
    """The value and the gradient of a row."""
    with ignore_domain():
        given = values(op, numbers)
        y = apply(op, given)
        y.backward()
    return y.data, [x.grad if isinstance(x, Value) else 0.0 for x in given]


def moving(op, numbers):
    """The operands that are no index."""
    return numbers[1:] if op.name == "softmax" else numbers
