"""Edits of functions: their primes, their names, powers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from autograd.notes.formulas.syntax import Function, Group, Name, Number, Power, Primed, Product
from autograd.notes.formulas.wording import readable
from autograd.notes.meaning.names import REFERENCES
from autograd.notes.verdicts.edits.edit import Edit
from autograd.notes.verdicts.edits.side import Side

PAIRS = (("sin", "cos"), ("log", "exp"), ("sinh", "cosh"), ("max", "min"))
MISTAKEN = {"ln": "exp"} | dict(PAIRS) | {b: a for a, b in PAIRS}  # what a function is written for


def wrong_prime(side: Side) -> Iterator[Edit]:
    """σ′ written for σ, or σ for σ′."""
    inside = side.bases(Primed)
    applied = {id(f) for p in side.every(Product) for f, g in pairwise(p.factors) if isinstance(g, Group)}
    for node in side.nodes:
        if isinstance(node, Primed):
            words = f"should be {readable(node.base)}, not {readable(node)}"
            yield side.bared("wrong function", words, node)
        elif isinstance(node, Name) and id(node) in applied - inside:
            new = Primed(node, 1)
            words = f"should be {readable(new)}, not {readable(node)}"
            yield side.raised("wrong function", words, node, new, "'")


def wrong_function(side: Side) -> Iterator[Edit]:
    """cos written for sin."""
    for node in side.every(Function):
        command = rf"\{node.name}"
        if node.name in MISTAKEN and len(node.arguments) == 1 and side.text(node).startswith(command):
            name = MISTAKEN[node.name]
            place = (node.span[0], node.span[0] + len(command))
            words = f"should be {name}, not {node.name}"
            yield side.edit("wrong function", words, node, replace(node, name=name), (place, rf"\{name}"))


def wrong_power(side: Side) -> Iterator[Edit]:
    """x² written for x, or x for x²."""
    for node in side.nodes:
        if isinstance(node, Power):
            yield side.bared("wrong power", f"{readable(node.base)} should not be raised to a power", node)
        elif isinstance(node, (Group, *REFERENCES)):
            words = f"{readable(node)} should be squared"
            yield side.raised("wrong power", words, node, Power(node, Number("2")), "^2")
