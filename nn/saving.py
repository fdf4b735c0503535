"""A model on disk: model = architecture + parameters, one JSON file."""

from __future__ import annotations

import os
import random
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from autograd import documents
from nn.layers import MLP, Layer
from nn.module import Module
from nn.neuron import Neuron
from nn.perceptron import Perceptron

ENTRIES = {"architecture": dict, "parameters": dict}
KINDS: tuple[type[Module], ...] = (MLP, Layer, Neuron, Perceptron)
# What the architectures of these kinds have.
ARGUMENTS = {"inputs": int, "outputs": int, "sizes": list, "activation": str, "output": str, "spelt_out": bool}


def save(model: Module, path: str | os.PathLike[str]) -> None:
    """Save architecture and parameters to one file, whole or not at all.

    A class of your own needs a method `architecture()`: the arguments, as a dict, that build such a model again.

    Raises ValueError where an activation is a function that a file can't hold, a number is not finite, or the model
    was changed so that its arguments don't build it (a layer replaced, a parameter added); TypeError for a model
    without `architecture`, or one with what JSON can't hold; OSError where the file can't be written.

    >>> import tempfile
    >>> from nn import MLP
    >>> model = MLP(2, [3, 1], seed=0)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(model, f"{folder}/model.json")
    ...     again = load(f"{folder}/model.json")
    >>> again, again([1.0, 2.0]).data == model([1.0, 2.0]).data
    (MLP(2, [3, 1], activation='relu', output='linear'), True)
    """
    architecture = architecture_of(model)
    arguments = {name: given for name, given in architecture.items() if name != "kind"}
    if type(model) in KINDS and _structure(_made(type(model), arguments)) != _structure(model):
        raise ValueError(f"{path}: not saved: {model!r} was changed, its architecture() builds another model")
    documents.write(path, "model", {"architecture": architecture, "parameters": model.state_dict()})


def load(path: str | os.PathLike[str], kinds: Iterable[type[Module]] = ()) -> Any:
    """The model that `save` saved. `kinds` are classes of your own that may be in the file.

    Raises ValueError where the file is cut off, is something else, comes from a newer version, or does not fit
    together; OSError where it can't be read. Nothing in a file is executed, and no more is built than it has
    parameters for.
    """
    content = documents.read(path, "model", ENTRIES)
    parameters = documents.numbers(path, "parameters", content["parameters"])
    try:
        model = built(content["architecture"], kinds, len(parameters))
        model.load_state_dict(parameters)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error
    return model


def architecture_of(model: Module) -> dict[str, Any]:
    """The model's class and the arguments that build it again."""
    kind = type(model).__name__
    describe = getattr(model, "architecture", None)
    if describe is None:
        raise TypeError(
            f"{kind} has no method architecture(), which gives the arguments that build it again, as a dict"
        )
    arguments = describe()
    if not isinstance(arguments, Mapping) or "kind" in arguments:
        raise TypeError(f"{kind}.architecture() gives {arguments!r:.60}, not a dict of arguments, none of them 'kind'")
    return {"kind": kind, **arguments}


def built(architecture: Mapping[str, Any], kinds: Iterable[type[Module]], parameters: int) -> Module:
    """A new model of an architecture, which has so many parameters."""
    arguments = dict(architecture)
    name = arguments.pop("kind", None)
    kind = {kind.__name__: kind for kind in (*KINDS, *kinds)}.get(name) if isinstance(name, str) else None
    if kind is None:
        raise ValueError(f"a model of kind {name!r:.60} is unknown; give its class: load(path, kinds=[…])")
    if kind in KINDS and (implied := _parameters_of(arguments)) != parameters:
        raise ValueError(f"the architecture is one of {implied} parameters, but there are {parameters}")
    try:
        return _made(kind, arguments)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{name} can't be built as the file says: {error}") from error


def _made(kind: type[Module], arguments: Mapping[str, Any]) -> Module:
    """A new model; its first weights do not matter, so Python's random numbers go on as if none had been drawn."""
    state = random.getstate()
    try:
        return kind(**arguments)
    finally:
        random.setstate(state)


def _structure(model: Module) -> list[tuple[str, str]]:
    """What a model is made of: two of the same give the same outputs from the same parameters."""
    modules = [(name, repr(module)) for name, module in model.named_modules()]
    return modules + [(name, "parameter") for name, _ in model.named_parameters()]


def _parameters_of(arguments: Mapping[str, Any]) -> int:
    """How many parameters such a network would have: known before one is made, for a file may ask for any number."""
    for name, given in arguments.items():
        if type(given) is not ARGUMENTS.get(name):
            raise ValueError(f"the architecture has {name!r:.60}: {given!r:.60}, which no model has")
    widths = [arguments.get("inputs"), *arguments.get("sizes", [arguments.get("outputs", 1)])]
    if not all(type(width) is int and 0 < width < 2**31 for width in widths):
        raise ValueError(f"the architecture has the sizes {widths!r:.60}, which no model has")
    return sum((before + 1) * after for before, after in pairwise(widths))
