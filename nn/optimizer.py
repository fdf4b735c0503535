"""What all optimizers do around their rule: read gradients, check, move parameters, save and load their memory."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from numbers import Real
from typing import Any, ClassVar, Protocol

import numpy as np

from autograd import Value, zero_grad
from autograd.documents import word
from nn.plain import Floats
from nn.ranges import DECAY, FINITE, NOT_NEGATIVE, POSITIVE, in_range

# What settings may be: those of a user's own optimizer, any finite number.
FLAGS = ("nesterov", "centered")
RANGES = {"lr": NOT_NEGATIVE, "weight_decay": NOT_NEGATIVE, "eps": POSITIVE}
RANGES |= dict.fromkeys(("momentum", "alpha", "beta1", "beta2"), DECAY)

OVERFLOW = "look for an overflow in the loss and its inputs"


class HasParameters(Protocol):
    """A model."""

    def parameters(self) -> Iterable[Value]:
        """What is to be learned."""
        ...


class Optimizer:
    """Base of optimizers: a subclass adds the rule by which parameters move.

    `parameters` is a list of Values, or an object that has `parameters()`. A subclass gives its settings to
    `__init__`, lists in `memory` the arrays that it keeps between steps (they start at 0), and defines `rule`.

    Raises TypeError or ValueError for parameters that are none, no Values, results of an operation or given
    twice, and for settings out of their range, at construction and whenever one is set.
    """

    memory: ClassVar[tuple[str, ...]] = ()
    lr: float
    weight_decay: float

    def __init__(self, parameters: Iterable[Value] | HasParameters, **settings: float) -> None:
        self.parameters = parameter_list(type(self).__name__, parameters)
        self.settings = tuple(settings)
        self.steps = 0
        for name, value in settings.items():
            setattr(self, name, value)
        for name in self.memory:
            setattr(self, name, np.zeros(len(self.parameters)))

    def __setattr__(self, name: str, value: Any) -> None:
        checked = name in getattr(self, "settings", ())
        super().__setattr__(name, _setting(type(self).__name__, name, value) if checked else value)

    def __repr__(self) -> str:
        settings = [f"{name}={getattr(self, name)!r}" for name in self.settings]
        return f"{type(self).__name__}({', '.join([f'<{len(self.parameters)} parameters>', *settings])})"

    def rule(self, w: Floats, g: Floats) -> Floats:
        """The parameters after one step; it gives `memory` new arrays, and changes none in place."""
        raise NotImplementedError(f"{type(self).__name__} defines no rule(w, g)")

    def update(self, w: Floats, g: Floats) -> Floats:
        """The parameters after one step from `w` with gradients `g`, arrays in the order of `parameters`.

        Moves no Value. Raises ValueError where a gradient, a new parameter or what is remembered would not be
        finite; then the optimizer is as before the call.
        """
        user = type(self).__name__
        refuse_non_finite(user, "the gradient", self.parameters, g, OVERFLOW)
        before = {name: getattr(self, name) for name in ("steps", *self.memory)}
        try:
            self.steps += 1
            with np.errstate(all="ignore"):  # what overflows is refused in the next lines, by name
                moved = self.rule(w, g)
            remedy = f"lower lr (now {self.lr:g}), or clip the gradients with clip_gradient_norm"
            refuse_non_finite(user, "the new value", self.parameters, moved, remedy)
            for name in self.memory:
                refuse_non_finite(user, f"the new {name}", self.parameters, getattr(self, name), remedy)
        except BaseException:
            vars(self).update(before)
            raise
        return moved

    def step(self) -> None:
        """Moves every parameter's `data` by its `grad`. Raises what `update` does; then nothing has moved."""
        w = np.array([p.data for p in self.parameters], dtype=np.float64)
        g = np.array([p.grad for p in self.parameters], dtype=np.float64)
        for p, data in zip(self.parameters, self.update(w, g).tolist(), strict=True):
            p.data = data

    def zero_grad(self) -> None:
        """Sets every parameter's `grad` to 0, before the next backward pass."""
        zero_grad(self.parameters)

    def state_dict(self) -> dict[str, Any]:
        """Settings and memory as numbers and lists, ready for JSON; `load_state_dict` goes on from there."""
        numbers = {name: getattr(self, name) for name in ("steps", *self.settings)}
        lists = {name: getattr(self, name).tolist() for name in self.memory}
        return {"optimizer": type(self).__name__, **numbers, **lists}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Takes over settings and memory; further steps have the bits of a run that was not interrupted.

        Raises ValueError or TypeError for the state of another optimizer or number of parameters, and for one
        that lacks an entry or has a wrong one; then nothing has changed.
        """
        user = type(self).__name__
        if not isinstance(state, Mapping):
            raise TypeError(f"{user}: the state is a {type(state).__name__}, not a dictionary: give a state_dict()")
        if state.get("optimizer") != user:
            kind = state.get("optimizer", "no optimizer")
            raise ValueError(
                f"{user}: the state is one of {word(kind)}: load it into an optimizer of the kind that saved it"
            )
        expected = {"optimizer", "steps", *self.settings, *self.memory}
        if wrong := sorted(expected ^ set(state)):
            names = ", ".join(map(word, wrong))
            raise ValueError(f"{user}: the state lacks, or has too much of, {names:.200}: give a state_dict()")
        if type(state["steps"]) is not int or not 0 <= state["steps"] <= 2**53:
            raise ValueError(f"{user}: the state has steps = {state['steps']!r:.60}, not a count of steps")
        settings = {name: _setting(user, name, state[name]) for name in self.settings}
        arrays = {name: _memory(user, name, state[name], self.parameters) for name in self.memory}
        vars(self).update(steps=state["steps"], **settings, **arrays)


def parameter_list(user: str, parameters: Iterable[Value] | HasParameters) -> list[Value]:
    """The Values of a model, or of a list, for the function or class `user`.

    Raises TypeError or ValueError where there are none, and for one that is no Value, no leaf, or there twice.
    """
    listed = parameters.parameters() if hasattr(parameters, "parameters") else parameters
    if not isinstance(listed, Iterable):
        kind = type(listed).__name__
        raise TypeError(f"{user}: parameters is a {kind}: give a list of Values, or a model with parameters()")
    values = list(listed)
    if not values:
        raise ValueError(f"{user}: there are no parameters; was a generator given that had been read before?")
    first: dict[Value, int] = {}
    for k, p in enumerate(values):
        if not isinstance(p, Value):
            raise TypeError(f"{user}: parameters[{k}] is a {type(p).__name__}, not a Value: give a flat list of Values")
        if p.op is not None:
            raise ValueError(f"{user}: {_name(values, k)} is a result of {p.op.name}, not a leaf: give its parents")
        if first.setdefault(p, k) != k:
            raise ValueError(f"{user}: {_name(values, k)} is parameters[{first[p]}] again: give each once")
    return values


def refuse_non_finite(user: str, what: str, parameters: Sequence[Value], numbers: Floats, remedy: str) -> None:
    """Raises ValueError naming the first parameter whose number is nan or infinite."""
    finite = np.isfinite(numbers)
    if not finite.all():
        bad = np.flatnonzero(~finite)
        k = int(bad[0])
        more = f", and {bad.size - 1} more like it" if bad.size > 1 else ""
        raise ValueError(f"{user}: {what} of {_name(parameters, k)} is {numbers[k]}{more}; nothing has moved: {remedy}")


def _name(parameters: Sequence[Value], k: int) -> str:
    label = parameters[k].label
    return f"parameters[{k}] ({label})" if label else f"parameters[{k}]"


def _setting(user: str, name: str, value: Any) -> float:
    """The value of a setting, a float or a bool, where it is one that it can have."""
    if name in FLAGS:
        if not isinstance(value, (bool, np.bool_)):
            raise TypeError(f"{user}: {name} = {value!r:.60} must be True or False")
        return bool(value)
    return in_range(user, name, value, RANGES.get(name, FINITE))


def _memory(user: str, name: str, numbers: Any, parameters: Sequence[Value]) -> Floats:
    """A saved array, where it has a finite number for each parameter."""
    if not isinstance(numbers, list) or not all(isinstance(x, Real) for x in numbers):
        raise TypeError(f"{user}: {name} of the state is not a list of numbers: give a state_dict()")
    if len(numbers) != len(parameters):
        raise ValueError(f"{user}: the state is of {len(numbers)} parameters, the optimizer has {len(parameters)}")
    try:
        array = np.array(numbers, dtype=np.float64)
    except OverflowError:
        message = f"the state's {name} has a number too large for a float: the state is damaged, load another"
        raise ValueError(f"{user}: {message}") from None
    refuse_non_finite(user, f"the state's {name}", parameters, array, "the state is damaged, load another")
    return array
