"""The recordings of a training: what a step computes, with its engine, compared with Values before it is used."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from autograd import RecordingError, Value, gc_paused, zero_grad
from autograd.replay.engine import Engine
from autograd.replay.engines import engine_for
from autograd.replay.plan import Plan, S, plan
from nn.module import Module
from nn.plain import Floats, data_of
from nn.recorded import (
    Forward,
    Loss,
    Step,
    as_recorded,
    is_mean,
    recorded_model,
    recorded_step,
    same_forward,
    same_step,
)
from nn.rehearsal import rehearsal
from nn.samples import Samples

PAYS = 1_000_000  # instructions in an epoch from which on it pays to load the compiled engine
CHECKED = 64  # samples, at most, whose loss is computed in Values, too, where a loss can be that of fewer
TOLERANCE = 1e-9  # of what rounding may do
BRANCH = "a branch goes one way for some samples, and the other way for others: write where(condition, a, b)"


@dataclass(frozen=True, eq=False)
class Recording:
    """A recorded step, the predictions that its loss was recorded with, and how it runs."""

    forward: Forward
    step: Step
    predictions: list[list[float]]
    plan: Plan
    engine: Engine
    _seeds: dict[int, list[Floats]] = field(default_factory=dict)

    def seeds(self, size: int) -> list[Floats]:
        """What the outputs count in the loss of so many samples: shares and rest, but not conditions."""
        if size not in self._seeds:
            weight = self.step.samples / size
            shared = self.plan.store[self.plan.program.outputs] == S
            share, rest, *conditions = [np.zeros(() if is_shared else size) for is_shared in shared]
            self._seeds[size] = [share + (weight if share.ndim else weight * size), rest + 1.0, *conditions]
        return self._seeds[size]

    def loss(self, outputs: list[Floats], size: int) -> float:
        """The loss of so many samples."""
        share, rest, *_ = self.seeds(size)
        with np.errstate(all="ignore"):
            return float(np.sum(outputs[0] * share) + outputs[1] * rest)

    def holds(self, outputs: list[Floats]) -> bool:
        """Whether all branches go as recorded."""
        return as_recorded(outputs[2:], self.step.outcomes)


class Recordings:
    """The recordings of a model and a loss, one for each size of batch; of a loss that is a mean, one for all.

    `table` has the inputs and the targets of all samples, a row each. Raises RecordingError where targets are no
    numbers.
    """

    def __init__(self, model: Module, loss: Loss, data: Samples) -> None:
        if data.y.dtype.kind not in "biuf":
            raise RecordingError(f"targets are of type {data.y.dtype}, and not numbers")
        self.model, self.loss, self.data = model, loss, data
        self.parameters = model.parameters()
        self.table = np.column_stack([np.array(data.X), data.y.reshape(len(data.y), -1).astype(np.float64)])
        self._known: dict[int, Recording] = {}

    def of(self, size: int) -> Recording:
        """The recording for batches of that size, which is there."""
        return self._known[self._key(size)]

    def record(self, size: int) -> None:
        """Record a step for batches of that size, or again where model or loss have changed.

        Raises what recording raises: there may be models and losses that can't be recorded.
        """
        with rehearsal(self.model, self.loss), gc_paused():
            if not self._is_current(self._key(size)):
                self._known[self._key(size)] = self._recording(size)

    def _key(self, size: int) -> int:
        """The size of the batch to record: a mean over samples is the same for all."""
        return 1 if is_mean(self.loss) else size

    def _is_current(self, key: int) -> bool:
        """Whether the recording for batches of that size is what model and loss are now."""
        if (known := self._known.get(key)) is None:
            return False
        forward = recorded_model(self.model, self.data.X[0])
        return same_forward(forward, known.forward) and same_step(self._step(forward, known.predictions), known.step)

    def _step(self, forward: Forward, predictions: list[list[float]]) -> Step:
        batch = self.data.of(np.arange(len(predictions)))
        return recorded_step(forward, self.loss, batch, predictions, self.parameters)

    def _recording(self, size: int) -> Recording:
        """A new recording, that gives the loss that is computed in Values."""
        checked = self.data.of(np.arange(min(CHECKED, len(self.data.X)) if is_mean(self.loss) else size))
        outputs = [self.model(x) for x in checked.X]
        expected = self.loss(outputs, checked.y)
        if not isinstance(expected, Value) or expected.op is None:
            raise RecordingError("the loss gives no Value computed from the model's outputs")
        forward, again = (recorded_model(self.model, self.data.X[0]) for _ in range(2))
        rows = [[data_of(v) for v in (row if forward.many else [row])] for row in outputs[: self._key(size)]]
        step = self._step(forward, rows)
        if not same_forward(forward, again) or not same_step(step, self._step(forward, rows)):
            raise RecordingError("the model or the loss computes something else each time")
        found = self._with_engine(forward, step, rows)
        self._verify(found, len(checked.X), expected)
        return found

    def _with_engine(self, forward: Forward, step: Step, predictions: list[list[float]]) -> Recording:
        program, batched = step.program, self.table.shape[1]
        is_batched = np.arange(program.inputs) < batched
        the_plan = plan(program, is_batched.tolist(), (~is_batched).tolist())
        engine = engine_for("auto" if len(program) * len(self.data.X) >= PAYS else "numpy")(the_plan)
        return Recording(forward, step, predictions, the_plan, engine)

    def _verify(self, recording: Recording, size: int, expected: Value) -> None:
        """Raise RecordingError where it does not give that loss for the first samples, or another gradient."""
        parameters = recording.step.parameters
        outputs, gradient, _ = recording.engine.gradients(
            np.array([p.data for p in parameters]), self.table[:size].T, recording.seeds(size)
        )
        if not recording.holds(outputs):
            raise RecordingError(BRANCH)
        if not math.isfinite(expected.data):
            raise RecordingError(f"the loss of the first samples is {expected.data}")
        loss = recording.loss(outputs, size)
        if not math.isclose(loss, expected.data, rel_tol=TOLERANCE, abs_tol=1e-12):
            raise RecordingError(f"recorded, the loss is {loss:.6g}, but it is {expected.data:.6g} in Values")
        in_values = _gradient(expected, parameters)
        if not np.allclose(gradient, in_values, rtol=TOLERANCE, atol=TOLERANCE * np.abs(in_values).max() + 1e-12):
            raise RecordingError("recorded, the loss has another gradient than in Values")


def _gradient(loss: Value, parameters: Sequence[Value]) -> Floats:
    """The gradient in these, which are as before."""
    before = [p.grad for p in parameters]
    try:
        zero_grad(parameters)
        loss.backward()
        return np.array([p.grad for p in parameters])
    finally:
        for p, grad in zip(parameters, before, strict=True):
            p.grad = grad
