"""The parts of a graph that the user's scopes name: "neuron 2" of "layer 1" is a part of the kind "neuron"."""

from __future__ import annotations

from collections.abc import Sequence

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


def parts(wiring: Wiring, level: str) -> list[Path]:
    """By number, the part that each node is of; () for the nodes outside of all parts.

    An input that only one part uses belongs to it. Where inputs were made in scopes of their own, as parameters
    of `nn` are, the others are data, and stay outside.
    """
    known: dict[Path, Path] = {}
    found = [known.setdefault(node.scope, part(node.scope, level)) for node in wiring.nodes]
    unused: Path = ("",)
    users = [unused] * len(wiring)  # the one part of those that use an input; () where there are several
    for parent, node in wiring.edges():
        if wiring.is_leaf(parent) and (found[node] or not found[parent]):
            users[parent] = found[node] if users[parent] in (unused, found[node]) else ()
    with_parameters = {users[k] for k, own in enumerate(found) if own and wiring.is_leaf(k)}
    for k, user in enumerate(users):
        if user not in ((), unused) and (found[k] or user not in with_parameters):
            found[k] = user
    return found
