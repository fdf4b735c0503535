"""Training by replay: steps on arrays, of a recording of the model and its loss, in place of graphs of Values.

What a recording can't tell, a number that is not finite or a branch that comes out otherwise, is left to Values.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from autograd.replay.engine import Engine
from autograd.replay.engines import engine_for
from autograd.replay.plan import S, plan
from nn.clipping import clipped
from nn.module import Module
from nn.optimizer import Optimizer
from nn.plain import Floats, data_of
from nn.recorded import Loss, Step, recorded_model, recorded_step, same_step, samples_needed
from nn.samples import Samples, outputs_of

PAYS = 1_000_000  # instructions in an epoch from which on it pays to load the compiled engine


class Ready(NamedTuple):
    """A recorded step with its engine, and what comes from above: of shares, of the rest, of conditions."""

    step: Step
    engine: Engine
    seeds: list[Floats]


class Replay:
    """The steps of one training. The parameters are in an array meanwhile: `load` takes and `store` gives them back.

    Raises what recording raises: there may be models and losses that can't be recorded.
    """

    def __init__(self, model: Module, loss: Loss, data: Samples, optimizer: Optimizer, clip: float | None) -> None:
        self.model, self.loss, self.data, self.optimizer, self.clip = model, loss, data, optimizer, clip
        self.parameters = model.parameters()
        place = {p: k for k, p in enumerate(self.parameters)}
        self.learned = np.array([place[p] for p in optimizer.parameters])
        self.table = np.column_stack([np.array(data.X), np.asarray(data.y, dtype=np.float64)])
        self.steps: dict[int, Ready] = {}
        self.predictions: dict[int, list[list[float]]] = {}  # of the first samples: any would do to record a loss
        self.load()

    # ---- recording

    def record(self, size: int) -> None:
        """Record a step for batches of that size, unless it is the step that is recorded already."""
        forward = recorded_model(self.model, self.data.X[0])
        if size not in self.predictions:
            outputs = outputs_of(self.model, self.data.X[: samples_needed(self.loss, size)])
            self.predictions[size] = [[data_of(v) for v in (row if forward.many else [row])] for row in outputs]
        batch = self.data.of(np.arange(size))
        step = recorded_step(forward, self.loss, self.predictions[size], batch, self.parameters)
        if size not in self.steps or not same_step(step, self.steps[size].step):
            self.steps[size] = self._ready(step, size)

    def record_again(self) -> None:
        """Record all steps anew: someone may have changed the model, or the loss."""
        for size in self.steps:
            self.record(size)

    def _ready(self, step: Step, size: int) -> Ready:
        program, batched = step.program, self.table.shape[1]
        is_batched = np.arange(program.inputs) < batched
        is_wanted = ~is_batched & (np.arange(program.inputs) < batched + len(self.parameters))
        the_plan = plan(program, is_batched.tolist(), is_wanted.tolist())
        engine = engine_for("auto" if len(program) * len(self.data.X) >= PAYS else "numpy")(the_plan)
        shared = the_plan.store[program.outputs] == S
        seeds = [np.zeros(()) if is_shared else np.zeros(size) for is_shared in shared]
        seeds[0] += step.weight * (size if shared[0] else 1)
        seeds[1] += 1.0
        return Ready(step, engine, seeds)

    # ---- steps

    def step(self, chosen: NDArray[np.intp]) -> float | None:
        """One step on the chosen samples; the loss before it. None, and no step made, where Values are to tell."""
        if len(chosen) not in self.steps:
            self.record(len(chosen))
        step, engine, seeds = self.steps[len(chosen)]
        others = [p.data for p in step.parameters[len(self.parameters) :]]
        shared = np.concatenate([self.w, others]) if others else self.w
        outputs, gradient, _ = engine.gradients(shared, self.table[chosen].T, seeds)
        loss = sum(float(np.sum(y * seed)) for y, seed in zip(outputs[:2], seeds[:2], strict=True))
        conditions = zip(outputs[2:], step.outcomes, strict=True)
        if not all(((y != 0.0) == outcome).all() for y, outcome in conditions):
            return None
        self.gradient = gradient[: len(self.parameters)]
        if not (math.isfinite(loss) and np.isfinite(self.gradient).all()):
            return None
        try:
            self._move(self.gradient[self.learned])
        except ValueError:  # where an optimizer or clipping refuses: then nothing has moved
            return None
        return loss

    def _move(self, gradient: Floats) -> None:
        if self.clip is not None:
            gradient, _ = clipped(self.optimizer.parameters, gradient, self.clip)
            self.gradient[self.learned] = gradient
        self.w[self.learned] = self.optimizer.update(self.w[self.learned], gradient)

    # ---- to and from the Values

    def load(self) -> None:
        """Take the parameters as they are."""
        self.w = np.array([p.data for p in self.parameters])
        self.gradient = np.array([p.grad for p in self.parameters])

    def store(self) -> None:
        """Give the parameters, and the gradients of the last step."""
        for p, x, g in zip(self.parameters, self.w.tolist(), self.gradient.tolist(), strict=True):
            p.data, p.grad = x, g
