"""One graph of mixed operations (`eager.program`), on numbers of its own for every sample: values and gradients."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from contest import Prepared, seconds, timed
from eager import engine, program
from ours import replay

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
    """A graph of Values, built, back-propagated and freed at every run; the garbage collector pauses."""
    Value, X, length = engine(name), inputs(samples), int(operations)
    gc.disable()

    def run(column: Array) -> tuple[float, list[float]]:
        leaves = list(map(Value, column.tolist()))
        root = program(leaves, length)
        root.backward()
        return root.data, [leaf.grad for leaf in leaves]

    values, gradients = zip(*(run(column) for column in X.T[[0, -1]]), strict=True)
    return Prepared(ends(np.array(values), np.array(gradients).T), timed(lambda: run(X[:, 0]), length))


def replayed(operations: str, samples: str, name: str) -> Prepared:
    """Recorded once."""
    X, seeds = inputs(samples), np.ones(int(samples))
    run = replay(*graph(operations), name)
    found = run(np.zeros(0), X, seeds)
    operations_run = int(operations) * int(samples)
    return Prepared(ends(found.outputs[0], found.batch), timed(lambda: run(np.zeros(0), X, seeds), operations_run))


def graph(operations: str) -> tuple[Any, list[Any], list[Any]]:
    """Its output, what it shares between samples (nothing), and its leaves."""
    from autograd import Value

    leaves = list(map(Value, inputs("1")[:, 0].tolist()))
    return program(leaves, int(operations)), [], leaves


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
    """From a graph of Values to its program, or from a function, which has to make that graph."""
    from autograd.replay.recording import recorded

    def measure() -> float:
        start = time.perf_counter()
        output, _, leaves = graph(operations)
        if part == "graph":
            start = time.perf_counter()
        recorded([output], leaves)
        return (time.perf_counter() - start) / int(operations)

    measure()
    return Prepared({}, measure)


def ready(operations: str, samples: str, name: str) -> Prepared:
    """From a function to its first values and gradients; not the first function of the process."""
    X, seeds, nothing = inputs(samples), np.ones(int(samples)), np.zeros(0)

    def first() -> tuple[Array, Array]:
        if name == "casadi":
            run, values, gradients = casadi_run(operations, X)
            run()
            return values, gradients
        found = replay(*graph(operations), name)(nothing, X, seeds)
        return found.outputs[0], found.batch

    results = ends(*first())
    return Prepared(results, lambda: seconds(first) / int(operations))
