"""A model and its loss, recorded: one program for a sample, of its inputs, its targets and the model's parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd import RecordingError, Value
from autograd.replay.program import Builder, Program
from autograd.replay.recording import recorded, traced_call
from autograd.replay.separation import same, separated
from nn.losses import LOSSES
from nn.module import Module
from nn.samples import Samples

Loss = Callable[[Any, Any], Any]


class Forward(NamedTuple):
    """A model's program, of the inputs and then the parameters: its outputs, then the conditions of its branches.

    `many` says whether the model gives a list, or a Value.
    """

    program: Program
    parameters: list[Value]
    outcomes: list[bool]
    many: bool

    @property
    def results(self) -> int:
        """How many outputs are the model's."""
        return len(self.program.outputs) - len(self.outcomes)


class Step(NamedTuple):
    """The program of a sample: its share of the loss, what depends on no sample, and conditions that have to hold.

    Its inputs are those of the sample, its targets, and the parameters. Shares are to be weighed with `weight`.
    """

    program: Program
    parameters: list[Value]
    outcomes: list[bool]
    weight: float


def recorded_model(model: Module, row: Sequence[float]) -> Forward:
    """The model, recorded at one sample. Raises RecordingError where what it computes is not the same each time."""
    if (Value(0.0) + 1.0).op is None:
        raise RecordingError("no_grad is in force")
    first, again = (_model(model, row) for _ in range(2))
    if not same(first.program, again.program) or first.outcomes != again.outcomes:
        raise RecordingError("the model computes something else each time")
    return first


def _model(model: Module, row: Sequence[float]) -> Forward:
    inputs = [Value(x) for x in row]
    output, branches = traced_call(model, [inputs], guards=True)
    many = isinstance(output, list)
    outputs = output if many else [output]
    if not all(isinstance(y, Value) for y in outputs):
        raise RecordingError("the model gives neither a Value nor a list of them")
    found = recorded([*outputs, *(branch.condition for branch in branches)], inputs)
    return Forward(found.program, found.captured, [branch.outcome for branch in branches], many)


def recorded_step(
    forward: Forward, loss: Loss, predictions: Sequence[Sequence[float]], batch: Samples, parameters: Sequence[Value]
) -> Step:
    """The loss of these predictions, on the model, for one sample; `parameters` come first among the parameters.

    Raises RecordingError where the loss is no sum over the samples, all of which it treats alike, or not the same each
    time.
    """
    first, again = (_step(forward, loss, predictions, batch, parameters) for _ in range(2))
    if not same_step(first, again):
        raise RecordingError("the loss computes something else each time")
    return first


def samples_needed(loss: Loss, size: int) -> int:
    """How many samples a loss of that many is recorded on: one of ours is the mean of those of its samples."""
    return 1 if loss in LOSSES.values() else size


def same_step(a: Step, b: Step) -> bool:
    """Whether two recordings are the same."""
    return same(a.program, b.program) and (a.parameters, a.outcomes, a.weight) == (b.parameters, b.outcomes, b.weight)


def _step(
    forward: Forward, loss: Loss, predictions: Sequence[Sequence[float]], batch: Samples, parameters: Sequence[Value]
) -> Step:
    samples = samples_needed(loss, len(batch.X))
    outputs = [[Value(x) for x in row] for row in predictions[:samples]]
    targets = np.vectorize(lambda t: Value(float(t)), otypes=[object])(batch.y[:samples])
    given = outputs if forward.many else [row[0] for row in outputs]
    value, branches = traced_call(loss, [given, targets], guards=True)
    if not isinstance(value, Value) or value.op is None:
        raise RecordingError("the loss gives no Value computed from the model's outputs")
    leaves = [v for row, t in zip(outputs, targets, strict=True) for v in (*row, *np.ravel(t))]
    found = recorded([value, *(branch.condition for branch in branches)], leaves)
    parts = separated(found.program, [branch.outcome for branch in branches], samples, len(leaves) // samples)
    weight = samples / len(batch.X)
    every = list(dict.fromkeys([*parameters, *forward.parameters, *found.captured]))
    program = _joined(forward, parts.term.program, parts.rest.program, every, found.captured, np.ravel(targets[0]).size)
    return Step(program, every, [*forward.outcomes, *parts.term.outcomes, *parts.rest.outcomes], weight)


def _joined(
    forward: Forward, term: Program, rest: Program, parameters: list[Value], captured: list[Value], targets: int
) -> Program:
    """One program: the model, the loss of its outputs, and the rest."""
    inputs = forward.program.inputs - len(forward.parameters)
    builder = Builder(inputs + targets + len(parameters))
    node = {p: inputs + targets + k for k, p in enumerate(parameters)}
    names = builder.include(forward.program, [*range(inputs), *(node[p] for p in forward.parameters)])
    outputs = [names[x] for x in forward.program.outputs]
    made, conditions = outputs[: forward.results], outputs[forward.results :]
    closure = [node[p] for p in captured]
    names = builder.include(term, [*made, *range(inputs, inputs + targets), *closure])
    share, *more = [names[x] for x in term.outputs]
    names = builder.include(rest, closure)
    whole, *others = [names[x] for x in rest.outputs]
    return builder.finish([share, whole, *conditions, *more, *others])
