"""A plan as a JAX function: group by group, never node by node, so that it compiles in seconds."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

import jax.numpy as jnp

from autograd import ops
from autograd.ops import Nary
from autograd.replay.jax import nary
from autograd.replay.jax.blocks import Blocks
from autograd.replay.jax.rows import row
from autograd.replay.plan import Group, Plan, S, V, X

Array = Any  # of JAX, or what stands for one while JAX traces


def lowered(plan: Plan) -> Callable[[Array, Array], list[Array]]:
    """The program as a function of (shared inputs,) and (batched inputs, samples), that gives the outputs: () each, or
    (samples,).

    It is made of jax.numpy alone, and so can be compiled, differentiated, vectorised and sharded. It computes in the
    type of the inputs: in double precision where jax_enable_x64 is set, and matrix products in the precision that
    jax_default_matmul_precision says. Compiling takes some 20 ms for each group of the plan: seconds for 10⁵ operations
    that stand side by side, but too long for as many that stand one after another.

    Raises TypeError where an operation is a user's own and computes with floats.
    """
    for op in plan.program.rows:
        if not isinstance(op, Nary):
            row(op)

    def replay(shared: Array, batch: Array) -> list[Array]:
        kind = jnp.result_type(shared, batch, float)
        constants = jnp.asarray(plan.program.constants, kind)
        stores = {
            S: Blocks(jnp.asarray(shared, kind)[:, None], constants[:, None]),
            X: Blocks(jnp.asarray(batch, kind)),
            V: Blocks(),
        }
        for group in plan.groups:
            y = _results(plan, group, Operands(group, stores))
            length = batch.shape[1] if group.store == V else 1
            stores[group.store].append(jnp.broadcast_to(y, (group.count, length)).astype(kind))
        found = [(int(plan.store[node]), plan.row[[node]]) for node in plan.program.outputs]
        return [stores[store].take(places)[(0, 0) if store == S else 0] for store, places in found]

    return replay


class Operands:
    """The operands of a group as arrays, rows of one number a sample, or of one number for all samples."""

    def __init__(self, group: Group, stores: dict[int, Blocks]) -> None:
        self.places, self.stores = group.places, [stores[k] for k in group.stores]

    def column(self, k: int) -> Array:
        """Operand k of each instruction: (count, samples or 1)."""
        return self.stores[k].take(self.places[:, k])

    def table(self, first: int, last: int, common: bool = False) -> Array:
        """Operands `first` to `last` - 1: (count, operands, samples or 1), where a count of 1 is enough if `common`."""
        places = self.places[:1] if common else self.places
        runs = [list(run) for _, run in groupby(range(first, last), key=lambda k: id(self.stores[k]))]
        parts = [self.stores[run[0]].table(places[:, run[0] : run[-1] + 1]) for run in runs]
        length = max(part.shape[-1] for part in parts)
        parts = [jnp.broadcast_to(part, (*part.shape[:2], length)) for part in parts]
        return parts[0] if len(parts) == 1 else jnp.concatenate(parts, 1)


def _results(plan: Plan, group: Group, operands: Operands) -> Array:
    """What a group computes: (count, samples or 1)."""
    op, count = group.op, len(group.stores)
    if op is ops.dot:
        return _dot(group, operands)
    if op is ops.softmax_output:
        which = plan.program.constants[group.places[:, 0] - len(plan.shared)].astype(int)
        return Blocks(nary.softmax(operands.table(1, count, common=True))[0]).take(which)
    if isinstance(op, Nary):
        return nary.OF_ONE_ARRAY[op](operands.table(0, count))
    return row(op)(*jnp.broadcast_arrays(*map(operands.column, range(count))))


def _dot(group: Group, operands: Operands) -> Array:
    """A matrix product where all samples share the weights."""
    n = len(group.stores) // 2
    bias = operands.column(2 * n)
    if not n:
        return bias
    weights, inputs = operands.table(0, n), operands.table(n, 2 * n, common=True)
    if weights.shape[-1] == 1:
        return jnp.matmul(weights[..., 0], inputs[0]) + bias
    return nary.total(weights * inputs) + bias
