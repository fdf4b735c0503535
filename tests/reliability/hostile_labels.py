"""Hostile labels: in DOT, SVG, HTML, LaTeX, MathML and plain text they stay labels."""

from __future__ import annotations

import json
from random import Random

from autograd import Value, derivative_formula, draw, explain, scope, sigmoid, step_through
from autograd.expression import parse
from autograd.show.stepper.terminal import numbered
from reliability import markup
from reliability.hostile_edits import HARM, STRANGE, mutated


def make_labels(draw: Random) -> list[str]:
    """Labels as attackers choose them."""
    seeds = ["w_1^{(2)}", "\\hat y", "θ", "손실", "two words", "loss", *HARM, *STRANGE]
    return [mutated(seeds, draw, 3_000) for _ in range(4)]


def _graph(labels: list[str]) -> tuple[Value, Value]:
    a, b = Value(2.0, labels[0]), Value(-0.5, labels[1])
    with scope(labels[2]), scope("neuron 1"):
        y = sigmoid(a * b)
    result = y * a + b
    result.label = labels[3]
    result.backward()
    return result, a


def meet_labels(labels: list[str]) -> str:
    """DOT, plain text, LaTeX, MathML, records: whatever a label holds is text there."""
    result, a = _graph(labels)
    derivation, formula = explain(result, wrt=a), derivative_formula(result, a)
    try:
        again = parse(formula.python)
        close = abs(again.evaluate(formula.inputs).data - a.grad) < 1e-9
    except ValueError as error:
        return f"the formula is not read: {formula.python!r:.200}: {error}"
    json.dumps(derivation.to_dict())
    wrong = [
        markup.dot(draw(result).source),
        markup.dot(draw(result, level="scalar", legend=True, show=["data"]).source),
        markup.line(f"{derivation.text}\n{formula}\n{draw(result)!r}"),
        markup.latex(derivation.latex),
        markup.latex(formula.latex),
        markup.xml(f"<div>{derivation.html}{formula.html}</div>"),
        *map(markup.line, numbered(step_through(result).playback)),
        "" if close else f"the formula {formula.python} is another",
    ]
    return next(filter(None, wrong), "")


def meet_picture(labels: list[str]) -> str:
    """SVG as Graphviz draws it, and the page of a stepper with its two scripts."""
    result, _ = _graph(labels)
    drawn, page = draw(result).svg(), step_through(result).html
    return markup.xml(drawn, markup.SVG_TAGS) or markup.page(page, scripts=2)
