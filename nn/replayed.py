"""Training by replay: steps on arrays, of a recording of the model and its loss, in place of graphs of Values.

What a recording can't tell, a number that is not finite or a branch that comes out otherwise, is left to Values.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from autograd import RecordingError
from nn.clipping import clipped
from nn.module import Module
from nn.optimizer import Optimizer
from nn.plain import Floats
from nn.recorded import Loss, Step
from nn.recordings import BRANCH, Recordings
from nn.samples import Samples

NOT_FINITE = "numbers leave the finite ones on the way"


class Replay:
    """The steps of one training. The parameters are in an array meanwhile: `load` takes and `store` gives them back.

    `missed` says why the last step was left to Values.
    """

    def __init__(self, model: Module, loss: Loss, data: Samples, optimizer: Optimizer, clip: float | None) -> None:
        if getattr(optimizer.step, "__func__", None) is not Optimizer.step:
            raise RecordingError(f"{type(optimizer).__name__} has a step() of its own")
        self.recordings, self.optimizer, self.clip = Recordings(model, loss, data), optimizer, clip
        self.parameters = self.recordings.parameters
        place = {p: k for k, p in enumerate(self.parameters)}
        if not place.keys() >= set(optimizer.parameters):
            raise RecordingError("the optimizer has parameters that are no longer of the model")
        self.learned = np.array([place[p] for p in optimizer.parameters])
        self.missed = ""
        self.load()

    # ---- steps

    def step(self, chosen: NDArray[np.intp]) -> float | None:
        """One step on the chosen samples; the loss before it. None, and no step made, where Values are to tell."""
        size = len(chosen)
        recording = self.recordings.of(size)
        step = recording.step
        outputs, gradient, _ = recording.engine.gradients(
            self._numbers(step), self.recordings.table[chosen].T, recording.seeds(size)
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
