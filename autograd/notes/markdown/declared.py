"""What declarations say: records, each with the place in the text of the line that said it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from autograd.notes.formulas.syntax import Node


@dataclass(frozen=True)
class Declared:
    """Something that a line declares. Two are equal where they say the same, wherever they stand."""

    start: int = field(default=0, compare=False, repr=False, kw_only=True)
    end: int = field(default=0, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Axis:
    """Where an index runs, both ends included; `last` is a number or the name of a size."""

    first: int
    last: str | int


@dataclass(frozen=True)
class Input(Declared):
    """A symbol that is given, not computed. What a line leaves open is None or empty here.

    `axes` is () for a number; `low` and `high` bound its values, `values` lists them; `kind` holds for all of a vector,
    or for each of the `along` of a matrix; there is one for each value of the index `per`.
    """

    name: Node
    axes: tuple[Axis, ...] | None = None
    low: float | None = None
    high: float | None = None
    values: tuple[float, ...] = ()
    kind: Literal["", "one-hot", "sums to 1"] = ""
    along: Literal["", "rows", "columns"] = ""
    per: str = ""


@dataclass(frozen=True)
class Index(Declared):
    """A letter that counts."""

    name: str
    axis: Axis


@dataclass(frozen=True)
class Slices(Declared):
    """w_j stands for the column j of W, or x^{(i)} for the row i of X."""

    name: Node
    of: Node
    along: Literal["rows", "columns"]


@dataclass(frozen=True)
class AnyFunction(Declared):
    """A smooth function that is not said; `of` is empty where it is of whatever stands behind it in brackets."""

    name: Node
    of: tuple[Node, ...] = ()


@dataclass(frozen=True)
class LogBase(Declared):
    """The base of the logarithm called "log" or "lg"."""

    function: str
    base: float


@dataclass(frozen=True)
class Softmax(Declared):
    """Whether the softmax of a matrix is of its rows or of its columns."""

    along: Literal["rows", "columns"]


@dataclass(frozen=True)
class Forget(Declared):
    """What these names meant before is forgotten."""

    names: tuple[Node, ...]


@dataclass(frozen=True)
class Fact(Declared):
    """A formula, read as if it stood in the notes."""

    latex: str


@dataclass(frozen=True)
class Mistake(Declared):
    """A line that says none of this: the text that is wrong, why, and how to write it."""

    text: str
    reason: str


Line = Input | Index | Slices | AnyFunction | LogBase | Softmax | Forget | Fact | Mistake
