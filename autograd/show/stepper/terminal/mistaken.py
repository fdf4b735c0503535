"""The frames of a run by any rule, those with a mistake in them too, and what is wrong by then."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from autograd.show.stepper.frames import Frame, Playback
from autograd.show.stepper.runs import Event, Rule
from autograd.show.steps import Step
from autograd.show.style import PLAIN
from autograd.value import Value

RIGHT = "right"


def frames_of(playback: Playback, run: str) -> list[Frame]:
    """The forward pass, then the run of that name: "right", or one of the mistakes."""
    return playback.frames if run == RIGHT else list(_frames(playback, run))


def _frames(playback: Playback, name: str) -> Iterator[Frame]:
    yield from (frame for frame in playback.frames if not frame.event)
    rule, events, _ = playback.runs[name]
    seed, *right = playback.run.events
    steps = {(event.node, event.place): step for event, step in zip(right, playback.steps, strict=True)}
    begin = next(frame for frame in playback.frames if frame.event == seed)
    last = {event.receiver: event for event in events}
    gradients: dict[Value, float] = {}
    for event in events:
        gradients = gradients | {event.receiver: event.total}
        text, reason = begin.text, ""
        if event.place >= 0:
            step = _taken(steps[event.node, event.place], event, rule, last[event.receiver] is event)
            text, reason = _text(step, rule), step.reason
        yield Frame(text, reason, begin.known, gradients, event.node, event)


def _taken(step: Step, event: Event, rule: Rule, complete: bool) -> Step:
    """The step with the numbers of this run."""
    uses = step.uses * rule.passes if rule.adds else 1
    _, _, upstream, contribution, total, _ = event
    return replace(step, uses=uses, complete=complete, upstream=upstream, contribution=contribution, total=total)


def _text(step: Step, rule: Rule) -> str:
    """The step on one line; where the upstream factor is forgotten, without it."""
    return str(step) if rule.chains else step.equation(PLAIN.partial(step.node, step.parent, step.use))


def wrong_by(frames: list[Frame], number: int) -> dict[Value, Event]:
    """The nodes whose gradient is wrong by then, each with the event that left it so."""
    latest = {frame.event.receiver: frame.event for frame in frames[: number + 1] if frame.event}
    return {node: event for node, event in latest.items() if event.error}
