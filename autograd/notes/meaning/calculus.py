"""Derivatives in formulas: ∂L/∂w, h′(z), y′, and chains of them, taken from the graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from autograd import ops
from autograd.graph import adjoints, topological_order
from autograd.modes import recording
from autograd.notes.formulas.syntax import Derivative, Name, Node, Power
from autograd.notes.formulas.wording import readable
from autograd.notes.meaning.arrays import Array, MisfitError, entries_of, filled, scalar, shape_of
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.knowledge import Definition
from autograd.notes.meaning.world import NotCheckableError
from autograd.value import Value

MOST_DERIVATIVES = 4096  # entries of one derivative


def derivative(evaluator: Evaluates, node: Derivative, env: Env) -> Array:
    """∂of/∂wrt, of the shape of `of` and then of `wrt`. 1 over it where the two stand upside down."""
    if node.of is None:
        raise NotCheckableError("what is derived is not said")
    found = evaluator.evaluate(node.of, env)
    if not node.wrt:
        return _gradient_in_parameters(evaluator, node.of, found, env)
    for name in node.wrt:
        found = _in_one(evaluator, found, node.of, name, env)
    return found


def _gradient_in_parameters(evaluator: Evaluates, of: Node, found: Array, env: Env) -> Array:
    """∇f of f(x, y): in x and y, or in the one array that f is of."""
    known = evaluator.world.knowledge.find(of)
    names = known[1].parameters if known and isinstance(known[1], Definition) else ()
    if not names:
        raise NotCheckableError("what it is derived in is not said: write ∇ with a name below, or define f(x, y)")
    parts = [_in_one(evaluator, found, of, Name(name), env) for name in names]
    return parts[0] if len(parts) == 1 else filled(list(map(scalar, parts)), (len(parts),))


def _in_one(evaluator: Evaluates, of: Array, of_name: Node, wrt_name: Node, env: Env) -> Array:
    if isinstance(wrt_name, Power):  # ∂/∂σ² is ∂/∂σ by the derivative of σ²
        inner = _in_one(evaluator, of, of_name, wrt_name.base, env)
        outer = derivative(evaluator, Derivative(wrt_name, (wrt_name.base,)), env)
        return evaluator.world.arithmetic.divide(inner, outer)
    wrt = evaluator.evaluate(wrt_name, env)
    roots, leaves = entries_of(of), entries_of(wrt)
    if len(roots) * len(leaves) > MOST_DERIVATIVES:
        raise NotCheckableError(
            f"{len(roots)}×{len(leaves)} derivatives are more than {MOST_DERIVATIVES}: declare smaller sizes"
        )
    if not all(isinstance(x, Value) for x in leaves):
        raise NotCheckableError(f"{readable(wrt_name)} is a fixed number here: nothing can be derived in it")
    rows = [_gradient(evaluator, root, leaves) for root in roots]
    if not any(reached for _, reached in rows):
        if (upside_down := _upside_down(evaluator, of, leaves)) is not None:
            return upside_down
        evaluator.world.disconnected.append((of_name, wrt_name))
    of_shape = shape_of(of) if len(roots) != 1 else ()  # a 1×1 loss is a number
    return filled([entry for row, _ in rows for entry in row], of_shape + shape_of(wrt))


def _gradient(evaluator: Evaluates, root: Any, leaves: list[Any]) -> tuple[list[Any], bool]:
    """∂root/∂each, and whether root is computed through any of them."""
    if not isinstance(root, Value):
        return [0.0] * len(leaves), False
    found = evaluator.once(("adjoints", root), lambda: _adjoints(evaluator, root))
    return [found.get(leaf, 0.0) for leaf in leaves], any(leaf in found for leaf in leaves)


def _adjoints(evaluator: Evaluates, root: Value) -> dict[Value, Any]:
    """∂root/∂v for every node v below: other formulas will ask for others."""
    below = topological_order(root)
    evaluator.world.steps += len(below)
    with recording():
        return adjoints(root, 1.0, below, Value.differentiable_edges)


def _upside_down(evaluator: Evaluates, of: Array, leaves: list[Any]) -> Array | None:
    """dw/dL where L depends on w: 1 over dL/dw, entry by entry, which is all that it can mean."""
    roots = entries_of(of)
    if len(leaves) != 1 or not all(isinstance(root, Value) for root in roots):
        return None
    found, reached = _gradient(evaluator, leaves[0], roots)
    return filled([evaluator.world.arithmetic.divide(1.0, x) for x in found], shape_of(of)) if reached else None


def outer_derivative(evaluator: Evaluates, function: Callable[[Array], Array], argument: Array, count: int) -> Array:
    """h′ at an argument, entry by entry; h″ for a count of 2."""
    return evaluator.world.arithmetic.map(lambda x: _derived(function, x, count), argument)


def _derived(function: Callable[[Array], Array], x: Any, count: int) -> Any:
    u = ops.positive(x) if isinstance(x, Value) else Value(float(x))  # a node of its own, which ends the derivative
    found = scalar(function(u))
    for _ in range(count):
        if not isinstance(found, Value):
            return 0.0
        with recording():
            found = adjoints(found, 1.0, [u], Value.differentiable_edges).get(u, 0.0)
    return found


# ---- chains


def chained(evaluator: Evaluates, before: Node | None, factor: Node, x: Array, y: Array, sign: str) -> Array | None:
    """∂L/∂y · ∂y/∂w for an array y: a sum over all that y has. None where that is not what is multiplied."""
    if sign not in ("", "·", "×") or not isinstance(before, Derivative) or not isinstance(factor, Derivative):
        return None
    if len(before.wrt) != 1 or len(factor.wrt) != 1 or not isinstance(x, np.ndarray) or not isinstance(y, np.ndarray):
        return None
    if before.wrt[0] == factor.of:
        return _contracted(evaluator, x, y, factor.of)
    if factor.wrt[0] == before.of:
        return _contracted(evaluator, y, x, before.of)
    return None


def _contracted(evaluator: Evaluates, left: Array, right: Array, name: Node | None) -> Array:
    """Both hold the axes of the quantity between them: last on the left, first on the right."""
    count = next((n for n in range(min(left.ndim, right.ndim), 0, -1) if left.shape[-n:] == right.shape[:n]), 0)
    if not count and 1 in (left.size, right.size):
        return evaluator.world.arithmetic.product(*(scalar(x) if x.size == 1 else x for x in (left, right)))
    if not count:
        raise MisfitError(f"a chain through {readable(name)} whose parts do not fit")
    rows = left.reshape(-1, int(np.prod(left.shape[-count:])))
    columns = right.reshape(rows.shape[1], -1)
    made = evaluator.world.arithmetic.product(rows, columns).reshape(left.shape[:-count] + right.shape[count:])
    return made if made.ndim else made.item()
