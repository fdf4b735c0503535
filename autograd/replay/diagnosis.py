"""Why a run gave what is no number: the sample is found, and its graph computed again as Values, which tell."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from autograd import ops
from autograd.errors import DomainError
from autograd.modes import recording
from autograd.ops import Nary, Operation
from autograd.replay.program import Floats, Program
from autograd.value import Value, data_of


def on_values(program: Program, inputs: Sequence[Value]) -> list[Any]:
    """Every node of the program, of these inputs: the graph of one sample.

    Raises DomainError where an operation leaves its domain: it names the instruction and its scope, too.
    """
    nodes: list[Any] = [*inputs, *program.constants.tolist()]
    with recording():
        for k in range(len(program)):
            operands = [nodes[x] for x in program.operands_of(k).tolist()]
            try:
                nodes.append(applied(program.rows[program.codes[k]], operands))
            except DomainError as error:
                raise error.retold(f"{place(program, k)}: {error}") from None
    return nodes


def applied(op: Operation, operands: Sequence[Any]) -> Any:
    """`op` of operands as a program lists them."""
    if not isinstance(op, Nary):
        return op(*operands)
    if op is ops.dot:
        half = len(operands) // 2
        return op(operands[:half], operands[half:-1], operands[-1])
    return op(int(operands[0]), operands[1:]) if op is ops.softmax_output else op(operands)


def place(program: Program, instruction: int) -> str:
    """An instruction as listings number it, and its scope."""
    scope = program.scopes[program.scope_of[instruction]]
    return f"%{program.first + instruction}" + (f" ({' / '.join(scope)})" if scope else "")


def first_that(fails: Callable[[int, int], bool], samples: int) -> int:
    """The first sample for which a run fails, by halving: `fails(begin, end)` says it of those in between."""
    begin, end = 0, samples
    while end - begin > 1:
        middle = (begin + end) // 2
        begin, end = (begin, middle) if fails(begin, middle) else (middle, end)
    return begin


def report(program: Program, numbers: Floats, labels: Sequence[str], sample: int | None, seed: float) -> DomainError:
    """The error of a run on these inputs, with `seed` above: a result is not finite, or a derivative is nan."""
    where = "replay" if sample is None else f"replay: sample {sample}"
    inputs = [Value(x, label) for x, label in zip(numbers.tolist(), labels, strict=True)]
    try:
        nodes = on_values(program, inputs)
    except DomainError as error:
        return error.retold(f"{where}: {error}")
    try:
        for output in program.outputs.tolist():
            if isinstance(nodes[output], Value):
                nodes[output].backward(seed)
    except DomainError as error:
        places = (place(program, k) + ": " for k in range(len(program)) if _is_about(error, nodes[program.first + k]))
        return error.retold(f"{where}: {next(places, '')}{error}")
    return DomainError(f"{where}: a derivative is not a number, though the result and its gradient are")


def _is_about(error: DomainError, node: Any) -> bool:
    if not isinstance(node, Value) or node.op is None or node.op.name != error.op:
        return False
    return tuple(map(data_of, node.operands)) == error.operands


def sound(outputs: Sequence[Any], rates: Sequence[Any] = ()) -> bool:
    """Whether all outputs are finite, and no rate, or gradient, is nan; None stands for none.

    A sum of squares is finite only if all of them are; it is nan only if one is; and it is found sooner.
    """
    for y in outputs:
        if not math.isfinite(np.vdot(y, y)) and not np.isfinite(y).all():
            return False
    return not any([rate is not None and math.isnan(np.vdot(rate, rate)) for rate in rates])
