"""Terms of the source: what is computed, put where it is to be, or added to what is there."""

from __future__ import annotations

from typing import Any, NamedTuple

from autograd import ops
from autograd.replay.numpy.code import NumpyCode, has_boolean
from autograd.replay.numpy.formulas import ufunc
from autograd.symbol import ATOM, BINDS, Symbol


class Term(NamedTuple):
    """An expression, and a statement that puts what it gives into {}. With `minus`, what is meant is −text.

    `rows` says of a term of one row how many it stands for, all of them the same.
    """

    text: str
    statement: str
    minus: bool = False
    binds: int = ATOM
    rows: tuple[int, ...] = ()

    @property
    def atom(self) -> str:
        """The expression, in brackets where it needs them."""
        return self.text if self.binds == ATOM else f"({self.text})"

    @property
    def signed(self) -> str:
        """The expression with its sign."""
        return f"-{self.atom}" if self.minus else self.text

    def into(self, target: str) -> str:
        """The statement that puts it there."""
        return self.statement.format(target)

    def onto(self, target: str) -> str:
        """The statement that adds it to what is there."""
        return f"np.{'subtract' if self.minus else 'add'}({target}, {self.text}, out={target})"

    def down(self) -> Term:
        """The sum of its rows, as one row."""
        return call(f"{self.atom}.sum(axis=0, keepdims=True)", self.minus)

    def over_samples(self, ones: str) -> Term:
        """The sum of each row."""
        found = product(self.atom, ones, self.minus)
        return plain(found.text, self.minus, found.binds)._replace(rows=self.rows) if self.rows else found

    def whole(self, samples: str) -> Term:
        """With all of its rows."""
        return plain(spread(self.text, self.rows, samples), self.minus) if self.rows else self


def plain(text: str, minus: bool = False, binds: int = ATOM) -> Term:
    """What is copied."""
    found = Term(text, "", minus, binds)
    return found._replace(statement=f"{{}}[:] = {found.signed}")


def call(text: str, minus: bool = False) -> Term:
    """What a function gives that takes `out`."""
    return Term(text, f"np.negative({text}, out={{}})" if minus else f"{text[:-1]}, out={{}})", minus)


def times(a: str, b: str) -> Term:
    """a · b, entry by entry."""
    return Term(f"{a} * {b}", f"np.multiply({a}, {b}, out={{}})", binds=BINDS["*"])


def product(a: str, b: str, minus: bool = False) -> Term:
    """The matrix product."""
    statement = f"np.negative({a} @ {b}, out={{}})" if minus else f"np.matmul({a}, {b}, out={{}})"
    return Term(f"{a} @ {b}", statement, minus, BINDS["*"])


def spread(name: str, rows: tuple[int, ...], samples: str) -> str:
    """One row as several."""
    return f"np.broadcast_to({name}, ({', '.join(map(str, rows))}, {samples}))"


def term(formula: Any, code: NumpyCode) -> Term:
    """A formula as a term."""
    minus = isinstance(formula, Symbol) and formula.op is ops.neg
    text, binds = code.write(formula.args[0] if minus else formula)
    function = ufunc(formula.op) if isinstance(formula, Symbol) and formula.op else None
    if not function:
        return plain(text, minus, binds)
    args = [code.write(x)[0] for x in formula.args]
    if has_boolean(formula):
        args[1] = code.condition(formula.args[1].args[0])
    return Term(text, f"np.{function}({', '.join(args)}, out={{}})", minus, binds)
