"""Training by replay: steps on arrays, of a recording of the model and its loss, in place of graphs of Values.

What a recording can't tell, a number that is not finite or a branch that comes out otherwise, is left to Values.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from autograd import RecordingError, Value, gc_paused
from autograd.replay.engine import Engine
from autograd.replay.engines import engine_for
from autograd.replay.plan import Plan, S, plan
from nn.clipping import clipped
from nn.module import Module
from nn.optimizer import Optimizer
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
NOT_FINITE = "numbers leave the finite ones on the way"


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


class Replay:
    """The steps of one training. The parameters are in an array meanwhile: `load` takes and `store` gives them back.

    `missed` says why the last step was left to Values.
    """

    def __init__(self, model: Module, loss: Loss, data: Samples, optimizer: Optimizer, clip: float | None) -> None:
        self.model, self.loss, self.data, self.optimizer, self.clip = model, loss, data, optimizer, clip
        if getattr(optimizer.step, "__func__", None) is not Optimizer.step:
            raise RecordingError(f"{type(optimizer).__name__} has a step() of its own")
        if data.y.dtype.kind not in "biuf":
            raise RecordingError(f"targets are of type {data.y.dtype}, and not numbers")
        self.parameters = model.parameters()
        place = {p: k for k, p in enumerate(self.parameters)}
        self.learned = np.array([place[p] for p in optimizer.parameters])
        self.table = np.column_stack([np.array(data.X), data.y.reshape(len(data.y), -1).astype(np.float64)])
        self.recordings: dict[int, Recording] = {}
        self.missed = ""
        self.load()

    # ---- recording

    def record(self, size: int) -> None:
        """Record a step for batches of that size, or again where model or loss have changed.

        Raises what recording raises: there may be models and losses that can't be recorded.
        """
        with rehearsal(self.model, self.loss), gc_paused():
            if not self._is_current(self._key(size)):
                self.recordings[self._key(size)] = self._recording(size)

    def _key(self, size: int) -> int:
        """The size of the batch to record: a mean over samples is the same for all."""
        return 1 if is_mean(self.loss) else size

    def _is_current(self, key: int) -> bool:
        """Whether the recording for batches of that size is what model and loss are now."""
        if (known := self.recordings.get(key)) is None:
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
        self._verify(found, len(checked.X), expected.data)
        return found

    def _with_engine(self, forward: Forward, step: Step, predictions: list[list[float]]) -> Recording:
        program, batched = step.program, self.table.shape[1]
        is_batched = np.arange(program.inputs) < batched
        the_plan = plan(program, is_batched.tolist(), (~is_batched).tolist())
        engine = engine_for("auto" if len(program) * len(self.data.X) >= PAYS else "numpy")(the_plan)
        return Recording(forward, step, predictions, the_plan, engine)

    def _verify(self, recording: Recording, size: int, expected: float) -> None:
        """Raise RecordingError where a recording does not give that loss for the first samples."""
        numbers = np.array([p.data for p in recording.step.parameters])
        outputs = recording.engine.outputs(numbers, self.table[:size].T)
        if not recording.holds(outputs):
            raise RecordingError(BRANCH)
        if not math.isfinite(expected):
            raise RecordingError(f"the loss of the first samples is {expected}")
        if not math.isclose(found := recording.loss(outputs, size), expected, rel_tol=TOLERANCE, abs_tol=1e-12):
            raise RecordingError(f"recorded, the loss is {found:.6g}, but it is {expected:.6g} in Values")

    # ---- steps

    def step(self, chosen: NDArray[np.intp]) -> float | None:
        """One step on the chosen samples; the loss before it. None, and no step made, where Values are to tell."""
        size = len(chosen)
        recording = self.recordings[self._key(size)]
        step = recording.step
        outputs, gradient, _ = recording.engine.gradients(
            self._numbers(step), self.table[chosen].T, recording.seeds(size)
        )
        if not recording.holds(outputs):
            self.missed = BRANCH
            return None
        self.missed = NOT_FINITE
        loss, count = recording.loss(outputs, size), len(self.parameters)
        if not (math.isfinite(loss) and np.isfinite(gradient).all()):
            return None
        try:
            self._move(gradient[:count])
        except ValueError:  # where an optimizer or clipping refuses: then nothing has moved
            return None
        for p, g in zip(step.parameters[count:], gradient[count:].tolist(), strict=True):
            p.grad += g  # those of others are summed up: nobody sets them to 0
        return loss

    def _numbers(self, step: Step) -> Floats:
        """What all samples share: the parameters, and the numbers of others as they are now."""
        others = [p.data for p in step.parameters[len(self.parameters) :]]
        return np.concatenate([self.w, others]) if others else self.w

    def _move(self, gradient: Floats) -> None:
        g = gradient[self.learned]
        if self.clip is not None:
            gradient[self.learned] = g = clipped(self.optimizer.parameters, g, self.clip)[0]
        self.w[self.learned] = self.optimizer.update(self.w[self.learned], g)
        self.gradient = gradient

    # ---- to and from the Values

    def load(self) -> None:
        """Take the parameters as they are."""
        self.w = np.array([p.data for p in self.parameters])
        self.gradient = np.array([p.grad for p in self.parameters])

    def store(self) -> None:
        """Give the parameters, and the gradients of the last step."""
        for p, x, g in zip(self.parameters, self.w.tolist(), self.gradient.tolist(), strict=True):
            p.data, p.grad = x, g
