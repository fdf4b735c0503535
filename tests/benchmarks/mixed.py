"""One graph of mixed operations (`eager.program`), on numbers of its own for every sample: values and gradients."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

import numpy as np
from contest import Prepared, seconds, timed
from eager import engine, program

LEAVES = 64
Array = Any


def inputs(samples: str) -> Array:
    """(leaves, samples)"""
    return np.random.default_rng(1).uniform(-1.0, 1.0, (LEAVES, int(samples)))


def ends(values: Array, gradients: Array) -> dict[str, list[float]]:
    """What is checked: the first sample and the last. `gradients` is (leaves, samples)."""
    return {"values": np.take(values, [0, -1]).tolist(), "gradients": gradients[:, [0, -1]].ravel().tolist()}


# ---- contenders


def eager(operations: str, samples: str, name: str = "autograd") -> Prepared:
    """A graph of Values, built, back-propagated and freed at every run; cycles are collected between runs."""
    Value, X, length = engine(name), inputs(samples), int(operations)
    gc.disable()

    def run(column: Array) -> tuple[float, list[float]]:
        leaves = list(map(Value, column.tolist()))
        root = program(leaves, length)
        root.backward()
        return root.data, [leaf.grad for leaf in leaves]

    values, gradients = zip(*(run(column) for column in X.T[[0, -1]]), strict=True)
    return Prepared(ends(np.array(values), np.array(gradients).T), timed(lambda: run(X[:, 0]), length, gc.collect))


def replayed(operations: str, samples: str, name: str) -> Prepared:
    """Recorded once."""
    X, function = inputs(samples).T.copy(), compiled(operations, name)
    values, gradients = function.value_and_grad(X)
    run = timed(lambda: function.value_and_grad(X), int(operations) * int(samples))
    return Prepared(ends(values, gradients.T), run)


def compiled(operations: str, name: str = "auto") -> Any:
    """A function of an array of leaves."""
    from autograd import compile

    return compile(lambda x: program(x.tolist(), int(operations)), engine=name)


def in_casadi(operations: str, samples: str) -> Prepared:
    """CasADi's virtual machine, mapped over the samples."""
    run, values, gradients = casadi_run(operations, inputs(samples))
    run()
    return Prepared(ends(values, gradients), timed(run, int(operations) * int(samples)))


def casadi_run(operations: str, X: Array) -> tuple[Callable[[], Any], Array, Array]:
    """What computes values (samples,) and gradients (leaves, samples) in place."""
    import casadi

    x, samples = casadi.SX.sym("x", LEAVES), X.shape[1]
    y = program(casadi.vertsplit(x), int(operations))
    function = casadi.Function("f", [x], [y, casadi.gradient(y, x)], {"cse": True})
    buffer, evaluate = (function.map(samples) if samples > 1 else function).buffer()
    arrays = X.T.ravel(), np.zeros(samples), np.zeros(samples * LEAVES)
    buffer.set_arg(0, memoryview(arrays[0]))
    buffer.set_res(0, memoryview(arrays[1]))
    buffer.set_res(1, memoryview(arrays[2]))

    def run(kept: Any = (buffer, arrays)) -> None:  # evaluate knows them by address
        evaluate()

    return run, arrays[1], arrays[2].reshape(samples, LEAVES).T


# ---- what comes before the first run


def recording(operations: str, part: str) -> Prepared:
    """From a graph of Values to its tape, or from a function, which makes that graph first."""
    from autograd import Tape, Value

    x = inputs("1").T

    def measure() -> float:
        if part == "a function":
            return seconds(lambda: compiled(operations).record(x)) / int(operations)
        leaves = list(map(Value, x[0].tolist()))
        output = program(leaves, int(operations))
        return seconds(lambda: Tape.record(output, leaves)) / int(operations)

    measure()
    return Prepared({}, measure)


def ready(operations: str, samples: str, name: str) -> Prepared:
    """From a function to its first values and gradients; not the first function of the process."""
    X = inputs(samples)

    def first() -> tuple[Array, Array]:
        if name == "casadi":
            run, values, gradients = casadi_run(operations, X)
            run()
            return values, gradients
        values, gradients = compiled(operations, name).value_and_grad(X.T)
        return values, gradients.T

    results = ends(*first())
    return Prepared(results, lambda: seconds(first) / int(operations))
