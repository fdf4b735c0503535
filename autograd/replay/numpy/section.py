"""A part of the source of a replay: names for views of the stores, and what computes on them, forwards and back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from autograd.ops import TABLE
from autograd.replay.numpy.access import Access, access
from autograd.replay.numpy.code import TAKEN, NumpyCode
from autograd.replay.plan import Plan, S, V, X
from autograd.replay.program import Ints

STORES = {S: "S", X: "X", V: "V"}


class Names:
    """What expressions are called: the same in all sections. And the arrays of whole numbers that these need."""

    def __init__(self) -> None:
        self.known = {"V.shape[1]": "N", "np.ones((N, 1))": "ones"}
        self.rows: list[Ints] = []
        self._row_of: dict[tuple[tuple[int, ...], bytes], str] = {}
        self._counts: dict[str, int] = {}

    def of(self, expression: str, hint: str) -> str:
        """Its name, a new one if it has none. A gradient is called after what it is the gradient of."""
        if expression.startswith("d"):
            return f"d_{self.of(expression[1:], hint)}"
        if (name := self.known.get(expression)) is None:
            self.known[expression] = name = self.new(hint)
        return name

    def new(self, hint: str) -> str:
        """The hint with a number, so that it is not in use."""
        while True:
            self._counts[hint] = count = self._counts.get(hint, 0) + 1
            name = f"{hint}_{count}" if hint[-1].isdigit() else f"{hint}{count}"
            if name not in TABLE and name not in TAKEN:
                return f"_{name}" if name.startswith("d_") else name  # that would be a gradient

    def index(self, numbers: Ints) -> str:
        """The expression of an array of whole numbers."""
        key = (numbers.shape, numbers.tobytes())
        if key not in self._row_of:
            self._row_of[key] = f"rows[{len(self.rows)}]"
            self.rows.append(np.array(numbers, dtype=np.intp))
        return self._row_of[key]


class Section:
    """A function that binds views to names, and makes two functions of them: forward and backward."""

    def __init__(self, name: str, plan: Plan, names: Names, code: NumpyCode) -> None:
        self.name, self.plan, self.names, self.code = name, plan, names, code
        self.bound: dict[str, str] = {}
        self.forward: list[str] = []
        self.backward: list[str] = []
        self.lines = self.forward

    def bind(self, expression: str, hint: str) -> str:
        """The name of an expression that stays the same from run to run."""
        name = self.names.of(expression, hint)
        self.bound[name] = expression
        return name

    def buffer(self, shape: Sequence[object], hint: str) -> str:
        """The name of memory that forward fills for backward."""
        name = self.names.new(hint)
        self.bound[name] = f"np.empty(({', '.join(map(str, shape))}))"
        return name

    def samples(self, store: int) -> str:
        """How many numbers a row has."""
        return "1" if store == S else self.bind("V.shape[1]", "N")

    @property
    def ones(self) -> str:
        """A column by which a product is the sum over the samples: faster than `sum`."""
        self.samples(V)
        return self.bind("np.ones((N, 1))", "ones")

    def index(self, numbers: Ints) -> str:
        """The name of an array of whole numbers."""
        return self.bind(self.names.index(numbers), "i")

    def access(self, array: str, store: int, places: Ints, flat: bool = False) -> Access:
        """How rows are read and written."""
        return access(array, self.plan.rows_of(store), places, self.index, flat)

    def read(self, store: int, places: Ints, local: str, hint: str = "", flat: bool = False) -> str:
        """The name of rows: of a view, or of the copy that a line makes, which is called `local`."""
        found = self.access(STORES[store], store, places, flat)
        if found.view and store != X:
            return self.bind(found.read, hint or STORES[store].lower())
        name = self.names.of(found.read, "x") if found.view else local
        line = f"{name} = {found.read}"  # X is another one in every run
        if not found.view or line not in self.lines:
            self.lines.append(line)
        return name

    def results(self, store: int, start: int, stop: int, gradient: bool = False, form: str = "]") -> str:
        """The name of rows of results, or of their gradient, in the form given."""
        return self.bind(f"{'d' * gradient}{STORES[store]}[{start}:{stop}{form}", "y")

    def definition(self, arguments: str, forward: str, backward: str) -> Iterator[str]:
        """The lines of the function, given the arguments of the three functions."""
        yield f"def {self.name}({arguments}):"
        yield from (f"    {line}" for line in self._bindings())
        for name, given, lines in (("forward", forward, self.forward), ("backward", backward, self.backward)):
            yield from ("", f"    def {name}({given}):")
            yield from (f"        {line}" for line in lines or ["pass"])
        yield from ("", "    return forward, backward", "", "")

    def _bindings(self) -> Iterator[str]:
        """A line for each name, and its gradient with it."""
        for name, expression in self.bound.items():
            if not (name.startswith("d_") and name[2:] in self.bound):
                gradient = self.bound.get(f"d_{name}")
                yield f"{name}, d_{name} = {expression}, {gradient}" if gradient else f"{name} = {expression}"
