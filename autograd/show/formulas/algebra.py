"""Products and sums of formulas, tidied as on paper: one sign, one number in front, one fraction, equal terms together.

Nothing is done that is not right wherever the formulas have a value: nothing is multiplied out, nothing cancelled.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any, NamedTuple

from autograd.ops import add, div, mul, neg, sub
from autograd.symbol import Symbol

LARGEST = 200  # names, numbers and operations: what has more is not taken apart


class Term(NamedTuple):
    """number · factors / (over · divisors)"""

    number: float = 1.0
    over: float = 1.0
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
            return Term(float(e))
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
            found[key] = _added(found[key], term) if key in found else term
        kept = [term for term in found.values() if term.number]
        if len(kept) < 2:
            return kept[0] if kept else Term(0.0)
        over = kept[0].over if len({term.over for term in kept}) == 1 else 1.0
        number = abs(kept[0].number) if len({abs(term.number) for term in kept}) == 1 else 1.0
        number *= -1.0 if all(term.number < 0.0 for term in kept) else 1.0
        rest = [t._replace(number=t.number / number, over=t.over / over) for t in kept]
        rest.sort(key=lambda term: term.number < 0.0)  # a sum does not begin with a minus
        return Term(number, over, (reduce(self._append, rest[1:], self.written(rest[0])),))

    def _append(self, left: Any, term: Term) -> Symbol:
        op = sub if term.number < 0.0 else add
        return Symbol(op.name, op, [left, self.written(term._replace(number=abs(term.number)))])

    def written(self, term: Term) -> Any:
        """The term as a formula: the number in front, powers for equal factors, divisors below; −(t − y) as y − t."""
        if term.number == -1.0 and term.over == 1.0 and (turned := _turned(term.factors)):
            term = term._replace(number=1.0, factors=turned)
        size = abs(term.number)
        above, below = self._powers(term.factors), self._powers(term.divisors)
        top = _product([size, *above] if size != 1.0 or not above else above)
        if term.over != 1.0 or below:
            top = Symbol("div", div, [top, _product([term.over, *below] if term.over != 1.0 else below)])
        if term.number >= 0.0:
            return top
        return Symbol("neg", neg, [top]) if isinstance(top, Symbol) else -top

    def _powers(self, factors: Sequence[Symbol]) -> list[Any]:
        counts: dict[int, list[Symbol]] = {}
        for factor in factors:
            counts.setdefault(self.key(factor), []).append(factor)
        return [same[0] ** float(len(same)) for same in counts.values()]


def times(*terms: Term) -> Term:
    """The product."""
    number, over = math.prod(t.number for t in terms), math.prod(t.over for t in terms)
    factors, divisors = tuple(f for t in terms for f in t.factors), tuple(f for t in terms for f in t.divisors)
    return _reduced(Term(number, over, factors, divisors)) if number else Term(0.0)


def inverse(term: Term) -> Term:
    """1 / term."""
    sign = math.copysign(1.0, term.number)
    return _reduced(Term(sign * term.over, abs(term.number), term.divisors, term.factors))


def _turned(factors: tuple[Symbol, ...]) -> tuple[Symbol, ...]:
    """The factors with a first a − b as b − a, unless a is a number; nothing where the first is not such."""
    if factors and factors[0].op is sub and isinstance(factors[0].args[0], Symbol):
        return Symbol("sub", sub, factors[0].args[::-1]), *factors[1:]
    return ()


def _added(a: Term, b: Term) -> Term:
    """The sum of two terms of the same factors."""
    if a.over == b.over:
        return _reduced(a._replace(number=a.number + b.number))
    return _reduced(a._replace(number=a.number * b.over + b.number * a.over, over=a.over * b.over))


def _reduced(term: Term) -> Term:
    """A fraction of whole numbers in lowest terms; other numbers are divided."""
    if term.over == 1.0:
        return term
    if term.number.is_integer() and term.over.is_integer() and max(abs(term.number), term.over) < 2.0**53:
        shared = float(math.gcd(int(term.number), int(term.over)))
        return term._replace(number=term.number / shared, over=term.over / shared)
    return term._replace(number=term.number / term.over, over=1.0)


def _product(factors: Sequence[Any]) -> Any:
    return reduce(lambda a, b: Symbol("mul", mul, [a, b]), factors)
