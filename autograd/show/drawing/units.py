"""What a graph is made of, data aside: operations and their operands, a sum of many terms as one operation.

A sum adds up in some order, as e1 + e2 + e3 does, and its terms are alike nevertheless.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

from autograd.ops import Nary, add, dot, mul, power, softmax_output, sub
from autograd.show.drawing.wiring import Wiring
from autograd.value import Value

CHAINS = {add: "sum", sub: "sum", mul: "product"}

Operand = tuple[int, int]  # its place, and the number of the unit that it is


class Unit(NamedTuple):
    """A node, or a chain of additions or of products: what it is, and its operands."""

    what: Hashable
    operands: list[Operand]


class Units(NamedTuple):
    """A graph with each chain as one unit: its units in topological order, and by number the unit of each node."""

    parts: list[Unit]
    of: list[int]


def units(wiring: Wiring, fixed: Sequence[Hashable], ordered: bool = True) -> Units:
    """The units of a graph; a `fixed` node (not None) is no link of a chain.

    Unless `ordered`, it does not matter which term of a `dot`, or output of a softmax, an operand is in.
    """
    last = _last_links(wiring, fixed)
    chains = {end for k, end in enumerate(last) if end != k}
    operands: list[list[Operand]] = [[] for _ in last]  # of a unit, by the number of its last node
    number: dict[int, int] = {}  # in the same way
    found: list[Unit] = []
    for k, node in enumerate(wiring.nodes):
        slots = (slot for slot, x in enumerate(node.operands) if isinstance(x, Value))
        for slot, parent in zip(slots, wiring.parents[k], strict=True):
            if last[parent] != last[k]:
                operands[last[k]].append((_place(node, slot, last[k] in chains, ordered), number[last[parent]]))
        if last[k] == k:
            number[k] = len(found)
            found.append(Unit(_what(node, k in chains), operands[k]))
    return Units(found, [number[end] for end in last])


def _last_links(wiring: Wiring, fixed: Sequence[Hashable]) -> list[int]:
    """By number, the last node of the chain that a node is a link of; for others, the node itself."""
    last = list(range(len(wiring)))
    for k in reversed(last[:]):
        node = wiring.nodes[k]
        if node.op in CHAINS and fixed[k] is None:
            for x in node.operands[:1] if node.op is sub else node.operands:
                if isinstance(x, Value) and _is_link(wiring, x, node) and fixed[wiring.number[x]] is None:
                    last[wiring.number[x]] = last[k]
    return last


def _is_link(wiring: Wiring, x: Value, user: Value) -> bool:
    """Whether the user goes on with the same sum or product, which nobody else takes."""
    same = x.op in CHAINS and CHAINS[x.op] == CHAINS[user.op]  # type: ignore[index]  # the user's is in CHAINS
    return same and wiring.uses[wiring.number[x]] == 1 and x.scope == user.scope


def _place(node: Value, slot: int, in_chain: bool, ordered: bool) -> int:
    """What tells an operand of `node` from the others: nothing in a sum; else its slot, or but its role in a `dot`."""
    if in_chain:
        return int(node.op is sub and slot == 1)
    if not isinstance(node.op, Nary) or (ordered and node.op in (dot, softmax_output)):
        return slot
    return slot // max(len(node.operands) // 2, 1) if node.op is dot else 0


def _what(node: Value, is_chain: bool) -> Hashable:
    """An operation, less its constants, which are data; but a square is no cube, nor a - b alone a sum."""
    if node.op is None:
        return "input"
    if node.op is power and not isinstance(node.operands[1], Value):
        return "power", node.operands[1]
    return CHAINS[node.op] if is_chain else node.op.name
