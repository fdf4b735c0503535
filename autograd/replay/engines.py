"""Which engine runs a program."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec

from autograd import ops
from autograd.errors import not_installed
from autograd.replay.engine import Engine
from autograd.replay.plan import Plan, S, V

ENGINES = ("auto", "numpy", "numba")
LARGE = 64 * 64  # weights of a layer from which on a matrix product is faster


def engine_for(name: str) -> Callable[[Plan], Engine]:
    """What makes an engine of that name.

    "auto" is numba where it is installed and has kernels for all operations, but numpy where most of the work is in
    layers of more than 64 × 64 weights.

    Raises ValueError for an unknown name, ImportError where numba is asked for and not installed.
    """
    if name not in ENGINES:
        raise ValueError(f"engine {name!r} is unknown; there are {', '.join(ENGINES)}")
    if name == "numba" and not find_spec("numba"):
        raise not_installed("engine='numba'", "numba", "fast")
    return {"auto": _suited, "numpy": _numpy, "numba": _numba}[name]


def _numpy(plan: Plan) -> Engine:
    from autograd.replay.numpy.engine import NumpyEngine

    return NumpyEngine(plan)


def _numba(plan: Plan) -> Engine:
    from autograd.replay.numba.engine import NumbaEngine

    return NumbaEngine(plan)


def _suited(plan: Plan) -> Engine:
    own = any(op.users_own for op in plan.program.rows)
    if not (own or _mostly_large(plan)):
        with suppress(ImportError):  # not installed, or too old for this NumPy
            return _numba(plan)
    return _numpy(plan)


def _mostly_large(plan: Plan) -> bool:
    """Whether most multiplications are those of large layers."""
    layers = [g for g in plan.groups if g.op is ops.dot and g.store == V and S in g.stores]
    sizes = [g.count * (g.places.shape[1] // 2) for g in layers]
    return bool(sum(size for size in sizes if size >= LARGE) > sum(sizes) / 2)
