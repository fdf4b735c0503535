"""The training loop: batches, steps, epochs, and when to end."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from autograd import DomainError, Value, gc_paused, no_grad, zero_grad
from nn.checkpoints import Checkpoint
from nn.clipping import clip_gradient_norm
from nn.history import History
from nn.located import listed, located
from nn.module import Module
from nn.optimizer import Optimizer
from nn.plain import data_of, read_number
from nn.predicting import MANY, Predictor
from nn.recordings import BRANCH
from nn.replayed import Replay
from nn.samples import Samples, outputs_of
from nn.schedules import Schedule

Loss = Callable[[Any, Any], Any]
Metric = Callable[[Any, Any], Any]
Callback = Callable[[History], object]


@dataclass
class Run:
    """One call of fit: what it was given, and how far it has come.

    `held` is the validation data, `best` the parameters, by name, after the best epoch: before the first epoch, as
    they are at the start.
    """

    model: Module
    loss: Loss
    optimizer: Optimizer
    data: Samples
    held: Samples | None
    epochs: int
    batch_size: int
    shuffle: bool
    seed: int
    metrics: Mapping[str, Metric]
    patience: int | None
    schedule: Schedule | None
    clip: float | None
    callbacks: Sequence[Callback]
    checkpoint: str | os.PathLike[str] | None
    engine: str
    history: History = field(default_factory=History)
    best: dict[str, float] = field(init=False)
    best_epoch: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.best = self.model.state_dict()
        self.names, self.parameters = list(self.best), self.model.parameters()
        self.batches = -(-len(self.data.X) // self.batch_size)
        self.replay: Replay | None = None
        self.predictor: Predictor | None = None
        self.replays = self.engine == "replay"
        self.told: set[str] = set()

    # ---- recording

    def record(self, again: bool) -> None:
        """Record model and loss, if steps are to be replayed, and they can be: once, or again where they have changed.

        What can't be recorded is computed in Values.
        """
        if not self.replays or not (again or self.replay is None):
            return
        size, judged = min(self.batch_size, len(self.data.X)), self.judged
        try:
            self.replay = self.replay or Replay(self.model, self.loss, self.data, self.optimizer, self.clip)
            for batch in {size, len(self.data.X) % size or size}:
                self.replay.recordings.record(batch)
            if judged and len(judged.X) >= MANY and not (self.predictor and self.predictor.is_current()):
                self.predictor = Predictor(self.model, judged.X)
        except Exception as error:  # of a model or a loss that makes of Values what it likes
            self.replay, self.predictor, self.replays = None, None, False
            self.tell(f"steps are computed in Values, which takes longer: {error!s:.300}")

    def tell(self, what: str) -> None:
        """Say it on stderr, once."""
        if what not in self.told:
            self.told.add(what)
            print(f"fit: {what}", file=sys.stderr)

    @property
    def strangers(self) -> bool:
        """Whether functions run between epochs that may change the model or the loss: ours don't."""
        functions = [*self.callbacks, *self.metrics.values(), self.schedule]
        return any(f is not None and not str(getattr(f, "__module__", "")).startswith("nn.") for f in functions)

    @property
    def judged(self) -> Samples | None:
        """The samples on which the model is judged after each epoch, if it is."""
        return self.held or (self.data if self.metrics else None)

    # ---- epochs

    def train(self, bar: Any = None) -> None:
        """The epochs that are left; notes in the history why they ended."""
        self.model.train()
        why = ""
        try:
            while not (why := self.reason_to_end()):
                self.epoch(bar)
        except KeyboardInterrupt:
            why = "interrupted"
        finally:  # after an error, too
            if self.patience is not None or why == "interrupted":
                self.model.load_state_dict(self.best)
        self.history.ended = why

    def reason_to_end(self) -> str:
        """Why not to begin another epoch; "" if there is no reason."""
        done, stopped = len(self.history), False
        for callback in self.callbacks if done else ():
            said = callback(self.history)
            stopped |= isinstance(said, (bool, np.bool_)) and bool(said)
        if self.patience is not None and done > self.best_epoch + self.patience:
            return "no improvement"
        return "stopped by a callback" if stopped else "all epochs" if done >= self.epochs else ""

    def epoch(self, bar: Any) -> None:
        """One pass over the samples, what is to be known after it, and the checkpoint."""
        number = len(self.history)
        if self.schedule is not None:
            self.optimizer.lr = self.schedule(number)
        row = {"loss": self.batch_steps(number, bar), **self.evaluated(number), "learning_rate": self.optimizer.lr}
        better = not number or monitored(row) < monitored(self.history.rows[self.best_epoch])
        best = (self.state(), number) if better else (self.best, self.best_epoch)
        # Without a call in between, where Ctrl-C could part them: the best parameters are those of the history.
        (self.best, self.best_epoch), self.history.rows = best, [*self.history.rows, row]
        if self.checkpoint is not None:
            self.snapshot().write(self.checkpoint)

    def evaluated(self, number: int) -> dict[str, float]:
        """Validation loss and metrics, of the parameters as they are now."""
        if (samples := self.judged) is None:
            return {}
        found: dict[str, float] = {}
        where = f"after epoch {number}, {'validation' if self.held else 'metrics'}"
        with located(where, samples.numbers), no_grad():
            outputs = self.outputs(samples)
            if self.held is not None:
                found["validation_loss"] = _plain_number("the loss", self.loss(outputs, samples.y))
                if not math.isfinite(found["validation_loss"]):
                    raise ValueError(f"the loss is {found['validation_loss']}: lower the learning rate")
            found |= self.measured(outputs, samples)
        return found

    def outputs(self, samples: Samples) -> list[Any]:
        """What the model gives, without a graph."""
        if self.predictor is None or (found := self.predictor(samples.X)) is None:
            return outputs_of(self.model, samples.X)
        return [[Value(y) for y in row] if isinstance(row, list) else Value(row) for row in found.tolist()]

    def measured(self, outputs: Any, samples: Samples) -> dict[str, float]:
        """The metrics of those outputs."""
        return {name: _plain_number(f"metric {name!r}", m(outputs, samples.y)) for name, m in self.metrics.items()}

    def try_metrics(self) -> None:
        """Let metrics refuse the data before any training. What is not finite may become so by then."""
        samples = self.held or self.data
        if self.metrics:
            with located("metrics", samples.numbers), no_grad(), suppress(DomainError, ArithmeticError):
                self.measured(outputs_of(self.model, samples.X), samples)

    def state(self) -> dict[str, float]:
        """The numbers of the parameters, by name. To ask a model for its names takes longer than to replay it."""
        if self.replay is None or self.strangers:  # which may have changed its parameters
            return self.model.state_dict()
        return {name: p.data for name, p in zip(self.names, self.parameters, strict=True)}

    # ---- batches

    def batch_steps(self, number: int, bar: Any) -> float:
        """One step for each batch; returns the mean loss over the samples, each as it was before its step."""
        order = np.arange(len(self.data.X))
        if self.shuffle:
            order = np.random.default_rng([self.seed, number]).permutation(order)
        summed = 0.0
        self.record(again=self.strangers)
        if self.replay is not None and self.strangers:  # who may have set parameters
            self.replay.load()
        try:
            for start in range(0, len(order), self.batch_size):
                chosen = order[start : start + self.batch_size]
                summed += self.step_on(chosen, f"epoch {number}") * len(chosen)
                if bar is not None:
                    seen = start + len(chosen)
                    bar.set_postfix_str(f"epoch {number + 1}/{self.epochs}, loss {summed / seen:.4g}", refresh=False)
                    bar.update()
        finally:
            if self.replay is not None:
                self.replay.store()
        return summed / len(order)

    def step_on(self, chosen: NDArray[np.intp], where: str) -> float:
        """One step on these samples, replayed if it can be; returns the loss before it."""
        replay = self.replay
        if replay is not None:
            if (loss := replay.step(chosen)) is not None:
                return loss
            replay.store()
        batch = self.data.of(chosen)
        try:
            # For a step alone: cycles that models, losses and callbacks make are collected between steps.
            with located(f"{where}, {listed(batch.numbers)}", batch.numbers), gc_paused():
                found = self.step(batch)
        finally:
            if replay is not None:
                replay.load()
        if replay is not None:
            self.tell(f"some steps are computed in Values, which takes longer: {replay.missed}")
            self.record(again=replay.missed == BRANCH)  # it may be one that parameters decide
        return found

    def step(self, batch: Samples) -> float:
        """Forward, backward, one step of the optimizer; returns the loss before it."""
        loss = self.loss([self.model(x) for x in batch.X], batch.y)
        if not isinstance(loss, Value):
            kind = type(loss).__name__
            raise TypeError(f"fit: the loss gave {kind} {loss!r:.60}, not a Value computed from the model's outputs")
        if loss.op is None:
            raise ValueError("the loss has no graph to learn by: is no_grad in force, or is it made of `.data`?")
        zero_grad(self.parameters)
        loss.backward()
        if self.clip is not None:
            clip_gradient_norm(self.optimizer.parameters, self.clip)
        self.optimizer.step()
        return loss.data

    # ---- checkpoints

    @cached_property
    def plan(self) -> dict[str, Any]:
        """What has to be the same for a run to go on with the same bits, and with the same columns."""
        return {
            "loss": getattr(self.loss, "__name__", type(self.loss).__name__),
            "batch_size": self.batch_size,
            "shuffle": bool(self.shuffle),
            "clip": self.clip,
            "metrics": list(self.metrics),
            "engine": self.engine,
            "the optimizer's parameters": self.learned,
            "samples": self.data.digest,
            "validation": self.held.digest if self.held else None,
        }

    @property
    def learned(self) -> str:
        """The beginning of a hash: the optimizer of other parameters, or in another order, has another."""
        names = {p: name for name, p in self.model.named_parameters()}
        return sha256(repr([names.get(p) for p in self.optimizer.parameters]).encode()).hexdigest()[:16]

    def snapshot(self) -> Checkpoint:
        """Everything that it takes to go on."""
        return Checkpoint(
            model=repr(self.model),
            plan=self.plan,
            seed=self.seed,
            parameters=self.state(),
            best=self.best,
            optimizer=self.optimizer.state_dict(),
            history=self.history.rows,
        )

    def restore(self, saved: Checkpoint, path: str | os.PathLike[str]) -> None:
        """Go on from there. Raises ValueError where it does not fit; then nothing has changed."""
        saved.require(path, self.plan)
        try:
            self.optimizer.load_state_dict(saved.optimizer)
        except (TypeError, ValueError, OverflowError) as error:
            raise ValueError(f"{path}: its optimizer does not fit: {error!s:.200}") from error
        self.model.load_state_dict(saved.parameters)
        self.best, self.history.rows = saved.best, saved.history
        self.best_epoch = self.history.best_epoch if saved.history else 0


def monitored(row: Mapping[str, float]) -> float:
    """The number that tells epochs apart: the least is the best."""
    return row.get("validation_loss", row["loss"])


def _plain_number(what: str, x: Any) -> float:
    return data_of(x) if isinstance(x, Value) else read_number("fit", what, x)
