"""Derivatives of functions, as functions: grad, jacobian, hessian, jvp, vjp, hvp, after JAX, to any order.

A function takes Values, or lists, tuples, dicts and arrays of them, and returns such. Numbers in give numbers
out; Values in, or a call inside another transformation, give Values, which can be differentiated again.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from autograd import graph
from autograd.errors import first_nan_edge, first_non_finite
from autograd.graph import adjoints, topological_order
from autograd.modes import current, is_recording, recording
from autograd.number import number
from autograd.ops import positive
from autograd.tree import leaves, like, map_leaves
from autograd.value import Value

DEPTH: ContextVar[int] = ContextVar("depth", default=0)
Argnums = int | Sequence[int]


class _Call(NamedTuple):
    """One call of f: fresh Values for the arguments to differentiate in, and what came out."""

    inputs: Any  # what the caller gave: one tree, or a tuple of trees
    wrt: list[Any]  # a Value for each leaf of it
    output: Any
    attached: bool  # whether derivatives have to be Values


def grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that returns ∂f/∂(argument `argnums`), shaped like that argument; a tuple for several.

    Raises TypeError where f returns more than one number, ValueError where there is no argument `argnums`,
    DomainError where a result is not a number.

    >>> from autograd import tanh
    >>> grad(lambda x: x**3)(2.0), grad(grad(lambda x: x**3))(2.0)
    (12.0, 12.0)
    >>> grad(lambda p: tanh(p["w"] * 2 + p["b"]))({"w": 0.0, "b": 0.0})
    {'w': 2.0, 'b': 1.0}
    """

    def derivative(*args: Any, **named: Any) -> Any:
        return value_and_grad(f, argnums)(*args, **named)[1]

    return derivative


def value_and_grad(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that returns f's value and its `grad` from one evaluation. Raises what `grad` does.

    >>> value_and_grad(lambda x, y: x * y, argnums=(0, 1))(2.0, 3.0)
    (6.0, (3.0, 2.0))
    """

    def both(*args: Any, **named: Any) -> Any:
        call = _call(f, args, named, argnums)
        if not isinstance(call.output, (Value, int, float)):
            kind = type(call.output).__name__
            raise TypeError(f"grad: f returned {kind}, not one number; use jacobian for several")
        return _out(call, call.output), like(call.inputs, _pull(call, call.output, 1.0))

    return both


def vjp(f: Callable[..., Any], *primals: Any) -> tuple[Any, Callable[[Any], tuple[Any, ...]]]:
    """f(*primals), and the function from a cotangent, shaped like the output, to one for each primal.

    That function raises ValueError where there are not as many cotangents as outputs.

    >>> y, pull = vjp(lambda x, y: [x * y, x + y], 2.0, 3.0)
    >>> y, pull([1.0, 10.0])
    ([6.0, 5.0], (13.0, 12.0))
    """
    call = _call(f, primals, {}, range(len(primals)))

    def pull(cotangent: Any) -> tuple[Any, ...]:
        seeds, outputs = leaves(cotangent), leaves(call.output)
        if len(seeds) != len(outputs):
            raise ValueError(f"vjp: {len(seeds)} cotangents for {len(outputs)} outputs: give one for each")
        with _transforming(call.attached):
            rows = [_pull(call, y, seed) for y, seed in zip(outputs, seeds, strict=True)]
            summed = [sum(column[1:], start=column[0]) for column in zip(*rows, strict=True)]
        pulled: tuple[Any, ...] = like(call.inputs, summed)
        return pulled

    return map_leaves(lambda y: _out(call, y), call.output), pull


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
    """f(*primals), and how fast it moves when the primals move by `tangents`: forward mode.

    Raises ValueError where there are not as many tangents as primals.

    >>> jvp(lambda x, y: x * y, (2.0, 3.0), (1.0, 0.0))
    (6.0, 3.0)
    """
    directions = leaves(tangents)
    call = _call(f, primals, {}, range(len(primals)), attached=any(isinstance(t, Value) for t in directions))
    if len(directions) != len(call.wrt):
        raise ValueError(f"jvp: {len(directions)} tangents for {len(call.wrt)} primals: give one for each")
    outputs = [y for y in leaves(call.output) if isinstance(y, Value)]
    edges_of = Value.differentiable_edges if call.attached else Value.edges
    with _transforming(call.attached):
        moved = graph.tangents(outputs, dict(zip(call.wrt, directions, strict=True)), edges_of)
    return (
        map_leaves(lambda y: _out(call, y), call.output),
        map_leaves(lambda y: _like_inputs(call, moved.get(y, 0.0)), call.output),
    )


def jacobian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that returns, for each output, its derivatives in the argument: a tree of trees.

    With an array in and an array out, an array of shape outputs × inputs. Raises DomainError where a result
    is not a number.

    >>> jacobian(lambda x: [x[0] * x[1], x[0] + x[1]])([2.0, 3.0])
    [[3.0, 2.0], [1.0, 1.0]]
    """

    def rows(*args: Any, **named: Any) -> Any:
        call = _call(f, args, named, argnums)
        return map_leaves(lambda y: like(call.inputs, _pull(call, y, 1.0)), call.output)

    return rows


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that returns the second derivatives of f: the jacobian of its grad. Raises what `grad` does.

    >>> hessian(lambda x: x[0] ** 2 * x[1])([2.0, 3.0])
    [[6.0, 4.0], [4.0, 0.0]]
    """
    return jacobian(grad(f, argnums), argnums)


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The hessian of f times a direction, without the hessian: forward over reverse.

    One primal gives one tree, several give a tuple. Raises ValueError as `jvp` does.

    >>> hvp(lambda x: x[0] ** 2 * x[1], ([2.0, 3.0],), ([1.0, 0.0],))
    [6.0, 4.0]
    """
    argnums: Argnums = 0 if len(primals) == 1 else range(len(primals))
    return jvp(grad(f, argnums), primals, tangents)[1]


def _call(
    f: Callable[..., Any],
    args: Sequence[Any],
    named: dict[str, Any],
    argnums: Argnums,
    attached: bool = False,
) -> _Call:
    chosen = [argnums] if isinstance(argnums, int) else list(argnums)
    if any(not -len(args) <= k < len(args) for k in chosen):
        raise ValueError(f"argnums {argnums} of a call with {len(args)} positional arguments")
    attached = attached or DEPTH.get() > 0 or is_recording()  # numbers would be frozen
    attached = attached or any(isinstance(x, Value) for k in chosen for x in leaves(args[k]))
    new_args = list(args)
    with recording(), _transforming(True):
        for k in dict.fromkeys(chosen):
            new_args[k] = map_leaves(_fresh, args[k])
        output = f(*new_args, **named)
    inputs = args[argnums] if isinstance(argnums, int) else tuple(args[k] for k in chosen)
    return _Call(inputs, [x for k in chosen for x in leaves(new_args[k])], output, attached)


def _fresh(x: Any) -> Any:
    """A node of its own for an argument, so that its other uses do not count (no perturbation confusion)."""
    return positive(x) if isinstance(x, Value) else Value(number(x, "an argument to differentiate in"))


def _pull(call: _Call, output: Any, seed: Any) -> list[Any]:
    """∂output/∂x · seed for each x of `call.wrt`."""
    if not isinstance(output, Value):
        return [_like_inputs(call, 0.0) for _ in call.wrt]
    if call.attached or isinstance(seed, Value):
        with recording(), _transforming(True):
            found = adjoints(output, seed, call.wrt, Value.differentiable_edges)
    else:
        found = adjoints(output, float(seed), call.wrt, Value.edges)
        _refuse_nan(output, found, call.wrt)
    return [_like_inputs(call, found.get(x, 0.0)) for x in call.wrt]


def _refuse_nan(output: Value, found: dict[Any, float], wrt: list[Any]) -> None:
    if current().ieee:
        return
    if not math.isfinite(output.data):
        raise first_non_finite(topological_order(output))
    if any(math.isnan(found.get(x, 0.0)) for x in wrt):
        raise first_nan_edge(topological_order(output), found)


def _out(call: _Call, y: Any) -> Any:
    return y.data if isinstance(y, Value) and not call.attached else y


def _like_inputs(call: _Call, derivative: Any) -> Any:
    """Values in, Values out: also where the derivative is a constant."""
    if call.attached and DEPTH.get() == 0 and not isinstance(derivative, Value):
        return Value(derivative)
    return derivative


@contextmanager
def _transforming(inside: bool) -> Iterator[None]:
    token = DEPTH.set(DEPTH.get() + inside)
    try:
        yield
    finally:
        DEPTH.reset(token)
