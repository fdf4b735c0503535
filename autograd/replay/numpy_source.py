"""A plan as NumPy source: what one would write by hand, made to be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from hashlib import sha256
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np

from autograd import ops
from autograd.codegen import compile_source, ieee_value, is_composed
from autograd.ops import Nary, Operation
from autograd.replay import numpy_kernels
from autograd.replay.numpy_adjoints import Adjoints
from autograd.replay.numpy_formulas import NumpyCode, Term, value
from autograd.replay.numpy_nary import LogSumExp, Softmax, Sum
from autograd.replay.numpy_products import dots
from autograd.replay.numpy_section import INDENT, STORES, Names, Section
from autograd.replay.numpy_units import Unit
from autograd.replay.plan import Group, Plan, S, V, X
from autograd.replay.program import Ints

UNITS = {ops.total: Sum, ops.mean: Sum, ops.logsumexp: LogSumExp, ops.softmax_output: Softmax}
LENGTH = 250  # units in a section: Python is slow at very long functions


class Source:
    """The text of a replay; `make` compiles it, `rows` is what it takes beside the stores.

    `shared` and `samples` name its functions: what runs once, and what runs for each block of samples.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan, self.names, self.code = plan, Names(), NumpyCode()
        units = list(_units(plan))
        for unit in units:
            self._name_results(unit)
        self.shared = self._sections("shared", [unit for unit in units if unit.store == S])
        self.samples = self._sections("samples", [unit for unit in units if unit.store == V])
        self.adjoints = Adjoints(plan)
        self._backward(self.samples, X, V)
        self._backward(self.shared, S)
        self.text = "\n".join(self._lines()) + "\n"

    def make(self) -> tuple[list[Callable[..., Any]], list[Callable[..., Any]]]:
        """The functions that bind the source to memory: for what runs once, and for each block."""
        ...
