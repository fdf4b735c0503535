"""A model and its loss, recorded: one program for a sample, of its inputs, its targets and the model's parameters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from autograd import RecordingError, Value
from autograd.replay.program import Builder, Program
from autograd.replay.recording import Branch, Recorded, made_before, recorded, traced_call
from autograd.replay.separation import same, separated
from nn.losses import LOSSES
from nn.module import Module
from nn.plain import Floats
from nn.samples import Samples

Loss = Callable[[Any, Any], Any]

OURS = tuple(LOSSES.values())  # and not what users add to LOSSES


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

    Its inputs are those of the sample, its targets, and the parameters. Shares are for a batch of `samples`.
    """

    program: Program
    parameters: list[Value]
    outcomes: list[bool]
    samples: int


def recorded_model(model: Module, row: Sequence[float]) -> Forward:
    """The model, recorded at one sample. Raises RecordingError where its outputs are no Values."""
    inputs = [Value(x) for x in row]
    output, branches = traced_call(model, [list(inputs)], guards=True)  # which it may write into
    many = isinstance(output, (list, tuple))
    outputs = list(output) if many else [output]
    if not all(isinstance(y, Value) for y in outputs):
        raise RecordingError("the model gives neither a Value nor a list of them")
    found = _recorded("model", outputs, branches, inputs)
    return Forward(found.program, found.captured, [branch.outcome for branch in branches], many)


def recorded_step(
    forward: Forward, loss: Loss, batch: Samples, predictions: Sequence[Sequence[float]], parameters: Sequence[Value]
) -> Step:
    """The loss of these predictions, on the model, for one sample; `parameters` come first among the parameters.

    Raises RecordingError where the loss is no sum over the samples, all of which it treats alike.
    """
    outputs = [[Value(x) for x in row] for row in predictions]
    targets = np.vectorize(lambda t: Value(float(t)), otypes=[object])(batch.y)
    leaves = [v for row, t in zip(outputs, targets, strict=True) for v in (*row, *np.ravel(t))]
    given = outputs if forward.many else [row[0] for row in outputs]
    value, branches = traced_call(loss, [given, targets], guards=True)
    if not isinstance(value, Value) or value.op is None:
        raise RecordingError("the loss gives no Value computed from the model's outputs")
    found, samples = _recorded("loss", [value], branches, leaves), len(batch.X)
    parts = separated(found.program, [branch.outcome for branch in branches], samples, len(leaves) // samples)
    every = list(dict.fromkeys([*parameters, *forward.parameters, *found.captured]))
    program = _joined(forward, parts.term.program, parts.rest.program, every, found.captured, targets[0:1].size)
    return Step(program, every, [*forward.outcomes, *parts.term.outcomes, *parts.rest.outcomes], samples)


def is_mean(loss: Loss) -> bool:
    """Whether a loss is the mean over its samples, as ours are: then one sample tells what it is of a batch."""
    return any(loss is ours for ours in OURS)


def same_forward(a: Forward, b: Forward) -> bool:
    """Whether two recordings of a model are the same."""
    return same(a.program, b.program) and a[1:] == b[1:]


def same_step(a: Step, b: Step) -> bool:
    """Whether two recordings of a model and a loss are the same."""
    return same(a.program, b.program) and a[1:] == b[1:]


def as_recorded(conditions: Sequence[Floats], outcomes: Sequence[bool]) -> bool:
    """Whether branches go the way that they went in the recording, for all samples."""
    return all(((y != 0.0) == outcome).all() for y, outcome in zip(conditions, outcomes, strict=True))


def _recorded(what: str, outputs: Sequence[Value], branches: Sequence[Branch], inputs: Sequence[Value]) -> Recorded:
    """The program of outputs and of the conditions of branches."""
    nodes = [*outputs, *(branch.condition for branch in branches)]
    if before := made_before(nodes):
        name = before[-1].label or before[-1].op.name  # type: ignore[union-attr]  # a result of one
        raise RecordingError(f"the {what} uses {name}, which was computed before it was called: compute it inside")
    return recorded(nodes, inputs)


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
