"""What a program makes that anyone could compare: numbers, texts, drawings, files. Prints a digest of each, as JSON.

The program is run as it stands, in a process of its own; it takes labels from dicts and sets, as people do.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from autograd import Tape, Value, check_gradient, check_notes, compile, draw, explain, step_through, steps, tanh, total
from nn import MLP, Adam, data, fit, predict, save

NOTES = r"With $z = wx + b$ and $L = (z - t)^2$, we get $\frac{\partial L}{\partial w} = 2(z - t)$."
ENGINES = ("numpy", "numba")


def graph() -> tuple[dict[str, Value], Value]:
    """A loss of inputs that are kept in a dict, added up in an order that follows from the graph alone."""
    inputs = {name: Value(0.25 * k - 1.0, label=name) for k, name in enumerate(("w₁", "w₂", "x", "b", "β"))}
    names = sorted({*inputs} - {"β"})
    hidden = [tanh(inputs[a] * inputs[b] + inputs["b"]) for a in names for b in names if a < b]
    loss = total(hidden) ** 2 + inputs["β"] * sum(hidden) + max(hidden, key=lambda v: v.data)
    loss.backward()
    return inputs, loss


def artefacts(folder: Path) -> Iterator[tuple[str, Any]]:
    """Each with its name."""
    inputs, loss = graph()
    names = inputs | {"loss": loss}
    yield "numbers", [loss.data, *(v.grad for v in inputs.values())]
    yield "explain, text", str(explain(loss, wrt=inputs["b"], names=names, simplify=True))
    yield "explain, LaTeX", explain(loss, wrt=[*inputs.values()], names=names).latex
    yield "draw, DOT", draw(loss, names=names).source
    yield "draw, SVG", draw(loss, names=names).svg()
    yield "steps", str(steps(loss, names=names))
    step_through(loss, names=names).save(folder / "steps.html")
    yield "stepper, HTML", (folder / "steps.html").read_bytes()
    yield "check_gradient", str(check_gradient(lambda w, x: tanh(w * x) + w, [2.0, 0.5]))
    yield "check_notes", str(check_notes(NOTES))
    yield from _replayed(inputs, loss, folder)
    yield from _trained(folder)


def _replayed(inputs: dict[str, Value], loss: Value, folder: Path) -> Iterator[tuple[str, Any]]:
    samples = np.linspace(-1.0, 1.0, 30).reshape(6, 5)
    for engine in ENGINES:
        f = compile(lambda xs: tanh(xs[0] * xs[1] + xs[2]) ** 2 * xs[3] + xs[4], engine=engine)
        found, gradient = f.value_and_grad(samples)
        yield f"compiled, {engine}", [*found.tolist(), *gradient.ravel().tolist(), str(f), f.source]
    Tape.record(loss, inputs=inputs).save(folder / "tape.json")
    yield "tape, file", (folder / "tape.json").read_bytes()


def _trained(folder: Path) -> Iterator[tuple[str, Any]]:
    X, y, *_ = data.moons(40, noise=0.1, seed=0)
    model = MLP(2, [4, 1], activation="tanh", seed=0)
    history = fit(model, X, y, loss="binary_cross_entropy_from_logits", optimizer=Adam(model, lr=0.1), epochs=5, seed=0)
    yield "fit", [*history.loss, *model.state_dict().values(), *np.ravel(predict(model, X)).tolist()]
    save(model, folder / "model.json")
    yield "model, file", (folder / "model.json").read_bytes()
    z = model([0.5, -1.0])
    z.backward()
    yield "draw, folded", draw(z, level="layer", show={"grad", "data"}).source


def digest(made: Any) -> str:
    """Of the bits of numbers, and of the text as it is."""
    return sha256(made if isinstance(made, bytes) else repr(made).encode()).hexdigest()


def main() -> None:
    """Print the digests."""
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps({name: digest(made) for name, made in artefacts(Path(folder))}))


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")
    main()
