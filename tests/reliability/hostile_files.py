"""Hostile files: tapes, models and checkpoints."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from fitting import mlp, train

from autograd import Tape, Value, compile, documents, scope, sigmoid
from autograd.replay.layout import rebuilt
from nn import MLP, Adam, Layer, Neuron, Perceptron, load, save
from nn.checkpoints import Checkpoint
from reliability.hostile_edits import document
from reliability.hostile_texts import unclear

FOLDER = tempfile.TemporaryDirectory(prefix="hostile")


@cache
def saved(kind: str) -> list[dict[str, Any]]:
    """What the package itself writes of a kind."""
    path = Path(FOLDER.name, f"{kind}.saved")
    found = []
    for write in SAVERS[kind]:
        write(path)
        found.append(json.loads(path.read_bytes()))
        path.unlink()
    return found


def _tape(f: Callable[..., Any], *args: Any) -> Callable[[Path], None]:
    def write(path: Path) -> None:
        function = compile(f)
        function(*args)
        function.save(path)

    return write


MODELS = [MLP(2, [3, 1], seed=0), Layer(3, 2, activation="tanh", seed=0), Neuron(2, seed=0), Perceptron(2)]
SAVERS: dict[str, list[Callable[[Path], None]]] = {
    "model": [lambda path, model=model: save(model, path) for model in MODELS],
    "checkpoint": [
        lambda path: train(checkpoint=path) and None,
        lambda path: train(checkpoint=path, optimizer="adam") and None,
    ],
    "tape": [
        _tape(lambda w, x: sigmoid(w[0] * x[0] + w[1] * x[1]), [1.0, 2.0], [0.5, 0.25]),
        _tape(lambda p: {"y": p["a"] ** 2.0 + p["b"], "z": [p["a"] * 3.0]}, {"a": 1.0, "b": 2.0}),
        lambda path: Tape.record(_net(), []).save(path),
    ],
}


def _net() -> Value:
    with scope("layer 1"):
        return MODELS[0]([0.5, -1.0]).log_sigmoid()


def file(kind: str) -> Callable[[Random], bytes]:
    """Makes the content of a file, which is there when it is met."""

    def made(draw: Random) -> bytes:
        content = document(saved(kind), documents.HEADER, draw)
        Path(FOLDER.name, f"{kind}.json").write_bytes(content)
        return content

    return made


def meet_model(content: bytes) -> str:
    """A model, or refused."""
    path = Path(FOLDER.name, "model.json")
    try:
        load(path).state_dict()
    except ValueError as error:
        return unclear(error, str(path))
    return ""


def meet_tape(content: bytes) -> str:
    """A tape that runs, or refused."""
    path = Path(FOLDER.name, "tape.json")
    try:
        tape = Tape.load(path, engine="numpy")
    except ValueError as error:
        return unclear(error, str(path))
    return _used(tape)


def _used(tape: Tape) -> str:
    """A tape that was loaded runs, and shows itself; numbers may leave a domain."""
    tree, leaves = tape.inputs.tree, tape.inputs.leaves
    try:
        tape(*rebuilt(tree, iter([np.full(leaf.shape, 0.5) if leaf.shape else 0.5 for leaf in leaves])))
    except ValueError as error:
        if len(str(error)) > 2000:
            return f"a long complaint of a run: {error!s:.200}"
    return (
        "" if repr(tape) and len(str(tape).splitlines()) == 1 + tape.program.nodes + 1 else "a listing of other lines"
    )


def meet_checkpoint(content: bytes) -> str:
    """A run to go on with, or refused."""
    path, model = Path(FOLDER.name, "checkpoint.json"), mlp()
    try:
        found = Checkpoint.read(path, model)
        model.load_state_dict(found.parameters)
    except ValueError as error:
        return unclear(error, str(path))
    try:
        Adam(model).load_state_dict(found.optimizer)
    except (TypeError, ValueError) as error:
        return unclear(error)
    return ""
