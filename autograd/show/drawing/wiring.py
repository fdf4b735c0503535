"""A graph by numbers: its nodes in topological order, and who uses whom. For questions asked of every node."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from typing import NamedTuple

from autograd.value import Value


class Limit(NamedTuple):
    """How many boxes and arrows a picture may have."""

    boxes: int
    arrows: int


class Wiring:
    """`nodes` in topological order; by number, the `parents` of each, and how many `uses` there are of it."""

    def __init__(self, nodes: Sequence[Value]) -> None:
        self.nodes = nodes
        self.number = {node: k for k, node in enumerate(nodes)}
        self.parents = [tuple(self.number[parent] for parent in node.parents) for node in nodes]
        self.uses = [0] * len(nodes)
        for parents in self.parents:
            for parent in parents:
                self.uses[parent] += 1

    def __len__(self) -> int:
        return len(self.nodes)

    def is_leaf(self, k: int) -> bool:
        """Whether node k is an input."""
        return self.nodes[k].op is None

    def edges(self) -> Iterator[tuple[int, int]]:
        """Each use, as (parent, node)."""
        for node, parents in enumerate(self.parents):
            for parent in parents:
                yield parent, node

    def fits(self, classes: Sequence[Hashable], limit: Limit) -> bool:
        """Whether a picture with a box for each class keeps to the limit."""
        if len(set(classes)) > limit.boxes:
            return False
        return len({(classes[parent], classes[node]) for parent, node in self.edges()}) <= limit.arrows
