"""What the script of the stepper needs to know of a graph: its nodes, its edges, the events of each run."""

from __future__ import annotations

from typing import Any

from autograd.show.mathml import mathml
from autograd.show.stepper.frames import Playback
from autograd.show.stepper.runs import Run
from autograd.show.style import PLAIN, TYPESET
from autograd.value import Value


def payload(playback: Playback, quiz: bool) -> dict[str, Any]:
    """A record of lists, strings and numbers. Events give their numbers by their places in `numbers`.

    Most numbers of a run stand there several times: what one node gets, the next one hands down.
    """
    numbers: dict[float, int] = {}
    return {
        "top": playback.places[playback.root],
        "quiz": quiz,
        "nodes": [_node(node, playback) for node in playback.notation.order],
        "edges": _edges(playback),
        "runs": {name: _run(run, playback, numbers) for name, run in playback.runs.items()},
        "numbers": list(numbers),
    }


def _node(node: Value, playback: Playback) -> dict[str, Any]:
    notation = playback.notation
    name = notation.name(node)
    record = {"name": PLAIN.name(name), "math": mathml(TYPESET.name(name)), "data": node.data}
    if node.op:
        record |= {"value": _math(notation.value(node)), "numbers": _math(notation.numbers(node))}
    return record


def _edges(playback: Playback) -> list[dict[str, Any]]:
    """The edges in the order in which the backward pass takes them."""
    _, *edges = playback.numbers
    return [
        {
            "node": playback.places[edge.node],
            "parent": playback.places[edge.parent],
            "place": place,
            "use": edge.use,
            "uses": edge.uses,
            "local": edge.local,
            "reason": step.reason,
            "formula": _math(playback.notation.local(edge.node, edge.slot)) if step.reason else "",
        }
        for (_, place), edge, step in zip(edges, playback.steps.edges, playback.steps, strict=True)
    ]


def _run(run: Run, playback: Playback, numbers: dict[float, int]) -> dict[str, Any]:
    """What the rule says, and each event: its edge (-1 for the root), upstream, contribution, total and due."""
    events = [
        [playback.numbers[event.edge]]
        + [numbers.setdefault(x, len(numbers)) for x in (event.upstream, event.contribution, event.total, event.due)]
        for event in run.events
    ]
    rule = run.rule
    said = {"title": rule.title, "code": rule.code, "because": rule.because}
    return said | {"adds": rule.adds, "chains": rule.chains, "passes": rule.passes, "events": events}


def _math(formula: Any) -> str:
    return mathml(TYPESET.text(formula))
