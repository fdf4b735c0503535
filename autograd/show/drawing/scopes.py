"""The parts of a graph that the user's scopes name: "neuron 2" of "layer 1" is a part of the kind "neuron"."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from autograd.show.drawing.wiring import Wiring
from autograd.value import Value

Path = tuple[str, ...]


def kind(name: object) -> str:
    """What sort of part a scope names: its first word."""
    return next(iter(str(name).split()), "")


def kinds(nodes: Sequence[Value]) -> list[str]:
    """The kinds of scope in a graph, the finest first: those of which there are most."""
    parts: dict[str, set[Path]] = {}
    for scope in dict.fromkeys(node.scope for node in nodes):
        for name in dict.fromkeys(map(kind, scope)):
            parts.setdefault(name, set()).add(part(scope, name))
    return sorted(parts, key=lambda name: (-len(parts[name]), -max(map(len, parts[name])), name))


def part(scope: Path, level: str) -> Path:
    """The scope up to and including the first of the kind `level`; () where there is none."""
    for depth, name in enumerate(scope, 1):
        if kind(name) == level:
            return scope[:depth]
    return ()


def part_class(path: Path, is_partial: bool = False) -> Hashable:
    """The class of the nodes of a part, all or some of them, for a folded graph; None for those of no part."""
    return ("part", path, is_partial) if path else None


def parts(wiring: Wiring, level: str) -> list[Path]:
    """By number, the part that each node is of; () for the nodes outside of all parts.

    An input that only one part uses belongs to it. Where inputs were made in scopes of their own, as parameters
    of `nn` are, the others are data, and stay outside.
    """
    path_of = {scope: part(scope, level) for scope in {node.scope for node in wiring.nodes}}
    found = [path_of[node.scope] for node in wiring.nodes]
    users: dict[int, set[Path]] = {}  # of an input, the parts
    for parent, node in wiring.edges():
        if wiring.is_leaf(parent) and (found[node] or not found[parent]):
            users.setdefault(parent, set()).add(found[node])
    sole = {k: path for k, paths in users.items() if len(paths) == 1 for path in paths if path}
    with_parameters = {path for k, path in sole.items() if found[k]}
    for k, path in sole.items():
        if found[k] or path not in with_parameters:
            found[k] = path
    return found
