"""Steps that people make time and again: each is a function of how many there were before."""

from __future__ import annotations

import copy
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from engines import ENGINES

from autograd import (
    DomainError,
    Tape,
    Value,
    check_claim,
    check_gradient,
    check_notes,
    compile,
    cos,
    draw,
    exp,
    explain,
    gc_paused,
    grad,
    hessian,
    ignore_domain,
    log,
    no_grad,
    relu,
    scope,
    sigmoid,
    sin,
    softplus,
    steps,
    tanh,
    where,
    zero_grad,
)
from autograd.ops import TABLE, define
from nn import MLP, SGD, fit, mean_squared_error

FUNCTIONS = (sin, cos, tanh, sigmoid, relu, softplus, exp)
X, Y = [[0.5, -1.0], [1.0, 0.25], [-0.5, 0.75]], [0.5, -0.25, 1.0]


class Step(NamedTuple):
    """What is done in a step; after how many of them all that is kept for a while is full; how dear it is."""

    do: Callable[[int], object]
    until_full: int = 4
    dear: int = 1

    def __call__(self, k: int) -> object:
        return self.do(k)


def chain(k: int, x: Value) -> Value:
    """A function of x, another one for each k below 7⁶, without a number in it."""
    for place in range(6):
        x = FUNCTIONS[k // 7**place % 7](x)
    return x


def neuron() -> Value:
    """A result with labels and gradients."""
    w, x = Value(2.0, "w"), Value(0.5, "x")
    y = tanh(w * x) ** 2 + w
    y.backward()
    return y


def _by_hand() -> Step:
    model = MLP(2, [4, 1], seed=0)

    def step(k: int) -> None:
        with gc_paused():
            loss = mean_squared_error([model(x) for x in X], Y)
            zero_grad(model.parameters())
            loss.backward()
            for p in model.parameters():
                p.data -= 0.01 * p.grad

    return Step(step)


def _fit(engine: str) -> Step:
    model = MLP(2, [4, 1], seed=0)
    optimizer = SGD(model, lr=0.01)
    return Step(
        lambda k: fit(model, X, Y, loss="mean_squared_error", optimizer=optimizer, epochs=2, engine=engine), dear=4
    )


def _replay(engine: str) -> Step:
    f = compile(lambda w, x: tanh(w[0] * x + w[1]), in_axes=(None, 0), engine=engine)
    w = np.array([2.0, -1.0])
    return Step(lambda k: f.value_and_grad(w, np.full(1 + k % 9, 0.5)))


def _prepared(engine: str) -> Step:
    w = np.array([2.0, -1.0])
    run = compile(lambda w, x: tanh(w[0] * x + w[1]), in_axes=(None, 0), engine=engine).prepare(w, np.ones(9))
    return Step(lambda k: run())


def _compiled_anew(engine: str) -> Step:
    return Step(lambda k: compile(lambda x: chain(k, x), engine=engine).value_and_grad(0.5))


def _given_functions() -> Step:
    f = compile(lambda x, g: g(x) + 1.0, engine="numpy")
    return Step(lambda k: f(0.5, lambda x: x * x), until_full=260)


def _numbers_without_end(k: int) -> object:
    return compile(lambda x: x * (k + 0.5) + x ** (0.25 * k), engine="numpy").value_and_grad(0.5)


def _branches(k: int) -> object:
    def f(x: Value) -> Value:
        with scope("part"):
            return where((x > 0.0) & (x < 1.0), x, -x) if x > 0.1 else x

    return compile(f, guards=True, engine="numpy")(np.array([-0.5, 0.5]))


def _tape_file(k: int) -> object:
    with tempfile.TemporaryDirectory() as folder:
        Tape.record(neuron()).save(Path(folder) / "tape.json")
        return Tape.load(Path(folder) / "tape.json")


def _copies(k: int) -> object:
    return pickle.loads(pickle.dumps(neuron())), copy.deepcopy(neuron()), copy.copy(neuron())


def _errors(k: int) -> object:
    try:
        return log(-abs(neuron()))
    except DomainError as error:
        return str(error)


def _blocks(k: int) -> None:
    with no_grad(), scope("a"):
        neuron_in_scope = Value(1.0) * 2.0
    with ignore_domain(), scope(f"name {k}"):
        log(neuron_in_scope * 0.0)
    with scope(f"name {k}"), scope("b"):
        Value(1.0) * 2.0


def _defined(k: int) -> None:
    bump = define("bump_of_a_step", lambda a: exp(-a * a), lambda y, a: -2.0 * a * y)
    try:
        grad(grad(bump))(0.5)
        compile(bump, engine="numpy").value_and_grad(0.5)
    finally:
        del TABLE["bump_of_a_step"]


STEPS: dict[str, Callable[[], Step]] = {
    "training by hand": _by_hand,
    "fit": lambda: _fit("replay"),
    "fit, eager": lambda: _fit("eager"),
    **{f"replay, {engine}": lambda engine=engine: _replay(engine) for engine in ENGINES},
    **{f"prepared, {engine}": lambda engine=engine: _prepared(engine) for engine in ENGINES},
    **{f"another function, {engine}": lambda engine=engine: _compiled_anew(engine) for engine in ENGINES},
    "a new function as an argument": _given_functions,
    "another constant": lambda: Step(_numbers_without_end, until_full=270),
    "branches": lambda: Step(_branches),
    "tape to a file and back": lambda: Step(_tape_file),
    "copies": lambda: Step(_copies),
    "DomainError": lambda: Step(_errors),
    "blocks": lambda: Step(_blocks, until_full=260),
    "an operation defined anew": lambda: Step(_defined),
    "grad and hessian": lambda: Step(
        lambda k: (grad(grad(sin))(0.5), hessian(lambda v: v[0] * tanh(v[1]))([1.0, 2.0]))
    ),
    "draw": lambda: Step(lambda k: draw(neuron()).svg(), dear=20),
    "explain": lambda: Step(lambda k: (lambda y: explain(y, wrt=y.parents[1], simplify=True).latex)(neuron()), dear=4),
    "steps": lambda: Step(lambda k: str(steps(neuron()))),
    "check_gradient": lambda: Step(lambda k: check_gradient(lambda w, x: tanh(w * x), [2.0, 0.5])),
    "check_claim": lambda: Step(lambda k: check_claim(lambda w, x: 2 * w * x, of=lambda w, x: w * w * x, wrt="w")),
    "check_notes": lambda: Step(
        lambda k: check_notes(r"With $z = wx$ we get $\frac{\partial z}{\partial w} = x$."), dear=4
    ),
}
