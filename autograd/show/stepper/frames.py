"""The forward and the backward pass as a sequence of frames: what has just happened, and what is known by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from autograd.show.derivation.equations import Equations
from autograd.show.notation import Notation
from autograd.show.stepper.runs import MISTAKES, Event, Run, right_run, wrong_run
from autograd.show.steps import Steps
from autograd.show.style import PLAIN
from autograd.value import Value

MOST_NODES = 200


class Frame(NamedTuple):
    """What happens (`text`, `reason`): `node` is computed, or hands a gradient down in `event`.

    By then, the nodes of `known` have data, and those in `gradients` the terms that have arrived.
    """

    text: str
    reason: str
    known: frozenset[Value]
    gradients: Mapping[Value, float]
    node: Value | None = None
    event: Event | None = None


class Playback:
    """The passes of the graph of `v`, to be played.

    Raises what `steps` raises, and ValueError for a graph that is too large to be watched.
    """

    def __init__(self, v: Value, names: Mapping[str, Any] | None = None) -> None:
        if not isinstance(v, Value):
            raise TypeError(f"step_through: {type(v).__name__} has no graph; give it one Value, such as the loss")
        self.notation = Notation(v, names)
        if (size := len(self.notation.order)) > MOST_NODES:
            smaller = "step through the loss of one sample, or through one neuron"
            raise ValueError(f"step_through: {size} nodes are more than the {MOST_NODES} that one can watch: {smaller}")
        self.steps = Steps(self.notation)
        self.root = v
        self.run = right_run(v)
        self.runs: dict[str, Run] = {"right": self.run, **{name: wrong_run(v, rule) for name, rule in MISTAKES.items()}}
        self.inputs = [x for x in self.notation.order if not x.op]
        self.results = [x for x in self.notation.order if x.op]
        self.frames = list(self._frames())

    def _frames(self) -> Iterator[Frame]:
        name = self.notation.name
        given = ", ".join(f"{name(x)} = {PLAIN.number(x.data)}" for x in self.inputs)
        known = frozenset(self.inputs)
        yield Frame(f"Inputs: {given}" if given else "No inputs", "", known, {})
        equations = Equations(self.steps, PLAIN)
        for node in self.results:
            known |= {node}
            block = equations.value(node)
            yield Frame(" = ".join([block.head, *block.equals]), "", known, {}, node)
        seed, *events = self.run.events
        gradients = {self.root: 1.0}
        yield Frame(f"{PLAIN.partial(name(self.root), name(self.root))} = 1", "", known, gradients, self.root, seed)
        for step, event in zip(self.steps, events, strict=True):
            gradients = gradients | {event.receiver: event.total}
            yield Frame(str(step), step.reason, known, gradients, event.node, event)
