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


def heads(wiring: Wiring, fixed: Sequence[Hashable]) -> list[int]:
    """By number, the last node of the chain that a node is a link of; for others, the node itself."""
    found = list(range(len(wiring)))
    for k in range(len(wiring) - 1, -1, -1):
        node = wiring.nodes[k]
        if node.op in CHAINS and fixed[k] is None:
            for parent in wiring.parents[k][:1] if node.op is sub else wiring.parents[k]:
                if _is_link(wiring, parent, node) and fixed[parent] is None:
                    found[parent] = found[k]
    return found


def _is_link(wiring: Wiring, k: int, user: Value) -> bool:
    node = wiring.nodes[k]
    same = CHAINS.get(node.op) == CHAINS[user.op]  # type: ignore[arg-type, index]  # .get(None) is None
    is_first = user.op is not sub or user.operands[0] is node
    return same and is_first and wiring.uses[k] == 1 and node.scope == user.scope


def place(node: Value, slot: int, is_link: bool, ordered: bool) -> int:
    """What tells an operand of `node` from the others: nothing in a sum; else its slot, or but its role in a `dot`."""
    if is_link:
        return int(node.op is sub and slot == 1)
    if not isinstance(node.op, Nary) or (ordered and node.op in (dot, softmax_output)):
        return slot
    return slot // max(len(node.operands) // 2, 1) if node.op is dot else 0


class Units(NamedTuple):
    """A graph with each chain as one unit: its units in topological order, and by number the unit of each node."""

    parts: list[Unit]
    of: list[int]


def units(wiring: Wiring, fixed: Sequence[Hashable], most: int, ordered: bool = True) -> Units | None:
    """The units of a graph; None, and soon, where more than `most` of them differ even in how they were made.

    Unless `ordered`, it does not matter which term of a `dot` an operand is in.
    """
    head = heads(wiring, fixed)
    seen: dict[Hashable, int] = {}
    made: list[int] = []  # by unit, how: the number of the operation and of how its operands were made
    terms: dict[int, list[Operand]] = {}  # of chains whose head is still to come
    number = [0] * len(head)  # of the unit, by the number of its head
    found: list[Unit] = []
    for k, node in enumerate(wiring.nodes):
        operands = terms.pop(k, [])
        slots = (slot for slot, x in enumerate(node.operands) if isinstance(x, Value))
        is_link = head[k] != k or any(head[parent] == k for parent in wiring.parents[k])
        for slot, parent in zip(slots, wiring.parents[k], strict=True):
            if head[parent] != head[k]:
                at = 0 if fixed[k] is not None else place(node, slot, is_link, ordered)  # a fixed box hides its slots
                operands.append((at, number[head[parent]]))
        if head[k] != k:
            terms.setdefault(head[k], []).extend(operands)
            continue
        number[k] = len(found)
        found.append(Unit(_what(node), operands))
        how = tuple(sorted([(at, made[x]) for at, x in operands])) if fixed[k] is None else ()
        made.append(seen.setdefault((fixed[k] or found[-1].what, how), len(seen)))
        if len(seen) > most:
            return None
    return Units(found, [number[k] for k in head])


def _what(node: Value) -> Hashable:
    """An operation, less its constants, which are data; but a square is no cube."""
    if node.op is None:
        return "input"
    if node.op is power and not isinstance(node.operands[1], Value):
        return "power", node.operands[1]
    return CHAINS.get(node.op, node.op.name)
