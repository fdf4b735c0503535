"""What a name with its scripts refers to: w, W^{(1)}, x_{ij}, y^{(i)}, θ_0."""

from __future__ import annotations

from autograd.notes.formulas.syntax import Indexed, Name, Node
from autograd.notes.formulas.wording import readable
from autograd.notes.markdown.declared import AnyFunction, Input, Slices
from autograd.notes.meaning.arrays import Array, shape_of
from autograd.notes.meaning.entries import entry, slice_along
from autograd.notes.meaning.evaluating import Env, Evaluates
from autograd.notes.meaning.functions import CONSTANTS
from autograd.notes.meaning.indices import number_of
from autograd.notes.meaning.keys import is_family, scripts
from autograd.notes.meaning.knowledge import Definition, Meaning
from autograd.notes.meaning.names import numbered
from autograd.notes.meaning.wholes import component, member, whole
from autograd.notes.meaning.world import NotCheckableError

KRONECKER = {Name("δ"), Name("I")}  # with two indices, and no other meaning: 1 where they are equal, else 0


class UnknownError(NotCheckableError):
    """A name that nothing was said of."""

    def __init__(self, name: Node) -> None:
        self.name = name
        words = readable(name)
        letter = words.split("_")[0]
        super().__init__(
            f"{words} has no meaning yet: define it, or declare it, as in `{letter}: number` or `{letter}: n`"
        )


def is_unshaped(meaning: Meaning | None) -> bool:
    """Whether of an input only its values are known."""
    return isinstance(meaning, Input) and meaning.axes is None and not meaning.per


def resolve(evaluator: Evaluates, node: Node, env: Env) -> Array:
    """The value of a name with its scripts. Raises UnknownError, NotCheckableError."""
    for find in (_bound, _exactly, _size):
        if (value := find(evaluator, node, env)) is not None:
            return value
    known = evaluator.world.knowledge.find(numbered(node, env))
    return _customary(evaluator, node, env) if known is None else _scripted(evaluator, node, *known, env)


def _bound(evaluator: Evaluates, node: Node, env: Env) -> Array | None:
    """The number of an index, the value of a function's parameter, or an entry of that."""
    if isinstance(node, Name):
        return env.get(node.text)
    if not isinstance(node, Indexed) or not isinstance(node.base, Name) or not shape_of(env.get(node.base.text)):
        return None
    array = env[node.base.text]
    axes = _axes_of_parameter(evaluator, node.base, shape_of(array))
    return entry(array, [number_of(evaluator, i, env) for i in node.indices], axes, node)


def _axes_of_parameter(evaluator: Evaluates, name: Node, shape: tuple[int, ...]) -> list[range] | None:
    """A parameter's indices begin as those of the input of its name do."""
    meaning = evaluator.world.knowledge.names.get(name)
    axes = evaluator.world.spans(meaning) if isinstance(meaning, Input) else []
    return axes if tuple(map(len, axes)) == shape else None


def _exactly(evaluator: Evaluates, node: Node, env: Env) -> Array | None:
    """What is known by this very name, with numbers for its indices or as it is written."""
    for exact in (numbered(node, env), node):
        meaning = evaluator.world.knowledge.names.get(exact)
        if meaning is None or is_family(exact):
            continue
        if isinstance(meaning, Definition) and meaning.indices and exact == node:
            _, below = scripts(node, exact)  # δ_j beside δ_k: a family that goes by its letters
            return member(evaluator, exact, meaning, [number_of(evaluator, i, env) for i in below], env)
        return whole(evaluator, exact, meaning, env)
    return None


def _size(evaluator: Evaluates, node: Node, env: Env) -> Array | None:
    size = evaluator.world.sizes.get(readable(node))
    return None if size is None else float(size)


def _customary(evaluator: Evaluates, node: Node, env: Env) -> Array:
    """What everyone means by e, π, δ_{ij}."""
    if isinstance(node, Name) and node.text in CONSTANTS:
        return CONSTANTS[node.text]
    if isinstance(node, Indexed) and node.base in KRONECKER and len(node.indices) == 2:
        first, second = (number_of(evaluator, index, env) for index in node.indices)
        return float(first == second)
    raise UnknownError(node)


def _scripted(evaluator: Evaluates, node: Node, name: Node, meaning: Meaning, env: Env) -> Array:
    """What is known as `name`, or the component of it that the scripts of `node` say."""
    tags, below = scripts(node, name)
    if not (tags or below):
        return whole(evaluator, name, meaning, env)
    if is_unshaped(meaning):
        raise UnknownError(node)
    per = meaning.per if isinstance(meaning, Input) else ""
    if per in env and not tags and Name(per) not in below:
        tags = (Name(per),)  # the value of the sample in question
    numbers = [number_of(evaluator, index, env) for index in (*tags, *below)]
    if len(tags) + len(below) == 1 and (row := _row(evaluator, name, meaning, (*tags, *below)[0], env)) is not None:
        return row
    return component(evaluator, name, meaning, numbers[: len(tags)], numbers[len(tags) :], env)


def _row(evaluator: Evaluates, name: Node, meaning: Meaning, index: Node, env: Env) -> Array | None:
    """A row or column of a matrix, as long as it is plain which: a^{(i)}, where i runs as far as there are columns."""
    is_sliced = isinstance(meaning, (Slices, AnyFunction)) or (isinstance(meaning, Definition) and meaning.indices)
    if is_sliced or (isinstance(meaning, Input) and meaning.per):
        return None
    return slice_along(whole(evaluator, name, meaning, env), index, env)
