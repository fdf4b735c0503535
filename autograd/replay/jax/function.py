"""A tape as a function of JAX arrays, in the shapes of its arguments and results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

import jax.numpy as jnp

from autograd.replay.jax.engine import lowered
from autograd.replay.layout import Layout, Leaf, arrays_of, leaves_like, per_number, rebuilt
from autograd.replay.plan import plan
from autograd.replay.program import Program
from autograd.value import Value


def jax_function(program: Program, inputs: Layout, results: Layout, captured: Sequence[Value]) -> Callable[..., Any]:
    """The function of such arguments. Parameters keep the numbers that they have now."""
    parameters = [v.data for v in captured]

    @cache
    def lowered_for(batched: tuple[bool, ...]) -> Callable[[Any, Any], list[Any]]:
        flags = [*per_number(inputs.leaves, batched).tolist(), *[False] * len(parameters)]
        return lowered(plan(program, flags, [False] * program.inputs))  # JAX finds out what is wanted

    lowered_for((False,) * len(inputs.leaves))  # refuses at once what can't be lowered

    def replay(*args: Any) -> Any:
        leaves = leaves_like(inputs.tree, args)
        if leaves is None:
            raise ValueError("replay: the arguments are not trees like those recorded")
        arrays = [jnp.asarray(x) for x in leaves]
        batched = tuple(_is_batched(leaf, x) for leaf, x in zip(inputs.leaves, arrays, strict=True))
        shared = [x.ravel() for x, many in zip(arrays, batched, strict=True) if not many]
        batch = [x.reshape(len(x), -1).T for x, many in zip(arrays, batched, strict=True) if many]
        samples = {x.shape[1] for x in batch} or {1}
        if len(samples) > 1:
            raise ValueError(f"replay: the arguments have {sorted(samples)} samples: give as many of each")
        kind = jnp.result_type(*arrays, float)  # that of the arguments, where they are not whole numbers
        outputs = lowered_for(batched)(
            jnp.concatenate([*shared, jnp.asarray(parameters, kind)]),
            jnp.concatenate([*batch, jnp.zeros((0, samples.pop()), kind)]),
        )
        return rebuilt(results.tree, iter(arrays_of(results.leaves, outputs, jnp)))

    return replay


def _is_batched(leaf: Leaf, x: Any) -> bool:
    if x.shape == leaf.shape:
        return False
    if x.shape[1:] == leaf.shape and len(x):
        return True
    raise ValueError(f"replay: {leaf.path} has shape {x.shape}: it was recorded with {leaf.shape}, for one sample")
