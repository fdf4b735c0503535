"""What each rule of formulas.lark comes to: nodes of the syntax tree, built from the bottom up."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

from autograd.notes.formulas.arrays import Arrays
from autograd.notes.formulas.calls import Call, called, is_bracketed, limits
from autograd.notes.formulas.derivatives import derivative, with_derivatives
from autograd.notes.formulas.letters import accented, styled
from autograd.notes.formulas.parts import Argument, Braced, between, factors_of, opened, part_of, shown_alone
from autograd.notes.formulas.points import at_call, at_conditions, is_bar
from autograd.notes.formulas.scripts import Script, is_named, scripted
from autograd.notes.formulas.syntax import (
    Annotated,
    At,
    Big,
    Dots,
    Fraction,
    Group,
    Name,
    Node,
    Number,
    Product,
    Relation,
    Root,
    Sum,
    Words,
)
from autograd.notes.formulas.tape import Token
from autograd.notes.formulas.unread import NotRead

Children = list[Any]


class Trees(Arrays):
    """One method for each rule and alias of the grammar; each takes what the rule's parts came to."""

    # ---- atoms

    def name(self, children: Children) -> Node:
        return Name(children[0].value, span=between(children))

    def number(self, children: Children) -> Node:
        return Number(children[0].value, span=between(children))

    def words(self, children: Children) -> Node:
        return Words(children[0].value, span=between(children))

    def dots(self, children: Children) -> Node:
        return Dots(span=between(children))

    # ---- sums and products

    def relation(self, children: Children) -> Relation:
        sides: list[Node | None] = [each for each in children if isinstance(each, Node)]
        signs = tuple(each.value for each in children if isinstance(each, Token))
        if signs:
            sides[-1] = at_conditions(sides[-1])
        return Relation(tuple(sides if len(sides) > len(signs) else [None, *sides]), signs, span=between(children))

    def sum(self, children: Children) -> Node:
        first = opened(children[0])
        if len(children) == 1:
            return first
        terms, signs = ([*first.terms], [*first.signs]) if isinstance(first, Sum) else ([first], ["+"])
        for sign, term in zip(children[1::2], children[2::2], strict=True):
            terms.append(opened(term) if sign.value == "+" else shown_alone(term))
            signs.append(sign.value)
        return Sum(tuple(terms), tuple(signs), span=between(children))

    def signed(self, children: Children) -> Node:
        return Sum((shown_alone(children[1]),), (children[0].value,), span=between(children))

    def product(self, children: Children) -> Any:
        """A node, or the Braced one that is the only factor."""
        factors, signs = [*children[0]], [""] * len(children[0])
        for sign, chain in zip(children[1::2], children[2::2], strict=True):
            factors += chain
            signs += [sign.value] + [""] * (len(chain) - 1)
        if len(factors) == 1:
            return factors[0]
        span = between(factors)
        factors, signs = with_derivatives(*factors_of(factors, signs))
        return factors[0] if len(factors) == 1 else Product(tuple(factors), tuple(signs), span=span)

    def signed_chain(self, children: Children) -> list[Any]:
        sign, (first, *rest) = children
        return [Sum((shown_alone(first),), (sign.value,), span=between([sign, first])), *rest]

    def chain(self, children: Children) -> list[Any]:
        factors: list[Any] = []
        for each in children:
            factors += [each.function, *each.behind] if isinstance(each, Call) else [each]
            if len(factors) > 1 and is_bar(factors[-1]):
                factors[-2:] = at_call(factors[-2], factors[-1])
        return factors

    def call(self, children: Children) -> Call:
        scripts = [each for each in children[1:] if isinstance(each, Script)]
        operands = children[1 + len(scripts) :]
        if isinstance(operands[0], Call):
            return Call(called(children[0], scripts, operands[0].function), operands[0].behind)
        if len(operands) == 1:
            return Call(called(children[0], scripts, shown_alone(operands[0])), [])
        if is_bracketed(operands[0]):
            return Call(called(children[0], scripts, operands[0]), operands[1:])
        for before, operand in itertools.pairwise(operands):
            if isinstance(operand, Big) or (is_bracketed(operand) and not is_named(before)):
                raise NotRead(f"write brackets around what {children[0].value} is of", between(children))
        return Call(called(children[0], scripts, self.product([operands])), [])

    def big(self, children: Children) -> Node:
        kind, *scripts, body = children
        indices, lower, upper = limits(scripts, between(children[:-1]))
        return Big(kind.value, indices, lower, upper, shown_alone(body), span=between(children))

    # ---- scripts

    def factor(self, children: Children) -> Any:
        if len(children) == 1:
            return children[0]
        scripts = [each for each in children[1:] if isinstance(each, Script)]
        if isinstance(children[0], Braced):
            raise NotRead("braces do not show: write ( )", children[0].span)
        node = scripted(children[0], scripts)
        if len(children) == 1 + len(scripts):
            return node
        return At(node, children[-1].parts, span=between(children))

    def lower(self, children: Children) -> Script:
        return Script("_", children[1].parts, between(children))

    def upper(self, children: Children) -> Script:
        if isinstance(children[1], Argument):
            return Script("^", children[1].parts, between(children))
        star = next(each for each in children if each.type == "OP")
        if star.value != "*":
            raise NotRead(f"{star.value} is no superscript that is read here", between([star]))
        return Script("*", (Name("*", span=between([star])),), between(children))

    def prime(self, children: Children) -> Script:
        count = sum(int(each.value) for each in children if each.type == "PRIME")
        return Script("'" * count, (), between(children))

    # ---- what has braces or brackets

    def argument(self, children: Children) -> Argument:
        parts = children[1] if len(children) == 3 else (opened(children[0]),)
        return Argument(parts, between(children))

    def parts(self, children: Children) -> tuple[Node, ...]:
        return tuple(part_of(each) for each in children if isinstance(each, Relation))

    def braces(self, children: Children) -> Any:
        node = children[1].one() if isinstance(children[1], Argument) else children[1]
        span = between(children)
        return Braced(node, span) if isinstance(node, Sum | Product) else replace(node, span=span)

    def accent(self, children: Children) -> Node:
        return accented(children[1].one(), children[0].value, between(children))

    def lettered(self, children: Children) -> Node:
        letter = children[1].one()
        if letter == Number("1"):
            return Name("𝟙", span=between(children))
        if not isinstance(letter, Name) or len(letter.text) != 1 or not letter.text.isascii():
            raise NotRead("such a letter is one of A to Z", between(children))
        return Name(styled(children[0].value, letter.text), span=between(children))

    def group(self, children: Children) -> Node:
        opening, *lists, closing = [each for each in children if not isinstance(each, Token) or each.type != "MID"]
        if opening.value != closing.value:
            raise NotRead(f"the bracket {opening.value} is closed by another one", between(children))
        return Group(tuple(part for parts in lists for part in parts), opening.value, span=between(children))

    def fraction(self, children: Children) -> Node:
        over, under = children[1].one(), children[2].one()
        span = between(children)
        return derivative(over, under, span) or Fraction(over, under, span=span)

    def root(self, children: Children) -> Node:
        if len(children) > 2 and children[1].value != "[":
            raise NotRead(r"\sqrt takes what is in braces: \sqrt{…}", between(children[:2]))
        return Root(children[-1].one(), children[2] if len(children) > 2 else None, span=between(children))

    def at(self, children: Children) -> Node:
        return At(children[1], children[-1].parts, span=between(children))

    def above(self, children: Children) -> Any:
        return _annotated(children[2], children[1], children)

    def below(self, children: Children) -> Any:
        return _annotated(children[1], children[3], children)


def _annotated(body: Argument, remark: Argument, children: Children) -> Any:
    node = Annotated(body.one(), remark.parts[0], span=between(children))
    return Braced(node, node.span) if isinstance(node.body, Sum) else node
