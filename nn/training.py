"""fit: a model, its data, and what people want around the training loop."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from contextvars import copy_context
from numbers import Real
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from autograd import DomainError, Value, documents, no_grad
from nn.checkpoints import Checkpoint
from nn.history import History
from nn.initializers import Seed, generator
from nn.located import located
from nn.loop import Callback, Loss, Metric, Run
from nn.losses import LOSSES, cross_entropy, cross_entropy_from_logits
from nn.losses.cross_entropies import ONE_OUTPUT
from nn.module import Module
from nn.optimizer import Optimizer
from nn.optimizers import OPTIMIZERS
from nn.preparing import train_test_split
from nn.progress import progress_bar
from nn.ranges import LIMIT, in_range, whole_number
from nn.samples import Samples, outputs_of, samples_of
from nn.schedules import Schedule
from nn.settings import function, functions, named, named_functions

Validation = float | tuple[ArrayLike, ArrayLike]


def fit(
    model: Module,
    X: ArrayLike,
    y: ArrayLike,
    *,
    loss: str | Loss,
    optimizer: str | Optimizer | Callable[[Module], Optimizer] = "adam",
    epochs: int = 100,
    batch_size: int | None = 32,
    shuffle: bool = True,
    seed: Seed = None,
    validation: Validation | None = None,
    metrics: Mapping[str, Metric] | None = None,
    patience: int | None = None,
    schedule: Schedule | None = None,
    clip: float | None = None,
    callbacks: Sequence[Callback] = (),
    progress: bool | None = None,
    checkpoint: str | os.PathLike[str] | None = None,
    resume: bool = False,
    engine: str = "replay",
) -> History:
    """Train a model in place, and tell how it went.

    `X` is (samples, features), or (samples,) for one feature; `y` has what the loss takes as targets. `loss` is a name
    of `nn.LOSSES` or a function (predictions, targets) → Value. `optimizer` is a name of `nn.OPTIMIZERS`, with its
    defaults, an Optimizer of the model, or a function model → Optimizer. `batch_size` None takes all samples at once.
    The order of samples follows from `seed` and the epoch alone. Epochs count from 0.

    validation: (X, y), or the share of the samples to set apart, at random by `seed`.
    metrics: by name, functions (predictions, targets) → number; of the validation data, or else of X, after an epoch,
        and once before the first, so that one that does not fit the data says so in time.
    patience: training ends after so many epochs without a lower loss (of the validation data, if there are any), and
        the model has the parameters of the best epoch, whatever ended training, an error too. Without it, it has the
        last ones.
    schedule: epoch → learning rate. clip: the largest norm of the gradient.
    callbacks: called with the History after each epoch, and when a run resumes; one that returns True ends training.
    progress: shows a bar: always, never, or (None) where someone can see it.
    checkpoint: a file, to which everything is saved after each epoch. `resume` goes on from there, if it exists, as if
        nothing had happened, bit for bit (unless the model draws random numbers): the seed, and the optimizer's
        memory and settings, its learning rate too, are the file's. Model, data and settings have to be those of then.

    engine: "replay" records model and loss at the start, and again when functions of yours have run between epochs, in
        place of calling them at every step, and computes steps on arrays; what can't be recorded is computed in Values,
        one sample after the other, and stderr says so. "eager" does so always. The losses are the same, to rounding.

    Ctrl-C ends training, too: the model has the parameters of the best epoch, or those from before if none has ended.
    stderr says so, and `history.ended` why training ended.

    Raises TypeError or ValueError where data or settings don't fit, before anything is trained: errors in data name
    the sample. Where numbers leave the finite ones, ValueError, or DomainError, which is one: it names the epoch and
    the batch, whose step is not made. OSError where the checkpoint can't be written.

    >>> from nn import MLP, Adam, data, predict
    >>> X, y, *_ = data.gate("xor")
    >>> model = MLP(2, [4, 1], activation="tanh", seed=1)
    >>> history = fit(model, X, y, loss="binary_cross_entropy_from_logits", optimizer=Adam(model, lr=0.1), epochs=100)
    >>> history.loss[-1] < 0.1, predict(model, X) > 0
    (True, array([False,  True,  True, False]))
    """
    if not isinstance(model, Module):
        raise TypeError(f"fit: the model is a {type(model).__name__}, not an nn.Module")
    saved = _saved(checkpoint, model, resume)
    seed = _seed(seed, saved)
    measure: Loss = named("loss", loss, LOSSES)
    here = copy_context().run  # Ctrl-C may come as a `with no_grad` begins, and would leave it in force
    data, held = here(_data, model, measure, samples_of(X, y), validation, seed)
    run = Run(
        model=model,
        loss=measure,
        optimizer=_optimizer(optimizer, model),
        data=data,
        held=held,
        epochs=whole_number("fit", "epochs", epochs, least=0),
        batch_size=len(data.X) if batch_size is None else whole_number("fit", "batch_size", batch_size, least=1),
        shuffle=shuffle,
        seed=seed,
        metrics=named_functions({} if metrics is None else metrics),
        patience=None if patience is None else whole_number("fit", "patience", patience, least=1),
        schedule=None if schedule is None else function("schedule", schedule),
        clip=None if clip is None else in_range("fit", "clip", clip, LIMIT),
        callbacks=functions("callbacks", callbacks),
        checkpoint=checkpoint,
        engine=_engine(engine),
    )
    here(run.try_metrics)
    if saved and checkpoint:
        run.restore(saved, checkpoint)
    bar = progress_bar(run.epochs * run.batches, len(run.history) * run.batches, progress)
    try:
        here(run.train, bar)
    finally:
        if bar is not None:
            bar.close()
    if run.history.ended == "interrupted":
        print(f"fit: interrupted; {_what_is_left(run.history)}", file=sys.stderr)
    return run.history


def _what_is_left(history: History) -> str:
    """Which parameters the model has after Ctrl-C."""
    if not history:
        return "no epoch had ended, and the model is as it was"
    return f"{len(history)} epochs had ended, and the model has the parameters of epoch {history.best_epoch}, the best"


# ---- data


def _data(
    model: Module, loss: Loss, samples: Samples, validation: Validation | None, seed: int
) -> tuple[Samples, Samples | None]:
    """The samples to train on and those to judge by, all of which the loss takes."""
    _try_targets(model, loss, samples, "y")
    if validation is None:
        return samples, None
    if isinstance(validation, Real) and not isinstance(validation, bool):
        if not 0 < validation < 1:
            raise ValueError(f"fit: validation={validation}; give a share of the samples, as 0.2, or a pair (X, y)")
        numbers = np.arange(len(samples.X))
        train, held, *_ = train_test_split(numbers, numbers, float(validation), seed=seed)
        return samples.of(train), samples.of(held)
    if not isinstance(validation, (tuple, list)) or len(validation) != 2:
        raise TypeError(f"fit: validation={validation!r:.60}; give a share of the samples, as 0.2, or a pair (X, y)")
    given = samples_of(*validation, of="validation ")
    _try_targets(model, loss, given, "validation y")
    return samples, given


def _try_targets(model: Module, loss: Loss, samples: Samples, what: str) -> None:
    """Let the loss see all targets at once, with one output for all, so that it refuses them before any training."""
    output = outputs_of(model, samples.X[:1])
    if loss in (cross_entropy, cross_entropy_from_logits) and isinstance(output[0], Value):
        raise ValueError(f"fit: loss {loss.__name__} takes an output for each class: {ONE_OUTPUT}")
    gives = getattr(model, "output", getattr(model, "activation", ""))
    if gives in ("sigmoid", "softmax") and getattr(loss, "__name__", "").endswith("_from_logits"):
        named_loss = loss.__name__.removesuffix("_from_logits")
        raise ValueError(f"fit: {gives} makes probabilities, no logits: take loss={named_loss!r}, or a linear output")
    # Where the loss of that output is infinite, it need not be that of each sample's own.
    with located(what), no_grad(), suppress(DomainError):
        loss(output * len(samples.X), samples.y)


# ---- settings


def _engine(engine: str) -> str:
    if engine not in ("replay", "eager"):
        raise ValueError(f"fit: engine={engine!r} is unknown; there are 'replay' and 'eager'")
    return engine


def _optimizer(given: Any, model: Module) -> Optimizer:
    optimizer = given if isinstance(given, Optimizer) else named("optimizer", given, OPTIMIZERS)(model)
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"fit: optimizer gave a {type(optimizer).__name__}, not an nn.Optimizer")
    if unknown := set(optimizer.parameters) - set(model.parameters()):
        raise ValueError(f"fit: the optimizer has {len(unknown)} parameters that are not of the model: make it anew")
    return optimizer


def _seed(seed: Seed, saved: Checkpoint | None) -> int:
    """The seed as a number; that of the run to go on with, if there is one."""
    if saved and seed is None:
        return saved.seed
    draws = generator(seed)
    number = int(seed) if isinstance(seed, (int, np.integer)) else int(draws.integers(2**32))
    if saved and number != saved.seed:
        raise ValueError(f"fit: the checkpoint is of a run with seed {saved.seed}, not {number}: leave `seed` out")
    return number


def _saved(checkpoint: str | os.PathLike[str] | None, model: Module, resume: bool) -> Checkpoint | None:
    """The run to go on with, if there is one."""
    if checkpoint is None:
        if resume:
            raise ValueError("fit: resume=True needs checkpoint=, the file to go on from")
        return None
    documents.require_place(checkpoint)
    return Checkpoint.read(checkpoint, model) if resume and os.path.exists(checkpoint) else None
