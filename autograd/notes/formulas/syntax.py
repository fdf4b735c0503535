"""What a formula of notes says: a tree, each node with the place in the formula that it was read from.

The tree is syntax alone: that h(x) applies h, and w(x + b) multiplies, only a reader who knows h and w can tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, fields, replace
from typing import Any

Span = tuple[int, int]  # the first character's offset in the formula, and the offset after the last


@dataclass(frozen=True)
class Node:
    """A part of a formula. Two are equal where they say the same, wherever they stand."""

    span: Span = field(default=(0, 0), compare=False, repr=False, kw_only=True)

    def children(self) -> Iterator[Node]:
        """The nodes right below this one, in the order of reading."""
        for f in fields(self):
            yield from _nodes(getattr(self, f.name))

    def walk(self) -> Iterator[Node]:
        """This node and all below it, each before its children."""
        stack: list[Node] = [self]
        while stack:
            node = stack.pop()
            yield node
            stack += reversed(list(node.children()))

    def map(self, function: Callable[[Node], Node]) -> Node:
        """The same node with `function` of each child; this node itself where no child changes."""
        changed = {f.name: _mapped(getattr(self, f.name), function) for f in fields(self) if f.name != "span"}
        return replace(self, **changed) if any(changed[k] is not getattr(self, k) for k in changed) else self


def _nodes(part: Any) -> Iterator[Node]:
    if isinstance(part, Node):
        yield part
    elif isinstance(part, tuple):
        for each in part:
            yield from _nodes(each)


def _mapped(part: Any, function: Callable[[Node], Node]) -> Any:
    if isinstance(part, Node):
        return function(part)
    if isinstance(part, tuple):
        made = tuple(_mapped(each, function) for each in part)
        return made if any(new is not old for new, old in zip(made, part, strict=True)) else part
    return part


# ---- atoms


@dataclass(frozen=True)
class Number(Node):
    """A number as written: `0.50`."""

    text: str


@dataclass(frozen=True)
class Name(Node):
    r"""A letter, a Greek letter, a letter with an accent, a word: `w`, `θ`, `ŷ` for \hat y, `label`."""

    text: str


@dataclass(frozen=True)
class Dots(Node):
    r"""\dots: what goes on as it began."""


# ---- scripts


@dataclass(frozen=True)
class Indexed(Node):
    r"""A subscript: `x_{ij}` has the indices i and j, `x_{12}` the one index 12, `x_{i+1,j}` i + 1 and j."""

    base: Node
    indices: tuple[Node, ...]


@dataclass(frozen=True)
class Tagged(Node):
    r"""A superscript in brackets, which is no power: `W^{(1)}`, `w^{[l]}`, `y^{(i)}`."""

    base: Node
    tag: Node


@dataclass(frozen=True)
class Primed(Node):
    """f′, f″: `count` primes."""

    base: Node
    count: int


@dataclass(frozen=True)
class Transposed(Node):
    r"""`X^T`, `X^\top`."""

    base: Node


@dataclass(frozen=True)
class Power(Node):
    """x², e^{−x}."""

    base: Node
    exponent: Node


# ---- arithmetic


@dataclass(frozen=True)
class Group(Node):
    """What stands in brackets, the parts between commas or semicolons each: (x), [x], f(x, y), |x|, ‖x‖."""

    parts: tuple[Node, ...]
    bracket: str = "("  # how it opens: ( [ { | ‖


@dataclass(frozen=True)
class Sum(Node):
    """Terms, each with its sign, "+", "-" or "±": a − b + c. One term may have a sign too: −a."""

    terms: tuple[Node, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Product(Node):
    r"""Factors, and what stands before each: "" where they are just put side by side (the first always is), else
    "·", "×", "*" (for \ast), "⊙" (for \odot and \circ), "/"."""

    factors: tuple[Node, ...]
    signs: tuple[str, ...]


@dataclass(frozen=True)
class Fraction(Node):
    r"""\frac{over}{under}."""

    over: Node
    under: Node


@dataclass(frozen=True)
class Root(Node):
    r"""\sqrt[degree]{radicand}; the degree is None for a square root."""

    radicand: Node
    degree: Node | None = None


@dataclass(frozen=True)
class Function(Node):
    r"""A function by its own command or well-known word, of what follows: \log x, \exp(x), \max(0, x), \softmax(z).

    `name` is as in \log without the backslash, in lower case: "relu", "softmax", "log". In \sin^2 x the exponent is
    2; in \log_2 x the base is 2.
    """

    name: str
    arguments: tuple[Node, ...]
    exponent: Node | None = None
    base: Node | None = None


@dataclass(frozen=True)
class Big(Node):
    r"""\sum_{i=1}^{m} body and its kin: `kind` is "sum", "prod", "max", "min", "argmax", "argmin" or "lim".

    `indices` are the names that run (i and j in \sum_{i,j}). `lower` is 1 in \sum_{i=1}, and the relation in
    \sum_{k \ne i} and \lim_{h \to 0}; `lower` and `upper` are None where not written. The body is the product that
    follows, up to the next + or −.
    """

    kind: str
    indices: tuple[Node, ...]
    lower: Node | None
    upper: Node | None
    body: Node


# ---- derivatives


@dataclass(frozen=True)
class Derivative(Node):
    r"""\frac{\partial L}{\partial w}, dL/dw, \nabla_w L; twice in w for \frac{d^2L}{dw^2}.

    `of` is None where what is derived stands behind it: \frac{d}{dx} x^2. `wrt` is empty for a bare \nabla.
    """

    of: Node | None
    wrt: tuple[Node, ...]


@dataclass(frozen=True)
class At(Node):
    r"""A value at a point: \left. y' \right|_{x=0}."""

    body: Node
    conditions: tuple[Node, ...]


# ---- arrays, cases, notes on shapes


@dataclass(frozen=True)
class Matrix(Node):
    """Rows of entries: pmatrix, bmatrix, array, matrix."""

    rows: tuple[tuple[Node, ...], ...]


@dataclass(frozen=True)
class Cases(Node):
    """Values, each with the relation under which it holds; None for "otherwise"."""

    values: tuple[Node, ...]
    conditions: tuple[Node | None, ...]


@dataclass(frozen=True)
class Annotated(Node):
    r"""A remark above or below: \underset{4\times3}{W}, \underbrace{X^T}_{(k \times m)}."""

    body: Node
    remark: Node


@dataclass(frozen=True)
class Words(Node):
    r"""Text in a formula that is no name: \text{ given answer }."""

    text: str


# ---- statements


@dataclass(frozen=True)
class Relation(Node):
    r"""Sides, and the signs between them: a = b = c has three sides and two signs.

    Signs: "=", "≈", ":=", "←", "≡", "∝", "∈", "→", "<", "≤", ">", "≥", "≠". The first side is None where a statement
    begins with its sign and so goes on from the one before. A formula that relates nothing has one side and no sign.
    """

    sides: tuple[Node | None, ...]
    signs: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unreadable(Node):
    """A statement that could not be read: at which token, and why."""

    token: str
    reason: str


Statement = Relation | Unreadable
