"""What the contenders that replay have in common: a graph, recorded, and run by an engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any

from autograd import Value

ENGINES = {"numpy": "NumpyEngine", "numba": "NumbaEngine"}


def replay(output: Value, shared: Sequence[Value], batch: Sequence[Value], engine: str) -> Callable[[Any, Any, Any], Any]:
    """A function of (shared inputs,), (batched inputs, samples) and seeds (samples,) to outputs and gradients.

    The gradients are those in the shared inputs, or, where there are none, in the batched ones.
    """
    from autograd.replay.plan import plan
    from autograd.replay.recording import recorded

    program = recorded([output], [*shared, *batch]).program
    batched = [False] * len(shared) + [True] * len(batch)
    wanted = [not shared or not flag for flag in batched]
    runner = getattr(import_module(f"autograd.replay.{engine}_engine"), ENGINES[engine])(plan(program, batched, wanted))
    return lambda P, X, seeds: runner.gradients(P, X, [seeds])
