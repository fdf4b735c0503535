"""What the names in notes mean at one place: inputs, sizes, definitions, functions.

A definition further down replaces an earlier one, and what was defined by it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

from autograd.notes.formulas.syntax import Indexed, Name, Node, Tagged
from autograd.notes.markdown.declared import AnyFunction, Axis, Input, Slices
from autograd.notes.meaning.keys import ANY, families, is_family, of_arity, untagged
from autograd.notes.meaning.names import is_capital, is_index, mentioned, other_case, stem

Found = TypeVar("Found")


@dataclass(frozen=True)
class Definition:
    """`name` is `body`: for every value of `indices` (y_{ij}), or as a function of `parameters` (h(z))."""

    name: Node
    body: Node
    indices: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    line: int = 0
    part: int = 0
    paragraph: int = 0


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
        if isinstance(name, Indexed) and not is_family(name):
            return  # J_λ, which leaves J what it is
        letter = untagged(name)
        for known, meaning in list(self.names.items()):
            is_alike = known != name and untagged(known) == letter
            is_earlier = not isinstance(meaning, Definition) or meaning.part != part
            if is_alike and is_earlier and (is_family(name) or is_family(known) or known == letter):
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

    def remembered(self, key: Any, find: Callable[[], Found]) -> Found:
        """What was found before, as long as no name gets another meaning."""
        if self._memo_of != self.version:
            self._memo, self._memo_of = {}, self.version
        if key not in self._memo:
            self._memo[key] = find()
        found: Found = self._memo[key]
        return found

    def find(self, name: Node) -> tuple[Node, Meaning] | None:
        """What a name with its scripts means: by itself, as an entry of a family, or of an array in capitals.

        L_i is an entry of the family L_i if there is one, else of the array L; y_ij may be an entry of Y; Y alone may
        be all the y_ij.
        """
        return self.remembered(("find", name), lambda: self._found(name))

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

    def _candidates(self, name: Node) -> Iterator[Node]:
        """The keys under which a name may be known, the most special first."""
        yield name
        if isinstance(name, Indexed) and any(self._is_label(i) for i in name.indices):
            return
        plain = stem(name)
        count = len(name.indices) if isinstance(name, Indexed) else 0
        tagged = isinstance(plain, Tagged)
        for base in (plain, other_case(plain)) if count or tagged else (plain,):
            if base is None:
                continue
            yield from families(base, count)
            yield base
            if isinstance(base, Tagged):
                yield from families(base.base, count, tagged=True)
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
            yield from [n for n in self.names if n != base and stem(untagged(n)) == base and is_family(n)]
            if base != name and self._is_array(base):
                yield base

    def _is_array(self, name: Node) -> bool:
        meaning = self.names.get(name)
        if isinstance(meaning, Input):
            return bool(meaning.axes or meaning.per)
        return isinstance(meaning, Slices)

    def upstream(self, name: Node) -> set[Node]:
        """The names that a name is defined through, itself among them."""
        found: set[Node] = set()
        pending = [name]
        while pending:
            known = self.find(pending.pop())
            if known is not None and known[0] not in found:
                found.add(known[0])
                pending += _made_of(known[1])
        return found


def _made_of(meaning: Meaning) -> Iterable[Node]:
    """The names that a meaning speaks of."""
    if isinstance(meaning, Definition):
        return mentioned(meaning.body)
    if isinstance(meaning, AnyFunction):
        return meaning.of
    return (meaning.of,) if isinstance(meaning, Slices) else ()
