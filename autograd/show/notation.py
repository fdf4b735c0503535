"""The nodes of a graph by name; their values and local derivatives as formulas, over names or over numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import reduce
from typing import Any, cast

from autograd.expression import formula
from autograd.graph import topological_order
from autograd.labels import readable
from autograd.ops import Nary, Operation, add, div, dot, mean, mul, neg, softmax_output, total
from autograd.show.names import free, names_of, variable_names
from autograd.show.style import LONGEST_NAME, PLAIN, printable
from autograd.symbol import Symbol
from autograd.value import Value

MOST_TERMS = 4
MOST_PRIMES = 6  # what tells a name from others like it: ′′′, ⁽¹⁰⁰⁾


class Computed(float):
    """A number that a node came to. It is written in digits, even where it happens to be e or π."""


class Notation:
    """The nodes of a graph by name, and formulas over those names."""

    def __init__(self, root: Value, names: Mapping[str, Any] | None = None, most_terms: int = MOST_TERMS) -> None:
        self.root, self.most_terms = root, most_terms
        self.order = topological_order(root)
        taken: dict[str, int] = {}  # names that differ may be cut to the same one; there is room for their primes
        short = {v: printable(name, LONGEST_NAME - MOST_PRIMES) for v, name in names_of(root, names).items()}
        self.names = {v: free(name, taken) for v, name in short.items()}
        variables = variable_names(names or {})
        self.labelled = {v for v in self.order if v.label or v in variables}
        self._softmax = {v.operands: v for v in self.order if v.op is softmax_output}

    def name(self, v: Value) -> str:
        """What a node is called; one that is not of the graph by its label."""
        return self.names.get(v) or printable(v.label or "another value", LONGEST_NAME)

    def symbol(self, x: Value | float) -> Any:
        """The name of a node; a constant is itself."""
        return Symbol(self.names[x]) if isinstance(x, Value) else x

    def value(self, v: Value) -> Any:
        """The operation that made v, over its operands' names."""
        return _operation(v.op, v.operands, self.symbol, self.most_terms) if v.op else v.data

    def common(self, nodes: Sequence[Value]) -> Any:
        """The operation that made the first of nodes alike, with … for a constant that is another in others."""
        first = nodes[0]
        if len({len(v.operands) for v in nodes}) > 1:
            return self.value(first)
        columns = zip(*(v.operands for v in nodes), strict=True)
        operands = [x[0] if isinstance(x[0], Value) or len(set(x)) == 1 else Symbol("…") for x in columns]
        return _operation(first.op, operands, self.symbol, self.most_terms)

    def numbers(self, v: Value) -> Any:
        """The operation that made v, over its operands' numbers."""
        return _operation(v.op, v.operands, _in_digits, self.most_terms) if v.op else v.data

    def local(self, v: Value, slot: int) -> Any:
        """∂v/∂(operand `slot`) as a formula over names: the textbook's, where the row has one."""
        if isinstance(v.op, Nary):
            return self._local_of_many(v, slot)
        op = cast(Operation, v.op)
        y, operands = self.symbol(v), [self.symbol(x) for x in v.operands]
        if op.textbook:
            return formula(op.textbook[1 + slot], dict(zip(op.operands, operands, strict=True)) | {"y": y})
        try:
            return op.partials[slot](y, *operands)
        except ValueError:  # the formula does arithmetic on the constants alone, and they have no result
            return op.partials[slot](y, *(_uncomputed(x) if isinstance(x, float) else x for x in operands))

    def _local_of_many(self, v: Value, slot: int) -> Any:
        n = len(v.operands) // 2
        if v.op is dot:
            return 1.0 if slot == 2 * n else self.symbol(v.operands[slot + n if slot < n else slot - n])
        if v.op is softmax_output:
            return self._local_of_softmax(v, slot - 1)
        letters = {"y": self.symbol(v), "a": self.symbol(v.operands[slot]), "n": float(len(v.operands))}
        return formula(cast(Operation, v.op).textbook[1], letters)

    def _local_of_softmax(self, v: Value, j: int) -> Any:
        """y (1 - y) in its own operand, -y times the j-th output in the others: by name, if it is in the graph."""
        y, operands = self.symbol(v), v.operands
        if j == operands[0]:
            return y * (1.0 - y)
        other = self._softmax.get((float(j), *operands[1:]))
        if other is not None:
            return -y * self.symbol(other)
        return -y * _operation(v.op, (j, *operands[1:]), self.symbol, self.most_terms)

    def node(self, x: Any, user: str, argument: str) -> Value:
        """A node as an argument of `user` gives it: itself, or its name."""
        if isinstance(x, Value):
            if x not in self.names and self.root in topological_order(x):
                names = f"{argument}={self.name(x)} depends on {self.name(self.root)}"
                raise ValueError(f"{user}: {names}, not the other way round: swap the two")
            return x
        if not isinstance(x, str):
            raise TypeError(f"{user}: {argument}={x!r:.40} is {type(x).__name__}: give a Value, or its name")
        for node, name in self.names.items():
            if name in (x, readable(x)):
                return node
        known = f"{', '.join(self.names.values()):.200}"
        remedy = "" if self.labelled else "; names=locals() calls them by your variables"
        raise ValueError(f"{user}: {argument}={x!r}: no node is called that; there are {known}{remedy}")


def some(terms: Sequence[Any], most: int = MOST_TERMS) -> list[Any]:
    """All of them; of more than `most` the first and the last, with "…" between.

    >>> some([1, 2, 3, 4, 5, 6])
    [1, 2, '…', 6]
    """
    return list(terms) if len(terms) <= most else [*terms[: most // 2], "…", *terms[1 - (most + 1) // 2 :]]


def _in_digits(x: Value | float) -> float:
    """An operand as a number; a constant or an input may be e or π."""
    if not isinstance(x, Value):
        return x
    return Computed(x.data) if x.op else x.data


def _uncomputed(x: float) -> Any:
    """A number that is written as it is."""
    return neg(_uncomputed(-x)) if x < 0.0 else Symbol(PLAIN.number(x))


Written = Callable[[Any], Any]  # an operand as it stands in a formula


def _operation(op: Any, operands: Sequence[Any], written: Written, most: int) -> Any:
    """`op` of operands, none of it computed; sums and products of more than `most` as such, less the middle ones."""
    if not isinstance(op, Nary):
        return Symbol(op.name, op, [written(x) for x in operands])
    if op is dot:
        return _dot(operands, written, most)
    if op is softmax_output:
        return Symbol(op.name, op, [operands[0], *_terms(operands[1:], written, most)])
    terms = _terms(operands, written, most)
    if op is mean:
        return Symbol("div", div, [_sum(terms), float(len(operands))])
    return _sum(terms) if op is total else Symbol(op.name, op, terms)


def _dot(operands: Sequence[Any], written: Written, most: int) -> Any:
    """w1 · x1 + w2 · x2 + … + bias, without a bias that is the number 0."""
    n, bias = len(operands) // 2, operands[-1]
    products = [*zip(operands[:n], operands[n:-1], strict=True)]

    def term(x: Any) -> Any:
        return Symbol("mul", mul, [written(factor) for factor in x]) if isinstance(x, tuple) else written(x)

    return _sum(_terms(products if isinstance(bias, float) and bias == 0.0 else [*products, bias], term, most))


def _terms(operands: Sequence[Any], written: Written, most: int) -> list[Any]:
    return [Symbol("…") if isinstance(x, str) else written(x) for x in some(operands, most)]


def _sum(terms: Sequence[Any]) -> Any:
    return reduce(lambda a, b: Symbol("add", add, [a, b]), terms) if terms else 0.0
