"""Products and sums of formulas, tidied as on paper: one sign, one number in front, one fraction, equal terms together.

Nothing is done that is not right wherever the formulas have a value: nothing is multiplied out, nothing cancelled.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from functools import reduce
from typing import Any, NamedTuple

from autograd.ops import add, div, mul, neg, sub
from autograd.symbol import Symbol

Number = Fraction | float
LARGEST = 200  # names, numbers and operations: what has more is not taken apart


class Term(NamedTuple):
    """number · factors / divisors. Whole numbers and what their quotients are stay exact, as fractions."""

    number: Number = Fraction(1)
    factors: tuple[Symbol, ...] = ()
    divisors: tuple[Symbol, ...] = ()


class Algebra:
    """Tidies formulas. Equal formulas have one `key`, which also knows their size: trees share their branches."""

    def __init__(self) -> None:
        self._keys: dict[Any, int] = {}
        self._of: dict[int, int] = {}  # by the id of a symbol, which `_held` keeps alive
        self._held: list[Symbol] = []
        self._sizes: list[int] = []
        self._depths: list[int] = []

    # ---- formulas

    def key(self, e: Any) -> int:
        """A number that equal formulas share."""
        stack = [e]
        while isinstance(e, Symbol) and id(e) not in self._of:
            x = stack[-1]
            if open_ := [a for a in x.args if isinstance(a, Symbol) and id(a) not in self._of]:
                stack += open_
                continue
            args = tuple(self.key(a) for a in x.args)
            self._of[id(x)] = self._number((x.op and x.op.name, x.name if x.op is None else "", args), args)
            self._held.append(x)
            stack.pop()
        return self._of[id(e)] if isinstance(e, Symbol) else self._number(float(e), ())

    def _number(self, form: Any, args: tuple[int, ...]) -> int:
        if form not in self._keys:
            self._keys[form] = len(self._keys)
            self._sizes.append(1 + sum(self._sizes[k] for k in args))
            self._depths.append(1 + max((self._depths[k] for k in args), default=0))
        return self._keys[form]

    def size(self, e: Any) -> int:
        """How many names, numbers and operations stand in a formula."""
        return self._sizes[self.key(e)]

    def depth(self, e: Any) -> int:
        """How many levels it has."""
        return self._depths[self.key(e)]

    # ---- terms

    def term(self, e: Any) -> Term:
        """A formula as a term: its products and quotients taken apart."""
        if not isinstance(e, Symbol):
            return Term(exact(float(e)))
        if e.op not in (neg, mul, div) or self.size(e) > LARGEST:
            return Term(factors=(e,))
        first, *rest = map(self.term, e.args)
        if e.op is neg:
            return first._replace(number=-first.number)
        if e.op is mul:
            return times(first, *rest)
        (second,) = rest
        return times(first, inverse(second)) if second.number else Term(factors=(e,))

    def plus(self, terms: Sequence[Term]) -> Term:
        """The sum: terms of the same factors are one; a number that all share stands before the sum, or below."""
        found: dict[Any, Term] = {}
        for term in terms:
            key = tuple(tuple(sorted(map(self.key, part))) for part in (term.factors, term.divisors))
            first = found.get(key, term._replace(number=Fraction(0)))
            found[key] = first._replace(number=exact(first.number + term.number))
        kept = [term for term in found.values() if term.number]
        if len(kept) < 2:
            return kept[0] if kept else Term(Fraction(0))
        parts = [_parts(term.number) for term in kept]
        tops, overs = {top for top, _ in parts}, {over for _, over in parts}
        shared = (tops.pop() if len(tops) == 1 else 1) * Fraction(1, overs.pop() if len(overs) == 1 else 1)
        shared *= -1 if all(term.number < 0 for term in kept) else 1
        rest = [term._replace(number=exact(term.number / shared)) for term in kept]
        rest.sort(key=lambda term: term.number < 0)  # a sum does not begin with a minus
        return Term(exact(shared), (reduce(self._append, rest[1:], self.written(rest[0])),))

    def _append(self, left: Any, term: Term) -> Symbol:
        if term.number < 0:
            return Symbol("sub", sub, [left, self.written(term._replace(number=-term.number))])
        return Symbol("add", add, [left, self.written(term)])

    def written(self, term: Term) -> Any:
        """The term as a formula: the number in front, powers for equal factors, divisors below; −(t − y) as y − t."""
        if term.number == -1:
            term = turned(term)
        size, over = map(float, _parts(term.number))
        above, below = self._powers(term.factors), self._powers(term.divisors)
        top = _product([size, *above] if size != 1.0 or not above else above)
        if over != 1.0 or below:
            top = Symbol("div", div, [top, _product([over, *below] if over != 1.0 else below)])
        if term.number >= 0:
            return top
        return Symbol("neg", neg, [top]) if isinstance(top, Symbol) else -top

    def _powers(self, factors: Sequence[Symbol]) -> list[Any]:
        counts: dict[int, list[Symbol]] = {}
        for factor in factors:
            counts.setdefault(self.key(factor), []).append(factor)
        return [same[0] ** float(len(same)) for same in counts.values()]


def exact(number: Number) -> Number:
    """Whole numbers and their quotients as fractions, if floats hold them exactly; other numbers as floats."""
    if isinstance(number, float) and not number.is_integer():
        return number
    fraction = Fraction(number)
    return fraction if max(abs(fraction.numerator), fraction.denominator) < 2**53 else float(number)


def _parts(number: Number) -> tuple[float, int]:
    """What stands above the line of a fraction, and below, less the sign."""
    return (abs(number.numerator), number.denominator) if isinstance(number, Fraction) else (abs(number), 1)


def times(*terms: Term) -> Term:
    """The product."""
    number = reduce(lambda a, b: exact(a * b), (t.number for t in terms))
    factors, divisors = tuple(f for t in terms for f in t.factors), tuple(f for t in terms for f in t.divisors)
    return Term(number, factors, divisors) if number else Term(Fraction(0))


def inverse(term: Term) -> Term:
    """1 / term."""
    return Term(exact(1 / term.number), term.divisors, term.factors)


def turned(term: Term) -> Term:
    """A minus turns a − b, if that comes first, to b − a; but a number stays in front: not 1 − y to y − 1."""
    first, *rest = term.factors or (None,)
    if term.number >= 0 or first is None or first.op is not sub or not isinstance(first.args[0], Symbol):
        return term
    return term._replace(number=-term.number, factors=(Symbol("sub", sub, first.args[::-1]), *rest))


def _product(factors: Sequence[Any]) -> Any:
    return reduce(lambda a, b: Symbol("mul", mul, [a, b]), factors)
