"""A graph of Values beside the same graph of Nodes: are they of one form, and do they give the same numbers?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from strategies import apply

from autograd import Value
from autograd.ops import TABLE, Nary
from reliability.naive import Node

Pair = tuple[Value, Node]  # the same graph, in the package and in the model
ROUNDING = 1e-13
TOO_STEEP = 1e-6  # a replay at other numbers where rounding does more is not compared


def arranged(name: str, alive: Sequence[Pair], data: st.DataObject) -> list[Any]:
    """As many operands as the row takes: pairs that are there, the same one again or not, and numbers beside them."""
    pair = st.sampled_from(alive[-3:]) | st.sampled_from(alive)  # the latest often, so that graphs grow deep
    number = st.floats(-2.0, 2.0, allow_subnormal=False)
    op = TABLE[name]
    if not isinstance(op, Nary):
        count = len(op.operands)
        others = data.draw(st.lists(pair | pair | number, min_size=count - 1, max_size=count - 1))
        return data.draw(st.permutations([data.draw(pair), *others])) if others else [data.draw(pair)]
    many = [data.draw(pair), *data.draw(st.lists(pair | pair | number, min_size=4, max_size=4))]
    return [float(data.draw(st.integers(0, 4))), *many] if name == "softmax" else many


def matched(pairs: Sequence[Pair]) -> list[Pair]:
    """All nodes below, each with its counterpart. Raises AssertionError where the graphs are not of one form."""
    found: dict[Value, Node] = {}
    waiting = list(pairs)
    while waiting:
        v, node = waiting.pop()
        if v in found:
            assert found[v] is node, f"{v} is there once where there should be two"
            continue
        found[v] = node
        assert len(v.operands) == len(node.operands), f"{v} has the operands {v.operands}"
        both = list(zip(v.operands, node.operands, strict=True))
        assert all(x == y for x, y in both if not isinstance(y, Node)), f"{v} has the operands {v.operands}"
        waiting += [(x, y) for x, y in both if isinstance(y, Node)]
        assert v.parents == tuple(x for x, y in both if isinstance(y, Node))
    assert len(set(found.values())) == len(found), "a Value is there twice"
    return list(found.items())


def rerun(node: Node, known: dict[Node, Any]) -> Any:
    """The graph once more, by the package."""
    if node not in known:
        operands = [rerun(x, known) if isinstance(x, Node) else x for x in node.operands]
        known[node] = apply(TABLE[node.op], operands)
    return known[node]


def require_replay(
    run: Callable[[list[float]], tuple[float, list[float]]], root: Node, moved: dict[Node, float]
) -> None:
    """A replay at other numbers is to give the value of `root` there, and its gradient, but for rounding.

    Not where numbers run away: a formula may overflow, or rounding errors grow.
    """
    try:
        again = root.again(moved)
        node = again[root]
        rounding = node.rounding()
        expected = [node.derivative(again[leaf]) for leaf in moved]
    except (ArithmeticError, ValueError):
        return
    if rounding < TOO_STEEP:
        value, gradient = run([*moved.values()])
        assert abs(value - node.data) <= rounding, f"replayed {value}, and not {node.data}"
        assert all(abs(g - e) <= rounding for g, e in zip(gradient, expected, strict=True)), f"{gradient}: {expected}"


def close(found: float, expected: float, size: float) -> bool:
    """Equal to rounding, relative to the sizes of the terms that make it up."""
    return abs(found - expected) <= ROUNDING * abs(size)
