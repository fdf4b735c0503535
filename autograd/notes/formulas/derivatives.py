r"""Which fractions are derivatives: \frac{\partial L}{\partial w}, dL/dw; and \partial_w L, \nabla_w L."""

from __future__ import annotations

from dataclasses import replace

from autograd.notes.formulas.scripts import is_named
from autograd.notes.formulas.syntax import (
    Derivative,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Power,
    Product,
    Span,
    Transposed,
)
from autograd.notes.formulas.unread import NotRead

Factors = tuple[list[Node], list[str]]
ORDERS = ("1", "2", "3", "4")
SYMBOLS = ("d", "∂")
LOOKALIKES = ("δ", "Δ")


def derivative(over: Node, under: Node, span: Span) -> Derivative | None:
    """The derivative that a fraction is; None where it has none of the form. Raises NotRead for one that is wrong."""
    above, below = _differential(over), _differential(under)
    if above is None or below is None or not below[0] or _symbol(over) != _symbol(under):
        return None
    if isinstance(_head(under), Power):
        return None
    if _symbol(under) not in SYMBOLS:
        raise NotRead(f"{_symbol(under)} over {_symbol(under)} is not read: a derivative is written with ∂ or d", span)
    wrt = _variables(_factors(under), _symbol(under), span)
    if _order(over) == 1 < len(wrt) and len(set(wrt)) == 1:
        wrt = (Power(wrt[0], Number(str(len(wrt))), span=under.span),)  # ∂/∂σ², in the square
    if _order(over) != len(wrt):
        raise NotRead("the orders above and below differ", span)
    return Derivative(_joined(above) if above[0] else None, wrt, span=span)


def with_derivatives(factors: list[Node], signs: list[str]) -> Factors:
    r"""The factors of a product, those of dL/dw, \partial_w L and \nabla L joined to derivatives."""
    if "/" in signs:
        factors, signs = _slashed(factors, signs)
    if any(_operator(each) is not None for each in factors):
        factors, signs = _applied(factors, signs)
    return factors, signs


def _slashed(factors: list[Node], signs: list[str]) -> Factors:
    made: Factors = ([], [])
    i = 0
    while i < len(factors):
        if signs[i : i + 2] == ["/", ""] and _divide(*made, factors[i : i + 2]):
            i += 2
            continue
        made[0].append(factors[i])
        made[1].append(signs[i])
        i += 1
    return made


def _divide(made: list[Node], signs: list[str], under: list[Node]) -> bool:
    """Join the differential that ends the factors made so far with that under the stroke; whether there is one."""
    symbol = _symbol(under[0])
    first = len(made) - 1
    while symbol and first > 0 and not signs[first] and _symbol(made[first]) != symbol:
        first -= 1
    if not symbol or first == len(made) - 1 or _symbol(made[first]) != symbol:
        return False
    over = _joined((made[first:], ["", *signs[first + 1 :]]))
    whole = derivative(over, _joined((under, ["", ""])), (over.span[0], under[1].span[1]))
    if whole is not None:
        made[first:] = [whole]
        del signs[first + 1 :]
    return whole is not None


def _applied(factors: list[Node], signs: list[str]) -> Factors:
    r"""\partial_w and \nabla take the factor behind them, with the bracket that it is of."""
    made: Factors = ([], [])
    i = 0
    while i < len(factors):
        wrt = _operator(factors[i])
        stop = i + 1
        if wrt is not None and stop < len(factors) and not signs[stop]:
            stop += 2 if is_named(factors[stop]) and _is_bracket(factors, signs, stop + 1) else 1
            made[0].append(_operated(factors[i], wrt, _joined((factors[i + 1 : stop], signs[i + 1 : stop]))))
        else:
            made[0].append(factors[i])
        made[1].append(signs[i])
        i = stop
    return made


def _operated(operator: Node, wrt: tuple[Node, ...], of: Node) -> Node:
    r"""\nabla L(w)^2 is of the square, \nabla L(w)^T the transposed gradient."""
    span = (operator.span[0], of.span[1])
    last = of.factors[-1] if isinstance(of, Product) else of
    if not isinstance(last, Transposed):
        return Derivative(of, wrt, span=span)
    bare = replace(of, factors=(*of.factors[:-1], last.base)) if isinstance(of, Product) else last.base
    bare = replace(bare, span=(of.span[0], last.base.span[1]))
    return Transposed(Derivative(bare, wrt, span=(span[0], bare.span[1])), span=span)


def _is_bracket(factors: list[Node], signs: list[str], i: int) -> bool:
    if i == len(factors) or signs[i]:
        return False
    bracket = factors[i]
    return isinstance(bracket.base if isinstance(bracket, Power | Transposed) else bracket, Group)


def _operator(node: Node) -> tuple[Node, ...] | None:
    if isinstance(node, Indexed) and isinstance(node.base, Name) and node.base.text in ("∇", "∂"):
        return node.indices
    return () if isinstance(node, Name) and node.text == "∇" else None


# ---- differentials: d or ∂, and what it is of


def _factors(node: Node) -> Factors:
    return ([*node.factors], [*node.signs]) if isinstance(node, Product) else ([node], [""])


def _joined(factors: Factors) -> Node:
    nodes, signs = factors
    if len(nodes) == 1:
        return nodes[0]
    return Product(tuple(nodes), ("", *signs[1:]), span=(nodes[0].span[0], nodes[-1].span[1]))


def _head(node: Node) -> Node:
    """What a product begins with."""
    return node.factors[0] if isinstance(node, Product) else node


def _symbol(node: Node) -> str:
    """The d or ∂, or what looks like it, that a differential begins with; else ""."""
    head = _head(node)
    name = head.base if isinstance(head, Power) else head
    return name.text if isinstance(name, Name) and name.text in SYMBOLS + LOOKALIKES else ""


def _differential(node: Node) -> Factors | None:
    """The factors that a differential is of: none for d alone; None where this is no differential."""
    factors, signs = _factors(node)
    if not _symbol(node) or (len(signs) > 1 and signs[1]):
        return None
    return (factors[1:], signs[1:]) if len(factors) > 1 else ([], [])


def _order(node: Node) -> int:
    """2 of d²L and of w². Raises NotRead where it is no small number."""
    head = _head(node)
    if not isinstance(head, Power):
        return 1
    if not isinstance(head.exponent, Number) or head.exponent.text not in ORDERS:
        raise NotRead("the order of a derivative is 1 to 4", head.span)
    return int(head.exponent.text)


def _variables(under: Factors, symbol: str, span: Span) -> tuple[Node, ...]:
    r"""w and b of \partial w \partial b; w twice of \partial w^2."""
    factors, signs = under
    found: list[Node] = []
    for i in range(0, len(factors), 2):
        if factors[i] != Name(symbol) or i + 1 == len(factors) or any(signs[i : i + 2]):
            raise NotRead("what is derived by is not clear", span)
        variable = factors[i + 1]
        found += [variable.base if isinstance(variable, Power) else variable] * _order(variable)
    return tuple(found)
