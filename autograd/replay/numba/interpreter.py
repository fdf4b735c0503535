"""Runs a plan's kernels over blocks of samples: compiled once for all programs, and kept on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from hashlib import sha256
from inspect import getsource
from typing import Any

import numpy as np
from llvmlite import ir
from numba import boolean, cfunc, float64, int64, njit, types, uint32, void
from numba.extending import intrinsic

from autograd.replay.numba import affine, kernels, nary, primitives
from autograd.replay.program import Ints

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
def _execute(program, part, S, V, dS, dV, lanes):
    """Every line: a kernel's address, row, count, the address of its places, what is wanted."""
    for k in range(program[part], program[part + 1], 5):
        _call(program[k], program[k + 1], program[k + 2], program[k + 3], S, V, dS, dV, lanes, program[k + 4])


def packed(rows: int, parts: Sequence[Ints]) -> Ints:
    """A program as one array: where its six parts begin, and end, the rows of S, and the parts.

    They are the calls that compute what samples share, those of its way back, both again of the samples' own numbers,
    pairs of rows of V and S (each sample gets the number of S), and the rows of the outputs: those of V counted from 0,
    those of S from −1 down.
    """
    ends = np.cumsum([len(parts) + 2, *(part.size for part in parts)])
    return np.concatenate([ends, [rows], *(part.ravel() for part in parts)]).astype(np.int64)


PROGRAM = types.Array(int64, 1, "C", readonly=True)
MEMORY = float64[::1]
TABLE = types.Array(float64, 2, "A")
GIVEN = types.Array(float64, 1, "A", readonly=True)
BATCH = types.Array(float64, 2, "A", readonly=True)


def _run(program, memory, shared, batch, seeds, outputs, gradient, begin, end, block, is_loaded):
    """Forwards, and back where there are seeds, for the samples from `begin` to `end`.

    The memory is S, dS, V and dV, one after the other; V has the rows of the batch first, and the batch is there
    already if loaded. Loops are written out: an assignment to a slice takes numba a quarter of a second to compile.
    """
    of_all, first, last = program[7], program[5], program[6]
    inputs, rows = batch.shape[0], (memory.shape[0] // 2 - of_all) // block
    backwards = seeds.shape[0] > 0
    s = memory.ctypes.data
    ds, v = s + 8 * of_all, s + 16 * of_all
    dv = v + 8 * rows * block
    of_shared, moved_shared, of_batch, moved = _pointer(s), _pointer(ds), _pointer(v), _pointer(dv)
    for j in range(shared.shape[0]):
        of_shared[j] = shared[j]
    _execute(program, 0, s, s, ds, ds, 1)
    if backwards:
        for j in range(of_all):
            moved_shared[j] = 0.0
    for j in range(first, last):
        if program[j] < 0:
            for k in range(begin, end):
                outputs[j - first, k] = of_shared[-1 - program[j]]
            if backwards and begin == 0:  # once, though several threads may run
                moved_shared[-1 - program[j]] += seeds[j - first, 0]
    for start in range(begin, end, block):
        lanes = min(block, end - start)
        if not is_loaded:
            _load(batch, start, lanes, of_batch)
        for j in range(program[4], program[5], 2):
            for lane in range(lanes):
                of_batch[program[j] * lanes + lane] = of_shared[program[j + 1]]
        _execute(program, 2, s, v, ds, dv, lanes)
        for j in range(first, last):
            if program[j] >= 0:
                for lane in range(lanes):
                    outputs[j - first, start + lane] = of_batch[program[j] * lanes + lane]
        if backwards:
            for k in range((inputs - gradient.shape[0]) * lanes, rows * lanes):
                moved[k] = 0.0
            for j in range(first, last):
                if program[j] >= 0:
                    for lane in range(lanes):
                        moved[program[j] * lanes + lane] += seeds[j - first, start + lane]
            _execute(program, 3, s, v, ds, dv, lanes)
            for j in range(program[4], program[5], 2):
                for lane in range(lanes):
                    moved_shared[program[j + 1]] += moved[program[j] * lanes + lane]
            for j in range(gradient.shape[0]):
                for lane in range(lanes):
                    gradient[j, start + lane] = moved[j * lanes + lane]
    if backwards:
        _execute(program, 1, s, s, ds, ds, 1)


SIGNATURE = void(PROGRAM, MEMORY, GIVEN, BATCH, BATCH, TABLE, TABLE, int64, int64, int64, boolean)
run = _kept(partial(njit, SIGNATURE, nogil=True, error_model="numpy"), _run)
