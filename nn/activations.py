"""What turns z into y: an operation of the table by name, or a function of one Value."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from inspect import Parameter
from operator import methodcaller
from typing import Any

from autograd import softmax
from autograd.ops import TABLE, Nary, Operation

Activation = str | Callable[..., Any]


def activation_names() -> list[str]:
    """The names that an activation may have: "linear", and the operations that take one number.

    >>> "relu" in activation_names(), "hypot" in activation_names()
    (True, False)
    """
    return ["linear", *(name for name, op in TABLE.items() if _takes_one(op))]


def _takes_one(op: Operation) -> bool:
    _, *rest = op.__signature__.parameters.values()
    return not isinstance(op, Nary) and all(p.default is not Parameter.empty for p in rest)


def activation_name(activation: Activation) -> str:
    """Its name, as models show and save it; that of a function which is no operation of the table is in <>.

    Raises TypeError where it is neither a name nor a function, ValueError where the name is unknown.

    >>> from autograd import tanh
    >>> activation_name(tanh), activation_name(lambda z: z * tanh(z))
    ('tanh', '<lambda>')
    """
    if activation is softmax:
        return "softmax"
    if isinstance(activation, Operation):
        activation = activation.name
    if callable(activation):
        return f"<{getattr(activation, '__name__', type(activation).__name__).strip('<>')}>"
    if not isinstance(activation, str):
        raise TypeError(f"activation {activation!r} is neither a name, such as 'relu', nor a function of one Value")
    if activation != "softmax" and activation not in activation_names():
        raise ValueError(f"activation {activation!r} is unknown; there are {', '.join(activation_names())}")
    return activation


def activation_function(activation: Activation) -> Callable[..., Any] | None:
    """The function of one Value; None where y is z.

    Raises ValueError for "softmax", which takes the outputs of a layer together.

    >>> activation_function("linear") is None
    True
    """
    name = activation_name(activation)
    if name == "softmax":
        raise ValueError("activation 'softmax' takes all outputs of a layer: give it to Layer, or to MLP as output")
    if callable(activation):
        return activation
    if name == "linear":
        return None
    return TABLE[name] if TABLE[name].users_own else _method(name)  # methods are faster; users' rows are none


@cache
def _method(name: str) -> Callable[..., Any]:
    return methodcaller(name)


def saved_activation(name: str) -> str:
    """The name, for a file. Raises ValueError for a function that has none in the table."""
    if name.startswith("<"):
        raise ValueError(
            f"activation {name} is a function, which a file can't hold: autograd.ops.define gives it a name"
        )
    return name
