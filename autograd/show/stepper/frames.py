"""The forward and the backward pass as a sequence of frames: what has just happened, and what is known by then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from autograd.show.derivation.equations import Equations
from autograd.show.notation import Notation
from autograd.show.stepper.runs import MISTAKES, Event, Rule, Run, right_run, wrong_run
from autograd.show.steps import Steps
from autograd.show.style import PLAIN
from autograd.value import Value

MOST_NODES, MOST_STEPS = 200, 600
RIGHT = "right"


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

    @property
    def line(self) -> str:
        """What happens, on one line."""
        return f"{self.text}   {self.reason}".rstrip()


class Playback:
    """The passes of the graph of `v`, to be played.

    Attributes: `steps`, those of the backward pass; `runs`, that pass as it should be ("right") and with each mistake
    in it; `numbers`, which step an edge is, -1 for the pass's beginning; `places`, which node of the order one is;
    `frames`, of the right run.

    Raises what `steps` raises, and ValueError for a graph that is too large to be watched, in the name of `user`.
    """

    def __init__(self, v: Value, names: Mapping[str, Any] | None = None, user: str = "step_through") -> None:
        if not isinstance(v, Value):
            raise TypeError(f"{user}: {type(v).__name__} has no graph; give it one Value, such as the loss")
        self.notation = Notation(v, names)
        nodes, uses = len(self.notation.order), sum(len(x.parents) for x in self.notation.order)
        if nodes > MOST_NODES or uses > MOST_STEPS:
            most = f"{nodes} nodes and {uses} steps are more than one can watch, {MOST_NODES} and {MOST_STEPS}"
            raise ValueError(f"{user}: {most}: step through the loss of one sample, or through one neuron")
        self.places = {node: k for k, node in enumerate(self.notation.order)}
        self.root, self.steps = v, Steps(self.notation)
        self.runs = {RIGHT: right_run(v)} | {name: wrong_run(v, rule) for name, rule in MISTAKES.items()}
        self.numbers = {event.edge: k for k, event in enumerate(self.runs[RIGHT].events, start=-1)}
        self._found: dict[str, list[Frame]] = {}
        self.frames = self.frames_of(RIGHT)

    def frames_of(self, run: str) -> list[Frame]:
        """The forward pass, then the run of that name: "right", or one of the mistakes."""
        if run not in self._found:
            self._found[run] = [*self._forward(), *self._backward(self.runs[run])]
        return self._found[run]

    def _forward(self) -> Iterator[Frame]:
        name, order = self.notation.name, self.notation.order
        inputs = [x for x in order if not x.op]
        given = ", ".join(f"{name(x)} = {PLAIN.number(x.data)}" for x in inputs)
        known = frozenset(inputs)
        yield Frame(f"Inputs: {given}" if given else "No inputs", "", known, {})
        equations = Equations(self.steps, PLAIN)
        for node in order:
            if node.op:
                known |= {node}
                yield Frame(str(equations.value(node)), "", known, {}, node)

    def _backward(self, run: Run) -> Iterator[Frame]:
        known = frozenset(self.notation.order)
        last = {event.receiver: event for event in run.events}
        gradients: dict[Value, float] = {}
        for event in run.events:
            gradients = gradients | {event.receiver: event.total}
            text, reason = self._told(event, run.rule, complete=last[event.receiver] is event)
            yield Frame(text, reason, known, gradients, event.node, event)

    def _told(self, event: Event, rule: Rule, complete: bool) -> tuple[str, str]:
        """The step with the numbers of the event, and its reason; a forgotten upstream factor is not there."""
        if event.is_seed:
            name = self.notation.name(self.root)
            return f"{PLAIN.partial(name, name)} = 1", ""
        step = self.steps[self.numbers[event.edge]]
        step = replace(
            step,
            upstream=event.upstream,
            contribution=event.contribution,
            total=event.total,
            uses=step.uses * rule.passes if rule.adds else 1,
            complete=complete,
        )
        local = PLAIN.partial(step.node, step.parent, step.use)
        return str(step) if rule.chains else step.equation(local), step.reason


def to_come(frames: Sequence[Frame], number: int) -> set[Value]:
    """The nodes whose gradients get terms after that frame."""
    return {later.event.receiver for later in frames[number + 1 :] if later.event}
