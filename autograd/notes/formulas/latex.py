"""Trees of formulas written as LaTeX again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograd.notes.formulas.syntax import (
    Annotated,
    At,
    Big,
    Derivative,
    Dots,
    Fraction,
    Function,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Power,
    Primed,
    Product,
    Relation,
    Root,
    Sum,
    Tagged,
    Transposed,
)
from autograd.notes.formulas.wording import name_latex

SIGNS = {"·": r" \cdot ", "×": r" \times ", "*": r" \ast ", "⊙": r" \odot ", "/": " / ", "": " "}
PAIRS = {"(": "()", "[": "[]", "{": (r"\{", r"\}"), "|": "||", "‖": (r"\|", r"\|")}
RELATIONS = {"≈": r"\approx", "←": r"\leftarrow", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "∈": r"\in", "→": r"\to"}


def latex(node: Node) -> str:
    r"""A formula as LaTeX.

    >>> latex(Fraction(Number("1"), Product((Number("2"), Name("m")), ("", ""))))
    '\\frac{1}{2 m}'
    """
    return WRITERS[type(node)](node) if type(node) in WRITERS else ""


def _sum(node: Sum) -> str:
    first = {"+": "", "-": "-"}.get(node.signs[0], r"\pm ")
    signs = [first, *({"+": " + ", "-": " - "}.get(sign, r" \pm ") for sign in node.signs[1:])]
    return "".join(sign + latex(term) for sign, term in zip(signs, node.terms, strict=True))


def _product(node: Product) -> str:
    text = latex(node.factors[0])
    for sign, factor in zip(node.signs[1:], node.factors[1:], strict=True):
        close = sign == "" and isinstance(factor, Group)
        text += ("" if close else SIGNS[sign]) + latex(factor)
    return text


def _group(node: Group) -> str:
    opening, closing = PAIRS.get(node.bracket, "()")
    return rf"\left{opening}{', '.join(map(latex, node.parts))}\right{closing}"


def _function(node: Function) -> str:
    name = (
        rf"\{node.name}" if node.name in ("exp", "log", "ln", "lg", "sin", "cos", "tan", "tanh", "max", "min") else None
    )
    name = name or rf"\operatorname{{{node.name}}}"
    scripts = (f"_{{{latex(node.base)}}}" if node.base else "") + (
        f"^{{{latex(node.exponent)}}}" if node.exponent else ""
    )
    return rf"{name}{scripts}\left({', '.join(map(latex, node.arguments))}\right)"


def _big(node: Big) -> str:
    name = {"sum": r"\sum", "prod": r"\prod"}.get(node.kind, rf"\{node.kind}")
    below = ",".join(map(latex, node.indices)) + (f"={latex(node.lower)}" if node.lower else "")
    if isinstance(node.lower, Relation):
        below = latex(node.lower)
    return f"{name}_{{{below}}}" + (f"^{{{latex(node.upper)}}}" if node.upper else "") + f" {latex(node.body)}"


def _derivative(node: Derivative) -> str:
    power = f"^{len(node.wrt)}" if len(node.wrt) > 1 else ""
    under = r" ".join(rf"\partial {latex(name)}" for name in node.wrt)
    return rf"\frac{{\partial{power} {latex(node.of) if node.of else ''}}}{{{under}}}"


def _relation(node: Relation) -> str:
    signs = ["", *(f" {RELATIONS.get(sign, sign)} " for sign in node.signs)]
    return "".join(sign + (latex(side) if side else "") for sign, side in zip(signs, node.sides, strict=False))


WRITERS: dict[type, Callable[[Any], str]] = {
    Number: lambda node: node.text,
    Name: lambda node: name_latex(node.text),
    Dots: lambda node: r"\dots",
    Indexed: lambda node: f"{latex(node.base)}_{{{_indices(node)}}}",
    Tagged: lambda node: f"{latex(node.base)}^{{({latex(node.tag)})}}",
    Primed: lambda node: _raised(node.base) + "'" * node.count,
    Transposed: lambda node: f"{_raised(node.base)}^T",
    Power: lambda node: f"{_raised(node.base)}^{{{latex(node.exponent)}}}",
    Group: _group,
    Sum: _sum,
    Product: _product,
    Fraction: lambda node: rf"\frac{{{latex(node.over)}}}{{{latex(node.under)}}}",
    Root: lambda node: rf"\sqrt{{{latex(node.radicand)}}}",
    Function: _function,
    Big: _big,
    Derivative: _derivative,
    At: lambda node: rf"{latex(node.body)} \big|_{{{', '.join(map(latex, node.conditions))}}}",
    Annotated: lambda node: latex(node.body),
    Relation: _relation,
}


def _raised(node: Node) -> str:
    """What takes one more superscript."""
    plain = not isinstance(node, (Tagged, Transposed, Power)) and not isinstance(getattr(node, "base", None), Tagged)
    return latex(node) if plain else f"{{{latex(node)}}}"


def _indices(node: Indexed) -> str:
    plain = all(isinstance(i, (Name, Number)) for i in node.indices)
    return ("" if plain else ",").join(map(latex, node.indices))
