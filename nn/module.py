"""Module: anything with parameters. A model is made of modules, and is one."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from numbers import Real
from typing import TYPE_CHECKING, Any

import numpy as np

from autograd import Value, zero_grad
from autograd.documents import word

if TYPE_CHECKING:
    from typing_extensions import Self


class Module:
    """Base of models: finds the parameters among its attributes, names, zeroes, saves and counts them.

    Parameters are the leaf Values that it holds in attributes, in lists, dicts and arrays, and in modules below. Their
    names follow the attributes: `b`, `w1` and `w2` for a list `w`, `layers.0.b` for a list of modules. Attributes
    that begin with _ are left out.

    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.w = [Value(2.0), Value(-1.0)]
    ...         self.b = Value(0.5)
    ...     def __call__(self, x):
    ...         return self.w[0] * x[0] + self.w[1] * x[1] + self.b
    >>> line = Line()
    >>> line.state_dict()
    {'w1': 2.0, 'w2': -1.0, 'b': 0.5}
    >>> line([1.0, 2.0]).data
    0.5
    """

    training = True

    def __call__(self, x: Any) -> Any:
        """The output for one input. Every kind of module says which."""
        raise NotImplementedError(f"{type(self).__name__} has no __call__: write one that gives its output")

    # ---- what it is made of

    def named_modules(self) -> Iterator[tuple[str, Module]]:
        """Itself, called "", and the modules below, each once, in the order of their attributes."""
        yield from _walk("", self, Module, set())

    def named_parameters(self) -> Iterator[tuple[str, Value]]:
        """Every parameter with its name, each once, in the order of the attributes."""
        for name, value in _walk("", self, Value, set()):
            if value.op is None:
                yield name, value

    def parameters(self) -> list[Value]:
        """The parameters, in the same order on every call."""
        return [p for _, p in self.named_parameters()]

    def __repr__(self) -> str:
        return f"{type(self).__name__}({len(self.parameters())} parameters)"

    # ---- training

    def zero_grad(self) -> None:
        """Set the gradient of every parameter to 0, before the next backward pass."""
        zero_grad(self.parameters())

    def train(self, training: bool = True) -> Self:
        """Set `training`, which modules may read, here and below."""
        for _, module in self.named_modules():
            module.training = training
        return self

    def eval(self) -> Self:
        """The opposite of `train`."""
        return self.train(False)

    # ---- its numbers

    def state_dict(self) -> dict[str, float]:
        """The number of every parameter, by name. Raises ValueError where two have the same name."""
        return {name: p.data for name, p in _by_name(self).items()}

    def load_state_dict(self, state: Mapping[str, float]) -> None:
        """Set every parameter to the number of its name.

        Raises ValueError where a name is missing or unknown, or what stands there is not one finite number, TypeError
        where `state` is no mapping. Then no parameter is changed.
        """
        if not isinstance(state, Mapping):
            kind = type(state).__name__
            raise TypeError(f"load_state_dict: the state is a {kind}, not numbers by name: give a state_dict()")
        parameters = _by_name(self)
        _check_names(type(self).__name__, list(parameters), list(state))
        numbers = {name: _one_number(name, state[name]) for name in parameters}
        for name, p in parameters.items():
            p.data = numbers[name]

    def summary(self) -> str:
        """A table of the modules one level below, with the number of parameters of each.

        >>> from nn import MLP
        >>> print(MLP(2, [3, 1], seed=0).summary())
        module    is                     parameters
        layers.0  Layer(2, 3, 'relu')             9
        layers.1  Layer(3, 1, 'linear')           4
        MLP                                      13
        """
        below = [(name, repr(m), len(m.parameters())) for name, m in _members("", self, Module)]
        rows = [*below, (type(self).__name__, "", len(self.parameters()))]
        names = max(len(name) for name, _, _ in [*rows, ("module", "is", 0)])
        kinds = max(len(kind) for _, kind, _ in [*rows, ("module", "is", 0)])
        lines = [f"{'module':{names}}  {'is':{kinds}}  parameters"]
        lines += [f"{name:{names}}  {kind:{kinds}}  {count:10}" for name, kind, count in rows]
        return "\n".join(lines)


def _walk(name: str, held: Module, kind: type, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """What is of a kind in a module and below it, each once: models may share parameters, and refer back."""
    if id(held) in seen:
        return
    seen.add(id(held))
    if kind is Module:
        yield name, held
    for path, member in _members(name, held, (Module, Value)):
        if isinstance(member, Module):
            yield from _walk(path, member, kind, seen)
        elif kind is Value and id(member) not in seen:
            seen.add(id(member))
            yield path, member


def _members(prefix: str, module: Module, kinds: Any) -> Iterator[tuple[str, Any]]:
    for name, held in vars(module).items():
        if not name.startswith("_"):
            yield from _held(f"{prefix}.{name}" if prefix else name, held, kinds)


def _held(path: str, held: Any, kinds: Any) -> Iterator[tuple[str, Any]]:
    """What stands in an attribute. Values of a list are counted from 1, as on paper, modules from 0."""
    if isinstance(held, kinds):
        yield path, held
    elif isinstance(held, dict):
        for key, item in held.items():
            yield from _held(f"{path}.{key}", item, kinds)
    elif isinstance(held, (list, tuple)):
        for k, item in enumerate(held):
            yield from _held(_item_path(path, k, item), item, kinds)
    elif isinstance(held, np.ndarray) and held.dtype == object:
        yield from _held(path, held.tolist(), kinds)


def _item_path(path: str, k: int, item: Any) -> str:
    if not isinstance(item, Value):
        return f"{path}.{k}"
    return f"{path}.{k + 1}" if path[-1].isdigit() else f"{path}{k + 1}"  # w.1.1, for w.11 is another list's


def _by_name(model: Module) -> dict[str, Value]:
    named: dict[str, Value] = {}
    for name, p in model.named_parameters():
        if named.setdefault(name, p) is not p:
            raise ValueError(f"{type(model).__name__} has two parameters called {name}: rename one of their attributes")
    return named


def _check_names(model: str, expected: list[str], given: list[str]) -> None:
    has, wants = set(given), set(expected)
    missing = [name for name in expected if name not in has]
    unknown = [word(name) for name in given if name not in wants]
    problems = [f"{_listed(names)} {what}" for names, what in ((missing, "missing"), (unknown, "unknown")) if names]
    if problems:
        raise ValueError(
            f"load_state_dict: {'; '.join(problems)}: {model} has {len(expected)} parameters, {_listed(expected)}"
        )


def _listed(names: list[str]) -> str:
    return ", ".join(names[:3]) + (f", … ({len(names)})" if len(names) > 3 else "")


def _one_number(name: str, given: Any) -> float:
    shape = getattr(given, "shape", (len(given),) if isinstance(given, (list, tuple)) else ())
    if shape != ():
        raise ValueError(f"load_state_dict: {name} is one number, but what is given has shape {tuple(shape)}")
    if hasattr(given, "item"):
        given = given.item()
    try:
        number = float(given) if isinstance(given, Real) else math.nan
    except OverflowError:  # an integer of more than 308 digits
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"load_state_dict: {name} is {given!r:.40}, not a finite number")
    return number
