"""Single changes to a formula that a slip of the pen may call for: each the changed tree, and the changed source."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from autograd.notes.formulas.latex import latex
from autograd.notes.formulas.syntax import (
    Big,
    Derivative,
    Fraction,
    Function,
    Group,
    Indexed,
    Name,
    Node,
    Number,
    Power,
    Primed,
    Product,
    Span,
    Sum,
    Tagged,
    Transposed,
)
from autograd.notes.formulas.wording import readable
from autograd.notes.meaning.knowledge import REFERENCES, Knowledge, is_index, stem

Change = tuple[Span, str]  # a place in the source, and what is to stand there
ALIKE = {"sin": ("cos",), "cos": ("sin",), "log": ("exp",), "ln": ("exp",), "exp": ("log",), "sinh": ("cosh",)}
ALIKE |= {"cosh": ("sinh",), "max": ("min",), "min": ("max",)}
MOST = 400  # changes tried for one formula


@dataclass(frozen=True)
class Edit:
    """A change: the kind of slip that it mends, in words, the formula after it, and the changes to its source."""

    kind: str
    words: str
    body: Node
    changes: tuple[Change, ...]

    @property
    def place(self) -> Span:
        """Where the slip is."""
        spans = [span for span, _ in self.changes]
        return min(a for a, _ in spans), max(b for _, b in spans)


def spliced(source: str, changes: Iterable[Change]) -> str:
    """The source with each change made."""
    for (start, end), text in sorted(changes, reverse=True):
        source = source[:start] + text + source[end:]
    return source


class Edits:
    """The changes to one side of a claim."""

    def __init__(
        self, body: Node, source: str, knowledge: Knowledge, names: Iterable[Node], indices: Iterable[str]
    ) -> None:
        self.body, self.source, self.knowledge = body, source, knowledge
        self.names = list(dict.fromkeys(names))
        self.indices = list(dict.fromkeys(indices))
        hidden = {id(part) for node in body.walk() for script in _counting(node) for part in script.walk()}
        self.nodes = [node for node in body.walk() if node.span[1] > node.span[0] and id(node) not in hidden]

    def __iter__(self) -> Iterator[Edit]:
        for find in (
            self.swapped_indices,
            self.transposed,
            self.reordered,
            self.summed,
            self.other_index,
            self.upside_down,
            self.other_sign,
            self.other_product,
            self.primes,
            self.other_function,
            self.without,
            self.other_power,
            self.exchanged,
            self.other_name,
            self.multiplied,
        ):
            yield from find()

    # ---- helpers

    def text(self, node: Node) -> str:
        """A node's source."""
        return self.source[node.span[0] : node.span[1]]

    def raised(self, node: Node) -> str:
        """A node's source, ready for one more superscript."""
        text = self.text(node)
        return f"{{{text}}}" if isinstance(stem(node), Tagged) else text

    def edit(self, kind: str, words: str, old: Node, new: Node, *changes: Change) -> Edit:
        """An edit that puts one node in the place of another."""
        return Edit(kind, words, put(self.body, old, new), changes or ((old.span, latex(new)),))

    # ---- indices

    def swapped_indices(self) -> Iterator[Edit]:
        """W_{ji} for W_{ij}."""
        for node in self.nodes:
            if isinstance(node, Indexed) and len(node.indices) == 2 and node.indices[0] != node.indices[1]:
                i, j = node.indices
                new = replace(node, indices=(j, i))
                words = f"transposed index: should be {readable(new)}, not {readable(node)}"
                yield self.edit("transposed", words, node, new, (i.span, self.text(j)), (j.span, self.text(i)))

    def other_index(self) -> Iterator[Edit]:
        """x_{1i} for x_{ri}, in one name or in all of a bracket."""
        numbers = dict.fromkeys(
            i for n in self.nodes if isinstance(n, Indexed) for i in n.indices if isinstance(i, Number)
        )
        others: list[Node] = [*map(Name, self.indices), *numbers]
        for node in self.nodes:
            if not isinstance(node, (Indexed, Tagged, Group)):
                continue
            present = dict.fromkeys(i for i in _scripts(node) if is_index(i) or isinstance(i, Number))
            for old in present:
                for new in others:
                    if new != old:
                        yield self._index_put(node, old, new)

    def _index_put(self, node: Node, old: Node, new: Node) -> Edit:
        places = [i for i in _scripts(node) if i == old]
        made = _reindexed(node, old, new)
        names = dict.fromkeys(n for n in node.walk() if isinstance(n, (Indexed, Tagged)) and old in _own(n))
        written = ", ".join(readable(n) for n in names)
        meant = ", ".join(readable(_reindexed(n, old, new)) for n in names)
        words = f"wrong index: should be {meant}, not {written}"
        return self.edit("wrong index", words, node, made, *((place.span, latex(new)) for place in places))

    # ---- matrices

    def transposed(self) -> Iterator[Edit]:
        """X for Xᵀ, and Xᵀ for X."""
        inside = {id(n.base) for n in self.nodes if isinstance(n, (Transposed, Indexed, Tagged, Primed, Power))}
        for node in self.nodes:
            if isinstance(node, Transposed):
                words = f"transposed: should be {readable(node.base)}, not {readable(node)}"
                yield self.edit("transposed", words, node, node.base, ((node.base.span[1], node.span[1]), ""))
            elif isinstance(node, (Name, Tagged, Group, Derivative)) and id(node) not in inside:
                new = Transposed(node)
                changed = (
                    rf"\left({self.text(node)}\right)^T" if isinstance(node, Derivative) else self.raised(node) + "^T"
                )
                words = f"transposed: should be {readable(new)}, not {readable(node)}"
                yield self.edit("transposed", words, node, new, (node.span, changed))

    def reordered(self) -> Iterator[Edit]:
        """A B for B A."""
        for node in self.nodes:
            if not isinstance(node, Product):
                continue
            for i in range(len(node.factors)):
                for j in range(i + 1, len(node.factors)):
                    pair = (node.factors[i], node.factors[j])
                    if "/" in node.signs[i : j + 1] or any(isinstance(f, (Number, Fraction)) for f in pair):
                        continue
                    factors = list(node.factors)
                    factors[i], factors[j] = factors[j], factors[i]
                    a, b = node.factors[i], node.factors[j]
                    changes = (a.span, self._apart(b, a)), (b.span, self._apart(a, b))
                    words = f"wrong order: {readable(b)} should stand before {readable(a)}"
                    yield self.edit("wrong order", words, node, replace(node, factors=tuple(factors)), *changes)

    def _apart(self, node: Node, place: Node) -> str:
        """A factor's source at the place of another, apart from a letter that follows."""
        after = self.source[place.span[1] : place.span[1] + 1]
        return self.text(node).strip() + (" " if after.isalnum() else "")

    def other_product(self) -> Iterator[Edit]:
        r"""\odot for a product of matrices, and the reverse."""
        for node in self.nodes:
            if not isinstance(node, Product):
                continue
            for k in range(1, len(node.factors)):
                between = (node.factors[k - 1].span[1], node.factors[k].span[0])
                meant = "·" if node.signs[k] == "⊙" else "⊙"
                if node.signs[k] != "/":
                    signs = (*node.signs[:k], meant, *node.signs[k + 1 :])
                    sign, words = (
                        (r" \odot ", "entry by entry (⊙)") if meant == "⊙" else (" ", "as a product of matrices")
                    )
                    message = f"wrong product: should be {words} between {readable(node.factors[k - 1])} and {readable(node.factors[k])}"
                    yield self.edit("wrong product", message, node, replace(node, signs=signs), (between, sign))

    # ---- sums, fractions, signs

    def summed(self) -> Iterator[Edit]:
        """A Σ that is missing, or one too many."""
        start, end = self.body.span
        for index in self.indices:
            new = Big("sum", (Name(index),), None, None, self.body)
            text = self.source[start:end]
            wrapped = rf"\left({text}\right)" if isinstance(self.body, Sum) else text
            change = ((start, end), rf"\sum_{{{index}}} {wrapped}")
            yield Edit("missing sum", f"the sum over {index} is missing", new, (change,))
        for node in self.nodes:
            if isinstance(node, Big) and node.kind == "sum":
                span = (node.span[0], node.body.span[0])
                words = f"a sum over {readable(node.indices[0]) if node.indices else '…'} too many"
                yield self.edit("wrong sum", words, node, node.body, (span, ""))

    def upside_down(self) -> Iterator[Edit]:
        """dw/dL for dL/dw; a/b for b/a."""
        for node in self.nodes:
            if isinstance(node, Derivative) and node.of is not None and len(node.wrt) == 1:
                new: Node = Derivative(node.wrt[0], (node.of,))
                words = f"upside down: should be {readable(new)}, not {readable(node)}"
                yield self.edit("reciprocal", words, node, new)
            elif isinstance(node, Fraction):
                new = replace(node, over=node.under, under=node.over)
                yield self.edit("reciprocal", "upside down: a fraction", node, new)

    def other_sign(self) -> Iterator[Edit]:
        """1 + y for 1 − y."""
        for node in self.nodes:
            if isinstance(node, Sum):
                for k, sign in enumerate(node.signs):
                    if sign in ("+", "-"):
                        yield self._sign_put(node, k, "-" if sign == "+" else "+")

    def _sign_put(self, node: Sum, k: int, sign: str) -> Edit:
        signs = (*node.signs[:k], sign, *node.signs[k + 1 :])
        start = node.terms[k - 1].span[1] if k else node.span[0]
        span = (start, node.terms[k].span[0])
        text = f" {sign} " if k else sign.replace("+", "")
        term = readable(node.terms[k])
        words = f"wrong sign: should be {'−' if sign == '-' else '+'} before {term if term != '…' else 'a term'}"
        return self.edit("wrong sign", words, node, replace(node, signs=signs), (span, text))

    # ---- factors

    def without(self) -> Iterator[Edit]:
        """A factor too many."""
        for node in self.nodes:
            if isinstance(node, Product):
                for k, factor in enumerate(node.factors):
                    yield self._factor_left_out(node, k, factor)

    def _factor_left_out(self, node: Product, k: int, factor: Node) -> Edit:
        kept = [pair for i, pair in enumerate(zip(node.factors, node.signs, strict=True)) if i != k]
        signs = ("", *(sign for _, sign in kept[1:]))
        new = kept[0][0] if len(kept) == 1 else replace(node, factors=tuple(f for f, _ in kept), signs=signs)
        start = node.factors[k - 1].span[1] if k else factor.span[0]
        end = factor.span[1] if k else node.factors[1].span[0]
        return self.edit("extra factor", f"a factor {readable(factor)} is too much", node, new, ((start, end), ""))

    def multiplied(self) -> Iterator[Edit]:
        """A factor that is missing, at the end of a product."""
        inner = self.body
        while isinstance(inner, (Big, Group)) and (isinstance(inner, Big) or len(inner.parts) == 1):
            inner = inner.body if isinstance(inner, Big) else inner.parts[0]
        sums = [term for n in self.nodes if isinstance(n, Sum) for term in n.terms]
        for target in dict.fromkeys((inner, *(n.body for n in self.nodes if isinstance(n, Big)), *sums)):
            for name in self.names:
                new = Product((Group((target,)), name), ("", "·"))
                text = self.text(target)
                wrapped = rf"\left({text}\right)" if isinstance(target, Sum) else text
                words = f"a factor {readable(name)} is missing"
                yield self.edit("missing factor", words, target, new, (target.span, rf"{wrapped} \, {latex(name)}"))

    def primes(self) -> Iterator[Edit]:
        """σ for σ′, and the reverse."""
        inside = {id(n.base) for n in self.nodes if isinstance(n, Primed)}
        for node in self.nodes:
            if isinstance(node, Primed):
                words = f"should be {readable(node.base)}, not {readable(node)}"
                yield self.edit("wrong function", words, node, node.base, ((node.base.span[1], node.span[1]), ""))
            elif isinstance(node, Name) and id(node) not in inside:
                new = Primed(node, 1)
                words = f"should be {readable(new)}, not {readable(node)}"
                yield self.edit("wrong function", words, node, new, (node.span, self.raised(node) + "'"))

    def other_function(self) -> Iterator[Edit]:
        """cos for sin."""
        for node in self.nodes:
            if isinstance(node, Function) and node.name in ALIKE and len(node.arguments) == 1:
                for name in ALIKE[node.name]:
                    start = node.span[0]
                    place = (start, start + len(rf"\{node.name}"))
                    if self.source[slice(*place)] == rf"\{node.name}":
                        words = f"should be {name}, not {node.name}"
                        yield self.edit("wrong function", words, node, replace(node, name=name), (place, rf"\{name}"))

    def other_power(self) -> Iterator[Edit]:
        """x² for x, and the reverse."""
        for node in self.nodes:
            if isinstance(node, Power):
                yield self.edit(
                    "wrong power",
                    f"{readable(node.base)} should not be raised to a power",
                    node,
                    node.base,
                    ((node.base.span[1], node.span[1]), ""),
                )
            elif isinstance(node, (Group, *REFERENCES)):
                words = f"{readable(node)} should be squared"
                yield self.edit(
                    "wrong power", words, node, Power(node, Number("2")), (node.span, self.raised(node) + "^2")
                )

    # ---- names

    def exchanged(self) -> Iterator[Edit]:
        """P and Q have changed places."""
        present = list(dict.fromkeys(_base(n) for n in self.nodes if isinstance(n, REFERENCES)))
        for k, a in enumerate(present):
            for b in present[k + 1 :]:
                if isinstance(a, Name) and isinstance(b, Name) and a != b:
                    yield self._exchange(a, b)

    def _exchange(self, a: Node, b: Node) -> Edit:
        swap = {a: b, b: a}
        new = _renamed(self.body, swap)
        places = [n for n in self.nodes if isinstance(n, Name) and n in swap]
        words = f"{readable(a)} and {readable(b)} should change places"
        return Edit("wrong name", words, new, tuple((n.span, latex(swap[n])) for n in places))

    def other_name(self) -> Iterator[Edit]:
        """θ_0 for x_0."""
        inside = {id(n.base) for n in self.nodes if isinstance(n, (Indexed, Tagged))}
        for node in self.nodes:
            if not isinstance(node, REFERENCES) or id(node) in inside or is_index(node):
                continue
            for name in self.names:
                if name != node:
                    words = f"should be {readable(name)}, not {readable(node)}"
                    yield self.edit("wrong name", words, node, name)


def put(body: Node, old: Node, new: Node) -> Node:
    """A tree with one node (that very one) replaced."""
    return new if body is old else body.map(lambda child: put(child, old, new))


def _scripts(node: Node) -> Iterator[Node]:
    for part in node.walk():
        if isinstance(part, Indexed):
            yield from part.indices
        elif isinstance(part, Tagged):
            yield part.tag


def _counting(node: Node) -> tuple[Node, ...]:
    """What only counts: the indices of names and of sums."""
    return node.indices if isinstance(node, Big) else _own(node)


def _own(node: Node) -> tuple[Node, ...]:
    return node.indices if isinstance(node, Indexed) else (node.tag,) if isinstance(node, Tagged) else ()


def _reindexed(node: Node, old: Node, new: Node) -> Node:
    made = node.map(lambda child: _reindexed(child, old, new))
    if isinstance(made, Indexed):
        return replace(made, indices=tuple(new if i == old else i for i in made.indices))
    return replace(made, tag=new) if isinstance(made, Tagged) and made.tag == old else made


def _renamed(node: Node, names: dict[Node, Node]) -> Node:
    return names[node] if node in names else node.map(lambda child: _renamed(child, names))


def _base(node: Any) -> Node:
    while isinstance(node, (Indexed, Tagged, Primed)):
        node = node.base
    return node  # type: ignore[no-any-return]


Finder = Callable[[], Iterator[Edit]]
