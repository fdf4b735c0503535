"""Predictions: by replay where there are many, or else in Values, one sample after the other."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import Value
from autograd.replay.engines import engine_for
from autograd.replay.plan import plan
from nn.module import Module
from nn.plain import data_of, plain
from nn.recorded import recorded_model
from nn.samples import Rows, evaluating, outputs_of, rows_of

MANY = 64  # samples from which on recording pays


def predict(model: Module, X: ArrayLike) -> NDArray[np.float64]:
    """The outputs for the samples of X, (samples,) for a model of one output, (samples, outputs) for more.

    Raises TypeError or ValueError where X is not finite numbers in rows: it names the sample; ValueError where X has
    another number of features than the model.

    >>> from nn import MLP
    >>> predict(MLP(2, [3], seed=0), [[0.0, 1.0], [2.0, 3.0]]).shape
    (2, 3)
    """
    rows = rows_of("X", X)
    if (found := replayed(model, rows)) is not None:
        return found
    outputs = plain("predict", "output", outputs_of(model, rows))
    return np.array([[data_of(v) for v in row] if isinstance(row, list) else data_of(row) for row in outputs])


def predictions(model: Module, rows: Rows) -> list[Any]:
    """The model's output for each sample, as Values without a graph, or lists of them."""
    found = replayed(model, rows)
    if found is None:
        return outputs_of(model, rows)
    return [[Value(y) for y in row] if isinstance(row, list) else Value(row) for row in found.tolist()]


def replayed(model: Module, rows: Rows) -> NDArray[np.float64] | None:
    """The outputs, (samples,) or (samples, outputs), by a recording; None where there are few, or it can't tell."""
    if len(rows) < MANY:
        return None
    try:
        with evaluating(model):
            forward = recorded_model(model, rows[0])
    except Exception:  # a model makes of Values what it likes
        return None
    inputs = len(rows[0])
    batched = [k < inputs for k in range(forward.program.inputs)]
    engine = engine_for("numpy")(plan(forward.program, batched, [False] * len(batched)))
    outputs = engine.outputs(np.array([p.data for p in forward.parameters]), np.array(rows).T)
    results, conditions = outputs[: forward.results], outputs[forward.results :]
    as_recorded = zip(conditions, forward.outcomes, strict=True)
    if not all(((y != 0.0) == outcome).all() for y, outcome in as_recorded):
        return None
    if not all(np.isfinite(y).all() for y in results):
        return None
    whole = [np.broadcast_to(y, len(rows)) for y in results]
    return np.column_stack(whole) if forward.many else whole[0].copy()
