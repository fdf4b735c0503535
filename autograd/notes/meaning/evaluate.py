"""Formulas of notes, evaluated on Values at one point: derivatives are the engine's, of the graph that comes out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from itertools import product
from typing import Any, ClassVar

import numpy as np

from autograd import ops
from autograd.notes.formulas.syntax import (
    Annotated,
    At,
    Big,
    Cases,
    Derivative,
    Dots,
    Fraction,
    Function,
    Group,
    Indexed,
    Matrix,
    Name,
    Node,
    Number,
    Power,
    Primed,
    Product,
    Relation,
    Root,
    Sum,
    Tagged,
    Transposed,
    Words,
)
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import Input, Slices
from autograd.notes.meaning import calculus, functions
from autograd.notes.meaning.applying import applied
from autograd.notes.meaning.arithmetic import Array, MisfitError, as_array, scalar, shape_of
from autograd.notes.meaning.calculus import COMPARISONS
from autograd.notes.meaning.evaluating import Env
from autograd.notes.meaning.knowledge import Definition, Meaning, other_case
from autograd.notes.meaning.primes import prime
from autograd.notes.meaning.references import UnknownError, axes_of, entry, resolve, scripts, slice_along, whole
from autograd.notes.meaning.world import NotCheckableError, World
from autograd.notes.meaning.worlds import held
from autograd.value import data_of

MOST_STEPS = 40_000  # parts of formulas evaluated at one point
DEEPEST = 120  # parts within parts, definitions included: Python's own stack is not much deeper
LONGEST_SUM = 2_000
IDENTITY = Name("I")  # the identity matrix, where it has no other meaning


def _is_identity(term: Node) -> bool:
    """I, or λI."""
    return term == IDENTITY or (isinstance(term, Product) and IDENTITY in term.factors)


class Evaluator:
    """Evaluates formulas in one world. `elementwise` multiplies vectors of one axis entry by entry."""

    def __init__(self, world: World, elementwise: bool = False, variable: Node | None = None) -> None:
        self.world, self.elementwise = world, elementwise
        self.variable = variable  # what y' is derived in, where that is not plain
        self.depth = 0
        self._open: list[tuple[Node, Any]] = []  # the definitions being evaluated

    # ---- keeping within bounds

    def evaluate(self, node: Node, env: Env) -> Array:
        """A formula's value: a number, a Value, or an array of them.

        Raises NotCheckableError for what has no value here, MisfitError where arrays do not go together, and
        what the operations raise.
        """
        self.world.steps += 1
        if self.world.steps > MOST_STEPS:
            raise NotCheckableError(f"it takes more than {MOST_STEPS} steps: declare smaller sizes")
        if self.depth > DEEPEST:
            raise NotCheckableError(f"it is nested more than {DEEPEST} deep")
        self.depth += 1
        try:
            return self.RULES[type(node)](self, node, env)
        finally:
            self.depth -= 1

    def once(self, key: Any, make: Callable[[], Any]) -> Any:
        """What `make` makes, made once in this world."""
        memo = self.world.memo
        if key not in memo:
            memo[key] = make()
        return memo[key]

    def nested(self, body: Node, env: Env, name: Node) -> Array:
        """A definition's body. Raises NotCheckableError for one that leads back to itself."""
        here = (name, tuple(env.items()))
        if here in self._open:
            raise NotCheckableError(f"{readable(name)} is defined by itself")
        self._open.append(here)
        reading = self.elementwise, self.variable  # which are of the claim, not of what it is about
        self.elementwise, self.variable = False, None
        try:
            return self.evaluate(body, env)
        finally:
            self.elementwise, self.variable = reading
            self._open.pop()

    # ---- indices

    def index(self, node: Node, env: Env) -> int:
        """The number of an index."""
        value = scalar(self.evaluate(node, env))
        number = data_of(value, "an index")
        if number != int(number):
            raise NotCheckableError(f"index {readable(node)} is {number:g}, no whole number")
        return int(number)

    def span(self, index: str, nodes: Iterable[Node], env: Env) -> range:
        """How far an index runs: as declared, or as the axes that it is used on."""
        for node in nodes:
            for part in node.walk():
                if (found := self._span_on(index, part, env)) is not None:
                    return found
        if index in self.world.knowledge.ranges:
            return self.world.indices(self.world.knowledge.ranges[index])
        if (layers := self._layers(index, nodes)) is not None:
            return layers
        for part in (part for node in nodes for part in node.walk() if isinstance(part, (Indexed, Tagged))):
            known = self.world.knowledge.find(part)
            unshaped = known and isinstance(known[1], Input) and known[1].axes is None and not known[1].per
            here = part.indices if isinstance(part, Indexed) else (part.tag,)
            if Name(index) in here and (known is None or unshaped):
                raise UnknownError(part)
        raise NotCheckableError(f"how far {index} runs is not said: declare `{index} = 1..m`")

    def _layers(self, index: str, nodes: Iterable[Node]) -> range | None:
        """How far l runs in W^{(l)}, where there are W^{(1)}, W^{(2)}, …"""
        for part in (
            part for node in nodes for part in node.walk() if isinstance(part, Tagged) and part.tag == Name(index)
        ):
            names = [
                n
                for n in self.world.knowledge.names
                if isinstance(n, Tagged) and n.base in (part.base, other_case(part.base))
            ]
            numbers = sorted(int(n.tag.text) for n in names if isinstance(n.tag, Number) and n.tag.text.isdigit())
            if numbers and numbers == list(range(numbers[0], numbers[-1] + 1)):
                return range(numbers[0], numbers[-1] + 1)
        return None

    def _span_on(self, index: str, part: Node, env: Env) -> range | None:
        """The axis on which a name has this index."""
        if isinstance(part, Big) and any(i == Name(index) for i in part.indices) and part.upper is not None:
            return self._bounds(part, env)
        known = self.world.knowledge.find(part) if isinstance(part, (Indexed, Tagged)) else None
        if known is None or (isinstance(known[1], Input) and known[1].axes is None and not known[1].per):
            return None
        name, meaning = known
        tags, below = scripts(part, name)
        places = [k for k, i in enumerate([*tags, *below]) if i == Name(index)]
        if not places:
            return None
        if isinstance(meaning, Definition) and meaning.indices and places[0] < len(meaning.indices):
            if name in (node for node, _ in self._open):
                return None
            return self.span(meaning.indices[places[0]], [meaning.body], {})
        axes = self._axes(name, meaning, bool(tags))
        is_plain = not isinstance(meaning, Slices) and not (isinstance(meaning, Input) and meaning.per)
        if len(axes) == 2 and len(tags) + len(below) == 1 and is_plain:
            long = [axis for axis in axes if len(axis) > 1]
            return long[0] if len(long) == 1 else None
        per = meaning.per if isinstance(meaning, Input) else ""
        offset = 1 if per and not tags and Name(per) not in below and len(below) < len(axes) else 0
        return axes[places[0] + offset] if places[0] + offset < len(axes) else None

    def _axes(self, name: Node, meaning: Meaning, tagged: bool) -> list[range]:
        """The axes of what a name means, in the order in which its indices stand."""
        if isinstance(meaning, Input):
            return axes_of(self, self.world.axes(meaning))
        value = self.evaluate(meaning.of, {}) if isinstance(meaning, Slices) else whole(self, name, meaning, {})
        axes = [range(1, size + 1) for size in shape_of(value)]
        is_columns = isinstance(meaning, Slices) and meaning.along == "columns"
        by_slice = tagged or (isinstance(meaning, Slices) and isinstance(meaning.name, Indexed))
        return axes[::-1] if is_columns and by_slice else axes

    def _bounds(self, node: Big, env: Env) -> range:
        lower = self.index(node.lower, env) if node.lower is not None and not isinstance(node.lower, Relation) else 1
        assert node.upper is not None
        return range(lower, self.index(node.upper, env) + 1)

    # ---- rules, one for each kind of node

    def _number(self, node: Number, env: Env) -> Array:
        return float(node.text)

    def _reference(self, node: Node, env: Env) -> Array:
        return resolve(self, node, env)

    def _primed(self, node: Primed, env: Env) -> Array:
        if node in self.world.knowledge.names:
            return resolve(self, node, env)
        known = self.world.knowledge.names.get(node.base)
        if isinstance(known, Input) and known.axes:
            return self._transposed(Transposed(node.base), env)  # X′X
        return prime(self, node, env)

    def _indexed(self, node: Indexed, env: Env) -> Array:
        if isinstance(node.base, (Name, Tagged)) or node in self.world.knowledge.names:
            return resolve(self, node, env)
        if isinstance(node.base, Primed) and not isinstance(node.base.base, Group):
            inner = Primed(Indexed(node.base.base, node.indices, span=node.span), node.base.count, span=node.span)
            return (
                self.evaluate(node.base, env) if node.base in self.world.knowledge.names else self._primed(inner, env)
            )
        if isinstance(node.base, Group) and node.base.bracket == "‖" and node.indices in ((Number("2"),), (Name("F"),)):
            return self.evaluate(node.base, env)
        value = self.evaluate(node.base, env)
        row = slice_along(value, node.indices[0], env) if len(node.indices) == 1 else None
        return self.entry_of(value, node, env) if row is None else row

    def entry_of(self, value: Array, node: Indexed, env: Env) -> Array:
        """An entry of what is no name: (Wx)_i."""
        return entry(value, [self.index(i, env) for i in node.indices], None, node.base)

    def _transposed(self, node: Transposed, env: Env) -> Array:
        value = self.evaluate(node.base, env)
        if shape_of(value) == () or value.ndim == 0:
            return value
        if isinstance(node.base, Group) and len(node.base.parts) > 1:
            return value[:, None]  # (1, 2)ᵀ is a column
        return value[None, :] if value.ndim == 1 else value.T

    def _power(self, node: Power, env: Env) -> Array:
        exponent = self.evaluate(node.exponent, env)
        if node.base == Name("e") and node.base not in self.world.knowledge.names:
            return self.world.arithmetic.each(ops.exp, exponent)
        base = self.evaluate(node.base, env)
        if isinstance(base, np.ndarray) and base.ndim == 2 and node.exponent == Sum((Number("1"),), ("-",)):
            raise NotCheckableError("the inverse of a matrix is not read")
        if self._is_matrix_power(node, base):
            return self.world.arithmetic.product(base, base)
        return self.world.arithmetic.power(base, exponent)

    def _indicated(self, condition: Relation, env: Env) -> Array:
        """1[k = j], 1[Wx > 0]: 1 where it holds, for each entry."""
        left, right = condition.sides[0], condition.sides[-1]
        if len(condition.sides) != 2 or left is None or right is None or condition.signs[0] not in COMPARISONS:
            return float(self.holds(condition, env))
        compare = COMPARISONS[condition.signs[0]]
        apart = self.world.arithmetic.sub(self.evaluate(left, env), self.evaluate(right, env))
        made = [float(compare(data_of(x, "a condition"), 0.0)) for x in as_array(apart).ravel().tolist()]
        return np.array(made, dtype=object).reshape(shape_of(apart)) if shape_of(apart) else made[0]

    def _is_matrix_power(self, node: Power, base: Array) -> bool:
        """A² of a square matrix by its name; a square of what stands in brackets is meant entry by entry."""
        shape = shape_of(base)
        is_square = len(shape) == 2 and shape[0] == shape[1] > 1
        return is_square and isinstance(node.base, (Name, Tagged)) and node.exponent == Number("2")

    def _group(self, node: Group, env: Env) -> Array:
        if len(node.parts) != 1:
            return self._vector(node, env)
        if isinstance(node.parts[0], Relation):
            return self._indicated(node.parts[0], env)
        value = self.evaluate(node.parts[0], env)
        if node.bracket == "|":
            return self.world.arithmetic.each(ops.absolute, value)
        return functions.norm(self.world.arithmetic, value) if node.bracket == "‖" else value

    def _vector(self, node: Group, env: Env) -> Array:
        if node.bracket not in "([":
            raise NotCheckableError("a list of values, which is no number")
        return np.array([scalar(self.evaluate(part, env)) for part in node.parts], dtype=object)

    def _identity_beside(self, node: Sum, env: Env) -> Array:
        """The I of X^T X + λI, as large as what it stands beside."""
        others = [term for term in node.terms if not _is_identity(term)]
        shape = shape_of(self.evaluate(others[0], env)) if others else ()
        if len(shape) != 2 or shape[0] != shape[1]:
            raise UnknownError(IDENTITY)
        return np.array(np.eye(shape[0]).tolist(), dtype=object)

    def _sum(self, node: Sum, env: Env) -> Array:
        total: Array = None
        if (
            IDENTITY.text not in env
            and self.world.knowledge.find(IDENTITY) is None
            and any(map(_is_identity, node.terms))
        ):
            env = {**env, IDENTITY.text: self._identity_beside(node, env)}
        for sign, term in zip(node.signs, node.terms, strict=True):
            if sign == "±":
                raise NotCheckableError("± has two values")
            value = self.evaluate(term, env)
            if total is None:
                total = self.world.arithmetic.neg(value) if sign == "-" else value
            else:
                total = (self.world.arithmetic.sub if sign == "-" else self.world.arithmetic.add)(total, value)
        return total

    def _product(self, node: Product, env: Env) -> Array:
        total: Array = None
        before: Node | None = None
        for sign, factor, value in applied(self, node, env):
            if total is None:
                total = value
            elif (joined := calculus.chained(self, before, factor, total, value, sign)) is not None:
                total = joined
            else:
                total = self.multiplied(total, value, sign)
            before = factor
        return total

    def multiplied(self, x: Array, y: Array, sign: str) -> Array:
        """x times y, as the sign between them says."""
        arithmetic = self.world.arithmetic
        rows, columns = shape_of(x), shape_of(y)
        if rows and columns:
            self.world.steps += math.prod(rows) * columns[-1] // 4  # a product of matrices is not done in one step
        if sign == "/":
            return arithmetic.divide(x, y)
        vectors = len(shape_of(x)) == len(shape_of(y)) == 1 and shape_of(x) == shape_of(y)
        if sign == "⊙" or (vectors and (self.elementwise or sign == "*")):
            return arithmetic.times(x, y)
        return arithmetic.product(x, y)

    def _fraction(self, node: Fraction, env: Env) -> Array:
        return self.world.arithmetic.divide(self.evaluate(node.over, env), self.evaluate(node.under, env))

    def _root(self, node: Root, env: Env) -> Array:
        value = self.evaluate(node.radicand, env)
        if node.degree is None:
            return self.world.arithmetic.each(ops.sqrt, value)
        return self.world.arithmetic.power(value, self.world.arithmetic.divide(1.0, self.evaluate(node.degree, env)))

    def _function(self, node: Function, env: Env) -> Array:
        arguments = [self.evaluate(argument, env) for argument in node.arguments]
        base = None if node.base is None else data_of(scalar(self.evaluate(node.base, env)), "a base")
        value = self.call(node.name, arguments, base)
        return value if node.exponent is None else self.world.arithmetic.power(value, self.evaluate(node.exponent, env))

    def call(self, name: str, arguments: list[Array], base: float | None = None) -> Array:
        """A function by its name."""
        arithmetic, knowledge = self.world.arithmetic, self.world.knowledge
        if name in functions.FOLDS:
            return functions.fold(arithmetic, name, arguments)
        if len(arguments) != 1:
            raise NotCheckableError(f"{name} of {len(arguments)} arguments")
        if name in functions.LOGARITHMS:
            declared = knowledge.bases.get(name) if base is None else base
            return functions.logarithm(arithmetic, arguments[0], declared)
        if name in functions.ENTRYWISE:
            return arithmetic.each(functions.ENTRYWISE[name], arguments[0])
        if name == "softmax":
            return functions.softmax(arithmetic, arguments[0], knowledge.along.get(name, ""))
        if name in functions.WHOLE:
            return functions.WHOLE[name](arithmetic, arguments[0])
        raise NotCheckableError(f"{name} is no function that is known here")

    def _big(self, node: Big, env: Env) -> Array:
        if node.kind in ("argmax", "argmin", "lim"):
            raise NotCheckableError(f"{node.kind} is not computed")
        values = [self.evaluate(node.body, inner) for inner in self._runs(node, env)]
        if not values:
            return 0.0 if node.kind == "sum" else 1.0
        if node.kind == "sum":
            return self.world.arithmetic.add_up(values)
        if node.kind in functions.FOLDS:
            return functions.fold(self.world.arithmetic, node.kind, [scalar(v) for v in values])
        total = values[0]
        for value in values[1:]:
            total = self.world.arithmetic.product(total, value)
        return total

    def _runs(self, node: Big, env: Env) -> Iterable[Env]:
        """The environments of a sum's terms."""
        names = [i.text for i in node.indices if isinstance(i, Name)]
        if not names:
            raise NotCheckableError("a sum over nothing that is named")
        if node.upper is not None:
            spans = [self._bounds(node, env)] * len(names)
        else:
            spans = [self.span(name, [node.body], env) for name in names]
        if max(map(len, spans)) > LONGEST_SUM:
            raise NotCheckableError(f"a sum of {max(map(len, spans))} terms: more than {LONGEST_SUM} are not computed")
        ranges = {f"#{name}": span for name, span in zip(names, spans, strict=True)}
        for numbers in product(*spans):
            inner = {**env, **ranges, **dict(zip(names, numbers, strict=True))}
            if not isinstance(node.lower, Relation) or self.holds(node.lower, inner):
                yield inner

    def _derivative(self, node: Derivative, env: Env) -> Array:
        return calculus.derivative(self, node, env)

    def _at(self, node: At, env: Env) -> Array:
        return self.moved(node.conditions).evaluate(node.body, env)

    def moved(self, conditions: Iterable[Node]) -> Evaluator:
        """An evaluator of the world in which names have the values that conditions give them."""
        return Evaluator(held(self.world, [self._condition(c) for c in conditions]), self.elementwise, self.variable)

    def _condition(self, condition: Node) -> tuple[Node, float]:
        if not isinstance(condition, Relation) or condition.signs != ("=",) or condition.sides[0] is None:
            raise NotCheckableError("the point is not given as name = number")
        name, value = condition.sides
        assert name is not None and value is not None
        return name, data_of(scalar(self.evaluate(value, {})), "a point")

    def _cases(self, node: Cases, env: Env) -> Array:
        for value, condition in zip(node.values, node.conditions, strict=True):
            if condition is None or self.holds(condition, env):
                return self.evaluate(value, env)
        raise NotCheckableError("none of the cases holds")

    def holds(self, condition: Node, env: Env) -> bool:
        """Whether a condition holds here."""
        if isinstance(condition, Group) and len(condition.parts) == 1:
            return self.holds(condition.parts[0], env)
        if not isinstance(condition, Relation) or None in condition.sides:
            raise NotCheckableError("a condition that is no comparison")
        numbers = [data_of(scalar(self.evaluate(side, env)), "a condition") for side in condition.sides if side]
        compare = COMPARISONS
        if not set(condition.signs) <= compare.keys():
            raise NotCheckableError(f"a condition with {' '.join(condition.signs)}")
        return all(compare[sign](a, b) for a, sign, b in zip(numbers, condition.signs, numbers[1:], strict=False))

    def _matrix(self, node: Matrix, env: Env) -> Array:
        rows = [[self.evaluate(part, env) for part in row] for row in node.rows]
        if len({len(row) for row in rows}) != 1:
            raise MisfitError("the rows of a matrix differ in length")
        try:
            blocks = [
                [np.atleast_2d(as_array(x)) if len(shape_of(x)) != 1 else x[:, None] for x in row] for row in rows
            ]
            return np.block(blocks)
        except ValueError:
            raise MisfitError("the blocks of a matrix do not go together") from None

    def _annotated(self, node: Annotated, env: Env) -> Array:
        return self.evaluate(node.body, env)

    def _words(self, node: Node, env: Env) -> Array:
        raise NotCheckableError(
            "words stand where a value should" if isinstance(node, Words) else "… goes on unclearly"
        )

    RULES: ClassVar[dict[type, Callable[..., Array]]] = {
        Number: _number,
        Name: _reference,
        Tagged: _reference,
        Indexed: _indexed,
        Primed: _primed,
        Transposed: _transposed,
        Power: _power,
        Group: _group,
        Sum: _sum,
        Product: _product,
        Fraction: _fraction,
        Root: _root,
        Function: _function,
        Big: _big,
        Derivative: _derivative,
        At: _at,
        Cases: _cases,
        Matrix: _matrix,
        Annotated: _annotated,
        Words: _words,
        Dots: _words,
        Relation: _words,
    }
