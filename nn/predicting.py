"""Predictions: by replay where there are many, or else in Values, one sample after the other."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from autograd import RecordingError
from autograd.replay.engines import engine_for
from autograd.replay.plan import plan
from nn.module import Module
from nn.plain import data_of, plain
from nn.recorded import as_recorded, recorded_model, same_forward
from nn.rehearsal import rehearsal
from nn.samples import Rows, evaluating, outputs_of, rows_of

MANY = 64  # samples from which on recording pays
CHECKED = 4  # of them are computed in Values, too
TOLERANCE = 1e-9  # of what rounding may do


def predict(model: Module, X: ArrayLike) -> NDArray[np.float64]:
    """The outputs for the samples of X, (samples,) for a model of one output, (samples, outputs) for more.

    Raises TypeError or ValueError where X is not finite numbers in rows: it names the sample; ValueError where X has
    another number of features than the model.

    >>> from nn import MLP
    >>> predict(MLP(2, [3], seed=0), [[0.0, 1.0], [2.0, 3.0]]).shape
    (2, 3)
    """
    rows = rows_of("X", X)
    if len(rows) >= MANY:
        try:
            found = Predictor(model, rows)(rows)
        except Exception:  # a model makes of Values what it likes
            found = None
        if found is not None:
            return found
    return _in_values(model, rows)


def _in_values(model: Module, rows: Rows) -> NDArray[np.float64]:
    outputs = plain("predict", "output", outputs_of(model, rows))
    return np.array([[data_of(v) for v in row] if isinstance(row, list) else data_of(row) for row in outputs])


class Predictor:
    """A model, recorded for samples like `rows`. The numbers of its parameters are read at every call.

    Raises RecordingError, or what else the model does with Values that stand for any sample.
    """

    def __init__(self, model: Module, rows: Rows) -> None:
        self.model, self.checked = model, rows[:: -(-len(rows) // CHECKED)]
        with evaluating(model), rehearsal(model):
            self.forward = recorded_model(model, self.checked[0])
            if not same_forward(self.forward, recorded_model(model, self.checked[0])):
                raise RecordingError("the model computes something else each time")
            batched = [k < len(rows[0]) for k in range(self.forward.program.inputs)]
            self.engine = engine_for("numpy")(plan(self.forward.program, batched, [False] * len(batched)))
            found, expected = self(self.checked), _in_values(model, self.checked)
            if found is None or not np.allclose(found, expected, TOLERANCE, TOLERANCE):
                raise RecordingError("a recording of the model does not give the outputs that it gives in Values")

    def is_current(self) -> bool:
        """Whether the model is still what was recorded."""
        with evaluating(self.model), rehearsal(self.model):
            return same_forward(self.forward, recorded_model(self.model, self.checked[0]))

    def __call__(self, rows: Rows) -> NDArray[np.float64] | None:
        """The outputs, (samples,) or (samples, outputs); None where a recording can't tell."""
        _, parameters, outcomes, many = self.forward
        outputs = self.engine.outputs(np.array([p.data for p in parameters]), np.array(rows).T)
        results, conditions = outputs[: self.forward.results], outputs[self.forward.results :]
        if not as_recorded(conditions, outcomes) or not all(np.isfinite(y).all() for y in results):
            return None
        whole = [np.broadcast_to(y, len(rows)) for y in results]
        return np.column_stack(whole) if many else whole[0].copy()
