"""What the names in notes mean at one place: inputs, sizes, definitions, functions.

A definition further down replaces an earlier one, and what was defined by it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from autograd.notes.formulas.syntax import Big, Indexed, Name, Node, Number, Primed, Sum, Tagged
from autograd.notes.markdown.declared import AnyFunction, Axis, Input, Slices

ANY = Name("·")  # an index of a family: every value of it
REFERENCES = (Name, Indexed, Tagged, Primed)


@dataclass(frozen=True)
class Definition:
    """`name` is `body`: for every value of `indices` (y_{ij}), or as a function of `parameters` (h(z))."""

    name: Node
    body: Node
    indices: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    line: int = 0
    part: int = 0


Meaning = Input | Definition | AnyFunction | Slices


@dataclass
class Knowledge:
    """The names known so far. `version` changes whenever a name gets another meaning."""

    names: dict[Node, Meaning] = field(default_factory=dict)
    ranges: dict[str, Axis] = field(default_factory=dict)  # of indices
    sizes: dict[str, None] = field(default_factory=dict)  # in the order of appearance
    bases: dict[str, float] = field(default_factory=dict)  # of logarithms
    along: dict[str, str] = field(default_factory=dict)  # softmax: rows or columns
    declared: dict[Node, int] = field(default_factory=dict)  # the part in which an input was declared last
    assumed: dict[Node, str] = field(default_factory=dict)  # what was not declared, and what it was taken for
    fixed: dict[Node, list[tuple[tuple[Node, ...], float]]] = field(default_factory=dict)  # x_{i0} = 1: entries
    version: int = 0
    _memo: dict[Any, Any] = field(default_factory=dict, repr=False)
    _memo_of: int = -1

    def know(self, name: Node, meaning: Meaning) -> None:
        """A name's meaning, from here on."""
        self.names[name] = meaning
        self.assumed.pop(name, None)
        self.version += 1

    def fix(self, name: Node, indices: tuple[Node, ...], number: float) -> None:
        """An entry of an input that is always one number, as x_{i0} = 1."""
        self.fixed.setdefault(name, []).append((indices, number))
        self.version += 1

    def displace(self, name: Node, part: int) -> None:
        """Forgets what the same letter meant in earlier parts, with other scripts."""
        letter = untagged(name)
        for known, meaning in list(self.names.items()):
            if (
                untagged(known) == letter
                and known != name
                and (not isinstance(meaning, Definition) or meaning.part != part)
            ):
                if is_family(name) or is_family(known) or known == letter:
                    del self.names[known]
                    self.version += 1

    def assume(self, name: Node, meaning: Meaning, words: str) -> None:
        """A meaning for a name that nothing was said of."""
        self.know(name, meaning)
        self.assumed[name] = words

    def forget(self, name: Node) -> None:
        """A name, and its components."""
        for known in [n for n in self.names if name in (n, stem(n), untagged(n))]:
            del self.names[known]
        self.fixed.pop(name, None)
        self.version += 1

    def add_axes(self, axes: tuple[Axis, ...] | None) -> None:
        """The sizes that axes name."""
        for axis in axes or ():
            if isinstance(axis.last, str):
                self.sizes.pop(axis.last, None)  # those named last are the smallest, and all different
                self.sizes[axis.last] = None
                self.version += 1

    def find(self, name: Node) -> tuple[Node, Meaning] | None:
        """What a name with its scripts means: by itself, as an entry of a family, or of an array in capitals.

        L_i is an entry of the family L_i if there is one, else of the array L; y_ij may be an entry of Y; Y alone may
        be all the y_ij.
        """
        found: tuple[Node, Meaning] | None = self._remembered(("find", name), lambda: self._found(name))
        return found

    def function(self, name: Node, count: int) -> tuple[Node, Meaning] | None:
        """What a name means with so many arguments: H(p) is one function, H(p, q) another."""
        return self.find(of_arity(name, count)) or self.find(name)

    def _found(self, name: Node) -> tuple[Node, Meaning] | None:
        fitting = (n for n in self._candidates(name) if n in self.names and (n == name or not self._is_one(n, name)))
        return next(((known, self.names[known]) for known in fitting), None)

    def _is_one(self, known: Node, name: Node) -> bool:
        """Whether a name with indices would be an entry of a number, which has none."""
        meaning = self.names[known]
        is_number = isinstance(meaning, Input) and meaning.axes == () and not meaning.per
        return is_number and isinstance(name, (Indexed, Tagged))

    def _remembered(self, key: Any, find: Callable[[], Any]) -> Any:
        """What was found before, as long as no name gets another meaning."""
        if self._memo_of != self.version:
            self._memo, self._memo_of = {}, self.version
        if key not in self._memo:
            found = find()
            self._memo[key] = found
        return self._memo[key]

    def _candidates(self, name: Node) -> Iterator[Node]:
        yield name
        if isinstance(name, Indexed) and any(self._is_label(i) for i in name.indices):
            return
        plain = stem(name)
        count = len(name.indices) if isinstance(name, Indexed) else 0
        tagged = isinstance(plain, Tagged)
        for base in (plain, other_case(plain)) if count or tagged else (plain,):
            if base is None:
                continue
            yield from _families(base, count)
            yield base
            if isinstance(base, Tagged):
                yield from _families(base.base, count, tagged=True)
                yield base.base
        if not count and not tagged:
            yield from self._arrays(name)

    def _is_label(self, index: Node) -> bool:
        """Whether a subscript tells names apart, as in J_{CE}, and counts nothing."""
        return isinstance(index, Name) and not is_index(index) and index.text not in self.sizes and index != ANY

    def _arrays(self, name: Node) -> Iterator[Node]:
        """What a bare name may stand for: all of a family, and for a capital letter an array in small letters."""
        for base in (name, other_case(name)):
            if base is None or (base != name and not is_capital(name)):
                continue
            for family in [n for n in self.names if n != base and stem(untagged(n)) == base and is_family(n)]:
                yield family
            if base != name and self._is_array(base):
                yield base

    def _is_array(self, name: Node) -> bool:
        meaning = self.names.get(name)
        if isinstance(meaning, Input):
            return bool(meaning.axes or meaning.per)
        return isinstance(meaning, Slices)

    def per(self, name: Node) -> frozenset[str]:
        """The indices that a name has a value for each of, without saying so."""
        found: frozenset[str] = self._remembered(("per", name), lambda: frozenset(self._per(name, set())))
        return found

    def _per(self, name: Node, seen: set[Node]) -> set[str]:
        known = self.find(name)
        if known is None or known[0] in seen:
            return set()
        seen = seen | {known[0]}
        meaning = known[1]
        if isinstance(meaning, Input):
            return {meaning.per} - {""}
        if isinstance(meaning, Slices):
            return {slice_index(meaning)} - {""} if isinstance(meaning.name, Tagged) and name == known[0] else set()
        if isinstance(meaning, AnyFunction):
            return set()
        below = self._remembered(("below", known[0]), lambda: self._in(meaning.body, seen) - {*meaning.indices})
        return set(below)

    def per_in(self, node: Node) -> frozenset[str]:
        """Those of the names in a formula, and its own free indices, but for what sums bind."""
        found: frozenset[str] = self._remembered(("in", node), lambda: frozenset(self._in(node, set())))
        return found

    def _in(self, node: Node, seen: set[Node]) -> set[str]:
        found: set[str] = set()
        stack: list[tuple[Node, frozenset[str]]] = [(node, frozenset())]
        while stack:
            part, bound = stack.pop()
            if isinstance(part, Big):
                bound = bound | {i.text for i in part.indices if isinstance(i, Name)}
            if isinstance(part, REFERENCES):
                found |= self._per_of(part, seen) - bound
            else:
                stack += [(child, bound) for child in part.children()]
        return found

    def _per_of(self, part: Node, seen: set[Node]) -> set[str]:
        inner = part.base if isinstance(part, Primed) else part
        below = inner.indices if isinstance(inner, Indexed) else ()
        base = stem(inner)
        known = self.find(inner)
        is_own = base in self.names or not isinstance(base, Tagged)
        scripts = below if is_own or not isinstance(base, Tagged) else (base.tag, *below)
        said = {i.text for i in scripts if is_index(i) and isinstance(i, Name) and not self._is_name(i)}
        meaning = known[1] if known else None
        axes = len(meaning.axes or ()) if isinstance(meaning, Input) else 0
        if isinstance(meaning, Definition) and not meaning.indices and scripts and len(self._per(inner, seen)) == 1:
            return said
        return said if isinstance(meaning, Input) and len(scripts) > axes else said | self._per(inner, seen)

    def _is_name(self, index: Name) -> bool:
        return index in self.names or index.text in self.sizes

    def upstream(self, name: Node) -> set[Node]:
        """The names that a name is defined through, itself among them."""
        found: set[Node] = set()
        pending = [name]
        while pending:
            known = self.find(pending.pop())
            if known is None or known[0] in found:
                continue
            found.add(known[0])
            if isinstance(known[1], Definition):
                pending += mentioned(known[1].body)
            elif isinstance(known[1], AnyFunction):
                pending += known[1].of
            elif isinstance(known[1], Slices):
                pending.append(known[1].of)
        return found


def mentioned(node: Node) -> Iterator[Node]:
    """The names in a formula, each with all its scripts, and those in the scripts."""
    stack = [node]
    while stack:
        part = stack.pop()
        if not isinstance(part, REFERENCES) or (isinstance(part, Primed) and not isinstance(part.base, REFERENCES)):
            stack += reversed(list(part.children()))
            continue
        yield part
        while not isinstance(part, Name):
            if isinstance(part, Indexed):
                stack += part.indices
            elif isinstance(part, Primed) and isinstance(part.base, REFERENCES):
                yield part.base
            part = part.base
            if not isinstance(part, REFERENCES):
                stack.append(part)
                break


def stem(node: Node) -> Node:
    """A name without its indices."""
    while isinstance(node, Indexed):
        node = node.base
    return node


def of_arity(name: Node, count: int) -> Node:
    """The key of a function beside another of the same name that takes another number of arguments."""
    return Name(f"{name.text}⟨{count}⟩") if isinstance(name, Name) else name


def is_index(node: Node) -> bool:
    """Whether a script looks like an index that runs: a small Latin letter."""
    return isinstance(node, Name) and len(node.text) == 1 and "a" <= node.text <= "z"


def family(name: Node, tags: int, below: int) -> Node:
    """The key of a family: y with every index."""
    base: Node = Tagged(name, ANY) if tags else name
    return Indexed(base, (ANY,) * below) if below else base


def _families(base: Node, count: int, tagged: bool = False) -> Iterator[Node]:
    inner: Node = Tagged(base, ANY) if tagged else base
    if count:
        yield Indexed(inner, (ANY,) * count)
        if tagged:
            yield inner
            yield Indexed(base, (ANY,) * (count + 1))
    elif tagged:
        yield inner
        yield Indexed(base, (ANY,))


def is_family(name: Node) -> bool:
    """Whether a key is that of a family."""
    inner = stem(name)
    return (isinstance(name, Indexed) and ANY in name.indices) or (isinstance(inner, Tagged) and inner.tag == ANY)


def untagged(name: Node) -> Node:
    """A family's name without what stands for its tag."""
    inner = stem(name)
    return inner.base if isinstance(inner, Tagged) and inner.tag == ANY else inner


def is_capital(name: Node) -> bool:
    """Whether a name is a capital letter."""
    while isinstance(name, (Tagged, Primed)):
        name = name.base
    return isinstance(name, Name) and len(name.text) == 1 and name.text.isupper()


def slice_index(meaning: Slices) -> str:
    """The index of w_j or x^{(i)}."""
    name = meaning.name
    index = name.indices[0] if isinstance(name, Indexed) else name.tag if isinstance(name, Tagged) else None
    return index.text if isinstance(index, Name) else ""


def other_case(name: Node) -> Node | None:
    """y for Y, w⁽¹⁾ for W⁽¹⁾; None for words and what has no case."""
    if isinstance(name, Name):
        swapped = name.text.swapcase()
        return Name(swapped) if len(name.text) == len(swapped) == 1 and swapped != name.text else None
    if isinstance(name, (Tagged, Primed)):
        base = other_case(name.base)
        return base and replace(name, base=base)
    return None


def _counted(index: Node, values: dict[str, Any]) -> int | None:
    """The number of an index, where it is made of numbers and of indices that have one: l − 1."""
    if isinstance(index, Number) and index.text.isdigit():
        return int(index.text)
    if isinstance(index, Name) and isinstance(values.get(index.text), int):
        return int(values[index.text])
    if isinstance(index, Sum):
        terms = [_counted(term, values) for term in index.terms]
        known = [term for term in terms if term is not None]
        if len(known) == len(terms):
            return sum(term if sign == "+" else -term for term, sign in zip(known, index.signs, strict=True))
    return None


def numbered(node: Node, values: dict[str, Any]) -> Node:
    """A name with numbers for the indices that have values: x_i is x_2, W^{(l)} is W^{(1)}."""

    def number(index: Node) -> Node:
        value = _counted(index, values)
        return index if value is None or isinstance(index, Number) else Number(str(value))

    if isinstance(node, Indexed):
        return Indexed(numbered(node.base, values), tuple(map(number, node.indices)))
    if isinstance(node, Tagged):
        return Tagged(numbered(node.base, values), number(node.tag))
    return node
