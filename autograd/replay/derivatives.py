"""Programs of derivatives, made of a program by the table's rows: how outputs move, forwards; a gradient, backwards.

The rows' formulas are applied to nodes of a new program, as they are to symbols and to Values.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from autograd import ops
from autograd.ops import Nary, Operation, Operators
from autograd.replay.program import Builder, Program


class Node(Operators):
    """A node of a program that is being built. Operations of it are appended."""

    __slots__ = ("builder", "name", "scope")

    def __init__(self, builder: Builder, name: int, scope: int) -> None:
        self.builder, self.name, self.scope = builder, name, scope

    @staticmethod
    def __operation__(op: Operation, operands: Sequence[Any]) -> Any:
        """`op` of nodes and numbers."""
        some = next(x for x in operands if isinstance(x, Node))
        builder = some.builder
        names = tuple(x.name if isinstance(x, Node) else builder.constant(float(x)) for x in operands)
        name = builder.append(op, names, some.scope)
        known = builder.number(name)
        return Node(builder, name, some.scope) if known is None else known

    # fmt: off
    def __lt__(self, other: Any) -> Any: return ops.less(self, other)
    def __le__(self, other: Any) -> Any: return ops.less_equal(self, other)
    def __gt__(self, other: Any) -> Any: return ops.greater(self, other)
    def __ge__(self, other: Any) -> Any: return ops.greater_equal(self, other)
    # fmt: on

    def __bool__(self) -> bool:
        raise TypeError("a node has no number yet, so `if` can't choose: write where(condition, a, b)")


class _Copy:
    """A new program that begins with the instructions of another."""

    def __init__(self, program: Program, more_inputs: int = 0) -> None:
        self.program = program
        self.builder = builder = Builder(program.inputs + more_inputs)
        names = builder.include(program, range(program.inputs))
        scopes = [0] * program.first + [builder.scopes[program.scopes[k]] for k in program.scope_of]
        self.nodes: list[Any] = [
            Node(builder, name, scope) if (known := builder.number(name)) is None else known
            for name, scope in zip(names, scopes, strict=True)
        ]

    def locals_of(self, k: int) -> tuple[list[int], list[Any]]:
        """The operands of an instruction that are no constants, and the local derivatives in them."""
        program, y = self.program, self.nodes[self.program.first + k]
        op, operands = program.rows[program.codes[k]], program.operands_of(k).tolist()
        values = [self.nodes[x] for x in operands]
        moving = [j for j, x in enumerate(values) if isinstance(x, Node)]
        if isinstance(op, Nary):
            partials = op.all_partials(y, values)
            return [operands[j] for j in moving], [partials[j] for j in moving]
        return [operands[j] for j in moving], [op.partials[j](y, *values) for j in moving]

    def finish(self, outputs: Sequence[Any]) -> Program:
        """The program of these nodes and numbers."""
        return self.builder.finish([x.name if isinstance(x, Node) else self.builder.constant(x) for x in outputs])


def tangents(program: Program) -> Program:
    """The program of how outputs move: its inputs are those of `program`, then as many tangents."""
    copy = _Copy(program, program.inputs)
    moved: dict[int, Any] = {k: Node(copy.builder, program.inputs + k, 0) for k in range(program.inputs)}
    for k in range(len(program)):
        node = program.first + k
        if not isinstance(copy.nodes[node], Node):
            continue
        if program.rows[program.codes[k]] is ops.where:  # what is not chosen may not be a number
            condition, a, b = program.operands_of(k).tolist()
            if a in moved or b in moved:
                moved[node] = ops.where(copy.nodes[condition], moved.get(a, 0.0), moved.get(b, 0.0))
            continue
        operands, locals_ = copy.locals_of(k)
        terms = [moved[x] * d for x, d in zip(operands, locals_, strict=True) if x in moved and not _is_zero(d)]
        if terms:
            moved[node] = sum(terms[1:], start=terms[0])
    return copy.finish([moved.get(x, 0.0) for x in program.outputs.tolist()])


def gradient(program: Program, wanted: Sequence[int]) -> Program:
    """The program of the derivatives of the one output in the wanted inputs. Raises ValueError for several outputs."""
    if len(program.outputs) != 1:
        raise ValueError(f"a gradient is of one output, and the program has {len(program.outputs)}")
    copy = _Copy(program)
    found: dict[int, Any] = {int(program.outputs[0]): 1.0}
    for k in range(len(program) - 1, -1, -1):
        node = program.first + k
        if node not in found or not isinstance(copy.nodes[node], Node):
            continue
        above = found[node]
        if program.rows[program.codes[k]] is ops.where:
            condition, a, b = program.operands_of(k).tolist()
            chosen = copy.nodes[condition]
            pairs = [(a, ops.where(chosen, above, 0.0)), (b, ops.where(chosen, 0.0, above))]
        else:
            operands, locals_ = copy.locals_of(k)
            pairs = [(x, above * d) for x, d in zip(operands, locals_, strict=True) if not _is_zero(d)]
        for x, term in pairs:
            found[x] = found[x] + term if x in found else term
    return copy.finish([found.get(k, 0.0) for k in wanted])


def _is_zero(x: Any) -> bool:
    return isinstance(x, float) and x == 0.0
