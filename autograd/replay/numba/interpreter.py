"""Runs a plan's kernels over blocks of samples: compiled once for all programs, and kept on disk."""

# mypy: disable-error-code="no-untyped-def, untyped-decorator"

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from hashlib import sha256
from inspect import getsource
from typing import Any

from llvmlite import ir
from numba import cfunc, float64, int64, njit, types, uint32, void
from numba.extending import intrinsic

from autograd.replay.numba import affine, kernels, nary, primitives

KERNELS = (kernels, nary, affine)
POINTER, PLACES = types.CPointer(float64), types.CPointer(uint32)
# row, count, places, S, V, dS, dV, lanes, wanted
KERNEL = void(int64, int64, PLACES, POINTER, POINTER, POINTER, POINTER, int64, int64)


def _kept(compiler: Callable[..., Any], function: Callable[..., Any]) -> Any:
    """The function compiled, and kept on disk; or just compiled: where nothing can be written, or it was damaged."""
    try:
        return compiler(cache=True)(function)
    except Exception:
        return compiler(cache=False)(function)


@cache
def kernel(name: str) -> Any:
    """The compiled kernel of that name. Compiling one takes a tenth of a second, loading it a thousandth."""
    (module,) = (m for m in KERNELS if hasattr(m, name))
    function = getattr(module, name)
    function.__qualname__ = f"{name}_{_version()}"
    return _kept(partial(cfunc, KERNEL, error_model="numpy"), function)


@cache
def _version() -> str:
    """Of the source of all kernels: numba compiles anew what is in a changed file, not what calls functions of it."""
    try:
        sources = "".join(getsource(module) for module in (primitives, *KERNELS))
    except OSError:  # there is no source, but in an executable: numba looks at that
        return ""
    return sha256(sources.encode()).hexdigest()[:12]


@intrinsic
def _call(_, address, row, count, places, S, V, dS, dV, lanes, wanted):
    """Calls the function at an address: numba has no indirect call that costs nothing more."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        whole, number = ir.IntType(64), ir.DoubleType().as_pointer()
        kinds = [whole, whole, ir.IntType(32).as_pointer(), number, number, number, number, whole, whole]
        kernel = builder.inttoptr(arguments[0], ir.FunctionType(ir.VoidType(), kinds).as_pointer())
        given = [
            builder.inttoptr(x, kind) if isinstance(kind, ir.PointerType) else x
            for x, kind in zip(arguments[1:], kinds, strict=True)
        ]
        builder.call(kernel, given)
        return context.get_dummy_value()

    return void(*[int64] * 10), generate


@intrinsic
def _pointer(_, address):
    """The numbers at an address: unlike an array, it is read without a look at the sign of the index."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.inttoptr(arguments[0], ir.DoubleType().as_pointer())

    return POINTER(int64), generate


@njit(inline="always")
def _load(batch, start, lanes, to):
    """The rows of a batch, the samples from `start`, one after the other: a few rows at a time, if samples are."""
    across, along = batch.strides[0] // 8, batch.strides[1] // 8
    given = _pointer(batch.ctypes.data + start * batch.strides[1])
    if along == 1:
        for j in range(batch.shape[0]):
            for lane in range(lanes):
                to[j * lanes + lane] = given[j * across + lane]
    else:
        for first in range(0, batch.shape[0], 8):
            for lane in range(lanes):
                for j in range(first, min(first + 8, batch.shape[0])):
                    to[j * lanes + lane] = given[j * across + lane * along]


@njit(inline="always")
def _execute(calls, S, V, dS, dV, lanes):
    """Every line: a kernel's address, row, count, the address of its places, what is wanted."""
    for k in range(calls.shape[0]):
        _call(calls[k, 0], calls[k, 1], calls[k, 2], calls[k, 3], S, V, dS, dV, lanes, calls[k, 4])


CALLS = types.Array(int64, 2, "C", readonly=True)
ROWS = types.Array(int64, 1, "C", readonly=True)
NUMBERS = float64[::1]
TABLE = types.Array(float64, 2, "A")
GIVEN = types.Array(float64, 1, "A", readonly=True)
BATCH = types.Array(float64, 2, "A", readonly=True)


def _run(
    shared_calls, shared_back, batch_calls, batch_back, spread, results, shared, batch, seeds,
    S, V, dS, dV, begin, end, block, outputs, gradient,
):  # fmt: skip
    """Forwards, and back where there are seeds, for the samples from `begin` to `end`.

    V has the rows of the batch first. `spread` are pairs of rows, of V and S: each sample gets the number of S.
    `results` are the rows of the outputs: those of V counted from 0, those of S from −1 down. Loops are written out:
    an assignment to a slice takes numba a quarter of a second to compile.
    """
    inputs, rows = batch.shape[0], V.shape[0] // block
    backwards = seeds.shape[0] > 0
    s, v, ds, dv = S.ctypes.data, V.ctypes.data, dS.ctypes.data, dV.ctypes.data
    of_batch, moved = _pointer(v), _pointer(dv)
    for j in range(shared.shape[0]):
        S[j] = shared[j]
    _execute(shared_calls, s, s, ds, ds, 1)
    if backwards:
        for j in range(dS.shape[0]):
            dS[j] = 0.0
    for j in range(results.shape[0]):
        if results[j] < 0:
            for k in range(begin, end):
                outputs[j, k] = S[-1 - results[j]]
            if backwards and begin == 0:  # once, though several threads may run
                dS[-1 - results[j]] += seeds[j, 0]
    for start in range(begin, end, block):
        lanes = min(block, end - start)
        _load(batch, start, lanes, of_batch)
        for j in range(spread.shape[0]):
            for lane in range(lanes):
                of_batch[spread[j, 0] * lanes + lane] = S[spread[j, 1]]
        _execute(batch_calls, s, v, ds, dv, lanes)
        for j in range(results.shape[0]):
            if results[j] >= 0:
                for lane in range(lanes):
                    outputs[j, start + lane] = of_batch[results[j] * lanes + lane]
        if backwards:
            for k in range((inputs - gradient.shape[0]) * lanes, rows * lanes):
                moved[k] = 0.0
            for j in range(results.shape[0]):
                if results[j] >= 0:
                    for lane in range(lanes):
                        moved[results[j] * lanes + lane] += seeds[j, start + lane]
            _execute(batch_back, s, v, ds, dv, lanes)
            for j in range(spread.shape[0]):
                for lane in range(lanes):
                    dS[spread[j, 1]] += moved[spread[j, 0] * lanes + lane]
            for j in range(gradient.shape[0]):
                for lane in range(lanes):
                    gradient[j, start + lane] = moved[j * lanes + lane]
    if backwards:
        _execute(shared_back, s, s, ds, ds, 1)


SIGNATURE = void(*[CALLS] * 5, ROWS, GIVEN, BATCH, BATCH, *[NUMBERS] * 4, *[int64] * 3, TABLE, TABLE)
run = _kept(partial(njit, SIGNATURE, nogil=True, error_model="numpy"), _run)
