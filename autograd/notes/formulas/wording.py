"""A formula's names and derivatives in a line of text: ∂J/∂w_j, W⁽¹⁾, ŷ_i."""

from __future__ import annotations

import unicodedata

from autograd import labels
from autograd.notes.formulas.syntax import (
    Annotated,
    At,
    Derivative,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Power,
    Primed,
    Product,
    Relation,
    Sum,
    Tagged,
    Transposed,
)


def readable(node: Node | None) -> str:
    """A formula as text, as far as names and derivatives go; "…" for what is longer.

    >>> readable(Derivative(Name("L"), (Indexed(Name("w"), (Name("i"), Name("j"))),)))
    '∂L/∂w_ij'
    """
    if isinstance(node, (Name, Number)):
        return node.text
    if isinstance(node, Indexed):
        joint = "," if any(len(readable(index)) > 1 for index in node.indices) and len(node.indices) > 1 else ""
        return f"{readable(node.base)}_{joint.join(map(readable, node.indices))}"
    if isinstance(node, Tagged):
        return readable(node.base) + _above(f"({readable(node.tag)})")
    if isinstance(node, Primed):
        return readable(node.base) + "′" * node.count
    if isinstance(node, Transposed):
        base = readable(node.base)
        return f"({base})ᵀ" if isinstance(node.base, Derivative) else f"{base}ᵀ"
    if isinstance(node, Power) and isinstance(node.exponent, Number):
        return readable(node.base) + node.exponent.text.translate(labels.SUPERSCRIPTS)
    if isinstance(node, Derivative):
        return _derivative(node)
    if isinstance(node, Annotated):
        return readable(node.body)
    if isinstance(node, At):
        return f"{readable(node.body)} at {', '.join(map(readable, node.conditions))}"
    if isinstance(node, Relation):
        return " ".join(readable(part) if isinstance(part, Node) else part for part in _alternating(node))
    if isinstance(node, Sum) and len(node.terms) == 1:
        return f"{'−' if node.signs == ('-',) else ''}{readable(node.terms[0])}"
    if isinstance(node, Group):
        return f"({', '.join(map(readable, node.parts))})"
    if isinstance(node, Product) and set(node.signs) == {""}:
        return "".join(map(readable, node.factors))
    return "…"


def _alternating(node: Relation) -> list[Node | str]:
    """A relation's sides, with the signs between them."""
    sides = [side for side in node.sides if side is not None]
    return [part for pair in zip(sides, (*node.signs, ""), strict=False) for part in pair if part]


def _above(text: str) -> str:
    """A script in small letters, where there are such."""
    small = text.translate(labels.SUPERSCRIPTS)
    return small if all(c in labels.TYPED for c in small) else f"^{text}"


def _derivative(node: Derivative) -> str:
    if not node.wrt:
        return f"∇{readable(node.of)}"
    power = str(len(node.wrt)).translate(labels.SUPERSCRIPTS) if len(node.wrt) > 1 else ""
    under = "".join(f"∂{readable(name)}" for name in node.wrt)
    if len(set(node.wrt)) == 1 and power:
        under = f"∂{readable(node.wrt[0])}{power}"
    return f"∂{power}{readable(node.of) if node.of else ''}/{under}"


def name_latex(name: str) -> str:
    r"""A name's LaTeX.

    >>> name_latex("θ"), name_latex("ŷ"), name_latex("label"), name_latex("w")
    ('\\theta', '\\hat{y}', '\\text{label}', 'w')
    """
    marks = {mark: command for command, mark in labels.ACCENTS.items()}
    decomposed = unicodedata.normalize("NFD", name)
    if len(decomposed) == 2 and decomposed[1] in marks:
        return rf"\{marks[decomposed[1]]}{{{name_latex(decomposed[0])}}}"
    if name in COMMANDS:
        return rf"\{COMMANDS[name]}"
    if "_" in name[1:]:
        base, _, script = name.partition("_")
        return rf"{name_latex(base)}_{{{script if len(script) == 1 else name_latex(script)}}}"
    return name if len(name) == 1 else rf"\text{{{name}}}"


COMMANDS = {letter: command for command, letter in reversed(labels.LETTERS.items())}
