"""What a strategy or an assertion is asked for: mistakes are told at the call."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from autograd.expression.mistakes import ELSEWHERE, did_you_mean
from autograd.ops import TABLE, Operation


def asked_operation(user: str, op: Any) -> Operation:
    """The row, or the row of that name. Raises ValueError where there is none, TypeError for what is neither.

    >>> asked_operation("assert_op", "tanh")
    <operation tanh(a)>
    >>> asked_operation("assert_op", "sinn")
    Traceback (most recent call last):
    ValueError: assert_op: no operation 'sinn': did you mean 'sin'? (your own is there once autograd.ops.define made it)
    """
    if isinstance(op, Operation):
        return op
    if isinstance(op, str):
        if op in TABLE:
            return TABLE[op]
        meant = f": did you mean {ELSEWHERE[op]!r}?" if ELSEWHERE.get(op) in TABLE else did_you_mean(op, TABLE)
        raise ValueError(f"{user}: no operation {op!r:.60}{meant} (your own is there once autograd.ops.define made it)")
    name = getattr(op, "__name__", None)
    if name in TABLE:
        raise TypeError(f'{user}: {name} is a function that calls operations, not the row of that name: write "{name}"')
    kind = type(op).__name__
    raise TypeError(f'{user}: {op!r:.60} is a {kind}, not an operation: write its name, such as "tanh", or the row')


def asked_list(given: Any) -> list[Any]:
    """What is given, in a list: one thing, a name for example, is a list of one.

    >>> asked_list("tanh"), asked_list(("add", "mul"))
    (['tanh'], ['add', 'mul'])
    """
    return [*given] if isinstance(given, Iterable) and not isinstance(given, str) else [given]
